"""Two translations of one text side by side: which sentences (or paragraphs) of one say what those of the other do.

The cheapest monotone way through both is found by dynamic programming over beads of up to three units a side
(Gale & Church, "A program for aligning sentences in bilingual corpora", Computational Linguistics 1993), scored by
vectors and not by lengths (Thompson & Koehn, "Vecalign", EMNLP 2019): here by late interaction, both ways, over the
token vectors that are stored for search, so that nothing has to be encoded. The figures are in
docs/decisions/0014.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.int32]
RowArray = npt.NDArray[np.int64]
N = TypeVar("N", np.float32, np.int64)

# Units of a bead on both sides; of equals, the first.
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
LONGEST = 3  # units of a bead on one side
TELLING = 0.5  # share of a unit's tokens that is compared: those that are most its own
LEAST = 0.05  # how much its own a token is at least
LARGER = 0.02  # what each unit beyond one a side costs, where a unit that is matched by chance gains nothing
ALONE = 0.005  # what a unit without a counterpart costs: units that say nothing are paired as they come
CHUNK = 256  # tokens of the left text compared at a time


@dataclass(frozen=True, slots=True)
class Bead:
    """Units of the left text that say what units of the right text do; one of the two may be empty.

    `similarity` (-1 to 1) is the mean over the tokens of both of each one's closest; 0 if one is empty.
    """

    left: range
    right: range
    similarity: float


@dataclass(frozen=True, slots=True)
class Units:
    """A text in `count` units: its packed tokens (n, d / 8), and the unit (n,) of each, ascending."""

    tokens: ByteArray
    of: RowArray
    count: int


@dataclass(frozen=True, slots=True)
class _Side:
    """What is compared of a text: vectors (n, d) of unit length, weights (n,), where each unit begins (u + 1,).

    `heavy` (u,) is what the tokens of each unit weigh together.
    """

    vectors: FloatArray
    weights: FloatArray
    edges: RowArray
    heavy: FloatArray

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    def sums(self, values: FloatArray) -> FloatArray:
        """The weighted sums over each unit's tokens: (u, k) of values (k, n)."""
        edges = self.edges.tolist()
        found = np.zeros((self.count, len(values)), np.float32)
        for unit, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                np.matmul(values[:, start:end], self.weights[start:end], out=found[unit])
        return found


@dataclass(frozen=True, slots=True)
class _Compared:
    """The closest of each right unit to each left token (u, n), of each left unit to each right token, and chance.

    `mean` and `spread` are those of all similarities of a left to a right token.
    """

    left: FloatArray
    right: FloatArray
    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class _Scores:
    """For beads of one shape, by the units (i, j) that they begin with: what they gain, and how similar they are."""

    gain: npt.NDArray[np.floating]
    similarity: npt.NDArray[np.floating]


def units_of(packed: ByteArray, spans: IntArray, units: IntArray) -> Units:
    """Tokens gathered to units: `packed` (n, d / 8), their characters `spans` (n, 2), and those of `units` (u, 2).

    All spans count characters of the same text; tokens and units are in order and units do not overlap. A token
    belongs to the unit that its middle is in; one in no unit is left out.
    """
    if len(units) == 0:
        return Units(packed[:0], np.zeros(0, np.int64), 0)
    middles = spans.sum(axis=1) / 2
    of = np.searchsorted(units[:, 0], middles, side="right") - 1
    inside = (of >= 0) & (middles < units[of, 1])
    return Units(packed[inside], of[inside].astype(np.int64), len(units))


def align(left: Units, right: Units) -> tuple[Bead, ...]:
    """The beads of two translations of one text, in order: every unit of both is in exactly one.

    The tokens of both are centred and rotated alike, each with the mean of its own language.
    """
    return tuple(_path(left.count, right.count, _scores(_side(left), _side(right))))


def _side(units: Units) -> _Side:
    """The tokens of each unit that are most its own: furthest from what the whole text is about."""
    signs = np.unpackbits(units.tokens, axis=1).astype(np.float32) * 2 - 1
    vectors = signs / np.float32(np.sqrt(max(signs.shape[1], 1)))
    middle = vectors.mean(axis=0) if len(vectors) else np.zeros(signs.shape[1], np.float32)
    middle /= max(float(np.linalg.norm(middle)), 1e-12)
    weights = np.maximum(1 - vectors @ middle, LEAST) ** 2
    counts = np.bincount(units.of, minlength=units.count)
    begins = np.cumsum(counts) - counts
    order = np.lexsort((-weights, units.of))  # stable: of equals, the first
    rank = np.arange(len(order)) - np.repeat(begins, counts)
    kept = np.sort(order[rank < np.ceil(TELLING * np.repeat(counts, counts))])
    edges = np.searchsorted(units.of[kept], np.arange(units.count + 1))
    heavy = np.bincount(units.of[kept], weights[kept], units.count)
    return _Side(vectors[kept], weights[kept].astype(np.float32), edges, heavy.astype(np.float32))


def _compare(one: _Side, other: _Side) -> _Compared:
    """Compare all tokens, some left units at a time: similarities of a long text to another fill gigabytes."""
    left = np.full((other.count, len(one.vectors)), -1, np.float32)
    right = np.full((one.count, len(other.vectors)), -1, np.float32)
    total = squares = 0.0
    if len(one.vectors) and len(other.vectors):
        turned = np.ascontiguousarray(other.vectors.T)
        for first, last in _chunks(one.edges):
            start, end = int(one.edges[first]), int(one.edges[last])
            near = one.vectors[start:end] @ turned
            total += float(near.sum(dtype=np.float64))
            squares += float(np.vdot(near, near))
            _closest(near, one.edges[first : last + 1] - start, right[first:last])
            _closest(np.ascontiguousarray(near.T), other.edges, left[:, start:end])
    pairs = max(len(one.vectors) * len(other.vectors), 1)
    mean = total / pairs
    return _Compared(left, right, mean, float(np.sqrt(max(squares / pairs - mean * mean, 0.0))))


def _chunks(edges: RowArray) -> Iterator[tuple[int, int]]:
    """Units first up to last, that together have about `CHUNK` tokens or are one."""
    first = 0
    while first < len(edges) - 1:
        last = max(first + 1, int(np.searchsorted(edges, edges[first] + CHUNK, side="right")) - 1)
        yield first, last
        first = last


def _closest(near: FloatArray, edges: RowArray, out: FloatArray) -> None:
    """The maximum over each unit's rows, into the rows of `out`; six times as fast as `np.maximum.reduceat`."""
    for unit, (start, end) in enumerate(pairwise(edges.tolist())):
        if start < end:
            np.maximum.reduce(near[start:end], axis=0, out=out[unit])


def _scores(one: _Side, other: _Side) -> dict[tuple[int, int], _Scores]:
    """How much closer the tokens of each bead are than the closest of as many tokens would be by chance."""
    compared = _compare(one, other)
    usual = float(one.weights.sum() + other.weights.sum()) / max(one.count + other.count, 1)
    left, right = _found(one, compared.left), _found(other, compared.right)
    chance = _by_chance(one, compared), _by_chance(other, compared)
    scores = {}
    for a, b in SHAPES:
        if a <= one.count and b <= other.count:
            to_right, to_left = _runs(left[b], a), _runs(right[a], b).T
            weights = _runs(one.heavy, a)[:, None], _runs(other.heavy, b)[None]
            gain = to_right - weights[0] * chance[1][b] + to_left - weights[1] * chance[0][a][:, None]
            similarity = to_right / np.maximum(weights[0], 1e-9) + to_left / np.maximum(weights[1], 1e-9)
            scores[a, b] = _Scores(gain / max(2 * usual, 1e-9) - LARGER * (a + b - 2), similarity / 2)
    return scores


def _found(side: _Side, closest: FloatArray) -> dict[int, FloatArray]:
    """For runs of up to three of the other side's units: the weighted sums of their closest over each own unit."""
    found, best = {}, closest
    for length in range(1, min(LONGEST, len(closest)) + 1):
        best = best if length == 1 else np.maximum(best[:-1], closest[length - 1 :])
        found[length] = side.sums(best)
    return found


def _by_chance(side: _Side, compared: _Compared) -> dict[int, FloatArray]:
    """For runs of up to three of this side's units: what the closest of their tokens is to any token by chance."""
    counts = np.diff(side.edges)
    return {
        length: (compared.mean + compared.spread * _expected(_runs(counts, length))).astype(np.float32)
        for length in range(1, min(LONGEST, side.count) + 1)
    }


def _runs(values: npt.NDArray[N], length: int) -> npt.NDArray[N]:
    """Sums over each `length` rows in a row."""
    count = len(values) - length + 1
    total = values[:count].copy()
    for at in range(1, length):
        total += values[at : at + count]
    return total


def _expected(counts: RowArray) -> FloatArray:
    """The expected largest of that many draws from the standard normal distribution."""
    return np.array([_largest(count) for count in counts.tolist()], np.float32)


@cache
def _largest(count: int) -> float:
    """Blom's approximation ("Statistical Estimates and Transformed Beta-Variables", 1958)."""
    return NormalDist().inv_cdf((count - 0.375) / (count + 0.25)) if count > 1 else 0.0


def _path(m: int, n: int, scores: dict[tuple[int, int], _Scores]) -> list[Bead]:
    """The best way through, by rows; a move to the right within a row is a running maximum."""
    value = np.full((m + 1, n + 1), -np.inf)
    shapes = [*scores, (1, 0), (0, 1)]
    move = np.zeros((m + 1, n + 1), np.int8)
    passed = np.arange(n + 1) * ALONE
    value[0, 0] = 0
    for i in range(m + 1):
        for number, (a, b) in enumerate(shapes[:-1]):
            if a <= i:
                reached = value[i - a, : n + 1 - b] + (scores[a, b].gain[i - a] if b else -ALONE)
                better = reached > value[i, b:]
                value[i, b:][better] = reached[better]
                move[i, b:][better] = number
        best = np.maximum.accumulate(value[i] + passed)
        onward = best > value[i] + passed
        value[i, onward] = (best - passed)[onward]
        move[i, onward] = len(shapes) - 1
    beads = []
    i, j = m, n
    while i or j:
        a, b = shapes[move[i, j]]
        i, j = i - a, j - b
        similarity = float(scores[a, b].similarity[i, j]) if a and b else 0.0
        beads.append(Bead(range(i, i + a), range(j, j + b), similarity))
    return beads[::-1]
