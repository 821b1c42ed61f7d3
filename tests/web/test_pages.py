from __future__ import annotations

import itertools

import pytest
from flask.testing import FlaskClient

from tests.support.html_reading import RUN, misspoken, soup, text
from tests.support.library import BANGKOK, HOSTILE, Shelf, many
from web import create_app

PAGES = [
    "/",
    "/search?q=women tourism market",
    "/search?q=zzzz&kind=case",
    "/search?q=restful income",
    "/documents",
    "/documents/d-panel?q=tourism",
    "/documents/d-talad",
    "/documents/d-chumchon?q=ชุมชน",
    "/documents/d-hostile?q=tourism",
    "/documents/d-mixed?q=bridge",
    "/search?q=bridge สะพาน",
    "/about",
    "/documents/none",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_is_well_built(site: FlaskClient, address: str, language: str) -> None:
    page = soup(site, address + ("&" if "?" in address else "?") + f"ui={language}")
    assert page.html is not None
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    assert text(page.title)
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    first = page.find("a")
    assert first is not None
    assert first["href"] == "#content"
    assert page.find(id="content") is not None
    for field in page.find_all("input", type="search"):
        assert page.find("label", attrs={"for": field["id"]}) is not None
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3"])]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(image.has_attr("alt") for image in page.find_all("img"))


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_text_stands_under_its_own_language(site: FlaskClient, address: str, language: str) -> None:
    page = soup(site, address + ("&" if "?" in address else "?") + f"ui={language}")
    assert misspoken(page) == []


def test_the_first_page_has_examples_in_both_languages_that_lead_to_results(site: FlaskClient) -> None:
    page = soup(site, "/")
    examples = page.select(".examples a")
    assert {str(example["lang"]) for example in examples} == {"en", "th"}
    for example in examples:
        assert site.get(str(example["href"])).status_code == 200
        assert text(soup(site, str(example["href"])).h1) == f"Results for “{text(example)}”"


def test_the_first_page_shows_the_newest_documents(site: FlaskClient) -> None:
    newest = next(part for part in soup(site, "/").select(".newest") if text(part.h2) == "Newest documents")
    titles = [text(link) for link in newest.select(".documents > li > a")]
    assert titles[1] == "การท่องเที่ยวโดยชุมชน"


def test_an_empty_knowledge_base_says_how_to_fill_it() -> None:
    page = create_app(Shelf([])).test_client().get("/").text
    assert "kb ingest" in page


def test_a_result_shows_what_is_known_and_why_it_matched(site: FlaskClient) -> None:
    page = soup(site, "/search?q=women market")
    result = next(item for item in page.select(".results > li") if text(item.h2) == "สตรีผู้นำตลาดริมน้ำ")
    facts = [text(fact) for fact in result.select(".facts li")]
    assert facts == ["Thai", "Best-practice case", "August 2019", BANGKOK, "Thailand", "Women's empowerment"]
    assert text(result.select_one(".strength")) == "Strong match"
    best = result.select_one("blockquote .best")
    assert best is not None
    assert [text(mark) for mark in best.find_all("mark")] == ["สตรี", "ตลาด"]
    quotation = result.blockquote
    assert quotation is not None
    assert quotation["lang"] == "th"
    link = result.h2.a if result.h2 else None
    assert link is not None
    assert link["href"] == "/documents/d-talad?q=women+market#p-1"


def test_a_speaker_and_the_time_are_shown(site: FlaskClient) -> None:
    page = soup(site, "/search?q=tourism&kind=transcript")
    assert text(page.select_one(".spoken")) == "Moderator 0:00"


def test_more_passages_are_folded_away(site: FlaskClient) -> None:
    folded = soup(site, "/search?q=tourism&kind=transcript").select_one("details.others")
    assert folded is not None
    assert text(folded.summary) == "1 more passage of this document"
    assert "Village elder" in text(folded)


def test_weak_results_are_called_weak(site: FlaskClient) -> None:
    assert "No document answers this question well" in text(soup(site, "/search?q=income").select_one(".notice"))
    assert soup(site, "/search?q=women market").select_one(".notice") is None
    assert soup(site, "/search?q=income market&limit=1&offset=3").select_one(".notice") is None


def test_where_the_weak_results_begin_is_said_once(site: FlaskClient) -> None:
    page = soup(site, "/search?q=women tourism market")
    strengths = [text(strength) for strength in page.select(".results .strength")]
    begin = strengths.index("Weak match")
    assert [index for index, item in enumerate(page.select(".results > li")) if item.select(".rest")] == [begin]
    assert soup(site, "/search?q=income").select(".rest") == []


def test_no_question_leads_to_the_first_page(site: FlaskClient) -> None:
    for address in ("/search", "/search?q=%20&kind=case"):
        answer = site.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_each_filter_can_be_added_and_taken_back(site: FlaskClient) -> None:
    start = "/search?q=women+tourism+market"
    for facet in ("language", "kind", "economy", "event"):
        page = soup(site, start)
        for choice in page.select(f"ul[aria-labelledby=facet-{facet}] a"):
            narrowed = soup(site, str(choice["href"]))
            count = text(choice.select_one(".number"))
            assert len(narrowed.select(".results > li")) == int(count.strip("()"))
            active = narrowed.select_one(f"ul[aria-labelledby=facet-{facet}] a.active")
            chip = narrowed.select_one(".filters a")
            assert active is not None
            assert chip is not None
            assert active["href"] == chip["href"] == start


def test_a_filter_on_years_is_shown_in_the_years_of_the_reader(site: FlaskClient) -> None:
    chip = soup(site, "/search?q=market&year_from=2018&year_to=2020&ui=th").select_one(".filters a")
    assert chip is not None
    assert "2561–2563" in text(chip)
    assert chip["href"] == "/search?q=market"
    one = soup(site, "/search?q=market&year_from=2019&year_to=2019&ui=en").select_one("ul[aria-labelledby=facet-year]")
    assert one is not None
    assert "2019" in text(one)


def test_a_new_question_keeps_the_filters(site: FlaskClient) -> None:
    form = soup(site, "/search?q=market&kind=case&lang=th&offset=10").form
    assert form is not None
    kept = {(field["name"], field["value"]) for field in form.find_all("input", type="hidden")}
    assert kept == {("kind", "case"), ("lang", "th")}


def test_paging_goes_through_all_results_and_back() -> None:
    site = create_app(many(25)).test_client()
    seen: list[str] = []
    address = "/search?q=market"
    while address:
        page = soup(site, address)
        seen += [text(heading) for heading in page.select(".results h2")]
        following = page.select_one(".pages [rel=next]")
        address = str(following["href"]) if following else ""
    assert len(set(seen)) == len(seen) == 25
    assert text(page.select_one(".pages span")) == "Page 3 of 3"
    beyond = soup(site, "/search?q=market&offset=90")
    assert "page does not exist" in text(beyond.select_one(".notice"))
    back = beyond.select_one(".pages [rel=prev]")
    assert back is not None
    assert back["href"] == "/search?q=market&offset=20"


def test_the_list_of_documents_is_paged() -> None:
    site = create_app(many(30)).test_client()
    first, second = soup(site, "/documents"), soup(site, "/documents?offset=25")
    assert len(first.select(".documents > li")) == 25
    assert len(second.select(".documents > li")) == 5
    assert first.select_one(".pages [rel=next]")["href"] == "/documents?offset=25"  # type: ignore[index]


@pytest.mark.parametrize("address", ["/", "/search?q=tourism", "/documents/d-hostile?q=tourism", "/documents"])
def test_hostile_content_is_only_text(site: FlaskClient, address: str) -> None:
    page = soup(site, address)
    assert all(script["src"].startswith("/static/") and not script.string for script in page.select(RUN))
    assert all(image["src"].startswith("/static/") for image in page.find_all("img"))
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]
    assert not [link for link in page.find_all("a") if str(link["href"]).startswith("javascript")]
    assert HOSTILE in text(page.body)


def test_a_hostile_question_is_only_text(site: FlaskClient) -> None:
    page = soup(site, "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&event=%22%3E%3Cimg src=x onerror=alert(1)%3E")
    assert all(script["src"].startswith("/static/") and not script.string for script in page.select(RUN))
    assert [image["src"] for image in page.find_all("img")] == [page.img["src"]]  # type: ignore[index]
