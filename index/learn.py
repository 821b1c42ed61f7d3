"""Makes a calibration from bilingual texts and queries: what `kb calibrate` runs, in minutes on a laptop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.calibration import SEED, Calibration, Merge, means_of, neutral, token_weights_of
from index.encoder import Encoded, Encoder, Side
from index.lexical import LexicalIndex
from index.tokens import late_interaction, pack, random_rotation

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """A passage or a query of the texts to learn from.

    `stories` of a passage is the one document that it is from, those of a query the documents that answer it.
    """

    text: str
    language: str
    stories: frozenset[str]
    terms: tuple[str, ...]


def learn(
    encoder: Encoder, passages: Sequence[Sample], queries: Sequence[Sample], source: str
) -> Calibration:
    """Learn means, token weights and the merge. Every language needs passages and queries."""
    languages = sorted({sample.language for sample in passages})
    encoded_passages = list(encoder.encode((sample.text for sample in passages), "passage"))
    encoded_queries = list(encoder.encode((sample.text for sample in queries), "query"))
    sides: tuple[tuple[Side, Sequence[Sample], list[Encoded]], ...] = (
        ("query", queries, encoded_queries),
        ("passage", passages, encoded_passages),
    )
    by = {
        (side, language): [
            one for sample, one in zip(samples, encoded, strict=True) if sample.language == language
        ]
        for side, samples, encoded in sides
        for language in languages
    }
    draft = replace(
        neutral(encoder.name, encoder.dimension, languages),
        source=source,
        rotation=random_rotation(encoder.dimension, SEED).astype(np.float16).astype(np.float32),
        means={key: means_of(encoded) for key, encoded in by.items()},
        token_weights={language: token_weights_of(by["passage", language]) for language in languages},
    )
    table = _features(draft, passages, encoded_passages, queries, encoded_queries)
    return replace(
        draft,
        same_language=_fit(table.kept(other=False)),
        other_language=_fit(table.kept(other=True)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One row for each query and story in one language: its features, and whether it answers."""

    late: FloatArray
    words: FloatArray
    other: npt.NDArray[np.bool_]
    answers: npt.NDArray[np.bool_]

    def kept(self, *, other: bool) -> _Table:
        """The rows whose story is (or is not) in another language than the query."""
        rows = self.other == other
        return _Table(self.late[rows], self.words[rows], self.other[rows], self.answers[rows])


def _features(
    draft: Calibration,
    passages: Sequence[Sample],
    encoded_passages: list[Encoded],
    queries: Sequence[Sample],
    encoded_queries: list[Encoded],
) -> _Table:
    parts = []
    for language in draft.languages:
        rows = [i for i, sample in enumerate(passages) if sample.language == language]
        words = LexicalIndex()
        packed = []
        for at, i in enumerate(rows):
            words.add(at, passages[i].terms)
            centred = draft.centred(encoded_passages[i].tokens, "passage", language, token=True)
            packed.append(pack(centred, draft.rotation))
        starts = np.cumsum([0, *(len(one) for one in packed[:-1])]).astype(np.int64)
        together = np.concatenate(packed)
        stories = np.array([min(passages[i].stories) for i in rows])
        for query, encoded in zip(queries, encoded_queries, strict=True):
            tokens = draft.centred(encoded.tokens, "query", query.language, token=True) @ draft.rotation
            weights = draft.token_weights[query.language].of(encoded.ids)
            late = late_interaction(tokens, weights, together, starts)
            covered = np.zeros(len(rows), np.float32)
            matched, coverage = words.match(query.terms)
            covered[matched] = coverage
            parts.append(_best_of_stories(query, language, late, covered, stories))
    return _Table(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("late", "words", "other", "answers")
        )
    )


def _best_of_stories(
    query: Sample, language: str, late: FloatArray, words: FloatArray, stories: npt.NDArray[np.str_]
) -> _Table:
    """Each story stands for its passage with the best late interaction, as a document does for its own."""
    order = np.lexsort((-late, stories))
    first = order[np.unique(stories[order], return_index=True)[1]]
    other = np.full(len(first), query.language != language)
    return _Table(late[first], words[first], other, np.isin(stories[first], sorted(query.stories)))


def _fit(table: _Table) -> Merge:
    """Logistic regression whose weights are not negative: a feature that would be is left out."""
    from sklearn.linear_model import LogisticRegression

    features = np.stack([table.late, table.words], axis=1)
    fitted = LogisticRegression(C=10, max_iter=1000).fit(features, table.answers)
    late, words = fitted.coef_[0].tolist()
    if words < 0:
        fitted = LogisticRegression(C=10, max_iter=1000).fit(features[:, :1], table.answers)
        late, words = float(fitted.coef_[0][0]), 0.0
    return Merge(late, words, float(fitted.intercept_[0]))
