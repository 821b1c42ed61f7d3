"""The map of documents: in the square, the same every time, near what is near, and every point to be pointed at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits

from index.projection import GAP, LANDMARKS, FloatArray, lay_out, without_language
from tests.support.random_passages import unit

DIMENSION = 24


def stories(seed: int, subjects: int, each: int, noise: float = 0.12) -> FloatArray:
    """Unit vectors (subjects * each, DIMENSION) around some subjects, those of a subject in a row."""
    random = np.random.default_rng(seed)
    middles = np.repeat(unit(random.normal(size=(subjects, DIMENSION))), each, axis=0)
    return unit(middles + noise * random.normal(size=middles.shape))


def distances(points: FloatArray) -> np.ndarray:
    """All distances (n, n), a point infinitely far from itself."""
    found = np.linalg.norm(points[:, None].astype(np.float64) - points[None], axis=2)
    np.fill_diagonal(found, np.inf)
    return found


def check(points: FloatArray, count: int) -> None:
    """What holds of every map."""
    assert points.shape == (count, 2)
    assert points.dtype == np.float32
    assert np.isfinite(points).all()
    assert ((points >= 0) & (points <= 1)).all()
    assert len(np.unique(points, axis=0)) == count


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 9])
def test_a_few_documents(count: int) -> None:
    points = lay_out(stories(count, count, 1))
    check(points, count)
    if count == 1:
        assert points.tolist() == [[0.5, 0.5]]
    if count > 1:
        assert np.ptp(points, axis=0).max() == 1
        assert distances(points).min() > 0.015


@pytest.mark.parametrize("count", [2, 3, 5, 200])
def test_equal_vectors_stand_side_by_side(count: int) -> None:
    points = lay_out(np.repeat(stories(0, 1, 1), count, axis=0))
    check(points, count)
    assert distances(points).min() > 0.6 * min(GAP, 0.35 / np.sqrt(count))


def test_copies_stand_closer_to_each_other_than_to_others() -> None:
    vectors = stories(1, 10, 4)
    points = lay_out(np.concatenate([vectors, vectors[:1], vectors[:1]]))
    check(points, 42)
    assert set(np.argsort(distances(points)[0])[:2].tolist()) == {40, 41}


def test_vectors_that_are_all_zero_or_in_one_line() -> None:
    check(lay_out(np.zeros((4, DIMENSION), np.float32)), 4)
    line = np.linspace(0, 1, 30)[:, None] * np.ones((1, DIMENSION)) + np.eye(DIMENSION)[:1]
    check(lay_out(unit(line)), 30)


def test_neighbours_stay_neighbours() -> None:
    vectors = stories(2, 30, 6)
    random = np.random.default_rng(0).random((180, 2))
    reached = trustworthiness(vectors, lay_out(vectors), n_neighbors=5)
    assert reached > 0.95
    assert reached > trustworthiness(vectors, random, n_neighbors=5) + 0.3


def test_the_square_is_used_and_outliers_do_not_squeeze_the_rest() -> None:
    far = unit(np.random.default_rng(4).normal(size=(3, DIMENSION)))
    points = lay_out(np.concatenate([stories(3, 1, 120, noise=0.05), far]))
    check(points, 123)
    assert points.min(axis=0).tolist() == [0, 0]
    assert points.max(axis=0).tolist() == [1, 1]
    spread = np.percentile(points[:120], 90, axis=0) - np.percentile(points[:120], 10, axis=0)
    assert (spread > 0.3).all()
    cells = {tuple(cell) for cell in np.minimum((points * 5).astype(int), 4).tolist()}
    assert len(cells) >= 16  # of 25


def test_near_twins_can_each_be_pointed_at() -> None:
    vectors = stories(5, 60, 1)
    twins = unit(vectors + 0.001 * np.random.default_rng(5).normal(size=vectors.shape))
    points = lay_out(np.concatenate([vectors, twins]))
    between = distances(points)
    assert between.min() > 0.8 * GAP
    assert np.mean(between[:60].argmin(axis=1) == np.arange(60, 120)) > 0.9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 60), copies=st.integers(0, 3))
def test_the_order_of_documents_does_not_matter(seed: int, count: int, copies: int) -> None:
    vectors = stories(seed, count, 1)
    vectors = np.concatenate([vectors, vectors[: min(copies, count)]])
    order = np.random.default_rng(seed).permutation(len(vectors))
    points, moved = lay_out(vectors), lay_out(vectors[order])
    check(points, len(vectors))
    once = [at for at in range(len(vectors)) if min(copies, count) <= at < count]
    back = np.argsort(order)
    np.testing.assert_array_equal(moved[back][once], points[once])
    # Copies may change places among themselves.
    assert sorted(map(tuple, moved.tolist())) == sorted(map(tuple, points.tolist()))


def test_the_same_whatever_the_number_of_threads() -> None:
    vectors = stories(6, 40, 5)
    first = lay_out(vectors)
    for threads in (1, 4):
        with threadpool_limits(limits=threads):
            np.testing.assert_array_equal(lay_out(vectors), first)


def test_more_documents_than_landmarks() -> None:
    vectors = stories(7, 60, LANDMARKS // 40)  # one and a half times as many
    points = lay_out(vectors)
    check(points, len(vectors))
    subject = np.arange(len(vectors)) // (LANDMARKS // 40)
    assert np.mean(subject[distances(points).argmin(axis=1)] == subject) > 0.95
    order = np.random.default_rng(7).permutation(len(vectors))
    np.testing.assert_array_equal(lay_out(vectors[order]), points[order])


# ---- without language


def twins_first(vectors: FloatArray, half: int) -> float:
    """How many documents of the first half have the one that says the same in the second as their nearest."""
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2)
    return float(np.mean(near[:half].argmax(axis=1) == np.arange(half, 2 * half)))


def test_what_a_language_adds_is_taken_away() -> None:
    random = np.random.default_rng(80)
    said = stories(8, 1, 30)  # all of one field
    vectors = unit(np.concatenate([said, said + unit(random.normal(size=(1, DIMENSION)))]))
    languages = ["en"] * 30 + ["th"] * 30
    assert twins_first(vectors, 30) < 0.5
    moved = without_language(vectors, languages)
    assert moved.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-6)
    assert twins_first(moved, 30) > 0.9


def test_one_language_alone_is_not_moved() -> None:
    vectors = stories(9, 8, 1)
    np.testing.assert_allclose(without_language(vectors, ["th"] * 8), vectors, atol=1e-6)
    assert without_language(vectors[:0], []).shape == (0, DIMENSION)


def test_a_language_of_one_document_is_moved_little() -> None:
    vectors = stories(10, 20, 1)
    moved = without_language(vectors, ["en"] * 19 + ["th"])
    assert moved[-1] @ vectors[-1] > 0.9
