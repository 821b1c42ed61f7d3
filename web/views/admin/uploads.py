"""Bringing in: the form, and one item to be mended. All routes of `bring_in` stand at the end."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ingest.metadata.economies import all_economies
from ingest.metadata.events import all_events
from ingest.models import Kind
from ingest.parsers import registry
from kb.errors import KbError
from kb.models import DocumentSummary
from kb.uploads.models import Upload
from kb.uploads.upload_items import MOST_ITEMS
from web.admin_context import services
from web.error_handlers import status_of
from web.forms import upload_form
from web.i18n import interface_language
from web.presenters import upload_status
from web.security.permissions import actor
from web.security.request_limits import LONGEST_TEXT, MEGABYTE, MOST_BYTES, bytes_of
from web.views.admin import batches

blueprint = Blueprint("bring_in", __name__, url_prefix="/desk")

_NUMBER = "int(min=1, max=9999999999)"
_STATED = ("kind", "event", "date")
_NAMES = {
    "filter_names": upload_status.FILTER_NAMES,
    "stage_names": upload_status.STAGE_NAMES,
    "outcome_names": upload_status.OUTCOME_NAMES,
    "open_states": upload_status.OPEN,
}


@blueprint.context_processor
def _names() -> dict[str, object]:
    return {**_NAMES, "document_page": _document_page}


def _document_page(document: DocumentSummary) -> str:
    """Where an editor goes on with a document: drafts cannot be read but there."""
    return url_for("review.sheet" if document.state == "draft" else "documents.document", document_id=document.id)


# ---- sending in


def show() -> str:
    """The form."""
    return _form()


def receive() -> ResponseReturnValue:
    """Take what was sent in as a batch. Scripts are told where it is; browsers are sent there."""
    try:
        batch_id = _received()
    except KbError as error:
        if (status := status_of(error)) is None:
            raise
        return _form(error.message(interface_language())), status
    address = url_for("bring_in.batch", batch_id=batch_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(url=address), 201
    return redirect(address, 303)


def _received() -> int:
    form = request.form
    facts = upload_form.facts_of(_stated())
    sent: list[Upload] = [
        *upload_form.files_of(request.files.getlist("files")),
        *upload_form.text_of(form.get("title", ""), form.get("text", "")),
        *upload_form.addresses_of(form.get("addresses", "").splitlines()),
    ]
    batch_id = services().batches.receive(actor(), sent, facts, form.get("publish") == "yes")
    number = services().batches.batch(batch_id).total
    flash(ngettext("%(num)s item received.", "%(num)s items received.", number))
    return batch_id


def _stated() -> dict[str, object]:
    """The facts that the form states, as typed; blank ones are not stated."""
    typed: dict[str, object] = {name: request.form.get(name, "").strip() for name in _STATED}
    stated = {name: value for name, value in typed.items() if value}
    economies = [name for name in request.form.getlist("economies") if name]
    return stated | ({"economies": economies} if economies else {})


def _form(problem: str = "") -> str:
    return render_template(
        "admin/bring_in.html",
        problem=problem,
        typed=request.form,
        ticked=request.form.getlist("economies"),
        most_files=MOST_ITEMS,
        most_bytes=MOST_BYTES,
        most_megabytes=MOST_BYTES // MEGABYTE,
        file_megabytes=registry.MAX_BYTES // MEGABYTE,
        longest_text=LONGEST_TEXT,
        **_choices(),
    )


def _choices() -> dict[str, object]:
    """What can be chosen as facts: kinds, names of events, economies."""
    events = [event.name for event in services().base.catalogue.events()] + [event.name for event in all_events()]
    return {
        "kinds": [kind.value for kind in Kind],
        "events": list(dict.fromkeys(events)),
        "all_economies": [economy.name for economy in all_economies()],
    }


# ---- one item


def item(item_id: int) -> str:
    """An item by itself, with what can be done to get it in."""
    return _item(item_id)


def _item(item_id: int, problem: str = "") -> str:
    found = services().batches.item(item_id)
    return render_template(
        "admin/item.html",
        shown=batches.shown_items([found])[0],
        batch=services().batches.batch(found.batch),
        problem=problem,
        typed=request.form or {"kind": found.facts.kind, "event": found.facts.event, "date": found.facts.date},
        ticked=request.form.getlist("economies") or found.facts.economies,
        **_choices(),
    )


def mend(item_id: int) -> ResponseReturnValue:
    """Try an item again, with another file in its place or with other facts."""
    books, file = services().batches, request.files.get("file")
    try:
        if file is not None and file.filename:
            books.replace(actor(), item_id, bytes_of(file))
        else:
            stated = upload_form.facts_of(_stated())
            keys = (*_STATED, "economies")
            changed = {key: getattr(stated, key) for key in keys}
            books.retry(actor(), [item_id], replace(books.item(item_id).facts, **changed))
    except KbError as error:
        if (status := status_of(error)) is None:
            raise
        return _item(item_id, error.message(interface_language())), status
    return redirect(url_for("bring_in.batch", batch_id=books.item(item_id).batch), 303)


for _rule, _view, _method in (
    ("/bring-in", show, "GET"),
    ("/bring-in", receive, "POST"),
    ("/batches", batches.batches, "GET"),
    (f"/batches/<{_NUMBER}:batch_id>", batches.batch, "GET"),
    (f"/batches/<{_NUMBER}:batch_id>/progress", batches.progress, "GET"),
    (f"/batches/<{_NUMBER}:batch_id>/decide", batches.decide, "POST"),
    (f"/batches/<{_NUMBER}:batch_id>/cancel", batches.cancel, "POST"),
    (f"/items/<{_NUMBER}:item_id>", item, "GET"),
    (f"/items/<{_NUMBER}:item_id>", mend, "POST"),
):
    blueprint.add_url_rule(_rule, view_func=_view, methods=[_method])
