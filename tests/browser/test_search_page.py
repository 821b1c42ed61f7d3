"""The search page in a browser: keys, columns and facets on a phone, what is selected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.site_server import served
from tests.web.views.test_weight import crowded
from web import create_app

pytestmark = pytest.mark.browser

QUESTION = "/search?q=women tourism market"
PHONE = ViewportSize(width=390, height=800)
ACTIVE = "document.activeElement.textContent"
# Keys of a Thai layout, which give other letters: as a browser tells of them.
THAI_KEY = """([key, code, shiftKey]) => document.activeElement.dispatchEvent(new KeyboardEvent(
    'keydown', {key, code, shiftKey, bubbles: true, cancelable: true}))"""


@pytest.fixture(scope="module")
def crowded_site() -> Iterator[str]:
    with served(create_app(crowded(24))) as address:
        yield address


def focused(page: Page) -> str:
    return str(page.evaluate(ACTIVE)).strip()


class TestKeys:
    def test_j_and_k_go_through_the_results_and_slash_to_the_box(self, page: Page) -> None:
        page.goto(QUESTION)
        titles = page.locator("article h2 a").all_inner_texts()
        for title in titles:
            page.keyboard.press("j")
            assert focused(page) == title
        page.keyboard.press("j")
        assert focused(page) == titles[-1]
        page.keyboard.press("k")
        assert focused(page) == titles[-2]
        expect(page.locator("article").nth(len(titles) - 2)).to_be_in_viewport()
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.type("/jk?")
        expect(page.locator("#q")).to_have_value("women tourism market/jk?")

    def test_they_go_on_from_where_the_reader_is(self, page: Page) -> None:
        page.goto(QUESTION)
        titles = page.locator("article h2 a").all_inner_texts()
        page.locator("[name=item]").nth(1).check()
        page.keyboard.press("j")
        assert focused(page) == titles[2]

    def test_a_thai_layout_has_them_on_the_same_keys(self, page: Page) -> None:
        page.goto(QUESTION)
        first = page.locator("article h2 a").first
        page.evaluate(THAI_KEY, ["่", "KeyJ", False])
        expect(first).to_be_focused()
        page.evaluate(THAI_KEY, ["ฝ", "Slash", False])
        expect(page.locator("#q")).to_be_focused()
        page.locator("main").focus()
        page.evaluate(THAI_KEY, ["ฦ", "Slash", True])
        expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    def test_other_layouts_are_left_as_they_are(self, page: Page) -> None:
        page.goto(QUESTION)
        page.evaluate(THAI_KEY, ["h", "KeyJ", False])  # Dvorak
        assert page.evaluate("document.activeElement === document.body")

    @pytest.mark.parametrize("pressed", ["Control+j", "Alt+j", "Meta+j"])
    def test_with_another_key_they_mean_something_else(self, page: Page, pressed: str) -> None:
        page.goto(QUESTION)
        page.keyboard.press(pressed)
        assert page.evaluate("document.activeElement === document.body")

    def test_composing_is_typing(self, page: Page) -> None:
        page.goto(QUESTION)
        page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
        )
        assert page.evaluate("document.activeElement === document.body")

    def test_they_are_told_and_can_be_turned_off_for_good(self, page: Page) -> None:
        page.goto(QUESTION)
        page.keyboard.press("?")
        told = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(told).to_contain_text("Next result")
        page.keyboard.press("Escape")
        expect(told).to_be_hidden()
        page.get_by_role("contentinfo").get_by_role("link", name="Keyboard shortcuts").click()
        switch = page.get_by_role("main").get_by_label("Use these keys in this browser")
        expect(switch).to_be_checked()
        switch.uncheck()
        page.goto(QUESTION)
        for pressed in ("j", "/", "?"):
            page.keyboard.press(pressed)
        assert page.evaluate("document.activeElement === document.body")
        expect(told).to_be_hidden()
        page.goto("/about")
        switch.check()
        page.goto(QUESTION)
        page.keyboard.press("j")
        expect(page.locator("article h2 a").first).to_be_focused()


def test_why_a_result_opens_with_the_keyboard(page: Page) -> None:
    page.goto("/search?q=women market")
    summary = page.get_by_role("article").filter(has_text="สตรีผู้นำตลาดริมน้ำ").get_by_text("Why this result")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".why[open] dl")).to_be_visible()
    expect(page.locator(".why[open] dd").first).to_have_text("สตรี very close")


class TestOnAPhone:
    def test_facets_are_folded_and_leave_the_results_in_sight(self, browser: Browser, crowded_site: str) -> None:
        context = browser.new_context(base_url=crowded_site, java_script_enabled=False, viewport=PHONE, locale="en-GB")
        page = context.new_page()
        page.goto("/search?q=women market")
        expect(page.get_by_role("article").first).to_be_in_viewport()
        choice = page.locator("aside").get_by_role("link", name="Best-practice case")
        more = page.locator("aside").get_by_text("more: Event")
        expect(page.locator(".facets")).to_be_hidden()
        page.get_by_text("Filters").first.click()
        expect(page.locator(".facets")).to_be_visible()
        more.click()
        expect(page.get_by_role("link", name="Forum of the Town Number 9")).to_be_visible()
        assert choice.count() == 0  # all are: it could not narrow anything
        page.set_viewport_size({"width": 1280, "height": 900})
        page.reload()
        expect(page.locator(".facets")).to_be_visible()
        expect(page.locator(".unfold")).to_be_hidden()
        context.close()

    def test_the_columns_follow_each_other_and_a_link_leads_to_the_second(self, page: Page) -> None:
        page.goto(f"{QUESTION}&view=columns")
        english, thai = page.locator("#en"), page.locator("#th")
        assert english.bounding_box()["y"] == thai.bounding_box()["y"]  # type: ignore[index]
        expect(page.get_by_role("link", name="Go to the Thai documents")).to_be_hidden()
        page.set_viewport_size(PHONE)
        above, below = english.bounding_box(), thai.bounding_box()
        assert above is not None
        assert below is not None
        assert above["y"] + above["height"] <= below["y"]
        page.get_by_role("link", name="Go to the Thai documents").click()
        expect(thai.get_by_role("article").first).to_be_in_viewport()


def test_selected_results_go_into_a_brief(page: Page) -> None:
    page.goto(f"{QUESTION}&view=columns")
    box = page.locator("#th [name=item]").first
    box.check()
    button = page.get_by_role("button", name="Create brief")
    expect(button).to_be_in_viewport()  # what to do with it is in sight, wherever the list ends
    chosen = box.get_attribute("value")
    button.click()
    expect(page).to_have_url(f"/brief?q=women+tourism+market&item={chosen}")


def test_what_stays_in_sight_covers_no_focus(browser: Browser, crowded_site: str) -> None:
    context = browser.new_context(base_url=crowded_site, viewport={"width": 1280, "height": 700}, locale="en-GB")
    page = context.new_page()
    page.goto("/search?q=women market")
    page.locator("[name=item]").first.check()
    for _ in range(12):
        page.keyboard.press("Tab")
        uncovered = page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getClientRects()[0];
                const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return one.contains(seen) || seen.contains(one);
            }"""
        )
        assert uncovered
    context.close()
