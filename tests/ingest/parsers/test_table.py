from __future__ import annotations

import json

import pytest

from ingest.errors import BadRow, BadTable, IngestError
from ingest.models import BlockRole, Kind
from ingest.parsers import registry
from ingest.parsers.table import FIELDS, is_column, looks_like_csv, looks_like_json_lines, parse_csv, parse_json_lines
from kb.i18n import render
from tests.support.messages import raising, says

HEAD = "title,challenge,results,economy,date\n"


@pytest.mark.parametrize(
    ("column", "field"),
    [(name, field) for field, names in FIELDS.items() for name in (field, *names)]
    + [("CHALLENGE", "challenge"), (" ปัญหา ", "challenge"), ("Results:", "results")],
)
def test_every_spelling_of_a_column_gives_its_field(column: str, field: str) -> None:
    [parsed] = parse_csv(f"title,{column}\nA case,Words of it\n".encode())
    [block] = [block for block in parsed.blocks if block.role is BlockRole.FIELD]
    assert (block.label, block.text) == (field, "Words of it")
    assert parsed.stated.kind is Kind.CASE


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_quotes_and_line_breaks_in_cells(separator: str) -> None:
    quoted = f'"one{separator} ""two""\nthree"'
    [parsed] = parse_csv(f"title{separator}challenge\r\nA{separator}{quoted}\r\n\r\n".encode("utf-8-sig"))
    assert parsed.blocks[1].text == f'one{separator} "two"\nthree'


def test_facts_of_a_row_are_read_in_both_languages() -> None:
    data = "ชื่อเรื่อง;ปัญหา;ประเทศ;ปี;หน่วยงาน;ธีม;ประเภท;ลำดับ\nก;ข;ไทย และ ฟิลิปปินส์;2562;สสว.|DTI;ตลาดกลางคืน;รายงาน;7\n"
    [parsed] = parse_csv(data.encode())
    assert parsed.key == "7"
    assert parsed.stated.title == "ก"
    assert parsed.stated.date == "2019"
    assert parsed.stated.kind is Kind.REPORT
    assert parsed.stated.economies == ("Thailand", "The Philippines")
    assert parsed.stated.organisations == ("สสว.", "DTI")
    assert parsed.stated.themes == ("ตลาดกลางคืน",)


def test_rows_without_an_id_are_told_apart_by_their_number() -> None:
    assert [parsed.key for parsed in parse_csv(f"{HEAD}A,a,,,\n\nB,b,,,\n".encode())] == ["1", "2"]


def test_columns_of_one_meaning_are_put_together_and_unknown_ones_left_out() -> None:
    [parsed] = parse_csv(b"title,results,outcome,phone\nA,first,second,555\n")
    assert [block.text for block in parsed.blocks] == ["A", "first\nsecond"]


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ("name of pet,age\nx,1\n", "None of the columns (", "challenge"),
        ("title,challange\nx,1\n", "” is not recognised. Did you mean “", "Did you mean “challenge”"),
        ("title,challenge\n", BadTable, "no rows"),
        (f"{HEAD}A,a,,,\nB,b,,Atlantis,\n", BadRow, "Line 3: “Atlantis” is not an APEC economy"),
        (f"{HEAD}A,a,,,\nB,b,,,someday\n", BadRow, "Line 3: The date “someday”"),
        (f'{HEAD}"A\nA",a,,,\nB,b,,,someday\n', BadRow, "Line 4: "),
        (f"{HEAD}A,a,,,,more\n", BadRow, "Line 2: there are 6 cells for 5 columns"),
        (f"{HEAD},,,Thailand,\n", BadRow, "Line 2: there is no text"),
        (f'{HEAD}A,"a,,,\nB,b,,,\n', BadRow, "Line 2: a quotation mark has no pair"),
        ("id,title\n1,A\n2,B\n1,C\n", BadRow, "Line 4: the id “1” is already used on line 2"),
    ],
)
def test_a_bad_table_says_where_and_what(data: str, error: type[IngestError], says: str) -> None:
    with raising(error) as caught:
        parse_csv(data.encode())
    assert says in str(caught.value)
    assert render(caught.value, "th") != str(caught.value)


def test_json_lines_of_cases_and_of_other_documents() -> None:
    rows: list[dict[str, object]] = [
        {"_id": 7, "title": "Fair", "challenge": ["No buyers.", "No time."], "economies": ["TH", "ไต้หวัน"]},
        {"title": "ข่าว", "text": "ย่อหน้าหนึ่ง\u2028ต่อ\n\nย่อหน้าสอง", "sample": True, "metadata": {"a": 1}},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    fair, news = parse_json_lines(text.encode())
    assert (fair.key, fair.stated.kind, fair.stated.economies) == ("7", Kind.CASE, ("Thailand", "Chinese Taipei"))
    assert fair.blocks[1].text == "No buyers.\nNo time."
    assert (news.key, news.stated.kind, news.stated.sample) == ("2", None, True)
    assert news.blocks[0].role is BlockRole.HEADING
    assert news.blocks[-1].text == "ย่อหน้าสอง"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("{broken", "this is not one JSON object. Write each "),
        ("[1, 2]", "this is not one JSON object. Write each "),
        ("[" * 100_000, "this is not one JSON object. Write each "),
        ('{"title": {"en": "x"}}', IngestError),
        ('{"weather": "fine"}', "None of the columns ("),
        ('{"id": "1", "title": ""}', "there is no text. Fill in at least one o"),
        ('{"id": "0", "title": "again"}', "the id “"),
    ],
)
def test_a_bad_line_is_named_and_nothing_goes_in(line: str, cause: type[IngestError]) -> None:
    with pytest.raises(BadRow, match="Line 2: ") as caught:
        parse_json_lines(('{"id": "0", "title": "sound"}\n' + line).encode())
    assert says(caught.value.values["cause"], cause)


def test_a_csv_with_too_long_a_row_keeps_the_cause() -> None:
    for data, cause in (
        (f"{HEAD}A,a,,,,x\n", "there are "),
        (f'{HEAD}A,"a"b,,,\n', "a quotation mark has no pair, or a cell "),
    ):
        with pytest.raises(BadRow) as caught:
            parse_csv(data.encode())
        assert says(caught.value.values["cause"], cause)


@pytest.mark.parametrize(
    ("text", "named_so", "is_csv"),
    [
        (HEAD + "A,a,,,\n", False, True),
        ("ชื่อเรื่อง\tปัญหา\nก\tข\n", False, True),
        ("pet,age\nx,1\n", True, True),
        ("pet,age\nx,1\n", False, False),
        ("The title, the date and more.\nWords.\n", False, False),
        ("title,challenge", False, False),
        ("", True, False),
        ("a," * 200_000 + "\n1,2\n", True, False),
    ],
)
def test_tables_are_recognised_by_their_columns(text: str, named_so: bool, is_csv: bool) -> None:
    assert looks_like_csv(text, named_so) is is_csv


def test_json_lines_are_recognised() -> None:
    assert looks_like_json_lines(' {"a": 1}')
    assert looks_like_json_lines('[{"a": 1}]')
    assert not looks_like_json_lines("{curly} text")
    assert not looks_like_json_lines("[1] A footnote")


def test_column_names() -> None:
    assert is_column("ผลลัพธ์")
    assert not is_column("ผู้ดำเนินรายการ")


@pytest.mark.parametrize(
    "line",
    [
        "Each case states its challenge, approach, actors, results and evidence.",
        "We heard of results, evidence, and of many other things, far too many, in a long day, again.",
    ],
)
def test_a_sentence_that_lists_columns_is_text(line: str) -> None:
    (parsed,) = registry.read(f"{line}\n\nOne, two, three, four, five, six, seven.".encode(), "a.txt")
    assert parsed.format == "text"


def test_lines_may_end_as_on_old_macs() -> None:
    text = "title,challenge\rCrabs,Few are left\r"
    assert looks_like_csv(text)
    assert looks_like_csv("x\rtitle,challenge") is False
