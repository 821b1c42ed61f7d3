"""The sample documents, as they are described and found with the bundled model."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from tests.conftest import ROOT

pytestmark = pytest.mark.model

QUESTION = re.compile(r"\| \d+ \| (?P<asked>en|th) \| (?P<text>.+?) \| (?P<first>.+?) \| (?P<answer>\w+) \|")
PAIRS = {
    frozenset(pair)
    for pair in (
        ("bangkok-forum.en.html", "bangkok-forum.th.html"),
        ("makati-forum.en.md", "makati-forum.th.html"),
        ("village-coffee-roaster.en.md", "village-coffee-roaster.th.md"),
        ("cacao-innovation-centre.en.html", "cacao-innovation-centre.th.txt"),
        ("best-practices-2020-summary.en.md", "best-practices-2020-summary.th.docx"),
    )
}


@pytest.fixture(scope="module")
def names(sample_files: dict[str, str]) -> dict[str, str]:
    """The name of the file of each document by its id."""
    return {one: Path(file).name for one, file in sample_files.items()}


def test_what_the_samples_are(sample_base: KnowledgeBase) -> None:
    documents = sample_base.catalogue.documents()
    assert len(documents) == 40
    assert all(one.sample and one.title and one.date and one.economies for one in documents)
    assert all(one.date is not None and one.date[:4] in {"2019", "2020"} for one in documents)
    languages = Counter(one.language for one in documents)
    assert abs(languages["en"] - languages["th"]) <= 4
    assert {one.kind.value for one in documents} == {"release", "transcript", "case", "mentoring", "report"}
    assert sample_base.verify() == ()


def test_translations_are_recognised_and_nothing_else(sample_base: KnowledgeBase, names: dict[str, str]) -> None:
    found = {
        frozenset((names[one.id], names[other.document.id]))
        for one in sample_base.catalogue.documents()
        for other in sample_base.searcher.related(one.id)
        if other.same_story
    }
    assert found == PAIRS


def test_the_example_questions_find_their_answers(sample_base: KnowledgeBase, names: dict[str, str]) -> None:
    first: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for line in (ROOT / "tests" / "golden" / "sample-queries.md").read_text(encoding="utf-8").splitlines():
        if question := QUESTION.match(line):
            wanted = {one.strip().split("/")[-1].split("#")[0] for one in question["first"].split(",")}
            page = sample_base.searcher.search(SearchQuery(question["text"], limit=1))
            asked[question["answer"]] += 1
            first[question["answer"]] += names[page.results[0].document.id] in wanted
    assert asked == {"other": 12, "same": 8, "both": 4}
    assert first["other"] >= 10
    assert first["same"] >= 6
    assert first["both"] >= 2


@pytest.mark.parametrize("text", ["quantum chromodynamics on the lattice", "การผ่าตัดหัวใจ", "football world cup"])
def test_what_is_not_there_is_said_to_be_weak(sample_base: KnowledgeBase, text: str) -> None:
    assert {result.verdict for result in sample_base.searcher.search(SearchQuery(text)).results} == {"weak"}


def test_an_exact_name_finds_its_passages_in_both_languages(sample_base: KnowledgeBase) -> None:
    for name in ("SMEA", "สสว."):
        page = sample_base.searcher.search(SearchQuery(name, limit=3))
        assert all(name.strip(".") in hit.passage.text for result in page.results for hit in result.passages[:1])
