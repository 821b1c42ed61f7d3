from __future__ import annotations

import doctest

import pytest
from flask.testing import FlaskClient

from ingest.metadata.economies import all_economies
from web import i18n
from web.i18n import clock_text, date_text, economy_name, year_text


@pytest.mark.parametrize(
    ("date", "english", "thai"),
    [
        ("2019", "2019", "พ.ศ. 2562"),
        ("2019-06", "June 2019", "มิถุนายน 2562"),
        ("2019-08-02", "2 August 2019", "2 สิงหาคม 2562"),
        ("2020-03-31", "31 March 2020", "31 มีนาคม 2563"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(date: str, english: str, thai: str) -> None:
    assert date_text(date, "en") == english
    assert date_text(date, "th") == thai


def test_thai_years_are_buddhist() -> None:
    assert year_text(2019, "th") == "2562"
    assert year_text("2019", "en") == "2019"


def test_the_clock_counts_hours_only_when_there_are_any() -> None:
    assert [clock_text(ms) for ms in (0, 59_999, 65_000, 3_725_000)] == ["0:00", "0:59", "1:05", "1:02:05"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("th", "th"), ("th-TH,th;q=0.9,en;q=0.5", "th"), ("en-GB", "en"), ("de", "en"), ("", "en")],
)
def test_the_browser_is_spoken_to_in_its_language(site: FlaskClient, accepted: str, language: str) -> None:
    page = site.get("/", headers={"Accept-Language": accepted})
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page.text
    assert {"Accept-Language", "Cookie"} <= set(page.vary)


def test_a_chosen_language_is_remembered(site: FlaskClient) -> None:
    chosen = site.get("/?ui=th")
    cookie = chosen.headers["Set-Cookie"]
    assert all(part in cookie for part in ("ui=th", "HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Path=/"))
    assert '<html lang="th">' in site.get("/about", headers={"Accept-Language": "en"}).text
    assert "Set-Cookie" not in site.get("/about").headers
    assert '<html lang="en">' in site.get("/about?ui=en").text
    assert '<html lang="en">' in site.get("/").text


def test_an_unknown_language_is_not_remembered(site: FlaskClient) -> None:
    page = site.get("/?ui=<script>")
    assert '<html lang="en">' in page.text
    assert "Set-Cookie" not in page.headers


def test_the_switch_keeps_the_question_and_the_filters(site: FlaskClient) -> None:
    page = site.get("/search?q=market&kind=case&kind=release&ui=en").text
    assert 'hreflang="th" href="?q=market&amp;kind=case&amp;kind=release&amp;ui=th"' in page


def test_no_path_that_a_visitor_made_up_is_linked(site: FlaskClient) -> None:
    page = site.get("//evil.example/%22onclick=x?_external=1&_scheme=javascript", follow_redirects=True)
    assert page.status_code == 404
    assert 'href="?_external=1&amp;_scheme=javascript&amp;ui=th"' in page.text
    assert "evil.example" not in page.text


def test_the_thai_interface_is_thai(site: FlaskClient) -> None:
    page = site.get("/search?q=tourism&ui=th").text
    assert "ข่าวประชาสัมพันธ์" in page
    assert "29 ตุลาคม 2562" in page
    assert "พ.ศ. 2562" in page
    for english in ("Press release", "Filters", "Read in context", "October", ">Search<"):
        assert english not in page


def test_economies_are_named_in_the_language_of_the_interface(site: FlaskClient) -> None:
    english = site.get("/search?q=ท่องเที่ยว&ui=en").text
    thai = site.get("/search?q=ท่องเที่ยว&ui=th").text
    assert "Thailand, Chinese Taipei" in english
    assert "Thailand, Chinese Taipei" not in thai
    assert {economy_name(economy.name, "th") for economy in all_economies()} == {e.thai for e in all_economies()}
    assert economy_name("Atlantis", "th") == "Atlantis"


def test_what_the_docstrings_show_is_so() -> None:
    assert doctest.testmod(i18n).failed == 0
    assert doctest.testmod(i18n).attempted >= 4
