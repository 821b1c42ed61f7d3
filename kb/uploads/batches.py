"""`BatchService`: what was sent in to be brought into the collection, and what became of it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.models import StatedMetadata
from kb.accounts.audit_log import AuditLog
from kb.errors import N_, Conflict, NoSuchBatch, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.storage import json_forms
from kb.storage.schema import batches, incoming, items
from kb.uploads.item_mapping import blank, counts_of, new_item, now, progress_of, set_apart, to_batch, to_item, utc
from kb.uploads.models import ITEM_STATES, BatchProgress, ItemState, QueueCounts, Upload, UploadBatch, UploadItem
from kb.uploads.upload_items import NewItem, check_size, new_items

_AT_ONCE = 500  # rows in one statement
_BYTES_AT_ONCE = 16 << 20
_AGAIN: dict[str, Any] = {  # an item is to be worked on from the beginning
    "state": "waiting",
    "stage": "received",
    "problem": None,
    "started_at": None,
    "ended_at": None,
    "passages": None,
    "to_encode": None,
    "encoded": None,
}


_NO_ITEM = N_("There is no item {id}. Reload the page of its batch.")


class BatchService:
    """The items that were sent in, their bytes until they are brought in, and decisions about them.

    The worker (`kb.uploads.worker`) does what is to be done with them, in any process.
    """

    def __init__(self, base: KnowledgeBase, audit: AuditLog) -> None:
        """The batches of `base`."""
        self.base, self.audit = base, audit
        self.sent_in = threading.Event()  # wakes a worker of this process
        self._database = base.database

    # ---- sending in

    def receive(self, actor: str, sent: Sequence[Upload], facts: StatedMetadata, publish: bool) -> int:
        """Take what was sent in as a new batch; the batch's number. When this returns, nothing of it can be lost.

        A folder sent as ZIP gives one item for each of its files. `facts` are stated of all of them, and win
        over those beside a file in its folder. What cannot be taken is there as a failed item that says why.
        With `publish` documents can be searched as soon as they are in, otherwise they are kept as drafts.

        A file is known by its name, or by its path in the folder; pasted text by its title; an address by
        itself. What is sent in again under the same name with other content is a new version of its document,
        for which the item waits for a decision.

        Raises `Invalid` when nothing is sent, `TooMuch` (in number or in bytes; nothing is taken), `HomeUnusable`.
        """
        taken = new_items(sent, facts)
        first = next(taken)  # what cannot be taken at all is mostly known before anything is written
        stated = json_forms.from_facts(facts)
        with self._database.writing() as connection:
            made = insert(batches).values(created_at=now(), actor=actor, facts=stated, publish=publish)
            batch_id = int(connection.execute(made.returning(batches.c.id)).scalar_one())
            last = connection.scalar(select(func.max(items.c.id))) or 0
            number = 0
            for some in _pieces(first, taken):
                # Nobody else writes within this transaction, so that numbers can be given here.
                numbered = list(enumerate(some, start=last + number + 1))
                number += len(numbered)
                connection.execute(insert(items), [new_item(batch_id, *one) for one in numbered])
                kept = [{"item": id_, "data": one.data} for id_, one in numbered if one.data is not None]
                if kept:
                    connection.execute(insert(incoming), kept)
            self.audit.note(connection, actor, "batch.receive", f"batch {batch_id}", items=number, publish=publish)
        self.sent_in.set()
        return batch_id

    # ---- looking

    def batch(self, batch_id: int) -> UploadBatch:
        """A batch. Raises `NoSuchBatch`."""
        with self._database.reading() as connection:
            row = connection.execute(select(batches).where(batches.c.id == batch_id)).first()
            if row is None:
                raise NoSuchBatch(id=batch_id)
            return to_batch(row, counts_of(connection, [batch_id])[batch_id])

    def batches(self, limit: int = 20, before: int | None = None) -> list[UploadBatch]:
        """The newest `limit` batches of those with a number under `before`, newest first."""
        query = select(batches).order_by(batches.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(batches.c.id < before)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
            counts = counts_of(connection, [row.id for row in found])
        return [to_batch(row, counts[row.id]) for row in found]

    def item(self, item_id: int) -> UploadItem:
        """An item. Raises `NoSuchItem`."""
        with self._database.reading() as connection:
            row = connection.execute(select(items).where(items.c.id == item_id)).first()
        if row is None:
            raise NotFound(_NO_ITEM, code="no_such_item", id=item_id)
        return to_item(row)

    def items(
        self, batch_id: int, states: Collection[ItemState] = ITEM_STATES, offset: int = 0, limit: int = 100
    ) -> list[UploadItem]:
        """Items of a batch in one of `states`, in the order they were sent. Raises `NoSuchBatch`."""
        query = select(items).where(items.c.batch == batch_id, items.c.state.in_(states))
        with self._database.reading() as connection:
            _require(connection, batch_id)
            return [to_item(row) for row in connection.execute(query.order_by(items.c.id).offset(offset).limit(limit))]

    def progress(self, batch_id: int) -> BatchProgress:
        """How far a batch is. Raises `NoSuchBatch`."""
        with self._database.reading() as connection:
            _require(connection, batch_id)
            return progress_of(connection, batch_id)

    def waiting(self) -> QueueCounts:
        """What there is to do, over all batches."""
        query = select(items.c.state, func.count().label("number")).group_by(items.c.state)
        oldest = select(func.min(items.c.queued_at)).where(items.c.state == "waiting")
        with self._database.reading() as connection:
            counts = {row.state: row.number for row in connection.execute(query)}
            since = connection.scalar(oldest)
        return QueueCounts(
            waiting=counts.get("waiting", 0),
            working=counts.get("working", 0),
            held=counts.get("held", 0),
            failed=counts.get("failed", 0),
            since=utc(since),
        )

    # ---- deciding

    def accept(self, actor: str, item_ids: Collection[int], *, apart: bool = False) -> None:
        """Bring in held items all the same: all of them or none.

        With `apart`, one that would be a new version of a document becomes a document of its own: it only has
        the same name. Raises `NoSuchItem`, `NotInState`, and `KnownByAddress` for one that can be none.
        """
        with self._deciding(actor, "item.accept", item_ids, "held") as (connection, those):
            for some in those:
                if apart:
                    set_apart(connection, some)
                connection.execute(update(items).where(some).values(**_AGAIN, accepted=True, queued_at=now()))
        self.sent_in.set()

    def leave_out(self, actor: str, item_ids: Collection[int]) -> None:
        """Leave out held or failed items, or such as wait, and forget their bytes: they are then cancelled.

        All of them or none. Raises `NoSuchItem`, `NotInState`.
        """
        allowed: tuple[ItemState, ...] = ("held", "failed", "waiting")
        with self._deciding(actor, "item.leave_out", item_ids, *allowed) as (connection, those):
            for some in those:
                connection.execute(update(items).where(some).values(state="cancelled", ended_at=now()))
                connection.execute(delete(incoming).where(incoming.c.item.in_(select(items.c.id).where(some))))

    def retry(self, actor: str, item_ids: Collection[int], facts: StatedMetadata | None = None) -> None:
        """Try failed items again, or held ones with other facts: all of them or none.

        `facts` are then all that is stated of each of them, in place of what was. An address is fetched again.
        Raises `NoSuchItem`, `NotInState`, `NothingKept` for an item of which no bytes were taken.
        """
        values: dict[str, Any] = {**_AGAIN, "accepted": False, "attempts": 0, "near": []}
        if facts is not None:
            values["facts"] = json_forms.from_facts(facts)
        with self._deciding(actor, "item.retry", item_ids, "failed", "held") as (connection, those):
            for some in those:
                there = exists().where(incoming.c.item == items.c.id)
                missing = select(items.c.id, items.c.name).where(some, ~there, items.c.address.is_(None))
                if (row := connection.execute(missing).first()) is not None:
                    raise Conflict(
                        N_("The file of {name} (item {id}) is no longer stored. Upload a corrected file instead."),
                        code="nothing_kept",
                        id=row.id,
                        name=row.name,
                    )
                fetched = select(items.c.id).where(some, items.c.address.is_not(None))
                connection.execute(delete(incoming).where(incoming.c.item.in_(fetched)))
                connection.execute(update(items).where(some).values(**values, queued_at=now()))
        self.sent_in.set()

    def replace(self, actor: str, item_id: int, data: bytes) -> None:
        """Try a failed or held item again with a mended file in its place; it keeps its name.

        Raises `NoSuchItem`, `NotInState`, `NotAdded` for a file that is empty or too large.
        """
        check_size(data)
        values: dict[str, Any] = {**_AGAIN, "accepted": False, "attempts": 0, "near": [], "size": len(data)}
        with self._deciding(actor, "item.replace", [item_id], "failed", "held") as (connection, those):
            for some in those:
                connection.execute(update(items).where(some).values(**values, queued_at=now()))
            kept = upsert(incoming).values(item=item_id, data=data)
            connection.execute(kept.on_conflict_do_update(index_elements=["item"], set_={"data": data}))
        self.sent_in.set()

    def cancel(self, actor: str, batch_id: int) -> None:
        """Stop a batch: what waits is cancelled at once, what is worked on at its next step.

        Of neither anything is in then, nor kept; what was in already stays in, and what is held or failed stays
        so. Raises `NoSuchBatch`.
        """
        those = and_(items.c.batch == batch_id, items.c.state.in_(("waiting", "working")))
        with self._database.writing() as connection:
            _require(connection, batch_id)
            connection.execute(delete(incoming).where(incoming.c.item.in_(select(items.c.id).where(those))))
            stopped = update(items).where(those).values(state="cancelled", ended_at=now())
            number = connection.execute(stopped).rowcount
            self.audit.note(connection, actor, "batch.cancel", f"batch {batch_id}", items=number)

    @contextmanager
    def _deciding(
        self, actor: str, action: str, item_ids: Collection[int], *states: ItemState
    ) -> Iterator[tuple[Connection, list[Any]]]:
        """A transaction over items that are in one of `states`, given as conditions, with its lines in the log.

        Raises `NoSuchItem`, `NotInState`.
        """
        ids = sorted(set(item_ids))
        parts = [items.c.id.in_(ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)]
        with self._database.writing() as connection:
            found = {
                row.id: row
                for part in parts
                for row in connection.execute(select(items.c.id, items.c.name, items.c.state).where(part))
            }
            for one in ids:
                if one not in found:
                    raise NotFound(_NO_ITEM, code="no_such_item", id=one)
                if found[one].state not in states:
                    raise Conflict(
                        N_("Item {id} ({name}) has changed in the meantime, so nothing was done. Reload the page."),
                        code="not_in_state",
                        id=one,
                        name=found[one].name,
                    )
                self.audit.note(connection, actor, action, f"item {one}")
            yield connection, parts

    # ---- taking out

    def blank(self, connection: Connection, document_ids: Collection[str]) -> None:
        """Forget what items say of documents that are purged: names, addresses, facts, errors, likenesses."""
        blank(connection, document_ids)


def _pieces(first: NewItem, rest: Iterable[NewItem]) -> Iterator[list[NewItem]]:
    """The items in pieces of which one statement each can be made without much memory."""
    piece, size = [first], 0
    for one in rest:
        size += len(one.data or b"")
        if len(piece) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield piece
            piece, size = [], 0
        piece.append(one)
    yield piece


def _require(connection: Connection, batch_id: int) -> None:
    if connection.scalar(select(batches.c.id).where(batches.c.id == batch_id)) is None:
        raise NoSuchBatch(id=batch_id)
