"""Exact nearest neighbours by inner product, one FAISS index a language; filters lose nothing.

Graph indexes lose recall under a filter (docs/decisions/0003), so a filter here selects among all vectors.
"""

from __future__ import annotations

import faiss
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
RowArray = npt.NDArray[np.int64]


class DenseIndex:
    """Unit vectors of one language under integer rows."""

    def __init__(self, dimension: int) -> None:
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self) -> RowArray:
        """The rows that are in the index, in no particular order."""
        return faiss.vector_to_array(self._index.id_map).astype(np.int64)

    def vectors(self) -> tuple[RowArray, FloatArray]:
        """All rows (n,) and their vectors (n, d)."""
        stored = faiss.downcast_index(self._index.index)
        return self.rows(), stored.reconstruct_n(0, len(self)).astype(np.float32)

    def add(self, rows: RowArray, vectors: FloatArray) -> None:
        """Add unit vectors (n, d) under new rows (n,)."""
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), rows)

    def remove(self, rows: RowArray) -> None:
        """Take rows out; rows that are not there are ignored."""
        self._index.remove_ids(faiss.IDSelectorBatch(rows))

    def search(self, query: FloatArray, limit: int, allowed: RowArray | None = None) -> tuple[RowArray, FloatArray]:
        """The `limit` nearest rows or fewer, best first, with inner products; of `allowed` only, if given."""
        ((rows, scores),) = self.search_each(query[None, :], limit, allowed)
        return rows, scores

    def cosines(self, query: FloatArray, rows: RowArray) -> FloatArray:
        """Inner products (n,) of a query with some rows (n,), which must be in the index."""
        if len(rows) == 0:
            return np.empty(0, np.float32)
        found: FloatArray = self._index.reconstruct_batch(rows) @ query
        return found

    def search_each(
        self, queries: FloatArray, limit: int, allowed: RowArray | None = None
    ) -> list[tuple[RowArray, FloatArray]]:
        """The same for each of several queries (m, d): the selection among all vectors is made once for them."""
        if len(self) == 0 or (allowed is not None and len(allowed) == 0):
            return [(np.empty(0, np.int64), np.empty(0, np.float32))] * len(queries)
        # The selector must outlive the search: FAISS keeps only a pointer to it.
        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(queries, min(limit, len(self)), params=parameters)
        return [(row[row >= 0], score[row >= 0]) for row, score in zip(rows, scores, strict=True)]
