"""Near-duplicates: which documents that are there a file is much like, or would change."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, func, select

from ingest.minhash import Signatures, gathered, likeness, likest
from kb.storage import row_mapping, statements
from kb.storage.database import Database
from kb.storage.records import IncomingDocument, ParsedFile
from kb.storage.schema import changes, documents, signatures, versions
from kb.uploads.models import DuplicateCandidate

_MOST_OF_ONE = 3  # documents that are named of those that are like one draft
_MOST = 20  # and like all drafts of a file together
_AT_ONCE = 50  # documents that are signed in one transaction


class NearDuplicates:
    """Looks up what is like a file among the documents that are not removed. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._change = -1
        self._known: dict[str, bytes] = {}
        self._ids: list[str] = []
        self._gathered: Signatures = gathered(())

    def of(self, reading: ParsedFile) -> tuple[DuplicateCandidate, ...]:
        """The documents because of which a file that was read waits for a decision, at most 20.

        What would change nothing ("unchanged") is near to none, however many copies of it there are.
        """
        found: list[DuplicateCandidate] = []
        with self._database.reading() as connection:
            for draft in reading.drafts:
                if len(found) < _MOST and statements.known_content(connection, draft) is None:
                    found += self._of(connection, draft)
        return tuple(found[:_MOST])

    def _of(self, connection: Connection, draft: IncomingDocument) -> list[DuplicateCandidate]:
        made = statements.signature_of(draft)
        if statements.is_there(connection, draft):
            query = select(signatures.c.data).where(signatures.c.document_id == draft.id)
            signed = connection.scalar(query)
            same = likeness(made, signed) if signed else 0.0
            return [
                DuplicateCandidate(draft.id, same, "corrected" if _is_corrected(connection, draft.id) else "version")
            ]
        with self._lock:
            self._catch_up(connection)
            found = likest(made, self._gathered)[:_MOST_OF_ONE]
            return [DuplicateCandidate(self._ids[one.row], one.likeness, "like") for one in found]

    def _catch_up(self, connection: Connection) -> None:
        """Take in what changed since the last time; under the lock."""
        change = connection.scalar(select(func.max(changes.c.number))) or 0
        if change == self._change:
            return
        changed = set(
            connection.scalars(select(changes.c.document_id).where(changes.c.number > self._change).distinct())
        )
        query = select(signatures).join(documents).where(documents.c.removed_at.is_(None))
        if self._change < 0 or len(changed) > 500:
            self._known.clear()
        else:
            query = query.where(documents.c.id.in_(changed))
            for one in changed:
                self._known.pop(one, None)
        self._known.update((row.document_id, row.data) for row in connection.execute(query))
        self._ids = sorted(self._known)
        self._gathered = gathered(self._known[one] for one in self._ids)
        self._change = change


def _is_corrected(connection: Connection, document_id: str) -> bool:
    """Whether editors corrected facts of a document, or its text."""
    query = row_mapping.summary(states=row_mapping.ALL).with_only_columns(versions.c.corrected)
    return bool(connection.scalar(query.where(documents.c.id == document_id)))
