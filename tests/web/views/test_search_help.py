"""The search page: why a result, what was meant, what to try when nothing is good, what to do with results."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from ingest.models import Span
from kb.models import Evidence, MatchedPair, Passage, PassageHit
from tests.support.html_reading import links, misspoken, soup, text, titles
from tests.support.library import MAKATI
from web.presenters.match_explanation import Matched, Met, matched

QUESTION = "/search?q=women+tourism+market"


class TestWhy:
    def test_matched_words_are_told_in_their_languages_and_with_their_nearness(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=women market")
        result = next(one for one in page.select("article") if text(one.h2) == "สตรีผู้นำตลาดริมน้ำ")
        why = result.select_one("details.why")
        assert text(why.summary if why else None) == "Why this result"
        pairs = {text(one.dt): [text(word) for word in one.select("dd")] for one in result.select(".why dl > div")}
        assert pairs == {"women": ["สตรี very close"], "market": ["ตลาด very close"]}
        thai = result.select_one(".why dd [lang]")
        assert thai is not None
        assert (thai["lang"], text(thai)) == ("th", "สตรี")

    def test_the_addresses_do_not_ask_for_it(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=women market&explain=1")
        assert not [link for link in page.select("main a") if "explain" in str(link["href"])]

    def test_pairs_are_grouped_the_nearest_first_and_each_word_told_once(self) -> None:
        words = "Market day at the fair: a market for all"
        passage = Passage("p", "d", 0, 100, 100 + len(words), "en", words, ())
        places = {"Market": (0, 6), "fair": (18, 22), "market": (26, 32), "all": (37, 40), "day": (7, 10)}
        pairs = tuple(
            MatchedPair(asked, Span(100 + places[word][0], 100 + places[word][1]), near)
            for asked, word, near in (
                ("ตลาด", "fair", 0.45),
                ("ตลาด", "Market", 0.52),
                ("ตลาด", "market", 0.50),
                ("day", "day", 0.61),
                ("งาน", "fair", 1.0),
                ("ทุกคน", "all", 0.31),
            )
        )
        hit = PassageHit(passage, 1.0, Evidence(Span(100, 100 + len(words)), (), pairs))
        assert matched(hit) == (
            Matched("งาน", (Met("fair", "name"),)),
            Matched("day", (Met("day", "same"),)),
            Matched("ตลาด", (Met("Market", "close"), Met("fair", "near"))),
            Matched("ทุกคน", (Met("all", "loose"),)),
        )
        assert matched(hit, most=2) == matched(hit)[:2]
        assert matched(replace(hit, evidence=replace(hit.evidence, pairs=()))) == ()


class TestHint:
    def test_a_slip_is_asked_about_and_the_filters_stay(self, site: FlaskClient) -> None:
        hint = soup(site, "/search?q=toursim&kind=case&sort=date&view=columns").select_one(".hint")
        assert text(hint) == "Did you mean tourism?"
        assert links(hint, "") == {  # type: ignore[arg-type]
            "tourism": "/search?q=tourism&kind=case&sort=date&view=columns"
        }

    def test_the_other_keyboard_layout_is_named(self, site: FlaskClient) -> None:
        hint = soup(site, "/search?q=%3D6%2C%3Do").select_one(".hint")
        assert text(hint) == "This may have been typed with the wrong keyboard layout. Did you mean ชุมชน?"
        assert hint is not None
        assert hint.a is not None
        assert hint.a["lang"] == "th"
        assert titles(soup(site, str(hint.a["href"])))

    def test_it_is_on_the_first_page_only_and_not_for_what_is_right(self, site: FlaskClient) -> None:
        assert soup(site, "/search?q=toursim&offset=10").select(".hint") == []
        assert soup(site, "/search?q=tourism").select(".hint") == []


class TestNothingGood:
    def test_nothing_found_says_what_to_try(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=zzzz")
        assert text(page.select_one(".notice")) == "No documents found."
        tries = links(page, ".tries")
        assert tries["Browse all documents"] == "/documents"
        assert tries["View the events and their documents"] == "/events"
        assert tries["กิจการเพื่อสังคมดูแลผู้สูงอายุ"].startswith("/search?q=")
        assert "whole sentence" in text(page.select_one(".tries"))
        assert page.select("aside, .take, .export") == []

    def test_filters_are_offered_to_drop_where_that_finds_something(self, site: FlaskClient) -> None:
        address = f"/search?q=tourism&kind=case&event={MAKATI}"
        page = soup(site, address.replace(" ", "+"))
        offered = [text(item) for item in page.select(".tries li")][:2]
        assert offered == ["Without the filter Kind: Best-practice case (1 document)", "Without filters (3 documents)"]
        for link in page.select(".tries li a")[:2]:
            assert titles(soup(site, str(link["href"])))
        assert "Without" not in text(soup(site, "/search?q=zzzz&kind=case&lang=th").select_one(".tries"))

    def test_when_all_is_weak_only_what_finds_better_is_offered(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=women+market&kind=release")
        assert titles(page) == ["การท่องเที่ยวโดยชุมชน"]
        assert links(page, ".notice") == {"Suggestions": "#tries"}
        assert text(page.select_one(".tries li")) == "Without the filter Kind: Press release (3 documents)"
        assert "Without" not in text(soup(site, "/search?q=income").select_one(".tries"))
        assert soup(site, "/search?q=women market").select(".tries") == []

    @pytest.mark.parametrize("language", ["en", "th"])
    @pytest.mark.parametrize("view", ["list", "columns"])
    def test_every_text_is_in_its_own_voice(self, site: FlaskClient, view: str, language: str) -> None:
        for question in ("zzzz&kind=case&kind=report", "income", "toursim", "%3D6%2C%3Do", "women market&lang=en"):
            assert misspoken(soup(site, f"/search?q={question}&view={view}&ui={language}")) == []


class TestTakingAlong:
    def test_each_result_can_be_selected_for_what_stands_below(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=women market&view=columns")
        form = page.select_one("form:has(.take)")
        assert form is not None
        assert form["action"] == "/list"
        assert form["method"] == "get"
        assert [str(one["value"]) for one in form.select("input[name=q]")] == ["women market"]
        boxes = form.select("input[name=item]")
        assert len(boxes) == len(form.select("article"))
        assert "d-market.1.56-130" in [str(box["value"]) for box in boxes]
        for box in boxes:
            described = page.find(id=str(box["aria-describedby"]))
            assert box.find_parent("article") is (described.find_parent("article") if described else None)
        assert [(text(one), one.get("formaction")) for one in form.select(".take button")] == [
            ("Add to reading list", None),
            ("Create brief", "/brief"),
            ("Compare best-practice cases", "/compare"),
        ]

    def test_comparing_is_offered_where_there_are_cases(self, site: FlaskClient) -> None:
        buttons = soup(site, "/search?q=tourism&kind=transcript").select(".take button")
        assert [text(button) for button in buttons] == ["Add to reading list", "Create brief"]

    def test_what_is_selected_arrives(self, site: FlaskClient) -> None:
        page = soup(site, "/search?q=women market")
        items = [str(box["value"]) for box in page.select("input[name=item]")][:2]
        for address in ("/list", "/brief"):
            assert site.get(address, query_string={"q": "women market", "item": items}).status_code == 200

    def test_all_results_can_be_exported_whatever_page_shows(self, site: FlaskClient) -> None:
        page = soup(site, f"{QUESTION}&kind=case&limit=1&offset=1")
        exports = links(page, ".export")
        assert list(exports) == ["CSV", "JSON Lines", "RIS", "BibTeX"]
        assert exports["CSV"] == "/search.csv?q=women+tourism+market&kind=case"
        for address in exports.values():
            answer = site.get(address)
            assert answer.status_code == 200
            assert "สตรีผู้นำตลาดริมน้ำ" in answer.text
