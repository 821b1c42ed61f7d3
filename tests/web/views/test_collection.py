"""The list of documents and the events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from ingest.models import BlockRole
from kb.events import event_slug
from kb.models import RelatedDocument
from tests.support.html_reading import misspoken, soup, text
from tests.support.library import BANGKOK, DRAFTS, HOSTILE, MAKATI, TOURISM, WOMEN, Draft, Shelf, many
from web import create_app
from web.forms.document_filters import in_short

MARKET = DRAFTS[1]
PAGES = (
    "/documents",
    "/documents?kind=case",
    f"/documents?kind=case&kind=release&economy=Thailand&theme={WOMEN}&event={BANGKOK}&year_from=2018&lang=th",
    "/documents?year_from=2030",
    "/documents?offset=50",
    "/events",
    f"/events/{event_slug(BANGKOK)}",
    f"/events/{event_slug(MAKATI)}",
    f"/events/{event_slug(HOSTILE)}",
    "/events/none",
)


def site_of(drafts: Iterable[Draft]) -> FlaskClient:
    return create_app(Shelf(drafts)).test_client()


def titles(site: FlaskClient, address: str) -> list[str]:
    return [text(link) for link in soup(site, address).select(".documents .title, .documents > li > a")]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_speaks_with_the_right_voice_and_is_well_built(
    site: FlaskClient, address: str, language: str
) -> None:
    page = soup(site, address + ("&" if "?" in address else "?") + f"ui={language}")
    assert misspoken(page) == []
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    labelled = {str(label["for"]) for label in page.find_all("label") if label.has_attr("for")}
    fields = page.find_all("input", type=["search", "checkbox"])
    assert all(field.find_parent("label") or field["id"] in labelled for field in fields)
    assert not page.find_all(style=True)


# ---- the list of documents


def test_all_documents_are_listed_last_added_first(site: FlaskClient) -> None:
    assert titles(site, "/documents") == [draft.title for draft in reversed(DRAFTS)]


def test_sorted_by_date_the_latest_comes_first_and_those_without_come_last(site: FlaskClient) -> None:
    page = soup(site, "/documents")
    by_date = next(link for link in page.select(".listing a") if "date" in text(link))
    assert titles(site, str(by_date["href"])) == [
        "Open discussion / ช่วงอภิปราย",
        "Panel on tourism in small towns",
        "Women lead the riverside market",
        "สตรีผู้นำตลาดริมน้ำ",
        "การท่องเที่ยวโดยชุมชน",
        HOSTILE,
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("kind=case", {"d-market", "d-talad"}),
        ("kind=case&lang=th", {"d-talad"}),
        ("economy=Thailand&economy=Russia", {"d-mixed", "d-market", "d-talad", "d-panel", "d-chumchon"}),
        (f"theme={TOURISM}", {"d-panel", "d-chumchon"}),
        (f"event={MAKATI}", {"d-panel"}),
        ("year_from=2020", {"d-mixed"}),
        ("year_to=2019&kind=transcript", {"d-panel"}),
        ("q=nothing of the sort&lang=any", {draft.id for draft in DRAFTS}),
    ],
)
def test_filters_are_those_of_the_search(site: FlaskClient, arguments: str, expected: set[str]) -> None:
    links = soup(site, f"/documents?{arguments}").select(".documents .title, .documents > li > a")
    assert {str(link["href"]).removeprefix("/documents/") for link in links} == expected


def test_a_document_in_both_languages_is_found_in_either() -> None:
    shelf = Shelf()
    mixed = shelf.shelved["d-mixed"]
    both = replace(mixed.summary, languages=("th", "en"))
    shelf.shelved["d-mixed"] = replace(mixed, summary=both)
    site = create_app(shelf).test_client()
    assert "Open discussion / ช่วงอภิปราย" in titles(site, "/documents?lang=en")
    assert "Open discussion / ช่วงอภิปราย" in titles(site, "/documents?lang=th")


def test_each_filter_can_be_added_and_taken_back(site: FlaskClient) -> None:
    start = "/documents?sort=date"
    facets = soup(site, start).select("ul[aria-labelledby^=facet-]")
    assert [facet["aria-labelledby"] for facet in facets] == [
        f"facet-{name}" for name in ("language", "kind", "economy", "theme", "event", "year")
    ]
    for facet in facets:
        for choice in facet.select("a"):
            narrowed = soup(site, str(choice["href"]))
            assert len(narrowed.select(".documents > li")) == int(text(choice.select_one(".number")).strip("()"))
            (chip,) = narrowed.select(".filters a")
            assert chip["href"] == start


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        ("", "Documents"),
        ("kind=case&economy=Thailand", "Best-practice cases, Thailand"),
        ("kind=case&kind=report&lang=th", "Best-practice cases, Reports, in Thai"),
        ("year_from=2018&year_to=2020", "Documents, 2018–2020"),
        ("kind=case&economy=Thailand&ui=th", "กรณีตัวอย่างที่ดี, ไทย"),
        ("year_from=2019&year_to=2019&lang=en&ui=th", "เอกสาร, 2562, เป็นภาษาอังกฤษ"),
    ],
)
def test_the_title_says_what_is_listed(site: FlaskClient, arguments: str, title: str) -> None:
    page = soup(site, f"/documents?{arguments}")
    assert text(page.h1) == title
    assert text(page.title).startswith(f"{title} · ")


@pytest.mark.parametrize(
    "arguments",
    ["sort=relevance", "kind=poem", "economy=Atlantis", "lang=de", "limit=0", "year_from=2020&year_to=2019"],
)
def test_what_cannot_be_asked_for_is_refused(site: FlaskClient, arguments: str) -> None:
    assert site.get(f"/documents?{arguments}").status_code == 400


def test_paging_keeps_filters_order_and_size() -> None:
    site = create_app(many(30)).test_client()
    address, seen = "/documents?kind=case&sort=date&limit=7", []
    while address:
        page = soup(site, address)
        seen += [text(link) for link in page.select(".documents .title")]
        following = page.select_one(".pages [rel=next]")
        address = str(following["href"]) if following else ""
        assert not address or {"kind=case", "sort=date", "limit=7"} < set(address.split("?")[1].split("&"))
    assert len(seen) == len(set(seen)) == 30


def test_cases_are_shown_in_short_and_can_be_chosen_to_compare(site: FlaskClient) -> None:
    page = soup(site, "/documents?kind=case")
    case = next(item for item in page.select(".case") if "Women lead" in text(item))
    told = {text(pair.dt): text(pair.dd) for pair in case.select(".short > div")}
    assert told == {
        "Challenge": "Shops closed and young people left the riverside town.",
        "Results": "Sales doubled in one year.",
    }
    form = page.select_one("form.comparing")
    assert form is not None
    assert (form["method"], form["action"]) == ("get", "/compare")
    assert site.get("/compare?item=d-market&item=d-talad").status_code == 200
    boxes = form.select("input[type=checkbox]")
    assert {(box["name"], box["value"]) for box in boxes} == {("item", "d-market"), ("item", "d-talad")}
    assert text(boxes[1].find_parent("label")) == "Compare Women lead the riverside market"
    assert soup(site, "/documents?kind=case&kind=report").select("form.comparing, .short") == []


def test_a_part_told_at_length_is_cut_between_words() -> None:
    long = "a very long sentence without an end " * 20
    shelf = Shelf(
        [replace(MARKET, blocks=((BlockRole.FIELD, long, "challenge"), (BlockRole.FIELD, "One. Two.", "results")))]
    )
    short = in_short(shelf.document(MARKET.id))
    assert short.challenge is not None
    assert short.challenge.endswith(("end …", "sentence …", "very …", "long …", "an …", "a …", "without …"))
    assert 100 < len(short.challenge) <= 222
    assert short.results == "One. Two."


def test_a_new_version_of_a_case_is_read_anew() -> None:
    shelf = Shelf([MARKET])
    site = create_app(shelf).test_client()
    assert "Sales doubled" in site.get("/documents?kind=case").text
    changed = Shelf([replace(MARKET, blocks=(*MARKET.blocks[:2], (BlockRole.FIELD, "It closed.", "results")))])
    now = changed.document(MARKET.id)
    shelf.shelved[MARKET.id] = replace(now, summary=replace(now.summary, version=2))
    assert "It closed." in site.get("/documents?kind=case").text


def test_a_filter_that_leaves_nothing_says_what_to_try(site: FlaskClient) -> None:
    notice = soup(site, "/documents?kind=case&year_from=2030").select_one(".notice")
    assert notice is not None
    assert [str(link["href"]) for link in notice.find_all("a")] == ["/documents"]


@pytest.mark.parametrize("address", ["/documents", "/documents?kind=case", "/events"])
def test_an_empty_collection_says_how_to_fill_it(address: str) -> None:
    page = soup(site_of([]), address)
    assert "kb ingest" in text(page.select_one(".notice"))


# ---- events


def test_events_stand_under_their_years_latest_first(site: FlaskClient) -> None:
    page = soup(site, "/events")
    assert [text(year) for year in page.select(".timeline h2")] == ["2020", "2019", "Date not known"]
    names = [text(heading) for heading in page.select(".timeline h3")]
    assert names == ["Report / รายงาน", MAKATI, BANGKOK, HOSTILE]
    bangkok = page.select(".timeline li")[2]
    assert "3 documents: English (1), Thai (2)" in text(bangkok)
    assert "1 press release, 2 best-practice cases" in text(bangkok)


def test_a_known_event_is_called_by_its_name_in_the_language_of_the_reader() -> None:
    site = site_of([replace(MARKET, event="APEC Local Innovation Ecosystem Forum, Taipei 2019")])
    heading = soup(site, "/events?ui=th").select_one("h3 a")
    assert heading is not None
    assert (text(heading), heading["lang"]) == ("การประชุมระบบนิเวศนวัตกรรมท้องถิ่นของเอเปค กรุงไทเป 2562", "th")
    page = soup(site, str(heading["href"]) + "?ui=th")
    assert text(page.select_one(".also")) == "APEC Local Innovation Ecosystem Forum, Taipei 2019"
    facts = {text(pair.dt): text(pair.dd) for pair in page.select("dl.about > div")}
    assert (facts["วันที่"], facts["จัดที่"]) == ("มิถุนายน 2562", "จีนไทเป")


def test_an_event_shows_its_papers_by_kind_and_the_same_story_together(site: FlaskClient) -> None:
    page = soup(site, f"/events/{event_slug(BANGKOK)}")
    assert [text(heading) for heading in page.select(".event section h2")] == ["Press releases", "Best-practice cases"]
    pair = page.select_one(".pair")
    assert pair is not None
    links = pair.select(".title")
    assert [(text(link), link["lang"]) for link in links] == [
        ("Women lead the riverside market", "en"),
        ("สตรีผู้นำตลาดริมน้ำ", "th"),
    ]
    beside = page.select_one(".same a")
    assert beside is not None
    assert site.get(str(beside["href"])).status_code == 200
    assert len(page.select(".event .title")) == 3


def test_papers_are_asked_for_their_twins_once_until_something_changes() -> None:
    class Counting(Shelf):
        asked = 0

        def related(self, document_id: str, limit: int = 5) -> tuple[RelatedDocument, ...]:
            self.asked += 1
            return super().related(document_id, limit)

    shelf = Counting()
    site = create_app(shelf).test_client()
    for _ in range(3):
        assert len(soup(site, f"/events/{event_slug(BANGKOK)}").select(".pair")) == 1
    assert shelf.asked == 1  # English is the rarer language there
    del shelf.shelved["d-market"]
    assert soup(site, f"/events/{event_slug(BANGKOK)}").select(".pair") == []


def test_an_event_tells_who_spoke_and_leads_to_its_documents(site: FlaskClient) -> None:
    page = soup(site, f"/events/{event_slug(MAKATI)}")
    facts = {text(pair.dt): text(pair.dd) for pair in page.select("dl.about > div")}
    assert facts["Speakers"] == "Moderator Village elder"
    assert facts["Themes"] == "Ageing communities and young people returning (1) Tourism and food ecosystems (1)"
    leads = [str(link["href"]) for link in page.select("dl.about .links a")]
    (on_map,) = [lead for lead in leads if lead.startswith("/map?event=")]
    assert site.get(on_map).status_code == 200
    for lead in leads:
        assert lead == on_map or titles(site, lead) == ["Panel on tourism in small towns"]


def test_an_event_can_be_searched(site: FlaskClient) -> None:
    form = soup(site, f"/events/{event_slug(BANGKOK)}").select_one("form.within")
    assert form is not None
    (kept,) = form.find_all("input", type="hidden")
    assert (kept["name"], kept["value"]) == ("event", BANGKOK)
    found = site.get(str(form["action"]), query_string={"q": "tourism", "event": kept["value"]}).text
    assert "d-chumchon" in found
    assert "d-panel" not in found


def test_names_that_mean_one_event_are_searched_together() -> None:
    site = site_of([MARKET, replace(MARKET, id="other", title="Other", event=BANGKOK.upper())])
    form = soup(site, f"/events/{event_slug(BANGKOK)}").select_one("form.within")
    assert form is not None
    assert {str(kept["value"]) for kept in form.find_all("input", type="hidden")} == {BANGKOK, BANGKOK.upper()}


def test_events_lead_on_to_the_one_before_and_after(site: FlaskClient) -> None:
    following = [f"/events/{event_slug(name)}" for name in ("Report / รายงาน", MAKATI, BANGKOK, HOSTILE)]
    for place, address in enumerate(following):
        page = soup(site, address)
        earlier = [site.get(str(link["href"])).text for link in page.select(".neighbours [rel=prev]")]
        later = [site.get(str(link["href"])).text for link in page.select(".neighbours [rel=next]")]
        assert earlier == ([site.get(following[place + 1]).text] if place < 3 else [])
        assert later == ([site.get(following[place - 1]).text] if place else [])


def test_an_event_that_is_not_there_is_not_found(site: FlaskClient) -> None:
    for address in ("/events/none", "/events/none/feed.atom"):
        answer = site.get(address)
        assert answer.status_code == 404
        assert "no_such_event" in answer.text


def test_documents_without_events_are_counted() -> None:
    nowhere = replace(MARKET, id="nowhere", event=None)
    assert "1 document without an event" in text(soup(site_of([MARKET, nowhere]), "/events").select_one(".count"))
    assert "No documents name their event" in text(soup(site_of([nowhere]), "/events").select_one(".notice"))
