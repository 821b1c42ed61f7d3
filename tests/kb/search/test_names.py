"""Names and numbers over the sample documents with the bundled model: by other names, and exactly as written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from index.ablation import WithoutThesaurus
from index.bm25 import places_of
from index.encoder import Encoder
from ingest.text.language import words
from kb.knowledge_base import KnowledgeBase
from kb.models import LANGUAGES, SearchQuery
from tests.conftest import ROOT

pytestmark = pytest.mark.model

ROW = re.compile(r"\| \d+ \| (?P<asked>en|th) \| (?P<text>.+?) \| (?P<found>.+?) \| .+? \|$")
FIRST = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question by name, and the files (with rows of tables) that have what it asks for by another."""

    language: str
    text: str
    found: frozenset[str]


def questions() -> list[Asked]:
    lines = (ROOT / "tests" / "golden" / "name-queries.md").read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if (row := ROW.match(line))]
    return [Asked(row["asked"], row["text"], frozenset(one.strip() for one in row["found"].split(","))) for row in rows]


@pytest.fixture(scope="module")
def files(sample_base: KnowledgeBase, sample_files: dict[str, str]) -> dict[str, str]:
    """The file under samples/, with the row of a table, of each document by its id."""
    cases = ROOT / "samples" / "cases"
    with (cases / "english-cases.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["title"]: f"cases/english-cases.csv#{row['id']}" for row in csv.DictReader(table)}
    for line in (cases / "thai-cases.jsonl").read_text(encoding="utf-8").splitlines():
        rows[json.loads(line)["title"]] = f"cases/thai-cases.jsonl#{json.loads(line)['id']}"
    titles = {one.id: one.title for one in sample_base.catalogue.documents()}
    found = {one: rows.get(titles[one], file) for one, file in sample_files.items()}
    assert {name for one in questions() for name in one.found} <= set(found.values())
    return found


@pytest.fixture(scope="module")
def nameless_base(sample_base: KnowledgeBase, encoder: Encoder) -> Iterator[KnowledgeBase]:
    """The samples again, searched without a thesaurus."""
    base = KnowledgeBase(sample_base.settings, encoder, WithoutThesaurus)
    yield base
    base.close()


def measured(rank: Callable[[Asked], int | None]) -> dict[str, tuple[int, float]]:
    """For each language of the question: how many are answered among the first ten; the mean of 1 / rank."""
    ranks: dict[str, list[int | None]] = {language: [] for language in LANGUAGES}
    for one in questions():
        ranks[one.language].append(rank(one))
    return {
        language: (
            sum(one is not None and one <= FIRST for one in those),
            sum(1 / one for one in those if one is not None) / len(those),
        )
        for language, those in ranks.items()
    }


def rank_of(found: list[str], wanted: frozenset[str]) -> int | None:
    return next((at for at, one in enumerate(found, 1) if one in wanted), None)


def test_search_finds_more_with_the_thesaurus(
    sample_base: KnowledgeBase, nameless_base: KnowledgeBase, files: dict[str, str]
) -> None:
    def in_search(asked: Asked, base: KnowledgeBase) -> int | None:
        page = base.searcher.search(SearchQuery(asked.text, limit=FIRST))
        return rank_of([files[result.document.id] for result in page.results], asked.found)

    without = measured(lambda one: in_search(one, nameless_base))
    found = measured(lambda one: in_search(one, sample_base))
    print(f"\nsearch, without and with the thesaurus: {without} {found}")
    assert found["en"][0] >= 16
    assert found["th"][0] >= 19
    assert all(found[language] >= without[language] for language in LANGUAGES)
    assert sum(one[1] for one in found.values()) > sum(one[1] for one in without.values())


NAME = re.compile(r"(?<![\w.,])(?:[A-Z]{2,}|[ก-ฮ]{2,4}\.(?=\s)|\d{1,3}(?:,\d{3})+|\d{3,4})(?![\w,]|\.\d)")


def test_abbreviations_and_numbers_find_every_passage_that_has_them(sample_base: KnowledgeBase) -> None:
    """Those that have the name itself, or another name of the same, come first."""
    texts = {one.id: sample_base.reader.document(one.id).text for one in sample_base.catalogue.documents()}
    terms = {id_: tuple(word.term for word in words(text)) for id_, text in texts.items()}
    having: dict[str, set[str]] = {}
    for id_, text in texts.items():
        for name in NAME.findall(text):
            having.setdefault(name, set()).add(id_)
    assert {"SMEA", "สสว.", "2562", "OSMEP", "480,000"} <= having.keys()
    for name, documents in having.items():
        others = [o.terms for o in sample_base.glossary.current().alternatives(name, words(name)) if o.weight == 1]
        same = documents | {id_ for id_, those in terms.items() if any(list(places_of(o, those)) for o in others)}
        page = sample_base.searcher.search(SearchQuery(name, limit=FIRST))
        first = {result.document.id for result in page.results}
        assert len(first & same) == min(FIRST, len(same)), name
