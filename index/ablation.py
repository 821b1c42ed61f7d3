"""The index with steps of the search left out, to measure what each of them gives (`kb eval --ablate`).

Each one is a `PassageIndex` that ranks by less than `InMemoryIndex` does. Scores are cosines or standard scores here,
not log-odds, so a strength made of them has an order but no meaning.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from index.calibration import Calibration, Means, Signals
from index.in_memory import CANDIDATES, FloatArray, InMemoryIndex, RowArray
from index.models import EVERYWHERE, IndexQuery, MakeIndex, ScoredPassage, SearchScope
from index.ranking import best_first

MIXED = 100  # passages of each language that one mixed list is made of: more than anybody looks at


class _Dense(InMemoryIndex):
    """What the dense steps share."""

    def _found(self, rows: RowArray, language: str, scores: FloatArray) -> list[ScoredPassage]:
        passages = [self._rows[row] for row in rows.tolist()]
        return [
            ScoredPassage(one.id, one.group, language, score, Signals(0.0, 0.0, 0.0))
            for one, score in zip(passages, scores.tolist(), strict=True)
        ]


class CentredDense(_Dense):
    """One mixed list by the cosine of sentence vectors without their language's mean."""

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        """The passages nearest to the question, best first."""
        found: list[ScoredPassage] = []
        for language in self._in_scope(scope):
            rows, cosines = self._nearest(question, language, self._allowed(language, scope), MIXED)
            found += self._found(rows, language, cosines)
        return best_first(found)


class NaiveDense(CentredDense):
    """One mixed list by the cosine of sentence vectors as they came from the encoder."""

    def __init__(self, dimension: int, calibration: Calibration) -> None:
        zero = np.zeros(dimension, np.float32)
        super().__init__(dimension, replace(calibration, means={key: Means(zero, zero) for key in calibration.means}))


class FromEachLanguage(_Dense):
    """Candidates by meaning from each language, their cosines made standard scores within it."""

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        """The candidates of all languages, best first."""
        found: list[ScoredPassage] = []
        for language in self._in_scope(scope):
            rows, cosines = self._nearest(question, language, self._allowed(language, scope), CANDIDATES)
            if len(rows):
                scores = self._scores(question, rows, cosines)
                spread = max(float(scores.std()), 1e-6)
                found += self._found(rows, language, (scores - scores.mean()) / spread)
        return best_first(found)

    def _scores(self, question: IndexQuery, rows: RowArray, cosines: FloatArray) -> FloatArray:
        return cosines


class LateOnly(FromEachLanguage):
    """The same candidates, by late interaction instead of their cosines."""

    def _scores(self, question: IndexQuery, rows: RowArray, cosines: FloatArray) -> FloatArray:
        return self._late(question, rows).whole


class WithWindows(FromEachLanguage):
    """The same candidates, by late interaction with the whole passage and with its best window."""

    def _scores(self, question: IndexQuery, rows: RowArray, cosines: FloatArray) -> FloatArray:
        late = self._late(question, rows)
        return late.whole + late.window


class WithoutGlossary(InMemoryIndex):
    """The whole search, but for other names of what a question names."""

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        """The passages that may answer, best first."""
        return super().search(replace(question, alternatives=()), scope)


STEPS: dict[str, MakeIndex] = {
    "naive dense": NaiveDense,
    "+ centring": CentredDense,
    "+ candidates from each language": FromEachLanguage,
    "+ late interaction": LateOnly,
    "+ best windows": WithWindows,
    "+ words, merged by log-odds": WithoutGlossary,
    "+ glossary (final)": InMemoryIndex,
}
