"""The map in a browser: by pointer, finger and keyboard; its names where real letters put them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from kb.models import MapPoint
from tests.support.library import DRAFTS, Shelf
from tests.support.site_server import served
from tests.web.views.test_map import TITLES
from web import create_app

pytestmark = pytest.mark.browser

OVER_EACH_OTHER = """() => {
    const shown = [...document.querySelectorAll('.names text')].filter(one => one.getClientRects().length);
    const frame = document.querySelector('.frame').getBoundingClientRect();
    const boxes = shown.flatMap(one => [...one.querySelectorAll(':scope > tspan')]
        .map(line => [one, line.textContent, line.getBoundingClientRect()]));
    const wrong = [];
    for (const [i, [one, words, box]] of boxes.entries()) {
        if (box.left < frame.left - 1 || box.right > frame.right + 1) wrong.push(['outside', words]);
        for (const [other, others, its] of boxes.slice(i + 1))
            if (one !== other && box.left < its.right && its.left < box.right
                && box.top + 4 < its.bottom && its.top + 4 < box.bottom) wrong.push([words, others]);
    }
    return { names: shown.length, wrong };
}"""

BETWEEN = """() => {
    const [one, other] = [...document.querySelectorAll('.spots use')].map(use => use.getBoundingClientRect());
    return Math.hypot(one.x - other.x, one.y - other.y);
}"""


class Crowd(Shelf):
    """Sixty documents with titles in both languages, at places that chance gave."""

    def __init__(self) -> None:
        super().__init__(
            replace(DRAFTS[at % 5], id=f"d-{at}", title=f"{TITLES[at % len(TITLES)]} {at}") for at in range(60)
        )

    def placed(self) -> tuple[MapPoint, ...]:
        chance = random.Random(4)
        return tuple(MapPoint(one, chance.random(), chance.random()) for one in self.documents())


@pytest.fixture(scope="module")
def crowd() -> Iterator[str]:
    with served(create_app(Crowd())) as address:
        yield address


def test_a_pointer_is_told_what_a_point_is_and_opens_it(page: Page) -> None:
    page.goto("/map")
    box = page.locator(".told-of")
    expect(box).to_be_hidden()
    point = page.locator(".spots a[href='/documents/d-talad']")
    point.locator("use").hover()
    expect(box.get_by_role("link", name="สตรีผู้นำตลาดริมน้ำ")).to_have_attribute("lang", "th")
    expect(box).to_contain_text("Thai · Best-practice case · August 2019 · Thailand")
    page.keyboard.press("Escape")  # nothing has the keyboard: it stays
    page.mouse.move(5, 5)
    expect(box).to_be_hidden()
    point.locator("use").click()
    expect(page).to_have_url("/documents/d-talad")


def test_the_keyboard_goes_from_point_to_point(page: Page) -> None:
    page.goto("/map?q=women market")
    box = page.locator(".told-of")
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowDown")
    first = page.locator("ol.places a").first.inner_text()
    expect(box).to_contain_text(first)
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("link")).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(box).to_contain_text(first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)


def test_the_keyboard_needs_one_stop_for_the_whole_map(page: Page) -> None:
    page.goto("/map")
    page.locator(".legend a").last.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("application")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()


def test_zooming_spreads_the_points_and_leaves_them_as_large(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1100})
    page.goto("/map")
    frame = page.locator(".frame")
    shape = page.locator(".spots a").first.locator("use")
    before, size = frame.bounding_box(), shape.bounding_box()
    assert size
    expect(page.get_by_role("button", name="Whole map")).to_be_disabled()
    distance = BETWEEN
    near = page.evaluate(distance)
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(distance) == pytest.approx(near * 1.6, rel=0.01)
    now = shape.bounding_box()
    assert now
    assert now["width"] == pytest.approx(size["width"])
    assert frame.bounding_box() == before  # nothing else moves
    frame.focus()
    page.keyboard.press("0")
    assert page.evaluate(distance) == pytest.approx(near)
    assert before
    page.mouse.move(before["x"] + 100, before["y"] + 100)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(page.get_by_role("button", name="Whole map")).to_be_enabled()
    assert page.evaluate(distance) > near * 1.3


def test_a_map_that_is_zoomed_can_be_dragged(page: Page) -> None:
    page.goto("/map")
    page.get_by_role("button", name="Zoom in").click()
    ground, frame = page.locator(".ground"), page.locator(".frame").bounding_box()
    assert frame
    before = ground.get_attribute("x")
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 30, steps=4)
    page.mouse.up()
    assert ground.get_attribute("x") != before
    expect(page).to_have_url("/map")


def test_a_finger_is_told_first_and_opens_then(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(
        base_url=shelf_site, has_touch=True, is_mobile=True, locale="en-GB", viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/map")
    point = page.locator(".spots a[href='/documents/d-panel'] use")
    target = point.bounding_box()
    assert target
    assert min(target["width"], target["height"]) >= 24
    point.tap()
    expect(page.locator(".told-of")).to_contain_text("Panel on tourism in small towns")
    expect(page).to_have_url("/map")
    point.tap()
    expect(page).to_have_url("/documents/d-panel")
    context.close()


def test_points_are_plain_links_without_scripts(browser: Browser, shelf_site: str) -> None:
    context = browser.new_context(base_url=shelf_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/map")
    expect(page.locator(".zoom")).to_be_hidden()
    assert page.locator(".spots title").count() == 6
    page.locator(".spots a[href='/documents/d-market'] use").click()
    expect(page).to_have_url("/documents/d-market")
    context.close()


@pytest.mark.parametrize("address", ["/map?ui=en", "/map?ui=th&q=tourism market"])
@pytest.mark.parametrize("width", [1280, 1000, 700, 390, 320])
def test_names_do_not_lie_over_each_other(browser: Browser, crowd: str, address: str, width: int) -> None:
    context = browser.new_context(base_url=crowd, viewport=ViewportSize(width=width, height=900))
    page = context.new_page()
    page.goto(address)
    found = page.evaluate(OVER_EACH_OTHER)
    assert found["names"] >= 2
    assert found["wrong"] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_drawn_in_the_colours_of_the_legend(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/map?colour=language")
    fill = "one => getComputedStyle(one).fill"
    points = page.locator(".spots a.m1").first.evaluate(fill)
    assert points == page.locator(".legend use.m1").evaluate(fill)
    assert points != page.locator(".spots a.m2").first.evaluate(fill)
