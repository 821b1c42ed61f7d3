"""The reading list that a browser keeps, and the brief and the comparison on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.library import Shelf
from web.citations.reading_list import item_of

pytestmark = pytest.mark.browser

KEY = "saphan-reading-list"
PANEL = Shelf().document("d-panel")
ELDER = str(item_of(PANEL.summary, PANEL.passages[1]))
COUNT = "header.site #shelf"


def kept(page: Page) -> list[str]:
    return str(page.evaluate(f"localStorage.getItem('{KEY}') ?? ''")).split()


def remember(page: Page, *words: str) -> None:
    page.goto("/about")
    page.evaluate(f"words => localStorage.setItem('{KEY}', words)", " ".join(words))


def test_documents_and_passages_are_added_and_taken_out_without_leaving_the_page(page: Page) -> None:
    page.goto("/documents/d-talad")
    link = page.locator("a[data-item=d-talad]")
    link.click()
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")
    expect(page.get_by_role("status").filter(has_text="Added to the reading list")).to_be_in_viewport()
    expect(link).to_have_text("Remove from reading list")
    expect(page).to_have_url("/documents/d-talad")
    page.goto(f"/documents/d-panel/cite?chars={ELDER.rpartition('.')[2]}")
    button = page.get_by_role("button", name="Add to reading list")
    button.focus()
    page.keyboard.press("Space")
    expect(page.locator(COUNT)).to_have_text("Reading list (2)")
    assert kept(page) == ["d-talad", ELDER]
    page.locator(COUNT).click()
    expect(page.locator(".entries > li")).to_have_count(2)
    page.goto("/documents/d-talad")
    expect(link).to_have_text("Remove from reading list")
    link.click()
    expect(page.get_by_role("status").filter(has_text="Removed from the reading list")).to_be_in_viewport()
    expect(link).to_have_text("Add to reading list")
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")


def test_an_advisor_takes_results_along_to_a_brief(page: Page) -> None:
    page.goto("/search?q=women market")
    add = page.get_by_role("button", name="Add to reading list")
    add.click()
    expect(page.get_by_role("status").filter(has_text="Select something first")).to_be_in_viewport()
    page.get_by_role("article").filter(has_text="สตรีผู้นำตลาดริมน้ำ").get_by_role("checkbox").check()
    add.click()
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")
    expect(page).to_have_url(re.compile("/search"))
    page.locator(COUNT).click()
    page.get_by_label("Brief title").fill("women market")
    page.get_by_role("button", name="Create brief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("women market")
    expect(page.locator("blockquote:lang(th)")).to_contain_text("กลุ่มสตรี")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_the_list_opens_what_is_kept_and_its_links_change_it(page: Page) -> None:
    remember(page, "d-talad", ELDER, "d-market")
    page.goto("/list")
    expect(page).to_have_url(f"/list?item=d-talad&item={ELDER}&item=d-market")
    expect(page.locator("[data-offer]")).to_be_hidden()
    page.get_by_role("link", name=re.compile("Move up.*Women lead")).click()
    expect(page.locator(".entries h2").nth(1)).to_have_text("Women lead the riverside market")
    assert kept(page) == ["d-talad", "d-market", ELDER]
    page.get_by_role("link", name=re.compile("Remove.*สตรี")).click()
    expect(page.locator(".entries > li")).to_have_count(2)
    assert kept(page) == ["d-market", ELDER]
    expect(page.locator("[data-offer]")).to_be_hidden()
    page.get_by_role("link", name="Clear the list").click()
    expect(page.get_by_text("The list is empty")).to_be_visible()
    assert kept(page) == []
    page.go_back()
    page.get_by_role("button", name="Save this list in this browser").click()
    assert kept(page) == ["d-market", ELDER]


def test_a_list_from_somebody_else_is_kept_or_added_only_when_asked(page: Page) -> None:
    remember(page, "d-market")
    page.goto("/list?item=d-talad&item=d-mixed")
    offer = page.locator("[data-offer]")
    expect(offer).to_contain_text("This list is not the one saved in this browser")
    page.get_by_role("link", name=re.compile("Remove.*Open discussion")).click()
    expect(page.locator(".entries > li")).to_have_count(1)
    assert kept(page) == ["d-market"]
    page.get_by_role("button", name="Add to my list").click()
    expect(page).to_have_url("/list?item=d-market&item=d-talad")
    assert kept(page) == ["d-market", "d-talad"]
    page.goto("/list?item=d-mixed")
    page.get_by_role("button", name="Save this list in this browser").click()
    expect(offer).to_be_focused()
    assert kept(page) == ["d-mixed"]
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")
    page.get_by_role("link", name="Open the previously saved list").click()
    expect(page).to_have_url("/list?item=d-market&item=d-talad")


def test_other_tabs_follow(page: Page) -> None:
    page.goto("/documents/d-talad")
    other = page.context.new_page()
    other.goto("/documents/d-talad")
    other.locator("a[data-item=d-talad]").click()
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")
    expect(page.locator("a[data-item=d-talad]")).to_have_text("Remove from reading list")
    other.evaluate("localStorage.clear()")
    expect(page.locator(COUNT)).to_have_text("Reading list")


def test_a_list_does_not_grow_beyond_its_end(page: Page) -> None:
    words = [f"d{number}" for number in range(49)]
    remember(page, *words)
    page.goto("/documents/d-talad")
    page.locator("a[data-item=d-talad]").click()
    expect(page.locator(COUNT)).to_have_text("Reading list (50)")
    page.goto("/documents/d-market")
    page.locator("a[data-item=d-market]").click()
    expect(page.get_by_role("status").filter(has_text="at most 50 entries")).to_be_in_viewport()
    page.goto("/list?item=d-panel")
    page.get_by_role("button", name="Add to my list").click()
    expect(page.get_by_role("status").filter(has_text="at most 50 entries")).to_be_in_viewport()
    assert kept(page) == [*words, "d-talad"]


GARBAGE = [
    '"><img src=x onerror=alert(1)> d-talad',
    "javascript:alert(1) //evil.example d-talad d-talad a.0.1-2 a.1.01-2",
    '["d-talad"] d-talad {}',
    "\u0000 ก d-talad " + "x" * 65,
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_only_words_of_the_list_count_in_what_is_kept(page: Page, garbage: str) -> None:
    page.goto("/about")
    page.evaluate(f"words => localStorage.setItem('{KEY}', words)", garbage)
    page.goto("/list")
    expect(page).to_have_url("/list?item=d-talad")
    expect(page.locator(COUNT)).to_have_text("Reading list (1)")


REFUSALS = {
    "not there": "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }});",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };",
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_where_nothing_can_be_kept_it_works_as_without_scripts(page: Page, refusal: str) -> None:
    page.add_init_script(refusal)
    page.goto("/documents/d-talad")
    page.locator("a[data-item=d-talad]").click()
    expect(page).to_have_url("/list?item=d-talad")
    expect(page.locator(".entries > li")).to_have_count(1)
    page.goto("/search?q=women market")
    page.get_by_role("article").first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add to reading list").click()
    expect(page.locator(".entries > li")).to_have_count(1)


@pytest.fixture
def unscripted(browser: Browser, shelf_site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=shelf_site, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_scripts_the_address_is_the_list(unscripted: Page) -> None:
    page = unscripted
    page.goto("/search?q=women market")
    for box in page.get_by_role("article").get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Add to reading list").click()
    expect(page.locator(".entries > li")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Remove")).first.click()
    expect(page.locator(".entries > li")).to_have_count(1)
    page.get_by_role("button", name="Create brief").click()
    expect(page.locator(".sources li")).to_have_count(1)
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    page.goto("/list?item=d-market&item=d-talad")
    page.get_by_role("button", name="Compare selected best-practice cases").click()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    page.goto("/")
    page.get_by_role("link", name="Reading list").click()
    expect(page.get_by_text("The list is empty")).to_be_visible()


def printed(page: Page, address: str) -> pypdfium2.PdfDocument:
    page.goto(address)
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def said(document: pypdfium2.PdfDocument) -> str:
    """All its text without white space, for lines break anywhere."""
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_brief_is_printed_on_a4_with_its_addresses(page: Page, language: str) -> None:
    address = f"/brief?item=d-market&item={ELDER}&item=d-chumchon&q=tourism&ui={language}"
    paper = printed(page, address)
    assert len(paper) <= 2
    for sheet in paper:
        assert [round(side) for side in sheet.get_size()] == [595, 842]
        width, _ = sheet.get_size()
        boxes = [sheet_object.get_bounds() for sheet_object in sheet.get_objects(filter=[1])]
        assert boxes
        assert all(left >= 45 and right <= width - 45 for left, _, right, _ in boxes)  # in the margins: 18 mm
    words = said(paper)
    for source in page.locator(".sources a").all():
        assert "".join((source.get_attribute("href") or "").split()) in words
    assert "Tourismbringsguests,buttheinnovationisinwhokeepstheincome." in words
    for screen in ("Print", "Askin", "Backtothe", "กลับไปที่"):
        assert screen not in words


def test_no_passage_is_torn_between_sheets(page: Page) -> None:
    page.goto("/brief?" + "&".join(f"item={name}" for name in ("d-panel", "d-chumchon", "d-mixed")) + "&q=tourism")
    page.evaluate(  # long passages, so that some would be torn
        """for (const words of document.querySelectorAll('.brief blockquote p')) {
            words.textContent = Array(60).fill('Begin middle words').join(' ') + ' End.';
        }"""
    )
    passages = page.locator(".brief blockquote p").count()
    paper = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    texts = ["".join(sheet.get_textpage().get_text_range().split()) for sheet in paper]
    assert len(texts) > 1
    assert sum(text.count("End.") for text in texts) == passages
    for text in texts:
        assert text.count("Begin") == 60 * text.count("End.")


def test_a_comparison_is_printed_across_with_its_titles_on_every_sheet(page: Page) -> None:
    paper = printed(page, "/compare?item=d-market&item=d-talad&item=d-panel&item=d-mixed")
    for sheet in paper:
        assert [round(side) for side in sheet.get_size()] == [842, 595]
        assert "Womenlead" in "".join(sheet.get_textpage().get_text_range().split())
    assert said(paper).count("/documents/d-market/versions/1") == 1


def test_a_comparison_on_a_phone_names_the_case_of_each_cell(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/compare?item=d-market&item=d-talad")
    results = page.get_by_role("row", name=re.compile("^Results"))
    expect(results.get_by_role("cell")).to_have_count(2)
    expect(results.locator(".whose").first).to_be_visible()
    first, second = (cell.bounding_box() for cell in results.get_by_role("cell").all())
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
