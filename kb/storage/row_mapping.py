"""Between the tables and the dataclasses: the selects that `kb.storage` shares, and conversions both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, get_args

import numpy as np
from sqlalchemy import ColumnElement, Label, Row, Select, and_, case, exists, func, or_, select

from ingest.models import Description, Kind, Manuscript, Span, StatedMetadata
from ingest.models import PassageSpan as CutPassage
from kb.events import MadeEvent
from kb.models import DocumentSummary, Passage, State
from kb.storage.json_forms import from_facts, to_blocks, to_facts
from kb.storage.records import Corrections, DocumentRevision, IncomingDocument, StoredVectors
from kb.storage.schema import documents, originals, passages, vectors, versions

# A passage's text, cut from its document's; SQLite counts characters from 1.
TEXT: Label[str] = func.substr(versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start).label(
    "passage_text"
)

IS_CURRENT = and_(versions.c.document_id == documents.c.id, versions.c.number == documents.c.version)


PUBLISHED: tuple[State, ...] = ("published",)  # what readers see
DRAFTS: tuple[State, ...] = ("draft",)
NOT_REMOVED: tuple[State, ...] = ("draft", "published")
REMOVED: tuple[State, ...] = ("removed",)
ALL: tuple[State, ...] = get_args(State)


# A document's state: what is removed remembers whether it was published.
STATE: Label[str] = case((documents.c.removed_at.is_not(None), "removed"), else_=documents.c.state).label("state")


def summary(*, current: bool = True, states: Collection[State] = PUBLISHED) -> Select[Any]:
    """The columns of a `DocumentSummary`, of documents in one of `states`, from current versions, or else from all."""
    joined = IS_CURRENT if current else versions.c.document_id == documents.c.id
    found = (
        select(
            documents.c.id,
            versions.c.number.label("version"),
            documents.c.added_at,
            STATE,
            versions.c.title,
            versions.c.kind,
            versions.c.languages,
            versions.c.date,
            versions.c.event,
            versions.c.economies,
            versions.c.organisations,
            versions.c.themes,
            versions.c.source,
            versions.c.format,
            versions.c.sample,
        )
        .join_from(documents, versions, joined)
        .where(STATE.in_(states))
    )
    return found if "draft" in states else found.where(versions.c.number >= documents.c.public_from)


def place_of(identity: str) -> str:
    """Where a file lies that gave a document with this identity and others; "" if it gave no others."""
    return identity.rpartition("#")[0]


def of_one_file(identity: str, original: str) -> ColumnElement[bool]:
    """Whether documents came from the file with the SHA-256 `original`, or from where `identity` says.

    For files that gave several documents. One that was the same already when its file came in again is not read from
    that, though it is in it: only its identity tells.
    """
    any_version = versions.alias()
    read_from = exists().where(any_version.c.document_id == documents.c.id, any_version.c.original == original)
    place = place_of(identity)
    if not place:
        return read_from
    return or_(read_from, documents.c.identity.startswith(f"{place}#", autoescape=True))


def known() -> Select[Any]:
    """Id, title and number of passages of documents that were not removed, with their originals joined."""
    count = select(func.count()).where(passages.c.document_id == documents.c.id).scalar_subquery().label("passages")
    return (
        select(documents.c.id, versions.c.title, count)
        .join_from(documents, versions, IS_CURRENT)
        .join(originals, originals.c.sha256 == versions.c.original)
        .where(documents.c.removed_at.is_(None))
        .order_by(documents.c.id)
    )


def current(*columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of passages joined with their documents' current versions."""
    return (
        select(*columns)
        .join_from(passages, documents, documents.c.id == passages.c.document_id)
        .join(versions, IS_CURRENT)
    )


def with_vectors(model: str, *, required: bool = True) -> Select[Any]:
    """Passages with their vectors by `model`; those without any too, unless `required`."""
    columns = current(*passages.c, vectors.c.sentence, vectors.c.tokens, vectors.c.spans)
    matches = and_(vectors.c.text_key == passages.c.text_key, vectors.c.model == model)
    return columns.join(vectors, matches, isouter=not required)


def to_summary(row: Row[Any]) -> DocumentSummary:
    """From a row of `summary()`."""
    return DocumentSummary(
        **_description(row),
        id=row.id,
        version=row.version,
        language=row.languages[0],
        format=row.format,
        sample=row.sample,
        added_at=row.added_at.replace(tzinfo=UTC),
        state=row.state,
    )


def to_passage(row: Row[Any], passage_text: str) -> Passage:
    """From a row with the columns of `passages`."""
    return Passage(
        id=row.id,
        document_id=row.document_id,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        language=row.language,
        text=passage_text,
        sentences=tuple(Span(start, end) for start, end in row.sentences),
        speaker=row.speaker,
        starts_at_ms=row.starts_at_ms,
        ends_at_ms=row.ends_at_ms,
    )


def to_vectors(row: Row[Any]) -> StoredVectors:
    """From a row of `with_vectors()` that has some."""
    return StoredVectors(row.sentence, row.tokens, row.spans)


def _description(row: Row[Any]) -> dict[str, Any]:
    """The fields of a `Description` from a row of `summary()`."""
    lists = {name: tuple(getattr(row, name)) for name in ("languages", "economies", "organisations", "themes")}
    texts = {name: getattr(row, name) for name in ("title", "date", "event", "source")}
    return {**lists, **texts, "kind": Kind(row.kind)}


def to_corrections(stored: Mapping[str, Any]) -> Corrections:
    """From JSON that `from_corrections` made."""
    told = {name: value for name, value in stored.items() if name != "text"}
    cleared = tuple(sorted(name for name, value in told.items() if value in (None, [])))
    stated = to_facts({name: value for name, value in told.items() if name not in cleared})
    return Corrections(stated, cleared, stored.get("text", False))


def from_corrections(corrected: Corrections) -> dict[str, Any]:
    """To JSON: facts by name, null or [] for those that are not known; and "text" where that is an editor's."""
    cleared: dict[str, Any] = {
        name: [] if getattr(StatedMetadata(), name) == () else None for name in corrected.cleared
    }
    text = {"text": True} if corrected.text else {}
    return from_facts(corrected.stated) | cleared | text


def to_revision(row: Row[Any]) -> DocumentRevision:
    """From a row of `summary()` with text, blocks, source_stated, input, original, corrected and identity.

    Where nobody states a source, the name of the file stands in its column, but not in the description.
    """
    description = Description(**_description(row))
    draft = IncomingDocument(
        identity=row.identity,
        input=row.input,
        manuscript=Manuscript(row.text, to_blocks(row.blocks)),
        description=description if row.source_stated else replace(description, source=None),
        source=row.source,
        format=row.format,
        sample=row.sample,
        passages=(),
        corrected=to_corrections(row.corrected),
    )
    return DocumentRevision(row.version, draft, row.original)


def to_event(row: Row[Any]) -> MadeEvent:
    """From a row of `events`."""
    return MadeEvent(row.slug, row.name, row.thai, row.date, row.economy, tuple(row.former))


def from_passage(passage: CutPassage) -> dict[str, Any]:
    """To the columns of a passage, but for its ids and key."""
    return {
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "speaker": passage.speaker,
        "starts_at_ms": passage.starts_at_ms,
        "ends_at_ms": passage.ends_at_ms,
        "sentences": [[one.start, one.end] for one in passage.sentences],
        "terms": [one.term for one in passage.words],
        "places": np.array([[one.start, one.end] for one in passage.words], np.int32).tobytes(),
    }
