"""Why a passage matched: its best sentence, and which of its tokens met which of the query's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.calibration import Calibration
from index.late_interaction import similarities
from index.models import ByteArray, FloatArray, IndexQuery

IntArray = npt.NDArray[np.int32]

CLOSE = 0.30  # similarity from which two tokens are said to have met (docs/decisions/0005)
TELLING = 0.6  # query tokens under this share of the heaviest one's weight show nothing


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """A query token and the passage token that it met, as characters of the query and of the passage."""

    query: tuple[int, int]
    passage: tuple[int, int]
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The index of the best sentence, and the matches in it and around it, closest first."""

    sentence: int
    matches: tuple[TokenMatch, ...]


class Explainer:
    """Explains passages to one question."""

    def __init__(self, question: IndexQuery, calibration: Calibration) -> None:
        encoded = question.encoded
        self._tokens, self._weights = calibration.query_tokens(encoded, question.language)
        self._spans = encoded.spans

    def explain(self, packed: ByteArray, spans: IntArray, sentences: IntArray) -> Explanation:
        """Explain one passage: `packed` (n, d / 8) its tokens, `spans` (n, 2) their characters in the passage.

        `sentences` (s, 2) are characters of the passage, in order, at least one. The best sentence is the one
        that late interaction would score best on its own; of equals, the first.
        """
        found = similarities(self._tokens, packed)
        return Explanation(
            _best_sentence(found, self._weights, spans, sentences), _matches(found, self._weights, spans, self._spans)
        )


def _best_sentence(found: FloatArray, weights: FloatArray, spans: IntArray, sentences: IntArray) -> int:
    middles = spans.sum(axis=1) / 2
    scores = []
    for start, end in sentences.tolist():
        inside = found[(middles >= start) & (middles < end)]
        scores.append(float(inside.max(axis=0) @ weights) if len(inside) else -np.inf)
    return int(np.argmax(scores))


def _matches(found: FloatArray, weights: FloatArray, spans: IntArray, query_spans: IntArray) -> tuple[TokenMatch, ...]:
    """The closest passage token of each query token that says something, if it is close enough."""
    matches = []
    for at in np.flatnonzero(weights >= TELLING * weights.max(initial=0.0)).tolist():
        best = int(found[:, at].argmax())
        if found[best, at] >= CLOSE:
            query, passage = query_spans[at].tolist(), spans[best].tolist()
            matches.append(TokenMatch((query[0], query[1]), (passage[0], passage[1]), float(found[best, at])))
    return tuple(sorted(matches, key=lambda match: (-match.similarity, match.passage, match.query)))
