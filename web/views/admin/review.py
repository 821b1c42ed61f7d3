"""Review: the documents that editors work on, and the sheet of one. All routes of `review` stand at the end."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ingest.metadata.economies import all_economies
from ingest.metadata.themes import all_themes
from ingest.models import Kind
from kb.editorial.models import FactName, ReviewSheet
from kb.errors import BadCorrection, NoSuchDocument, NotADraft
from web.admin_context import services
from web.forms import correction_form
from web.forms.correction_form import RELEASE, Values
from web.forms.query_params import VERSION, list_window
from web.i18n import interface_language
from web.presenters import fact_highlights
from web.presenters.pagination import paging
from web.security.permissions import actor
from web.views.admin import bulk_edit, text_editor, trash, versions
from web.views.admin.audit_log import ACTIONS
from web.views.admin.document_list import PER_PAGE, counted, list_filters, listed, options
from web.views.documents import download

blueprint = Blueprint("review", __name__, url_prefix="/desk/documents")

LOGGED = 20  # lines of the log that a sheet shows


def documents() -> str:
    """The drafts and the published documents that pass the filters, drafts first."""
    asked = list_filters(request.args)
    everything = listed(asked.without_state())
    found = [one for one in everything if asked.state in ("", one.state)]
    window = list_window(request.args, PER_PAGE)
    kept = asked.arguments()
    return render_template(
        "admin/drafts.html",
        asked=asked,
        kept=kept,
        ways=counted(asked, everything),
        options=options(),
        shown=found[window.offset : window.offset + window.limit],
        total=len(found),
        paging=paging(
            len(found), window.limit, window.offset, lambda offset: url_for(".documents", **kept, offset=offset or None)
        ),
        undoable=trash.undoable(),
    )


def act() -> ResponseReturnValue:
    """Do with the documents that were selected what was asked for."""
    ids, wish = request.form.getlist("id"), request.form.get("do", "")
    back = url_for(".documents", **list_filters(request.args).arguments())
    if not ids:
        flash(gettext("No documents selected. Tick documents in the list first."))
    elif wish == "correct":
        return redirect(url_for(".correct_many", id=ids), HTTPStatus.SEE_OTHER)
    elif wish == "publish":
        bulk_edit.publish(ids)
    elif wish == "remove":
        trash.take_out(ids)
    return redirect(back, HTTPStatus.SEE_OTHER)


def sheet(document_id: str) -> ResponseReturnValue:
    """One document with its facts beside its text; one that was removed is shown among those."""
    try:
        return _sheet_page(services().review.sheet(document_id))
    except NoSuchDocument:
        if document_id not in {one.document.id for one in services().removal.removed()}:
            raise
        flash(gettext("This document is in the trash. Restore it to edit it."))
        return redirect(url_for("removal.removed"), HTTPStatus.SEE_OTHER)


def save(document_id: str) -> ResponseReturnValue:
    """Save the facts that were changed on the sheet; and publish, if that was asked for."""
    book = services().review
    found = book.sheet(document_id)
    typed, released = correction_form.typed(request.form), request.form.getlist(RELEASE)
    seen = request.form.get("seen", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else found.document.summary.version
    before = correction_form.values_of(book.version(document_id, version).summary)
    now = correction_form.values_of(found.document.summary)
    mine = {name: typed[name] for name in correction_form.differing(before, typed)}
    theirs = correction_form.differing(before, now)
    clashes = [name for name in correction_form.differing(now, mine) if name in theirs]
    if clashes:
        problem = gettext(
            "Someone else has changed this document in the meantime. The form shows your values; save again "
            "to keep them."
        )
        return _sheet_page(found, mine, dict.fromkeys(clashes, problem)), HTTPStatus.CONFLICT
    asked = correction_form.changes(now, {**now, **mine}, released)
    try:
        saved = book.correct(actor(), [document_id], asked)
    except BadCorrection as error:
        return _sheet_page(found, mine, bulk_edit.problems_of(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    publishing = request.form.get("do") == "publish" and found.document.summary.state == "draft"
    if publishing:
        book.publish(actor(), [document_id])
    _tell_saved(bool(saved), publishing)
    return redirect(url_for(".sheet", document_id=document_id), HTTPStatus.SEE_OTHER)


def publish(document_id: str) -> ResponseReturnValue:
    """Let readers find a draft."""
    try:
        services().review.publish(actor(), [document_id])
        _tell_saved(saved=False, published=True)
    except NotADraft as error:
        flash(error.message(interface_language()))
    return redirect(url_for(".sheet", document_id=document_id), HTTPStatus.SEE_OTHER)


def remove(document_id: str) -> ResponseReturnValue:
    """Take the document out; the list that follows offers to undo it."""
    trash.take_out([document_id])
    return redirect(url_for(".documents"), HTTPStatus.SEE_OTHER)


def original(document_id: str) -> Response:
    """The file that a draft or a published document was read from."""
    return download(services().review.original(document_id), document_id)


def _tell_saved(saved: bool, published: bool) -> None:
    if saved and published:
        flash(gettext("Saved and published. Readers can now find it."))
    elif published:
        flash(gettext("Published. Readers can now find it."))
    elif saved:
        flash(gettext("Saved as a new version."))
    else:
        flash(gettext("Nothing to save: the details have not changed."))


def _sheet_page(
    found: ReviewSheet, typed: Mapping[FactName, Values] | None = None, problems: Mapping[FactName, str] | None = None
) -> str:
    summary = found.document.summary
    values: dict[FactName, Values] = {**correction_form.values_of(summary), **(typed or {})}
    places = fact_highlights.places_of(found.facts)
    return render_template(
        "admin/sheet.html",
        sheet=found,
        document=summary,
        facts={fact.name: fact for fact in found.facts},
        typed=values,
        problems=problems or {},
        released=request.form.getlist(RELEASE),
        blocks=fact_highlights.cut_blocks(found.document, places),
        quotes=lambda name, value: fact_highlights.quotes(found.document, name, value),
        kinds=list(Kind),
        economies=[one.name for one in all_economies()],
        themes=[one.name for one in all_themes()],
        events=services().gatherings.events(),
        log=services().audit.entries(limit=LOGGED, subject=summary.id),
        actions=ACTIONS,
    )


for _rule, _view, _method in (
    ("", documents, "GET"),
    ("", act, "POST"),
    ("/correct", bulk_edit.correct_many, "GET"),
    ("/correct", bulk_edit.save_many, "POST"),
    ("/<document_id>", sheet, "GET"),
    ("/<document_id>", save, "POST"),
    ("/<document_id>/publish", publish, "POST"),
    ("/<document_id>/remove", remove, "POST"),
    ("/<document_id>/original", original, "GET"),
    ("/<document_id>/text", text_editor.text, "GET"),
    ("/<document_id>/text", text_editor.save_text, "POST"),
    ("/<document_id>/versions", versions.versions, "GET"),
    (f"/<document_id>/versions/<{VERSION}:number>", versions.version, "GET"),
    (f"/<document_id>/versions/<{VERSION}:number>", versions.go_back, "POST"),
    (f"/<document_id>/versions/<{VERSION}:number>/changes", versions.changes, "GET"),
):
    blueprint.add_url_rule(_rule, view_func=_view, methods=[_method])
