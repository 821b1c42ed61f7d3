"""The index with steps of the search left out, to measure what each of them gives (`kb eval --ablate`).

Each one is a `PassageIndex` that ranks by less than `InMemoryIndex` does. Scores are cosines or standard scores here,
so a strength made of them has an order but no meaning.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from index.calibration import SIGNALS, Calibration, Means, Signals
from index.in_memory import CANDIDATES, FloatArray, InMemoryIndex, RowArray
from index.models import EVERYWHERE, Background, IndexQuery, MakeIndex, ScoredPassage, SearchScope
from index.ranking import best_first

MIXED = 100  # passages of each language that one mixed list is made of: more than anybody looks at


class _Dense(InMemoryIndex):
    """What the dense steps share."""

    def _found(self, rows: RowArray, language: str, scores: FloatArray) -> list[ScoredPassage]:
        passages = [self._rows[row] for row in rows.tolist()]
        return [
            ScoredPassage(one.id, one.group, language, score, Signals(*[0.0] * SIGNALS))
            for one, score in zip(passages, scores.tolist(), strict=True)
        ]


class CentredDense(_Dense):
    """One mixed list by the cosine of sentence vectors without their language's mean."""

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        """The passages nearest to the question, best first."""
        found: list[ScoredPassage] = []
        for language in self._in_scope(scope):
            rows, cosines = self._nearest(
                question.language, question.encoded, language, self._allowed(language, scope), MIXED
            )
            found += self._found(rows, language, cosines)
        return best_first(found)


class NaiveDense(CentredDense):
    """One mixed list by the cosine of sentence vectors as they came from the encoder."""

    def __init__(self, dimension: int, calibration: Calibration) -> None:
        zero = np.zeros(dimension, np.float32)
        super().__init__(dimension, replace(calibration, means={key: Means(zero, zero) for key in calibration.means}))


class FromEachLanguage(_Dense):
    """Candidates by meaning from each language, their cosines made standard scores within it."""

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        """The candidates of all languages, best first."""
        found: list[ScoredPassage] = []
        for language in self._in_scope(scope):
            rows, cosines = self._nearest(
                question.language, question.encoded, language, self._allowed(language, scope), CANDIDATES
            )
            if len(rows):
                scores = self._scores(question, language, rows, cosines)
                spread = max(float(scores.std()), 1e-6)
                found += self._found(rows, language, (scores - scores.mean()) / spread)
        return best_first(found)

    def _scores(self, question: IndexQuery, language: str, rows: RowArray, cosines: FloatArray) -> FloatArray:
        return cosines


class LateOnly(FromEachLanguage):
    """The same candidates, by late interaction instead of their cosines."""

    def _scores(self, question: IndexQuery, language: str, rows: RowArray, cosines: FloatArray) -> FloatArray:
        return self._by_vectors(question.language, question.encoded, language, rows)[0].whole


class WithWindows(FromEachLanguage):
    """The same candidates, by late interaction with the whole passage and with its best window."""

    def _scores(self, question: IndexQuery, language: str, rows: RowArray, cosines: FloatArray) -> FloatArray:
        late, _ = self._by_vectors(question.language, question.encoded, language, rows)
        return late.whole + late.window


class WithoutTranslation(InMemoryIndex):
    """The whole search, but for the question in the other language."""

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        """The passages that may answer, best first."""
        return super().search(self._reduced(question), scope, background)

    def background(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> Background:
        """What the question finds in each language anyway."""
        return super().background(self._reduced(question), scope)

    def _reduced(self, question: IndexQuery) -> IndexQuery:
        return replace(question, translations={})


class WithoutThesaurus(WithoutTranslation):
    """The whole search, but for what the thesaurus knows of the question."""

    def _reduced(self, question: IndexQuery) -> IndexQuery:
        return replace(question, alternatives=(), translations={})


STEPS: dict[str, MakeIndex] = {
    "naive dense": NaiveDense,
    "+ centring": CentredDense,
    "+ candidates from each language": FromEachLanguage,
    "+ late interaction": LateOnly,
    "+ best windows": WithWindows,
    "+ words, merged by learnt weights": WithoutThesaurus,
    "+ thesaurus": WithoutTranslation,
    "+ question in the other language (final)": InMemoryIndex,
}
