"""The four events of the APEC Local Innovation Ecosystem Initiative in 2019, and which one a text is about.

Their facts are in `data/events.csv`; of those in Tomsk and Taipei no theme is known.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.metadata.economies import EconomyMention, economies_in
from ingest.models import Span

_TABLE = Path(__file__).parents[1] / "data" / "events.csv"
_LEAD = 800  # characters: what a text is about stands there; other events are named in passing further down
_FORUM = re.compile(
    r"local\s+innovation\s+ecosystem|ecosystem\s+innovation\s+forum"
    r"|ระบบนิเวศนวัตกรรม(?:ใน)?ท้องถิ่น|(?:เอเปค|เอเปก|APEC)[^\n]{0,60}นวัตกรรม|นวัตกรรมท้องถิ่น",
    re.IGNORECASE,
)
_THEME, _DAY, _PLACE, _MONTH = 4.0, 3.0, 2.0, 1.5  # what each kind of evidence is worth
_ENOUGH = 3.0


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event: its stored name, its Thai name, and what tells it from the others.

    `date` is partial ISO 8601, `economy` an official English name; `places` and `themes` are the ways in
    which they are written.
    """

    name: str
    thai: str
    economy: str
    date: str
    places: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentEvent:
    """The event that a text is about, by its stored name, and the words that told so, in order.

    They are its theme, the forum's name and its city; they may overlap. The date that told too is none of them.
    """

    name: str
    places: tuple[Span, ...]


def all_events() -> tuple[KnownEvent, ...]:
    """The known events, in the order in which they were held."""
    return _events()


def find_event(text: str, date: str | None = None, stated: str | None = None) -> str | None:
    """The name of the event that a document is about; `None` when it is none or not clear which.

    `date` is the document's, partial ISO 8601; `stated` is what somebody said: kept as it is, only a known
    event is given its stored name.
    """
    if stated:
        return next((event.name for event in _events() if _plain(stated) in _names(event)), stated)
    found = event_in(text, date)
    return found.name if found else None


def event_in(text: str, date: str | None = None) -> DocumentEvent | None:
    """The event that a text is about, and where it says so; `None` as for `find_event`."""
    scored = [(_score(event, text, date), event) for event in _events()]
    best = max(score for score, _ in scored)
    first = [event for score, event in scored if score == best]
    if best < _ENOUGH or len(first) > 1:
        return None
    return DocumentEvent(first[0].name, _places(first[0], text))


def event_named_in(text: str, name: str) -> tuple[Span, ...]:
    """Where a text names the known event called `name`: in full, by place and year, by its theme.

    In order; they may overlap. None for an event that is not known.
    """
    known = next((event for event in _events() if _plain(name) in _names(event)), None)
    return tuple(sorted(_written(_names(known), text), key=_start)) if known else ()


def _score(event: KnownEvent, text: str, date: str | None) -> float:
    if date and date[:4] != event.date[:4]:
        return 0.0
    whole = _plain(text)
    score = _THEME * any(_plain(theme) in whole for theme in event.themes)
    if not _FORUM.search(text):
        return score
    if date and len(date) == 10 and date == event.date:
        score += _DAY
    elif date and len(date) >= 7 and date[:7] == event.date[:7]:
        score += _MONTH
    return score + _PLACE * any(_cities(event, text))


def _cities(event: KnownEvent, text: str) -> Iterator[EconomyMention]:
    """Where the lead names the event's city.

    "Chinese Taipei" and the cities of a list of past events say nothing: a city, and in the lead.
    """
    for mention in economies_in(text[:_LEAD]):
        city = text[mention.start : mention.end]
        if mention.kind == "city" and any(place in city for place in event.places):
            yield mention


def _places(event: KnownEvent, text: str) -> tuple[Span, ...]:
    """The words by which `_score` knows the event."""
    found = list(_written(map(_plain, event.themes), text))
    if forums := [Span(*match.span()) for match in _FORUM.finditer(text)]:
        found += forums + [Span(city.start, city.end) for city in _cities(event, text)]
    return tuple(sorted(found, key=_start))


def _written(names: Iterable[str], text: str) -> Iterator[Span]:
    """Where names, given plain, stand in `text`."""
    whole = _plain(text)
    if not (matches := [match for name in names for match in re.finditer(re.escape(name), whole)]):
        return
    # Of each sign of `whole`, its place in `text`.
    places = [at for at, sign in enumerate(text) for folded in sign.casefold() if folded.isalnum()]
    for match in matches:
        end = places[match.end() - 1] + 1
        while end < len(text) and unicodedata.category(text[end]) == "Mn":  # a Thai vowel above
            end += 1
        yield Span(places[match.start()], end)


def _start(span: Span) -> int:
    return span.start


@cache
def _events() -> tuple[KnownEvent, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            KnownEvent(
                row["name"],
                row["thai"],
                row["economy"],
                row["date"],
                places=(row["place"], *row["place_th"].split("|")),
                themes=tuple(theme for theme in (row["theme"], *row["theme_th"].split("|")) if theme),
            )
            for row in csv.DictReader(file)
        )


def _names(event: KnownEvent) -> set[str]:
    """The ways to name the event, plain: in full, by its Thai name, by place and year, by its theme."""
    year = event.date[:4]
    short = {f"{place} {year}" for place in event.places} | {f"{place} {int(year) + 543}" for place in event.places}
    return {_plain(name) for name in (event.name, event.thai, *event.themes, *short)}


def _plain(text: str) -> str:
    """Letters and digits only, in one case and one spelling of -ise and -ize."""
    return re.sub(r"[\W_]+", "", text.casefold()).replace("is", "iz")
