"""One-bit token vectors keep the angle, and late interaction is MaxSim over them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.late_interaction import BLOCK, CHUNK, late_interaction, pack, random_rotation, similarities
from tests.support.random_passages import unit

SHRINKS = math.sqrt(2 / math.pi)  # what signs leave of a cosine, on average


def test_a_rotation_keeps_lengths_and_angles_and_is_the_same_every_time() -> None:
    rotation = random_rotation(96, 1)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(96), atol=1e-5)
    np.testing.assert_array_equal(rotation, random_rotation(96, 1))
    assert not np.allclose(rotation, random_rotation(96, 2))


@pytest.mark.parametrize(("dimension", "width"), [(8, 1), (40, 5), (100, 13), (384, 48)])
def test_a_token_takes_one_bit_a_dimension(dimension: int, width: int) -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(3, dimension)))
    packed = pack(vectors, random_rotation(dimension, 0))
    assert packed.dtype == np.uint8
    assert packed.shape == (3, width)


def test_similarity_to_packed_signs_worked_by_hand() -> None:
    packed = pack(np.array([[3, -1, 2, -4], [-1, -1, -1, 1]], np.float32), np.eye(4, dtype=np.float32))
    query = np.array([[1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5]], np.float32)
    # Signs (+ - + -) and (- - - +), divided by the square root of 4.
    np.testing.assert_allclose(similarities(query, packed), [[0.5, 0.0], [-0.5, -0.5]], atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), dimension=st.sampled_from([384, 500, 768]), share=st.floats(0, 1))
def test_packed_similarity_approximates_the_cosine(seed: int, dimension: int, share: float) -> None:
    random = np.random.default_rng(seed)
    queries = unit(random.normal(size=(20, dimension)))
    others = unit(random.normal(size=(20, dimension)))
    tokens = unit(share * queries + (1 - share) * others)  # from unrelated to equal
    rotation = random_rotation(dimension, seed)
    found = np.diag(similarities(queries @ rotation, pack(tokens, rotation)))
    error = found / SHRINKS - (queries * tokens).sum(axis=1)
    assert np.abs(error).max() < 6 / math.sqrt(dimension)
    assert abs(error.mean()) < 2 / math.sqrt(dimension)


def test_the_length_of_a_vector_does_not_change_its_signs() -> None:
    vectors = np.random.default_rng(3).normal(size=(5, 64)).astype(np.float32)
    rotation = random_rotation(64, 3)
    np.testing.assert_array_equal(pack(vectors, rotation), pack(vectors * 7, rotation))


def naive(query: np.ndarray, weights: np.ndarray, packed: np.ndarray, lengths: list[int]) -> list[float]:
    """MaxSim in loops, token by token."""
    dimension, scores, at = query.shape[1], [], 0
    for length in lengths:
        signs = np.unpackbits(packed[at : at + length], axis=1)[:, :dimension] * 2.0 - 1
        at += length
        total = 0.0
        for token, weight in zip(query, weights, strict=True):
            total += weight * max(float(token @ sign) for sign in signs) / math.sqrt(dimension)
        scores.append(total / weights.sum())
    return scores


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    asked=st.integers(1, 6),
    dimension=st.sampled_from([16, 20, 33]),
)
def test_late_interaction_equals_a_double_loop(seed: int, lengths: list[int], asked: int, dimension: int) -> None:
    random = np.random.default_rng(seed)
    query = unit(random.normal(size=(asked, dimension)))
    weights = random.uniform(0.1, 5, asked).astype(np.float32)
    packed = pack(random.normal(size=(sum(lengths), dimension)).astype(np.float32), random_rotation(dimension, 0))
    starts = np.cumsum([0, *lengths[:-1]]).astype(np.int64)
    found = late_interaction(query, weights, packed, starts)
    assert found.whole.dtype == found.window.dtype == np.float32
    np.testing.assert_allclose(found.whole, naive(query, weights, packed, lengths), atol=1e-5)
    np.testing.assert_array_equal(found.window, found.whole)  # so short a passage is one window


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), lengths=st.lists(st.integers(1, 7 * BLOCK), min_size=1, max_size=4))
def test_the_best_window_is_two_blocks_in_a_row(seed: int, lengths: list[int]) -> None:
    random = np.random.default_rng(seed)
    query, weights = unit(random.normal(size=(3, 16))), np.array([1, 2, 0.5], np.float32)
    packed = pack(random.normal(size=(sum(lengths), 16)).astype(np.float32), random_rotation(16, 0))
    starts = np.cumsum([0, *lengths[:-1]]).astype(np.int64)
    found = late_interaction(query, weights, packed, starts)
    assert (found.window <= found.whole + 1e-6).all()
    for at, (start, length) in enumerate(zip(starts.tolist(), lengths, strict=True)):
        count = max(1, round(length / BLOCK))
        edges = [start - (-nth * length // count) for nth in range(count + 1)]
        windows = [
            naive(query, weights, packed[begin:end], [end - begin])[0]
            for begin, end in zip(edges, [*edges[2:], edges[-1]], strict=False)
            if begin < end
        ]
        assert found.window[at] == pytest.approx(max(windows), abs=1e-5)


def test_more_tokens_than_are_unpacked_at_a_time() -> None:
    random = np.random.default_rng(5)
    lengths = [CHUNK - 1, 2, CHUNK + 3, 1]
    query = unit(random.normal(size=(2, 24)))
    weights = np.array([1, 2], np.float32)
    packed = pack(random.normal(size=(sum(lengths), 24)).astype(np.float32), random_rotation(24, 0))
    starts = np.cumsum([0, *lengths[:-1]]).astype(np.int64)
    found = late_interaction(query, weights, packed, starts).whole
    np.testing.assert_allclose(found, naive(query, weights, packed, lengths), atol=1e-5)


def test_a_token_without_weight_has_no_say() -> None:
    random = np.random.default_rng(6)
    query = unit(random.normal(size=(2, 32)))
    packed = pack(random.normal(size=(6, 32)).astype(np.float32), random_rotation(32, 0))
    starts = np.array([0, 4], np.int64)
    alone = late_interaction(query[:1], np.ones(1, np.float32), packed, starts)
    both = late_interaction(query, np.array([2, 0], np.float32), packed, starts)
    np.testing.assert_allclose(both.whole, alone.whole, atol=1e-6)
    np.testing.assert_allclose(both.window, alone.window, atol=1e-6)


def test_nothing_to_compare_gives_nothing_or_zero() -> None:
    query, weights = np.ones((2, 8), np.float32), np.ones(2, np.float32)
    packed, starts = np.zeros((3, 1), np.uint8), np.array([0, 1], np.int64)
    none = np.empty((0, 1), np.uint8), np.empty(0, np.int64)
    for found, scores in (
        (late_interaction(query, weights, *none), []),
        (late_interaction(query[:0], weights[:0], packed, starts), [0, 0]),
        (late_interaction(query, weights * 0, packed, starts), [0, 0]),
    ):
        assert found.whole.tolist() == found.window.tolist() == scores
