"""The index and the catalogue in memory, kept level with the database through its change log."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from index.models import IndexEntry, PassageIndex
from kb.embedding.model import EmbeddingModel
from kb.embedding.vectors import to_entry
from kb.errors import HomeUnusable
from kb.models import DocumentSummary
from kb.storage.database import Database
from kb.storage.reader import DocumentReader

POLL = 0.2  # seconds between two looks at what other processes wrote

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexedCollection:
    """What is searched, as it stood after change number `change`: passages, and documents by id."""

    index: PassageIndex
    catalogue: dict[str, DocumentSummary]
    change: int


class IndexSync:
    """The index of one database. Threads may share it.

    It is filled when it is first searched. From then on it follows by itself: what this process writes before the
    writer goes on, what others write within `POLL` seconds.
    """

    def __init__(self, database: Database, model: EmbeddingModel, empty: Callable[[], PassageIndex]) -> None:
        """`empty` makes an index to fill, with the vectors of `model`."""
        self._reader, self._model, self._empty = DocumentReader(database), model, empty
        self._searching = threading.Lock()  # held while the index is searched or changed
        self._following = threading.Lock()  # held by the one thread that brings it up to date
        self._current: IndexedCollection | None = None
        self._polling = False
        self._closed = threading.Event()
        database.on_commit(self._follow_commit)

    def close(self) -> None:
        """End the thread that follows other processes."""
        self._closed.set()

    @contextmanager
    def searching(self) -> Iterator[IndexedCollection]:
        """Give what is searched, filled first if need be; it does not change inside the block."""
        while True:
            if self._current is None:
                self._fill()
            with self._searching:
                if (current := self._current) is not None:
                    yield current
                    return

    def glance(self) -> tuple[int, int]:
        """The number of the last change taken in and how many passages are held, at once; 0 before it is filled."""
        current = self._current
        return (current.change, len(current.index)) if current else (0, 0)

    def follow(self) -> None:
        """Take in what was written since the index was last brought up to date, if it is filled."""
        with self._following:
            current = self._current
            if current is None or (change := self._reader.change()) == current.change:
                return
            changed = self._reader.changed_since(current.change)
            entries = dict(self._entries(changed))
            kept = {id_: one for id_, one in current.catalogue.items() if id_ not in changed}
            new = {one.id: one for one in self._reader.summaries(changed)}
            with self._searching:
                for document_id in changed:
                    current.index.replace(document_id, entries.get(document_id, []))
                self._current = IndexedCollection(current.index, kept | new, change)

    def refill(self) -> None:
        """Fill the index anew, if it is filled: all vectors are others."""
        with self._following:
            if self._current is not None:
                self._load()

    def _fill(self) -> None:
        with self._following:
            if self._current is None:
                self._load()
                if not self._polling:
                    self._polling = True
                    threading.Thread(target=_poll, args=(weakref.ref(self), self._closed), daemon=True).start()

    def _load(self) -> None:
        index, change = self._empty(), self._reader.change()
        for document_id, entries in self._entries():
            index.replace(document_id, entries)
        catalogue = {one.id: one for one in self._reader.summaries()}
        self._current = IndexedCollection(index, catalogue, change)

    def _entries(self, document_ids: set[str] | None = None) -> Iterator[tuple[str, list[IndexEntry]]]:
        """The passages of each published document, or of some."""
        rows = self._reader.index_rows(self._model.name, document_ids)
        for document_id, its_rows in groupby(rows, key=lambda row: row.document_id):
            yield document_id, [to_entry(row) for row in its_rows]

    def _follow_commit(self) -> None:
        """Follow. A fault of the index is none of what was written: the next search fills it anew, and is told."""
        try:
            self.follow()
        except HomeUnusable:  # the database is busy: the next look takes it in
            _LOG.warning("the index could not be brought up to date", exc_info=True)
        except Exception:
            _LOG.exception("the index could not follow what was written; it will be filled anew")
            self._current = None


def _poll(sync: weakref.ref[IndexSync], closed: threading.Event) -> None:
    """Follow what other processes write, as long as somebody uses the index."""
    while not closed.wait(POLL) and (used := sync()) is not None:
        used._follow_commit()
        del used
