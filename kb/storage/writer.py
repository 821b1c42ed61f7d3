"""Write documents. Every function takes the connection of a transaction, which the caller ends.

What else belongs to the same deed, such as a line of the audit log, is written to the same connection.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from kb.errors import NoSuchDocument
from kb.models import IngestOutcome, OutcomeStatus, State
from kb.storage import row_mapping, statements
from kb.storage.database import batched
from kb.storage.records import DocumentRevision, ParsedFile, StoredVectors
from kb.storage.row_mapping import DRAFTS, NOT_REMOVED, REMOVED, STATE
from kb.storage.schema import documents, passages, vectors

Vectors = Mapping[str, StoredVectors]  # by the key of the text that they were made of


def put_file(
    connection: Connection, parsed: ParsedFile, made: Vectors, model: str, state: State = "published"
) -> tuple[IngestOutcome, ...]:
    """Write the documents of a file with their passages, and those vectors of theirs that were `made` by `model`.

    New documents, and such as were removed, get `state`. Returns what became of each.
    """
    outcomes = [IngestOutcome("unchanged", one.id, one.title, one.passages) for one in parsed.known]
    for read in parsed.drafts:
        draft = statements.settled(connection, read)
        if same := statements.known_content(connection, draft):
            outcomes.append(IngestOutcome("unchanged", same.id, same.title, same.passages))
            continue
        status: OutcomeStatus = "updated" if statements.is_there(connection, draft) else "added"
        if not statements.brought_back(connection, draft, state):
            statements.put_original(connection, parsed.original)
            number = statements.put_version(connection, draft, parsed.original.sha256, state)
            statements.put_rest(connection, draft, number, made, model)
        outcomes.append(IngestOutcome(status, draft.id, draft.description.title, len(draft.passages)))
    return tuple(outcomes)


def revise(
    connection: Connection, changed: Collection[DocumentRevision], made: Vectors | None = None, model: str = ""
) -> bool:
    """Write new versions of documents, in any state.

    Each is what `DocumentReader.revision` gave, changed; a draft without passages keeps those that are there,
    since its text is the same. Versions that tell nothing new are not written: only what is `corrected` is.
    Returns False, and writes nothing, when one of them has another current version meanwhile.
    """
    if not all(statements.is_current(connection, one) for one in changed):
        return False
    for one in changed:
        statements.put_revision(connection, one, made or {}, model)
    return True


def publish(connection: Connection, ids: Collection[str]) -> None:
    """Publish drafts as they are now. Raises `NoSuchDocument` for one that is no draft."""
    _set(connection, ids, DRAFTS, {"state": "published", "public_from": documents.c.version})


def remove(connection: Connection, ids: Collection[str], states: Collection[State] = NOT_REMOVED) -> None:
    """Remove documents until they are restored or purged. Raises `NoSuchDocument` for one in none of `states`."""
    _set(connection, ids, states, {"removed_at": datetime.now(UTC).replace(tzinfo=None)})


def restore(connection: Connection, ids: Collection[str]) -> None:
    """Undo removals: each is published, or a draft, as before. Raises `NoSuchDocument` for one not removed."""
    _set(connection, ids, REMOVED, {"removed_at": None})


def _set(connection: Connection, ids: Collection[str], states: Collection[State], values: Mapping[str, object]) -> None:
    """Set columns of documents that are in one of `states`."""
    for one in ids:
        those = update(documents).where(documents.c.id == one, STATE.in_(states))
        if not connection.execute(those.values(values)).rowcount:
            raise NoSuchDocument(id=one)
        statements.note_change(connection, one)


def purge(connection: Connection, ids: Collection[str], states: Collection[State] = row_mapping.ALL) -> None:
    """Delete documents with their versions, passages, and what nothing else uses any more.

    Of a file that gave other documents too, these keep their own text in its place. Raises `NoSuchDocument` when
    one is in none of `states`.
    """
    statements.part_files(connection, ids)
    for one in ids:
        that = delete(documents).where(documents.c.id == one, STATE.in_(states))
        if not connection.execute(that).rowcount:
            raise NoSuchDocument(id=one)
        statements.note_change(connection, one)
    statements.sweep(connection)


def add_vectors(connection: Connection, made: Vectors, model: str) -> None:
    """Write vectors of texts that are there, made by another model; not of what was purged meanwhile."""
    for some in batched(sorted(made)):
        there = connection.scalars(select(passages.c.text_key).where(passages.c.text_key.in_(some)))
        statements.put_vectors(connection, {key: made[key] for key in set(there)}, model)


def adopt_model(connection: Connection, model: str) -> None:
    """Search the vectors of `model` from now on and drop all others; every passage must have its own."""
    statements.put_fact(connection, "model", model)
    connection.execute(delete(vectors).where(vectors.c.model != model))
