"""How much a reader on a slow line waits for: the budget is of issue 4, everything uncompressed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from ingest.models import BlockRole
from tests.support.html_reading import text
from tests.support.library import DRAFTS, Shelf
from web import create_app

BUDGET = 100_000  # bytes: the page, and all that it has a browser fetch
ENGLISH = "The women of the riverside town opened a weekly market where they sell sweets and woven bags. " * 9
THAI = "กลุ่มสตรีในเมืองริมน้ำเปิดตลาดนัดประจำสัปดาห์เพื่อขายขนมและกระเป๋าสานที่ทำกันเองในชุมชน. " * 9


def crowded(number: int = 60) -> Shelf:
    """Documents with long passages in both languages, of many economies, events, years and themes."""
    return Shelf(
        replace(
            DRAFTS[1],
            id=f"m-{place}",
            title=f"{'ตลาดนัดของกลุ่มสตรีริมน้ำ' if place % 2 else 'Women who lead a riverside market'} {place}",
            blocks=tuple((BlockRole.PARAGRAPH, THAI if place % 2 else ENGLISH, None) for _ in range(3)),
            date=f"{2000 + place % 20}",
            event=f"APEC Local Innovation Ecosystem Forum of the Town Number {place % 15}",
            economies=("Thailand", "Chinese Taipei", "The Philippines"),
            themes=(f"Theme of the field number {place % 12}", "Women's empowerment"),
        )
        for place in range(number)
    )


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("view", ["list", "columns"])
def test_a_page_of_results_is_light_and_has_the_results_in_it(view: str, language: str) -> None:
    site = create_app(crowded()).test_client()
    answer = site.get(f"/search?q=women in markets&view={view}&ui={language}")
    page = BeautifulSoup(answer.text, "lxml")
    fetched = [str(tag.get("href") or tag["src"]) for tag in page.select("link[rel=stylesheet], script[src], img")]
    weights = {address: len(site.get(address).data) for address in fetched}
    first = page.select_one(".results > li")
    assert first is not None
    assert len(page.select(".results > li")) == (20 if view == "columns" else 10)
    assert text(first.select_one("blockquote .best mark"))
    total = len(answer.data) + sum(weights.values())
    print(f"{view}, {language}: {len(answer.data):,} + {weights} = {total:,} bytes")
    assert total < BUDGET
