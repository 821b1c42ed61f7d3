"""Sentences of a document with their length in model tokens, those that are too long in pieces."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

from ingest.models import PlacedBlock, Span
from ingest.text.custom_words import WordList
from ingest.text.language import dominant, sentences, tokens

CountTokens = Callable[[Sequence[str]], Sequence[int]]

_ROUNDS = 6  # of cutting what is still too long; each costs one call of the tokeniser
_CLAUSE_END = re.compile(r"[,;:—–)]\s*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a piece of one, that is never cut further.

    `start` and `end` count characters of the document, `tokens` the model's, `block` its blocks;
    `ends_sentence` is false where the sentence plainly goes on in the next unit.
    """

    start: int
    end: int
    tokens: int
    block: int
    ends_sentence: bool


class Edges:
    """Where the tokens of a text meet, found when first asked for."""

    def __init__(self, text: str, own: WordList) -> None:
        self._text, self._own = text, own

    @cached_property
    def _all(self) -> list[int]:
        return list(accumulate(map(len, tokens(self._text, self._own))))

    def within(self, begin: float, end: float) -> list[int]:
        """Those from `begin` to `end`, both included."""
        return self._all[bisect_left(self._all, begin) : bisect_right(self._all, end)]

    def nearest(self, place: float) -> int:
        """The last one up to `place`, or the very first."""
        return self._all[max(0, bisect_right(self._all, place) - 1)]


def units_of(
    text: str, blocks: Sequence[PlacedBlock], count_tokens: CountTokens, aim: int, most: int, own: WordList
) -> list[Unit]:
    """The units of `text`, in order: together all of it but space.

    A sentence of more than `most` model tokens is cut into equal pieces of about `aim`, between two words at
    least; a single word is never cut, however long.
    """
    spans = [(span, n) for n, block in enumerate(blocks) for span in sentences(text, block.start, block.end, own)]
    sizes = count_tokens([text[span.start : span.end] for span, _ in spans])
    units = [
        Unit(span.start, span.end, size, n, _ends_sentence(text, span))
        for (span, n), size in zip(spans, sizes, strict=True)
    ]
    edges = Edges(text, own)
    for _ in range(_ROUNDS):
        cut = [_pieces(text, unit, edges, aim) if unit.tokens > most else [unit] for unit in units]
        fresh = [piece for pieces in cut if len(pieces) > 1 for piece in pieces]
        if not fresh:
            break
        counted = iter(count_tokens([text[piece.start : piece.end] for piece in fresh]))
        units = [
            replace(piece, tokens=next(counted)) if len(pieces) > 1 else piece for pieces in cut for piece in pieces
        ]
    return units


def _ends_sentence(text: str, span: Span) -> bool:
    sentence = text[span.start : span.end]
    return dominant(sentence) == "th" or _SENTENCE_END.search(sentence) is not None


def _pieces(text: str, unit: Unit, edges: Edges, aim: int) -> list[Unit]:
    """The unit in equal parts, cut near each aim at a clause's end, else a space, else between two words."""
    parts = max(2, round(unit.tokens / aim))
    length = (unit.end - unit.start) / parts
    cuts = {unit.start, unit.end}
    for nth in range(1, parts):
        place = unit.start + nth * length
        near = edges.within(place - length / 3, place + length / 3) or [edges.nearest(place)]
        best = min(near, key=lambda edge: (_awkward(text, edge), abs(edge - place)))
        if unit.start < best < unit.end:
            cuts.add(best)
    pieces = []
    for begin, end in pairwise(sorted(cuts)):
        piece = text[begin:end]
        if piece.strip():
            start, stop = end - len(piece.lstrip()), begin + len(piece.rstrip())
            pieces.append(replace(unit, start=start, end=stop, ends_sentence=unit.ends_sentence and end == unit.end))
    return pieces


def _awkward(text: str, edge: int) -> int:
    """How badly a sentence is cut at `edge`."""
    if not text[edge - 1].isspace():
        return 2
    return 0 if _CLAUSE_END.search(text[max(0, edge - 8) : edge]) else 1
