"""Review, events and removal in a browser: with scripts, without, for readers of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from kb.accounts.models import UserRole
from kb.editorial.models import FactChanges
from kb.models import State
from tests.support import documents, page_checks
from tests.support.page_checks import DESK, PHONE, losses, went_round
from tests.support.site_server import served
from tests.support.visitors import PASSWORD, Opened, opened

pytestmark = pytest.mark.browser

MARKET = """# Women lead the riverside market

Bangkok, 2 August 2019. Women of the town in Thailand opened a market, said OSMEP.

The market of the women is held every week.
"""
TALAD = """# สตรีผู้นำตลาดริมน้ำ

กรุงเทพฯ 2 สิงหาคม 2562 กลุ่มสตรีในประเทศไทยเปิดตลาดนัดประจำสัปดาห์ กับ APEC Local Innovation Forum
"""
CASE = "title,kind,challenge,results\nPaper of Nan,case,Shops closed in the town.,Sales doubled in a year."
SAID = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ms. Chai>The market is open to all of the town.\n"
PAGES = (  # with `market` and so on for the ids of documents
    "/desk/documents",
    "/desk/documents?state=draft&q=nothing",
    "/desk/documents/market",
    "/desk/documents/talad",
    "/desk/documents/case",
    "/desk/documents/said",
    "/desk/documents/market/text",
    "/desk/documents/market/versions",
    "/desk/documents/market/versions/1",
    "/desk/documents/market/versions/2/changes",
    "/desk/documents/correct?id=market&id=talad",
    "/desk/events",
    "/desk/events/fair",
    "/desk/events/fair/merge?into=งานของเรา",
    "/desk/removed",
    "/desk/removed/purge?id=gone",
)
# Pages of the desk that its other tests do not look at.
OTHERS = (
    "/desk",
    "/desk/gaps?all=1",
    "/desk/people",
    "/desk/people/anong",
    "/desk/keys",
    "/desk/log",
    "/account",
    "/desk/words",
    "/desk/words/new",
    "/desk/words/thai",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Opened, str, dict[str, str]]]:
    """A site with documents of several kinds, its address, and their ids by name."""
    here = opened(tmp_path_factory.mktemp("home"))
    here.desk.people.add("shell", "anong", UserRole.ADMIN, PASSWORD)
    ids = {}
    for name, words, state in (
        ("market.md", MARKET, "draft"),
        ("talad.md", TALAD, "published"),
        ("case.csv", CASE, "draft"),
        ("said.vtt", SAID, "published"),
        ("gone.md", MARKET.replace("2", "3"), "draft"),
    ):
        ids[name.partition(".")[0]] = put(here, words, name, state)  # type: ignore[arg-type]
    here.desk.review.correct("shell", [ids["market"]], FactChanges(set={"event": "Fair", "title": "A market by women"}))
    here.desk.review.correct("shell", [ids["talad"]], FactChanges(set={"event": "งานของเรา"}))
    here.desk.removal.remove("shell", [ids["gone"]])
    with served(here.app) as address:
        yield here, address, ids
    here.base.close()


def put(here: Opened, words: str, name: str, state: State) -> str:
    ((added,),) = documents.write(here.base, [here.base.ingestor.read(words.encode(), name=name)], state)
    return added.document_id


def logged_in(browser: Browser, address: str, *, scripts: bool = True) -> Page:
    context = browser.new_context(base_url=address, locale="en-GB", viewport=DESK, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/login?next=/desk/documents")
    page.locator("main [name=name]").fill("anong")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/documents$"))
    return page


@pytest.fixture(scope="module")
def desk_page(browser: Browser, site: tuple[Opened, str, dict[str, str]]) -> Iterator[Page]:
    page = logged_in(browser, site[1])
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def large_desk_page(large_print: Browser, site: tuple[Opened, str, dict[str, str]]) -> Iterator[Page]:
    page = logged_in(large_print, site[1])
    yield page
    page.context.close()


@pytest.fixture
def admin(desk_page: Page) -> Iterator[Page]:
    """An administrator at a desk, by day; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    desk_page.on("pageerror", lambda error: complaints.append(str(error)))
    desk_page.set_viewport_size(DESK)
    desk_page.emulate_media(color_scheme="light")
    yield desk_page
    assert complaints == []


def named(address: str, ids: dict[str, str]) -> str:
    return re.sub(r"(?<=[/=])(market|talad|case|said|gone)\b", lambda name: ids[name[0]], address)


def go(page: Page, address: str, language: str) -> None:
    answer = page.goto(f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert answer is not None
    assert answer.ok, address
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("address", PAGES + OTHERS)
def test_every_page_is_for_everybody(
    admin: Page, large_desk_page: Page, site: tuple[Opened, str, dict[str, str]], address: str, language: str
) -> None:
    address = named(address, site[2])
    go(admin, address, language)
    assert page_checks.faults_for_everybody(admin, language) == {}
    large_desk_page.set_viewport_size({"width": 640, "height": 450})
    go(large_desk_page, address, language)
    assert losses(large_desk_page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("address", ["/desk/documents", "/desk/documents/market", "/desk/removed"])
def test_the_keyboard_reaches_everything(
    admin: Page, site: tuple[Opened, str, dict[str, str]], address: str, size: dict[str, int]
) -> None:
    admin.set_viewport_size(size)  # type: ignore[arg-type]
    go(admin, named(address, site[2]), "en")
    assert went_round(admin) == []


def test_the_marks_of_the_fact_in_hand_stand_out(admin: Page, site: tuple[Opened, str, dict[str, str]]) -> None:
    go(admin, f"/desk/documents/{site[2]['market']}", "en")
    mark = admin.locator("mark.of-date")
    before = mark.evaluate("one => getComputedStyle(one).backgroundColor")
    other = admin.locator("mark.of-organisations").first.evaluate("one => getComputedStyle(one).backgroundColor")
    admin.locator("#date").focus()
    assert mark.evaluate("one => getComputedStyle(one).backgroundColor") != before
    assert (
        admin.locator("mark.of-organisations").first.evaluate("one => getComputedStyle(one).backgroundColor") == other
    )
    admin.get_by_role("link", name="2 August 2019").click()
    expect(mark).to_be_in_viewport()
    assert mark.evaluate("one => one.matches(':target')")


def test_what_was_typed_is_not_lost_by_a_slip(admin: Page, site: tuple[Opened, str, dict[str, str]]) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    admin.on("dialog", leave)
    go(admin, f"/desk/documents/{site[2]['market']}", "en")
    admin.get_by_role("link", name="Back to the list").click()
    assert asked == []
    admin.go_back()
    admin.locator("#source").fill("https://example.org/paper")
    admin.get_by_role("link", name="Back to the list").click()
    expect(admin).to_have_url(re.compile("/desk/documents"))
    assert asked == ["beforeunload"]
    go(admin, f"/desk/documents/{site[2]['market']}", "en")
    admin.locator("#source").fill("https://example.org/paper")
    admin.get_by_role("button", name="Save as draft").click()
    expect(admin.locator("main .notice").first).to_have_text("Saved as a new version.")
    assert asked == ["beforeunload"]


def test_all_on_a_page_are_selected_at_once(admin: Page) -> None:
    go(admin, "/desk/documents?ui=en", "en")
    boxes = admin.locator("input[name=id]")
    every = admin.get_by_label("Select all on this page")
    every.check()
    assert boxes.evaluate_all("all => all.every(one => one.checked)")
    expect(admin.locator(".selected")).to_have_text(f"{boxes.count()} selected")
    boxes.nth(1).uncheck()
    assert every.evaluate("one => one.indeterminate")
    every.check()
    every.uncheck()
    expect(admin.locator(".selected")).to_have_text("")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    assert boxes.evaluate_all("all => all.slice(0, 3).every(one => one.checked)")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_whole_way_of_a_draft(browser: Browser, tmp_path: Path, scripts: bool) -> None:
    here = opened(tmp_path / "home")
    here.desk.people.add("shell", "anong", UserRole.ADMIN, PASSWORD)
    document_id = put(here, MARKET, "market.md", "draft")
    with served(here.app) as address:
        page = logged_in(browser, address, scripts=scripts)
        page.get_by_role("link", name="Women lead the riverside market").click()
        page.locator("#date").fill("soon")
        page.get_by_role("button", name="Save and publish").click()
        expect(page.locator("#wrong-date")).to_be_visible()
        page.locator("#date").fill("3 August 2019")
        page.get_by_role("button", name="Save and publish").click()
        expect(page.locator("main .notice").first).to_have_text("Saved and published. Readers can now find it.")
        assert here.base.reader.document(document_id).summary.date == "2019-08-03"
        page.get_by_role("link", name="Edit text").click()
        words = page.locator("#text")
        words.fill(words.input_value().replace("every week", "every fortnight"))
        page.get_by_role("button", name="Preview changes").click()
        expect(page.locator(".levels ins")).to_contain_text("fortnight")
        page.get_by_role("button", name="Save text").click()
        expect(page.locator(".words-of .text")).to_contain_text("every fortnight")
        page.get_by_role("button", name="Move to trash").click()
        expect(page.locator("form.undo")).to_contain_text(
            "1 document moved to the trash: Women lead the riverside market"
        )
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("main .notice").first).to_have_text("1 document restored.")
        assert here.base.reader.document(document_id).summary.state == "published"
        page.context.close()
    here.base.close()
