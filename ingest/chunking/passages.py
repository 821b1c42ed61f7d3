"""Documents cut into passages: sentences gathered to about 150 to 250 model tokens.

The cheapest way to cut is found by dynamic programming over the sentences. A passage stays within one
speaker; only turns in a row that are all very short share one, which then names no speaker, since nobody said
all of it. It keeps to one long field of a case, and to one language as far as the blocks allow; a heading goes
with what follows. Cuts lie where words meet, so never inside a Thai cluster.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import inf

from ingest.chunking.sentence_pieces import CountTokens, Unit, units_of
from ingest.models import BlockRole, Manuscript, PassageSpan, PlacedBlock, Span, Word
from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.language import dominant

LEAST, AIM, MOST = 150, 200, 250  # model tokens that a passage should have
_LIMIT = 300  # tokens that more than one sentence may have together
_TINY = 40  # tokens: a passage this short serves nobody; a turn this short may go with others
_LONG_FIELD = 80  # tokens from which on a field of a case keeps its passages to itself
_MOST_UNITS = 100  # in one passage

# What a way to cut costs; only the proportions matter.
_EACH = 0.3
_TOO_SMALL, _TOO_LARGE = 2.0, 2.0  # at 0 and at `_LIMIT` tokens
_TOO_TINY = 1.5
_OVERLONG = 10.0  # one sentence that cannot be cut
_MIDDLE_OF_BLOCK = 0.4
_MIDDLE_OF_SENTENCE = 1.5
_AFTER_HEADING = 6.0
_ACROSS_HEADING = 0.6
_ACROSS_TURNS = 0.1
_ACROSS_LANGUAGES = 3.0


@dataclass(frozen=True, slots=True)
class _Part:
    """A block with what decides whether a passage may go on into the next one."""

    block: PlacedBlock
    tokens: int
    speech: int  # tokens of all the blocks in a row that have its role and speaker
    language: str
    writing: int  # tokens of all the blocks in a row that have its language


def split(
    manuscript: Manuscript, said: Sequence[Word], count_tokens: CountTokens, own: WordList = NO_WORDS
) -> tuple[PassageSpan, ...]:
    """The passages of `manuscript`, which has the words `said`: together all of its text but the space between.

    `own` are the words of the home that `said` was cut with.
    `count_tokens` tells for each of many texts how many tokens the model sees in it; it is called once, and a
    few times more where sentences are too long. The times of a passage are those of the turns that it touches.
    """
    text = manuscript.text
    blocks = tuple(_blocks(manuscript))
    units = units_of(text, blocks, count_tokens, AIM, MOST, own)
    return tuple(
        _passage(text, blocks, units[first:last], said)
        for first, last in pairwise(_cheapest(units, _parts(text, blocks, units)))
    )


def _blocks(manuscript: Manuscript) -> Iterator[PlacedBlock]:
    """The blocks in order; text that none of them covers counts as a paragraph."""
    place = 0
    end = len(manuscript.text)
    for block in [*sorted(manuscript.blocks, key=lambda block: block.start), PlacedBlock(end, end)]:
        if manuscript.text[place : block.start].strip():
            yield PlacedBlock(place, block.start)
        if block.start < block.end:
            yield block
        place = block.end


def _parts(text: str, blocks: Sequence[PlacedBlock], units: Sequence[Unit]) -> list[_Part]:
    sizes = [0] * len(blocks)
    for unit in units:
        sizes[unit.block] += unit.tokens
    languages = [dominant(text[block.start : block.end]) for block in blocks]
    speech = _in_a_row([(block.role, block.speaker) for block in blocks], sizes)
    writing = _in_a_row(languages, sizes)
    return [_Part(*facts) for facts in zip(blocks, sizes, speech, languages, writing, strict=True)]


def _in_a_row(keys: Sequence[object], sizes: Sequence[int]) -> list[int]:
    """For each number, the sum of `sizes` over the row of equal keys around it."""
    sums: list[int] = []
    for _, row in groupby(range(len(keys)), lambda number: keys[number]):
        members = list(row)
        sums += [sum(sizes[number] for number in members)] * len(members)
    return sums


def _cheapest(units: Sequence[Unit], parts: Sequence[_Part]) -> list[int]:
    """Where passages begin, as numbers of units, and the number of units at the end."""
    breaks = [0.0, *(_break(*pair, parts) for pair in pairwise(units))]
    joins = [*(_join(parts[a.block], parts[b.block]) for a, b in pairwise(units)), 0.0]
    cost, begin = [0.0], [0]
    for last in range(1, len(units) + 1):
        best, size, crossed = (inf, last - 1), 0, 0.0
        for first in range(last - 1, max(-1, last - 1 - _MOST_UNITS), -1):
            size += units[first].tokens
            crossed += joins[first] if first < last - 1 else 0.0
            if first < last - 1 and (size > _LIMIT or crossed == inf):
                break
            best = min(best, (cost[first] + breaks[first] + crossed + _cost(size), first))
        cost.append(best[0])
        begin.append(best[1])
    cuts = [len(units)]
    while cuts[-1] > 0:
        cuts.append(begin[cuts[-1]])
    return cuts[::-1]


def _cost(size: int) -> float:
    """What a passage of `size` tokens costs."""
    if size > _LIMIT:
        return _EACH + _OVERLONG
    if size > MOST:
        return _EACH + _TOO_LARGE * ((size - MOST) / (_LIMIT - MOST)) ** 2
    small = _TOO_SMALL * (max(0, LEAST - size) / LEAST) ** 2
    return _EACH + small + (_TOO_TINY if size < _TINY else 0)


def _break(before: Unit, after: Unit, parts: Sequence[_Part]) -> float:
    """What it costs to cut between two units."""
    first, second = parts[before.block].block, parts[after.block].block
    cost = _MIDDLE_OF_BLOCK if before.block == after.block else 0.0
    if first.role is BlockRole.HEADING and second.role is not BlockRole.HEADING:
        cost += _AFTER_HEADING
    spoken = first.role is second.role is BlockRole.TURN and first.speaker == second.speaker
    if not before.ends_sentence and (spoken or before.block == after.block):
        cost += _MIDDLE_OF_SENTENCE
    return cost


def _join(before: _Part, after: _Part) -> float:
    """What it costs to have the end of one block and the beginning of the next in one passage."""
    if before is after:
        return 0.0
    first, second = before.block, after.block
    cost = 0.0
    if BlockRole.TURN in (first.role, second.role) and first.speaker != second.speaker:
        opens = first.role is not BlockRole.TURN and before.speech < _TINY  # a heading, or a line that says where
        if not opens and max(before.speech, after.speech) >= _TINY:
            return inf
        cost += 0.0 if opens else _ACROSS_TURNS
    if first.role is second.role is BlockRole.FIELD and min(before.tokens, after.tokens) >= _LONG_FIELD:
        return inf
    if second.role is BlockRole.HEADING and first.role is not BlockRole.HEADING:
        cost += _ACROSS_HEADING
    if before.language != after.language:
        cost += _ACROSS_LANGUAGES * min(1.0, min(before.writing, after.writing) / _TINY)
    return cost


def _passage(text: str, blocks: Sequence[PlacedBlock], units: Sequence[Unit], found: Sequence[Word]) -> PassageSpan:
    start, end = units[0].start, units[-1].end
    first = bisect_left(found, start, key=lambda word: word.start)
    last = bisect_right(found, end, key=lambda word: word.end)
    turns = [block for block in blocks[units[0].block : units[-1].block + 1] if block.role is BlockRole.TURN]
    speakers = {turn.speaker for turn in turns}
    starts = [turn.starts_at_ms for turn in turns if turn.starts_at_ms is not None]
    ends = [turn.ends_at_ms for turn in turns if turn.ends_at_ms is not None]
    return PassageSpan(
        start,
        end,
        dominant(text[start:end]),
        tuple(Span(unit.start, unit.end) for unit in units),
        tuple(found[first:last]),
        speaker=speakers.pop() if len(speakers) == 1 else None,
        starts_at_ms=min(starts, default=None),
        ends_at_ms=max(ends, default=None),
    )
