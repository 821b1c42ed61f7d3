"""How well a knowledge base finds, by the measures of bilingual retrieval over any BEIR folder.

Every figure comes through `KnowledgeBase.search`, over a mixed pool of both languages:

- pair_map: both versions of the answer are relevant; mean average precision (LAReQA, Roy et al., 2020)
- only_other_mrr10: the version in the query's language is taken out; reciprocal rank of the other in the first 10
- only_same_mrr10: the version in the other language is taken out
- cross_r1, same_r1: the pool is filtered to one language; share of queries with the answer on top
- no_answer_auroc: how well the shown strength of the first result tells queries with an answer from the same
  queries with every version of it taken out
- sentence_hit: share of answering documents whose marked sentence holds the middle of the answer

Of sets that say of what kind their queries are, by kind, and by where the answers are: in the query's language only
("same"), in the other only ("cross"), in both:

- ndcg10: normalised discounted cumulative gain of the first 10, with gains 2^grade - 1 (Järvelin & Kekäläinen, 2002)
- first_place: share of queries with a direct answer on top
- strong_right, weak_right, strong_wrong: what the first result is called where it answers directly, and where not
- strong_none, possible_none: the same for queries that nothing answers

Intervals are 95 % percentile bootstrap over queries.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from index.ablation import STEPS
from index.encoder import Encoded, Encoder, Side
from index.in_memory import InMemoryIndex
from index.models import MakeIndex
from ingest.text.normalise import normalise
from kb.embedding.calibration import file_for
from kb.evaluation.beir import NOTHING, EvaluationSet
from kb.knowledge_base import KnowledgeBase
from kb.models import LANGUAGES, ResultPage, SearchQuery, SearchResult, Strength
from kb.search.results import verdict_of
from kb.settings import Settings

DEEP = 100  # results asked for where the rank of every answer counts
RESAMPLES = 1000

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its interval; `queries` says over how many."""

    value: float
    low: float
    high: float
    queries: int


@dataclass(frozen=True, slots=True)
class Report:
    """Measures by name, then by query language, or by query and passage language ("en-th") for sentence_hit.

    `verdicts` has the shares of queries whose first result is called strong, possible, weak: by query language,
    with the answer in the pool (True) and without it (False).
    """

    name: str
    measures: dict[str, dict[str, Figure]]
    verdicts: dict[tuple[str, bool], dict[Strength, float]]

    def as_json(self) -> dict[str, dict[str, dict[str, float]]]:
        """The contract of `kb eval --json`."""
        return {
            measure: {key: {"value": one.value, "low": one.low, "high": one.high} for key, one in figures.items()}
            for measure, figures in self.measures.items()
        }


@dataclass(slots=True)
class _Tally:
    """Values of each measure and key, one a query."""

    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    with_answer: dict[str, list[float]] = field(default_factory=dict)
    without: dict[str, list[float]] = field(default_factory=dict)

    def add(self, measure: str, key: str, value: float) -> None:
        self.values.setdefault((measure, key), []).append(value)


Progress = Callable[[Iterable[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Fold:
    """Queries that are measured with one calibration: a file, or "" for that of the settings."""

    queries: tuple[str, ...]
    calibration: str = ""


def evaluate(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None = None,
    progress: Progress = lambda queries: queries,
    folds: Sequence[Fold] = (),
) -> Report:
    """Evaluate in a throw-away knowledge base with the model of `settings`, and its calibration or those of `folds`."""
    (report,) = _evaluated(data, settings, encoder, {data.name: InMemoryIndex}, progress, folds)
    return report


def ablate(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None = None,
    progress: Progress = lambda queries: queries,
    folds: Sequence[Fold] = (),
) -> tuple[Report, ...]:
    """One report for each step of the search, named after it, each step on top of those before it."""
    return tuple(_evaluated(data, settings, encoder, STEPS, progress, folds))


def _evaluated(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None,
    indexes: Mapping[str, MakeIndex],
    progress: Progress,
    folds: Sequence[Fold],
) -> Iterator[Report]:
    """A report for each index, all over one throw-away home and with one model."""
    with tempfile.TemporaryDirectory(prefix="saphan-eval-") as home:
        here = _elsewhere(settings, Path(home))
        with closing(KnowledgeBase(here, encoder)) as filled:
            ids = _fill(filled, data)
            model = RememberingEncoder(filled.model.encoder, [one.text for one in data.queries.values()])
        for name, make_index in indexes.items():
            tally = _Tally()
            for fold in folds or [Fold(tuple(data.queries))]:
                with closing(KnowledgeBase(_calibrated(here, fold), model, make_index)) as base:
                    bench = _Bench(base, data, ids)
                    for query in progress(fold.queries):
                        bench.ask(query, tally)
            yield Report(name, _figures(tally), _verdicts(tally))


def _calibrated(settings: Settings, fold: Fold) -> Settings:
    return replace(settings, calibration=fold.calibration) if fold.calibration else settings


class RememberingEncoder:
    """An encoder that remembers what it has encoded; some queries beforehand, in batches, which takes less time."""

    def __init__(self, encoder: Encoder, queries: Sequence[str] = ()) -> None:
        self._encoder = encoder
        self.name, self.dimension, self.count_tokens = encoder.name, encoder.dimension, encoder.count_tokens
        self._known: dict[tuple[str, Side], Encoded] = {}
        list(self.encode(map(normalise, queries), "query"))

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        """The vectors of the texts; those that are known are looked up."""
        asked = list(texts)
        new = [text for text in dict.fromkeys(asked) if (text, side) not in self._known]
        for text, encoded in zip(new, self._encoder.encode(new, side), strict=True):
            self._known[text, side] = encoded
        return iter([self._known[text, side] for text in asked])


def _fill(base: KnowledgeBase, data: EvaluationSet) -> dict[str, str]:
    """Bring in the documents of a set; their ids in the knowledge base by their ids in the set."""
    lines = (json.dumps({"id": one.id, "text": one.text}, ensure_ascii=False) for one in data.documents.values())
    added = base.ingestor.add("\n".join(lines).encode(), name=f"{data.name}.jsonl")
    return {one: there.document_id for one, there in zip(data.documents, added, strict=True)}


def _elsewhere(settings: Settings, home: Path) -> Settings:
    """The same settings for a throw-away home, with the calibration that the real one uses."""
    return replace(settings, home=home, calibration=str(file_for(settings) or ""))


class _Bench:
    """A knowledge base filled with the documents of a set, and the questions put to it."""

    def __init__(self, base: KnowledgeBase, data: EvaluationSet, ids: Mapping[str, str]) -> None:
        self._base, self._data, self._id = base, data, ids

    def ask(self, query: str, tally: _Tally) -> None:
        """Put one query in all the ways that the measures need."""
        if self._data.kinds:
            self._ask_graded(query, tally)
            return
        language = self._data.queries[query].language
        other = next(one for one in LANGUAGES if one != language)
        own_ids = self._ids(self._data.answering_in(query, language))
        other_ids = self._ids(self._data.answering_in(query, other))
        mixed = self._search(query, limit=DEEP)
        without = self._search(query, limit=1, excluded_documents=own_ids | other_ids)
        tally.with_answer.setdefault(language, []).append(_strength(mixed))
        tally.without.setdefault(language, []).append(_strength(without))
        if own_ids and other_ids:
            tally.add("pair_map", language, _average_precision(mixed, own_ids | other_ids))
            without_own = self._search(query, excluded_documents=own_ids)
            tally.add("only_other_mrr10", language, _reciprocal_rank(without_own, other_ids))
            without_other = self._search(query, excluded_documents=other_ids)
            tally.add("only_same_mrr10", language, _reciprocal_rank(without_other, own_ids))
        for measure, pool, wanted in (("same_r1", language, own_ids), ("cross_r1", other, other_ids)):
            if wanted:
                page = self._search(query, languages=(pool,))
                tally.add(measure, language, _reciprocal_rank(page, wanted, within=1))
                self._check_sentence(query, pool, wanted, page, tally)

    def _ask_graded(self, query: str, tally: _Tally) -> None:
        page, kind = self._search(query, limit=DEEP), self._data.kinds[query]
        language, called = self._data.queries[query].language, page.results[0].verdict if page.results else "weak"
        if kind == NOTHING:
            for verdict in ("strong", "possible"):
                tally.add(f"{verdict}_none", "all", float(called == verdict))
            return
        grades = {self._id[one]: grade for one, grade in self._data.grades[query].items()}
        right = bool(page.results) and grades.get(page.results[0].document.id, 0) == 2
        spoken = {self._data.documents[one].language for one in self._data.answering(query)}
        where = "same" if spoken == {language} else "both" if language in spoken else "cross"
        for key in ("all", kind, f"{where} {language}"):
            tally.add("ndcg10", key, _ndcg([one.document.id for one in page.results[:10]], grades))
            tally.add("first_place", key, float(right))
        for key in ("all", kind):
            tally.add(f"strong_{'right' if right else 'wrong'}", key, float(called == "strong"))
            if right:
                tally.add("weak_right", key, float(called == "weak"))

    def _check_sentence(self, query: str, pool: str, wanted: frozenset[str], page: ResultPage, tally: _Tally) -> None:
        """Whether the marked sentence of the answering document in one language holds the answer."""
        language = self._data.queries[query].language
        twin = query if pool == language else pool + query.removeprefix(language)
        answer = self._data.answers.get(twin)
        if answer is None or self._id[answer.document] not in wanted:
            return
        text = self._data.documents[answer.document].text
        middle = len(normalise(text[: (answer.start + answer.end) // 2 + 1])) - 1
        found = [one for one in page.results if one.document.id == self._id[answer.document]]
        hit = bool(found) and _holds(found[0], middle)
        tally.add("sentence_hit", f"{language}-{pool}", float(hit))

    def _ids(self, documents: Iterable[str]) -> frozenset[str]:
        return frozenset(self._id[one] for one in documents)

    def _search(
        self,
        query: str,
        limit: int = 10,
        languages: tuple[str, ...] = (),
        excluded_documents: frozenset[str] = frozenset(),
    ) -> ResultPage:
        text = self._data.queries[query].text
        asked = SearchQuery(text, languages=languages, limit=limit, excluded_documents=excluded_documents)
        return self._base.searcher.search(asked)


def _strength(page: ResultPage) -> float:
    return page.results[0].strength if page.results else 0.0


def _ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    def gained(those: Iterable[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(those, start=1))

    return gained(grades.get(one, 0) for one in found) / gained(sorted(grades.values(), reverse=True)[:10])


def _average_precision(page: ResultPage, relevant: frozenset[str]) -> float:
    found, total = 0, 0.0
    for rank, result in enumerate(page.results, start=1):
        if result.document.id in relevant:
            found += 1
            total += found / rank
    return total / len(relevant)


def _reciprocal_rank(page: ResultPage, relevant: frozenset[str], within: int = 10) -> float:
    for rank, result in enumerate(page.results[:within], start=1):
        if result.document.id in relevant:
            return 1 / rank
    return 0.0


def _holds(result: SearchResult, place: int) -> bool:
    sentence = result.passages[0].evidence.sentence
    return sentence.start <= place < sentence.end


def _figures(tally: _Tally) -> dict[str, dict[str, Figure]]:
    measures: dict[str, dict[str, Figure]] = {}
    for (measure, key), values in sorted(tally.values.items()):
        measures.setdefault(measure, {})[key] = _bootstrap(np.mean, [values])
    if tally.with_answer:
        measures["no_answer_auroc"] = {
            key: _bootstrap(auroc, [tally.with_answer[key], tally.without[key]]) for key in sorted(tally.with_answer)
        }
    return measures


def _verdicts(tally: _Tally) -> dict[tuple[str, bool], dict[Strength, float]]:
    shares = {}
    for language in sorted(tally.with_answer):
        for answered, strengths in ((True, tally.with_answer), (False, tally.without)):
            called = Counter(map(verdict_of, strengths[language]))
            shares[language, answered] = {name: called[name] / called.total() for name in get_args(Strength)}
    return shares


def auroc(with_answer: FloatArray, without: FloatArray) -> float:
    """The chance that a value drawn from the first is above one drawn from the second, ties counted half."""
    ordered = np.sort(without)
    below = np.searchsorted(ordered, with_answer, side="left")
    up_to = np.searchsorted(ordered, with_answer, side="right")
    return float((below + up_to).mean() / 2 / len(without))


def _bootstrap(measure: Callable[..., float], samples: Sequence[Sequence[float]]) -> Figure:
    """A measure of paired samples with its 95 % interval over resampled queries."""
    arrays = [np.array(sample) for sample in samples]
    count = len(arrays[0])
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        chosen = random.integers(0, count, count)
        drawn.append(measure(*(array[chosen] for array in arrays)))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(float(measure(*arrays)), float(low), float(high), count)
