"""A map of documents: from unit vectors to positions in the unit square, near documents near one another.

t-SNE (van der Maaten & Hinton, "Visualizing data using t-SNE", JMLR 2008; Barnes-Hut, JMLR 2014) from principal
components, which keeps it from depending on chance (Kobak & Linderman, Nature Biotechnology 2021). What was
tried instead is in docs/decisions/0014.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
RowArray = npt.NDArray[np.int64]

LANDMARKS = 800  # documents laid out by t-SNE, some 3 s on one core; the others are placed among them
PERPLEXITY = 15  # how many neighbours a document minds, roughly
FEWEST = 5  # documents from which on t-SNE has anything to weigh; fewer get their principal components
NEIGHBOURS = 3  # landmarks that place another document
FAMILIAR = 5  # documents of a language that count as much as the belief that its mean is right already
GAP = 0.02  # least distance of two points, where there are so few that all have room: 8 of 400 pixels
CROWDED = 0.35  # least distance of two points in a crowd, times the square root of their number
ROUNDS = 8  # of pushing apart points that are closer
GOLDEN = np.pi * (3 - np.sqrt(5))  # turns by this angle never meet


def without_language(vectors: FloatArray, languages: Sequence[str]) -> FloatArray:
    """Unit vectors (n, d) of documents, moved so that each language's mean is where that of the others is.

    A calibration takes away a language's mean over texts of another field; what it leaves is most of the
    distance between documents of one field. `languages` (n) is each document's. A language of few documents is
    moved less, for their mean is also their subject.
    """
    belongs = np.array(languages, dtype=np.str_)
    means = {}
    for language in sorted(set(languages)):
        own = vectors[belongs == language]
        means[language] = own.sum(axis=0, dtype=np.float64) / (len(own) + FAMILIAR)
    middle = np.mean(list(means.values()), axis=0) if means else 0.0
    moved = vectors.astype(np.float64)
    for language, mean in means.items():
        moved[belongs == language] -= mean - middle
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: FloatArray = (moved / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit


def lay_out(vectors: FloatArray) -> FloatArray:
    """Positions (n, 2), each from 0 to 1, of documents with unit vectors (n, d): near vectors near each other.

    The same vectors get the same positions in whatever order they come, and however many threads there are.
    Equal vectors get positions side by side. Up to `LANDMARKS` documents it takes some 3 s, with more little longer.
    For that time the process's numeric libraries have one thread each: two calls at once may leave them so.
    """
    if len(vectors) == 0:
        return np.zeros((0, 2), np.float32)
    distinct, copies = _distinct(np.ascontiguousarray(vectors, np.float32) + np.float32(0))  # -0 becomes 0
    return _apart(_scaled(_placed(distinct)), copies)


def _distinct(vectors: FloatArray) -> tuple[FloatArray, list[list[int]]]:
    """The distinct vectors, by their digests, which is as good as a shuffle; and the rows that have each."""
    rows: dict[bytes, list[int]] = {}
    for row, vector in enumerate(vectors):
        rows.setdefault(hashlib.blake2b(vector.tobytes(), digest_size=16).digest(), []).append(row)
    copies = [rows[digest] for digest in sorted(rows)]
    return vectors[[those[0] for those in copies]], copies


def _placed(vectors: FloatArray) -> DoubleArray:
    """Positions (n, 2), of any scale, of distinct vectors that stand in an order of their own."""
    from threadpoolctl import threadpool_limits

    landmarks = vectors[:LANDMARKS]
    with threadpool_limits(limits=1):  # sums over several threads would end in other last digits
        laid = _components(landmarks) if len(landmarks) < FEWEST else _neighbourly(landmarks)
        others = [
            _among(vectors[at : at + LANDMARKS], landmarks, laid) for at in range(LANDMARKS, len(vectors), LANDMARKS)
        ]
    return np.concatenate([laid, *others])


def _components(vectors: FloatArray) -> DoubleArray:
    """The first two principal components (n, 2); a component that there is not is 0."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])  # an axis has no direction of its own
    found = np.zeros((len(vectors), 2))
    kept = min(2, len(sizes))
    found[:, :kept] = (left * sizes * signs)[:, :kept]
    found[np.abs(found) < 1e-9] = 0
    return found


def _neighbourly(vectors: FloatArray) -> DoubleArray:
    """t-SNE (n, 2)."""
    from sklearn.manifold import TSNE

    start = _components(vectors)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    model = TSNE(2, perplexity=perplexity, init=start.astype(np.float32), random_state=0, n_jobs=1)
    found: DoubleArray = model.fit_transform(vectors).astype(np.float64)
    return found


def _among(vectors: FloatArray, landmarks: FloatArray, laid: DoubleArray) -> DoubleArray:
    """Positions of other documents: between their nearest landmarks, the nearer the closer.

    A landmark counts by how much nearer it is than the first that does not count, squared.
    """
    cosines = vectors @ landmarks.T
    nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, : NEIGHBOURS + 1]
    near = np.take_along_axis(cosines, nearest, axis=1).astype(np.float64)
    weights = (near - near.min(axis=1, keepdims=True) + 1e-9) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    between: DoubleArray = np.einsum("nk,nkd->nd", weights, laid[nearest])
    return between


def _scaled(positions: DoubleArray) -> DoubleArray:
    """Positions scaled to the unit square, each axis by itself."""
    scaled = np.full(positions.shape, 0.5)
    widths = np.ptp(positions, axis=0)
    wide = widths > 1e-6 * widths.max()  # less is rounding: the points lie on a line, or on one point
    scaled[:, wide] = (positions - positions.min(axis=0))[:, wide] / widths[wide]
    return scaled


def _apart(placed: DoubleArray, copies: list[list[int]]) -> FloatArray:
    """Positions of all documents from those of the distinct ones, with room for each to be pointed at."""
    from sklearn.neighbors import KDTree

    count = sum(map(len, copies))
    gap = min(GAP, CROWDED / np.sqrt(count))
    rows = np.array([row for those in copies for row in those])
    of = np.repeat(np.arange(len(copies)), [len(those) for those in copies])
    turn = np.concatenate([np.arange(len(those)) for those in copies])
    points = placed[of] + gap * np.sqrt(turn)[:, None] * _direction(turn)  # copies as a sunflower's seeds
    seen = min(5, count)
    for _ in range(ROUNDS):
        distances, others = KDTree(points).query(points, k=seen)
        away = points[:, None] - points[others]
        same = distances == 0
        away[same] = (_direction(np.arange(count))[:, None] - _direction(others))[same]
        lengths = np.maximum(np.linalg.norm(away, axis=2), 1e-12)
        points = points + np.einsum("nk,nkd->nd", np.maximum(gap - distances, 0) / 2 / lengths, away)
    laid = np.empty((count, 2), np.float32)
    low, high = np.minimum(points.min(axis=0), 0), np.maximum(points.max(axis=0), 1)
    laid[rows] = (points - low) / (high - low)
    return laid


def _direction(turn: RowArray) -> DoubleArray:
    angles = GOLDEN * turn
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)
