"""Nearest neighbours are exact, with filters and without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import DenseIndex
from tests.support.random_passages import unit

DIMENSION = 24


def filled(seed: int, count: int) -> tuple[DenseIndex, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    rows = random.choice(10 * count, count, replace=False).astype(np.int64)
    vectors = unit(random.normal(size=(count, DIMENSION)))
    index = DenseIndex(DIMENSION)
    index.add(rows, vectors)
    return index, rows, vectors


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(1, 80),
    limit=st.integers(1, 100),
    share=st.floats(0, 1),
    gone=st.floats(0, 1),
)
def test_it_finds_what_sorting_all_finds(seed: int, count: int, limit: int, share: float, gone: float) -> None:
    index, rows, vectors = filled(seed, count)
    random = np.random.default_rng(seed + 1)
    removed = rows[random.random(count) < gone]
    index.remove(removed)
    query = unit(random.normal(size=DIMENSION))
    there = ~np.isin(rows, removed)
    assert len(index) == there.sum()
    assert set(index.rows().tolist()) == set(rows[there].tolist())
    allowed = rows[random.random(count) < share]  # some of them removed
    for scope in (None, allowed):
        kept = there if scope is None else there & np.isin(rows, scope)
        best = np.argsort(-(vectors[kept] @ query))[:limit]
        found, scores = index.search(query, limit, scope)
        assert found.tolist() == rows[kept][best].tolist()
        np.testing.assert_allclose(scores, (vectors[kept] @ query)[best], atol=1e-6)


def test_a_filter_that_keeps_a_tenth_loses_nothing() -> None:
    index, rows, vectors = filled(4, 5000)
    allowed = rows[::10]
    query = unit(np.random.default_rng(9).normal(size=DIMENSION))
    found, _ = index.search(query, 20, allowed)
    assert found.tolist() == allowed[np.argsort(-(vectors[::10] @ query))[:20]].tolist()


def test_nothing_in_it_or_nothing_allowed() -> None:
    query = unit(np.ones(DIMENSION))
    found, scores = DenseIndex(DIMENSION).search(query, 5)
    assert (found.tolist(), scores.tolist()) == ([], [])
    index, _, _ = filled(0, 10)
    for allowed in (np.empty(0, np.int64), np.array([10**6], np.int64)):
        found, scores = index.search(query, 5, allowed)
        assert (found.tolist(), scores.tolist()) == ([], [])


def test_rows_that_are_not_there_are_not_taken_out() -> None:
    index, rows, _ = filled(1, 10)
    index.remove(np.array([10**9], np.int64))
    assert set(index.rows().tolist()) == set(rows.tolist())


def test_rows_may_be_large_and_come_back_after_removal() -> None:
    index = DenseIndex(DIMENSION)
    rows = np.array([2**40, 3], np.int64)
    vectors = unit(np.random.default_rng(2).normal(size=(2, DIMENSION)))
    index.add(rows, vectors)
    index.remove(rows)
    assert len(index) == 0
    index.add(rows, vectors[::-1])
    found, scores = index.search(vectors[0], 1)
    assert found.tolist() == [3]
    assert scores[0] == pytest.approx(1, abs=1e-6)
