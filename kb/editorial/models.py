"""What passes between the editorial services and their callers: frozen dataclasses, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from ingest.metadata.provenance import TracedValue
from kb.models import Document, DocumentSummary

FactName = Literal["title", "kind", "date", "event", "economies", "organisations", "themes", "source", "sample"]
FACT_NAMES: tuple[FactName, ...] = get_args(FactName)
LISTS: tuple[FactName, ...] = ("economies", "organisations", "themes")  # facts that may have several values
CLEARABLE: tuple[FactName, ...] = ("date", "event", *LISTS)  # facts that may be "not known"


@dataclass(frozen=True, slots=True)
class FactChanges:
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
class ReviewedFact:
    """A fact of a document, each value with its places in the text (`ingest.metadata.provenance.TracedValue`).

    `corrected`: an editor stated it; with no values then, an editor said that it is not known.
    """

    name: FactName
    values: tuple[TracedValue, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A document as an editor reviews it.

    `document.summary.version` is the number to hand back as `seen_version`. `corrected_text`: its text is an
    editor's, not that of its file.
    """

    document: Document
    facts: tuple[ReviewedFact, ...]  # all of `FACT_NAMES`, in this order
    languages: tuple[TracedValue, ...]
    speakers: tuple[TracedValue, ...]  # in the order in which they first speak; places are their turns
    parts: tuple[TracedValue, ...]  # "challenge", "approach", … of a case; places are their blocks
    corrected_text: bool
    file: str  # the name of the file that it was read from


@dataclass(frozen=True, slots=True)
class TrashedDocument:
    """A document that was removed. It can be brought back until it is purged, in `days_left` days or later."""

    document: DocumentSummary
    removed_at: datetime  # UTC
    days_left: int  # 0: due


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """What a purge did. `clean`: nothing of what was ever deleted is left in any file of the home.

    Not so while another program reads the database; `Trash.finish` then does the rest later.
    """

    documents: tuple[str, ...]  # ids
    clean: bool
