"""Citations in every format, against golden files, and read back by parsers that others wrote."""

from __future__ import annotations

import datetime
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import category

import bibtexparser
import flask_babel
import pybtex.database
import pytest
import rispy
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from kb.models import DocumentSummary, Kind
from web import i18n
from web.citations.apa import apa
from web.citations.reference_formats import (
    SAMPLE,
    QuotedPassage,
    Reference,
    bibtex,
    csl_item,
    csl_json,
    key,
    one_line,
    ris,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "citations"
TODAY = datetime.date(2026, 11, 22)
SMEA = "Small and Medium Enterprise Administration"
MOEA = "Ministry of Economic Affairs, Chinese Taipei"
OSMEP = "Office of SMEs Promotion"
DTI = "Department of Trade and Industry"
BANGKOK = "APEC Local Innovation Ecosystem Forum, Bangkok 2019"
MAKATI = "APEC Local Innovation Ecosystem Forum, Makati 2019"


def summary(id: str, title: str, kind: Kind, language: str = "en", **known: Any) -> DocumentSummary:
    given = {
        "version": 1,
        "languages": (language,),
        "date": None,
        "event": None,
        "economies": (),
        "organisations": (),
        "themes": (),
        "source": "paper.txt",
        "format": "text",
        "sample": False,
        "added_at": datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC),
    } | known
    return DocumentSummary(id=id, title=title, kind=kind, language=language, **given)


def cited(document: DocumentSummary, quoted: QuotedPassage | None = None, anchor: str = "") -> Reference:
    return Reference(document, f"https://saphan.example/documents/{document.id}{anchor}", TODAY, quoted)


MAKATI_RELEASE = summary(
    "0c1f7be2a6d4",
    "Chinese Taipei and the Philippines Jointly Work to Promote the Local Innovation Ecosystem",
    Kind.RELEASE,
    date="2019-10-29",
    event=MAKATI,
    economies=("Chinese Taipei", "The Philippines"),
    organisations=(SMEA, DTI, MOEA, "Bureau of Small and Medium Enterprise Development"),
    source="SMEA",
)
BANGKOK_RELEASE = summary(
    "5d0e9a7714bc",
    "ไต้หวัน – ไทยร่วมส่งเสริมระบบนิเวศนวัตกรรมจากเมืองหลวงสู่ชนบท เพื่อการเติบโตที่ยั่งยืนในภูมิภาคเอเชีย – แปซิฟิก",
    Kind.RELEASE,
    "th",
    date="2019",
    event=BANGKOK,
    organisations=(SMEA, OSMEP),
    source="release-bangkok-2019.th.txt",
)
PANEL = summary(
    "a3b8d1f06e25",
    "Transcript of the panel on Regional Inclusive Innovation Centers",
    Kind.TRANSCRIPT,
    date="2019-10-29",
    event=MAKATI,
    organisations=(DTI,),
    source="https://portal.example.org/en/panels/centers_2019?part=1&lang=en",
)
MIXED_PANEL = summary(
    "77c2e4a9b013",
    "บันทึกเสวนา: ตลาดสดไร้เงินสด ทำได้จริงหรือ",
    Kind.TRANSCRIPT,
    "th",
    date="2019-10",
    event=MAKATI,
    organisations=(OSMEP, "สำนักเลขาธิการเอเปค"),
    source="makati-digital-payment.th.vtt",
)
CASE = summary(
    "e19f52c8d7a0",
    "An innovation centre helps cacao growers ferment to a buyer's taste",
    Kind.CASE,
    date="2019-10-29",
    event=MAKATI,
    organisations=(DTI,),
    source="https://practices.example.org/en/cacao-innovation-centre",
    sample=True,
)
THAI_CASE = summary(
    "34a7b06fc2d9",
    "ธนาคารปูม้า: ประมงพื้นบ้านคืนแม่ปูสู่ทะเลและขายตรงถึงครัวโรงแรม",
    Kind.CASE,
    "th",
    date="2019-08-02",
    event=BANGKOK,
    organisations=(OSMEP,),
    source="blue-crab-bank.th.pdf",
)
NOTE = summary("9b6e0d2a1c48", "Mentoring note: sensors for beehives", Kind.MENTORING, date="2019-06")
THAI_NOTE = summary(
    "c80d3f5e7a12",
    "บันทึกการให้คำปรึกษา: กลุ่มสตรีจักสานผักตบชวากับการตั้งราคาส่งออก",
    Kind.MENTORING,
    "th",
    organisations=(DTI,),
    source="makati-water-hyacinth.th.md",
)
REPORT = summary(
    "18f4c6a9e3b7",
    "Best Practices of Local Innovation Ecosystems: Report on the Four Events of 2019",
    Kind.REPORT,
    date="2020-03",
    organisations=(OSMEP, DTI, SMEA),
    source="best-practices-2020.en.pdf",
)
THAI_REPORT = summary(
    "f2d91b7e0c65",
    "บทสรุปรายงานแนวปฏิบัติที่ดีด้านระบบนิเวศนวัตกรรมท้องถิ่น",
    Kind.REPORT,
    "th",
    source="best-practices-2020-summary.th.docx",
    sample=True,
)
SAID = QuotedPassage("We lend the machine by the hour.\nThe first hour is free.", "en", "Centre manager", 65_000)
SAID_IN_THAI = QuotedPassage("ค่าธรรมเนียมร้อยละ 1 ก็แพงแล้วสำหรับแม่ค้า", "th", "ผู้แทนผู้ค้าตลาด", 3_725_000)

EXAMPLES = (
    cited(MAKATI_RELEASE),
    cited(BANGKOK_RELEASE),
    cited(PANEL, SAID, "#p-3"),
    cited(PANEL),
    cited(MIXED_PANEL, SAID_IN_THAI, "#p-12"),
    cited(MIXED_PANEL, replace(SAID, speaker=None, starts_at_ms=None), "#p-13"),
    cited(CASE, QuotedPassage("Growers earn 18 % more & keep the beans.", "en"), "#p-2"),
    cited(THAI_CASE),
    cited(NOTE),
    cited(THAI_NOTE),
    cited(REPORT),
    cited(THAI_REPORT),
)


def marked(reference: Reference, language: i18n.InterfaceLanguage) -> str:
    """APA text with its italics between stars."""
    return "".join(f"*{run.text}*" if run.italic else run.text for run in apa(reference, language))


def written() -> dict[str, str]:
    return {
        "references.bib": bibtex(EXAMPLES),
        "references.ris": ris(EXAMPLES),
        "references.csl.json": csl_json(EXAMPLES),
        "apa.en.txt": "".join(marked(reference, "en") + "\n\n" for reference in EXAMPLES),
        "apa.th.txt": "".join(marked(reference, "th") + "\n\n" for reference in EXAMPLES),
    }


@pytest.mark.parametrize("name", written())
def test_each_format_is_as_its_golden_file(name: str) -> None:
    found = written()[name].encode()
    if os.environ.get("SAPHAN_GOLDEN") == "write":
        (GOLDEN / name).write_bytes(found)
    assert found.decode() == (GOLDEN / name).read_bytes().decode()


def test_every_golden_file_is_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*written(), "README.md"}


def test_the_examples_are_of_every_kind_in_both_languages() -> None:
    found = {(example.document.kind, example.document.language) for example in EXAMPLES}
    assert found == {(kind, language) for kind in Kind for language in ("en", "th")}


# APA, worked by hand


def test_apa_in_english() -> None:
    assert marked(cited(NOTE), "en") == (
        "*Mentoring note: sensors for beehives* [Mentoring note]. (2019, June). Saphan. "
        "https://saphan.example/documents/9b6e0d2a1c48"
    )
    assert marked(cited(PANEL, SAID, "#p-3"), "en") == (
        "*Transcript of the panel on Regional Inclusive "
        "Innovation Centers* [Transcript; speaker: Centre manager; at 1:05]. (2019, October 29). "
        "APEC Local Innovation Ecosystem Forum, Makati 2019. Saphan. "
        "https://saphan.example/documents/a3b8d1f06e25#p-3"
    )
    undated = replace(REPORT, date=None, title="What works?")
    assert marked(cited(undated), "en") == (
        "*What works?* (n.d.). Saphan. Retrieved November 22, 2026, from https://saphan.example/documents/18f4c6a9e3b7"
    )


def test_apa_in_thai() -> None:
    assert marked(cited(THAI_CASE), "th") == (
        "*ธนาคารปูม้า: ประมงพื้นบ้านคืนแม่ปูสู่ทะเลและขายตรงถึงครัวโรงแรม* [กรณีตัวอย่างที่ดี]. (2562, 2 สิงหาคม). Saphan. "
        "https://saphan.example/documents/34a7b06fc2d9"
    )
    assert marked(cited(THAI_REPORT), "th") == (
        "*บทสรุปรายงานแนวปฏิบัติที่ดีด้านระบบนิเวศนวัตกรรมท้องถิ่น* [เอกสารตัวอย่าง ห้ามนำไปอ้างอิง]. (ม.ป.ป.). "
        "Saphan. สืบค้นเมื่อ 22 พฤศจิกายน 2569, จาก https://saphan.example/documents/f2d91b7e0c65"
    )
    assert "[บันทึกถอดเสียง ผู้พูด: ผู้แทนผู้ค้าตลาด ณ เวลา 1:02:05]" in marked(cited(MIXED_PANEL, SAID_IN_THAI), "th")


def test_nobody_is_named_as_author() -> None:
    document = replace(REPORT, organisations=("OSMEP",), themes=("Social innovation",))
    assert "author" not in csl_item(cited(document))
    assert csl_item(cited(document))["keyword"] == "Social innovation, OSMEP"
    assert "OSMEP" not in marked(cited(document), "en")


def test_no_stop_is_doubled() -> None:
    document = replace(REPORT, title="What next?")
    assert marked(cited(document), "th").startswith("*What next?* (2563, มีนาคม). Saphan. https")


def test_kinds_are_called_as_in_the_interface() -> None:
    app = Flask("web")
    i18n.install(app)
    for language in i18n.LANGUAGES:
        with app.test_request_context(), flask_babel.force_locale(language):
            for kind in set(Kind) - {Kind.REPORT}:
                name = str(i18n.KIND_NAMES[kind])
                assert f" [{name}]. " in marked(cited(replace(NOTE, kind=kind)), language)


# What every format owes


def test_samples_say_so_in_every_format() -> None:
    for document in (CASE, THAI_REPORT):
        sample, real = cited(document), cited(replace(document, sample=False))
        for write in (bibtex, ris, csl_json):
            assert SAMPLE in write([sample])
            assert SAMPLE not in write([real])
        assert "sample document, do not cite" in marked(sample, "en").casefold()
        assert "ห้ามนำไปอ้างอิง" in marked(sample, "th")
        assert "ห้ามนำไปอ้างอิง" not in marked(real, "th") + marked(real, "en")


@pytest.mark.parametrize(
    ("date", "parts", "day"),
    [("2019", [2019], "2019//"), ("2019-08", [2019, 8], "2019/08/"), ("2019-08-02", [2019, 8, 2], "2019/08/02")],
)
def test_partial_dates_stay_partial_and_of_the_common_era(date: str, parts: list[int], day: str) -> None:
    reference = cited(replace(THAI_CASE, date=date))
    assert csl_item(reference)["issued"] == {"date-parts": [parts]}
    (entry,) = rispy.loads(ris([reference]))
    assert (entry["year"], entry["date"]) == ("2019", day)
    fields = pybtex.database.parse_string(bibtex([reference]), "bibtex").entries[key(reference)].fields
    assert (fields["year"], fields["date"]) == ("2019", date)
    assert fields.get("month") == ("August" if len(parts) > 1 else None)  # pybtex spells its name out


def test_without_a_date_none_is_made_up() -> None:
    reference = cited(THAI_NOTE)
    assert "issued" not in csl_item(reference)
    assert not {"year", "date"} & rispy.loads(ris([reference]))[0].keys()
    fields = pybtex.database.parse_string(bibtex([reference]), "bibtex").entries[key(reference)].fields
    assert not {"year", "date", "month"} & set(fields)


def test_a_reference_stands_once_and_passages_have_keys_of_their_own() -> None:
    first, second, whole = cited(PANEL, SAID), cited(PANEL, SAID_IN_THAI), cited(PANEL)
    again = replace(first, url="https://other.example/x", accessed=TODAY.replace(year=2030))
    assert key(first) == key(again)
    assert len({key(first), key(second), key(whole)}) == 3
    assert len(json.loads(csl_json([first, second, whole, again]))) == 3
    assert len(rispy.loads(ris([first, second, whole, again]))) == 3
    assert len(pybtex.database.parse_string(bibtex([first, second, whole, again]), "bibtex").entries) == 3


def test_keys_tell_any_two_documents_apart_and_suit_bibtex() -> None:
    ids = ("a_b", "a b", "a_20_b", "a{b", "a,b", "ก", "a-b", "a.b")
    keys = [key(cited(replace(NOTE, id=id))) for id in ids]
    assert len(set(keys)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", found) for found in keys)


def test_nothing_cited_is_an_empty_file() -> None:
    assert (bibtex([]), ris([]), csl_json([])) == ("", "", "[]\n")


# Hostile titles: what is written is read back

_SIGNS = {  # names of LaTeX that pylatexenc does not know, or takes for another sign
    "textbraceleft": "{",
    "textbraceright": "}",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciicircum": "^",
}
_CONTEXT = get_default_latex_context_db()
_CONTEXT.add_context_category(
    "signs", prepend=True, macros=[MacroTextSpec(name, sign) for name, sign in _SIGNS.items()]
)
_TEX = LatexNodes2Text(latex_context=_CONTEXT, strict_latex_spaces=True)

HOSTILE = (
    "}}\n@misc{x, title={y}}",
    "\\input{/etc/passwd} \\write18{x}",
    "\"quoted\" `tick` ''two'' -- --- % comment",
    "\r\nER  - \r\nTY  - JOUR\r\nTI  - other",
    "TY  - JOUR",
    "a\x00b\x1b[31m\x85c\u2028d\u2029e",
    "{{{ \\ } \\{ $x^2_1$ ~ # & < > | ,, << >> ?` !`",
    "@string{a = b} and others and {",
    "</script><script>alert(1)</script>",
    "\\",
    "{",
    "\n",
    "half a sign: \ud83d",
    "ตลาด\u200bชุมชน 100 % \\ใจ",
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.one_of(st.sampled_from("\\{}@\"'%#$&_~^`-=,\n\r\t <>|"), st.characters()), max_size=40),
    st.text("ER TYI-@\r\n{}\\", max_size=30),
)
references = st.builds(
    lambda title, event, names, source, speaker, said, kind, sample: cited(
        replace(PANEL, title=title, event=event, organisations=tuple(names), source=source, kind=kind, sample=sample),
        QuotedPassage(said, "th", speaker, 1000),
    ),
    texts,
    texts,
    st.lists(texts, max_size=3),
    texts,
    texts,
    texts,
    st.sampled_from(Kind),
    st.booleans(),
)


def plain(texts: tuple[str, ...]) -> list[str]:
    return [one_line(text) for text in texts if one_line(text)]


@given(texts)
@settings(max_examples=200, deadline=None)
def test_one_line_has_no_control_character_and_keeps_the_rest(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not {"Cc", "Cs"} & set(map(category, line))

    def signs(text: str) -> list[str]:
        return [sign for sign in text if not sign.isspace() and category(sign) not in ("Cc", "Cs")]

    assert signs(line) == signs(text)


@given(st.lists(references, min_size=1, max_size=2))
@settings(max_examples=80, deadline=None)
def test_bibtex_is_read_back(written: list[Reference]) -> None:
    expected = {key(reference): reference for reference in written}
    strict = pybtex.database.parse_string(bibtex(written), "bibtex").entries
    library = bibtexparser.parse_string(bibtex(written))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == list(strict) == list(expected)
    for entry in library.entries:
        reference, fields = (expected[entry.key], {name: field.value for name, field in entry.fields_dict.items()})
        document = reference.document
        wanted = {
            "title": one_line(document.title) or document.id,
            "eventtitle": one_line(document.event or ""),
            "abstract": one_line(reference.quoted.text if reference.quoted else ""),
            "note": csl_item(reference).get("note", ""),
        }
        for name, value in wanted.items():
            assert _TEX.latex_to_text(fields.get(name, "")) == value
            assert _TEX.latex_to_text(strict[entry.key].fields.get(name, "")) == value
        assert fields["url"] == reference.url
        assert _TEX.latex_to_text(fields.get("keywords", "")) == ", ".join(plain(document.organisations))


@given(st.lists(references, min_size=1, max_size=2))
@settings(max_examples=80, deadline=None)
def test_ris_is_read_back(written: list[Reference]) -> None:
    expected = {key(reference): reference for reference in written}
    read = rispy.loads(ris(written))
    assert [entry["id"] for entry in read] == list(expected)
    for entry in read:
        reference = expected[entry["id"]]
        document = reference.document
        assert entry["title"] == (one_line(document.title) or document.id)
        assert entry.get("abstract", "") == one_line(reference.quoted.text if reference.quoted else "")
        assert entry.get("keywords", []) == plain(document.organisations)
        assert entry["urls"] == [reference.url]
        notes = entry.get("notes", [])
        assert (SAMPLE in notes) == document.sample
        assert not plain((document.source,)) or f"Original: {one_line(document.source)}" in notes


@given(st.lists(references, min_size=1, max_size=2))
@settings(max_examples=80, deadline=None)
def test_csl_json_is_read_back_and_is_csl(written: list[Reference]) -> None:
    expected = {key(reference): reference for reference in written}
    read = json.loads(csl_json(written).encode())
    assert [item["id"] for item in read] == list(expected)
    for item in read:
        reference = expected[item["id"]]
        assert item["title"] == (one_line(reference.document.title) or reference.document.id)
        assert item.get("keyword", "") == ", ".join(plain(reference.document.organisations))
        assert item["type"] in {"webpage", "speech", "report", "manuscript"}
        assert item.keys() <= {
            *("id", "type", "title", "genre", "keyword", "issued", "event-title", "abstract", "note"),
            *("language", "source", "URL", "accessed"),
        }


@given(references, st.sampled_from(i18n.LANGUAGES))
@settings(max_examples=80, deadline=None)
def test_apa_is_one_line_with_the_title_whole(reference: Reference, language: i18n.InterfaceLanguage) -> None:
    runs = apa(reference, language)
    assert [run.text for run in runs if run.italic] == [one_line(reference.document.title) or reference.document.id]
    text = "".join(run.text for run in runs)
    assert one_line(text) == text.strip()
    assert text.endswith(reference.url)


def test_an_address_cannot_end_its_field() -> None:
    reference = replace(cited(NOTE), url="https://saphan.example/x}\\,\n@misc{y ตลาด?q=%20")
    (entry,) = bibtexparser.parse_string(bibtex([reference])).entries
    assert entry["url"].startswith("https://saphan.example/x%7D%5C,%0A@misc%7By%20%E0")
    assert entry["url"].endswith("?q=%20")
    assert csl_item(reference)["URL"] == entry["url"] == rispy.loads(ris([reference]))[0]["urls"][0]
