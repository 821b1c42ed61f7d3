"""WCAG 2.2 AA, as far as a machine can tell: axe-core's rules, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support import page_checks
from tests.support.html_reading import misspoken
from tests.support.pages import ERRORS, PAGES

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2; axe-core leaves it off unless asked
    "resultTypes": ["violations", "incomplete"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
NO_TEXT = ("nonBmp", "shortTextContent")
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=320, height=640)  # 1280 pixels at 400 % are 320
HALF_A_DESK = ViewportSize(width=640, height=450)  # as wide for letters of 16 pixels as the desk for 32
every_page = pytest.mark.parametrize("address", PAGES + ERRORS)
both_languages = pytest.mark.parametrize("language", ["en", "th"])


@pytest.fixture(scope="module")
def readers_page(browser: Browser, shelf_site: str) -> Iterator[Page]:
    with visiting(browser, shelf_site) as page:
        yield page


@pytest.fixture(scope="module")
def large_page(large_print: Browser, shelf_site: str) -> Iterator[Page]:
    with visiting(large_print, shelf_site) as page:
        yield page


@pytest.fixture
def visitor(readers_page: Page) -> Page:
    """A page at a desk, by day. One for all tests, which all say the language: starting takes longer than looking."""
    readers_page.set_viewport_size(DESK)
    readers_page.emulate_media(color_scheme="light")
    return readers_page


@contextmanager
def visiting(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport=DESK, locale="en-GB")
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, language: str) -> None:
    """Go to `address`, its interface in `language`, with all unfolded that can be."""
    answer = page.goto(f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert answer is not None
    assert answer.ok == (address in PAGES), answer.status
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def faults(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds, and what it could not decide: rule, place, what to do.

    But of an arrow or another single sign it never decides whether it has to be read.
    """
    names = {
        "exclude": [[".picture text"]]
    }  # on the map; axe-core cannot tell what a drawing has behind them
    answer: dict[str, Any] = Axe().run(page, context=names, options=rules).response
    assert answer["passes"]  # it did look
    return [
        f"{rule['id']} at {node['target']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in (*answer["violations"], *answer["incomplete"])
        for node in rule["nodes"]
        if not any(check["data"] and check["data"].get("messageKey") in NO_TEXT for check in node["any"])
    ]


@both_languages
@every_page
def test_axe_finds_no_fault(visitor: Page, address: str, language: str) -> None:
    opened(visitor, address, language)
    for size in (DESK, PHONE):
        visitor.set_viewport_size(size)
        visitor.emulate_media(color_scheme="light")
        assert faults(visitor, RULES) == [], size
        visitor.emulate_media(color_scheme="dark")  # changes colours only
        assert faults(visitor, COLOURS) == [], size


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("image-alt", '<img src="map.png">'),
        ("color-contrast", '<p style="color: #999; background: #fff">Hard to read</p>'),
        ("label", '<input name="q">'),
        ("html-has-lang", ""),
        ("valid-lang", '<p lang="xx-thai">สะพาน</p>'),
        ("heading-order", "<h3>Skipped a level</h3>"),
        (
            "target-size",
            '<a href="#a" style="font-size: 8px">a</a><a href="#b" style="font-size: 8px">b</a>' * 2,
        ),
        ("autocomplete-valid", '<label>Name <input autocomplete="nonsense"></label>'),
        ("region", "<p>Outside of all landmarks</p>"),
    ],
)
def test_axe_does_find_faults(visitor: Page, rule: str, content: str) -> None:
    lang = "" if rule == "html-has-lang" else ' lang="en"'
    inside, outside = ("", content) if rule == "region" else (content, "")
    visitor.goto("about:blank")
    visitor.set_content(
        f"<!doctype html><html{lang}><title>A page</title><main><h1>A page</h1><p>Words</p>{inside}</main>{outside}"
    )
    assert any(fault.startswith(f"{rule} ") for fault in faults(visitor, RULES))


def losses(page: Page) -> list[Any]:
    """Text that is cut off, lies over other text or lies beside the window."""
    wide = page.evaluate(page_checks.TOO_WIDE)
    beside = [f"{wide} pixels too wide"] if wide else []
    return [*page.evaluate(page_checks.CLIPPED), *page.evaluate(page_checks.OVERLAPPING), *beside]


@both_languages
@every_page
def test_nothing_is_lost_at_four_hundred_percent(visitor: Page, address: str, language: str) -> None:
    visitor.set_viewport_size(PHONE)
    opened(visitor, address, language)
    assert losses(visitor) == []


@both_languages
@every_page
def test_letters_grow_to_twice_their_size(
    visitor: Page, large_page: Page, address: str, language: str
) -> None:
    visitor.set_viewport_size(HALF_A_DESK)
    opened(visitor, address, language)
    opened(large_page, address, language)
    assert large_page.evaluate(page_checks.LETTERS) == [
        [element, pytest.approx(2 * size)] for element, size in visitor.evaluate(page_checks.LETTERS)
    ]
    assert losses(large_page) == []


@pytest.mark.parametrize(
    "content",
    [
        '<p style="height: 1em; overflow: hidden">Two<br>lines</p>',
        '<p>One</p><p style="margin-top: -2.2em">Another</p>',
        '<p style="width: 2000px">Wide</p>',
    ],
    ids=["cut off", "over another", "too wide"],
)
def test_losses_are_noticed(visitor: Page, content: str) -> None:
    visitor.goto("about:blank")
    visitor.set_content(f"<!doctype html><p>Fine</p><p>as well</p>{content}")
    assert len(losses(visitor)) == 1


@both_languages
@every_page
def test_headings_are_an_outline(visitor: Page, address: str, language: str) -> None:
    opened(visitor, address, language)
    levels = visitor.evaluate(page_checks.HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(level <= before + 1 for before, level in pairwise(levels)), levels


@both_languages
@every_page
def test_every_text_is_spoken_in_its_language(visitor: Page, address: str, language: str) -> None:
    opened(visitor, address, language)
    assert visitor.locator("html").get_attribute("lang") == language
    assert misspoken(BeautifulSoup(visitor.content(), "lxml")) == []
    labels = BeautifulSoup("<body></body>", "lxml")
    for voice, words in visitor.evaluate(page_checks.LABELS):
        (labels.body or labels).append(labels.new_tag("p", lang=voice, string=words))
    assert misspoken(labels) == []


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("th", PHONE)], ids=["desk", "phone"])
@every_page
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visitor: Page, address: str, language: str, size: ViewportSize
) -> None:
    visitor.set_viewport_size(size)
    opened(visitor, address, language)
    assert went_round(visitor) == []


def went_round(page: Page) -> list[Any]:
    """Stops of the keyboard where something is wrong."""
    wrong = []
    for _ in range(page.evaluate(page_checks.STOPS)):
        page.keyboard.press("Tab")
        stop = page.evaluate(page_checks.FOCUSED)
        if stop is None or stop["visits"] > 1 or not stop["outlined"] or not stop["uncovered"]:
            wrong.append(stop)
    return wrong


@pytest.mark.parametrize(
    "content",
    [
        '<a href="#a" style="outline: none">Not outlined</a>',
        '<a href="#a">Covered</a><p style="position: fixed; inset: 0; margin: 0">All over it</p>',
        '<button onkeydown="event.preventDefault()">Keeps the keyboard</button><a href="#a">Not reached</a>',
    ],
    ids=["not outlined", "covered", "trap"],
)
def test_a_lost_keyboard_is_noticed(visitor: Page, content: str) -> None:
    visitor.goto("about:blank")
    visitor.set_content(f"<!doctype html><style>:focus-visible {{outline: 3px solid}}</style><p>{content}")
    assert went_round(visitor) != []
