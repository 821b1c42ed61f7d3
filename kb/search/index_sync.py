"""The index and the catalogue in memory, kept level with the database through its change log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.models import IndexEntry, PassageIndex
from kb.models import DocumentSummary
from kb.pipeline.stages import to_entry
from kb.storage.repository import DocumentStore


@dataclass(frozen=True, slots=True)
class IndexedCollection:
    """What is searched, as it stood after change number `change`: passages, and documents by id."""

    index: PassageIndex
    catalogue: dict[str, DocumentSummary]
    change: int


class IndexSync:
    """Follows one database. Hold `lock` from `current` until what it gave has been used: threads share it."""

    def __init__(
        self, store: DocumentStore, empty: Callable[[], PassageIndex], model: Callable[[], str]
    ) -> None:
        """`empty` makes an index to fill, with the vectors of the model that `model` names."""
        self.lock = threading.RLock()
        self._store, self._empty, self._model = store, empty, model
        self._live: IndexedCollection | None = None

    @property
    def change(self) -> int:
        """The number of the last change that was taken in; 0 before the first."""
        with self.lock:
            return self._live.change if self._live else 0

    def glance(self) -> tuple[int, int]:
        """The number of the last change taken in and how many passages are held; 0 before the first.

        Does not wait for those who search or fill the index.
        """
        live = self._live
        return (live.change, len(live.index)) if live else (0, 0)

    def current(self) -> IndexedCollection:
        """Index and catalogue, after taking in what has changed since they were last used."""
        with self.lock:
            change = self._store.change()
            if self._live is None:
                self._live = self._followed(IndexedCollection(self._empty(), {}, 0), None, change)
            elif change > self._live.change:
                changed = self._store.changed_since(self._live.change)
                self._live = self._followed(self._live, changed, change)
            return self._live

    def forget(self) -> None:
        """Fill the index anew when it is next asked for."""
        with self.lock:
            self._live = None

    def _followed(self, live: IndexedCollection, changed: set[str] | None, change: int) -> IndexedCollection:
        """The state after `change`, in which `changed` documents did, or all."""
        rows: dict[str, list[IndexEntry]] = {one: [] for one in changed or ()}
        for row in self._store.index_rows(self._model(), changed):
            rows.setdefault(row.document_id, []).append(to_entry(row))
        for document_id, entries in rows.items():
            live.index.replace(document_id, entries)
        kept = {} if changed is None else {k: v for k, v in live.catalogue.items() if k not in changed}
        found = {one.id: one for one in self._store.summaries(changed)}
        return IndexedCollection(live.index, kept | found, change)
