"""Two documents side by side: which stretches of one say what those of the other do."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from index.alignment import Units, align, units_of
from ingest.models import Span
from kb.errors import N_, Invalid
from kb.models import AlignedPair, Document
from kb.storage.records import PassageRow

# Tokens of each document times paragraphs of the other: five seconds and half a gigabyte.
MOST_CELLS = 10**8


def aligned(left: Document, right: Document, rows: Mapping[str, PassageRow]) -> tuple[AlignedPair, ...]:
    """Paragraphs of both in order, those that say the same beside each other; all of both, each once.

    `rows` are the passages of both with their token vectors, by id. Raises `TooLong`.
    """
    ours, theirs = _stretches(left), _stretches(right)
    one, other = _units(left, ours, rows), _units(right, theirs, rows)
    if len(one.tokens) * other.count + len(other.tokens) * one.count > MOST_CELLS:
        raise Invalid(
            N_("These two documents are too long to be shown side by side. Open each of them separately."),
            code="too_long",
        )
    beads = align(one, other)
    return tuple(
        AlignedPair(_over(ours, bead.left), _over(theirs, bead.right), round(bead.similarity, 4)) for bead in beads
    )


def _stretches(document: Document) -> list[Span]:
    """The blocks of a document; one that goes over several passages is cut where these begin."""
    found = []
    for block in sorted(document.blocks, key=lambda block: block.start):
        inside = [one.start for one in document.passages if block.start < one.start < block.end]
        edges = [block.start, *inside, block.end]
        found += [Span(start, end) for start, end in pairwise(edges) if start < end]
    return found


def _units(document: Document, stretches: list[Span], rows: Mapping[str, PassageRow]) -> Units:
    """The stored tokens of a document, gathered to its stretches."""
    passages = [rows[one.id] for one in document.passages if one.id in rows]
    if not passages:
        return Units(np.empty((0, 0), np.uint8), np.empty(0, np.int64), len(stretches))
    spans = [
        np.frombuffer(one.vectors.spans, np.int32).reshape(-1, 2) + np.int32(one.passage.start) for one in passages
    ]
    packed = [
        np.frombuffer(one.vectors.tokens, np.uint8).reshape(len(places), -1)
        for one, places in zip(passages, spans, strict=True)
    ]
    units = np.array([[one.start, one.end] for one in stretches], np.int32)
    return units_of(np.concatenate(packed), np.concatenate(spans), units)


def _over(stretches: list[Span], units: range) -> Span | None:
    """From where the first of some stretches begins to where the last ends."""
    return Span(stretches[units[0]].start, stretches[units[-1]].end) if units else None
