"""Taking documents out: removed, brought back, and purged so that nothing of them is left."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from kb.accounts.audit_log import ITSELF, AuditLog
from kb.editorial.models import PurgeResult, TrashedDocument
from kb.errors import NoSuchDocument, NotRemoved
from kb.knowledge_base import KnowledgeBase
from kb.search import document_map
from kb.storage import dictionary_state, row_mapping, statements, writer
from kb.storage.row_mapping import REMOVED
from kb.storage.schema import documents, facts

DAYS = 30  # for which a removal can be undone
ACTOR = ITSELF  # who purges what is due, in the log

# In the table of facts as long as bytes of purged documents may be left in the files; each purge has its own mark.
_UNCLEAN = "unclean"
_DAY = timedelta(days=1)

Blank = Callable[[Connection, Collection[str]], None]  # takes what is told of documents out of a book


class Trash:
    """Documents taken out of a knowledge base. Threads may share it."""

    def __init__(self, base: KnowledgeBase, audit: AuditLog, *blank: Blank) -> None:
        """`blank` are what other books do when documents are purged, in the same transaction."""
        self._base, self._audit = base, audit
        self._blank = (audit.blank, *blank)

    def removed(self, now: datetime | None = None) -> tuple[TrashedDocument, ...]:
        """The documents that were removed, the last one first."""
        now = now or datetime.now(UTC)
        query = row_mapping.summary(states=REMOVED).add_columns(documents.c.removed_at)
        found = []
        with self._base.database.reading() as connection:
            for row in connection.execute(query.order_by(documents.c.removed_at.desc(), documents.c.id)):
                removed_at = row.removed_at.replace(tzinfo=UTC)
                left = -((now - removed_at - DAYS * _DAY) // _DAY)  # begun days count
                found.append(TrashedDocument(row_mapping.to_summary(row), removed_at, max(0, left)))
        return tuple(found)

    def remove(self, actor: str, document_ids: Collection[str]) -> None:
        """Take documents out, published ones and drafts: all of them or none. Raises `NoSuchDocument`."""
        ids = tuple(dict.fromkeys(document_ids))
        with self._base.database.writing() as connection:
            writer.remove(connection, ids)
            self._audit.note_each(connection, actor, "document.remove", ids)

    def undo(self, actor: str, document_ids: Collection[str]) -> None:
        """Bring removed documents back as they were: all of them or none. Raises `NotRemoved`."""
        ids = tuple(dict.fromkeys(document_ids))
        try:
            with self._base.database.writing() as connection:
                writer.restore(connection, ids)
                self._audit.note_each(connection, actor, "document.undo", ids)
        except NoSuchDocument as error:
            raise NotRemoved(id=error.values["id"]) from error

    def purge(self, actor: str, document_ids: Collection[str]) -> PurgeResult:
        """Delete removed documents for good: all of them or none. Raises `NotRemoved`, `HomeUnusable`.

        They are gone for everybody when this returns, and nothing brings them back. When it is stopped in
        between, or another program reads the database, `finish` clears the files of their bytes later.
        """
        ids = tuple(dict.fromkeys(document_ids))
        if ids:
            try:
                with self._base.database.writing() as connection:
                    self._purge(connection, actor, ids)
            except NoSuchDocument as error:
                raise NotRemoved(id=error.values["id"]) from error
        return PurgeResult(ids, self.finish())

    def _purge(self, connection: Connection, actor: str, ids: Collection[str]) -> None:
        writer.purge(connection, ids, REMOVED)
        for blank in self._blank:
            blank(connection, ids)
        for one in ids:
            dictionary_state.done(connection, one)
            self._audit.note(connection, actor, "document.purge", one)
        connection.execute(delete(facts).where(facts.c.name == document_map.FACT))
        statements.put_fact(connection, _UNCLEAN, secrets.token_hex(8))

    def purge_due(self, now: datetime | None = None) -> PurgeResult:
        """Purge what was removed `DAYS` ago, and do what is left of earlier purges; for the worker, daily.

        Raises `HomeUnusable`.
        """
        due = [one.document.id for one in self.removed(now) if not one.days_left]
        try:
            return self.purge(ACTOR, due)
        except NotRemoved:  # brought back at this very moment: the rest is for the next time
            return PurgeResult((), self.finish())

    def finish(self) -> bool:
        """Do what is left of earlier purges; returns whether nothing is left to do. Raises `HomeUnusable`."""
        unclean = facts.c.name == _UNCLEAN
        with self._base.database.reading() as connection:
            mark = connection.scalar(select(facts.c.value).where(unclean))
        if mark is None:
            return True
        if not self._base.database.compact():
            return False
        with self._base.database.writing() as connection:
            # Another purge may have been written meanwhile: its mark is for it.
            connection.execute(delete(facts).where(unclean, facts.c.value == mark))
        return True
