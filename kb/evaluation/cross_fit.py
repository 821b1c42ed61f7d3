"""Cross-fitting: each query is measured with weights that were learnt without the topic that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.calibration import Calibration
from index.training.calibration import observe, refitted
from index.training.ranking_fit import Observations
from kb.evaluation.beir import EvaluationSet
from kb.evaluation.evaluate import Fold, RememberingEncoder
from kb.evaluation.training_texts import from_evaluation_set
from kb.vocabulary.thesaurus import Thesaurus

FOLDS = 5


def cross_fitted(
    data: EvaluationSet,
    others: Sequence[EvaluationSet],
    encoder: RememberingEncoder,
    thesaurus: Thesaurus,
    vectors: Calibration,
    folder: Path,
) -> tuple[Fold, ...]:
    """The queries of a set in folds, no topic in two of them, each with a calibration that others were learnt from.

    That is learnt from the other folds and the `others`, with the means and token weights of `vectors`, and written to
    `folder`. Queries that have no topic are of one when the same documents answer them, in any language.
    """
    topics = {query: data.topics.get(query) or min(data.grades[query]) for query in data.queries}
    numbers = {topic: number % FOLDS for number, topic in enumerate(sorted(set(topics.values())))}

    def observed(one: EvaluationSet) -> list[Observations]:
        return observe(vectors, encoder, from_evaluation_set(one, encoder.count_tokens, thesaurus))

    rest = [found for one in others for found in observed(one)]
    parts = []
    for fold in range(FOLDS):
        queries = {key: one for key, one in data.queries.items() if numbers[topics[key]] == fold}
        parts.append((tuple(queries), observed(replace(data, queries=queries))))
    folds = []
    for fold, (measured, _) in enumerate(parts):
        learnt = [found for queries, part in parts if queries != measured for found in part]
        path = folder / f"{data.name}-{fold}.npz"
        refitted(vectors, [*learnt, *rest], "").save(path)
        folds.append(Fold(measured, str(path)))
    return tuple(folds)
