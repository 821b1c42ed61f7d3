"""What a knowledge base holds and what a search gives back: frozen dataclasses, no I/O.

`Kind`, `Span` and the blocks of a document are those of `ingest.models`; a passage here is one that is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ingest.models import Description, Kind, PlacedBlock, Span, StatedMetadata

__all__ = [
    "AlignedPair",
    "CollectionStatus",
    "Document",
    "DocumentSummary",
    "DocumentVersion",
    "Evidence",
    "Facets",
    "IngestOutcome",
    "Kind",
    "MapPoint",
    "MatchedPair",
    "Passage",
    "PassageHit",
    "PlacedBlock",
    "RelatedDocument",
    "ResultPage",
    "SearchQuery",
    "SearchResult",
    "Sort",
    "Span",
    "State",
    "StatedMetadata",
    "StoredFile",
]

LANGUAGES = ("en", "th")
Strength = Literal["strong", "possible", "weak"]
OutcomeStatus = Literal["added", "updated", "unchanged"]
Sort = Literal["relevance", "date"]
State = Literal["draft", "published", "removed"]  # only published documents are searched and shown to readers


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary(Description):
    """What a list or a result shows of a document: all but its text."""

    id: str
    version: int
    language: str  # the language of most of its text
    source: str  # the name of the file, where none is stated
    format: str
    sample: bool
    added_at: datetime  # UTC
    state: State = "published"

    @property
    def year(self) -> int | None:
        """The year of its date."""
        return int(self.date[:4]) if self.date else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: the characters `start` up to `end` of its document's text.

    `sentences` count characters of the document's text.
    """

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    language: str
    text: str
    sentences: tuple[Span, ...]
    speaker: str | None = None
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document: its summary, text, blocks (headings, paragraphs, turns, case fields) and passages."""

    summary: DocumentSummary
    text: str
    blocks: tuple[PlacedBlock, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class IngestOutcome:
    """What became of one document that was brought in."""

    status: OutcomeStatus
    document_id: str
    title: str
    passages: int


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search. Filters given as tuples keep what matches any of their members; empty means no filter."""

    text: str
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    economies: tuple[str, ...] = ()  # official English names
    events: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()  # stored names
    year_from: int | None = None
    year_to: int | None = None
    limit: int = 10
    offset: int = 0
    sort: Sort = "relevance"  # by date: latest first, after them those that match only weakly
    explain: bool = False  # also give the matched word pairs
    documents: tuple[str, ...] = ()  # ids; to search within a document
    excluded_documents: frozenset[str] = frozenset()  # as if they were not there


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """A word of the query and the word of the passage that it met."""

    query_word: str
    passage_word: Span  # characters of the document's text
    similarity: float  # cosine of the language-centred token vectors, -1 to 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a passage matched: its best sentence and the words that met the query's, in document characters."""

    sentence: Span
    highlights: tuple[Span, ...]
    pairs: tuple[MatchedPair, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that answers a query, with its evidence."""

    passage: Passage
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A document that answers a query, with its best passages, best first."""

    document: DocumentSummary
    score: float
    strength: float  # 0 to 1: how surely it answers the query
    verdict: Strength  # the same in a word
    passages: tuple[PassageHit, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many documents among all those found (not only on this page) carry each value; filters applied."""

    language: Mapping[str, int] = field(default_factory=dict)
    kind: Mapping[str, int] = field(default_factory=dict)
    economy: Mapping[str, int] = field(default_factory=dict)
    event: Mapping[str, int] = field(default_factory=dict)
    year: Mapping[str, int] = field(default_factory=dict)
    theme: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results."""

    query: SearchQuery
    query_language: str
    total: int  # documents found, on all pages
    results: tuple[SearchResult, ...]
    facets: Facets
    took_ms: float
    answered_in: tuple[str, ...] = ()  # languages of passages that answer not only weakly, on any page
    missing: tuple[str, ...] = ()  # words of the question that stand in no document by any name, as they were typed


@dataclass(frozen=True, slots=True)
class RelatedDocument:
    """A document close to another one; `same_story` when it tells the same in the other language."""

    document: DocumentSummary
    score: float
    same_story: bool


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """A state of a document; `summary.version` is its number, counted from 1."""

    summary: DocumentSummary
    created_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it came in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """Stretches of two documents that say the same, in characters of each; None where one has nothing for it.

    `similarity` is the cosine of the two, -1 to 1; 0 where one is missing.
    """

    left: Span | None
    right: Span | None
    similarity: float


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A document's place on the map: near those that speak of the like. 0 to 1 in both directions."""

    document: DocumentSummary
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """What a knowledge base holds."""

    documents: int
    passages: int
    vectors: int
    samples: int
    by_language: Mapping[str, int]
    by_kind: Mapping[str, int]
    model: str
    model_in_use: str
    change: int  # number of the last change
    indexed_change: int  # number of the last change that the index has followed
    bytes_on_disk: int
