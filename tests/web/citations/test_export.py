"""Lists as files: read back by the readers that they are meant for, whatever stands in them."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import replace
from unicodedata import category
from urllib.parse import unquote

import bibtexparser
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder
from werkzeug.utils import send_file

from kb import serialise
from kb.models import Evidence, Passage, PassageHit, SearchResult, Span
from tests.web.citations.test_reference_formats import CASE, NOTE, PANEL, THAI_CASE, TODAY
from web.citations.export import (
    COLUMNS,
    FORMATS,
    ExportedPassage,
    ExportRow,
    excerpt_of,
    file_name,
    reference_of,
    row_of,
)
from web.citations.reference_formats import QuotedPassage, key

FOUND = ExportRow(
    THAI_CASE,
    "https://saphan.example/documents/34a7b06fc2d9",
    1,
    "strong",
    0.91234567,
    ExportedPassage(
        QuotedPassage("ปล่อยแม่ปูคืนทะเล\nขายตรงถึงครัวโรงแรม", "th", "ประธานกลุ่ม", 65_000),
        "https://saphan.example/documents/34a7b06fc2d9#p-2",
        "ขายตรงถึงครัวโรงแรม",
    ),
)
KEPT = ExportRow(CASE, "https://saphan.example/documents/e19f52c8d7a0")
ROWS = (FOUND, KEPT)


def file(name: str, rows: tuple[ExportRow, ...] = ROWS) -> bytes:
    return FORMATS[name].write(rows, TODAY)


def cells(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def objects(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def test_a_csv_opens_in_excel_with_its_thai_right() -> None:
    data = file("csv")
    assert data.startswith("\ufeffrank,title,kind,".encode())
    first, second = cells(data)
    assert (first["rank"], first["title"], first["verdict"]) == ("1", THAI_CASE.title, "strong")
    assert (first["strength"], first["starts_at_ms"], first["speaker"]) == ("0.9123", "65000", "ประธานกลุ่ม")
    assert first["passage_text"] == "ปล่อยแม่ปูคืนทะเล\nขายตรงถึงครัวโรงแรม"
    assert first["passage_sentence"] == "ขายตรงถึงครัวโรงแรม"
    assert (second["rank"], second["passage_text"], second["sample"]) == ("", "", "true")
    assert data.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)


def test_lists_of_a_document_share_a_cell() -> None:
    document = replace(CASE, economies=("Hong Kong, China", "Thailand"), organisations=("=1+1", "B"))
    (row,) = cells(file("csv", (replace(KEPT, document=document),)))
    assert (row["economies"], row["organisations"]) == ("Hong Kong, China; Thailand", "'=1+1; B")


def test_the_columns_are_the_fields_of_json_lines() -> None:
    (record, _) = objects(file("jsonl"))
    assert set(COLUMNS) == set(record)
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_json_lines_has_the_fields_of_the_api() -> None:
    first, second = objects(file("jsonl"))
    for record, row in ((first, FOUND), (second, KEPT)):
        assert serialise.summary(row.document).items() <= record.items()
    assert (first["passage_url"], first["passage_language"]) == (FOUND.excerpt.url, "th")  # type: ignore[union-attr]
    assert second["rank"] is second["verdict"] is second["strength"] is second["passage_text"] is None


def test_a_list_of_nothing_is_a_file_all_the_same() -> None:
    assert cells(file("csv", ())) == []
    assert file("csv", ()).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
    assert (file("jsonl", ()), file("ris", ()), file("bibtex", ()), file("csl", ())) == (b"", b"", b"", b"[]\n")


def test_references_cite_the_passage_where_a_row_has_one() -> None:
    found, kept = rispy.loads(file("ris").decode())
    assert found["abstract"] == "ปล่อยแม่ปูคืนทะเล ขายตรงถึงครัวโรงแรม"
    assert (found["urls"], kept["urls"]) == ([FOUND.excerpt.url], [KEPT.url])  # type: ignore[union-attr]
    assert "abstract" not in kept
    keys = [key(reference_of(row, TODAY)) for row in ROWS]
    assert [found["id"], kept["id"]] == keys
    assert [entry.key for entry in bibtexparser.parse_string(file("bibtex").decode()).entries] == keys
    assert [item["id"] for item in json.loads(file("csl"))] == keys
    assert {entry["access_date"] for entry in (found, kept)} == {"2026/11/22"}


def test_a_row_is_made_of_a_result() -> None:
    text = "One thing. Buyers pay first. Then they wait."
    passage = Passage("p", PANEL.id, 3, 100, 100 + len(text), "en", text, (), "Chair", 5000)
    hit = PassageHit(passage, 1.0, Evidence(Span(111, 128), ()))
    result = SearchResult(PANEL, 2.0, 0.5, "possible", (hit, replace(hit, score=0.5)))
    assert row_of(result, 4, "https://x/d", "https://x/d#p-3") == ExportRow(
        PANEL,
        "https://x/d",
        4,
        "possible",
        0.5,
        ExportedPassage(QuotedPassage(text, "en", "Chair", 5000), "https://x/d#p-3", "Buyers pay first."),
    )
    assert row_of(replace(result, passages=()), 4, "https://x/d", "").excerpt is None
    assert excerpt_of(passage, "https://x/d#p-3").sentence is None


# Whatever stands in it

signs = st.text(st.one_of(st.sampled_from("=+-@＝\t\r\n \"',;\x00\x85\u2028"), st.characters(codec="utf-8")))
rows = st.builds(
    lambda title, said, sentence, speaker: replace(
        FOUND,
        document=replace(NOTE, title=title, organisations=(title,), event=speaker),
        excerpt=ExportedPassage(QuotedPassage(said, "en", speaker), "https://saphan.example/x", sentence),
    ),
    signs,
    signs,
    signs,
    signs,
)


@given(st.lists(rows, max_size=3))
@settings(max_examples=100, deadline=None)
def test_no_cell_is_a_formula_and_none_is_lost(listed: list[ExportRow]) -> None:
    read = cells(file("csv", tuple(listed)))
    assert len(read) == len(listed)
    for row, written in zip(listed, read, strict=True):
        for value in written.values():
            assert value.lstrip()[:1] not in set("=+-@＝＋－＠")
            assert value[:1] not in set("\t\r\n")
        kept = "".join(sign for sign in row.document.title.replace("\r", "\n") if category(sign) != "Cc")
        found = "".join(sign for sign in written["title"] if category(sign) != "Cc")
        assert found in (kept, f"'{kept}")


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\x00=1", "＝1"])
def test_known_formulas_are_only_text(text: str) -> None:
    (row,) = cells(file("csv", (replace(KEPT, document=replace(CASE, title=text)),)))
    assert row["title"].startswith("'")


@pytest.mark.parametrize("text", ["A = B", "ราคา +5 %", "x@example.org", "'quoted'", "ไต้หวัน – ไทย"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    (row,) = cells(file("csv", (replace(KEPT, document=replace(CASE, title=text)),)))
    assert row["title"] == text


@given(st.lists(rows, max_size=3))
@settings(max_examples=100, deadline=None)
def test_each_object_stands_on_one_line_and_is_whole(listed: list[ExportRow]) -> None:
    read = objects(file("jsonl", tuple(listed)))
    assert [(item["title"], item["passage_text"], item["passage_sentence"], item["speaker"]) for item in read] == [
        (row.document.title, row.excerpt.quoted.text, row.excerpt.sentence, row.excerpt.quoted.speaker)
        for row in listed
        if row.excerpt
    ]


# Names of files


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_file_name_is_safe_and_survives_the_header(subject: str) -> None:
    name = file_name(subject, ".csv")
    assert name.startswith("saphan")
    assert name.endswith(".csv")
    assert len(name) <= 80
    assert all(category(sign)[0] in "LMN" or sign in "-." for sign in name)
    answer = send_file(io.BytesIO(), EnvironBuilder().get_environ(), as_attachment=True, download_name=name)
    header = answer.headers["Content-Disposition"]
    assert header.isascii()
    assert parse_options_header(header) == ("attachment", {"filename": name})


def test_a_thai_name_has_an_ascii_one_beside_it() -> None:
    name = file_name("ตลาดชุมชน village market", ".ris")
    answer = send_file(io.BytesIO(), EnvironBuilder().get_environ(), as_attachment=True, download_name=name)
    header = answer.headers["Content-Disposition"]
    assert "filename=saphan--village-market.ris" in header
    assert unquote(header).endswith("filename*=UTF-8''saphan-ตลาดชุมชน-village-market.ris")


def test_formats_say_what_they_are() -> None:
    assert {name: (kind.mimetype, kind.suffix) for name, kind in FORMATS.items()} == {
        "csv": ("text/csv", ".csv"),
        "jsonl": ("application/x-ndjson", ".jsonl"),
        "ris": ("application/x-research-info-systems", ".ris"),
        "bibtex": ("application/x-bibtex", ".bib"),
        "csl": ("application/vnd.citationstyles.csl+json", ".json"),
    }
    assert FORMATS["ris"].write(ROWS, datetime.date(2027, 1, 2)) != file("ris")
