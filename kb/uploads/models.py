"""What passes between the services for uploads and their callers: frozen dataclasses, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from ingest.models import StatedMetadata
from kb.i18n import StoredMessage
from kb.models import OutcomeStatus

ItemStage = Literal["received", "read", "described", "split", "encoded", "searchable"]  # in this order
ItemState = Literal["waiting", "working", "held", "done", "failed", "cancelled"]
ITEM_STAGES: tuple[ItemStage, ...] = get_args(ItemStage)
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)
Likeness = Literal["like", "version", "corrected"]


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file sent in, or a folder as ZIP. `name` is its name, or its path in the folder that it was picked from."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class UploadedText:
    """Text that somebody pasted, under a title."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class UploadedAddress:
    """A web address to fetch."""

    address: str


Upload = UploadedFile | UploadedText | UploadedAddress


@dataclass(frozen=True, slots=True)
class DuplicateCandidate:
    """A document that is there, and why an item waits for a decision because of it.

    "like": much of the text is the same; "version": it would get a new version; "corrected": it would, and an
    editor corrected its facts or its text. `likeness` is the share of the text that is the same, 0 to 1.
    """

    document_id: str
    likeness: float
    why: Likeness


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """A document that an item gave, and what became of it."""

    document_id: str
    status: OutcomeStatus


@dataclass(frozen=True, slots=True)
class UploadItem:
    """One file, text or address of a batch, how far it is, and what became of it. Times are UTC.

    `facts` are stated of it alone; they win over its batch's. Of `to_encode` passages that had no vectors
    `encoded` have them. Counts are None as long as they are not known.
    """

    id: int
    batch: int
    name: str
    address: str | None
    facts: StatedMetadata
    size: int | None  # bytes
    stage: ItemStage  # the last one reached
    state: ItemState
    documents: tuple[ImportedDocument, ...]
    passages: int | None
    to_encode: int | None
    encoded: int | None
    problem: StoredMessage | None
    near: tuple[DuplicateCandidate, ...]
    accepted: bool
    attempts: int
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class _Counted:
    """What can be said of a batch by the number of its items in each state."""

    __slots__ = ()
    counts: Mapping[ItemState, int]

    @property
    def total(self) -> int:
        """How many items it has."""
        return sum(self.counts.values())

    @property
    def finished(self) -> bool:
        """Whether nothing of it is to be worked on; items may still wait for a decision."""
        return not (self.counts["waiting"] or self.counts["working"])


@dataclass(frozen=True, slots=True)
class UploadBatch(_Counted):
    """What was sent in together. `counts` has the number of its items in each state, 0 too."""

    id: int
    created_at: datetime  # UTC
    actor: str
    facts: StatedMetadata  # stated of all its items
    publish: bool  # or keep as drafts
    counts: Mapping[ItemState, int]


@dataclass(frozen=True, slots=True)
class BatchProgress(_Counted):
    """How far a batch is. Of `to_encode` passages known so far `encoded` are encoded.

    `rate` is passages encoded a second and `seconds_left` until its last item, with what is before it in the
    queue; both None until they can be measured, and when nothing is being worked on.
    """

    batch: int
    counts: Mapping[ItemState, int]
    passages: int
    to_encode: int
    encoded: int
    rate: float | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What there is to do, over all batches."""

    waiting: int
    working: int
    held: int
    failed: int
    since: datetime | None  # UTC: when the oldest item that waits was queued
