"""What `ingest` hands over, step by step: frozen dataclasses, no I/O.

    bytes --reader--> Parsed --normalise--> Manuscript --describe--> Description
                                                      --passages--> Passage

Every `start` and `end` counts characters (Unicode code points) of `Manuscript.text`, end excluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of document it is."""

    RELEASE = "release"
    TRANSCRIPT = "transcript"
    CASE = "case"
    MENTORING = "mentoring"
    REPORT = "report"


class BlockRole(StrEnum):
    """What a block is to its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TURN = "turn"  # one speaker's turn, or one caption
    FIELD = "field"  # a named part of a best-practice case: challenge, approach, actors, results, evidence


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to `end` of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, turn or field as a parser found it, its text not yet normalised."""

    text: str
    role: BlockRole = BlockRole.PARAGRAPH
    label: str | None = None  # name of the field, e.g. "challenge"
    speaker: str | None = None
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StatedMetadata:
    """Descriptive facts that somebody stated: the file's own metadata, a table's columns, flags or a sidecar.

    Nothing is guessed here; `None` or an empty tuple means "not stated". A date is partial ISO 8601:
    "2019", "2019-08" or "2019-08-02". Economies are official English names (`ingest.metadata.economies`), themes stored
    names where they are known (`ingest.metadata.themes`).
    """

    title: str | None = None
    kind: Kind | None = None
    date: str | None = None
    event: str | None = None
    economies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    source: str | None = None
    sample: bool | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One document as its format gives it. A table gives one for each row, every other format exactly one."""

    format: str  # html, pdf, docx, text, markdown, vtt, srt, transcript, csv, jsonl
    blocks: tuple[Block, ...]
    stated: StatedMetadata = StatedMetadata()
    key: str | None = None  # tells the documents of one file apart: the row's id


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block in its place: the characters `start` up to `end` of the manuscript are its text."""

    start: int
    end: int
    role: BlockRole = BlockRole.PARAGRAPH
    label: str | None = None
    speaker: str | None = None
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The canonical text of a document, and its blocks in order. Whatever is stored and cited indexes `text`."""

    text: str
    blocks: tuple[PlacedBlock, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a document: stated facts first, the rest found in the text."""

    title: str
    kind: Kind
    languages: tuple[str, ...]  # "en", "th"; the one with most text first
    date: str | None
    event: str | None
    economies: tuple[str, ...]
    organisations: tuple[str, ...]
    themes: tuple[str, ...]  # stored names (`ingest.metadata.themes`), the strongest first
    source: str | None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text in its search form: case-folded, English stemmed, Thai digits as Arabic ones."""

    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A stretch of the manuscript that is searched and cited as one piece.

    `sentences` and `words` count characters of the manuscript, not of the passage.
    """

    start: int
    end: int
    language: str  # "en" or "th": the language of most of its letters
    sentences: tuple[Span, ...]
    words: tuple[Word, ...]
    speaker: str | None = None
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None
