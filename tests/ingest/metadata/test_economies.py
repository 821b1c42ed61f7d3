"""The 21 APEC economies: their names, and the traps in running text."""

from __future__ import annotations

import pytest

from ingest.metadata.economies import all_economies, economies_in, find_economy

OFFICIAL = {
    "Australia", "Brunei Darussalam", "Canada", "Chile", "People's Republic of China", "Hong Kong, China",
    "Indonesia", "Japan", "Republic of Korea", "Malaysia", "Mexico", "New Zealand", "Papua New Guinea", "Peru",
    "The Philippines", "Russia", "Singapore", "Chinese Taipei", "Thailand", "United States", "Viet Nam",
}  # fmt: skip


def named(text: str) -> list[str]:
    return [mention.economy for mention in economies_in(text) if mention.kind == "name"]


def test_there_are_21_and_each_is_found_by_all_its_names() -> None:
    assert {economy.name for economy in all_economies()} == OFFICIAL
    assert len({economy.code for economy in all_economies()}) == 21
    for economy in all_economies():
        for name in (economy.code, economy.name, economy.thai, economy.name.upper(), economy.name.lower()):
            assert find_economy(name) == economy.name
        assert named(f"Firms of {economy.name} came.") == [economy.name]
        assert named(f"ผู้ประกอบการจาก {economy.thai} เข้าร่วมงาน") == [economy.name]


@pytest.mark.parametrize(
    ("name", "economy"),
    [
        ("Taiwan", "Chinese Taipei"),
        ("ไต้หวัน", "Chinese Taipei"),
        ("Philippines", "The Philippines"),
        ("  the   philippines ", "The Philippines"),
        ("ประเทศไทย", "Thailand"),
        ("Vietnam", "Viet Nam"),
        ("South Korea", "Republic of Korea"),
        ("China", "People's Republic of China"),
        ("hong kong", "Hong Kong, China"),
        ("U.S.", "United States"),
        ("Russian Federation", "Russia"),
        ("สหรัฐฯ", "United States"),
    ],
)
def test_usual_names(name: str, economy: str) -> None:
    assert find_economy(name) == economy


@pytest.mark.parametrize("name", ["", "France", "Bangkok", "North Korea", "APEC", "ยุโรป"])
def test_what_is_no_economy(name: str) -> None:
    assert find_economy(name) is None


@pytest.mark.parametrize(
    ("text", "economies"),
    [
        ("Hong Kong, China and Chinese Taipei", ["Hong Kong, China", "Chinese Taipei"]),
        ("People's Republic of China; China", ["People's Republic of China"] * 2),
        ("กระทรวงเศรษฐการสาธารณรัฐจีน (ไต้หวันวันที่ .. 62", ["Chinese Taipei"] * 2),
        ("สาธารณรัฐประชาชนจีน", ["People's Republic of China"]),
        ("จีนไทเปและจีน", ["Chinese Taipei", "People's Republic of China"]),
        ("the South China Sea, North Korea and New Mexico", []),
        ("Contact us: Americans of the Americas, chile peppers, US$5, 10 US dollars", []),
        ("CONTACT US about the US market and U.S. buyers", ["United States"] * 2),
        ("THAILAND, Thailand's and Thailand-based firms", ["Thailand"] * 3),
        ("ไทยแลนด์ ภาษาไทย คนไทย อ่าวไทย", []),
        (
            "ของไทย ไทยร่วมกับไต้หวัน และไทยและฟิลิปปินส์",
            ["Thailand", "Thailand", "Chinese Taipei", "Thailand", "The Philippines"],
        ),
        ("เกาหลีเหนือ ลาตินอเมริกา สหรัฐอาหรับเอมิเรตส์ ทะเลจีนใต้", []),
        ("Perugia and Chinatown", []),
    ],
)
def test_names_in_text(text: str, economies: list[str]) -> None:
    assert named(text) == economies


def test_cities_are_weaker_evidence_and_spans_are_exact() -> None:
    text = "held in Tomsk and Taipei this June, ที่กรุงไทเป เมืองทอมสค์ และมะนิลา"
    found = economies_in(text)
    assert {mention.kind for mention in found} == {"city"}
    assert [mention.economy for mention in found] == [
        "Russia", "Chinese Taipei", "Chinese Taipei", "Russia", "The Philippines",
    ]  # fmt: skip
    assert [text[mention.start : mention.end] for mention in found] == ["Tomsk", "Taipei", "ไทเป", "ทอมสค์", "มะนิลา"]
