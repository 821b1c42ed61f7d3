"""What passes between the books of the desk and their callers: frozen dataclasses, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, get_args

from ingest.model import Facts
from ingest.places import Traced
from kb.model import Document, Outcome, Summary

# ---- bringing in (`kb.desk.batches`)

ItemStage = Literal["received", "read", "described", "split", "encoded", "searchable"]  # in this order
ItemState = Literal["waiting", "working", "held", "done", "failed", "cancelled"]
ITEM_STAGES: tuple[ItemStage, ...] = get_args(ItemStage)
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)
Likeness = Literal["like", "version", "corrected"]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file sent in, or a folder as ZIP. `name` is its name, or its path in the folder that it was picked from."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SentText:
    """Text that somebody pasted, under a title."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SentAddress:
    """A web address to fetch."""

    address: str


Sent = SentFile | SentText | SentAddress


@dataclass(frozen=True, slots=True)
class Told:
    """An error as it is kept: its code, and its text in English and in Thai."""

    code: str
    en: str
    th: str

    def message(self, language: str) -> str:
        """The text in `language`, "en" or "th"."""
        return self.th if language == "th" else self.en


@dataclass(frozen=True, slots=True)
class Near:
    """A document that is there, and why an item waits for a decision because of it.

    "like": much of the text is the same; "version": it would get a new version; "corrected": it would, and an
    editor corrected its facts or its text. `likeness` is the share of the text that is the same, 0 to 1.
    """

    document_id: str
    likeness: float
    why: Likeness


@dataclass(frozen=True, slots=True)
class Brought:
    """A document that an item gave, and what became of it."""

    document_id: str
    status: Outcome


@dataclass(frozen=True, slots=True)
class Item:
    """One file, text or address of a batch, how far it is, and what became of it. Times are UTC.

    `facts` are stated of it alone; they win over its batch's. Of `to_encode` passages that had no vectors
    `encoded` have them. Counts are None as long as they are not known.
    """

    id: int
    batch: int
    name: str
    address: str | None
    facts: Facts
    size: int | None  # bytes
    stage: ItemStage  # the last one reached
    state: ItemState
    documents: tuple[Brought, ...]
    passages: int | None
    to_encode: int | None
    encoded: int | None
    problem: Told | None
    near: tuple[Near, ...]
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
class Batch(_Counted):
    """What was sent in together. `counts` has the number of its items in each state, 0 too."""

    id: int
    created_at: datetime  # UTC
    actor: str
    facts: Facts  # stated of all its items
    publish: bool  # or keep as drafts
    counts: Mapping[ItemState, int]


@dataclass(frozen=True, slots=True)
class Progress(_Counted):
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
class Waiting:
    """What there is to do, over all batches."""

    waiting: int
    working: int
    held: int
    failed: int
    since: datetime | None  # UTC: when the oldest item that waits was queued


# ---- people and keys (`kb.desk.people`)


class Scope(StrEnum):
    """What somebody may do."""

    READ = "read"  # read, where the site is closed; where it is open everybody may
    INGEST = "ingest"  # bring in, review, correct, take out
    ADMIN = "admin"  # purge; accounts, keys, the audit log


class Role(StrEnum):
    """What a person is."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[Scope]:
        """What a person of this role may do."""
        return frozenset(tuple(Scope)[: tuple(Role).index(self) + 1])


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `session` is in the cookies of its browsers; they end when it changes."""

    name: str
    role: Role
    active: bool
    created_at: datetime  # UTC
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the API, without its secret. It may do what its scopes say and no more."""

    id: str
    name: str  # what it is for
    scopes: frozenset[Scope]
    created_by: str
    created_at: datetime  # UTC
    used_on: date | None  # UTC
    revoked_at: datetime | None  # UTC

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        return f"key {self.id}"


# ---- review (`kb.desk.review`)

FactName = Literal[
    "title", "kind", "date", "event", "economies", "organisations", "themes", "source", "sample"
]
FACT_NAMES: tuple[FactName, ...] = get_args(FactName)
LISTS: tuple[FactName, ...] = ("economies", "organisations", "themes")  # facts that may have several values
CLEARABLE: tuple[FactName, ...] = ("date", "event", *LISTS)  # facts that may be "not known"


@dataclass(frozen=True, slots=True)
class Changes:
    """What an editor wants changed in the facts of one document or of many, as typed.

    `set` gives a fact another value: words, several of them for a list (each may hold several names, as in a
    sidecar). Dates are read in any way, economies and kinds in either language. No words at all mean the same as
    `clear`: the fact is not known, whatever the text says; for those of `CLEARABLE`. `add` and `take` change lists
    of `LISTS` and leave their other values. `release` lets a fact go back to what it was without an editor.
    """

    set: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    add: Mapping[str, Sequence[str]] = field(default_factory=dict)
    take: Mapping[str, Sequence[str]] = field(default_factory=dict)
    clear: tuple[str, ...] = ()
    release: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a document, each value with its places in the text (`ingest.places.Traced`).

    `corrected`: an editor stated it; with no values then, an editor said that it is not known.
    """

    name: FactName
    values: tuple[Traced, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document as an editor reviews it.

    `document.summary.version` is the number to hand back as `seen_version`. `corrected_text`: its text is an
    editor's, not that of its file.
    """

    document: Document
    facts: tuple[Fact, ...]  # all of `FACT_NAMES`, in this order
    languages: tuple[Traced, ...]
    speakers: tuple[Traced, ...]  # in the order in which they first speak; places are their turns
    parts: tuple[Traced, ...]  # "challenge", "approach", … of a case; places are their blocks
    corrected_text: bool
    file: str  # the name of the file that it was read from


# ---- taking out (`kb.desk.removal`)


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that was removed. It can be brought back until it is purged, in `days_left` days or later."""

    document: Summary
    removed_at: datetime  # UTC
    days_left: int  # 0: due


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did. `clean`: nothing of what was ever deleted is left in any file of the home.

    Not so while another program reads the database; `Removal.finish` then does the rest later.
    """

    documents: tuple[str, ...]  # ids
    clean: bool
