"""What `kb.transfer.export_import` asks of the database: documents with all their versions, out of it and into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kb.errors import OtherHistory
from kb.models import OutcomeStatus
from kb.storage import json_forms, row_mapping, statements
from kb.storage.database import Database
from kb.storage.records import IncomingDocument, StoredVectors
from kb.storage.schema import documents, originals, versions
from kb.transfer.export_format import ExportedDocument, ExportedOriginal, ExportedVersion, file_name

_LISTS = ("languages", "economies", "organisations", "themes")
_SAME_WHENEVER = ("created_at", "corrected")  # versions that differ in nothing else are the same


class Frozen:
    """All documents and originals as they are at one moment, while others go on writing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def documents(self) -> Iterator[ExportedDocument]:
        """All documents, by id."""
        for id_ in self._connection.scalars(select(documents.c.id).order_by(documents.c.id)).all():
            found = _document(self._connection, id_)
            if found is not None:
                yield found

    def originals(self) -> Iterator[tuple[ExportedOriginal, bytes]]:
        """The files that documents were read from, by SHA-256, with their bytes."""
        of_first = (
            select(versions.c.format)
            .where(versions.c.original == originals.c.sha256)
            .order_by(versions.c.document_id, versions.c.number)
            .limit(1)
            .scalar_subquery()
        )
        used = select(originals.c.sha256).where(of_first.is_not(None)).order_by(originals.c.sha256)
        for sha256 in self._connection.scalars(used).all():
            query = select(originals, of_first.label("format")).where(originals.c.sha256 == sha256)
            row = self._connection.execute(query).one()
            kept = ExportedOriginal(sha256, row.name, row.documents, file_name(sha256, row.format))
            yield kept, row.data


@contextmanager
def frozen(database: Database) -> Iterator[Frozen]:
    """Give all documents as they are at one moment. Raises `HomeUnusable`."""
    with database.reading() as connection:
        yield Frozen(connection)


def outcome_of(connection: Connection, kept: ExportedDocument) -> OutcomeStatus:
    """What `put_history` would do with it. Raises `OtherHistory`."""
    return _outcome(_document(connection, kept.id), kept)


def put_history(
    connection: Connection,
    kept: ExportedDocument,
    files: Mapping[str, tuple[ExportedOriginal, bytes]],
    draft: IncomingDocument,
    made: Mapping[str, StoredVectors],
    model: str,
) -> OutcomeStatus:
    """Write those versions of a document that are not here, with `files` by SHA-256.

    `draft` is its current version, cut into passages. Raises `OtherHistory`.
    """
    here = _document(connection, kept.id)
    outcome = _outcome(here, kept)
    if outcome == "unchanged":
        return outcome
    new = kept.versions[len(here.versions) if here else 0 :]
    for original, data in (files[one] for one in sorted({one.original for one in new})):
        values = {"sha256": original.sha256, "name": original.name, "documents": original.documents}
        connection.execute(upsert(originals).values(**values, data=data).on_conflict_do_nothing(["sha256"]))
    known = {"id": kept.id, "identity": kept.identity, "added_at": _naive(kept.added_at)}
    goes_on = {
        "version": kept.version,
        "state": kept.state,
        "removed_at": _naive(kept.removed_at) if kept.removed_at else None,
        "public_from": kept.public_from,
    }
    put = upsert(documents).values(**known, **goes_on)
    connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=goes_on))
    connection.execute(insert(versions), [_row_of(kept.id, one) for one in new])
    statements.put_rest(connection, draft, kept.version, made, model)
    return outcome


def _outcome(here: ExportedDocument | None, kept: ExportedDocument) -> OutcomeStatus:
    """Added when it is not here, updated when it goes on from what is here, unchanged when it is here already."""
    if here is None:
        return "added"
    for ours, theirs in zip(here.versions, kept.versions, strict=False):
        names = (field.name for field in fields(ExportedVersion) if field.name not in _SAME_WHENEVER)
        if any(getattr(ours, name) != getattr(theirs, name) for name in names):
            raise OtherHistory(id=kept.id, title=ours.title, number=ours.number)
    return "updated" if len(kept.versions) > len(here.versions) else "unchanged"


def _document(connection: Connection, document_id: str) -> ExportedDocument | None:
    found = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if found is None:
        return None
    of_it = select(versions).where(versions.c.document_id == document_id).order_by(versions.c.number)
    all_ = tuple(map(_version, connection.execute(of_it)))
    return ExportedDocument(
        id=found.id,
        identity=found.identity,
        version=found.version,
        added_at=found.added_at.replace(tzinfo=UTC),
        versions=all_,
        state=found.state,
        removed_at=found.removed_at.replace(tzinfo=UTC) if found.removed_at else None,
        public_from=found.public_from,
    )


def _version(row: Row[Any]) -> ExportedVersion:
    values = {field.name: getattr(row, field.name) for field in fields(ExportedVersion)}
    values |= {name: tuple(values[name]) for name in _LISTS}
    values["created_at"] = row.created_at.replace(tzinfo=UTC)
    values["blocks"] = json_forms.to_blocks(row.blocks)
    values["corrected"] = row_mapping.to_corrections(row.corrected)
    return ExportedVersion(**values)


def _row_of(document_id: str, version: ExportedVersion) -> dict[str, Any]:
    values = {field.name: getattr(version, field.name) for field in fields(ExportedVersion)}
    values |= {name: list(values[name]) for name in _LISTS}
    values["created_at"] = _naive(version.created_at)
    values["blocks"] = json_forms.from_blocks(version.blocks)
    values["corrected"] = row_mapping.from_corrections(version.corrected)
    return {"document_id": document_id, **values}


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
