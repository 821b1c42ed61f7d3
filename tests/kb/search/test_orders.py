"""Results by date, and each language's by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.models import StatedMetadata
from kb.errors import BadQuery
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.search.results import verdict_of

PAPERS = (
    ("Baskets of bamboo are woven by the river and sold to hotels.", "2019-08-02"),
    ("Baskets of rattan are woven in the hills and sold at fairs.", None),
    ("Baskets of bamboo are woven by children after school hours.", "2019"),
    ("Honey is gathered from the cliffs when the dry wind blows.", "2022"),
    ("ตะกร้าไม้ไผ่ baskets ของกลุ่มสตรีริมแม่น้ำขายให้โรงแรมในเมืองทุกสัปดาห์", "2020-01"),
    ("ชาวประมงคืนแม่ปูสู่ทะเลแล้วรอให้ปูโตจึงจับขายให้ตลาดในเมือง", "2021"),
)


@pytest.fixture
def papers(base: KnowledgeBase) -> KnowledgeBase:
    for number, (text, date) in enumerate(PAPERS):
        base.ingestor.add(
            text.encode(), name=f"{number}.txt", stated=StatedMetadata(date=date, title=f"Paper {number}")
        )
    return base


def test_by_date_is_latest_first_and_what_matches_weakly_comes_last(papers: KnowledgeBase) -> None:
    by_date = papers.searcher.search(SearchQuery("woven bamboo baskets", sort="date", limit=100))
    weak = [result.verdict == "weak" for result in by_date.results]
    assert weak == sorted(weak)
    assert len(set(weak)) == 2
    for part in (True, False):
        dates = [r.document.date or "" for r, is_weak in zip(by_date.results, weak, strict=True) if is_weak is part]
        assert dates == sorted(dates, reverse=True)
    by_relevance = papers.searcher.search(SearchQuery("woven bamboo baskets", limit=100))
    assert sorted(by_date.results, key=lambda one: (-one.score, one.document.id)) == list(by_relevance.results)


def test_no_filter_makes_a_result_seem_stronger(papers: KnowledgeBase) -> None:
    query = SearchQuery("woven bamboo baskets", limit=100)
    whole = {one.document.id: one for one in papers.searcher.search(query).results}
    narrowed = [replace(query, languages=("th",)), replace(query, year_from=2020)]
    for filtered in (*narrowed, replace(query, documents=(next(iter(whole)),))):
        found = papers.searcher.search(filtered).results
        assert 0 < len(found) < len(whole)
        for one in found:  # without its English passages a document may be weaker
            before = whole[one.document.id]
            assert one.strength <= before.strength + 1e-6
            if one.passages[0].passage == before.passages[0].passage:
                assert one.strength == pytest.approx(before.strength, abs=1e-6)


def test_pages_by_date_follow_each_other(papers: KnowledgeBase) -> None:
    query = SearchQuery("woven bamboo baskets", sort="date")
    whole = papers.searcher.search(replace(query, limit=100)).results
    parts = [papers.searcher.search(replace(query, limit=2, offset=at)).results for at in range(0, len(whole), 2)]
    assert [one for part in parts for one in part] == list(whole)


def test_an_unknown_order_is_said(papers: KnowledgeBase) -> None:
    with pytest.raises(BadQuery) as said:
        papers.searcher.search(SearchQuery("baskets", sort="size"))  # type: ignore[arg-type]
    assert "relevance, date" in said.value.message("th")


def test_each_language_by_itself_is_as_strong_as_in_one_list(papers: KnowledgeBase) -> None:
    query = SearchQuery("woven bamboo baskets", limit=100)
    whole = {one.document.id: one for one in papers.searcher.search(query).results}
    english, thai = papers.searcher.by_language(query)
    assert english.results
    assert thai.results
    assert english.total + thai.total == len(whole)
    assert english.facets == thai.facets == papers.searcher.search(query).facets
    for page, language in ((english, "en"), (thai, "th")):
        assert page.total == len(page.results)
        for result in page.results:
            assert {hit.passage.language for hit in result.passages} == {language}
            assert result == whole[result.document.id]
            assert result.verdict == verdict_of(result.strength)


def test_a_filter_of_language_leaves_the_other_page_empty(papers: KnowledgeBase) -> None:
    english, thai = papers.searcher.by_language(SearchQuery("baskets", languages=("th",)))
    assert (english.total, english.results) == (0, ())
    assert thai.total
