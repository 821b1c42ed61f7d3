"""Random passages and questions in two languages, made of a few numbered words, and a calibration for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from index.calibration import SIGNALS, Calibration, Certainty, Means, Merge, TokenWeights
from index.encoder import Encoded, FloatArray, Side
from index.late_interaction import pack, random_rotation
from index.models import IndexEntry, IndexQuery, QueryAlternative, QueryTranslation

DIMENSION = 40  # not a power of two
VOCABULARY = 30
LANGUAGES = ("en", "th")
SIDES: tuple[Side, ...] = ("query", "passage")


def unit(vectors: npt.NDArray[np.floating]) -> FloatArray:
    """Each row at length 1."""
    rows: FloatArray = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return rows


class World:
    """What random numbers from one seed give."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        draw = self._random.normal
        self._meanings = draw(size=(VOCABULARY, DIMENSION))  # one vector a word
        means = {
            (side, language): Means(
                (draw(size=DIMENSION) * 0.05).astype(np.float32), (draw(size=DIMENSION) * 0.05).astype(np.float32)
            )
            for side in SIDES
            for language in LANGUAGES
        }
        known = np.arange(0, VOCABULARY, 2, dtype=np.int32)
        self.calibration = Calibration(
            model="world",
            source="random numbers",
            rotation=random_rotation(DIMENSION, seed),
            means=means,
            token_weights={
                language: TokenWeights(known, self._random.uniform(0.1, 3, len(known)).astype(np.float32), 3.5)
                for language in LANGUAGES
            },
            same_language=self._merge(),
            other_language=self._merge(),
            floors=self._random.uniform(-0.2, 0.1, SIGNALS).astype(np.float32),
            certainty=Certainty(draw(size=(2, 4 + SIGNALS)).astype(np.float32), -5.0),
        )

    def _merge(self) -> Merge:
        draw = self._random.normal
        return Merge(draw(size=(2, 3 * SIGNALS)).astype(np.float32), draw(size=4).astype(np.float32))

    def entry(self, id_: str, group: str, language: str) -> IndexEntry:
        """A passage of one to twelve words."""
        ids = self._random.integers(0, VOCABULARY, self._random.integers(1, 13))
        return self.entry_of(id_, group, language, ids)

    def entry_of(self, id_: str, group: str, language: str, ids: npt.NDArray[np.integer]) -> IndexEntry:
        """A passage of these words; its vectors have some noise of their own."""
        noisy = unit(self._meanings[ids] + self._random.normal(size=(len(ids), DIMENSION)))
        centred = self.calibration.centred(noisy, "passage", language, token=True)
        terms = tuple(f"{language}{number}" for number in ids.tolist())
        return IndexEntry(
            id_, group, language, terms, unit(noisy.mean(axis=0)), pack(centred, self.calibration.rotation)
        )

    def question(self, language: str, length: int = 4) -> IndexQuery:
        """A question of `length` words, all of them content."""
        ids = self._random.integers(0, VOCABULARY, length).astype(np.int32)
        terms = tuple(f"{language}{number}" for number in ids.tolist())
        return IndexQuery(language, terms, self._encoded(ids), terms)

    def _encoded(self, ids: npt.NDArray[np.int32]) -> Encoded:
        tokens = unit(self._meanings[ids] + self._random.normal(size=(len(ids), DIMENSION)))
        sentence = unit(tokens.mean(axis=0)) if len(ids) else np.zeros(DIMENSION, np.float32)
        return Encoded(sentence, tokens, ids, np.zeros((len(ids), 2), np.int32))

    def renamed(self, question: IndexQuery, count: int = 3) -> IndexQuery:
        """The question with `count` other names for runs of its words, each of one to three words."""
        return replace(question, alternatives=tuple(self._alternative(question.terms) for _ in range(count)))

    def translated(self, question: IndexQuery) -> IndexQuery:
        """The question in the other language too, some of its words."""
        (other,) = {*LANGUAGES} - {question.language}
        put = QueryTranslation(self._encoded(question.encoded.ids[:3]), 0.75)
        return replace(question, translations={other: put})

    def _alternative(self, terms: tuple[str, ...]) -> QueryAlternative:
        begin = self._random.integers(0, len(terms))
        language = LANGUAGES[self._random.integers(0, 2)]
        ids = self._random.integers(0, VOCABULARY, self._random.integers(1, 4)).tolist()
        covers = terms[begin : begin + self._random.integers(1, 4)]
        weight = float(self._random.choice([1.0, 0.8, 0.35]))
        return QueryAlternative(covers, tuple(f"{language}{number}" for number in ids), weight)

    def pick(self, choices: list[str], most: int) -> list[str]:
        """Up to `most` of the choices."""
        return [str(one) for one in self._random.permutation(choices)[: self._random.integers(0, most + 1)]]
