"""The themes of the field, and which of them a text is about.

Their names, and the words by which they are known in both languages, are in `data/themes.csv`: its `naming`
terms name the theme or its very matter, its `telling` ones are used where it is spoken of.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

from ingest.models import Word
from ingest.text.language import words

_TABLE = Path(__file__).parents[1] / "data" / "themes.csv"
_NAMING, _TELLING = 4, 1  # what a term is worth each time it stands in a text
# A text is about a theme from this weight on, times the square root of its words (and a few more, so that a
# line is not about whatever it names). A long text spends fewer words on each of its themes, hence the root.
# From .24 to .34 the samples get the same measures (tests/ingest/metadata/test_themes.py).
_ENOUGH = 0.3
_A_FEW_MORE = 50


@dataclass(frozen=True, slots=True)
class KnownTheme:
    """A theme: its stored name, its Thai name, and the terms of both languages that name it or tell of it."""

    name: str
    thai: str
    naming: tuple[str, ...]
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    words: tuple[str, ...]  # in search form
    theme: str
    weight: int


@dataclass(frozen=True, slots=True)
class TermPlace:
    """A term of a theme: the words `first` up to `end` (excluded) of a text, and what the term is worth."""

    first: int
    end: int
    theme: str  # stored name
    weight: int


def all_themes() -> tuple[KnownTheme, ...]:
    """The known themes: those of the APEC Local Innovation Ecosystem Initiative first."""
    return _themes()


def find_theme(name: str) -> str:
    """The stored name of the theme called `name` in English or Thai; one that is not known keeps its own."""
    return _called().get(_plain(name), " ".join(name.split()))


def find_themes(text: Iterable[Word]) -> tuple[str, ...]:
    """The stored names of the themes that a text, given in words, is about; the strongest first.

    A title that stands before the text and again in it counts twice.
    """
    said = tuple(text)
    return strongest(terms_in(said), len(said))


def strongest(terms: Iterable[TermPlace], words: int) -> tuple[str, ...]:
    """The stored names of the themes that a text of so many words with these terms is about, as `find_themes`."""
    weights: dict[str, int] = defaultdict(int)
    for term in terms:
        weights[term.theme] += term.weight
    enough = _ENOUGH * sqrt(words + _A_FEW_MORE)
    about = [theme.name for theme in _themes() if weights.get(theme.name, 0) >= enough]
    return tuple(sorted(about, key=lambda name: -weights[name]))


def terms_in(text: Sequence[Word]) -> tuple[TermPlace, ...]:
    """Every term of a theme in a text, given in words, in order. Where terms begin at one word, the longest."""
    said = [word.term for word in text]
    places: list[TermPlace] = []
    at = 0
    while at < len(said):
        known = _by_first_word().get(said[at], ())
        found = next((term for term in known if tuple(said[at : at + len(term.words)]) == term.words), None)
        if found:
            places.append(TermPlace(at, at + len(found.words), found.theme, found.weight))
        at += len(found.words) if found else 1
    return tuple(places)


@cache
def _themes() -> tuple[KnownTheme, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            KnownTheme(
                row["name"],
                row["thai"],
                naming=tuple(row["naming"].split("|")),
                telling=tuple(row["telling"].split("|")),
            )
            for row in csv.DictReader(file)
        )


@cache
def _by_first_word() -> Mapping[str, tuple[_Term, ...]]:
    """The terms by their first word, the longest first."""
    by_first: dict[str, list[_Term]] = defaultdict(list)
    for theme in _themes():
        weighed = (((theme.name, theme.thai, *theme.naming), _NAMING), (theme.telling, _TELLING))
        for terms, weight in weighed:
            for term in terms:
                form = tuple(word.term for word in words(term))
                by_first[form[0]].append(_Term(form, theme.name, weight))
    return {first: tuple(sorted(terms, key=lambda term: -len(term.words))) for first, terms in by_first.items()}


@cache
def _called() -> Mapping[str, str]:
    """The stored name for each way to call a theme, plain."""
    return {_plain(name): theme.name for theme in _themes() for name in (theme.name, theme.thai)}


def _plain(name: str) -> str:
    """Letters, marks and digits only, in one case and one spelling of "centre"."""
    return re.sub(r"[^\w\u0e00-\u0e7f]+", "", name.casefold()).replace("center", "centre")
