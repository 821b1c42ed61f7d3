"""How well a knowledge base finds, by the measures of bilingual retrieval over any BEIR folder.

Every figure comes through `KnowledgeBase.search`, over a mixed pool of both languages:

- pair_map: both versions of the answer are relevant; mean average precision (LAReQA, Roy et al., 2020)
- only_other_mrr10: the version in the query's language is taken out; reciprocal rank of the other in the first 10
- only_same_mrr10: the version in the other language is taken out
- cross_r1, same_r1: the pool is filtered to one language; share of queries with the answer on top
- no_answer_auroc: how well the shown strength of the first result tells queries with an answer from the same
  queries with every version of it taken out
- sentence_hit: share of answering documents whose marked sentence holds the middle of the answer

Intervals are 95 % percentile bootstrap over queries.
"""

from __future__ import annotations

import json
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
from kb.evaluation.beir import EvaluationSet
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


def evaluate(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None = None,
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda queries: queries,
) -> Report:
    """Evaluate in a throw-away knowledge base with the model and the calibration of `settings`."""
    (report,) = _evaluated(data, settings, encoder, {data.name: InMemoryIndex}, progress)
    return report


def ablate(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None = None,
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda queries: queries,
) -> tuple[Report, ...]:
    """One report for each step of the search, named after it, each step on top of those before it."""
    return tuple(_evaluated(data, settings, encoder, STEPS, progress))


def _evaluated(
    data: EvaluationSet,
    settings: Settings,
    encoder: Encoder | None,
    indexes: Mapping[str, MakeIndex],
    progress: Callable[[Iterable[str]], Iterable[str]],
) -> Iterator[Report]:
    """A report for each index, all over one throw-away home and with one model."""
    with tempfile.TemporaryDirectory(prefix="saphan-eval-") as home:
        here = _elsewhere(settings, Path(home))
        with closing(KnowledgeBase(here, encoder)) as filled:
            ids = _fill(filled, data)
            model = _Remembering(filled.model.encoder, [one.text for one in data.queries.values()])
        for name, make_index in indexes.items():
            with closing(KnowledgeBase(here, model, make_index)) as base:
                bench, tally = _Bench(base, data, ids), _Tally()
                for query in progress(data.queries):
                    bench.ask(query, tally)
            yield Report(name, _figures(tally), _verdicts(tally))


class _Remembering:
    """An encoder that has encoded some queries beforehand, in batches, which takes a fraction of the time."""

    def __init__(self, encoder: Encoder, queries: Sequence[str]) -> None:
        self._encoder = encoder
        self.name, self.dimension, self.count_tokens = encoder.name, encoder.dimension, encoder.count_tokens
        texts = [normalise(one) for one in queries]
        self._known = dict(zip(texts, encoder.encode(texts, "query"), strict=True))

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        """The vectors of the texts; queries are looked up if they are known."""
        for text in texts:
            if side == "query" and text in self._known:
                yield self._known[text]
            else:
                yield from self._encoder.encode([text], side)


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
        language = self._data.queries[query].language
        other = next(one for one in LANGUAGES if one != language)
        own_ids = self._ids(self._data.relevant_in(query, language))
        other_ids = self._ids(self._data.relevant_in(query, other))
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
