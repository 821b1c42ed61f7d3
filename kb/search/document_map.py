"""The map of the collection: laid out once for each state of it, and kept in the database."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping

import numpy as np

from index.models import FloatArray
from index.projection import lay_out, without_language
from kb.embedding.model import EmbeddingModel
from kb.models import DocumentSummary, MapPoint
from kb.search.index_sync import IndexSync
from kb.storage import statements
from kb.storage.database import Database
from kb.storage.reader import DocumentReader

FACT = "map"
DIGITS = 4  # of a position that is kept: a ten-thousandth of the map's width

Positions = Mapping[str, tuple[float, float]]


class DocumentMap:
    """Places of documents by their meaning. Threads may share it."""

    def __init__(self, database: Database, index: IndexSync, model: EmbeddingModel) -> None:
        self._database, self._index, self._model = database, index, model
        self._reader = DocumentReader(database)
        self._lock = threading.Lock()  # one thread lays out, the others wait for it
        self._known: tuple[str, Positions | None] = ("", None)  # for which state

    def points(self) -> tuple[MapPoint, ...]:
        """Where the documents lie, in order of their ids."""
        with self._lock:
            with self._index.searching() as collection:
                state = f"{collection.change} {self._model.name}"
                if self._known[0] != state:
                    self._known = (state, self._kept(state))
                # Laying out takes seconds: that is done outside the block.
                centres = collection.index.centres() if self._known[1] is None else {}
            if self._known[1] is None:
                self._known = (state, self._laid_out(state, centres, collection.catalogue))
            positions = self._known[1] or {}
        found = sorted(collection.catalogue.keys() & positions.keys())
        return tuple(MapPoint(collection.catalogue[one], *positions[one]) for one in found)

    def _kept(self, state: str) -> Positions | None:
        kept = json.loads(self._reader.fact(FACT) or "{}")
        if kept.get("state") != state:
            return None
        return {one: (x, y) for one, (x, y) in kept["positions"].items()}

    def _laid_out(
        self, state: str, centres: Mapping[str, FloatArray], catalogue: Mapping[str, DocumentSummary]
    ) -> Positions:
        ids = sorted(centres)
        if not ids:
            return {}
        vectors = without_language(np.stack([centres[one] for one in ids]), [catalogue[one].language for one in ids])
        laid = lay_out(vectors).astype(float).round(DIGITS)
        positions = {one: (x, y) for one, (x, y) in zip(ids, laid.tolist(), strict=True)}
        with self._database.writing() as connection:
            statements.put_fact(connection, FACT, json.dumps({"state": state, "positions": positions}))
        return positions
