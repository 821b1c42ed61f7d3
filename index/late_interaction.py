"""Token vectors: one bit a dimension, and late interaction over them.

A token vector is centred (its language's mean taken away), rotated and cut to its signs: the sign of a random
projection keeps the angle (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).
Late interaction is MaxSim (Khattab & Zaharia, "ColBERT", SIGIR 2020) with the query's tokens weighted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.int32]

_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32)  # of each byte
CHUNK = 1024  # token vectors unpacked at a time: 1.5 MB at 384 dimensions, which stays in the cache
BLOCK = 24  # tokens, about a clause; a window is two blocks in a row (docs/decisions/0004)


@dataclass(frozen=True, slots=True)
class LateInteractionScores:
    """Late interaction of a query with p passages: with the `whole` of each (p,), with its best `window` (p,)."""

    whole: FloatArray
    window: FloatArray


def random_rotation(dimension: int, seed: int) -> FloatArray:
    """An orthogonal matrix (dimension, dimension). It is kept with the calibration, not made again."""
    gaussian = np.random.default_rng(seed).normal(size=(dimension, dimension))
    return np.linalg.qr(gaussian)[0].astype(np.float32)


def pack(vectors: FloatArray, rotation: FloatArray) -> ByteArray:
    """The signs of centred vectors (n, d) after rotation, as bytes (n, ceil(d / 8))."""
    return np.packbits(vectors @ rotation > 0, axis=1)


def similarities(query: FloatArray, packed: ByteArray) -> FloatArray:
    """Similarity of each passage token to each query token: (n, m) for query tokens (m, d), rotated.

    A packed token stands for the unit vector of its signs, so this is the inner product with that vector.
    """
    dimension, width = query.shape[1], packed.shape[1]
    # The bits that fill up the last byte count nothing.
    scaled = np.zeros((8 * width, len(query)), np.float32)
    scaled[:dimension] = query.T * np.float32(2 / np.sqrt(dimension))
    found = np.empty((len(packed), len(query)), np.float32)
    bits = np.empty((min(CHUNK, len(packed)), width, 8), np.float32)
    for at in range(0, len(packed), CHUNK):
        some = packed[at : at + CHUNK]
        _BITS.take(some, axis=0, out=bits[: len(some)], mode="clip")  # "clip" writes to `out` directly
        np.matmul(bits[: len(some)].reshape(len(some), -1), scaled, out=found[at : at + CHUNK])
    found -= scaled.sum(axis=0) / 2  # a sign is twice its bit, less one
    return found


def late_interaction(
    query: FloatArray, weights: FloatArray, packed: ByteArray, starts: npt.NDArray[np.int64]
) -> LateInteractionScores:
    """The weighted mean over query tokens of each one's best token, in a passage and in its best window.

    `query` (m, d) is rotated, `weights` (m,) are not negative; `packed` holds the tokens of all passages one
    after the other, and `starts` (p,) says where each begins. Every passage has at least one token. Words that
    stand together answer better than the same words spread over a passage: a window's score is at most the
    whole's, and the closer the more they do.
    """
    total = float(weights.sum())
    if len(starts) == 0 or total <= 0:
        return LateInteractionScores(np.zeros(len(starts), np.float32), np.zeros(len(starts), np.float32))
    blocks, first = _blocks(starts, len(packed))
    best = np.maximum.reduceat(similarities(query, packed), blocks, axis=0)
    share = (weights / np.float32(total)).astype(np.float32)
    whole = np.maximum.reduceat(best, first, axis=0) @ share
    followed = np.ones(len(best), np.bool_)  # by another block of the same passage
    followed[np.append(first[1:], len(best)) - 1] = False
    at = np.flatnonzero(followed)
    best[at] = np.maximum(best[at], best[at + 1])
    return LateInteractionScores(whole, np.maximum.reduceat(best @ share, first))


def _blocks(starts: npt.NDArray[np.int64], count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the blocks of all passages begin, and the number of each passage's first: all about equally long."""
    lengths = np.diff(starts, append=count)
    blocks = np.maximum(1, np.rint(lengths / BLOCK).astype(np.int64))
    first = np.cumsum(blocks) - blocks
    of = np.repeat(np.arange(len(starts)), blocks)
    nth = np.arange(int(blocks.sum())) - first[of]
    return starts[of] - (-nth * lengths[of] // blocks[of]), first
