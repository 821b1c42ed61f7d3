"""What `kb.store` writes inside a transaction: versions, passages, vectors, facts; and what nothing uses, swept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kb import rows
from kb.records import Draft, StoredVectors, key_of
from kb.schema import documents, facts, originals, passages, vectors, versions


def put_fact(connection: Connection, name: str, value: str) -> None:
    """Keep `value` under a name of `facts`, in place of what was there."""
    connection.execute(
        upsert(facts)
        .values(name=name, value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def put_version(connection: Connection, draft: Draft, original: str) -> int:
    """Write the next version of a document, and the document if it is new; returns the version's number."""
    now = datetime.now(UTC).replace(tzinfo=None)
    last = connection.scalar(select(documents.c.version).where(documents.c.id == draft.id))
    number = (last or 0) + 1
    if last is None:
        values = {"id": draft.id, "identity": draft.identity, "version": number, "added_at": now}
        connection.execute(insert(documents).values(values))
    else:
        connection.execute(update(documents).where(documents.c.id == draft.id).values(version=number))
    described = rows.from_description(draft.description)
    connection.execute(
        insert(versions).values(
            document_id=draft.id,
            number=number,
            created_at=now,
            source=draft.source,
            format=draft.format,
            sample=draft.sample,
            text=draft.manuscript.text,
            blocks=rows.from_blocks(draft.manuscript.blocks),
            content=draft.content,
            input=draft.input,
            original=original,
            **described,
        )
    )
    return number


def put_passages(connection: Connection, draft: Draft, number: int) -> None:
    """Write the passages of a version in place of those of the one before."""
    connection.execute(delete(passages).where(passages.c.document_id == draft.id))
    values = [
        {
            "id": f"{draft.id}-{number}-{ordinal}",
            "document_id": draft.id,
            "ordinal": ordinal,
            "text_key": key_of(draft.text_of(passage)),
            **rows.from_passage(passage),
        }
        for ordinal, passage in enumerate(draft.passages)
    ]
    if values:
        connection.execute(insert(passages), values)


def put_vectors(connection: Connection, made: Mapping[str, StoredVectors], model: str) -> None:
    """Write vectors by key of their texts; those that are already there stay."""
    values = [
        {
            "text_key": key,
            "model": model,
            "sentence": one.sentence,
            "tokens": one.tokens,
            "spans": one.spans,
            "checksum": one.checksum,
        }
        for key, one in made.items()
    ]
    if values:
        connection.execute(upsert(vectors).on_conflict_do_nothing(), values)


def sweep(connection: Connection) -> None:
    """Delete vectors that no passage and originals that no version uses."""
    used = exists().where(passages.c.text_key == vectors.c.text_key)
    connection.execute(delete(vectors).where(~used))
    kept = exists().where(versions.c.original == originals.c.sha256)
    connection.execute(delete(originals).where(~kept))
