"""Events as editors keep them: made, changed, renamed, merged, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.errors import BadFact, IngestError
from ingest.metadata.events import find_event as known_name
from ingest.metadata.sidecar import facts_of, read_economies
from ingest.text.normalise import normalise
from kb.accounts.audit_log import AuditLog
from kb.errors import N_, BadEvent, Conflict, EventThere, NoSuchEvent, NotAdded, SameEvent, SavedMeanwhile
from kb.events import Event, MadeEvent, event_slug, events_of, find_event
from kb.knowledge_base import KnowledgeBase
from kb.storage import row_mapping, writer
from kb.storage.records import DocumentRevision
from kb.storage.row_mapping import NOT_REMOVED
from kb.storage.schema import events as table

_TRIES = 5  # while others change the same papers


class EventService:
    """The events of a knowledge base, for editors. Threads may share it."""

    def __init__(self, base: KnowledgeBase, audit: AuditLog) -> None:
        self._base, self._audit = base, audit
        self._reader = base.reader

    def events(self) -> tuple[Event, ...]:
        """All events with all their papers, drafts too, latest first; also those without papers."""
        return events_of(self._reader.summaries(states=NOT_REMOVED), self._reader.events(), without_papers=True)

    def event(self, slug: str) -> Event:
        """The event that has or had this slug. Raises `NoSuchEvent`."""
        return find_event(slug, self.events())

    def add(
        self, actor: str, name: str, thai: str | None = None, date: str | None = None, economy: str | None = None
    ) -> Event:
        """Make an event. Dates are read in any way, economies in either language.

        Raises `EventThere`, `BadEvent` (names the field).
        """
        name = _name(name)
        made = _made(known_name("", stated=name) or name, thai, date, economy)
        self._require_free(made.slug, made.name)
        with self._base.database.writing() as connection:
            if made.slug in _made_in(connection):  # by somebody else meanwhile
                raise EventThere(name=made.name)
            _put(connection, made)
            self._audit.note(connection, actor, "event.add", made.slug, **_told(made))
        return self.event(made.slug)

    def change(
        self,
        actor: str,
        slug: str,
        name: str,
        thai: str | None = None,
        date: str | None = None,
        economy: str | None = None,
    ) -> Event:
        """Give an event, made or not, another name, Thai name, date or economy; None takes away what was given.

        All its papers follow, drafts too; its old address leads to the new one. Raises `NoSuchEvent`,
        `EventThere` (the name is another event's: merge them), `BadEvent`, `SavedMeanwhile`.
        """
        wanted = _made(_name(name), thai, date, economy)

        def settle(connection: Connection, event: Event) -> None:
            kept = _made_in(connection).get(event.slug)
            former = dict.fromkeys((*(kept.former if kept else ()), event.slug))
            made = replace(_own(wanted, event), former=tuple(one for one in former if one != wanted.slug))
            _drop(connection, event.slug)
            _put(connection, made)
            self._audit.note(connection, actor, "event.change", made.slug, was=event.name, **_told(made))

        event = self.event(slug)
        if wanted.slug != event.slug:
            self._require_free(wanted.slug, wanted.name, event)
        self._move(event.slug, wanted.name, settle)
        return self.event(wanted.slug)

    def merge(self, actor: str, slug: str, into: str) -> Event:
        """Let all papers of an event be papers of another one, whose slug is `into`; the first is no more.

        Its names stay known: papers to come that name it are of the other. Raises `NoSuchEvent`, `SameEvent`,
        `SavedMeanwhile`.
        """
        event, other = self.event(slug), self.event(into)
        if event.slug == other.slug:
            raise SameEvent(name=event.name)

        def settle(connection: Connection, event: Event) -> None:
            made = _made_in(connection)
            kept = made.get(other.slug, MadeEvent(other.slug, other.name))
            gone = made.get(event.slug, MadeEvent(event.slug, event.name))
            former = tuple(dict.fromkeys((*kept.former, event.slug, *gone.former)))
            _drop(connection, event.slug)
            _put(connection, replace(kept, former=former))
            self._audit.note(connection, actor, "event.merge", other.slug, merged=event.name)

        self._move(event.slug, other.name, settle)
        return self.event(other.slug)

    def delete(self, actor: str, slug: str) -> None:
        """Delete an event without papers. Raises `NoSuchEvent`, `EventHasPapers`."""
        event = self.event(slug)
        if event.documents:
            raise Conflict(
                N_("“{name}” has documents ({papers}, including drafts). Merge it into another event instead."),
                code="event_has_papers",
                name=event.name,
                papers=len(event.documents),
            )
        with self._base.database.writing() as connection:
            if not _drop(connection, event.slug):
                raise NoSuchEvent(name=slug)
            self._audit.note(connection, actor, "event.delete", event.slug, name=event.name)

    def _require_free(self, slug: str, name: str, own: Event | None = None) -> None:
        for one in self.events():
            if slug in (one.slug, *one.former) and (own is None or one.slug != own.slug):
                raise EventThere(name=one.name)

    def _move(self, slug: str, name: str, settle: Callable[[Connection, Event], None]) -> None:
        """Let the papers of an event, removed ones too, name their event `name`; and `settle` the event's row.

        All in one transaction.
        """
        for _ in range(_TRIES):
            event = self.event(slug)
            everything = self._reader.summaries(states=row_mapping.ALL)
            slugs = {event.slug, *event.former}
            papers = [one for one in everything if one.event and event_slug(one.event) in slugs]
            renamed = [
                _of_event(self._reader.revision(one.id, row_mapping.ALL), name) for one in papers if one.event != name
            ]
            with self._base.database.writing() as connection:
                if writer.revise(connection, renamed):
                    settle(connection, event)
                    return
        raise SavedMeanwhile


def _of_event(stored: DocumentRevision, name: str) -> DocumentRevision:
    draft = stored.draft
    corrected = draft.corrected
    if corrected.stated.event:
        corrected = replace(corrected, stated=replace(corrected.stated, event=name))
    told = replace(draft.description, event=name)
    return replace(stored, draft=replace(draft, description=told, corrected=corrected))


def _name(name: str) -> str:
    name = " ".join(normalise(name).split())
    if event_slug(name) == "-":
        raise BadEvent(N_("An event needs a name with letters or digits in it. Write one."))
    return name


def _made(name: str, thai: str | None, date: str | None, economy: str | None) -> MadeEvent:
    """Raises `BadEvent`."""
    thai = " ".join(normalise(thai or "").split()) or None
    return MadeEvent(event_slug(name), name, thai, _date(date), _economy(economy))


def _date(date: str | None) -> str | None:
    try:
        return facts_of({"date": date or ""}).date
    except IngestError as error:
        raise BadEvent(field="date", cause=NotAdded(cause=error)) from error


def _economy(economy: str | None) -> str | None:
    try:
        found = read_economies(normalise(economy or ""))
        if len(found) > 1:
            raise BadFact(
                N_("“{value}” is not an APEC economy. Write its official name, such as Chinese Taipei or Thailand."),
                value=economy,
            )
    except IngestError as error:
        raise BadEvent(field="economy", cause=NotAdded(cause=error)) from error
    return found[0] if found else None


def _own(wanted: MadeEvent, event: Event) -> MadeEvent:
    """What is to be kept of what is wanted: not what is known of the event without editors, and its papers."""
    papers = [replace(one, event=wanted.name) for one in event.documents]
    (known,) = events_of(papers, [MadeEvent(wanted.slug, wanted.name)], without_papers=True)
    return replace(
        wanted,
        thai=None if wanted.thai == known.thai else wanted.thai,
        date=None if wanted.date == known.date else wanted.date,
        economy=None if wanted.economy == known.economy else wanted.economy,
    )


def _told(made: MadeEvent) -> dict[str, Any]:
    return {key: value for key, value in asdict(made).items() if key not in ("slug", "former") and value}


def _made_in(connection: Connection) -> dict[str, MadeEvent]:
    return {row.slug: row_mapping.to_event(row) for row in connection.execute(select(table))}


def _put(connection: Connection, made: MadeEvent) -> None:
    values = asdict(made) | {"former": list(made.former)}
    put = upsert(table).values(**values)
    connection.execute(put.on_conflict_do_update(index_elements=["slug"], set_=values))


def _drop(connection: Connection, slug: str) -> bool:
    return bool(connection.execute(delete(table).where(table.c.slug == slug)).rowcount)
