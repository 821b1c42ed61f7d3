"""Makes a calibration from bilingual texts and queries: what `kb calibrate` runs, in minutes on a laptop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from index.calibration import SEED, Calibration, means_of, neutral, token_weights_of
from index.encoder import Encoded, Encoder, Side
from index.in_memory import InMemoryIndex
from index.late_interaction import pack, random_rotation
from index.models import IndexEntry, IndexQuery, QueryAlternative, QueryTranslation
from index.training.ranking_fit import Observations, fit, observed


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """A passage of the texts to learn from; `document` is the one that it is from."""

    text: str
    language: str
    document: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingQuery:
    """A query of the texts to learn from, as `IndexQuery` has it; `answers` grades the documents that answer, 1 or 2.

    `translations` are the texts of the query in other languages, each with the share that could be translated.
    """

    text: str
    language: str
    terms: tuple[str, ...]
    answers: Mapping[str, int]
    content: tuple[str, ...] = ()
    alternatives: tuple[QueryAlternative, ...] = ()
    translations: Mapping[str, tuple[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A collection with the queries that are put to it."""

    passages: tuple[TrainingPassage, ...]
    queries: tuple[TrainingQuery, ...]


def learn(
    encoder: Encoder, sets: Sequence[TrainingSet], source: str, vectors: Calibration | None = None
) -> Calibration:
    """Learn means, token weights, the merges and the certainty.

    With `vectors`, only the merges and the certainty are learnt: stored vectors stay as they are. Every language needs
    passages, and queries with answers among them. Whether a query has an answer in another language need not be known
    (`index.training.ranking_fit.fit`).
    """
    draft = vectors or _vectors(encoder, sets)
    return refitted(draft, [one for those in sets for one in observe(draft, encoder, those)], source)


def refitted(draft: Calibration, observations: Sequence[Observations], source: str) -> Calibration:
    """A calibration with the merges and the certainty that are learnt from what its queries found."""
    same, other, floors, certainty = fit(observations)
    return replace(draft, source=source, same_language=same, other_language=other, floors=floors, certainty=certainty)


def _vectors(encoder: Encoder, sets: Sequence[TrainingSet]) -> Calibration:
    """A calibration with the means and token weights of the texts."""
    by: dict[tuple[Side, str], list[Encoded]] = {}
    for those in sets:
        sides: tuple[tuple[Side, Sequence[TrainingPassage | TrainingQuery]], ...] = (
            ("passage", those.passages),
            ("query", those.queries),
        )
        for side, samples in sides:
            vectors = encoder.encode((one.text for one in samples), side)
            for sample, encoded in zip(samples, vectors, strict=True):
                by.setdefault((side, sample.language), []).append(encoded)
    languages = sorted({language for _, language in by})
    return replace(
        neutral(encoder.name, encoder.dimension, languages),
        rotation=random_rotation(encoder.dimension, SEED).astype(np.float16).astype(np.float32),
        means={key: means_of(those) for key, those in by.items()},
        token_weights={language: token_weights_of(by["passage", language]) for language in languages},
    )


def observe(draft: Calibration, encoder: Encoder, those: TrainingSet) -> list[Observations]:
    """What a search of the set finds for each of its queries, with the vectors of `draft`."""
    index = InMemoryIndex(encoder.dimension, draft)
    entries: dict[str, list[IndexEntry]] = {}
    passages = encoder.encode((one.text for one in those.passages), "passage")
    for passage, vectors in zip(those.passages, passages, strict=True):
        tokens = draft.centred(vectors.tokens, "passage", passage.language, token=True)
        its = entries.setdefault(passage.document, [])
        its.append(
            IndexEntry(
                f"{passage.document}-{len(its)}",
                passage.document,
                passage.language,
                passage.terms,
                vectors.sentence,
                pack(tokens, draft.rotation),
            )
        )
    for document, its in entries.items():
        index.replace(document, its)
    texts = [(query, language) for query in those.queries for language in query.translations]
    put = encoder.encode((query.translations[language][0] for query, language in texts), "query")
    translated = {(id(query), language): one for (query, language), one in zip(texts, put, strict=True)}
    found = []
    queries = encoder.encode((one.text for one in those.queries), "query")
    for query, vectors in zip(those.queries, queries, strict=True):
        translations = {
            language: QueryTranslation(translated[id(query), language], share)
            for language, (_, share) in query.translations.items()
        }
        asked = IndexQuery(query.language, query.terms, vectors, query.content, query.alternatives, translations)
        found.append(observed(asked, index.signals(asked), query.answers))
    return found
