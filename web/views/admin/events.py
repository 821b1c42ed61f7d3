"""Events: made, changed, renamed, merged, deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ingest.metadata.economies import all_economies
from kb.errors import BadEvent, Conflict, EventThere, KbError, NoSuchEvent, SameEvent
from kb.events import Event
from web.admin_context import services
from web.i18n import interface_language
from web.security.permissions import actor

blueprint = Blueprint("gatherings", __name__, url_prefix="/desk/events")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of an event."""

    name: str = ""
    thai: str = ""
    date: str = ""
    economy: str = ""


@blueprint.get("")
def events() -> str:
    """All events, with and without papers; and a form for another one."""
    return _list_page(Typed())


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Make an event."""
    typed = _typed()
    try:
        made = services().gatherings.add(actor(), **_stated(typed))
    except (EventThere, BadEvent) as error:
        return _list_page(typed, _problems(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("The event was created. Documents can now be assigned to it."))
    return redirect(url_for(".event", slug=made.slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/<slug>")
def event(slug: str) -> ResponseReturnValue:
    """One event: its form, merging, deleting."""
    found = services().gatherings.event(slug)
    if found.slug != slug:
        return redirect(url_for(".event", slug=found.slug))
    return _event_page(found, _typed_of(found))


@blueprint.post("/<slug>")
def change(slug: str) -> ResponseReturnValue:
    """Save its name, Thai name, date and economy."""
    typed = _typed()
    found = services().gatherings.event(slug)
    try:
        changed = services().gatherings.change(actor(), slug, **_stated(typed))
    except (EventThere, BadEvent) as error:
        return _event_page(found, typed, _problems(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    if changed.name == found.name:
        flash(gettext("The event was saved."))
    else:
        flash(gettext("The event was renamed in all its documents. Its old address leads to the new one."))
    return redirect(url_for(".event", slug=changed.slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/<slug>/merge")
def merge(slug: str) -> ResponseReturnValue:
    """What merging this event into another one will do."""
    into = request.args.get("into", "")
    try:
        one, other = services().gatherings.event(slug), services().gatherings.event(into)
        if one.slug == other.slug:
            raise SameEvent(name=one.name)
    except (NoSuchEvent, SameEvent) as error:
        flash(error.message(interface_language()))
        return redirect(url_for(".event", slug=slug), HTTPStatus.SEE_OTHER)
    return render_template("admin/merge.html", event=one, other=other, drafts=_drafts(one))


@blueprint.post("/<slug>/merge")
def merge_now(slug: str) -> ResponseReturnValue:
    """Merge it."""
    found = services().gatherings.merge(actor(), slug, request.form.get("into", ""))
    flash(gettext("The events were merged. The old address leads here."))
    return redirect(url_for(".event", slug=found.slug), HTTPStatus.SEE_OTHER)


@blueprint.post("/<slug>/delete")
def delete(slug: str) -> ResponseReturnValue:
    """Delete it, if it has no papers."""
    try:
        services().gatherings.delete(actor(), slug)
    except Conflict as error:
        flash(error.message(interface_language()))
        return redirect(url_for(".event", slug=slug), HTTPStatus.SEE_OTHER)
    flash(gettext("The event was deleted."))
    return redirect(url_for(".events"), HTTPStatus.SEE_OTHER)


def _list_page(typed: Typed, problems: Mapping[str, str] | None = None) -> str:
    found = services().gatherings.events()
    return render_template(
        "admin/events.html",
        events=found,
        drafts={one.slug: _drafts(one) for one in found},
        typed=typed,
        problems=problems or {},
        economies=[one.name for one in all_economies()],
    )


def _event_page(found: Event, typed: Typed, problems: Mapping[str, str] | None = None) -> str:
    others = [one for one in services().gatherings.events() if one.slug != found.slug]
    return render_template(
        "admin/event.html",
        event=found,
        drafts=_drafts(found),
        others=others,
        typed=typed,
        problems=problems or {},
        economies=[one.name for one in all_economies()],
    )


def _drafts(found: Event) -> int:
    return Counter(one.state for one in found.documents)["draft"]


def _typed() -> Typed:
    return Typed(**{name: request.form.get(name, "").strip() for name in asdict(Typed())})


def _typed_of(found: Event) -> Typed:
    return Typed(found.name, found.thai or "", found.date or "", found.economy or "")


def _stated(typed: Typed) -> dict[str, str]:
    """What was typed, without the fields that are empty. A name is always given: an event cannot do without."""
    return {"name": typed.name} | {name: value for name, value in asdict(typed).items() if value}


def _problems(error: KbError) -> dict[str, str]:
    """What is wrong, by the field of the form it is wrong in."""
    cause = error.values.get("cause")
    told = cause.message(interface_language()) if isinstance(cause, KbError) else error.message(interface_language())
    field = str(error.values.get("field", "name"))
    return {field if field in asdict(Typed()) else "name": told}
