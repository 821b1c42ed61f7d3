"""The text of a document as an editor corrects it: as plain text with marks, looked at before it is saved."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kb.errors import BadText, SavedMeanwhile
from web.admin_context import services
from web.i18n import interface_language
from web.presenters import diff
from web.security.permissions import actor


def text(document_id: str) -> str:
    """The text in a form."""
    return _page(document_id, services().review.text_of(document_id))


def save_text(document_id: str) -> ResponseReturnValue:
    """Show what was changed in the text, or save it. Whatever goes wrong, what was typed is on the page."""
    typed = request.form.get("text", "").replace("\r\n", "\n")
    seen = request.form.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
    if request.form.get("do") != "save":
        return _page(document_id, typed, seen=version, previewing=True)
    try:
        number = services().review.correct_text(actor(), document_id, typed, version)
    except SavedMeanwhile as error:
        page = _page(document_id, typed, problem=error.message(interface_language()), theirs=True)
        return page, HTTPStatus.CONFLICT
    except BadText as error:
        page = _page(document_id, typed, seen=version, problem=error.message(interface_language()))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if number == version:
        flash(gettext("Nothing to save: the text has not changed."))
    else:
        flash(gettext("The text was saved as a new version."))
    return redirect(url_for("review.sheet", document_id=document_id), HTTPStatus.SEE_OTHER)


def _page(
    document_id: str,
    typed: str,
    *,
    seen: int | None = None,
    previewing: bool = False,
    problem: str = "",
    theirs: bool = False,
) -> str:
    """The form; with `theirs`, what somebody else saved meanwhile beside it, and how the two differ."""
    summary = services().review.document(document_id).summary
    now = services().review.text_of(document_id) if previewing or theirs else ""
    found = diff.changes(now, typed) if previewing or theirs else ()
    return render_template(
        "admin/text.html",
        document=summary,
        seen=summary.version if seen is None else seen,
        typed=typed,
        problem=problem,
        now=now if theirs else None,
        compared=previewing or theirs,
        same=all(change.kind == "same" for change in found),
        changes=diff.folded(found),
    )
