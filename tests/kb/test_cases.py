"""Cases as cards, from tables and from headings."""

from __future__ import annotations

import pytest

from ingest.metadata.case_fields import FIELDS
from ingest.models import Kind, StatedMetadata
from kb.cases import Case, CasePart, case_of
from kb.knowledge_base import KnowledgeBase
from kb.models import Document

PLAIN = """# โรงคั่วกาแฟของหมู่บ้าน

เชียงราย ปี 2562

## ความท้าทาย

ขายผลกาแฟดิบได้ราคาต่ำ

## แนวทาง

กู้เงินซื้อเครื่องคั่ว

อบรมสมาชิก

## ผลลัพธ์ (Results)

ราคาขายเพิ่มเป็นสองเท่า

## ติดต่อ

กลุ่มวิสาหกิจชุมชน
"""


def read(base: KnowledgeBase, text: str, kind: Kind = Kind.CASE) -> Document:
    (added,) = base.ingestor.add(text.encode(), name="case.md", stated=StatedMetadata(kind=kind))
    return base.reader.document(added.document_id)


def parts(document: Document, case: Case) -> dict[str, str]:
    return {part.name: told(document, part) for part in case.parts}


def told(document: Document, part: CasePart) -> str:
    return "\n\n".join(document.text[block.start : block.end] for block in part.blocks)


def test_headings_that_name_parts_make_a_card(base: KnowledgeBase) -> None:
    document = read(base, PLAIN)
    case = case_of(document)
    assert case
    assert parts(document, case) == {
        "challenge": "ขายผลกาแฟดิบได้ราคาต่ำ",
        "approach": "กู้เงินซื้อเครื่องคั่ว\n\nอบรมสมาชิก",
        "actors": "",
        "results": "ราคาขายเพิ่มเป็นสองเท่า",
        "evidence": "",
    }
    rest = [document.text[one.start : one.end] for one in case.rest]
    assert rest == ["โรงคั่วกาแฟของหมู่บ้าน", "เชียงราย ปี 2562", "ติดต่อ", "กลุ่มวิสาหกิจชุมชน"]


def test_a_card_holds_every_block_once(base: KnowledgeBase) -> None:
    document = read(base, PLAIN + "\n## Results\n\nTold twice.\n")
    case = case_of(document)
    assert case
    shown = [block for part in case.parts for block in (*([part.heading] if part.heading else []), *part.blocks)]
    assert sorted([*shown, *case.rest], key=lambda one: one.start) == list(document.blocks)


@pytest.mark.parametrize(
    ("text", "kind"), [(PLAIN, Kind.REPORT), ("# Title\n\nWords only.\n\n## Results\n\nOne part.", Kind.CASE)]
)
def test_what_is_no_case_or_tells_less_than_two_parts_has_no_card(base: KnowledgeBase, text: str, kind: Kind) -> None:
    assert case_of(read(base, text, kind)) is None


@pytest.mark.model
def test_every_case_of_the_samples_has_a_card(sample_base: KnowledgeBase) -> None:
    for summary in sample_base.catalogue.documents():
        document = sample_base.reader.document(summary.id)
        case = case_of(document)
        assert (case is not None) == (summary.kind is Kind.CASE)
        if case:
            assert sum(bool(part.blocks) for part in case.parts) >= 3, summary.title
            assert [part.name for part in case.parts] == list(FIELDS)
