"""The events that documents come from: gathered from the documents, so that none is without papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import category

from ingest.events import KnownEvent, all_events
from kb.errors import NoSuchEvent
from kb.model import Summary


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its documents, newest first.

    `date` is partial ISO 8601: that of the event where it is known, else of the earliest of its documents;
    `economy` is the official English name of where it was held, known for known events only.
    """

    name: str
    slug: str
    economy: str | None
    date: str | None
    documents: tuple[Summary, ...]


def events_of(documents: Iterable[Summary]) -> tuple[Event, ...]:
    """The events of the documents, latest first, those without a date last; ties by name.

    Names that differ in punctuation and capitals only are one event, called as most documents call it.
    """
    papers: dict[str, list[tuple[str, Summary]]] = {}
    for document in documents:
        if document.event:
            papers.setdefault(event_slug(document.event), []).append((document.event, document))
    events = sorted((_event(slug, those) for slug, those in papers.items()), key=lambda event: event.name)
    return tuple(sorted(events, key=lambda event: event.date or "", reverse=True))


def find_event(slug: str, documents: Iterable[Summary]) -> Event:
    """The event of that slug. Raises `NoSuchEvent`."""
    for event in events_of(documents):
        if event.slug == slug:
            return event
    raise NoSuchEvent(name=slug)


def thai_name(name: str) -> str | None:
    """The Thai name of a known event."""
    known = _known().get(name)
    return known.thai if known else None


@lru_cache(maxsize=4096)  # many documents come from few events
def event_slug(name: str) -> str:
    """An event's name as it stands in addresses: its letters and digits, in lower case.

    >>> event_slug("APEC Forum, Bangkok 2019"), event_slug("เวทีเสวนา ๒๕๖๒")
    ('apec-forum-bangkok-2019', 'เวทีเสวนา-๒๕๖๒')
    """
    # Thai vowels and tone marks above and below are marks (M), not letters, to Unicode.
    kept = (sign if sign.isalnum() or category(sign)[0] == "M" else " " for sign in name.casefold())
    return "-".join("".join(kept).split()) or "-"


def _event(slug: str, named: Sequence[tuple[str, Summary]]) -> Event:
    names = Counter(name for name, _ in named)
    name = min(names, key=lambda name: (-names[name], name))
    papers = [paper for _, paper in named]
    known = _known().get(name)
    dates = sorted(paper.date for paper in papers if paper.date)
    return Event(
        name=name,
        slug=slug,
        economy=known.economy if known else None,
        date=known.date if known else next(iter(dates), None),
        documents=tuple(sorted(papers, key=lambda paper: (paper.date or "", paper.added_at), reverse=True)),
    )


@cache
def _known() -> dict[str, KnownEvent]:
    return {event.name: event for event in all_events()}
