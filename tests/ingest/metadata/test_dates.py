"""Dates in English and Thai, and which of them is the document's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.metadata.dates import dates_in, parse_date
from ingest.metadata.document_date import document_date

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
THAI = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]


@settings(max_examples=80, deadline=None)
@given(st.dates(date(1998, 1, 1), date(2040, 12, 31)))
def test_every_way_of_writing_a_day_gives_that_day(day: date) -> None:
    buddhist = day.year + 543
    english, thai, short = (names[day.month - 1] for names in (ENGLISH, THAI, SHORT))
    digits = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    for written in (
        day.isoformat(),
        f"{day.day} {english} {day.year}",
        f"{english} {day.day}, {day.year}",
        f"{english[:3].upper()} {day.day} {day.year}",
        f"วันที่ {day.day} {thai} พ.ศ. {buddhist}",
        f"{day.day} {short} {buddhist % 100}",
        f"{day.day} {thai} {buddhist}".translate(digits),
        f"{day.day:02}/{day.month:02}/{buddhist}",
    ):
        assert parse_date(written) == day.isoformat(), written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019", "2019"),
        ("2562", "2019"),
        ("พ.ศ. ๒๕๖๒", "2019"),
        ("ค.ศ. 2019", "2019"),
        ("ปี 62", "2019"),
        ("2019-08", "2019-08"),
        ("August 2019", "2019-08"),
        ("เดือนสิงหาคม 2562", "2019-08"),
        ("มิ.ย. 62", "2019-06"),
        ("2019-08-02T09:30:00+07:00", "2019-08-02"),
        ("Friday, 2 August 2019", "2019-08-02"),
        ("วันศุกร์ที่ 2 สิงหาคม 2562", "2019-08-02"),
        ("October 28-29, 2019", "2019-10-28"),
        ("28 – 29 ตุลาคม 2562", "2019-10-28"),
        ("30 July – 2 August 2019", "2019-07-30"),
        ("28 December - 3 January 2020", "2019-12-28"),
        ("1 มกราคม 2563 ถึง 3 มกราคม 2563", "2020-01-01"),
        ("15/08/2019", "2019-08-15"),
        ("08/15/2019", "2019-08-15"),
        ("02/08/2019", "2019"),  # day or month first? nobody can tell
        ("02/08/2562", "2019-08-02"),  # a Buddhist year: written by a Thai, day first
        ("วันที่ .. 62", "2019"),
        ("29 February 2020", "2020-02-29"),
    ],
)
def test_one_date(text: str, value: str) -> None:
    assert parse_date(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "31 February 2019", "29 February 2019", "32 ตุลาคม 2562", "2019-13-01", "October 29", "26 %",
        "62", "2/8/62", "20190802", "12345", "2 August 2019 and 3 May 2020",
        "the 2019 theme of all the members of APEC",
    ],
)  # fmt: skip
def test_no_certain_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2,562 SMEs, 2562 people, 2019% and 3.2019", []),
        ("มีผู้เข้าร่วม 2562 คน ร้อยละ 62", []),
        ("เมื่อวันที่ 2 สิงหาคม 40 คนเข้าร่วม", ["--08-02"]),
        ("on October 29, SMEs may 20 times march 5 miles", ["--10-29"]),
        ("เมื่อเดือนมิ.ที่ผ่านมา", []),
        ("เวลา 10.30 น. วันที่ 2/8/62", ["2019-08-02"]),
    ],
)
def test_dates_in_text(text: str, values: list[str]) -> None:
    assert [mention.value for mention in dates_in(text)] == values


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789๐๒ /-.,พศคปีวันที่สิงหาคมAugst\n"))
def test_any_text_gives_spans_in_order(text: str) -> None:
    place = 0
    for mention in dates_in(text):
        assert place <= mention.start < mention.end <= len(text)
        place = mention.end


LONG = "The project helped many small firms in the villages around the town. " * 12


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("BANGKOK, 2 August 2019 – The forum opened.", "2019-08-02"),
        ("The centre, founded in 1998, aims to double its members by 2030.", None),
        ("โครงการเริ่มเมื่อปี 2555 ตั้งเป้าหมายปี 2573", None),
        ("The forum was held on 29 October. In 2019 the 2030 targets were far.", "2019-10-29"),
        ("The forum was held on 29 February. The year 2019 was good.", "2019"),
        ("The forum was held on 29 October. In 2018 it was planned, in 2019 it came.", None),
        ("กรุงเทพฯ – เมื่อวันที่ 2 สิงหาคม 2562 สสว. จัดการประชุม หลังก่อตั้งตั้งแต่ปี 2540", "2019-08-02"),
        ("ร้อยละ 26 ของมูลค่าส่งออก และ 2562 ราย", None),
        (LONG + "It had signed on 5 March 2018. In 2019 it grew, and in 2019 it won.", "2019"),
    ],
)
def test_date_of_a_document(text: str, value: str | None) -> None:
    found = document_date(text)
    assert (found.value if found else None) == value


def test_date_of_a_document_says_where_it_stands() -> None:
    text = "The forum was held on 29 October. It was the last event for the year 2019."
    found = document_date(text)
    assert found is not None
    assert [text[place.start : place.end] for place in found.places] == ["29 October", "2019"]


@pytest.mark.parametrize(
    ("name", "value"), [("release-makati-2019.en.txt", "2019-10-29"), ("release-bangkok-2019.th.txt", "2019")]
)
def test_seeds(name: str, value: str) -> None:
    if not (SEEDS / name).exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    found = document_date((SEEDS / name).read_text(encoding="utf-8"))
    assert found is not None
    assert found.value == value
