"""What changed between two versions of a document: its paragraphs with the words that differ, its facts.

Pure functions. Whatever the texts are, time grows with their length only: past the limits below, larger
units are compared.
"""

from __future__ import annotations

import re
from bisect import bisect, insort
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ingest.text.language import tokens
from kb.models import DocumentSummary
from web.presenters.highlighting import TextPiece

KEPT = 1  # paragraphs without a change that are shown on each side of a change
ALIKE = 0.4  # share of words in common from which on a paragraph counts as rewritten, not as replaced
MOST_CHARACTERS = 100_000  # of changed paragraphs that are cut at words; more are cut at spaces
MOST_CELLS = 10**8  # of a table that compares two sequences: bits, so 12 MB
ALL_CELLS = 10**9  # of all tables that compare the words of paragraphs: half a second
MOST_NEIGHBOURS = 20_000  # pairs of paragraphs that are held against each other, more or less
TELLING = 200  # units by which two paragraphs are told to be alike

_PARAGRAPH = re.compile(r"\n*[^\n]+\n*|\n+")
_AT_SPACES = re.compile(r"\s+|\S+")
_FACTS = ("title", "kind", "date", "event", "economies", "organisations", "themes", "source")


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph, in the old text and in the new one; or, when `count` > 1, that many that stayed as they were.

    Pieces include the line ends that follow a paragraph. They are marked only in a "changed" one: the words
    that differ.
    """

    kind: Literal["same", "added", "removed", "changed"]
    before: tuple[TextPiece, ...]
    after: tuple[TextPiece, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact of the description, named as in `DocumentSummary`, before and after; empty where there was none."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Its text with the line ends around it, and what is compared."""

    text: str
    units: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        return self.text.strip("\n")

    @property
    def piece(self) -> TextPiece:
        return TextPiece(self.text, marked=False)


@dataclass(frozen=True, slots=True)
class _Gap:
    """What lies before two sequences meet again: `before[a:b]` and `after[c:d]`, either maybe empty."""

    a: int
    b: int
    c: int
    d: int


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Each paragraph of both texts, in order: joined, the pieces of `before` give the old text, `after` the new.

    A removed paragraph stands before the one that was added in its place. Line ends alone are no change.
    """
    old = [_Paragraph(text) for text in _PARAGRAPH.findall(before)]
    new = [_Paragraph(text) for text in _PARAGRAPH.findall(after)]
    pairs = common([one.content for one in old], [one.content for one in new])
    gaps = list(_gaps(pairs, len(old), len(new)))
    differing = [one for gap in gaps for one in (*old[gap.a : gap.b], *new[gap.c : gap.d])]
    most = min(MOST_CELLS, ALL_CELLS // max(1, len(differing)))
    cut = tokens if sum(len(one.text) for one in differing) <= MOST_CHARACTERS else _AT_SPACES.findall
    found: list[Change] = []
    for gap in gaps:
        found += _between(
            [_Paragraph(one.text, tuple(cut(one.content))) for one in old[gap.a : gap.b]],
            [_Paragraph(one.text, tuple(cut(one.content))) for one in new[gap.c : gap.d]],
            most,
        )
        if gap.b < len(old) and gap.d < len(new):
            found.append(Change("same", (old[gap.b].piece,), (new[gap.d].piece,)))
    return tuple(found)


def folded(found: Iterable[Change]) -> tuple[Change, ...]:
    """`found` with what stayed the same made one, but for `KEPT` paragraphs next to each change.

    One paragraph alone is not folded. A fold has the pieces of its paragraphs, one for each.
    """
    runs = [(kind == "same", list(run)) for kind, run in groupby(found, key=lambda change: change.kind)]
    short: list[Change] = []
    for place, (same, run) in enumerate(runs):
        start = KEPT if same and place > 0 else 0
        stop = len(run) - (KEPT if same and place < len(runs) - 1 else 0)
        hidden = run[start:stop]
        if not same or len(hidden) < 2:
            short += run
            continue
        before = tuple(piece for change in hidden for piece in change.before)
        after = tuple(piece for change in hidden for piece in change.after)
        short += [*run[:start], Change("same", before, after, len(hidden)), *run[stop:]]
    return tuple(short)


def changed_facts(before: DocumentSummary, after: DocumentSummary) -> tuple[FactChange, ...]:
    """The facts in which two descriptions differ. In which order economies, organisations or themes stand is none."""
    found = (FactChange(name, _values(before, name), _values(after, name)) for name in _FACTS)
    return tuple(fact for fact in found if sorted(fact.before) != sorted(fact.after))


def common(before: Sequence[Hashable], after: Sequence[Hashable], most: int = MOST_CELLS) -> list[tuple[int, int]]:
    """Places of a longest common subsequence, in order; of both ends only where it takes more than `most` cells.

    Bit-parallel, a bit for each cell of the table: Hyyrö, "Bit-parallel LCS-length computation revisited" (2004).
    """
    start, shorter = 0, min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    inner, other = before[start : len(before) - end], after[start : len(after) - end]
    middle = _longest(inner, other) if len(inner) * len(other) <= most else []
    return [
        *((place, place) for place in range(start)),
        *((start + i, start + j) for i, j in middle),
        *((len(before) - place, len(after) - place) for place in range(end, 0, -1)),
    ]


def _longest(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    if len(before) > len(after):  # the shorter one makes the bits: of each distinct unit a whole row
        return [(i, j) for j, i in _longest(after, before)]
    places: dict[Hashable, int] = {}
    for i, unit in enumerate(before):
        places[unit] = places.get(unit, 0) | 1 << i
    everywhere = (1 << len(before)) - 1
    rows = [everywhere]  # bit i of row j is 0 where before[: i + 1] has one more in common with after[:j]
    for unit in after:
        row = rows[-1]
        met = row & places.get(unit, 0)
        rows.append((row + met | row - met) & everywhere)
    pairs: list[tuple[int, int]] = []
    i, j = len(before), len(after)
    while i and j:
        if rows[j] >> i - 1 & 1:
            i -= 1
        elif rows[j - 1] >> i - 1 & 1:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        else:
            j -= 1
    return pairs[::-1]


def _gaps(pairs: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[_Gap]:
    """What lies before each of `pairs`, and after the last."""
    a = c = 0
    for b, d in (*pairs, (old, new)):
        yield _Gap(a, b, c, d)
        a, c = b + 1, d + 1


def _between(old: Sequence[_Paragraph], new: Sequence[_Paragraph], most: int) -> Iterator[Change]:
    """Paragraphs that gave way to others: each with the one it became, if there is one."""
    for gap in _gaps(_alike(old, new), len(old), len(new)):
        yield from (Change("removed", (one.piece,), ()) for one in old[gap.a : gap.b])
        yield from (Change("added", (), (one.piece,)) for one in new[gap.c : gap.d])
        if gap.b < len(old) and gap.d < len(new):
            yield _rewritten(old[gap.b], new[gap.d], most)


def _alike(old: Sequence[_Paragraph], new: Sequence[_Paragraph]) -> list[tuple[int, int]]:
    """Pairs of a paragraph and what it became, in order: the likest first, and none that would cross it.

    Of many paragraphs only those are held against each other that stand at about the same place.
    """
    if not old or not new:
        return []
    reach = max(4, MOST_NEIGHBOURS // min(len(old), len(new)))
    old_words, new_words = [_words(one) for one in old], [_words(one) for one in new]
    found: list[tuple[float, int, int]] = []
    for i, mine in enumerate(old_words):
        level = i * len(new) // len(old)
        for j in range(max(0, level - reach), min(len(new), level + reach + 1)):
            share = 2 * len(mine & new_words[j]) / (len(mine) + len(new_words[j]) or 1)
            if share >= ALIKE:
                found.append((-share, i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(found):
        place = bisect(pairs, (i, j))
        follows = place == 0 or (pairs[place - 1][0] < i and pairs[place - 1][1] < j)
        if follows and (place == len(pairs) or (i < pairs[place][0] and j < pairs[place][1])):
            insort(pairs, (i, j))
    return pairs


def _words(paragraph: _Paragraph) -> frozenset[str]:
    return frozenset(unit.casefold() for unit in paragraph.units[:TELLING] if _says(unit))


def _says(unit: str) -> bool:
    return any(map(str.isalnum, unit))


def _rewritten(old: _Paragraph, new: _Paragraph, most: int) -> Change:
    """Two paragraphs with the words marked that they do not have in common."""
    pairs = _telling(old.units, common(old.units, new.units, most), len(new.units))
    return Change("changed", _pieces(old, frozenset(i for i, _ in pairs)), _pieces(new, frozenset(j for _, j in pairs)))


def _telling(units: Sequence[str], pairs: Sequence[tuple[int, int]], new: int) -> list[tuple[int, int]]:
    """`pairs` without the spaces and signs that stand alone between words that were replaced."""
    gaps = list(_gaps(pairs, len(units), new))
    kept: list[tuple[int, int]] = []
    island: list[tuple[int, int]] = []
    replaced = False  # the words before the island
    for pair, gap in zip([*pairs, None], gaps, strict=True):
        if gap.a < gap.b or gap.c < gap.d:
            here = gap.a < gap.b and gap.c < gap.d
            if not (replaced and here) or any(_says(units[i]) for i, _ in island):
                kept += island
            island, replaced = [], here
        if pair:
            island.append(pair)
    return kept + island


def _pieces(paragraph: _Paragraph, kept: frozenset[int]) -> tuple[TextPiece, ...]:
    """The whole paragraph, its line ends unmarked, with the units marked that are not among `kept`."""
    lead = len(paragraph.text) - len(paragraph.text.lstrip("\n"))
    runs = [(paragraph.text[:lead], False)]
    runs += [(unit, place not in kept) for place, unit in enumerate(paragraph.units)]
    runs.append((paragraph.text[lead + len(paragraph.content) :], False))
    return tuple(
        TextPiece(text, marked)
        for marked, run in groupby(runs, key=lambda run: run[1])
        if (text := "".join(words for words, _ in run))
    )


def _values(summary: DocumentSummary, name: str) -> tuple[str, ...]:
    value: str | tuple[str, ...] | None = getattr(summary, name)
    if isinstance(value, tuple):
        return value
    return () if value is None else (str(value),)
