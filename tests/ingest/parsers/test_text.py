from __future__ import annotations

import random
from pathlib import Path

import pytest

from ingest.errors import BadSidecar, UnknownEncoding
from ingest.models import BlockRole, Kind
from ingest.parsers.text import looks_like_markdown, parse, parse_markdown
from ingest.text.encoding import decode
from tests.support.hostile_files import BINARY_JUNK
from tests.support.messages import raising

ENGLISH = "The “forum” was held in Makati — its café served naïve entrepreneurs.\nSecond line.\n"
THAI = "สำนักงานส่งเสริมวิสาหกิจฯ (สสว.) จัดงานที่กรุงเทพฯ\nเมื่อวันที่ ๒ สิงหาคม ๒๕๖๒ ผู้ประกอบการ SME เข้าร่วม 120 ราย\n"
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", UNICODE)
@pytest.mark.parametrize("text", [ENGLISH, THAI, "APEC", "กขค"])
def test_unicode_is_read_with_and_without_its_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("codec", ["cp874", "tis_620"])
@pytest.mark.parametrize("text", [THAI, THAI[:12], "SMEA: โครงการ OTOP และ SMEs ของไทย", "กฎหมาย", "ปี 2562"])
def test_thai_single_byte_text_is_recognised(text: str, codec: str) -> None:
    assert decode(text.replace("–", "-").encode(codec)) == text


@pytest.mark.parametrize(
    "text", [ENGLISH, "it’s", "Señor “Peña” – año", "Région Île-de-France: économie sociale", "Köln ß Ärger", "£5 fee"]
)
def test_western_single_byte_text_is_recognised(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_a_page_in_chinese_characters_is_not_taken_for_thai() -> None:
    text = "The agency 經濟部中小企業處 said that 地方創新生態系 need buyers。本論壇由中華台北與菲律賓共同主辦" * 5
    assert decode(text.encode("big5")) == text


def test_a_declared_encoding_is_believed_if_it_fits() -> None:
    assert decode('<meta charset="tis-620"><p>สวัสดี'.encode("cp874")).endswith("สวัสดี")
    assert decode('<meta charset="utf-16"><p>สวัสดีครับ'.encode("cp874")).endswith("สวัสดีครับ")


@pytest.mark.parametrize("size", [50, 1_000, 50_000])
@pytest.mark.parametrize("lowest", [0, 128])
def test_junk_is_in_no_encoding(size: int, lowest: int) -> None:
    rolls = random.Random(size)
    with pytest.raises(UnknownEncoding):
        decode(bytes(rolls.randrange(lowest, 256) for _ in range(size)))


def test_bytes_of_every_value_are_in_no_encoding() -> None:
    with pytest.raises(UnknownEncoding):
        decode(BINARY_JUNK)


def test_damaged_utf8_names_the_line() -> None:
    lines = (THAI * 3).encode().split(b"\n")
    lines[2] = lines[2][:4] + b"\xff" + lines[2][4:]
    with pytest.raises(UnknownEncoding, match="Line 3 "):
        decode(b"\n".join(lines))


def texts(data: str) -> list[str]:
    return [block.text for block in parse(data.encode())[0].blocks]


def test_wrapped_lines_become_paragraphs_and_unwrapped_ones_stay() -> None:
    wrapped = "The regional centre opened a certified kitchen for small\nfirms, which rent it and share in-\nstruments."
    assert texts(wrapped) == [
        "The regional centre opened a certified kitchen for small firms, which rent it and share instruments."
    ]
    listed = "Speakers\n- one from Taipei\n- one from Tomsk"
    assert texts(listed) == ["Speakers", "- one from Taipei", "- one from Tomsk"]


def test_a_real_hyphen_at_a_line_end_stays() -> None:
    text = "Each of the four events collected what it called the best-\npractice cases."
    assert texts(text) == ["Each of the four events collected what it called the best-practice cases."]


def test_thai_lines_are_joined_without_a_space() -> None:
    line = "ผู้ประกอบการในพื้นที่ได้รับคำแนะนำจากพี่เลี้ยงเรื่องแผนธุรกิจและการทำบัญชี"
    assert texts(f"{line}\n{line}\nจบ") == [line + line + "จบ"]


def test_titles_are_told_from_date_lines_and_sentences() -> None:
    long = "A paragraph that goes on. " * 12
    data = f":::\nTitle of the release\nTitle of the release\n{long}\nHeading Between\n{long}\nBangkok 2562\n{long}"
    blocks = parse(data.encode())[0].blocks
    assert [block.text for block in blocks if block.role is BlockRole.HEADING] == [
        "Title of the release",
        "Heading Between",
    ]


def test_front_matter_states_facts_and_other_keys_pass() -> None:
    data = "---\ntitle: ตลาดนัด\nkind: กรณีศึกษา\ndate: ส.ค. 2562\nlayout: post\ntags: [a, b]\n---\nWords.\n"
    [parsed] = parse_markdown(data.encode())
    assert (parsed.stated.title, parsed.stated.kind, parsed.stated.date) == ("ตลาดนัด", Kind.CASE, "2019-08")
    assert [(block.text, block.role) for block in parsed.blocks] == [
        ("ตลาดนัด", BlockRole.HEADING),
        ("Words.", BlockRole.PARAGRAPH),
    ]


@pytest.mark.parametrize(
    ("front", "error"), [("date: someday", "The date “"), ("title: 'open", BadSidecar), ("title: x\n- y", BadSidecar)]
)
def test_bad_front_matter_is_an_error(front: str, error: type[Exception]) -> None:
    with raising(error):
        parse_markdown(f"---\n{front}\n---\nWords.\n".encode())


def test_two_rules_are_not_front_matter() -> None:
    [parsed] = parse_markdown(b"---\nSaid the mayor, in short\n---\nWords.\n")
    assert parsed.blocks[0].text == "Said the mayor, in short"


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**bold** and *slanted* and ***both***", "bold and slanted and both"),
        ("snake_case_name and 5 * 3 * 2", "snake_case_name and 5 * 3 * 2"),
        ("คำว่า**สะพาน**ในภาษาไทย", "คำว่าสะพานในภาษาไทย"),
        ("[a link](https://example.org) and ![a picture](x.png)", "a link and a picture"),
        ("<https://example.org> <b>x</b> `code` \\*star\\*", "https://example.org x code *star*"),
        ("~~gone~~ <!-- hidden --> here", "gone  here"),
    ],
)
def test_markup_is_taken_out(markdown: str, plain: str) -> None:
    assert parse_markdown(markdown.encode())[0].blocks[0].text == plain


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("# Title\n\nWords.", True),
        ("Title\n=====\n\nWords.", True),
        ("---\ntitle: x\n---\nWords.", True),
        ("Words\n# not a heading, in the middle of lines", False),
        ("Price: #1 of the year\n", False),
        ("Words - and dashes -- only.\n", False),
    ],
)
def test_markdown_is_recognised(text: str, is_markdown: bool) -> None:
    assert looks_like_markdown(text) is is_markdown


def test_a_long_line_of_marks_does_not_hang() -> None:
    for mark in ("*", "_", "[", "<", "`", "![", "**a "):
        parse_markdown((mark * 20_000).encode())


@pytest.mark.shared
def test_the_seeds(shared_seeds: Path) -> None:
    bangkok = parse((shared_seeds / "release-bangkok-2019.th.txt").read_bytes())[0]
    makati = parse((shared_seeds / "release-makati-2019.en.txt").read_bytes())[0]
    assert next(block for block in bangkok.blocks if block.role is BlockRole.HEADING).text.startswith(
        "ไต้หวัน – ไทยร่วมส่งเสริม"
    )
    assert makati.blocks[0].role is BlockRole.HEADING
    assert makati.blocks[0].text.startswith("Chinese Taipei and the Philippines Jointly Work")


@pytest.fixture
def shared_seeds() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the seeds of ../shared are not here")
    return folder


def test_a_line_that_names_a_part_of_a_case_is_a_heading_however_short_the_part() -> None:
    text = "โรงคั่วกาแฟของหมู่บ้าน\n\nความท้าทาย\n\nขายได้ราคาต่ำ\n\nActors:\n\nTwo families.\n\nResults"
    (parsed,) = parse(text.encode())
    headings = [block.text for block in parsed.blocks if block.role is BlockRole.HEADING]
    assert headings == ["โรงคั่วกาแฟของหมู่บ้าน", "ความท้าทาย", "Actors:"]
