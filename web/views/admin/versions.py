"""The versions of a document for editors, of drafts too: to look at, to compare, to go back to."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.admin_context import services
from web.forms.query_params import list_window
from web.presenters import diff
from web.presenters.document import shown_blocks
from web.presenters.pagination import paging
from web.security.permissions import actor
from web.views.versions import LISTED, difference, listed_of


def versions(document_id: str) -> str:
    """All versions, newest first, each to go back to."""
    book = services().review
    found = book.versions(document_id)
    offset = list_window(request.args).offset
    return render_template(
        "admin/versions.html",
        document=found[0].summary,
        listed=listed_of(found, offset, lambda number: book.version(document_id, number)),
        total=len(found),
        paging=paging(
            len(found),
            LISTED,
            offset,
            lambda start: url_for(".versions", document_id=document_id, offset=start or None),
        ),
    )


def version(document_id: str, number: int) -> str:
    """The document as it was."""
    book = services().review
    current = book.document(document_id).summary
    found = book.version(document_id, number)
    return render_template("admin/version.html", document=found.summary, current=current, blocks=shown_blocks(found))


def changes(document_id: str, number: int) -> str:
    """What changed from the version before to this one."""
    book = services().review
    before, after = book.changed_version(document_id, number)
    current = book.document(document_id).summary
    return render_template(
        "changes.html",
        room="review",
        document=after.summary,
        current=current,
        difference=difference(before, after),
        changes=diff.folded(diff.changes(before.text, after.text)),
        facts=diff.changed_facts(before.summary, after.summary),
    )


def go_back(document_id: str, number: int) -> ResponseReturnValue:
    """Make this version the current one again."""
    new = services().review.go_back(actor(), document_id, number)
    flash(gettext("Version %(number)s was restored as version %(new)s.", number=number, new=new))
    return redirect(url_for(".sheet", document_id=document_id), HTTPStatus.SEE_OTHER)
