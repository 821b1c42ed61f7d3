"""The measures against examples worked by hand, and an evaluation from end to end on ten documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ablation import STEPS
from index.calibration import Signals, neutral, simple_merge
from kb.cli import output
from kb.evaluation.beir import load
from kb.evaluation.evaluate import Report, _average_precision, _bootstrap, _reciprocal_rank, ablate, auroc, evaluate
from kb.models import DocumentSummary, Facets, Kind, ResultPage, SearchQuery, SearchResult
from kb.search.searcher import Searcher
from kb.settings import Settings
from tests.support.beir_set import write_villages
from tests.support.encoder import WordEncoder

LANGUAGES = ("en", "th")
MEASURES = {
    "pair_map": LANGUAGES,
    "only_other_mrr10": LANGUAGES,
    "only_same_mrr10": LANGUAGES,
    "cross_r1": LANGUAGES,
    "same_r1": LANGUAGES,
    "no_answer_auroc": LANGUAGES,
    "sentence_hit": ("en-en", "en-th", "th-en", "th-th"),
}


def page(ids: str) -> ResultPage:
    """A page whose results are documents of one letter each."""
    about = DocumentSummary(
        id="",
        version=1,
        title="",
        kind=Kind.CASE,
        language="en",
        languages=("en",),
        date=None,
        event=None,
        economies=(),
        organisations=(),
        themes=(),
        source="",
        format="text",
        sample=False,
        added_at=datetime.now(UTC),
    )
    results = tuple(SearchResult(replace(about, id=one), 0.0, 0.0, "weak", ()) for one in ids)
    return ResultPage(SearchQuery(""), "en", len(ids), results, Facets(), 0.0)


@pytest.mark.parametrize(
    ("found", "relevant", "wanted"),
    [
        ("ab", "ab", 1.0),
        ("axb", "ab", (1 + 2 / 3) / 2),
        ("xaxb", "ab", (1 / 2 + 2 / 4) / 2),
        ("xxa", "ab", (1 / 3) / 2),  # the other was not found: it adds nothing
        ("xyz", "ab", 0.0),
        ("", "ab", 0.0),
        ("xa", "a", 1 / 2),
    ],
)
def test_average_precision(found: str, relevant: str, wanted: float) -> None:
    assert _average_precision(page(found), frozenset(relevant)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("found", "relevant", "within", "wanted"),
    [
        ("abc", "a", 10, 1.0),
        ("xya", "a", 10, 1 / 3),
        ("xba", "ab", 10, 1 / 2),  # the first that counts
        ("xxxxxxxxxa", "a", 10, 1 / 10),
        ("xxxxxxxxxxa", "a", 10, 0.0),
        ("xa", "a", 1, 0.0),
        ("ax", "a", 1, 1.0),
        ("", "a", 10, 0.0),
    ],
)
def test_reciprocal_rank(found: str, relevant: str, within: int, wanted: float) -> None:
    assert _reciprocal_rank(page(found), frozenset(relevant), within=within) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("with_answer", "without", "wanted"),
    [
        ([2, 3], [0, 1], 1.0),
        ([0, 1], [2, 3], 0.0),
        ([1], [1], 0.5),
        ([1, 2, 2], [2, 0], (0 + 1 + 0.5 + 1 + 0.5 + 1) / 6),
        ([0, 0, 0], [0, 0], 0.5),
    ],
)
def test_auroc(with_answer: list[float], without: list[float], wanted: float) -> None:
    assert auroc(np.array(with_answer), np.array(without)) == pytest.approx(wanted)


VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12)


@given(VALUES, VALUES)
def test_auroc_counts_pairs(with_answer: list[float], without: list[float]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in with_answer for other in without]
    assert auroc(np.array(with_answer), np.array(without)) == pytest.approx(np.mean(pairs))
    assert auroc(np.array(without), np.array(with_answer)) == pytest.approx(1 - np.mean(pairs))


def test_the_interval_of_a_constant_is_a_point() -> None:
    found = _bootstrap(np.mean, [[0.7] * 9])
    assert (found.value, found.low, found.high) == pytest.approx((0.7, 0.7, 0.7))
    assert found.queries == 9


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    found = _bootstrap(np.mean, [[0.0, 1.0] * 50])
    assert found.value == 0.5
    half = 1.96 * (0.25 / 100) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half), abs=0.012)
    assert found == _bootstrap(np.mean, [[0.0, 1.0] * 50])


def test_samples_are_drawn_in_pairs() -> None:
    values = np.random.default_rng(0).normal(size=50)
    found = _bootstrap(lambda one, other: float((one - other).mean()), [values, values - 1])
    assert (found.low, found.high) == pytest.approx((1, 1))


def check_shape(report: Report) -> None:
    told = json.loads(output.as_json(report.as_json()))
    assert {measure: tuple(sorted(figures)) for measure, figures in told.items()} == MEASURES
    for figures in told.values():
        for one in figures.values():
            assert one.keys() == {"value", "low", "high"}
            assert 0 <= one["low"] <= one["value"] <= one["high"] <= 1
    table = output.report_text(report)
    assert len(table.splitlines()) == 2 + sum(map(len, MEASURES.values()))
    assert len(output.verdicts_text(report).splitlines()) == 2 + 2 * len(LANGUAGES)
    for shares in report.verdicts.values():
        assert list(shares) == ["strong", "possible", "weak"]
        assert sum(shares.values()) == pytest.approx(1)


def value(report: Report, measure: str, key: str) -> float:
    assert report.measures[measure][key].queries == 5
    return report.measures[measure][key].value


def test_from_end_to_end_with_equal_words_only(tmp_path: Path) -> None:
    data = load(write_villages(tmp_path / "villages"))
    settings = Settings(home=tmp_path / "home")
    asked: list[str] = []
    report = evaluate(data, settings, WordEncoder(), progress=lambda queries: asked.extend(queries) or data.queries)
    assert asked == list(data.queries)
    assert report.name == "villages"
    check_shape(report)
    for language in LANGUAGES:
        assert value(report, "same_r1", language) == 1.0
        assert value(report, "only_same_mrr10", language) == 1.0
        assert value(report, "no_answer_auroc", language) == 1.0
        assert value(report, "sentence_hit", f"{language}-{language}") == 1.0
        assert 0.5 < value(report, "pair_map", language) <= 1
        assert 0 < value(report, "only_other_mrr10", language) <= 1
    assert not (tmp_path / "home").exists()
    again = evaluate(data, settings, WordEncoder())
    assert again == report


def test_what_each_query_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = load(write_villages(tmp_path / "villages"))
    asked: list[SearchQuery] = []
    language_of: dict[str, str] = {}
    search = Searcher.search

    def recorded(searcher: Searcher, query: SearchQuery) -> ResultPage:
        asked.append(query)
        language_of.update({one.id: one.language for one in searcher._reader.summaries()})
        return search(searcher, query)

    monkeypatch.setattr(Searcher, "search", recorded)
    evaluate(data, Settings(home=tmp_path / "home"), WordEncoder())
    for item in data.queries.values():
        other = "th" if item.language == "en" else "en"
        ways = [
            (one.languages, sorted(language_of[id_] for id_ in one.excluded_documents))
            for one in asked
            if one.text == item.text
        ]
        assert sorted(ways) == sorted(
            [((), []), ((), ["en", "th"]), ((), [item.language]), ((), [other]), ((item.language,), []), ((other,), [])]
        )


def test_each_step_is_measured_and_the_last_is_the_whole_search(tmp_path: Path) -> None:
    data = load(write_villages(tmp_path / "villages"))
    settings = Settings(home=tmp_path / "home")
    steps = ablate(data, settings, WordEncoder())
    assert [one.name for one in steps] == list(STEPS)
    whole = evaluate(data, settings, WordEncoder())
    assert steps[-1].measures == whole.measures
    assert steps[0].measures != whole.measures
    rows = output.steps_text(steps).splitlines()
    assert len(rows) == 2 + len(STEPS)
    assert {row.count("|") for row in rows} == {2 + len(MEASURES)}


def test_the_calibration_of_the_home_counts(tmp_path: Path) -> None:
    data = load(write_villages(tmp_path / "villages"))
    home = tmp_path / "home"
    home.mkdir()
    plain = neutral("words", WordEncoder.dimension, LANGUAGES)
    upside_down = replace(plain, same_language=simple_merge(Signals(-8.0, 0.0, 0.0, -8.0, -8.0, 0.0, 0.0), 0.0))
    upside_down.save(home / "calibration.npz")
    report = evaluate(data, Settings(home=home), WordEncoder())
    assert value(report, "same_r1", "en") == value(report, "same_r1", "th") == 0.0
    report = evaluate(data, Settings(home=tmp_path, calibration=str(home / "calibration.npz")), WordEncoder())
    assert value(report, "same_r1", "en") == 0.0
