"""Errors, headers, static files: what holds for every answer."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import BadGlossary, HomeUnusable, ModelMismatch
from kb.models import ResultPage, SearchQuery
from tests.support.html_reading import RUN
from tests.support.library import Shelf
from web import create_app

ENVELOPES = [
    ("get", "/api/v1/nothing", 404, "not_found"),
    ("get", "/api/v1/documents/none", 404, "no_such_document"),
    ("get", "/api/v1/documents/none/related", 404, "no_such_document"),
    ("get", "/api/v1/search?q=x&limit=0", 400, "bad_query"),
    ("get", "/api/v1/search?q=x&lang=fr", 400, "bad_query"),
    ("post", "/api/v1/search", 405, "method_not_allowed"),
    ("delete", "/healthz", 405, "method_not_allowed"),
]


class Broken(Shelf):
    """A knowledge base whose search fails, in a way that must not be shown to strangers."""

    def search(self, query: SearchQuery) -> ResultPage:
        raise RuntimeError("secret of the house")


class Mismatched(Shelf):
    def search(self, query: SearchQuery) -> ResultPage:
        raise ModelMismatch(stored="bundled", current="BAAI/bge-m3")


class Nameless(Shelf):
    def search(self, query: SearchQuery) -> ResultPage:
        raise BadGlossary(
            path="/srv/saphan/glossary.csv",
            line=3,
            cause=BadGlossary(
                "“{found}” has no other name beside it. Fill in at least two names, or remove the row.", found="ice"
            ),
        )


class Homeless(Shelf):
    def search(self, query: SearchQuery) -> ResultPage:
        raise HomeUnusable(home="/srv/saphan", reason="disk full")


@pytest.mark.parametrize(("method", "address", "status", "code"), ENVELOPES)
def test_programs_get_one_envelope(site: FlaskClient, method: str, address: str, status: int, code: str) -> None:
    answer = getattr(site, method)(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert list(answer.json) == ["error"]
    error = answer.json["error"]
    assert list(error) == ["code", "message", "message_th"]
    assert error["code"] == code
    assert re.search("[a-z]", error["message"])
    assert re.search("[ก-๙]", error["message_th"])


@pytest.mark.parametrize(
    ("address", "status", "english", "thai"),
    [
        ("/nothing", 404, "There is no page at this address", "ไม่พบหน้าที่ต้องการ"),
        ("/documents/none", 404, "There is no such document", "ไม่พบเอกสารนี้"),
        ("/search?q=x&offset=-1", 400, "must be a whole number", "ต้องเป็นจำนวนเต็ม"),
    ],
)
def test_people_get_a_page_in_their_language(
    site: FlaskClient, address: str, status: int, english: str, thai: str
) -> None:
    for language, message in (("en", english), ("th", thai)):
        answer = site.get(address, headers={"Accept-Language": language})
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert f'<html lang="{language}">' in answer.text
        assert message in answer.text
        assert 'role="search"' in answer.text


def test_a_wrong_method_is_told_the_right_ones(site: FlaskClient) -> None:
    answer = site.post("/search")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/search?q=x", "/api/v1/search?q=x"])
def test_a_fault_of_ours_is_logged_and_not_shown(address: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = create_app(Broken()).test_client().get(address)
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret of the house" in caplog.text
    assert "Try again in a moment" in answer.text


def test_another_model_is_a_state_of_the_server_not_a_fault_of_the_reader() -> None:
    site = create_app(Mismatched()).test_client()
    answer = site.get("/api/v1/search?q=x")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "model_mismatch")
    assert "kb reindex" in site.get("/search?q=x&ui=th").text


def test_a_broken_glossary_is_a_state_of_the_server_and_says_its_line() -> None:
    answer = create_app(Nameless()).test_client().get("/api/v1/search?q=x")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "bad_glossary")
    assert "Line 3: “ice”" in answer.json["error"]["message"]
    assert "บรรทัดที่ 3: “ice”" in answer.json["error"]["message_th"]


@pytest.mark.parametrize("address", ["/", "/nothing", "/api/v1/search?q=x", "/healthz", "/documents/d-hostile"])
def test_every_answer_is_guarded(site: FlaskClient, address: str) -> None:
    headers = site.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/search?q=women tourism market", "/documents/d-panel?q=tourism", "/about"])
def test_pages_need_nothing_inline_and_nobody_else(site: FlaskClient, address: str) -> None:
    page = BeautifulSoup(site.get(address).text, "lxml")
    assert page.find_all(["style", "iframe", "object"]) == []
    assert [script for script in page.select(RUN) if not script.get("src") or script.string] == []
    assert [tag for tag in page.find_all() if "style" in tag.attrs or any(name[:2] == "on" for name in tag.attrs)] == []
    tags = page.select(f"link[rel=stylesheet], link[rel=icon], {RUN}, img")
    fetched = [str(tag.get("href") or tag["src"]) for tag in tags]
    assert len(fetched) >= 4
    for resource in fetched:
        assert resource.startswith("/static/")
        answer = site.get(resource)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_read(app: Flask, scheme: int) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the edges of controls."""
    css = app.test_client().get("/static/saphan.css").text
    blocks = re.findall(r":root \{([^}]*)\}", css)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[scheme]))
    for ink in ("ink", "soft", "accent"):
        for ground in ("paper", "sheet", "best", "note"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert _contrast(colours["mark-ink"], colours["mark"]) >= 4.5
    assert _contrast(colours["accent-ink"], colours["accent"]) >= 4.5
    assert _contrast(colours["control"], colours["sheet"]) >= 3
    assert _contrast("#2b8a86", colours["paper"]) >= 3  # the bridge of the logo


SITE = create_app(Shelf()).test_client()
NAMES = ["q", "lang", "kind", "economy", "event", "year_from", "year_to", "limit", "offset", "ui", "x"]
PATHS = ["/", "/search", "/documents", "/documents/d-talad", "/about", "/api/v1/search", "/healthz"]


@given(st.sampled_from(PATHS), st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=20)), max_size=5))
@settings(max_examples=120, deadline=None)
def test_whatever_is_asked_the_answer_is_never_our_fault(path: str, arguments: list[tuple[str, str]]) -> None:
    answer = SITE.get(path + "?" + urlencode(arguments, errors="surrogatepass"))
    assert answer.status_code in {200, 302, 400}


@given(st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_addresses_that_lead_nowhere_are_not_found(path: str) -> None:
    for front in ("/nowhere/", "/documents/nowhere", "/api/v1/", "/static/nowhere"):
        answer = SITE.get(front + quote(path, safe="", errors="surrogatepass"), follow_redirects=True)
        assert answer.status_code == 404
