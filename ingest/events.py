"""The four events of the APEC Local Innovation Ecosystem Initiative in 2019, and which one a text is about.

Their facts are in `data/events.csv`; of those in Tomsk and Taipei no theme is known.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.economies import economies_in

_TABLE = Path(__file__).parent / "data" / "events.csv"
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
    scores = {event.name: _score(event, text, date) for event in _events()}
    best = max(scores.values())
    first = [name for name, score in scores.items() if score == best]
    return first[0] if best >= _ENOUGH and len(first) == 1 else None


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
    # "Chinese Taipei" and the cities of a list of past events say nothing: a city, and in the lead.
    cities = {
        text[mention.start : mention.end] for mention in economies_in(text[:_LEAD]) if mention.kind == "city"
    }
    return score + _PLACE * any(place in city for place in event.places for city in cities)


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
    short = {f"{place} {year}" for place in event.places} | {
        f"{place} {int(year) + 543}" for place in event.places
    }
    return {_plain(name) for name in (event.name, event.thai, *event.themes, *short)}


def _plain(text: str) -> str:
    """Letters and digits only, in one case and one spelling of -ise and -ize."""
    return re.sub(r"[\W_]+", "", text.casefold()).replace("is", "iz")
