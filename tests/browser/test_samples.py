"""The main job, end to end: the bundled model, the sample documents, a real server and a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from kb.base import KnowledgeBase
from tests.browser.server import served
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_an_advisor_asks_in_english_and_reads_a_thai_case(
    browser: Browser, sample_base: KnowledgeBase
) -> None:
    with served(create_app(sample_base)) as address:
        context = browser.new_context(base_url=address, locale="en-GB")
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Ask in English or Thai").fill(
            "crab fishers returning egg-bearing crabs to the sea"
        )
        page.get_by_role("button", name="Search").click()
        result = page.get_by_role("article").filter(has_text="ธนาคารปูม้า").first
        expect(result.locator("blockquote mark").first).to_have_text(re.compile("[ก-๙]"))
        result.get_by_role("heading").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("ธนาคารปูม้า")
        expect(page.locator(".text mark").first).to_have_text(re.compile("[ก-๙]"))
        page.get_by_role("link", name="ไทย", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "th")
        expect(page.locator(".text mark").first).to_be_attached()
        context.close()
