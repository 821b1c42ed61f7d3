"""`Leases`: what a worker writes of items, from taking one up to what became of it.

An item is taken up by compare-and-set, so that one that is queued twice is worked on once. What is written of it
later holds only as long as this same attempt is the one that works on it: a batch that is cancelled takes it away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from ingest.models import StatedMetadata
from kb.accounts.audit_log import AuditLog
from kb.errors import BroughtDown, KbError
from kb.models import IngestOutcome
from kb.storage import json_forms
from kb.storage.database import Database
from kb.storage.schema import batches, documents, incoming, items
from kb.uploads.item_mapping import now, told
from kb.uploads.models import DuplicateCandidate, ImportedDocument, ItemStage
from kb.uploads.upload_items import TEXTS

MOST_ATTEMPTS = 3  # of which the worker saw no end: another one would bring it down again


class LeaseLost(Exception):
    """The item is no longer this attempt's: its batch was cancelled."""


class ResultOutdated(Exception):
    """A document that the item is the same as was taken out meanwhile: the item is to be read again."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An item that is worked on. `attempt` tells this time from others."""

    item: int
    attempt: int
    batch: int
    actor: str
    publish: bool
    name: str
    origin: str
    address: str | None
    facts: StatedMetadata
    accepted: bool

    @property
    def file_name(self) -> str:
        """Its name without the folder that it was in."""
        return self.name if self.origin.startswith(TEXTS) else self.name.rpartition("/")[2]


class Leases:
    """The items of one knowledge base as its worker sees them."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def waiting(self) -> list[int]:
        """The items that wait, in the order in which they were queued."""
        query = select(items.c.id).where(items.c.state == "waiting").order_by(items.c.queued_at, items.c.id)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def next_waiting(self) -> int | None:
        """The item that waits longest."""
        query = select(items.c.id).where(items.c.state == "waiting").order_by(items.c.queued_at, items.c.id)
        with self._database.reading() as connection:
            return connection.scalar(query.limit(1))

    def release(self, *, died: bool) -> None:
        """Let items wait again that nobody works on any more; for whoever has the lock and works on none.

        `died` is whether their worker did. An item at which one did so too often fails.
        """
        orphaned = items.c.state == "working"
        with self._database.reading() as connection:
            if not connection.scalar(select(func.count()).where(orphaned)):
                return
        with self._database.writing() as connection:
            if died:
                problem = told(BroughtDown(times=MOST_ATTEMPTS))
                failed = {"state": "failed", "ended_at": now(), "problem": problem}
                spent = items.c.attempts >= MOST_ATTEMPTS
                connection.execute(update(items).where(orphaned, spent).values(failed))
            attempts = items.c.attempts if died else items.c.attempts - 1
            back = {"state": "waiting", "started_at": None, "attempts": attempts}
            connection.execute(update(items).where(orphaned).values(back))

    def claim(self, item_id: int) -> Lease | None:
        """Take an item up, if it waits."""
        begun: dict[Any, Any] = {
            "state": "working",
            "stage": "received",
            "attempts": items.c.attempts + 1,
            "started_at": now(),
            "ended_at": None,
            "problem": None,
            "passages": None,
            "to_encode": None,
            "encoded": None,
        }
        waits = update(items).where(items.c.id == item_id, items.c.state == "waiting")
        query = select(items, batches.c.actor, batches.c.publish).join(batches).where(items.c.id == item_id)
        with self._database.writing() as connection:
            if not connection.execute(waits.values(begun)).rowcount:
                return None
            row = connection.execute(query).one()
        return Lease(
            item=row.id,
            attempt=row.attempts,
            batch=row.batch,
            actor=row.actor,
            publish=row.publish,
            name=row.name,
            origin=row.origin,
            address=row.address,
            facts=json_forms.to_facts(row.facts),
            accepted=row.accepted,
        )

    def data(self, claim: Lease) -> bytes | None:
        """The bytes that were sent in or fetched."""
        with self._database.reading() as connection:
            return connection.scalar(select(incoming.c.data).where(incoming.c.item == claim.item))

    def fetched(self, claim: Lease, data: bytes, name: str, facts: StatedMetadata) -> None:
        """Keep what an address gave, so that nothing else goes in than what was looked at. Raises `LeaseLost`."""
        found = {"name": name, "facts": json_forms.from_facts(facts), "size": len(data)}
        with self._database.writing() as connection:
            self._set(connection, claim, found)
            connection.execute(insert(incoming).values(item=claim.item, data=data))

    def note(
        self, claim: Lease, stage: ItemStage, passages: int | None, to_encode: int | None, encoded: int | None
    ) -> None:
        """How far it is. Raises `LeaseLost`."""
        far = {"stage": stage, "passages": passages, "to_encode": to_encode, "encoded": encoded}
        with self._database.writing() as connection:
            self._set(connection, claim, far)

    def done(
        self, connection: Connection, claim: Lease, added: Sequence[IngestOutcome], passages: int, encoded: int
    ) -> None:
        """What became of it, in the transaction that writes its documents; its bytes are forgotten.

        Raises `LeaseLost`, `ResultOutdated`.
        """
        ids = list({one.document_id: None for one in added})
        parts = [ids[at : at + 500] for at in range(0, len(ids), 500)]
        if sum(_there(connection, some) for some in parts) < len(ids):
            raise ResultOutdated
        searchable = all(_are_searchable(connection, some) for some in parts)
        brought = [asdict(ImportedDocument(one.document_id, one.status)) for one in added]
        self._set(
            connection,
            claim,
            {
                "state": "done",
                "stage": "searchable" if searchable else "encoded",
                "documents": brought,
                "passages": passages,
                "to_encode": encoded,
                "encoded": encoded,
                "ended_at": now(),
            },
        )
        connection.execute(delete(incoming).where(incoming.c.item == claim.item))
        self._audit.note_added(connection, claim.actor, added, item=claim.item, batch=claim.batch)

    def hold(self, claim: Lease, near: Collection[DuplicateCandidate], passages: int) -> None:
        """Let it wait for a decision. Raises `LeaseLost`."""
        held = {"state": "held", "near": [asdict(one) for one in near], "passages": passages}
        with self._database.writing() as connection:
            self._set(connection, claim, {**held, "stage": "split", "ended_at": now()})

    def fail(self, claim: Lease, error: KbError) -> None:
        """It cannot be brought in as it is. Raises `LeaseLost`."""
        with self._database.writing() as connection:
            self._set(connection, claim, {"state": "failed", "problem": told(error), "ended_at": now()})

    def put_back(self, claim: Lease, error: KbError | None = None) -> None:
        """Let it wait again, as if it had not been taken up; `error` says why, if not because work stops.

        Raises `LeaseLost`.
        """
        back = {"state": "waiting", "stage": "received", "attempts": claim.attempt - 1, "started_at": None}
        with self._database.writing() as connection:
            self._set(connection, claim, {**back, "problem": told(error) if error else None})

    def _set(self, connection: Connection, claim: Lease, values: dict[str, Any]) -> None:
        still = and_(items.c.id == claim.item, items.c.state == "working", items.c.attempts == claim.attempt)
        if not connection.execute(update(items).where(still).values(values)).rowcount:
            raise LeaseLost


def _there(connection: Connection, ids: Collection[str]) -> int:
    found = select(func.count()).where(documents.c.id.in_(ids), documents.c.removed_at.is_(None))
    return connection.scalar(found) or 0


def _are_searchable(connection: Connection, ids: Collection[str]) -> bool:
    hidden = (documents.c.state != "published") | documents.c.removed_at.is_not(None)
    return not connection.scalar(select(func.count()).where(documents.c.id.in_(ids), hidden))
