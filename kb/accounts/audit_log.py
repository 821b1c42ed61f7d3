"""The audit log: who did what to which document, account or event, and when. Lines are never changed but by a purge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from kb.models import IngestOutcome
from kb.storage.database import Database
from kb.storage.schema import audit as log

SHELL, ITSELF = "shell", "saphan"  # actors that are no accounts: commands, and what is done when it is due


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the log. `details` say what changed; never a secret."""

    number: int
    at: datetime  # UTC
    actor: str  # a person's name, "key ID" or "shell"
    action: str  # "document.correct"
    subject: str  # the id of what it was done to
    details: dict[str, object]


class AuditLog:
    """Reads and writes the log of one knowledge base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, connection: Connection, actor: str, action: str, subject: str, **details: object) -> None:
        """Write a line in the transaction of `connection`; `details` are what JSON can say."""
        now = datetime.now(UTC).replace(tzinfo=None)
        values = {"at": now, "actor": actor, "action": action, "subject": subject, "details": details}
        connection.execute(insert(log).values(values))

    def note_added(self, connection: Connection, actor: str, added: Sequence[IngestOutcome], **details: object) -> None:
        """Write what became of documents that came in; nothing of those that are as they were."""
        for one in added:
            if one.status != "unchanged":
                action = "document.add" if one.status == "added" else "document.update"
                self.note(connection, actor, action, one.document_id, **details)

    def note_each(
        self, connection: Connection, actor: str, action: str, subjects: Collection[str], **details: object
    ) -> None:
        """Write such a line for each of `subjects`."""
        for subject in subjects:
            self.note(connection, actor, action, subject, **details)

    def blank(self, connection: Connection, subjects: Collection[str]) -> None:
        """Take the details out of all lines about `subjects`, which are purged."""
        for subject in subjects:
            connection.execute(update(log).where(log.c.subject == subject).values(details={}))

    def entries(self, *, limit: int = 100, before: int | None = None, subject: str | None = None) -> list[AuditEntry]:
        """The newest `limit` lines, of those with a number under `before` and about `subject`, newest first."""
        query = select(log).order_by(log.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(log.c.number < before)
        if subject is not None:
            query = query.where(log.c.subject == subject)
        with self._database.reading() as connection:
            return [
                AuditEntry(row.number, row.at.replace(tzinfo=UTC), row.actor, row.action, row.subject, row.details)
                for row in connection.execute(query)
            ]
