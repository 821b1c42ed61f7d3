"""The statements of `kb.storage.writer`: versions, passages, vectors, facts; and what nothing uses, deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Text, and_, case, cast, delete, exists, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.minhash import signature
from kb.models import State
from kb.storage import dictionary_state, json_forms, row_mapping
from kb.storage.database import batched
from kb.storage.json_forms import text_key
from kb.storage.records import DocumentRevision, IncomingDocument, KnownDocument, OriginalFile, StoredVectors
from kb.storage.schema import changes, documents, facts, originals, passages, signatures, vectors, versions


def put_fact(connection: Connection, name: str, value: str) -> None:
    """Keep `value` under a name of `facts`, in place of what was there."""
    connection.execute(
        upsert(facts)
        .values(name=name, value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def is_there(connection: Connection, draft: IncomingDocument) -> bool:
    """Whether the draft's document is there and not removed."""
    there = exists().where(documents.c.id == draft.id, documents.c.removed_at.is_(None))
    return bool(connection.scalar(select(there)))


def known_content(connection: Connection, draft: IncomingDocument) -> KnownDocument | None:
    """The document that a draft would repeat: with the same text and description, from wherever it came.

    When the draft's own document is there, only that one counts: it may have become a copy of another.
    """
    query = row_mapping.known().where(versions.c.content == draft.content)
    own = is_there(connection, draft)
    row = connection.execute(query.where(documents.c.id == draft.id) if own else query).first()
    return KnownDocument(row.id, row.title, row.passages) if row else None


def brought_back(connection: Connection, draft: IncomingDocument, state: State) -> bool:
    """Whether a draft is a removed document as it was, which is then there again, in `state`."""
    same = select(documents.c.id).where(
        documents.c.id == draft.id,
        documents.c.removed_at.is_not(None),
        exists().where(
            versions.c.document_id == documents.c.id,
            versions.c.number == documents.c.version,
            versions.c.content == draft.content,
        ),
    )
    if connection.scalar(same) is None:
        return False
    there = update(documents).where(documents.c.id == draft.id)
    first_shown = and_(documents.c.state == "draft", literal(state == "published"))
    public_from = case((first_shown, documents.c.version), else_=documents.c.public_from)
    connection.execute(there.values(removed_at=None, state=state, public_from=public_from))
    note_change(connection, draft.id)
    return True


def missing_vectors(connection: Connection, keys: Collection[str], model: str) -> set[str]:
    """Those of `keys` that have no vectors by `model` yet."""
    missing = set(keys)
    for some in batched(sorted(keys)):
        query = select(vectors.c.text_key).where(vectors.c.model == model, vectors.c.text_key.in_(some))
        missing.difference_update(connection.scalars(query))
    return missing


def put_original(connection: Connection, original: OriginalFile) -> None:
    """Keep a file as it came in."""
    values = {"sha256": original.sha256, "name": original.name, "data": original.data}
    connection.execute(
        upsert(originals)
        .values(**values, documents=original.documents)
        .on_conflict_do_update(index_elements=["sha256"], set_={"documents": original.documents})
    )


def note_change(connection: Connection, document_id: str) -> None:
    """Tell the indexes that follow this database that a document has changed."""
    connection.execute(insert(changes).values(document_id=document_id))


def put_version(connection: Connection, draft: IncomingDocument, original: str, state: State | None) -> int:
    """Write the next version of a document, and the document if it is new; returns the version's number.

    A new document, or one that was removed, gets `state`; so does a draft that is to be published. None leaves
    a document in the state that it has, removed ones too.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    columns = (documents.c.version, documents.c.state, documents.c.removed_at)
    last = connection.execute(select(*columns).where(documents.c.id == draft.id)).first()
    number = last.version + 1 if last else 1
    if last is None:
        values = {"id": draft.id, "identity": draft.identity, "version": number, "added_at": now}
        connection.execute(insert(documents).values(**values, state=state))
    else:
        there = last.state == "published" and last.removed_at is None
        values = {"version": number}
        if state is not None:
            values |= {"state": last.state if there else state, "removed_at": None}
        if state == "published" and last.state == "draft":
            values["public_from"] = number
        connection.execute(update(documents).where(documents.c.id == draft.id).values(values))
    described = json_forms.from_description(draft.description)
    connection.execute(
        insert(versions).values(
            document_id=draft.id,
            number=number,
            created_at=now,
            source=draft.source,
            source_stated=draft.description.source is not None,
            format=draft.format,
            sample=draft.sample,
            text=draft.manuscript.text,
            blocks=json_forms.from_blocks(draft.manuscript.blocks),
            content=draft.content,
            input=draft.input,
            original=original,
            corrected=row_mapping.from_corrections(draft.corrected),
            **described,
        )
    )
    return number


def settled(connection: Connection, draft: IncomingDocument) -> IncomingDocument:
    """A draft that was read, with what editors settled of its document meanwhile."""
    query = select(versions.c.corrected).join_from(documents, versions, row_mapping.IS_CURRENT)
    now = row_mapping.to_corrections(connection.scalar(query.where(documents.c.id == draft.id)) or {})
    corrected = replace(now, text=draft.corrected.text)
    if corrected == draft.corrected:
        return draft
    sample = draft.sample if now.stated.sample is None else now.stated.sample
    return replace(draft, description=now.on(draft.description), sample=sample, corrected=corrected)


def is_current(connection: Connection, stored: DocumentRevision) -> bool:
    """Whether the current version of a document is still the one that was read."""
    number = select(documents.c.version).where(documents.c.id == stored.draft.id)
    return connection.scalar(number) == stored.number


def put_revision(
    connection: Connection, stored: DocumentRevision, made: Mapping[str, StoredVectors], model: str
) -> None:
    """Write what editors made of the current version of a document, as `DocumentStore.revise` says."""
    draft = stored.draft
    current = and_(versions.c.document_id == draft.id, versions.c.number == stored.number)
    if connection.scalar(select(versions.c.content).where(current)) == draft.content:
        corrected = row_mapping.from_corrections(draft.corrected)
        connection.execute(update(versions).where(current).values(corrected=corrected))
        return
    number = put_version(connection, draft, stored.original, None)
    if draft.passages:
        put_rest(connection, draft, number, made, model)
    else:
        renumbered = literal(f"{draft.id}-{number}-").concat(cast(passages.c.ordinal, Text))
        those = update(passages).where(passages.c.document_id == draft.id)
        connection.execute(those.values(id=renumbered))
        note_change(connection, draft.id)


def put_rest(
    connection: Connection, draft: IncomingDocument, number: int, made: Mapping[str, StoredVectors], model: str
) -> None:
    """Write what belongs to a version: its passages, their vectors out of `made`, a line of the change log."""
    put_passages(connection, draft, number)
    own = {text_key(draft.text_of(passage)) for passage in draft.passages}
    put_vectors(connection, {key: made[key] for key in own if key in made}, model)
    note_change(connection, draft.id)


def put_passages(connection: Connection, draft: IncomingDocument, number: int) -> None:
    """Write the passages and the signature of a version in place of those of the one before."""
    dictionary_state.note(connection, draft)
    connection.execute(delete(passages).where(passages.c.document_id == draft.id))
    values = [
        {
            "id": f"{draft.id}-{number}-{ordinal}",
            "document_id": draft.id,
            "ordinal": ordinal,
            "text_key": text_key(draft.text_of(passage)),
            **row_mapping.from_passage(passage),
        }
        for ordinal, passage in enumerate(draft.passages)
    ]
    if values:
        connection.execute(insert(passages), values)
    put_signature(connection, draft.id, signature_of(draft))


def signature_of(draft: IncomingDocument) -> bytes:
    """The signature of a draft that is cut, by which documents much like it are found."""
    return signature([word for passage in draft.passages for word in passage.words])


def put_signature(connection: Connection, document_id: str, made: bytes) -> None:
    """Write the signature of a document in place of the one that it had."""
    put = upsert(signatures).values(document_id=document_id, data=made)
    connection.execute(put.on_conflict_do_update(index_elements=["document_id"], set_={"data": made}))


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


def part_files(connection: Connection, ids: Collection[str]) -> None:
    """Part documents that stay from the files that they share with those of `ids`, which are to be purged.

    What such a file says of the others cannot be taken out of its bytes, so each version of a document that stays
    gets a file with its own text.
    """
    gone = set(ids)
    query = (
        select(documents.c.id, documents.c.identity, versions.c.number, versions.c.original)
        .join_from(documents, versions)
        .join(originals)
        .where(originals.c.documents > 1)
    )
    of_many = connection.execute(query).all()
    places = {row_mapping.place_of(one.identity) for one in of_many if one.id in gone} - {""}
    # Also files in which a document came in again unchanged: it was not read from those.
    shared = {one.original for one in of_many if one.id in gone or row_mapping.place_of(one.identity) in places}
    for one in of_many:
        if one.original in shared and one.id not in gone:
            that = and_(versions.c.document_id == one.id, versions.c.number == one.number)
            text = connection.execute(select(versions.c.text).where(that)).scalar_one()
            own = OriginalFile(f"{one.id}.txt", text.encode(), 0)  # which no file gives: it came in with another
            put_original(connection, own)
            connection.execute(update(versions).where(that).values(original=own.sha256))


def sweep(connection: Connection) -> None:
    """Delete vectors that no passage and originals that no version uses."""
    used = exists().where(passages.c.text_key == vectors.c.text_key)
    connection.execute(delete(vectors).where(~used))
    kept = exists().where(versions.c.original == originals.c.sha256)
    connection.execute(delete(originals).where(~kept))
