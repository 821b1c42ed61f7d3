from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def test_matches_are_stepped_through(page: Page) -> None:
    page.goto("/documents/d-panel?q=tourism#p-0")
    page.get_by_role("link", name="Next match").click()
    expect(page).to_have_url("/documents/d-panel?q=tourism#p-1")
    page.get_by_role("link", name="Previous match").click()
    expect(page).to_have_url("/documents/d-panel?q=tourism#p-0")


@pytest.mark.parametrize("width", [1280, 700])
def test_the_link_to_cite_a_paragraph_shows_when_it_is_wanted(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/documents/d-talad")
    link = page.get_by_role("link", name="Cite paragraph 2")
    expect(link).to_have_css("opacity", "0")
    page.get_by_text("กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์").hover()
    expect(link).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(link).to_have_css("opacity", "0")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cite this passage")
    expect(page.locator("blockquote")).to_contain_text("กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์")


def test_on_a_touch_screen_it_is_always_there(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(
        base_url=shelf_site, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/documents/d-talad")
    expect(page.get_by_role("link", name="Cite paragraph 2")).to_have_css("opacity", "1")
    context.close()


def test_a_citation_is_copied_and_leads_back_to_the_words(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(base_url=shelf_site, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/documents/d-talad/cite?chars=0-51&ui=en")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.locator("#link").inner_text()
    page.get_by_role("button", name="Copy BibTeX").click()  # which is folded away
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(2)
    assert page.evaluate("navigator.clipboard.readText()").startswith("@")
    page.goto(link)
    expect(page.locator("#cited")).to_be_in_viewport()
    expect(page.locator("#cited")).to_have_text("ร้านค้าปิดตัวลงและคนรุ่นใหม่ย้ายออกจากเมืองริมน้ำ")
    context.close()


def test_without_scripts_nothing_is_offered_that_needs_them(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(base_url=shelf_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/documents/d-talad/cite?ui=en")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_text("Show the RIS").click()
    expect(page.locator("#ris")).to_contain_text("TY  - RPRT")
    context.close()


def test_two_languages_stand_beside_each_other_and_alternate_on_a_phone(page: Page) -> None:
    page.goto("/documents/d-talad/beside/d-market?ui=en")
    left, right = page.locator(".level").nth(1).locator("> div").all()
    sides = [side.bounding_box() for side in (left, right)]
    assert sides[0]
    assert sides[1]
    assert sides[0]["y"] == sides[1]["y"]
    assert sides[0]["x"] + sides[0]["width"] <= sides[1]["x"]
    page.set_viewport_size({"width": 390, "height": 800})
    sides = [side.bounding_box() for side in (left, right)]
    assert sides[0]
    assert sides[1]
    assert sides[0]["y"] + sides[0]["height"] <= sides[1]["y"]
    page.get_by_role("link", name="Swap the sides").click()
    expect(page.locator(".level").nth(1).locator("> div").first).to_contain_text("Shops closed")


def test_the_original_is_saved_and_not_opened(page: Page) -> None:
    page.goto("/documents/d-talad")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the original file").click()
    assert saved.value.suggested_filename == "d-talad ต้นฉบับ.html"


def test_what_changed_is_reached_from_the_document(page: Page) -> None:
    page.goto("/documents/d-panel")
    page.get_by_role("link", name="2 versions").click()
    page.get_by_role("link", name="View changes from version 1 to 2").click()
    expect(page.locator("ins")).to_contain_text("that is growing old")
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="not the current version")).to_be_visible()
    page.get_by_role("link", name="Read the current version").click()
    expect(page).to_have_url("/documents/d-panel")


def test_the_description_for_machines_does_not_run(page: Page) -> None:
    page.goto("/documents/d-hostile")
    assert page.evaluate("window.hacked") is None
    told = page.evaluate("JSON.parse(document.querySelector('script[type$=json]').textContent)")
    assert told["name"].startswith("<script>")
