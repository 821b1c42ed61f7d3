"""Names and numbers over the sample documents with the bundled model: by other names, and exactly as written."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.bm25 import BM25Index
from index.encoder import Encoder
from ingest.text.language import words
from kb.knowledge_base import KnowledgeBase
from kb.models import LANGUAGES, SearchQuery
from kb.settings import Settings
from kb.vocabulary.glossary import OWN, Glossary, read, shipped
from tests.conftest import ROOT

pytestmark = pytest.mark.model

ROW = re.compile(r"\| \d+ \| (?P<asked>en|th) \| (?P<text>.+?) \| (?P<found>.+?) \| .+? \|$")
EMPTY = "en,th\n"  # a glossary without names
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
def nameless_base(
    sample_base: KnowledgeBase, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """The samples again, with a glossary that knows no names."""
    home = tmp_path_factory.mktemp("nameless")
    shutil.copytree(sample_base.settings.home, home, dirs_exist_ok=True)
    (home / OWN).write_text(EMPTY, encoding="utf-8")
    base = KnowledgeBase(Settings(home=home), encoder)
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


def test_word_search_meets_names_in_their_other_forms(
    sample_base: KnowledgeBase, files: dict[str, str], tmp_path: Path
) -> None:
    indexes = {language: BM25Index() for language in LANGUAGES}
    owners: list[str] = []
    for summary in sample_base.catalogue.documents():
        document = sample_base.reader.document(summary.id)
        for passage in document.passages:
            terms = [word.term for word in words(document.text, passage.start, passage.end)]
            indexes[passage.language].add(len(owners), terms)
            owners.append(files[summary.id])

    def by_words(asked: Asked, glossary: Glossary) -> int | None:
        """The better of the ranks in the two languages' word searches."""
        found = words(asked.text)
        ranks = []
        for index in indexes.values():
            rows, shares = index.match([word.term for word in found], glossary.alternatives(asked.text, found))
            best = sorted(zip(-shares, rows.tolist(), strict=True))
            ranks.append(rank_of(list(dict.fromkeys(owners[row] for _, row in best)), asked.found))
        return min((one for one in ranks if one is not None), default=None)

    (tmp_path / OWN).write_text(EMPTY, encoding="utf-8")
    nameless = read(tmp_path / OWN)
    without = measured(lambda one: by_words(one, nameless))
    found = measured(lambda one: by_words(one, shipped()))
    print(f"\nword search alone, without and with the glossary: {without} {found}")
    for language in LANGUAGES:
        assert found[language][0] >= 19
        assert found[language][0] >= without[language][0] + 8


def test_search_finds_more_with_the_glossary(
    sample_base: KnowledgeBase, nameless_base: KnowledgeBase, files: dict[str, str]
) -> None:
    def in_search(asked: Asked, base: KnowledgeBase) -> int | None:
        page = base.searcher.search(SearchQuery(asked.text, limit=FIRST))
        return rank_of([files[result.document.id] for result in page.results], asked.found)

    without = measured(lambda one: in_search(one, nameless_base))
    found = measured(lambda one: in_search(one, sample_base))
    print(f"\nsearch, without and with the glossary: {without} {found}")
    assert found["en"][0] >= 16
    assert found["th"][0] >= 19
    assert all(found[language] >= without[language] for language in LANGUAGES)
    assert sum(one[1] for one in found.values()) > sum(one[1] for one in without.values())


NAME = re.compile(r"(?<![\w.,])(?:[A-Z]{2,}|[ก-ฮ]{2,4}\.(?=\s)|\d{1,3}(?:,\d{3})+|\d{3,4})(?![\w,]|\.\d)")


def test_abbreviations_and_numbers_find_every_passage_that_has_them(sample_base: KnowledgeBase) -> None:
    having: dict[str, set[str]] = {}
    for one in sample_base.catalogue.documents():
        for passage in sample_base.reader.document(one.id).passages:
            for name in NAME.findall(passage.text):
                having.setdefault(name, set()).add(one.id)
    assert {"SMEA", "สสว.", "2562", "OSMEP", "480,000"} <= having.keys()
    for name, documents in having.items():
        first = {result.document.id for result in sample_base.searcher.search(SearchQuery(name, limit=FIRST)).results}
        assert len(first & documents) == min(FIRST, len(documents)), name
