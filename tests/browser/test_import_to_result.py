"""The whole way of an admin, with the bundled model: from five dropped files to a removal that is undone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index.encoder import Encoder
from kb.admin import AdminServices
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.uploads.worker import Worker
from tests.browser.test_uploads import DROP
from tests.support.site_server import served
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.model]

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
PASSWORD = "four bridges in the rain"
# Five formats: HTML, plain text, SRT, DOCX, PDF.
FIVE = (
    "releases/bangkok-forum.th.html",
    "cases/cacao-innovation-centre.th.txt",
    "transcripts/bangkok-food-tourism.th.srt",
    "reports/best-practices-2020-summary.th.docx",
    "cases/blue-crab-bank.th.pdf",
)
# As a browser drops files: bytes, not text.
DROP_BYTES = DROP.replace("new File([words], name)", "new File([Uint8Array.from(words)], name)")


@pytest.fixture
def site(encoder: Encoder, tmp_path: Path) -> Iterator[tuple[str, AdminServices]]:
    """An empty knowledge base with a worker, and an admin made by the command that the README names."""
    home = tmp_path / "home"
    command = [sys.executable, "-m", "kb", "--home", str(home), "user", "add", "somchai", "--role", "admin"]
    subprocess.run([*command, "--password-stdin"], input=PASSWORD, text=True, check=True, cwd=ROOT)
    base = KnowledgeBase(Settings(home=home), encoder)
    desk = AdminServices(base)
    worker = Worker(desk.batches, desk.duties)
    worker.start()
    with served(create_app(base, desk)) as address:
        yield address, desk
    worker.stop()
    base.close()


@pytest.fixture
def page(browser: Browser, site: tuple[str, AdminServices]) -> Iterator[Page]:
    context = browser.new_context(base_url=site[0], locale="en-GB", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def best(page: Page, question: str) -> str:
    """The title of the first result."""
    page.goto(f"/search?q={question}")
    first = page.get_by_role("article").first
    return first.get_by_role("heading").inner_text() if first.count() else ""


def test_an_admin_brings_an_events_papers_in_corrects_finds_removes_and_brings_back(
    page: Page, site: tuple[str, AdminServices]
) -> None:
    # Log in.
    page.goto("/")
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Name").fill("somchai")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()

    # Drop five files of five formats and watch them become searchable.
    page.goto("/desk/bring-in")
    files = {Path(name).name: list((SAMPLES / name).read_bytes()) for name in FIVE}
    page.evaluate(DROP_BYTES, [page.locator("#sending").element_handle(), files])
    page.get_by_label("Publish immediately").check()
    page.get_by_role("button", name="Import", exact=True).click()
    lines = page.locator(".items > li")
    expect(lines).to_have_count(5)
    expect(lines.filter(has_text="Searchable")).to_have_count(5, timeout=120_000)

    # Correct a date of one of them.
    title = "ธนาคารปูม้า"
    page.goto("/desk/documents")
    page.get_by_role("link", name=re.compile(title)).click()
    page.get_by_role("textbox", name="Date").fill("3 สิงหาคม 2562")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("textbox", name="Date")).to_have_value("2019-08-03")
    expect(page.locator("#known-date")).to_contain_text("Stated by an editor")
    sheet = page.url

    # Ask in the other language and find it, with the corrected date.
    question = "crab fishers returning egg-bearing crabs to the sea"
    assert title in best(page, question)
    expect(page.get_by_role("article").first).to_contain_text("3 August 2019")
    expect(page.locator("blockquote mark").first).to_have_text(re.compile("[ก-๙]"))

    # Take it out: it is found no more, by nobody; undo, and it is found again.
    page.goto(sheet)
    page.get_by_role("button", name="Move to trash", exact=True).click()
    assert title not in best(page, question)
    page.goto("/desk/removed")
    page.get_by_label(re.compile(title)).check()
    page.get_by_role("button", name="Restore").click()
    assert title in best(page, question)
    expect(page.get_by_role("article").first).to_contain_text("3 August 2019")

    _, desk = site
    assert desk.base.verify() == ()
    actions = [entry.action for entry in desk.audit.entries() if entry.actor == "somchai"]
    assert actions.count("document.add") == 5
    assert {"document.correct", "document.remove", "document.undo"} <= set(actions)
