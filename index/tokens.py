"""Token vectors: one bit a dimension, and late interaction over them.

A token vector is centred (its language's mean taken away), rotated and cut to its signs: the sign of a random
projection keeps the angle (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).
Late interaction is MaxSim (Khattab & Zaharia, "ColBERT", SIGIR 2020) with the query's tokens weighted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.int32]

CHUNK = 1024  # token vectors unpacked at a time: 1.5 MB at 384 dimensions, which stays in the cache


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
    dimension = query.shape[1]
    found = np.empty((len(packed), len(query)), np.float32)
    scaled = np.ascontiguousarray(query.T) * np.float32(2 / np.sqrt(dimension))
    for at in range(0, len(packed), CHUNK):
        bits = np.unpackbits(packed[at : at + CHUNK], axis=1, count=dimension).astype(np.float32)
        np.matmul(bits, scaled, out=found[at : at + CHUNK])
    found -= scaled.sum(axis=0) / 2  # a sign is twice its bit, less one
    return found


def late_interaction(
    query: FloatArray, weights: FloatArray, packed: ByteArray, starts: npt.NDArray[np.int64]
) -> FloatArray:
    """Scores (p,) of p passages: the weighted mean over query tokens of each one's best passage token.

    `query` (m, d) is rotated, `weights` (m,) are not negative; `packed` holds the tokens of all passages one
    after the other, and `starts` (p,) says where each begins. Every passage has at least one token.
    """
    if len(starts) == 0 or len(query) == 0:
        return np.zeros(len(starts), np.float32)
    best = np.maximum.reduceat(similarities(query, packed), starts, axis=0)
    total = float(weights.sum())
    if total <= 0:
        return np.zeros(len(starts), np.float32)
    return (best @ weights / np.float32(total)).astype(np.float32)
