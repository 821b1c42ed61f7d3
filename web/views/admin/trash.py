"""Taking out: what was removed, brought back, or purged for good."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from kb.editorial.models import TrashedDocument
from kb.editorial.trash import DAYS
from kb.errors import NoSuchDocument, NotRemoved
from web.admin_context import services
from web.forms.query_params import list_window
from web.i18n import interface_language
from web.presenters.pagination import paging
from web.security.permissions import actor

blueprint = Blueprint("removal", __name__, url_prefix="/desk/removed")

PER_PAGE = 50
_UNDO = "undo"  # in the session, until a page has shown it: the ids of what was removed last
MOST_UNDONE = 100  # ids that fit into the cookie; more are brought back on the page of removed documents


def take_out(ids: Sequence[str]) -> None:
    """Remove documents, and offer on the next page to undo it."""
    try:
        services().removal.remove(actor(), ids)
    except NoSuchDocument:
        flash(gettext("Some of these documents no longer exist, so nothing was moved to the trash. Select again."))
        return
    session[_UNDO] = list(ids[:MOST_UNDONE])


def undoable() -> tuple[TrashedDocument, ...]:
    """What was removed last by who asks, if this has not been told yet."""
    ids = session.pop(_UNDO, None)
    return tuple(one for one in services().removal.removed() if one.document.id in ids) if ids else ()


@blueprint.get("")
def removed() -> str:
    """What was removed, the last one first."""
    found = services().removal.removed()
    window = list_window(request.args, PER_PAGE)
    return render_template(
        "admin/removed.html",
        shown=found[window.offset : window.offset + window.limit],
        total=len(found),
        days=DAYS,
        paging=paging(
            len(found), window.limit, window.offset, lambda offset: url_for(".removed", offset=offset or None)
        ),
    )


@blueprint.post("")
def act() -> ResponseReturnValue:
    """Bring the selected documents back, or ask whether they are to be deleted for good."""
    ids = request.form.getlist("id")
    if not ids:
        flash(gettext("No documents selected. Tick documents in the list first."))
        return redirect(url_for(".removed"), HTTPStatus.SEE_OTHER)
    if request.form.get("do") == "purge":
        return redirect(url_for(".purge", id=ids), HTTPStatus.SEE_OTHER)
    try:
        services().removal.undo(actor(), ids)
    except NotRemoved as error:
        flash(error.message(interface_language()))
        return redirect(url_for(".removed"), HTTPStatus.SEE_OTHER)
    flash(ngettext("%(num)s document restored.", "%(num)s documents restored.", len(ids)))
    there = url_for("review.sheet", document_id=ids[0]) if len(ids) == 1 else url_for("review.documents")
    return redirect(there, HTTPStatus.SEE_OTHER)


@blueprint.get("/purge")
def purge() -> ResponseReturnValue:
    """What will be lost, before it is."""
    return _purge_page(request.args.getlist("id"))


@blueprint.post("/purge")
def purge_for_good() -> ResponseReturnValue:
    """Delete for good, if that was ticked."""
    ids = request.form.getlist("id")
    if request.form.get("sure") != "yes":
        return _purge_page(ids, unsure=True)
    try:
        done = services().removal.purge(actor(), ids)
    except NotRemoved as error:
        flash(error.message(interface_language()))
        return redirect(url_for(".removed"), HTTPStatus.SEE_OTHER)
    flash(
        ngettext("%(num)s document permanently deleted.", "%(num)s documents permanently deleted.", len(done.documents))
    )
    if not done.clean:
        flash(
            gettext(
                "Another program is reading the database, so traces may remain in its file. They will be erased "
                "automatically as soon as it has finished."
            )
        )
    return redirect(url_for(".removed"), HTTPStatus.SEE_OTHER)


def _purge_page(ids: Sequence[str], *, unsure: bool = False) -> ResponseReturnValue:
    found = [one for one in services().removal.removed() if one.document.id in ids]
    if not found:
        flash(gettext("No documents selected. Tick documents in the list first."))
        return redirect(url_for(".removed"), HTTPStatus.SEE_OTHER)
    page = render_template("admin/purge.html", documents=found, unsure=unsure)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if unsure else HTTPStatus.OK
