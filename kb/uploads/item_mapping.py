"""Between the tables of batches and items and the dataclasses: selects, conversions both ways, and the pace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, update

from kb.errors import N_, Conflict, KbError
from kb.i18n import from_json, stored
from kb.storage import json_forms
from kb.storage.schema import batches, documents, incoming, items
from kb.uploads.models import (
    ITEM_STATES,
    BatchProgress,
    DuplicateCandidate,
    ImportedDocument,
    ItemState,
    UploadBatch,
    UploadItem,
)
from kb.uploads.upload_items import NewItem

_LEAST_SPENT = 1.0  # seconds of work from which on a pace can be told
_A_DAY = 86_400.0
_AT_ONCE = 500  # ids in one statement
_LATELY = timedelta(seconds=5)


def now() -> datetime:
    """The time as the tables have it: UTC without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


def to_item(row: Row[Any]) -> UploadItem:
    """From a row of `items`."""
    return UploadItem(
        id=row.id,
        batch=row.batch,
        name=row.name,
        address=row.address,
        facts=json_forms.to_facts(row.facts),
        size=row.size,
        stage=row.stage,
        state=row.state,
        documents=tuple(ImportedDocument(**one) for one in row.documents),
        passages=row.passages,
        to_encode=row.to_encode,
        encoded=row.encoded,
        problem=from_json(row.problem) if row.problem else None,
        near=tuple(DuplicateCandidate(**one) for one in row.near),
        accepted=row.accepted,
        attempts=row.attempts,
        queued_at=row.queued_at.replace(tzinfo=UTC),
        started_at=utc(row.started_at),
        ended_at=utc(row.ended_at),
    )


def to_batch(row: Row[Any], counts: Mapping[ItemState, int]) -> UploadBatch:
    """From a row of `batches`."""
    facts = json_forms.to_facts(row.facts)
    return UploadBatch(row.id, row.created_at.replace(tzinfo=UTC), row.actor, facts, row.publish, counts)


def new_item(batch_id: int, item_id: int, one: NewItem) -> dict[str, Any]:
    """The columns of a new item that was sent in."""
    moment = now()
    return {
        "id": item_id,
        "batch": batch_id,
        "name": one.name,
        "origin": one.origin,
        "address": one.address,
        "facts": json_forms.from_facts(one.facts),
        "size": None if one.data is None else len(one.data),
        "stage": "received",
        "state": "failed" if one.problem else "waiting",
        "documents": [],
        "problem": told(one.problem) if one.problem else None,
        "near": [],
        "accepted": False,
        "attempts": 0,
        "queued_at": moment,
        "ended_at": moment if one.problem else None,
    }


def told(error: KbError) -> dict[str, Any]:
    """An error as `items.problem` keeps it."""
    return stored(error.code, error).as_json()


def counts_of(connection: Connection, batch_ids: Iterable[int]) -> dict[int, dict[ItemState, int]]:
    """How many items of each batch are in each state, 0 too."""
    found: dict[int, dict[ItemState, int]] = {one: dict.fromkeys(ITEM_STATES, 0) for one in batch_ids}
    query = select(items.c.batch, items.c.state, func.count().label("number"))
    for row in connection.execute(query.where(items.c.batch.in_(found)).group_by(items.c.batch, items.c.state)):
        found[row.batch][row.state] = row.number
    return found


def progress_of(connection: Connection, batch_id: int) -> BatchProgress:
    """How far a batch that is there has come, and how long it still takes by the pace so far.

    Time is measured by bytes, since how many passages a file has is known only when it was read. What an item
    took so far counts once it is being encoded, by the share that is encoded.
    """
    moment = now()
    counts = counts_of(connection, [batch_id])[batch_id]
    sums = connection.execute(_sums(moment).where(items.c.batch == batch_id)).one()
    recent = items.c.ended_at > moment - _LATELY  # between two items there is a moment without any
    busy = connection.scalar(select(func.count()).where(or_(items.c.state == "working", recent)))
    measured = bool(busy) and sums.spent >= _LEAST_SPENT
    left = None
    if measured and sums.bytes > 0:
        usual = sums.bytes_done / sums.done if sums.done else sums.bytes
        left = _bytes_to_do(connection, batch_id, usual) * sums.spent / sums.bytes
    rate = sums.encoded_timed / sums.spent if measured and sums.encoded_timed else None
    return BatchProgress(batch_id, counts, sums.passages, sums.to_encode, sums.encoded, rate, left)


def _bytes_to_do(connection: Connection, batch_id: int, usual: float) -> float:
    """Bytes of what is still to do of a batch and before it; `usual` stands for a size that is not known yet."""
    last = select(func.max(items.c.queued_at)).where(items.c.batch == batch_id, items.c.state == "waiting")
    until = connection.scalar(last)
    to_do = items.c.state.in_(("waiting", "working"))
    own = items.c.batch == batch_id
    counted = own if until is None else or_(own, items.c.queued_at < until)
    size = func.coalesce(items.c.size, usual) * (1 - _SHARE)
    return connection.scalar(select(func.coalesce(func.sum(size), 0.0)).where(to_do, counted)) or 0.0


# Which part of an item that is worked on is done.
_SHARE: ColumnElement[float] = case(
    (and_(items.c.state == "working", items.c.to_encode > 0), items.c.encoded * 1.0 / items.c.to_encode), else_=0.0
)


def _sums(moment: datetime) -> Any:
    """What can be added up of items: passages, and the seconds and bytes of those that were timed."""
    begun = and_(items.c.state == "working", items.c.encoded > 0)
    done = items.c.state == "done"
    end = case((done, items.c.ended_at), else_=moment)
    seconds = (func.julianday(end) - func.julianday(items.c.started_at)) * _A_DAY
    size = func.coalesce(items.c.size, 0)

    def total(value: Any, *when: tuple[ColumnElement[bool], Any]) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case(*when, else_=0) if when else value), 0)

    return select(
        total(items.c.passages).label("passages"),
        total(items.c.to_encode).label("to_encode"),
        total(items.c.encoded).label("encoded"),
        total(None, (done, items.c.encoded), (begun, items.c.encoded)).label("encoded_timed"),
        total(None, (done, seconds), (begun, seconds)).label("spent"),
        total(None, (done, size), (begun, size * _SHARE)).label("bytes"),
        total(None, (done, size)).label("bytes_done"),
        total(None, (done, 1)).label("done"),
    )


def utc(moment: datetime | None) -> datetime | None:
    """A time of the tables, saying that it is UTC."""
    return moment.replace(tzinfo=UTC) if moment else None


def set_apart(connection: Connection, those: ColumnElement[bool]) -> None:
    """Let items that would change a document be known otherwise than it is. Raises `KnownByAddress`."""
    for row in connection.execute(select(items).where(those)).all():
        changes = [one["document_id"] for one in row.near if one["why"] != "like"]
        identities = select(documents.c.identity).where(documents.c.id.in_(changes))
        for identity in connection.scalars(identities):
            if identity != row.origin and not identity.startswith(f"{row.origin}#"):
                raise Conflict(
                    N_(
                        "{name} (item {id}) is from {address}, which already has a document. Import it as a new "
                        "version of that document, or skip it."
                    ),
                    code="known_by_address",
                    id=row.id,
                    name=row.name,
                    address=identity,
                )
        if changes:
            known = update(items).where(items.c.id == row.id)
            connection.execute(known.values(origin=f"{row.origin} ({row.id})"))


def blank(connection: Connection, document_ids: Iterable[str]) -> None:
    """Forget what items say of documents: names, addresses, facts, errors, likenesses.

    So do items of the same files, or that were held beside these documents, if they are over and gave none. What is
    stated of all items of a batch is stated of these too: its title and source, or, when no other item is left, all
    of it.
    """
    nameless: dict[str, Any] = {"name": "", "origin": "", "address": None, "facts": {}, "problem": None}
    plainer = func.json_remove(batches.c.facts, "$.title", "$.source")
    others = exists().where(items.c.batch == batches.c.id, items.c.name != "")
    for some in _parts(document_ids):  # each item is looked at once for all of them, not for each
        gave, is_near = (_tells_of(column, some) for column in (items.c.documents, items.c.near))
        files = connection.scalars(select(items.c.origin).where(gave, items.c.origin != "").distinct()).all()
        same = (items.c.origin.in_(each) for each in _parts(files))
        those = select(items.c.id, items.c.batch).where(or_(gave, _is_over(or_(is_near, *same))))
        told = {row.id: row.batch for row in connection.execute(those)}
        connection.execute(update(items).where(is_near).values(near=[]))
        for ids in _parts(told):
            connection.execute(update(items).where(items.c.id.in_(ids)).values(**nameless, near=[]))
        for ids in _parts(set(told.values())):
            theirs = update(batches).where(batches.c.id.in_(ids))
            connection.execute(theirs.values(facts=case((others, plainer), else_=func.json("{}"))))


def _parts(things: Iterable[Any]) -> list[list[Any]]:
    those = list(things)
    return [those[at : at + _AT_ONCE] for at in range(0, len(those), _AT_ONCE)]


def _is_over(those: ColumnElement[bool]) -> ColumnElement[bool]:
    """Which of the items were left out, cancelled, or failed before there was anything to try again with."""
    kept = exists().where(incoming.c.item == items.c.id)
    return and_(items.c.state.in_(("cancelled", "failed")), ~kept, those)


def _tells_of(column: ColumnElement[Any], document_ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a list in JSON has an entry about one of some documents."""
    entry = func.json_each(column).table_valued("value")
    about = func.json_extract(entry.c.value, "$.document_id").in_(document_ids)
    return exists(select(1).select_from(entry).where(about))
