from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages import PAGES

pytestmark = pytest.mark.browser


def test_a_thai_document_is_found_in_english_and_opened_where_it_answers(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search in English or Thai").fill("women market")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “women market”")
    result = page.get_by_role("article").filter(has_text="สตรีผู้นำตลาดริมน้ำ")
    expect(result.locator("mark")).to_have_text(["สตรี", "ตลาด"])
    result.get_by_role("link", name="สตรีผู้นำตลาดริมน้ำ").click()
    expect(page).to_have_url("/documents/d-talad?q=women+market#p-1")
    expect(page.locator(".text mark")).to_have_text(["สตรี", "ตลาด"])
    for mark in page.locator(".text mark").all():
        expect(mark).to_be_in_viewport()
    assert page.locator(".text mark").first.evaluate("mark => getComputedStyle(mark).backgroundColor") == (
        "rgb(255, 233, 163)"
    )
    page.get_by_role("link", name="Back to the results").click()
    expect(page).to_have_url("/search?q=women+market")


def test_the_interface_is_switched_to_thai_and_stays_thai(page: Page) -> None:
    page.goto("/search?q=tourism&kind=transcript")
    page.get_by_role("link", name="ไทย", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "th")
    expect(page).to_have_url("/search?q=tourism&kind=transcript&ui=th")
    expect(page.get_by_text("29 ตุลาคม 2562")).to_be_visible()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    expect(page.get_by_role("button", name="ค้นหา")).to_be_visible()
    page.get_by_role("link", name="English", exact=True).click()
    page.goto("/about")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_filters_are_added_and_taken_back(page: Page) -> None:
    page.goto("/search?q=women tourism market")
    results = page.get_by_role("article")
    expect(results).to_have_count(5)
    page.get_by_role("complementary").get_by_role("link", name="Best-practice case (2)").click()
    expect(results).to_have_count(2)
    page.get_by_role("complementary").get_by_role("link", name="Thai (1)", exact=True).click()
    expect(results).to_have_count(1)
    page.get_by_label("Filters in use").get_by_role("link", name="Best-practice case").click()
    expect(results).to_have_count(2)
    page.get_by_label("Filters in use").get_by_role("link", name="Remove the filter Language: Thai").click()
    expect(results).to_have_count(5)


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search in English or Thai")).to_be_focused()
    page.keyboard.type("tourism")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “tourism”")
    skip = page.get_by_role("link", name="Skip to the results")
    for _ in range(20):
        page.keyboard.press("Tab")
        if skip.evaluate("link => link === document.activeElement"):
            break
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    first = page.get_by_role("article").first.get_by_role("heading").get_by_role("link")
    for _ in range(2):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    expect(first).to_be_focused()
    assert first.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".text mark").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_cut_off_on_a_phone(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/?ui={language}")
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_thai_lines_break_between_words(page: Page) -> None:
    """No line of Thai begins with a vowel or tone mark, and long Thai text without spaces does break."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/documents/d-chumchon")
    starts = page.locator(".text p").first.evaluate(
        """paragraph => {
            const found = [], range = document.createRange();
            const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
            let line = null;
            while (walker.nextNode()) {
                for (let at = 0; at < walker.currentNode.length; at++) {
                    range.setStart(walker.currentNode, at);
                    range.setEnd(walker.currentNode, at + 1);
                    const box = range.getClientRects()[0];
                    if (box && (line === null || box.top > line + 8)) {
                        line = box.top;
                        found.push(walker.currentNode.data[at]);
                    }
                }
            }
            return found;
        }"""
    )
    assert len(starts) >= 2
    assert all(sign in "กขคงจฉชซญดตถทธนบปผฝพฟภมยรลวศษสหอฮเแโใไ" for sign in starts), starts


@pytest.mark.parametrize("address", ["/", "/search?q=tourism", "/documents/d-hostile?q=tourism", "/documents"])
def test_a_hostile_document_does_no_harm(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("<script>window.hacked=1</script>").first).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator("a[href^=javascript]").count() == 0


def test_it_works_without_javascript(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(base_url=shelf_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search in English or Thai").fill("ท่องเที่ยว")
    page.get_by_role("button").click()
    page.get_by_role("link", name="Panel on tourism in small towns").click()
    expect(page.locator(".text mark").first).to_have_text("tourism")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_light_of_the_reader(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(251, 250, 246)", "dark": "rgb(21, 25, 27)"}[scheme]


def test_only_the_reading_matter_is_printed(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto("/documents/d-panel?q=tourism")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".text mark").first).to_be_visible()
    for hidden in ("header.site form", "header.site nav", "footer.site", ".back"):
        expect(page.locator(hidden)).to_be_hidden()
