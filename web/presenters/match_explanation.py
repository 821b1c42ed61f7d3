"""Why a passage was found: the words of the question, and for each the words of the passage that it met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kb.models import MatchedPair, PassageHit

MOST = 8  # pairs told of one passage
# A word and its translation usually come to about .5, two words of one field to about .4; see `nearness_of`.
CLOSE, NEAR = 0.5, 0.4
SAME_THING = 1.0  # what names of one thing are given, which the glossary knows

Nearness = Literal["same", "name", "close", "near", "loose"]


@dataclass(frozen=True, slots=True)
class Met:
    """A word of the passage, and how near it is to that of the question."""

    word: str
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class Matched:
    """A word of the question with the words of the passage that it met, nearest first."""

    word: str
    met: tuple[Met, ...]


def matched(hit: PassageHit, most: int = MOST) -> tuple[Matched, ...]:
    """The nearest `most` pairs of words, by the word of the question; that with the nearest one first.

    A word that stands in the passage many times is told once. Empty unless the search was asked to explain.
    """
    nearest: dict[tuple[str, str], Met] = {}
    for pair in sorted(hit.evidence.pairs, key=lambda pair: -pair.similarity):
        word = _word(hit, pair)
        nearest.setdefault((pair.query_word, word.casefold()), Met(word, nearness_of(pair, word)))
    groups: dict[str, list[Met]] = {}
    for (asked, _), met in list(nearest.items())[:most]:
        groups.setdefault(asked, []).append(met)
    return tuple(Matched(asked, tuple(met)) for asked, met in groups.items())


def nearness_of(pair: MatchedPair, word: str) -> Nearness:
    """How near the two words of a pair are, in a word; `word` is that of the passage."""
    if pair.query_word.casefold() == word.casefold():
        return "same"
    if pair.similarity >= SAME_THING:
        return "name"
    if pair.similarity >= CLOSE:
        return "close"
    return "near" if pair.similarity >= NEAR else "loose"


def _word(hit: PassageHit, pair: MatchedPair) -> str:
    start = hit.passage.start
    return hit.passage.text[pair.passage_word.start - start : pair.passage_word.end - start]
