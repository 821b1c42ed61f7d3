"""What the three users do, end to end: a real server, a real browser, the sample documents and the bundled model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import Browser, Page, expect

from ingest.models import StatedMetadata
from kb.knowledge_base import KnowledgeBase
from tests.support.site_server import served
from web import create_app

pytestmark = pytest.mark.browser

THAI = re.compile("[ก-๙]")


@pytest.fixture
def at_the_samples(browser: Browser, sample_base: KnowledgeBase) -> Iterator[Page]:
    """A visitor of the site with the samples."""
    with served(create_app(sample_base)) as address:
        context = browser.new_context(base_url=address, locale="en-GB")
        yield context.new_page()
        context.close()


@pytest.mark.model
def test_an_advisor_asks_in_english_and_leaves_with_a_brief_that_cites_a_thai_case(at_the_samples: Page) -> None:
    page = at_the_samples
    page.goto("/")
    page.get_by_label("Search in English or Thai").fill("crab fishers returning egg-bearing crabs to the sea")
    page.get_by_role("button", name="Search").click()

    result = page.get_by_role("article").filter(has_text="ธนาคารปูม้า").first
    expect(result.locator("blockquote mark").first).to_have_text(THAI)
    result.get_by_text("Why this result").click()
    pair = result.locator(".why dl > div").filter(has_text="crab").first
    expect(pair.locator("dd").first).to_contain_text(THAI)

    result.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ธนาคารปูม้า")
    expect(page.locator(".text mark").first).to_have_text(THAI)
    page.get_by_role("link", name="Back to the results").click()

    result.get_by_label("Select").check()
    page.get_by_role("button", name="Create brief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("crab fishers returning egg-bearing crabs to the sea")
    expect(page.get_by_role("main")).to_contain_text("ตัวอ่อนที่ฟักแล้วปล่อยในแนวหญ้าทะเล")
    source = page.get_by_role("listitem").filter(has_text="ธนาคารปูม้า").filter(has_text="(2019, August 2)")
    quoted = source.get_by_role("link")
    expect(quoted).to_have_text(re.compile(r"/documents/\w+/versions/1\?chars=\d+-\d+#cited"))
    quoted.click()
    expect(page.locator("#cited")).to_be_in_viewport()
    expect(page.locator(".best").first).to_have_text(THAI)


@pytest.mark.model
def test_a_researcher_asks_in_thai_compares_two_economies_and_exports_ris(at_the_samples: Page, tmp_path: Path) -> None:
    page = at_the_samples
    page.goto("/?ui=th")
    page.get_by_label("ค้นหาเป็นภาษาไทยหรือภาษาอังกฤษ").fill("ชาวประมงรายย่อยรักษาความสดของปลาและขายได้ราคาดีขึ้น")
    page.get_by_role("button", name="ค้นหา").click()
    narrow = page.get_by_role("complementary")
    for choice in ("กรณีตัวอย่างที่ดี", "ไทย", "ฟิลิปปินส์"):
        narrow.get_by_role("link", name=re.compile(rf"^{choice} \(\d+\)$")).click()
    expect(page.get_by_label("ตัวกรองที่ใช้อยู่").get_by_role("listitem")).to_have_count(4)  # and "remove all"

    ice = page.get_by_role("article").filter(has_text="Solar ice and shared boxes").first
    expect(ice.locator("blockquote mark").first).to_have_text(re.compile("[A-Za-z]"))
    ice.get_by_label("เลือก").check()
    page.get_by_role("article").filter(has_text="ธนาคารปูม้า").first.get_by_label("เลือก").check()
    page.get_by_role("button", name="เปรียบเทียบกรณีตัวอย่างที่ดี").click()
    economies = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="เขตเศรษฐกิจ"))
    expect(economies.get_by_role("cell")).to_have_text([re.compile("ฟิลิปปินส์$"), re.compile("ไทย$")])
    results = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="ผลลัพธ์"))
    expect(results.get_by_role("cell").first).to_contain_text("58 per cent")

    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS", exact=True).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    references = rispy.loads(file.read_text(encoding="utf-8"))
    assert {"Solar ice and shared boxes: a cold chain for island fishers"} <= {one["title"] for one in references}
    assert {one["language"] for one in references} == {"en", "th"}
    assert all(re.search(r"/versions/\d+\?chars=\d+-\d+#cited$", one["urls"][0]) for one in references)


def test_an_admin_brings_in_an_event_and_opens_the_newest(browser: Browser, base: KnowledgeBase) -> None:
    def bring_in(name: str, text: str, event: str, date: str) -> None:
        base.ingestor.add(text.encode(), name=name, stated=StatedMetadata(event=event, date=date))

    bring_in("old.txt", "Old fair\n\nHoney was sold at the fair.", "Honey fair, Da Lat 2019", "2019-05-01")
    with served(create_app(base)) as address:
        context = browser.new_context(base_url=address, locale="en-GB")
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("main")).to_contain_text("Honey fair, Da Lat 2019")
        bring_in("opening.txt", "Opening\n\nBaskets of bamboo were shown.", "Basket fair, Lima 2021", "2021-03-02")
        bring_in("เปิดงาน.txt", "เปิดงาน\n\nกลุ่มจักสานนำตะกร้าไม้ไผ่มาแสดง", "Basket fair, Lima 2021", "2021-03-02")
        page.reload()
        page.get_by_role("link", name="Basket fair, Lima 2021").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Basket fair, Lima 2021")
        for title in ("Opening", "เปิดงาน"):
            expect(page.get_by_role("main").get_by_role("link", name=title, exact=True)).to_be_visible()
        page.get_by_role("link", name="Events", exact=True).click()
        events = page.get_by_role("main").get_by_role("link", name=re.compile("fair"))
        expect(events).to_have_text(["Basket fair, Lima 2021", "Honey fair, Da Lat 2019"])
        context.close()
