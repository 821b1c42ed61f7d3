"""Makes a calibration from bilingual texts and queries: what `kb calibrate` runs, in minutes on a laptop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.bm25 import BM25Index
from index.calibration import SEED, Calibration, means_of, neutral, token_weights_of
from index.encoder import Encoded, Encoder, Side
from index.late_interaction import late_interaction, pack, random_rotation
from index.training.logistic_fit import Observations, fit

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainingSample:
    """A passage or a query of the texts to learn from.

    `documents` of a passage holds the one that it is from, `documents` of a query those that answer it.
    """

    text: str
    language: str
    documents: frozenset[str]
    terms: tuple[str, ...]


def learn(
    encoder: Encoder, passages: Sequence[TrainingSample], queries: Sequence[TrainingSample], source: str
) -> Calibration:
    """Learn means, token weights, the merges and the certainty.

    Every language needs passages, and queries with answers among them. Whether a query has an answer in
    another language need not be known (`index.training.logistic_fit.fit`).
    """
    languages = sorted({sample.language for sample in passages})
    encoded_passages = list(encoder.encode((sample.text for sample in passages), "passage"))
    encoded_queries = list(encoder.encode((sample.text for sample in queries), "query"))
    sides: tuple[tuple[Side, Sequence[TrainingSample], list[Encoded]], ...] = (
        ("query", queries, encoded_queries),
        ("passage", passages, encoded_passages),
    )
    by = {
        (side, language): [one for sample, one in zip(samples, encoded, strict=True) if sample.language == language]
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
    seen = _observations(draft, passages, encoded_passages, queries, encoded_queries)
    same, other, certainty = fit(seen)
    return replace(draft, same_language=same, other_language=other, certainty=certainty)


def _observations(
    draft: Calibration,
    passages: Sequence[TrainingSample],
    encoded_passages: list[Encoded],
    queries: Sequence[TrainingSample],
    encoded_queries: list[Encoded],
) -> Observations:
    parts = []
    for language in draft.languages:
        rows = [i for i, sample in enumerate(passages) if sample.language == language]
        words, packed = BM25Index(), []
        for at, i in enumerate(rows):
            words.add(at, passages[i].terms)
            centred = draft.centred(encoded_passages[i].tokens, "passage", language, token=True)
            packed.append(pack(centred, draft.rotation))
        starts = np.cumsum([0, *(len(one) for one in packed[:-1])]).astype(np.int64)
        together = np.concatenate(packed)
        documents = np.array([min(passages[i].documents) for i in rows])
        for number, (query, encoded) in enumerate(zip(queries, encoded_queries, strict=True)):
            tokens, weights = draft.query_tokens(encoded, query.language)
            late = late_interaction(tokens, weights, together, starts)
            covered = np.zeros(len(rows), np.float32)
            matched, coverage = words.match(query.terms)
            covered[matched] = coverage
            best = _best_passages(late.whole, documents)
            parts.append(
                Observations(
                    np.full(len(best), number),
                    np.stack([late.whole, late.window, covered], axis=1)[best],
                    np.full(len(best), query.language != language),
                    np.isin(documents[best], sorted(query.documents)),
                )
            )
    return Observations(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("query", "signals", "other", "answers"))
    )


def _best_passages(late: FloatArray, documents: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """For each document the row of its passage with the best late interaction, which stands for it."""
    order = np.lexsort((-late, documents))
    return order[np.unique(documents[order], return_index=True)[1]]
