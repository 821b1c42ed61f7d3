"""Which of the four events of 2019 a text is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.metadata.dates import parse_date
from ingest.metadata.economies import find_economy
from ingest.metadata.events import all_events, find_event

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
TOMSK, TAIPEI, BANGKOK, MAKATI = (event.name for event in all_events())
PASSING = (
    "Three events have been successfully held in Tomsk and Taipei this June, as well as in Bangkok this August. "
    "กิจกรรมจัดขึ้นที่เมืองทอมสค์ ประเทศรัสเซีย และกรุงไทเป ไต้หวัน"
)


def test_the_table_is_sound() -> None:
    assert len(all_events()) == 4
    for event in all_events():
        assert find_economy(event.economy) == event.economy
        assert parse_date(event.date) == event.date
        assert find_event("", stated=event.thai) == find_event("", stated=event.name.upper()) == event.name


@pytest.mark.parametrize(
    ("text", "date", "event"),
    [
        # by its theme, whatever else is named
        ("“Revitalise Local Development through the\nNetworking of Innovation Ecosystem”. " + PASSING, None, BANGKOK),
        ("ฟื้นฟูการพัฒนาท้องถิ่น ด้วยเครือข่ายนวัตกรรม " + PASSING, "2019", BANGKOK),
        ("Enhancing Local Industry Clustering and Social Innovation with International Reach", "2019-10-29", MAKATI),
        # by forum, place and date
        ("The APEC Local Innovation Ecosystem Forum opened in Tomsk, Russia.", "2019-06", TOMSK),
        ("การประชุม APEC Local Innovation Ecosystem Forum จัดขึ้นที่กรุงไทเป ไต้หวัน", "2019-06", TAIPEI),
        ("การประชุมระบบนิเวศนวัตกรรมท้องถิ่นของเอเปค จัดโดย สสว.", "2019-08-02", BANGKOK),
        # not clear, or none of them
        ("Chinese Taipei spoke of local innovation ecosystems.", "2019-06", None),
        ("A report on the Local Innovation Ecosystem Forum in Tomsk, Taipei, Bangkok and Makati", "2020-03", None),
        ("The Local Innovation Ecosystem Forum. " + "It helps. " * 100 + PASSING, "2019", None),
        ("A fair for rice growers opened in Bangkok.", "2019-08-02", None),
        ("", None, None),
    ],
)
def test_event_of_a_text(text: str, date: str | None, event: str | None) -> None:
    assert find_event(text, date) == event


def test_what_is_stated_is_kept() -> None:
    assert find_event("", stated="SME Week, Lima 2024") == "SME Week, Lima 2024"
    assert find_event(PASSING, "2019-10-29", stated="makati 2019") == MAKATI
    assert find_event("", stated="กรุงเทพ 2562") == BANGKOK


@pytest.mark.parametrize(
    ("name", "date", "event"),
    [("release-makati-2019.en.txt", "2019-10-29", MAKATI), ("release-bangkok-2019.th.txt", "2019", BANGKOK)],
)
def test_seeds(name: str, date: str, event: str) -> None:
    if not (SEEDS / name).exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    assert find_event((SEEDS / name).read_text(encoding="utf-8"), date) == event
