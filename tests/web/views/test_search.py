"""The search page: two columns, facets, order, shortcuts; and the first page."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from kb.models import ResultPage, SearchQuery
from tests.support.html_reading import column, links, misspoken, soup, text, titles
from tests.support.library import DRAFTS, TOURISM, Shelf
from web import create_app
from web.forms.urls import SHOWN, facets

QUESTION = "/search?q=women+tourism+market"


class TestColumns:
    def test_each_language_has_a_column_with_its_own_heading_and_count(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&view=columns")
        english, thai = column(page, "en"), column(page, "th")
        assert text(english.h2) == "English (3 documents)"
        assert text(thai.h2) == "Thai (2 documents)"
        assert set(titles(english) + titles(thai)) == set(titles(soup(site, QUESTION)))
        assert "สตรีผู้นำตลาดริมน้ำ" in titles(thai)
        assert links(page, ".jump") == {"Go to the Thai documents": "#th"}

    def test_every_way_on_keeps_the_columns(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&view=columns&kind=case&limit=1")
        ways_on = [
            *links(page, ".facets").values(),
            *links(page, ".filters").values(),
            *links(page, ".pages").values(),
            *links(page, "article").values(),
            links(page, ".ways")["Latest first"],
        ]
        assert len(ways_on) > 6
        assert all("view=columns" in address for address in ways_on if not address.startswith("#"))
        form = page.select_one("form[role=search]")
        assert form is not None
        assert form.select_one("input[name=view][value=columns]")
        assert links(page, ".ways")["Single list"] == f"{QUESTION}&kind=case&limit=1"
        back = soup(site, links(column(page, "th"), "h3")["สตรีผู้นำตลาดริมน้ำ"]).select_one(".back a")
        assert back is not None
        assert back["href"] == f"{QUESTION}&kind=case&limit=1&view=columns"

    def test_a_column_says_why_it_is_empty(self, site: FlaskClient) -> None:
        nothing = column(soup(site, "/search?q=bridge&view=columns"), "en")
        assert "No documents found in this language." in text(nothing)
        left_out = column(soup(site, f"{QUESTION}&view=columns&lang=th"), "en")
        assert "excludes these documents" in text(left_out)
        assert links(left_out, ".empty") == {"Show both languages": f"{QUESTION}&view=columns"}
        ended = column(soup(site, f"{QUESTION}&view=columns&limit=2&offset=2"), "th")
        assert "No more documents in this language." in text(ended)

    def test_paging_goes_on_as_long_as_either_column_does(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&view=columns&limit=1")
        assert text(column(page, "en").h2) == "English (1–1 of 3 documents)"
        assert text(page.select_one(".pages span")) == "Page 1 of 3"

    def test_another_layout_begins_with_its_first_page(self, site: FlaskClient) -> None:
        ways = links(soup(site, f"{QUESTION}&limit=2&offset=2&sort=date"), ".ways")
        assert ways["English and Thai side by side"] == f"{QUESTION}&sort=date&limit=2&view=columns"

    def test_what_is_above_the_results_speaks_of_the_list_it_shows(self, site: FlaskClient) -> None:
        assert text(soup(site, QUESTION).select_one(".above .count")) == "5 documents"
        assert text(soup(site, f"{QUESTION}&limit=2&offset=2").select_one(".above .count")) == "3–4 of 5 documents"
        assert soup(site, f"{QUESTION}&view=columns").select_one(".above .count") is None


class TestFacets:
    def test_all_are_there_and_named(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}+bridge")
        names = [text(heading) for heading in page.select(".facet h3")]
        assert names == ["Language", "Kind", "Economy", "Theme", "Event", "Year"]
        theme = page.select_one("ul[aria-labelledby=facet-theme] a")
        assert text(theme) in (f"{TOURISM} (2)", "Women's empowerment (2)")

    def test_filters_are_combined_and_undone_one_by_one(self, site: FlaskClient) -> None:
        page = soup(site, QUESTION)
        thai = links(page, "ul[aria-labelledby=facet-language]")["Thai (2)"]
        cases = links(soup(site, thai), "ul[aria-labelledby=facet-kind]")["Best-practice case (1)"]
        both = soup(site, cases)
        assert titles(both) == ["สตรีผู้นำตลาดริมน้ำ"]
        chips = links(both, ".filters")
        assert len(chips) == 3
        assert chips["Remove the filter Kind: Best-practice case ×"] == thai
        assert chips["Remove all filters"] == QUESTION
        in_facet = both.select("ul[aria-labelledby=facet-kind] a.active")
        assert [str(link["href"]) for link in in_facet] == [thai]

    def test_a_second_value_of_a_facet_can_be_chosen_too(self, site: FlaskClient) -> None:
        one = soup(site, f"{QUESTION}&kind=case")
        choices = links(one, "ul[aria-labelledby=facet-kind]")
        assert "Transcript (1)" in choices  # counted as if no kind had been chosen
        two = soup(site, choices["Transcript (1)"])
        assert set(titles(two)) == set(titles(one)) | {"Panel on tourism in small towns"}

    def test_what_is_beyond_the_first_values_can_be_reached(self) -> None:
        drafts = [replace(DRAFTS[1], id=f"m-{at}", event=f"Forum number {at}") for at in range(SHOWN + 3)]
        page = soup(create_app(Shelf(drafts)).test_client(), "/search?q=market")
        facet = next(one for one in page.select(".facet") if text(one.h3) == "Event")
        assert text(facet.select_one("details summary")) == "3 more: Event"
        assert len(facet.select(":scope > ul > li")) == SHOWN
        assert len(facet.select("details li")) == 3
        last = facet.select("details a")[-1]
        assert text(soup(create_app(Shelf(drafts)).test_client(), str(last["href"])).select_one(".above .count")) == (
            "1 document"
        )

    def test_values_in_use_are_never_folded_away(self) -> None:
        drafts = [replace(DRAFTS[1], id=f"m-{at}", event=f"Forum number {at:02}") for at in range(SHOWN + 3)]
        shelf = Shelf(drafts)
        query = SearchQuery("market", events=("Forum number 10",))
        with create_app(shelf).test_request_context():
            (facet,) = (one for one in facets(shelf.search(SearchQuery("market")).facets, query) if one.name == "event")
        assert [choice.value for choice in facet.choices if choice.active] == ["Forum number 10"]
        assert len(facet.choices) + len(facet.rest) == SHOWN + 3

    def test_events_and_themes_stand_in_the_language_of_the_reader(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&ui=th")
        assert "ระบบนิเวศการท่องเที่ยวและอาหาร" in text(page.select_one("ul[aria-labelledby=facet-theme]"))
        assert misspoken(page) == []


class TestOrder:
    def test_by_date_the_latest_comes_first_and_the_page_says_what_that_means(self, site: FlaskClient) -> None:
        page = soup(site, QUESTION)
        by_date = soup(site, links(page, ".ways")["Latest first"])
        assert "with weak matches at the end" in text(by_date.select_one(".head"))
        assert "with weak matches at the end" not in text(page.select_one(".head"))
        current = [text(link) for link in by_date.select(".ways [aria-current]")]
        assert current == ["Latest first", "Single list"]
        firm = [one for one in by_date.select("article") if text(one.select_one(".strength")) != "Weak match"]
        dates = [str(time["datetime"]) for one in firm for time in one.select("time")]
        assert len(dates) >= 2
        assert dates == sorted(dates, reverse=True)

    def test_the_order_is_kept_by_filters_and_pages(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&sort=date&limit=2")
        for address in (*links(page, ".facets").values(), *links(page, ".pages").values()):
            assert "sort=date" in address


class TestFirstPage:
    def test_one_box_and_nothing_else_to_set(self, site: FlaskClient) -> None:
        page = soup(site, "/")
        assert len(page.select("main input")) == len(page.select("main form")) == 1

    def test_the_newest_event_is_named_with_its_papers(self, site: FlaskClient) -> None:
        page = soup(site, "/")
        newest = next(part for part in page.select(".newest") if text(part.h2) == "Newest event")
        assert text(newest.select_one(".documents a")).startswith("Report")
        assert "1 document" in text(newest.select_one(".facts"))
        for address in links(newest, "").values():
            assert site.get(address).status_code == 200

    def test_without_events_there_is_none(self) -> None:
        page = soup(create_app(Shelf([replace(DRAFTS[1], event=None)])).test_client(), "/")
        assert [text(heading) for heading in page.select(".newest h2")] == ["Newest documents"]


class TestShortcuts:
    def test_they_are_told_without_javascript(self, site: FlaskClient) -> None:
        assert links(soup(site, "/"), "footer")["Keyboard shortcuts"] == "/about#shortcuts"
        about = soup(site, "/about")
        assert about.find(id="shortcuts") is not None
        assert [text(key) for key in about.select("main kbd")] == ["/", "j", "k", "?"]
        switch = about.select_one("main .keys-switch")
        assert switch is not None
        assert switch.has_attr("hidden")  # the script that it is for shows it


class Counting(Shelf):
    """It counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[SearchQuery] = []

    def search(self, query: SearchQuery) -> ResultPage:
        self.asked.append(query)
        return super().search(query)


def test_a_plain_search_asks_once_and_a_filter_once_more() -> None:
    shelf = Counting()
    site = create_app(shelf).test_client()
    site.get(QUESTION)
    assert len(shelf.asked) == 1
    assert shelf.asked[0].explain
    shelf.asked.clear()
    site.get(f"{QUESTION}&kind=case&kind=report&year_from=2019&year_to=2019")
    assert len(shelf.asked) == 3
    assert [query.limit for query in shelf.asked] == [10, 1, 1]
