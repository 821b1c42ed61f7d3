"""`make pictures`: the pictures of the main pages in docs/pages/, with the samples and the bundled model.

Needs chromium. `docs/pages.md` shows them.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from kb.base import KnowledgeBase
from kb.bring import bring_in
from kb.model import Query, Summary
from kb.settings import from_environment
from tests.browser.server import served
from web import create_app

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pages"
ASKED = "How should trips for elderly people and wheelchair users be priced?"
ASKED_IN_THAI = "ชุมชนทำอย่างไรให้คนรุ่นใหม่กลับบ้าน"
DESK, PHONE = (1180, 800), (390, 800)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is seen: its address, the size of the window, the interface's language, light or dark."""

    name: str
    address: str
    size: tuple[int, int] = DESK
    language: str = "en"
    scheme: str = "light"


def main() -> None:
    """Make all of them anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as home:
        base = KnowledgeBase(replace(from_environment(os.environ), home=Path(home), calibration=""))
        bring_in(base, [str(ROOT / "samples")])
        with served(create_app(base)) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for picture in pictures(base):
                take(browser, site, picture)
            browser.close()
        base.close()


def pictures(base: KnowledgeBase) -> list[Picture]:
    """What is shown."""
    asked, thai = quote(ASKED), quote(ASKED_IN_THAI)
    answer = base.search(Query(ASKED)).results[0]
    left, right = twins(base)
    cases = "&".join(
        f"item={one.id}" for one in base.documents() if one.kind == "case" and one.language == "en"
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


def twins(base: KnowledgeBase) -> tuple[Summary, Summary]:
    """A document and the one that tells its story in the other language."""
    for document in base.documents():
        for related in base.related(document.id):
            if document.language == "en" and related.same_story:
                return document, related.document
    raise SystemExit("no two samples tell the same story")


def take(browser: Browser, site: str, picture: Picture) -> None:
    """One picture, as PNG."""
    width, height = picture.size
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "th": "th-TH"}[picture.language],
        color_scheme="dark" if picture.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(picture.address)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
