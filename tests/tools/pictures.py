"""`make pictures`: the pictures of the main pages in docs/pages/, with the samples and the bundled model.

Needs chromium. `docs/pages.md` shows them.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py

import secrets
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, StorageState, sync_playwright

from ingest.models import StatedMetadata
from kb.accounts.models import UserRole
from kb.admin import AdminServices
from kb.cli.ingest import bring_in
from kb.knowledge_base import KnowledgeBase
from kb.models import DocumentSummary, SearchQuery
from kb.settings import from_environment
from kb.uploads.models import UploadedFile
from kb.uploads.worker import Worker
from tests.support.site_server import served
from web import create_app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pages"
ASKED = "How should trips for elderly people and wheelchair users be priced?"
ASKED_IN_THAI = "ชุมชนทำอย่างไรให้คนรุ่นใหม่กลับบ้าน"
PANEL = """Panel on packaging of community products

Makati, Philippines, 29 October 2019

Ms Santos: We dry seaweed into sheets that hold a meal and can be eaten after it.

Mr Chen: In Chinese Taipei a cooperative of six villages shares one sealing machine.
"""
DESK, PHONE = (1180, 800), (390, 800)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is seen: its address, the size of the window, the interface's language, light or dark."""

    name: str
    address: str
    size: tuple[int, int] = DESK
    language: str = "en"
    scheme: str = "light"
    by_editor: bool = False


def main() -> None:
    """Make all of them anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as home:
        base = KnowledgeBase(replace(from_environment(os.environ), home=Path(home), calibration=""))
        bring_in(base, [str(ROOT / "samples")])
        desk = AdminServices(base)
        with served(create_app(base, desk)) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            shown = pictures(base) + desk_pictures(desk)
            session = logged_in(browser, site, desk)
            for picture in shown:
                take(browser, site, picture, session)
            browser.close()
        base.close()


def pictures(base: KnowledgeBase) -> list[Picture]:
    """What is shown."""
    asked, thai = quote(ASKED), quote(ASKED_IN_THAI)
    answer = base.searcher.search(SearchQuery(ASKED)).results[0]
    left, right = twins(base)
    cases = "&".join(
        f"item={one.id}" for one in base.catalogue.documents() if one.kind == "case" and one.language == "en"
    )
    compared = "&".join(cases.split("&")[:3])
    read = f"/documents/{answer.document.id}?q={asked}#p-{answer.passages[0].passage.ordinal}"
    return [
        Picture("results", f"/search?q={asked}"),
        Picture("results-thai", f"/search?q={thai}&view=columns", language="th"),
        Picture("results-phone", f"/search?q={asked}", PHONE),
        Picture("document", read),
        Picture("side-by-side", f"/documents/{left.id}/beside/{right.id}"),
        Picture("cases", f"/compare?{compared}"),
        Picture("events", "/events", language="th"),
        Picture("map", f"/map?q={asked}"),
        Picture("map-dark", "/map?colour=theme", scheme="dark"),
        Picture("brief", f"/brief?{compared}&q={asked}"),
    ]


def desk_pictures(desk: AdminServices) -> list[Picture]:
    """The ingest desk with a batch, of which one file is much like a document that is there and one is broken."""
    release = (ROOT / "samples" / "releases" / "makati-forum.en.md").read_bytes()
    sent = [
        UploadedFile("panel-on-packaging.txt", PANEL.encode()),
        UploadedFile("makati-forum-corrected.md", release + b"\n\nThe organisers thank all delegates.\n"),
        UploadedFile("ใบลงทะเบียน.png", b"\x89PNG\r\n\x1a\n"),
    ]
    batch = desk.batches.receive("somchai", sent, StatedMetadata(), publish=False)
    Worker(desk.batches).once()
    draft = desk.review.drafts()[0]
    return [
        Picture("desk-batch", f"/desk/batches/{batch}", by_editor=True),
        Picture("desk-review", f"/desk/documents/{draft.id}", by_editor=True),
        Picture("desk-overview", "/desk", language="th", by_editor=True),
    ]


def logged_in(browser: Browser, site: str, desk: AdminServices) -> StorageState:
    """The cookies of an admin."""
    password = secrets.token_urlsafe()
    desk.people.add("shell", "somchai", UserRole.ADMIN, password)
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/login")
    page.locator("main [name=name]").fill("somchai")
    page.locator("main [name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{site}/**")
    state = context.storage_state()
    context.close()
    return state


def twins(base: KnowledgeBase) -> tuple[DocumentSummary, DocumentSummary]:
    """A document and the one that tells its story in the other language."""
    for document in base.catalogue.documents():
        for related in base.searcher.related(document.id):
            if document.language == "en" and related.same_story:
                return document, related.document
    raise SystemExit("no two samples tell the same story")


def take(browser: Browser, site: str, picture: Picture, session: StorageState) -> None:
    """One picture, as PNG."""
    width, height = picture.size
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "th": "th-TH"}[picture.language],
        color_scheme="dark" if picture.scheme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=session if picture.by_editor else None,
    )
    page = context.new_page()
    page.goto(picture.address)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
