"""Cutting a document's text into runs to show: where passages begin, what is set off, what is marked.

Pure functions. All positions count characters of the document's text, as everywhere else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.text.language import dominant
from ingest.text.language import runs as script_runs
from kb.models import Evidence, PassageHit, Span

CONTEXT = 160  # characters shown on each side of the best sentence of a result
# A shorter paragraph, such as a heading or a table row, cannot stand alone as a result.
TELLING = 80
PHRASE = 3  # English words in Thai text from which on they are a voice of their own


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Text that is marked as matching, or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class MarkedRun:
    """Pieces with the same standing: in a best sentence or not, spoken in one language."""

    pieces: tuple[TextPiece, ...]
    best: bool
    language: str | None  # "en", "th", or None where there are no letters
    anchor: int | None  # ordinal of the passage that begins here


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a passage that a result shows, and whether its paragraph was cut for it."""

    runs: tuple[MarkedRun, ...]
    clipped_before: bool
    clipped_after: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage's number and where it begins."""

    ordinal: int
    start: int


def script_language(text: str) -> str | None:
    """The language of most letters of a text, "en" or "th"; None where it has no letters."""
    return dominant(text) if any(map(str.isalpha, text)) else None


def runs(
    text: str, span: Span, evidence: Iterable[Evidence] = (), anchors: Sequence[Anchor] = ()
) -> tuple[MarkedRun, ...]:
    """The characters of `span` as runs, in order; joined they are `text[span.start : span.end]` again.

    `anchors` are in the order of their starts; of two at one place the first counts.
    """
    found = tuple(evidence)
    best = _merged((item.sentence for item in found), span)
    marks = _merged((mark for item in found for mark in item.highlights), span)
    first = bisect_left(anchors, span.start, key=_start)
    last = bisect_left(anchors, span.end, key=_start)
    begins = {anchor.start: anchor.ordinal for anchor in reversed(anchors[first:last])}
    edges = {span.start, span.end, *begins}
    for piece in (*best, *_other_voices(text, span)):
        edges |= {piece.start, piece.end}
    cuts = sorted(edges)
    return tuple(
        MarkedRun(
            pieces=_pieces(text, Span(start, end), marks),
            best=any(sentence.start <= start < sentence.end for sentence in best),
            language=script_language(text[start:end]),
            anchor=begins.get(start),
        )
        for start, end in pairwise(cuts)
    )


def excerpt(hit: PassageHit) -> Excerpt:
    """The best sentence of a hit, with at most `CONTEXT` characters of its paragraph on each side."""
    passage = hit.passage
    evidence = Evidence(
        sentence=_moved(hit.evidence.sentence, -passage.start),
        highlights=tuple(_moved(mark, -passage.start) for mark in hit.evidence.highlights),
    )
    around = _around(passage.text, evidence.sentence)
    start = max(around.start, _context_before(passage.text, evidence.sentence.start))
    end = min(around.end, _context_after(passage.text, evidence.sentence.end))
    return Excerpt(
        runs=runs(passage.text, Span(start, end), (evidence,)),
        clipped_before=start > around.start,
        clipped_after=end < around.end,
    )


def _other_voices(text: str, span: Span) -> list[Span]:
    """Stretches that a screen reader should speak in the other language than the rest.

    All that is Thai in English; in Thai only phrases, since names and abbreviations are read along.
    """
    words = text[span.start : span.end]
    main = script_language(words)
    others = []
    for run in script_runs(words):
        said = words[run.start : run.end].rstrip()
        if run.language != main and (main == "en" or len(said.split()) >= PHRASE):
            start = span.start + run.start
            others.append(Span(start, start + len(said)))
    return others


def _start(anchor: Anchor) -> int:
    return anchor.start


def _context_before(text: str, end: int) -> int:
    """Where the words before `end` begin. Only spaces are cut at: Thai has none inside a phrase."""
    if end <= CONTEXT:
        return 0
    space = text.find(" ", end - CONTEXT, end)
    return end if space < 0 else space + 1


def _context_after(text: str, start: int) -> int:
    if len(text) - start <= CONTEXT:
        return len(text)
    space = text.rfind(" ", start, start + CONTEXT)
    return start if space < 0 else space


def _around(text: str, sentence: Span) -> Span:
    """The paragraph of the sentence; the whole text when the paragraph says little by itself."""
    start = text.rfind("\n", 0, sentence.start) + 1
    end = text.find("\n", sentence.end)
    paragraph = Span(start, len(text) if end < 0 else end)
    return paragraph if paragraph.end - paragraph.start >= TELLING else Span(0, len(text))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _merged(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """The parts of the spans that lie within, overlapping ones made one, in order."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end = max(span.start, within.start), min(span.end, within.end)
        if start >= end:
            continue
        if merged and start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return tuple(merged)


def _pieces(text: str, span: Span, marks: tuple[Span, ...]) -> tuple[TextPiece, ...]:
    pieces: list[TextPiece] = []
    at = span.start
    for mark in _merged(marks, span):
        if at < mark.start:
            pieces.append(TextPiece(text[at : mark.start], marked=False))
        pieces.append(TextPiece(text[mark.start : mark.end], marked=True))
        at = mark.end
    if at < span.end:
        pieces.append(TextPiece(text[at : span.end], marked=False))
    return tuple(pieces)
