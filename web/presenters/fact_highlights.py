"""A document's text cut for its review: where each of its facts stands, and what else is linked to in it.

Pure functions. All positions count characters of the document's text, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.metadata.provenance import TracedValue
from ingest.models import BlockRole, PlacedBlock
from kb.editorial.models import ReviewedFact
from kb.models import Document, Span
from web.presenters.highlighting import Anchor, runs, script_language

QUOTED = 60  # characters that a link to a place shows of it
MARKED = frozenset({"title", "date", "event", "economies", "organisations", "themes", "source"})
"""Facts whose places are a few words; the others' are whole blocks, which are linked to and not marked."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters in one language that are part of the places of the same `facts`, which are none for most.

    `place` is where they begin, if a place begins with them.
    """

    text: str
    facts: tuple[str, ...]
    language: str | None
    place: int | None


@dataclass(frozen=True, slots=True)
class CutBlock:
    """A block of a document in cuts, in order; joined they are its text."""

    start: int
    role: BlockRole
    label: str | None
    speaker: str | None
    starts_at_ms: int | None
    language: str | None
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class QuotedFact:
    """A place with the first of its words, for a link to it. `target` is the id of what it leads to."""

    text: str
    target: str


def places_of(facts: Sequence[ReviewedFact]) -> dict[str, tuple[Span, ...]]:
    """The places of the facts that are marked, by their name."""
    return {
        fact.name: tuple(place for value in fact.values for place in value.places)
        for fact in facts
        if fact.name in MARKED
    }


def cut_blocks(document: Document, places: Mapping[str, Sequence[Span]]) -> tuple[CutBlock, ...]:
    """The blocks that have text, in order, cut where places begin and end."""
    edges = sorted({edge for spans in places.values() for span in spans for edge in (span.start, span.end)})
    anchors = [Anchor(edge, edge) for edge in edges]
    starts = {span.start for spans in places.values() for span in spans}
    return tuple(
        CutBlock(
            start=block.start,
            role=block.role,
            label=block.label,
            speaker=block.speaker,
            starts_at_ms=block.starts_at_ms,
            language=script_language(document.text[block.start : block.end]),
            cuts=_cuts(document.text, block, anchors, places, starts),
        )
        for block in sorted(document.blocks, key=lambda block: block.start)
        if block.start < block.end
    )


def quotes(document: Document, name: str, value: TracedValue) -> tuple[QuotedFact, ...]:
    """The places of a value as links: to its marks, or to its blocks where those of `name` are not marked."""
    found = []
    for place in value.places:
        words = " ".join(document.text[place.start : place.end].split())
        words = words if len(words) <= QUOTED else words[:QUOTED].rstrip() + " …"
        found.append(QuotedFact(words, f"at-{place.start}" if name in MARKED else _block_at(document, place.start)))
    return tuple(found)


def _short(words: str) -> str:
    if len(words) <= QUOTED:
        return words
    space = words.rfind(" ", QUOTED // 2, QUOTED)  # Thai has none inside a phrase
    return words[: space if space > 0 else QUOTED].rstrip() + " …"


def _block_at(document: Document, at: int) -> str:
    starts = [block.start for block in document.blocks if block.start <= at and block.start < block.end]
    return f"b-{max(starts)}" if starts else "text"


def _cuts(
    text: str, block: PlacedBlock, anchors: Sequence[Anchor], places: Mapping[str, Sequence[Span]], starts: set[int]
) -> tuple[Cut, ...]:
    found: list[Cut] = []
    at = block.start
    for run in runs(text, Span(block.start, block.end), (), anchors):
        words = "".join(piece.text for piece in run.pieces)
        facts = tuple(name for name, spans in places.items() if any(span.start <= at < span.end for span in spans))
        found.append(Cut(words, facts, run.language, at if at in starts else None))
        at += len(words)
    return tuple(found)
