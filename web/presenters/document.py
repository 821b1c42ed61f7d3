"""A document cut for reading: its blocks in order, with what is set off, marked and linked in each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.models import BlockRole, PlacedBlock
from kb.cases import case_of
from kb.models import Document, Evidence, PassageHit, SearchQuery, Span
from kb.search.searcher import Searcher
from web.presenters.highlighting import Anchor, MarkedRun, runs, script_language

OUTLINED = 3  # headings from which on a document gets an outline


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A passage that answers the question, among all of the document, and the passages before and after it.

    `number` counts from 1; `previous` and `next` are ordinals of passages.
    """

    number: int
    total: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block of a document, or a part of one, cut for showing. `start` and `end` count the document's characters."""

    start: int
    end: int
    role: BlockRole
    label: str | None
    speaker: str | None
    starts_at_ms: int | None
    language: str | None
    runs: tuple[MarkedRun, ...]
    number: int | None = None  # of the paragraph, counted from 1; headings have none
    matches: tuple[ShownMatch, ...] = ()  # whose best sentences begin here

    @property
    def text(self) -> str:
        """Its whole text."""
        return "".join(piece.text for run in self.runs for piece in run.pieces)


@dataclass(frozen=True, slots=True)
class ShownField:
    """A part of a case, cut for showing; without blocks where the case does not tell it."""

    name: str
    heading: ShownBlock | None
    blocks: tuple[ShownBlock, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as its page shows it: every block once."""

    title: ShownBlock | None  # the heading that is the title, where the text begins with it
    before: tuple[ShownBlock, ...]  # all of the text, unless it is a case
    fields: tuple[ShownField, ...]
    after: tuple[ShownBlock, ...]
    outline: tuple[ShownBlock, ...]


def shown_blocks(
    document: Document,
    evidence: Sequence[Evidence] = (),
    anchors: Sequence[Anchor] = (),
    matches: Mapping[int, tuple[ShownMatch, ...]] | None = None,
) -> tuple[ShownBlock, ...]:
    """All blocks in order. `anchors` are in the order of their starts; `matches` by the start of their block."""
    shown, number = [], 0
    for block in _ordered(document.blocks):
        number += block.role is not BlockRole.HEADING
        shown.append(
            ShownBlock(
                start=block.start,
                end=block.end,
                role=block.role,
                label=block.label,
                speaker=block.speaker,
                starts_at_ms=block.starts_at_ms,
                language=script_language(document.text[block.start : block.end]),
                runs=runs(document.text, Span(block.start, block.end), evidence, anchors),
                number=None if block.role is BlockRole.HEADING else number,
                matches=(matches or {}).get(block.start, ()),
            )
        )
    return tuple(shown)


def shown_part(document: Document, span: Span, evidence: Sequence[Evidence] = ()) -> tuple[ShownBlock, ...]:
    """What lies in `span`, block by block; a speaker and a time stand where their turn begins."""
    blocks = _ordered(document.blocks)
    first = bisect_right(blocks, span.start, key=lambda block: block.end)
    shown = []
    for block in blocks[first:]:
        start, end = max(block.start, span.start), min(block.end, span.end)
        if start >= end:
            break
        begins = start == block.start
        shown.append(
            ShownBlock(
                start=start,
                end=end,
                role=block.role,
                label=block.label if begins else None,
                speaker=block.speaker if begins else None,
                starts_at_ms=block.starts_at_ms if begins else None,
                language=script_language(document.text[start:end]),
                runs=runs(document.text, Span(start, end), evidence),
            )
        )
    return tuple(shown)


def _ordered(blocks: Iterable[PlacedBlock]) -> list[PlacedBlock]:
    """The blocks that have text, in order."""
    return sorted((block for block in blocks if block.start < block.end), key=lambda block: block.start)


def passage_anchors(document: Document) -> list[Anchor]:
    """Where passages begin, in order."""
    return anchored(document, ((passage.ordinal, passage.start) for passage in document.passages))


def anchored(document: Document, places: Iterable[tuple[int, int]]) -> list[Anchor]:
    """Anchors of ordinals and starts, in order; one between two blocks is given the start of the second."""
    blocks = _ordered(document.blocks)
    ends = [block.end for block in blocks]
    anchors = []
    for ordinal, start in places:
        place = bisect_right(ends, start)
        anchors.append(Anchor(ordinal, max(start, blocks[place].start) if place < len(blocks) else start))
    return sorted(anchors, key=lambda anchor: anchor.start)


def matches_of(document: Document, hits: Sequence[PassageHit]) -> dict[int, tuple[ShownMatch, ...]]:
    """For the start of a block the hits whose best sentence begins in it, or in a heading before it.

    `hits` are in the order of the text.
    """
    blocks = [block for block in _ordered(document.blocks) if block.role is not BlockRole.HEADING]
    if not blocks:
        return {}
    ends = [block.end for block in blocks]
    ordinals = [hit.passage.ordinal for hit in hits]
    found: dict[int, tuple[ShownMatch, ...]] = {}
    for at, hit in enumerate(hits):
        place = min(bisect_right(ends, hit.evidence.sentence.start), len(blocks) - 1)
        match = ShownMatch(
            number=at + 1,
            total=len(hits),
            previous=ordinals[at - 1] if at else None,
            next=ordinals[at + 1] if at + 1 < len(hits) else None,
        )
        start = blocks[place].start
        found[start] = (*found.get(start, ()), match)
    return found


def arranged(document: Document, blocks: Sequence[ShownBlock]) -> Shown:
    """The blocks of a document in the order of its page: of a case its five parts, else as they come."""
    title = blocks[0] if _titled(document.summary.title, blocks) else None
    rest = tuple(block for block in blocks if block is not title)
    case = case_of(document)
    if case is None:
        return Shown(title, rest, (), (), _outline(rest))
    by_start = {block.start: block for block in rest}

    def those(placed: Iterable[PlacedBlock]) -> tuple[ShownBlock, ...]:
        return tuple(by_start[block.start] for block in placed if block.start in by_start)

    headings = [those([part.heading] if part.heading else []) for part in case.parts]
    fields = [
        ShownField(part.name, next(iter(heading), None), those(part.blocks))
        for part, heading in zip(case.parts, headings, strict=True)
    ]
    first = min(block.start for field in fields for block in field.blocks)
    return Shown(
        title,
        before=those(block for block in case.rest if block.start < first),
        fields=tuple(fields),
        after=those(block for block in case.rest if block.start >= first),
        outline=(),
    )


def _titled(title: str, blocks: Sequence[ShownBlock]) -> bool:
    """Whether a document begins with its title as a heading."""
    return bool(blocks) and blocks[0].role is BlockRole.HEADING and blocks[0].text == title


def _outline(blocks: Sequence[ShownBlock]) -> tuple[ShownBlock, ...]:
    """The headings of a document without its title; none where there are fewer than `OUTLINED`."""
    headings = tuple(block for block in blocks if block.role is BlockRole.HEADING)
    return headings if len(headings) >= OUTLINED else ()


def hits_within(searcher: Searcher, document_id: str, text: str) -> tuple[PassageHit, ...]:
    """The passages of one document that answer best, in the order of the text; none without a question."""
    if not text:
        return ()
    page = searcher.search(SearchQuery(text=text, limit=1, documents=(document_id,)))
    hits = page.results[0].passages if page.results else ()
    return tuple(sorted(hits, key=lambda hit: hit.passage.ordinal))
