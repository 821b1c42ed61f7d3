"""The description of a document: what is stated, then what its text tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.metadata.extract import describe
from ingest.metadata.organisations import find_organisation, organisations_in
from ingest.models import Block, BlockRole, Description, Kind, ParsedDocument, StatedMetadata
from ingest.text.language import words
from ingest.text.normalise import compose

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
FOUR = {"Chinese Taipei", "Russia", "Thailand", "The Philippines"}
SMEA = "Small and Medium Enterprise Administration"


NOTHING = StatedMetadata()


def described(
    *blocks: Block | str, format_: str = "text", file: StatedMetadata = NOTHING, stated: StatedMetadata = NOTHING
) -> Description:
    made = tuple(block if isinstance(block, Block) else Block(block) for block in blocks)
    manuscript = compose(made)
    return describe(manuscript, ParsedDocument(format_, made, file), words(manuscript.text), stated)


def seed(name: str) -> Description:
    path = SEEDS / name
    if not path.exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    return described(*path.read_text(encoding="utf-8").splitlines())


def test_makati_seed() -> None:
    found = seed("release-makati-2019.en.txt")
    assert found == replace(
        found,
        title="Chinese Taipei and the Philippines Jointly Work to Promote the Local Innovation Ecosystem",
        kind=Kind.RELEASE,
        languages=("en",),
        date="2019-10-29",
        event="APEC Local Innovation Ecosystem Forum, Makati 2019",
        source="SMEA",
    )
    assert set(found.economies) == FOUR
    assert set(found.organisations) == {
        SMEA,
        "Ministry of Economic Affairs, Chinese Taipei",
        "Department of Trade and Industry",
        "Bureau of Small and Medium Enterprise Development",
    }


def test_bangkok_seed() -> None:
    found = seed("release-bangkok-2019.th.txt")
    assert found == replace(
        found,
        title="ไต้หวัน – ไทยร่วมส่งเสริมระบบนิเวศนวัตกรรมจากเมืองหลวงสู่ชนบท เพื่อการเติบโตที่ยั่งยืนในภูมิภาคเอเชีย – แปซิฟิก",
        kind=Kind.RELEASE,
        languages=("th",),
        date="2019",
        event="APEC Local Innovation Ecosystem Forum, Bangkok 2019",
        source=None,
    )
    assert set(found.economies) == FOUR
    assert set(found.organisations) == {
        SMEA,
        "Ministry of Economic Affairs, Chinese Taipei",
        "Office of SMEs Promotion",
    }


def test_stated_facts_win_over_the_files_and_these_over_the_text() -> None:
    text = "The forum was held in Bangkok, Thailand, on 2 August 2019 by OSMEP."
    file = StatedMetadata(title="File title", date="2018", economies=("Peru",), source="a file")
    stated = StatedMetadata(
        title="Stated title",
        kind=Kind.CASE,
        organisations=("สสว.", "A village"),
        themes=("นวัตกรรมทางสังคม", "Night  markets", "social innovation"),
        event="Our day",
    )
    found = described("Heading of the text", text, file=file, stated=stated)
    assert found == Description(
        title="Stated title",
        kind=Kind.CASE,
        languages=("en",),
        date="2018",
        event="Our day",
        economies=("Peru",),
        organisations=("Office of SMEs Promotion", "A village"),
        themes=("Social innovation", "Night markets"),
        source="a file",
    )


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        ((Block(":::"), Block("News release"), Block("A door opens"), Block("Text follows here.")), "A door opens"),
        ((Block("ข่าวประชาสัมพันธ์\nเปิดศูนย์นวัตกรรม\nวันที่ 2 สิงหาคม 2562"),), "เปิดศูนย์นวัตกรรม"),
        ((Block("Tel. 02 345 6789"), Block("A door opens"), Block("Text.")), "A door opens"),
        ((Block("Some line above"), Block("The heading", BlockRole.HEADING), Block("Text.")), "The heading"),
        ((Block("word " * 60),), "word " * 17 + "word…"),
    ],
)
def test_title(blocks: tuple[Block, ...], title: str) -> None:
    assert described(*blocks).title == title


@pytest.mark.parametrize(
    ("blocks", "format_", "kind"),
    [
        ((Block("Good morning.", BlockRole.TURN, speaker="Moderator"),), "vtt", Kind.TRANSCRIPT),
        ((Block("A panel"), *(Block("Yes.", BlockRole.TURN, speaker="A"),) * 3), "text", Kind.TRANSCRIPT),
        ((Block("No ice.", BlockRole.FIELD, label="challenge"),), "csv", Kind.CASE),
        (
            (
                Block("Ice", BlockRole.HEADING),
                Block("Challenge", BlockRole.HEADING),
                Block("No."),
                Block("ผลลัพธ์", BlockRole.HEADING),
                Block("Yes."),
            ),
            "markdown",
            Kind.CASE,
        ),
        ((Block("Case study: ice for fishers", BlockRole.HEADING), Block("Text.")), "text", Kind.CASE),
        ((Block("Mentoring note: bees", BlockRole.HEADING), Block("Text.")), "text", Kind.MENTORING),
        ((Block("บันทึกการให้คำปรึกษา: ผึ้ง", BlockRole.HEADING), Block("ข้อความ")), "text", Kind.MENTORING),
        ((Block("Report on best practices", BlockRole.HEADING), Block("Text.")), "pdf", Kind.REPORT),
        ((Block("ข่าวประชาสัมพันธ์"), Block("เผยแพร่รายงานแนวปฏิบัติที่ดี"), Block("ข้อความ")), "text", Kind.RELEASE),
        ((Block("A door opens", BlockRole.HEADING), Block("Text.")), "html", Kind.RELEASE),
    ],
)
def test_kind(blocks: tuple[Block, ...], format_: str, kind: Kind) -> None:
    assert described(*blocks, format_=format_).kind == kind


def test_economies_in_passing_do_not_count() -> None:
    filler = "Growers share one cold room, and the room pays for itself. " * 20
    text = f"A cold room in Peru. {filler} Peru has many. A visitor once came from Japan. {filler}"
    assert described("Cold rooms", text).economies == ("Peru",)
    assert described("Cold rooms", filler + "It stands in Chile.").economies == ("Chile",)
    assert described("Cold rooms", filler).economies == ()


def test_economies_in_a_list_and_of_speakers_count() -> None:
    filler = "Growers share one cold room, and the room pays for itself. " * 20
    found = described("Cold rooms", f"{filler} It runs in Chile, Malaysia and the Philippines.")
    assert set(found.economies) == {"Chile", "Malaysia", "The Philippines"}
    turns = [Block("We share it.", BlockRole.TURN, speaker="Panellist, Viet Nam")] * 2
    assert described("Cold rooms", filler, *turns).economies == ("Viet Nam",)


@pytest.mark.parametrize(
    ("line", "source"),
    [("Source: SMEA", "SMEA"), ("ที่มา: สสว.", "สสว."), ("Sources of income: rice", None), ("The source is near", None)],
)
def test_source(line: str, source: str | None) -> None:
    assert described("A door opens", "Text.", line).source == source


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SMEA and สสว. met DTI.", [SMEA, "Office of SMEs Promotion", "Department of Trade and Industry"]),
        ("The Department of Tourism, the Philippines, agreed.", ["Department of Tourism"]),
        ("In the University of Makati and at Chiang Mai University", ["University of Makati", "Chiang Mai University"]),
        ("Ministry of Trade, Industry and Energy", ["Ministry of Trade, Industry and Energy"]),
        ("the Ministry of Health and Ministry of Labour", ["Ministry of Health", "Ministry of Labour"]),
        ("สถาบันพัฒนาวิสาหกิจไทย (สพว.) และ กระทรวงการท่องเที่ยว", ["สถาบันพัฒนาวิสาหกิจไทย", "กระทรวงการท่องเที่ยว"]),
        ("ธนาคารขยะรับซื้อถุงขนม มหาวิทยาลัยแห่งหนึ่ง กรมธรรม์ กระทรวงที่เกี่ยวข้อง", []),
        ("An office of small firms, a ministry, this University", []),
    ],
)  # fmt: skip
def test_organisations(text: str, names: list[str]) -> None:
    found = organisations_in(text)
    assert [named.name for named in found] == names
    assert all(find_organisation(text[named.start : named.end]) == named.name for named in found)
