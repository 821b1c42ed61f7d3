"""The events that documents come from: gathered from the documents, with what editors made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import category

from ingest.metadata.events import KnownEvent, all_events
from kb.errors import NoSuchEvent
from kb.models import DocumentSummary


@dataclass(frozen=True, slots=True)
class MadeEvent:
    """An event that editors made or changed. What is None here is as it is known without them.

    `former` are slugs of names that it had, or that events had which were merged into it.
    """

    slug: str
    name: str
    thai: str | None = None
    date: str | None = None  # partial ISO 8601
    economy: str | None = None  # an official English name
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its documents, newest first.

    `date` is partial ISO 8601: as editors or the table of known events say, else that of the earliest of its
    documents; `economy` is the official English name of where it was held, and `thai` its Thai name, as far as
    they say. `made`: editors made or changed it.
    """

    name: str
    slug: str
    economy: str | None
    date: str | None
    documents: tuple[DocumentSummary, ...]
    thai: str | None = None
    former: tuple[str, ...] = ()  # slugs under which it was known
    made: bool = False


def events_of(
    documents: Iterable[DocumentSummary], made: Iterable[MadeEvent] = (), *, without_papers: bool = False
) -> tuple[Event, ...]:
    """The events of the documents, latest first, those without a date last; ties by name.

    Names that differ in punctuation and capitals only are one event, called as editors, else most documents,
    call it. Events that were `made` are there when documents name them, or all of them `without_papers`.
    """
    by_slug = {one.slug: one for one in made}
    now = {former: slug for slug, one in by_slug.items() for former in one.former} | {one: one for one in by_slug}
    papers: dict[str, list[tuple[str, DocumentSummary]]] = {slug: [] for slug in by_slug if without_papers}
    for document in documents:
        if document.event:
            slug = event_slug(document.event)
            papers.setdefault(now.get(slug, slug), []).append((document.event, document))
    found = (_event(slug, those, by_slug.get(slug)) for slug, those in papers.items())
    events = sorted(found, key=lambda event: event.name)
    return tuple(sorted(events, key=lambda event: event.date or "", reverse=True))


def find_event(slug: str, events: Iterable[Event]) -> Event:
    """The event that has this slug, else that had it (see whether `slug` of what is found is another one).

    Raises `NoSuchEvent`.
    """
    found = None
    for event in events:
        if event.slug == slug:
            return event
        if slug in event.former:
            found = event
    if found is None:
        raise NoSuchEvent(name=slug)
    return found


def known_event(slug: str) -> KnownEvent | None:
    """The known event with that slug."""
    return _known().get(slug)


@lru_cache(maxsize=4096)  # many documents come from few events
def event_slug(name: str) -> str:
    """An event's name as it stands in addresses: its letters and digits, in lower case.

    >>> event_slug("APEC Forum, Bangkok 2019"), event_slug("เวทีเสวนา ๒๕๖๒")
    ('apec-forum-bangkok-2019', 'เวทีเสวนา-๒๕๖๒')
    """
    # Thai vowels and tone marks above and below are marks (M), not letters, to Unicode.
    kept = (sign if sign.isalnum() or category(sign)[0] == "M" else " " for sign in name.casefold())
    return "-".join("".join(kept).split()) or "-"


def _event(slug: str, named: Sequence[tuple[str, DocumentSummary]], made: MadeEvent | None) -> Event:
    names = Counter(name for name, _ in named)
    name = made.name if made else min(names, key=lambda name: (-names[name], name))
    papers = [paper for _, paper in named]
    known = known_event(slug)
    said = made or MadeEvent(slug, name)
    first = min((paper.date for paper in papers if paper.date), default=None)
    return Event(
        name=name,
        slug=slug,
        economy=said.economy or (known.economy if known else None),
        date=said.date or (known.date if known else first),
        documents=tuple(sorted(papers, key=lambda paper: (paper.date or "", paper.added_at), reverse=True)),
        thai=said.thai or (known.thai if known else None),
        former=said.former,
        made=made is not None,
    )


@cache
def _known() -> dict[str, KnownEvent]:
    return {event_slug(event.name): event for event in all_events()}
