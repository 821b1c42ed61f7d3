"""The site over the real knowledge base, most of it with the bundled model and the sample documents."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kb.knowledge_base import KnowledgeBase
from tests.support.html_reading import RUN, misspoken, soup, text
from tests.support.openapi import differences
from web import create_app
from web.views.search import EXAMPLES

HOSTILE_PAGE = b"""<!doctype html><html lang="en"><head><title>Fair &lt;script&gt;alert(1)&lt;/script&gt;</title>
<script>window.hacked = 1</script></head><body onload="hacked = 1"><h1>Fair &lt;script&gt;alert(1)&lt;/script&gt;</h1>
<p>The village fair sold baskets &lt;img src=x onerror="alert(1)"&gt; to visitors from the city all week.</p>
<p><a href="javascript:alert(1)">More of the fair</a> was told by the weavers of the village afterwards.</p>
</body></html>"""


@pytest.fixture(scope="module")
def real_site(sample_base: KnowledgeBase) -> FlaskClient:
    return create_app(sample_base).test_client()


@pytest.mark.model
def test_a_question_in_english_finds_a_thai_document_and_marks_its_words(real_site: FlaskClient) -> None:
    page = soup(real_site, "/search?q=seaweed packaging&lang=th")
    first = page.select_one(".results > li")
    assert first is not None
    assert text(first.select_one(".tag")) == "Thai"
    assert first.select("blockquote[lang=th] mark")
    opened = soup(real_site, str(first.select_one("h2 a")["href"]))  # type: ignore[index]
    assert opened.select(".text[lang=th] mark")


@pytest.mark.model
def test_a_question_in_thai_finds_an_english_document(real_site: FlaskClient) -> None:
    answer = real_site.get("/api/v1/search?q=บรรจุภัณฑ์จากสาหร่ายทะเล&lang=en&explain=1").json
    assert answer["query"]["language"] == "th"
    marked = {
        passage["text"][start - passage["start"] : end - passage["start"]].casefold()
        for passage in answer["results"][0]["passages"]
        for start, end in passage["highlights"]
    }
    assert "seaweed" in marked
    assert differences(answer, "/api/v1/search", 200) == []


@pytest.mark.model
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_first_page_find_something(real_site: FlaskClient, example: str) -> None:
    page = soup(real_site, f"/search?q={example}")
    assert len(page.select(".results > li")) == 10
    assert misspoken(page) == []


@pytest.mark.model
def test_every_document_can_be_read_whole(real_site: FlaskClient, sample_base: KnowledgeBase) -> None:
    for summary in sample_base.catalogue.documents():
        document = sample_base.reader.document(summary.id)
        page = soup(real_site, f"/documents/{summary.id}")
        shown = text(page.select_one("article.document"))
        for block in document.blocks:
            assert " ".join(document.text[block.start : block.end].split()) in shown
        assert all(page.find(id=f"p-{passage.ordinal}") for passage in document.passages)
        assert misspoken(page) == []
        answer = real_site.get(f"/api/v1/documents/{summary.id}").json
        assert differences(answer, "/api/v1/documents/{document_id}", 200) == []


@pytest.mark.model
def test_related_documents_are_as_described(real_site: FlaskClient, sample_base: KnowledgeBase) -> None:
    first = sample_base.catalogue.documents()[0].id
    answer = real_site.get(f"/api/v1/documents/{first}/related").json
    assert differences(answer, "/api/v1/documents/{document_id}/related", 200) == []
    assert 0 < len(answer["related"]) <= 5


@pytest.mark.model
@pytest.mark.parametrize(
    "arguments", ["kind=poem", "lang=fr", "economy=Atlantis", "year_from=2020&year_to=2019", "limit=101"]
)
def test_an_impossible_search_is_refused_with_a_reason(real_site: FlaskClient, arguments: str) -> None:
    answer = real_site.get(f"/api/v1/search?q=x&{arguments}")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_query")
    assert real_site.get(f"/search?q=x&{arguments}").status_code == 400


def test_a_hostile_file_that_was_brought_in_is_shown_as_text(base: KnowledgeBase) -> None:
    added = base.ingestor.add(HOSTILE_PAGE, name="fair.html")[0]
    site = create_app(base).test_client()
    for address in ("/", "/search?q=village fair", f"/documents/{added.document_id}?q=village fair"):
        page = soup(site, address)
        assert all(str(script["src"]).startswith("/static/") for script in page.select(RUN))
        assert all(str(image["src"]).startswith("/static/") for image in page.find_all("img"))
        assert not [link for link in page.find_all("a") if str(link["href"]).startswith("javascript")]
        assert "Fair" in text(page.body)
