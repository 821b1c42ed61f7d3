"""The list of documents and the events as readers use them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.library import many
from tests.support.site_server import served
from web import create_app

pytestmark = pytest.mark.browser

TOPS = "links => new Set(links.map(one => Math.round(one.getBoundingClientRect().top))).size"


@pytest.fixture(scope="module")
def markets() -> Iterator[str]:
    """A site of many cases."""
    with served(create_app(many(8))) as address:
        yield address


def test_up_to_four_cases_are_chosen_and_compared(browser: Browser, markets: str) -> None:
    page = browser.new_page(base_url=markets, locale="en-GB")
    page.goto("/documents?kind=case")
    boxes = page.get_by_role("checkbox")
    expect(page.locator(".chosen")).to_be_empty()
    for number in (0, 2, 4):
        boxes.nth(number).check()
    expect(page.locator(".chosen")).to_have_text("3 of 4 selected")
    expect(boxes.nth(1)).to_be_enabled()
    page.get_by_role("checkbox", name="Compare Market 0").check()
    expect(page.locator(".comparing :disabled")).to_have_count(4)
    boxes.nth(0).uncheck()
    expect(page.locator(".comparing :disabled")).to_have_count(0)
    page.mouse.wheel(0, 3000)
    page.get_by_role("button", name="Compare best-practice cases").click()
    expect(page).to_have_url("/compare?item=m-5&item=m-3&item=m-0")
    page.go_back()
    expect(page.locator(".chosen")).to_have_text("3 of 4 selected")
    page.context.close()


def test_cases_are_compared_without_scripts_too(browser: Browser, markets: str) -> None:
    context = browser.new_context(base_url=markets, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/documents?kind=case")
    for number in (0, 1):
        page.get_by_role("checkbox").nth(number).check()
    page.get_by_role("button", name="Compare best-practice cases").click()
    expect(page).to_have_url("/compare?item=m-7&item=m-6")
    context.close()


def test_the_list_is_narrowed_sorted_and_widened_again(page: Page) -> None:
    page.goto("/documents")
    titles = page.locator(".documents > li")
    expect(titles).to_have_count(6)
    page.get_by_role("complementary").get_by_role("link", name="Thai (3)", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Documents, in Thai")
    expect(titles).to_have_count(3)
    expect(titles.first).to_contain_text("การท่องเที่ยวโดยชุมชน")
    page.get_by_role("link", name="Latest date first").click()
    expect(titles.first).to_contain_text("Open discussion")
    page.get_by_role("link", name="Remove the filter Language: Thai").click()
    expect(titles).to_have_count(6)


def test_the_newest_event_is_opened_and_searched(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Events").click()
    page.locator(".timeline h3 a").nth(2).click()
    expect(page.get_by_text("Same content in both languages")).to_be_visible()
    page.get_by_role("searchbox", name="Search in the documents of this event").fill("tourism")
    page.get_by_role("search", name="Search in the documents of this event").get_by_role("button").click()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_label("Filters in use")).to_contain_text("APEC Local Innovation Ecosystem Forum, Bangkok")


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_head_stays_calm_on_a_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/events?ui={language}")
    assert page.locator("header.site nav a:visible").evaluate_all(TOPS) == 1
    head = page.locator("header.site").bounding_box()
    assert head is not None
    assert head["height"] <= 160
    expect(page.locator("footer.site .elsewhere a")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 640})
    assert page.locator("header.site :is(.brand, nav a, .switch)").evaluate_all(TOPS) <= 3  # one line
    head = page.locator("header.site").bounding_box()
    assert head is not None
    assert head["height"] <= 80
