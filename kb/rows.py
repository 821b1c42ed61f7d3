"""Between the tables and the dataclasses: the selects that `kb.store` shares, and conversions both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Label, Row, Select, and_, func, select

from ingest.model import Description, Kind, PlacedBlock, Role, Span
from ingest.model import Passage as CutPassage
from kb.model import Passage, Summary
from kb.records import StoredVectors
from kb.schema import documents, originals, passages, vectors, versions

# A passage's text, cut from its document's; SQLite counts characters from 1.
TEXT: Label[str] = func.substr(
    versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start
).label("passage_text")

_IS_CURRENT = and_(versions.c.document_id == documents.c.id, versions.c.number == documents.c.version)


def summary(*, current: bool = True) -> Select[Any]:
    """The columns of a `Summary`, from current versions, or else from all."""
    joined = _IS_CURRENT if current else versions.c.document_id == documents.c.id
    return select(
        documents.c.id,
        versions.c.number.label("version"),
        documents.c.added_at,
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
    ).join_from(documents, versions, joined)


def known() -> Select[Any]:
    """Id, title and number of passages of documents, from current versions, with their originals joined."""
    count = (
        select(func.count())
        .where(passages.c.document_id == documents.c.id)
        .scalar_subquery()
        .label("passages")
    )
    return (
        select(documents.c.id, versions.c.title, count)
        .join_from(documents, versions, _IS_CURRENT)
        .join(originals, originals.c.sha256 == versions.c.original)
        .order_by(documents.c.id)
    )


def current(*columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of passages joined with their documents' current versions."""
    return (
        select(*columns)
        .join_from(passages, documents, documents.c.id == passages.c.document_id)
        .join(versions, _IS_CURRENT)
    )


def with_vectors(model: str, *, required: bool = True) -> Select[Any]:
    """Passages with their vectors by `model`; those without any too, unless `required`."""
    columns = current(*passages.c, vectors.c.sentence, vectors.c.tokens, vectors.c.spans)
    matches = and_(vectors.c.text_key == passages.c.text_key, vectors.c.model == model)
    return columns.join(vectors, matches, isouter=not required)


def to_summary(row: Row[Any]) -> Summary:
    """From a row of `summary()`."""
    return Summary(
        id=row.id,
        version=row.version,
        title=row.title,
        kind=Kind(row.kind),
        language=row.languages[0],
        languages=tuple(row.languages),
        date=row.date,
        event=row.event,
        economies=tuple(row.economies),
        organisations=tuple(row.organisations),
        themes=tuple(row.themes),
        source=row.source,
        format=row.format,
        sample=row.sample,
        added_at=row.added_at.replace(tzinfo=UTC),
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


def to_blocks(stored: Iterable[dict[str, Any]]) -> tuple[PlacedBlock, ...]:
    """From the JSON of a version."""
    return tuple(PlacedBlock(**{**block, "role": Role(block["role"])}) for block in stored)


def from_blocks(blocks: Iterable[PlacedBlock]) -> list[dict[str, Any]]:
    """To the JSON of a version, without what is not set."""
    return [{key: value for key, value in asdict(block).items() if value is not None} for block in blocks]


def from_description(description: Description) -> dict[str, Any]:
    """To the columns of a version, but for the source, which the caller settles."""
    return {
        "title": description.title,
        "kind": description.kind.value,
        "languages": list(description.languages),
        "date": description.date,
        "event": description.event,
        "economies": list(description.economies),
        "organisations": list(description.organisations),
        "themes": list(description.themes),
    }


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
