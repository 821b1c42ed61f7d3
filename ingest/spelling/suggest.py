"""Did you mean …? A hint for a question that was probably mistyped, and silence for any other.

Only words that differ by one slip of the finger (a letter left out, put in, changed, or swapped with the next)
are suggested. What may be a name is left alone unless the collection has the suggestion. Measured in
docs/decisions/0016-hints.md, and so are the numbers below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from ingest.spelling.keyboard_layout import retyped
from ingest.spelling.word_frequency import WordPiece, cut, english, thai
from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.language import words

_LONGEST = 300  # characters: who pastes a paragraph has not mistyped a question
_KNOWN_IS_WORTH = 4.0  # nats, in the choice between suggestions

_ENGLISH_WORD = re.compile(r"(?<![^\s\"'“‘(])[A-Za-z][a-z]{4,}(?=[.,?!:;)\"'”’]*(?:\s|$))")
_RAREST = 15.0  # nats that a suggested word may cost when the collection lacks it; 1.5 less for each letter short of 9
_SHORTEST_NAME = 6  # letters: shorter names have too many neighbours
_ENDINGS = ("s", "es", "d", "ed", "ing", "r", "er", "rs", "ers", "ly", "ness", "able", "ish")
_BEGINNINGS = re.compile("re|un|non|pre|co|de|micro|mini|multi|agro|eco|bio|inter|over|under|sub|super")
# The list is British for the most part: what else it may be there, for what is written here.
_ACROSS = (
    ("or", "our"), ("er", "re"), ("z", "s"), ("s", "z"), ("c", "s"), ("l", "ll"), ("e", "ae"), ("og", "ogue"),
)  # fmt: skip
_PART = 12.0  # nats that each half of "rainforest" may cost

_THAI_RUN = re.compile("[ก-ฺเ-ๅ็-๎]{4,}")
_THAI_LETTERS = "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮะัาำิีึืุูเแโใไ็่้๊๋์"
# Words from other languages are spelt in many ways, and names look like them: "สไตน์" is no "สไตล์".
_FOREIGN = re.compile("ฟ|็.|์.|[กคดทนฟลสมซช]์|อร์|ิ[่้]|ี่|ั่น|เ[ก-ฮ]+ิล")
_NEIGHBOURS = 3  # characters beside a word that may show it to be a part of such a name
_MANY = 3  # unlisted pieces in one run
_AROUND = 2  # pieces on either side of an unlisted one that the mistyped word may reach over
_LONGEST_WORD = 14  # Thai characters
_RAREST_THAI = 14.0  # nats that a suggested word may cost when the collection lacks it
_CHEAPEST = 6.0  # nats: no word of five characters costs less
_SLIP = 9.0  # nats: what one slip costs
_GAIN_KNOWN, _SHORTEST_KNOWN = 4.0, 5  # nats to win by, and characters, when the collection has the Thai word
_GAIN, _SHORTEST = 8.0, 6  # and when it lacks it


@dataclass(frozen=True, slots=True)
class SpellingHint:
    """What was probably meant: `text` is the whole question, corrected."""

    text: str
    reason: Literal["layout", "spelling"]


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    text: str


def suggest(text: str, is_known: Callable[[str], bool], own: WordList = NO_WORDS) -> SpellingHint | None:
    """What the normalised question `text` was probably meant to be; None when nothing seems wrong.

    `is_known` tells whether a word in search form occurs in the collection. It is asked some hundreds of times
    and should be a look-up in memory. A word that it knows is never respelt, nor, if longer than three letters,
    typed again on the other keyboard; nor is a word of the home's `own` ever respelt.
    """
    found = words(text, own=own)
    if len(text) > _LONGEST or all(is_known(word.term) for word in found):
        return None
    if new := retyped(text, is_known):
        return SpellingHint(new, "layout")
    right = [word for word in found if text[word.start : word.end] in own.added]
    changes = [
        change
        for change in (*_english(text, is_known), *_thai(text, is_known))
        if not any(word.start < change.end and change.start < word.end for word in right)
    ]
    for change in sorted(changes, key=lambda one: one.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return SpellingHint(text, "spelling") if changes else None


def _english(text: str, is_known: Callable[[str], bool]) -> Iterator[_Change]:
    for found in _ENGLISH_WORD.finditer(text):
        word = found.group().casefold()
        if _has(word, is_known) or _is_english(word):
            continue
        named = found.group() != word
        if near := _nearest(word, named, is_known):
            yield _Change(found.start(), found.end(), near.capitalize() if named else near)


def _has(word: str, is_known: Callable[[str], bool]) -> bool:
    return any(is_known(one.term) for one in words(word))


def _is_english(word: str) -> bool:
    """Whether `word` is in the list, or made of what is there: "rainforests", "rebranded", "colors"."""
    listed = english()
    if word in listed:
        return True
    stems = {word.removesuffix(ending) + e for ending in _ENDINGS if word.endswith(ending) for e in ("", "e")}
    if found := _BEGINNINGS.match(word):
        stems.add(word[found.end() :])
    for here, there in _ACROSS:
        stems.update(word[: at.start()] + there + word[at.end() :] for at in re.finditer(here, word) if at.start())
    if any(len(stem) > 3 and stem in listed for stem in stems):
        return True
    return any(
        listed.get(word[:at], _RAREST) < _PART and listed.get(word[at:], _RAREST) < _PART
        for at in range(4, len(word) - 3)
    )


def _nearest(word: str, named: bool, is_known: Callable[[str], bool]) -> str | None:
    """The likeliest English word one slip from `word`; for a name, only one that the collection has."""
    weighed: list[tuple[float, str]] = []
    for near in _slips(word, _any_letter):
        cost = english().get(near)
        # Without a list to tell its other forms, a word of the collection counts only as its search form.
        known = _has(near, is_known) if cost is not None else len(near) >= _SHORTEST_NAME and is_known(near)
        if named:
            likely = known and near[0] == word[0] and len(near) >= _SHORTEST_NAME and not _changes(word, near)
        else:
            likely = known or (cost is not None and cost <= _RAREST - 1.5 * max(0, 9 - len(word)))
        if likely:
            weight = (_RAREST if cost is None else cost) - (_KNOWN_IS_WORTH if known else 0.0)
            weighed.append((weight + _oddity(word, near), near))
    return min(weighed)[1] if weighed else None


def _oddity(word: str, near: str) -> float:
    """Nats by which a slip is rarer than others: a wrong first letter, then any wrong letter."""
    if sorted(word) == sorted(near):
        return 0.0
    return (4.0 if word[0] != near[0] else 0.0) + (1.5 if len(word) == len(near) else 0.0)


def _changes(word: str, near: str) -> bool:
    return len(word) == len(near) and sorted(word) != sorted(near)


def _slips(word: str, between: Callable[[str, str], str]) -> set[str]:
    """All that one slip makes of `word`, of the letters that `between` allows between two others ("" at an end)."""
    made: set[str] = set()
    for at in range(len(word) + 1):
        head, tail, rest = word[:at], word[at:], word[at + 1 :]
        made.update(head + letter + tail for letter in between(head[-1:], tail[:1]))
        if tail:
            made.add(head + rest)
            made.update(head + letter + rest for letter in between(head[-1:], rest[:1]))
        if rest:
            made.add(head + rest[0] + tail[0] + rest[1:])
    return made - {word}


def _any_letter(before: str, after: str) -> str:
    return "abcdefghijklmnopqrstuvwxyz"


@cache
def _thai_between(before: str, after: str) -> str:
    """The Thai letters that some word of the list has between these two; "" stands for a word's end."""
    pairs = _thai_pairs()
    return "".join(
        letter for letter in _THAI_LETTERS if (before or "\n", letter) in pairs and (letter, after or "\n") in pairs
    )


@cache
def _thai_pairs() -> set[tuple[str, str]]:
    listed = "\n" + "\n".join(thai()) + "\n"
    return set(pairwise(listed))


def _thai(text: str, is_known: Callable[[str], bool]) -> Iterator[_Change]:
    for run in _THAI_RUN.finditer(text):
        pieces = cut(run.group())
        if sum(not piece.listed for piece in pieces) > _MANY:
            continue  # names, or no Thai at all
        done = 0
        for at, piece in enumerate(pieces):
            if piece.listed or piece.start < done:
                continue
            if change := _around(run.group(), pieces, at, done, is_known):
                done = change.end
                yield _Change(run.start() + change.start, run.start() + change.end, change.text)


def _around(
    run: str, pieces: Sequence[WordPiece], at: int, done: int, is_known: Callable[[str], bool]
) -> _Change | None:
    """The best single word for the unlisted piece `at` with some of its neighbours, from character `done` on."""
    best, most = None, 0.0
    for first in range(max(0, at - _AROUND), at + 1):
        for last in range(at, min(len(pieces), at + _AROUND + 1)):
            start, end = pieces[first].start, pieces[last].end
            if start < done or not _SHORTEST_KNOWN - 1 <= end - start <= _LONGEST_WORD:
                continue
            before = sum(piece.cost for piece in pieces[first : last + 1]) - _SLIP
            if before < _CHEAPEST + _GAIN_KNOWN:
                continue
            foreign = _FOREIGN.search(run, max(0, start - _NEIGHBOURS), end + _NEIGHBOURS) is not None
            for near, gain in _thai_words_near(run[start:end], before, foreign, is_known):
                if gain > most:
                    best, most = _Change(start, end, near), gain
    return best


def _thai_words_near(
    typed: str, worth: float, foreign: bool, is_known: Callable[[str], bool]
) -> Iterator[tuple[str, float]]:
    """Words one slip from `typed`, with the nats gained by each if typing and slip cost `worth`."""
    listed = sorted(_slips(typed, _thai_between) & thai().keys())
    if listed and all(is_known(word.term) for word in words(typed)):
        return
    for near in listed:
        gain = worth - thai()[near] - _oddity(typed, near)
        odd = foreign or _FOREIGN.search(near) is not None
        if is_known(near):
            if len(near) >= _SHORTEST_KNOWN and gain >= (_GAIN if odd else _GAIN_KNOWN):
                yield near, gain + _KNOWN_IS_WORTH
        elif not odd and len(near) >= _SHORTEST and gain >= _GAIN and thai()[near] <= _RAREST_THAI:
            yield near, gain
