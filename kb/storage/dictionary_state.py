"""The home's own Thai words in the database: those that the passages are cut with, and documents yet to be cut again.

Both stand in the table of facts. A document is to be cut again when its passages were cut with other words than
those in force. Whoever writes passages says so with `note`, in the same transaction, so that none is forgotten
when the list changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from ingest.text.custom_words import WordList, read
from kb.storage import row_mapping
from kb.storage.records import IncomingDocument
from kb.storage.schema import documents, facts, passages, versions

_IN_FORCE = "words"
_TO_DO = "cut_again:"  # and the id of a document


@dataclass(frozen=True, slots=True)
class DictionaryState:
    """A document as it is cut: the number of its current version, the words in force, the columns of its passages.

    Without their ids and ordinals; None for the number when it is not there.
    """

    version: int | None
    own: WordList
    passages: tuple[Mapping[str, Any], ...]


def in_force(connection: Connection) -> WordList:
    """The list that all passages are cut with, but for those of documents still to do."""
    return _read(connection.scalar(select(facts.c.value).where(facts.c.name == _IN_FORCE)) or "")


def take_in(connection: Connection, own: WordList) -> int:
    """Let `own` be that list from now on; returns how many documents are to be cut again for that.

    They are those, in any state, whose text has a word that changed. This only notes them.
    """
    changed = own.differing(in_force(connection))
    if not changed:
        return 0
    query = row_mapping.summary(states=row_mapping.ALL).with_only_columns(documents.c.id, versions.c.text)
    texts = connection.execution_options(yield_per=100).execute(query)
    found = [row.id for row in texts if any(word in row.text for word in changed)]
    _put(connection, _IN_FORCE, own.written())
    for one in found:
        to_do(connection, one)
    return len(found)


def stored(connection: Connection, document_id: str) -> DictionaryState:
    """How a document in any state is cut."""
    version = connection.scalar(select(documents.c.version).where(documents.c.id == document_id))
    query = select(passages).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
    cut = [dict(row._mapping) for row in connection.execute(query)]
    for one in cut:
        del one["id"], one["document_id"], one["ordinal"]
    return DictionaryState(version, in_force(connection), tuple(cut))


def note(connection: Connection, draft: IncomingDocument) -> None:
    """Whether a draft whose passages are being written is to be cut again, since the list has changed meanwhile."""
    if in_force(connection).within(draft.manuscript.text) == draft.own:
        done(connection, draft.id)
    else:
        to_do(connection, draft.id)


def to_do(connection: Connection, document_id: str) -> None:
    """A document is to be cut again."""
    _put(connection, _TO_DO + document_id, "")


def done(connection: Connection, document_id: str) -> bool:
    """A document is cut as it should be; returns whether it was still to do."""
    return bool(connection.execute(delete(facts).where(facts.c.name == _TO_DO + document_id)).rowcount)


def next_to_do(connection: Connection) -> str | None:
    """A document that is to be cut again."""
    query = select(facts.c.name).where(facts.c.name.startswith(_TO_DO, autoescape=True))
    found = connection.scalar(query.order_by(facts.c.name).limit(1))
    return found.removeprefix(_TO_DO) if found else None


def left(connection: Connection) -> int:
    """How many documents are to be cut again."""
    query = select(func.count()).where(facts.c.name.startswith(_TO_DO, autoescape=True))
    return connection.scalar(query) or 0


def _put(connection: Connection, name: str, value: str) -> None:
    put = upsert(facts).values(name=name, value=value)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


@lru_cache(maxsize=8)
def _read(written: str) -> WordList:
    return read(written)
