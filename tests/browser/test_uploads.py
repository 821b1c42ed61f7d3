"""The way in, in a browser: log in, send files of several formats, watch them become searchable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.accounts.models import UserRole
from kb.uploads.worker import Worker
from tests.support import page_checks
from tests.support.site_server import served
from tests.support.visitors import PASSWORD, Opened, opened

pytestmark = pytest.mark.browser

WEAVERS = "Weavers of the northern village sell cotton cloth through a cooperative of their own."
FILES = {
    "weavers.txt": f"Weavers\n\n{WEAVERS}\n",
    "bakers.md": "# Bakers of the coast\n\nThey dry seaweed for bread and sell it in three towns.\n",
    "ทอผ้า.html": "<html><title>ทอผ้า</title><body><h1>กลุ่มทอผ้า</h1><p>หมู่บ้านขายผ้าฝ้ายผ่านสหกรณ์ของชุมชน</p></body></html>",
    "cases.csv": "title,challenge,results\nBeehives,Hives were lost in winter,Sensors tell the keeper\n",
    "panel.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ms Lee>We lend machines to young firms.\n",
}
SEARCHABLE = re.compile("Searchable")
DROP = """async ([form, files]) => {
    const dropped = new DataTransfer();
    for (const [name, words] of Object.entries(files)) dropped.items.add(new File([words], name));
    form.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk_site(tmp_path: Path) -> Iterator[tuple[Opened, str]]:
    """A site with a desk, an editor and a worker."""
    site = opened(tmp_path / "home")
    site.desk.people.add("shell", "malee", UserRole.EDITOR, PASSWORD)
    worker = Worker(site.desk.batches)
    worker.start()
    with served(site.app) as address:
        yield site, address
    worker.stop()
    site.base.close()


@pytest.fixture
def editor(browser: Browser, desk_site: tuple[Opened, str]) -> Iterator[Page]:
    """An editor who is logged in; whatever the browser complains of fails the test."""
    _, address = desk_site
    context = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page)
    yield page
    context.close()
    # A form that is refused is told to its script so, which the browser writes down.
    assert [told for told in complaints if "status of 400" not in told] == []


def log_in(page: Page) -> None:
    page.goto("/login?next=/desk/bring-in")
    page.get_by_label("Name", exact=False).first.fill("malee")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/bring-in$"))


def written(folder: Path) -> list[Path]:
    folder.mkdir()
    for name, words in FILES.items():
        (folder / name).write_text(words, encoding="utf-8")
    return [folder / name for name in FILES]


def test_files_of_five_formats_become_searchable_before_ones_eyes(editor: Page, tmp_path: Path) -> None:
    editor.get_by_label("Files or a ZIP archive").set_input_files(written(tmp_path / "papers"))
    editor.get_by_label("Publish immediately").check()
    editor.get_by_role("button", name="Import", exact=True).click()
    expect(editor).to_have_url(re.compile(r"/desk/batches/1$"))
    lines = editor.locator(".items > li")
    expect(lines).to_have_count(5)
    for line in range(5):
        expect(lines.nth(line)).to_contain_text(SEARCHABLE, timeout=20_000)
    expect(editor.locator("[data-milestone]")).to_have_text("This batch is complete.", timeout=10_000)
    expect(editor.locator("[data-stop-batch]")).to_have_count(0)
    editor.reload()
    expect(lines.filter(has_text=SEARCHABLE)).to_have_count(5)
    editor.goto("/search?q=weavers+of+cotton")
    expect(editor.locator("article").first).to_contain_text("cotton cloth")


def test_files_are_dropped_and_taken_back(editor: Page, desk_site: tuple[Opened, str]) -> None:
    form = editor.locator("#sending")
    editor.evaluate(DROP, [form.element_handle(), FILES])
    expect(editor.locator("[data-dropped]")).to_contain_text("Files added: 5")
    expect(editor.locator("[data-names] li")).to_have_count(5)
    editor.get_by_role("button", name="Remove these files").click()
    expect(editor.locator("[data-names] li")).to_have_count(0)
    editor.get_by_role("button", name="Import", exact=True).click()
    expect(editor.locator("[data-wrong]")).to_contain_text("Nothing was sent")
    editor.evaluate(DROP, [form.element_handle(), FILES])
    editor.get_by_role("button", name="Import", exact=True).click()
    expect(editor).to_have_url(re.compile(r"/desk/batches/1$"))
    names = {item.name for item in desk_site[0].desk.batches.items(1)}
    assert names == set(FILES)


def test_it_works_without_scripts(browser: Browser, desk_site: tuple[Opened, str], tmp_path: Path) -> None:
    context = browser.new_context(base_url=desk_site[1], locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.locator("#files").set_input_files(written(tmp_path / "papers"))
    page.get_by_role("button", name="Import", exact=True).click()
    # The page loads itself again until the work is done.
    expect(page.locator(".items > li").filter(has_text="Saved as a draft")).to_have_count(5, timeout=25_000)
    context.close()


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_pages_are_accessible(editor: Page, desk_site: tuple[Opened, str], language: str, tmp_path: Path) -> None:
    site, _ = desk_site
    editor.locator("#files").set_input_files([*written(tmp_path / "papers")])
    editor.locator("#text").fill(f"{WEAVERS} They said so.")
    editor.locator("#addresses").fill("http://127.0.0.1/inside")
    editor.get_by_role("button", name="Import", exact=True).click()
    expect(editor.locator("[data-milestone]")).to_contain_text("This batch is complete", timeout=20_000)
    failed = site.desk.batches.items(1, ("failed", "held"))[0].id
    for address in ("bring-in", "batches", "batches/1", f"items/{failed}"):
        editor.goto(f"/desk/{address}?ui={language}")
        assert page_checks.faults_for_everybody(editor, language) == {}, address
