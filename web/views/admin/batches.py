"""The batches that were sent in, as they go on, and decisions about their items. Routes stand in `bring_in`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kb.errors import Conflict
from kb.uploads.models import ItemState, UploadBatch, UploadItem
from kb.uploads.upload_items import MOST_ITEMS
from web.admin_context import services
from web.forms.query_params import list_window
from web.i18n import interface_language
from web.presenters import upload_status
from web.presenters.pagination import paging
from web.security.permissions import actor

ITEMS_SHOWN, BATCHES_SHOWN = 50, 30
_ALL_OF: tuple[ItemState, ...] = ("held", "failed")  # about which all can be decided at once


def batches() -> str:
    """The batches, newest first."""
    before = _number(request.args.get("before", ""))
    found = services().batches.batches(limit=BATCHES_SHOWN + 1, before=before)
    earlier = found[BATCHES_SHOWN - 1].id if len(found) > BATCHES_SHOWN else None
    return render_template(
        "admin/batches.html",
        batches=found[:BATCHES_SHOWN],
        earlier_url=url_for("bring_in.batches", before=earlier) if earlier else None,
        later=before is not None,
    )


def batch(batch_id: int) -> str:
    """A batch with its items, all or those in a state."""
    found = services().batches.batch(batch_id)
    state = _filter(request.args.get("state", ""))
    offset = list_window(request.args).offset
    items = services().batches.items(batch_id, upload_status.FILTERS[state], offset, ITEMS_SHOWN)
    total = sum(found.counts[one] for one in upload_status.FILTERS[state])
    kept = None if state == "all" else state
    return render_template(
        "admin/batch.html",
        **_told(found),
        items=shown_items(items),
        **_ways(found, state),
        offset=offset,
        still=request.args.get("still") == "1",
        progress_url=url_for("bring_in.progress", batch_id=batch_id, state=kept),
        paging=paging(
            total,
            ITEMS_SHOWN,
            offset,
            lambda start: url_for("bring_in.batch", batch_id=batch_id, offset=start or None, state=kept),
        ),
    )


def progress(batch_id: int) -> Response:
    """What a page with the items `item` has to show anew while work goes on."""
    found = services().batches.batch(batch_id)
    asked = map(_number, request.args.getlist("item")[:ITEMS_SHOWN])
    items = [services().batches.item(number) for number in asked if number is not None]
    mine = shown_items(item for item in items if item.batch == batch_id)
    told = _told(found)
    response = jsonify(
        summary=render_template("admin/_summary.html", **told),
        ways=render_template("admin/_ways.html", **told, **_ways(found, _filter(request.args.get("state", "")))),
        items={shown.item.id: render_template("admin/_item.html", shown=shown) for shown in mine},
        open=[shown.item.id for shown in mine if shown.item.state in upload_status.OPEN],
        say=told["milestone"],
        finished=found.finished,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


# ---- deciding


def decide(batch_id: int) -> ResponseReturnValue:
    """Do what a button says, with one item or with all that are held or failed: accept, leave_out, retry."""
    books = services().batches
    deeds: dict[str, Callable[[str, Collection[int]], None]] = {
        "accept": books.accept,
        "leave_out": books.leave_out,
        "retry": books.retry,
    }
    for name, deed in deeds.items():
        if name in request.form:
            ids = _meant(batch_id, request.form[name], again=name == "retry")
            _try(lambda deed=deed, ids=ids: deed(actor(), ids))  # type: ignore[misc]
    state, offset = _filter(request.form.get("state", "")), request.form.get("offset", type=int)
    kept = None if state == "all" else state
    return redirect(url_for("bring_in.batch", batch_id=batch_id, state=kept, offset=offset or None), 303)


def cancel(batch_id: int) -> ResponseReturnValue:
    """Stop a batch."""
    services().batches.cancel(actor(), batch_id)
    flash(gettext("The batch was stopped. Documents already imported are kept."))
    return redirect(url_for("bring_in.batch", batch_id=batch_id), 303)


# ---- parts


def _told(found: UploadBatch) -> dict[str, object]:
    """What a page says of a batch as a whole."""
    progress = services().batches.progress(found.id)
    return {
        "batch": found,
        "settled": upload_status.settled(found.counts),
        "time_left": upload_status.time_left(progress.seconds_left),
        "milestone": upload_status.milestone(progress),
        "progress": progress,
    }


def shown_items(items: Iterable[UploadItem]) -> list[upload_status.ShownItem]:
    """Items as pages show them, with the documents that they name."""
    items = list(items)
    summaries = {summary.id: summary for summary in services().review.summaries(upload_status.named(items))}
    return [upload_status.shown(item, summaries) for item in items]


def _filter(name: str) -> str:
    return name if name in upload_status.FILTERS else "all"


def _ways(found: UploadBatch, state: str) -> dict[str, object]:
    """The filters that keep something, and how much; which of them is in use."""
    counted = [(name, sum(found.counts[one] for one in states)) for name, states in upload_status.FILTERS.items()]
    return {"filters": [(name, number) for name, number in counted if number or name == "all"], "state": state}


def _meant(batch_id: int, value: str, again: bool) -> list[int]:
    """The items that a button means: one by its number, or all of the batch in a state.

    To try them `again` means those of which there is something to try with.
    """
    if value in _ALL_OF:
        found = services().batches.items(batch_id, (value,), limit=MOST_ITEMS)
        return [item.id for item in found if not again or upload_status.is_kept(item)]
    number = _number(value)
    return [] if number is None else [number]


def _number(typed: str) -> int | None:
    """The number of a batch or an item; None for what can be none."""
    return int(typed) if typed.isdecimal() and len(typed) <= 10 else None


def _try(deed: Callable[[], None]) -> None:
    """Do it, or say on the next page why it could not be done."""
    try:
        deed()
    except Conflict as error:
        flash(error.message(interface_language()))
