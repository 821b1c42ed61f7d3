"""WCAG 2.2 AA, as far as a machine can tell: axe-core's rules, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support import page_checks
from tests.support.pages import ERRORS, PAGES

pytestmark = pytest.mark.browser

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
    readers_page.set_viewport_size(page_checks.DESK)
    readers_page.emulate_media(color_scheme="light")
    return readers_page


@contextmanager
def visiting(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport=page_checks.DESK, locale="en-GB")
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, language: str) -> None:
    """Go to `address`, its interface in `language`, with all unfolded that can be."""
    answer = page.goto(f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert answer is not None
    assert answer.ok == (address in PAGES), answer.status
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@both_languages
@every_page
def test_a_page_is_for_everybody(visitor: Page, address: str, language: str) -> None:
    """One visit for all that can be asked of it as it stands: to load it takes longer than to look."""
    opened(visitor, address, language)
    assert page_checks.faults_for_everybody(visitor, language) == {}


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("image-alt", '<img src="map.png">'),
        ("color-contrast", '<p style="color: #999; background: #fff">Hard to read</p>'),
        ("label", '<input name="q">'),
        ("html-has-lang", ""),
        ("valid-lang", '<p lang="xx-thai">สะพาน</p>'),
        ("heading-order", "<h3>Skipped a level</h3>"),
        ("target-size", '<a href="#a" style="font-size: 8px">a</a><a href="#b" style="font-size: 8px">b</a>' * 2),
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
    assert any(fault.startswith(f"{rule} ") for fault in page_checks.faults(visitor, page_checks.RULES))


@both_languages
@every_page
def test_letters_grow_to_twice_their_size(visitor: Page, large_page: Page, address: str, language: str) -> None:
    visitor.set_viewport_size(page_checks.HALF_A_DESK)
    opened(visitor, address, language)
    opened(large_page, address, language)
    assert large_page.evaluate(page_checks.LETTERS) == [
        [element, pytest.approx(2 * size)] for element, size in visitor.evaluate(page_checks.LETTERS)
    ]
    assert page_checks.losses(large_page) == []


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
    assert len(page_checks.losses(visitor)) == 1


@pytest.mark.parametrize(
    ("language", "size"), [("en", page_checks.DESK), ("th", page_checks.PHONE)], ids=["desk", "phone"]
)
@every_page
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visitor: Page, address: str, language: str, size: ViewportSize
) -> None:
    visitor.set_viewport_size(size)
    opened(visitor, address, language)
    assert page_checks.went_round(visitor) == []


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
    assert page_checks.went_round(visitor) != []
