"""A real headless browser on a real server: Debian's chromium, driven by Playwright, over waitress."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.library import Shelf
from tests.support.site_server import served
from web import create_app

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
HOW_TO_GET_IT = "there is no chromium here; on Debian or Ubuntu: apt-get install chromium fonts-thai-tlwg"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def large_print(browser: Browser) -> Iterator[Browser]:
    """The browser of somebody who set letters to twice their size."""
    letters = "--blink-settings=defaultFontSize=32"
    started = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, letters])
    yield started
    started.close()


@pytest.fixture(scope="session")
def shelf_site() -> Iterator[str]:
    with served(create_app(Shelf())) as address:
        yield address


@pytest.fixture
def page(browser: Browser, shelf_site: str) -> Iterator[Page]:
    """A fresh visitor at a desk, speaking English; whatever the browser complains of fails the test."""
    context = browser.new_context(base_url=shelf_site, locale="en-GB", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: request.url.startswith(shelf_site) or complaints.append(request.url))
    yield opened
    context.close()
    assert complaints == []
