"""Many documents at once: published, or their facts corrected together after a look at what that will change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from ingest.metadata.economies import all_economies
from ingest.metadata.themes import all_themes
from ingest.models import Kind
from kb.editorial.corrections import read
from kb.editorial.models import CLEARABLE, FACT_NAMES, LISTS, FactChanges, FactName
from kb.errors import BadCorrection, KbError
from kb.events import event_slug
from kb.models import DocumentSummary
from web.admin_context import services
from web.forms import correction_form
from web.forms.correction_form import Foreseen
from web.i18n import interface_language
from web.security.permissions import actor


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document, and the facts of it that will change."""

    document: DocumentSummary
    facts: tuple[Foreseen, ...]


def publish(ids: Sequence[str]) -> None:
    """Publish the drafts among the selected documents, and say so."""
    drafts = [one.id for one in services().review.summaries(ids) if one.state == "draft"]
    if drafts:
        services().review.publish(actor(), drafts)
        flash(ngettext("%(num)s document published.", "%(num)s documents published.", len(drafts)))
    else:
        flash(gettext("None of the selected documents is a draft, so nothing was published."))


def correct_many() -> ResponseReturnValue:
    """The form on which facts of the selected documents are corrected together."""
    return _page(request.args.getlist("id"))


def save_many() -> ResponseReturnValue:
    """Show what will change, or change it."""
    ids, wish = request.form.getlist("id"), request.form.get("do")
    if wish == "edit":
        return _page(ids)
    asked = correction_form.bulk_changes(request.form)
    try:
        if wish == "preview":
            return _page(ids, _outcome(ids, asked))
        saved = services().review.correct(actor(), ids, asked)
    except BadCorrection as error:
        return _page(ids, problems=problems_of(error))
    flash(
        ngettext("%(num)s document updated.", "%(num)s documents updated.", len(saved))
        if saved
        else gettext("Nothing to save: the details have not changed.")
    )
    return redirect(url_for("review.documents"), HTTPStatus.SEE_OTHER)


def problems_of(error: BadCorrection) -> dict[FactName, str]:
    """What is wrong, by the fact it is wrong with."""
    cause = error.values.get("cause")
    told = cause if isinstance(cause, KbError) else error
    wrong = error.values.get("field")
    return {name: told.message(interface_language()) for name in FACT_NAMES if name == wrong}


def _page(
    ids: Sequence[str], outcome: Sequence[Outcome] | None = None, problems: Mapping[FactName, str] | None = None
) -> ResponseReturnValue:
    selected = services().review.summaries(ids)
    if not selected:
        flash(gettext("The selected documents no longer exist. Select others."))
        return redirect(url_for("review.documents"), HTTPStatus.SEE_OTHER)
    page = render_template(
        "admin/bulk.html",
        selected=selected,
        wishes={name: value for name, value in request.form.items() if name.startswith("do-")},
        typed=correction_form.typed(request.form),
        lists=LISTS,
        clearable=CLEARABLE,
        kinds=list(Kind),
        economies=[one.name for one in all_economies()],
        themes=[one.name for one in all_themes()],
        events=services().gatherings.events(),
        previewing=outcome is not None,
        outcome=outcome or (),
        problems=problems or {},
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK


def _outcome(ids: Sequence[str], asked: FactChanges) -> list[Outcome]:
    """The documents that will change, with what of them. Raises `BadCorrection`."""
    selected = services().review.summaries(ids)
    if not selected:
        return []
    now = {slug: one.name for one in services().gatherings.events() for slug in (*one.former, one.slug)}
    wanted = read(asked, selected[0], lambda name: now.get(event_slug(name), name))
    found = (Outcome(one, correction_form.foreseen(one, wanted)) for one in selected)
    return [one for one in found if one.facts]
