"""The reading list, the brief, cases compared, and exports, as pages and files."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
from collections.abc import Iterable
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import bibtexparser
import pytest
import rispy
from bs4 import Tag
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kb.models import ResultPage, SearchQuery
from tests.support.html_reading import misspoken, soup, text
from tests.support.library import Shelf, many
from web import create_app
from web.citations.reading_list import MOST, item_of

PANEL = Shelf().document("d-panel")
ELDER = str(item_of(PANEL.summary, PANEL.passages[1]))  # what the elder says, as it is now
ELDERS_WORDS = ELDER.rpartition(".")[2]  # their characters
WELCOME = f"d-panel.1.0-{Shelf().version('d-panel', 1).blocks[0].end}"  # how the first version began
ALL = f"item=d-market&item={ELDER}&item=d-talad&item=d-mixed&item={WELCOME}&item=d-hostile&item=d-gone"
PAGES = [
    "/list",
    f"/list?{ALL}",
    f"/list?{ALL}&q=women market",
    "/brief",
    f"/brief?{ALL}",
    f"/brief?{ALL}&q=ท่องเที่ยวชุมชน",
    "/compare",
    "/compare?item=d-market",
    "/compare?item=d-market&item=d-talad&item=d-panel&item=d-hostile",
    f"/compare?{ALL}&item=d-chumchon",
    "/list?item=<b>",
    "/search.csv",
]


def items_of(address: str | None) -> list[str]:
    return parse_qs(urlsplit(str(address)).query).get("item", [])


def words(tags: Iterable[Tag]) -> list[str]:
    return [text(tag) for tag in tags]


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_built_and_spoken_in_its_language(site: FlaskClient, address: str, language: str) -> None:
    page = soup(site, f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert misspoken(page) == []
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3"])]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for field in page.find_all("input", type=["text", "checkbox"]):
        assert field.find_parent("label") or page.find("label", attrs={"for": field["id"]})
    assert [one for one in page.find_all() if "style" in one.attrs or any(name[:2] == "on" for name in one.attrs)] == []
    assert [one for one in page.select("main a[href]") if str(one["href"]).startswith("javascript")] == []
    assert all(str(script["src"]).startswith("/static/") for script in page.find_all("script"))


# The list


def test_the_list_is_its_address(site: FlaskClient) -> None:
    page = soup(site, f"/list?item=d-talad&item={ELDER}&item=d-market")
    assert words(page.select(".entries h2")) == [
        "สตรีผู้นำตลาดริมน้ำ",
        "Panel on tourism in small towns",
        "Women lead the riverside market",
    ]
    passage = page.select(".entries > li")[1]
    assert text(passage.blockquote) == "Tourism brings guests, but the innovation is in who keeps the income."
    assert text(passage.select_one(".spoken")) == "Village elder 1:05"
    assert passage.h2 is not None
    assert passage.h2.a is not None
    opened = soup(site, str(passage.h2.a["href"]).removeprefix("http://localhost"))
    assert text(opened.select_one(".best")) == text(passage.blockquote)
    assert page.select_one("[data-shown]")["data-shown"] == f"d-talad {ELDER} d-market"  # type: ignore[index]


def test_a_passage_that_has_changed_since_says_so(site: FlaskClient) -> None:
    page = soup(site, f"/list?item={WELCOME}&item={ELDER}")
    old, new = page.select(".entries > li")
    assert "as it was in version 1" in text(old)
    assert text(old.blockquote) == "Welcome. How does tourism help a community?"
    assert "version" not in text(new)


def test_entries_are_moved_and_removed_by_links(site: FlaskClient) -> None:
    first, second, third = soup(site, f"/list?item=d-talad&item={ELDER}&item=d-market&q=who").select(".entries > li")

    def led(entry: Tag) -> dict[str, list[str]]:
        links = entry.select(".arrange a")
        assert all("q=who" in str(link["href"]) and link.has_attr("data-edit") for link in links)
        return {text(link).split(":")[0].lstrip("↑↓"): items_of(str(link["href"])) for link in links}

    assert led(first) == {"Move down": [ELDER, "d-talad", "d-market"], "Remove": [ELDER, "d-market"]}
    assert led(second) == {
        "Move up": [ELDER, "d-talad", "d-market"],
        "Move down": ["d-talad", "d-market", ELDER],
        "Remove": ["d-talad", "d-market"],
    }
    assert set(led(third)) == {"Move up", "Remove"}
    down = first.select_one(".arrange a")
    assert down is not None
    assert str(down["href"]).endswith("#entry-2")


def test_what_is_gone_is_said_and_nothing_else_is_lost(site: FlaskClient) -> None:
    for number, expected in ((1, "1 entry is no longer available"), (2, "2 entries are no longer available")):
        gone = "".join(f"&item=d-gone{place}" for place in range(number))
        for place in ("/list", "/brief", "/compare"):
            page = soup(site, f"{place}?item=d-market&item=d-talad{gone}")
            assert expected in text(page.select_one(".notice[role=status]"))
            assert "Women lead the riverside market" in text(page.main)
            assert "สตรีผู้นำตลาดริมน้ำ" in text(page.main)
    assert soup(site, "/list?item=d-market").select_one(".notice[role=status]") is None


def test_an_empty_list_says_how_to_fill_it_and_what_it_holds(site: FlaskClient) -> None:
    page = soup(site, "/list")
    assert "To add documents" in text(page.main)
    assert f"up to {MOST} entries" in text(page.main)
    assert "Bookmark" in text(page.noscript)


def test_a_word_that_is_none_and_a_list_too_long_are_refused_in_words(site: FlaskClient) -> None:
    for place in ("/list", "/brief", "/compare", "/list.csv"):
        answer = site.get(f"{place}?item=a%20b")
        assert answer.status_code == 400
        assert "is not an entry of a reading list" in answer.text
    many_words = "&".join(f"item=d{number}" for number in range(MOST + 1))
    assert "at most 50 entries" in site.get(f"/list?{many_words}").text


def test_the_list_leads_to_all_that_can_be_done_with_it(site: FlaskClient) -> None:
    page = soup(site, f"/list?{ALL}&q=women market")
    there = ["d-market", ELDER, "d-talad", "d-mixed", WELCOME, "d-hostile"]
    brief = page.select_one("form[action='/brief']")
    assert brief is not None
    assert [field["value"] for field in brief.select("[name=item]")] == there
    assert brief.select_one("[name=q]")["value"] == "women market"  # type: ignore[index]
    exports = page.select(".export a")
    assert words(exports) == ["CSV", "JSON Lines", "RIS", "BibTeX", "CSL-JSON"]
    for link in exports:
        assert items_of(str(link["href"])) == there
        assert site.get(str(link["href"])).status_code == 200
    chosen = page.select("[form=comparing]")
    assert [field["value"] for field in chosen] == ["d-market", "d-talad"]
    assert all(field.has_attr("checked") for field in chosen)


def test_one_case_alone_is_not_compared_and_of_many_none_is_chosen_for_the_reader(site: FlaskClient) -> None:
    assert soup(site, "/list?item=d-market&item=d-panel").select("#comparing, [form=comparing]") == []
    page = soup(create_app(many(6)).test_client(), "/list?" + "&".join(f"item=m-{n}" for n in range(6)))
    assert len(page.select("[form=comparing]")) == 6
    assert page.select("[form=comparing][checked]") == []


# The brief


def test_a_brief_quotes_each_document_where_it_answers(site: FlaskClient) -> None:
    page = soup(site, f"/brief?item=d-talad&item={ELDER}&item=d-market&q=women market")
    assert text(page.h1) == "women market"
    thai, elder, market = page.select(".brief > section:not(.sources)")
    assert thai.blockquote is not None
    assert thai.blockquote["lang"] == "th"
    assert "กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์" in text(thai.select_one(".best"))
    assert text(elder.blockquote).startswith("Tourism brings guests")
    assert elder.select(".best") == []
    assert text(market.select_one(".best")) == "Women of the town opened a weekly market."
    assert page.select("mark") == []
    assert "From 3 documents (2 in English and 1 in Thai)" in text(page.select_one(".lead"))
    assert "the passage that best matches the question is quoted" in text(page.select_one(".how"))
    assert "selected for the reading list" in text(page.select_one(".how"))


def test_without_a_question_a_case_is_told_by_its_parts_and_others_by_their_beginning(site: FlaskClient) -> None:
    page = soup(site, "/brief?item=d-market&item=d-chumchon")
    case, release = page.select(".brief > section:not(.sources)")
    assert words(case.select("dt")) == ["Challenge", "Approach", "Results"]
    assert text(case.select("dd")[2]) == "Sales doubled in one year."
    assert text(release.select_one(".from")) == "This is the beginning of the document. Source 2"
    assert "question" not in text(page.select_one(".how"))


def test_sources_are_numbered_cited_in_full_and_their_links_written_out(site: FlaskClient) -> None:
    for language, begins in (("en", "(2019, August 2)"), ("th", "(2562, 2 สิงหาคม)")):
        page = soup(site, f"/brief?item=d-market&item={ELDER}&item=d-panel&q=innovation income&ui={language}")
        sources = page.select(".sources li")
        numbers = [str(link["href"]) for link in page.select(".from a")]
        assert numbers == ["#source-1", "#source-2", "#source-2"]  # the search found what was chosen already
        assert len(sources) == 2
        assert begins in text(sources[0])
        links = [source.a for source in sources]
        for link in links:
            assert link is not None
            assert text(link) == link["href"]
            assert site.get(str(link["href"])).status_code == 200
        assert text(links[1]) == f"http://localhost/documents/d-panel/versions/2?chars={ELDERS_WORDS}#cited"
        assert all(page.select_one(number) for number in numbers)


def test_a_brief_is_honest_about_samples_weak_answers_and_old_versions(site: FlaskClient) -> None:
    page = soup(site, f"/brief?item=d-market&item={WELCOME}&item=d-panel&q=income")
    sample, old, weak = page.select(".brief > section:not(.sources)")
    assert "1 of these documents is a sample" in text(page.select_one(".notice"))
    assert "do not cite" in text(page.select_one(".sources li"))
    assert "Sample" in text(sample.select_one(".facts"))
    assert "text of version 1" in text(old.select_one(".from"))
    assert "Weak match for the question" in text(weak.select_one(".from"))
    assert soup(site, "/brief?item=d-panel").select(".notice") == []


class Crowded(Shelf):
    """A search of everything finds another document only."""

    def search(self, query: SearchQuery) -> ResultPage:
        page = super().search(query)
        if query.documents:
            return page
        found = tuple(result for result in page.results if result.document.id == "d-market")
        return ResultPage(page.query, page.query_language, 1, found, page.facets, 1.0)


def test_a_document_that_others_crowd_out_is_searched_by_itself() -> None:
    page = soup(create_app(Crowded()).test_client(), "/brief?item=d-talad&q=women market")
    assert "กลุ่มสตรี" in text(page.select_one(".best"))


def test_a_brief_of_nothing_says_what_to_do(site: FlaskClient) -> None:
    assert "brief has no content yet" in text(soup(site, "/brief?q=x").main)
    assert "brief has no content yet" in text(soup(site, "/brief?item=d-gone").main)


# Cases compared


def test_cases_stand_side_by_side(site: FlaskClient) -> None:
    page = soup(site, "/compare?item=d-market&item=d-talad")
    table = page.table
    assert table is not None
    assert [head.a["href"] for head in table.select("thead th[scope=col]") if head.a] == [
        "/documents/d-market",
        "/documents/d-talad",
    ]
    rows = {text(row.th): row.select("td") for row in table.select("tbody tr")}
    assert list(rows) == [
        *("Economies", "Date", "Challenge", "Approach", "Actors", "Results", "Evidence", "Event", "Source")
    ]
    assert all(row.th is not None and row.th["scope"] == "row" for row in table.select("tbody tr"))
    assert {len(cells) for cells in rows.values()} == {2}
    english, thai = rows["Approach"]
    assert "Women of the town opened a weekly market." in text(english)
    assert thai.p is not None
    assert thai.p["lang"] == "th"
    assert words(cell.p for cell in rows["Results"] if cell.p) == ["Sales doubled in one year.", "Not stated"]
    for cell in rows["Source"]:
        assert cell.select_one("a[href*='/cite']") is not None
        assert "/versions/1" in text(cell.select_one(".lasting"))


def test_another_kind_is_shown_by_its_beginning_and_says_so(site: FlaskClient) -> None:
    page = soup(site, f"/compare?item=d-market&item=d-panel&item={ELDER}&item=d-talad")
    heads = page.select("thead th")
    assert len(heads) == 3  # a document stands there once
    challenge = next(row for row in page.select("tbody tr") if text(row.th) == "Challenge").select("td")
    assert "It begins:" in text(challenge[1])
    assert "Welcome. How does tourism help" in text(challenge[1])
    out = [items_of(str(link["href"])) for link in page.select(".tools a[href^='/compare']")]
    assert out == [["d-panel", "d-talad"], ["d-market", "d-talad"], ["d-market", "d-panel"]]


def test_with_two_none_can_be_taken_out(site: FlaskClient) -> None:
    assert soup(site, "/compare?item=d-market&item=d-talad").select(".tools a[href^='/compare']") == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("", "No documents are selected yet"),
        ("?item=d-market&item=d-market.1.0-9", "needs at least 2"),
        ("?item=d-market&item=d-talad&item=d-panel&item=d-mixed&item=d-hostile", "Up to 4 documents"),
    ],
)
def test_too_few_or_too_many_are_told_what_to_do(site: FlaskClient, chosen: str, expected: str) -> None:
    answer = site.get(f"/compare{chosen}")
    assert answer.status_code == 200
    page = soup(site, f"/compare{chosen}")
    assert expected in text(page.main)
    assert page.table is None
    boxes = page.select("main [type=checkbox]")
    assert [box.has_attr("checked") for box in boxes] == ([True] * 4 + [False] if "mixed" in chosen else [])
    if chosen:
        assert "Women lead the riverside market" in text(page.main)


# Exports


def read(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_results_are_exported_with_rank_strength_and_lasting_links(site: FlaskClient) -> None:
    answer = site.get("/search.csv?q=women market")
    rows = read(answer)
    assert [row["rank"] for row in rows] == [str(place + 1) for place in range(len(rows))]
    first = rows[0]
    assert (first["title"], first["verdict"]) == ("Women lead the riverside market", "strong")
    assert first["url"] == "http://localhost/documents/d-market/versions/1"
    assert first["passage_sentence"] == "Women of the town opened a weekly market."
    opened = soup(site, first["passage_url"].removeprefix("http://localhost"))
    assert "Women of the town opened a weekly market." in text(opened.select_one(".best"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_all_results_are_exported_up_to_a_hundred_or_as_many_as_asked_for() -> None:
    site = create_app(many(120)).test_client()
    assert len(read(site.get("/search.csv?q=market"))) == 100
    some = read(site.get("/search.csv?q=market&limit=5&offset=10&kind=case"))
    assert [row["rank"] for row in some] == ["11", "12", "13", "14", "15"]
    assert len(read(site.get("/search.csv?q=market&offset=110"))) == 10
    assert read(site.get("/search.csv?q=market&kind=report")) == []


@pytest.mark.parametrize(
    ("suffix", "mimetype"),
    [
        ("csv", "text/csv"),
        ("jsonl", "application/x-ndjson"),
        ("ris", "application/x-research-info-systems"),
        ("bib", "application/x-bibtex"),
        ("json", "application/vnd.citationstyles.csl+json"),
    ],
)
@pytest.mark.parametrize("place", ["/search.{}?q=ตลาด market", "/list.{}?item=d-market&item=d-gone&q=ตลาด market"])
def test_files_say_what_they_are_and_of_which_day(site: FlaskClient, place: str, suffix: str, mimetype: str) -> None:
    answer = site.get(place.format(suffix))
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert unquote(disposition).endswith(f"saphan-ตลาด-market-{datetime.date.today()}.{suffix}")
    assert answer.data


def test_a_list_is_exported_in_its_order_with_its_passages(site: FlaskClient) -> None:
    chosen = f"item={ELDER}&item=d-gone&item=d-market&item={WELCOME}"
    elder, market, welcome = read(site.get(f"/list.csv?{chosen}"))
    assert (elder["speaker"], elder["starts_at_ms"], elder["rank"]) == ("Village elder", "65000", "")
    assert elder["passage_url"] == f"http://localhost/documents/d-panel/versions/2?chars={ELDERS_WORDS}#cited"
    assert (market["url"], market["passage_text"]) == ("http://localhost/documents/d-market/versions/1", "")
    assert (welcome["version"], welcome["passage_text"]) == ("1", "Welcome. How does tourism help a community?")
    references = rispy.loads(site.get(f"/list.ris?{chosen}").text)
    assert [entry["urls"][0] for entry in references] == [elder["passage_url"], market["url"], welcome["passage_url"]]
    assert len(bibtexparser.parse_string(site.get(f"/list.bib?{chosen}").text).entries) == 3
    assert len(json.loads(site.get(f"/list.json?{chosen}").text)) == 3
    name = site.get("/list.csv?item=d-market&ui=th").headers["Content-Disposition"]
    assert "รายการอ่าน" in unquote(name)


def test_a_passage_has_one_key_whether_found_or_chosen(site: FlaskClient) -> None:
    found = json.loads(site.get("/search.json?q=income&kind=transcript").text)
    chosen = json.loads(site.get(f"/list.json?item={ELDER}").text)
    assert found == chosen


@pytest.mark.parametrize("address", ["/search.xlsx?q=x", "/list.pdf?item=d-market", "/search.?q=x", "/list.txt"])
def test_other_files_are_not_there(site: FlaskClient, address: str) -> None:
    assert site.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/search.csv", "only for a question"),
        ("/search.ris?q=%20", "only for a question"),
        ("/search.csv?q=x&limit=101", "must be a whole number"),
        ("/search.bib?q=x&lang=fr", "cannot be"),
    ],
)
def test_what_cannot_be_exported_is_told_on_a_page(site: FlaskClient, address: str, expected: str) -> None:
    answer = site.get(address)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert expected in answer.text


SITE = create_app(Shelf()).test_client()
PLACES = ("/list", "/brief", "/compare", "/list.csv", "/list.bib", "/search.jsonl")
ENTRIES = (ELDER, "d-market", "d-gone", "d-panel.3.0-9", "d-hostile")


@given(
    st.sampled_from(PLACES), st.lists(st.sampled_from(ENTRIES) | st.text(max_size=12), max_size=6), st.text(max_size=12)
)
@settings(max_examples=80, deadline=None)
def test_whatever_is_asked_the_answer_is_never_our_fault(place: str, chosen: list[str], question: str) -> None:
    answer = SITE.get(f"{place}?" + urlencode([("q", question), *(("item", word) for word in chosen)]))
    assert answer.status_code in {200, 400}
