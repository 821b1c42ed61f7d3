"""What a page is asked about itself: what is wrong with it for readers of every kind, and what it consists of."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from playwright.sync_api import Page, ViewportSize

from tests.support.html_reading import misspoken

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2; axe-core leaves it off unless asked
    "resultTypes": ["violations", "incomplete"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RUN_AXE = """([context, options]) => axe.run(context, options).then(
    ({violations, incomplete, passes}) => ({violations, incomplete, passes: passes.length}))"""
NO_TEXT = ("nonBmp", "shortTextContent")
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=320, height=640)  # 1280 pixels at 400 % are 320
HALF_A_DESK = ViewportSize(width=640, height=450)  # as wide for letters of 16 pixels as the desk for 32

# Whether it is there for screen readers only.
_UNSEEN = """const unseen = one => Boolean(one)
    && (getComputedStyle(one).clipPath === 'inset(50%)' || unseen(one.parentElement));"""

# Elements whose text is cut off by their own box.
CLIPPED = f"""() => {{ {_UNSEEN}
return [...document.querySelectorAll('body *')].filter(one => {{
    const style = getComputedStyle(one);
    const hides = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
    return hides && !unseen(one) && one.innerText?.trim()
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}}).map(one => one.outerHTML.slice(0, 200));
}}"""

# Pairs of texts that lie over each other.
OVERLAPPING = f"""() => {{ {_UNSEEN}
    const boxes = [], range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {{
        const node = walker.currentNode, parent = node.parentElement;
        if (!node.data.trim() || parent.closest('.skip, svg') || unseen(parent) || !parent.checkVisibility()) continue;
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) boxes.push([box, node.data.trim().slice(0, 60)]);
    }}
    const found = [];
    for (const [i, [one, words]] of boxes.entries())
        for (const [other, others] of boxes.slice(i + 1)) {{
            const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (width > 2 && height > Math.min(one.height, other.height) / 2) found.push([words, others]);
        }}
    return found;
}}"""

# Pixels by which the page is wider than its window.
TOO_WIDE = "() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"

# Each element with text of its own, and the size of its letters in pixels.
LETTERS = """() => [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => [one.tagName + '.' + one.className, parseFloat(getComputedStyle(one).fontSize)])"""

# Levels of the headings, in order.
HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')]
    .filter(one => one.checkVisibility())
    .map(one => Number(one.ariaLevel || one.tagName.slice(1)))"""

# Words that stand in attributes, each with the language it is spoken in.
LABELS = """() => {
    const names = ['aria-label', 'aria-description', 'alt', 'title', 'placeholder'];
    return [...document.querySelectorAll(names.map(name => `[${name}]`))]
        .flatMap(one => names.map(name => [one.closest('[lang]')?.lang ?? '', one.getAttribute(name)]))
        .filter(([_, words]) => words);
}"""

# How many stops the keyboard has to make.
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== 'hidden').length"""

# Where the keyboard is, how often it has been there, whether that is outlined and not covered; null for nowhere.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const outlined = box => getComputedStyle(box).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(box).outlineWidth) >= 2;
    const frame = one.parentElement.closest(':focus-within:not(html, body, main, article)');  // of a field in a box
    const box = [...one.getClientRects()].find(box => box.width && box.height);
    const seen = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    one.dataset.visits = Number(one.dataset.visits ?? 0) + 1;
    return {
        what: one.outerHTML.slice(0, 160),
        visits: Number(one.dataset.visits),
        outlined: outlined(one) || Boolean(frame && outlined(frame)),
        uncovered: Boolean(seen && (one.contains(seen) || seen.contains(one))),
    };
}"""


def faults_for_everybody(page: Page, language: str) -> dict[str, list[Any]]:
    """All that can be asked of a page as it stands, at both sizes, by day and by night; ends on a phone, by night."""
    found: dict[str, list[Any]] = {"headings": out_of_order(page), "spoken": wrongly_spoken(page, language)}
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        found[f"{name}, axe"] = faults(page, RULES)
        page.emulate_media(color_scheme="dark")  # changes colours only
        found[f"{name}, axe, dark"] = faults(page, COLOURS)
    found["lost at 400 %"] = losses(page)
    return {name: wrong for name, wrong in found.items() if wrong}


def faults(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds, and what it could not decide: rule, place, what to do.

    But of an arrow or another single sign it never decides whether it has to be read.
    """
    names = {"exclude": [[".picture text"]]}  # on the map; axe-core cannot tell what a drawing has behind them
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    answer = page.evaluate(RUN_AXE, [names, rules])
    assert answer["passes"]  # it did look
    return [
        f"{rule['id']} at {node['target']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in (*answer["violations"], *answer["incomplete"])
        for node in rule["nodes"]
        if not any(check["data"] and check["data"].get("messageKey") in NO_TEXT for check in node["any"])
    ]


def losses(page: Page) -> list[Any]:
    """Text that is cut off, lies over other text or lies beside the window."""
    wide = page.evaluate(TOO_WIDE)
    beside = [f"{wide} pixels too wide"] if wide else []
    return [*page.evaluate(CLIPPED), *page.evaluate(OVERLAPPING), *beside]


def out_of_order(page: Page) -> list[int]:
    """Levels of the headings, if they are no outline."""
    levels: list[int] = page.evaluate(HEADINGS)
    good = levels[0] == 1 and levels.count(1) == 1
    return [] if good and all(level <= before + 1 for before, level in pairwise(levels)) else levels


def wrongly_spoken(page: Page, language: str) -> list[str]:
    """Texts and labels that a screen reader would speak in another language than theirs."""
    labels = BeautifulSoup("<body></body>", "lxml")
    for voice, words in page.evaluate(LABELS):
        (labels.body or labels).append(labels.new_tag("p", lang=voice, string=words))
    told = page.locator("html").get_attribute("lang")
    wrong = [] if told == language else [f"the page says it is {told}"]
    return [*wrong, *misspoken(BeautifulSoup(page.content(), "lxml")), *misspoken(labels)]


def went_round(page: Page) -> list[Any]:
    """Stops of the keyboard where something is wrong."""
    wrong = []
    for _ in range(page.evaluate(STOPS)):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["visits"] > 1 or not stop["outlined"] or not stop["uncovered"]:
            wrong.append(stop)
    return wrong
