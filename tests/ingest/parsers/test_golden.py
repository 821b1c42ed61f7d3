"""What each format gives, against files that a person has read. `tests/golden/formats/README.md` says how."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import docx
import pytest

from ingest.models import ParsedDocument
from ingest.parsers.registry import read
from ingest.text.normalise import compose
from tests.support.hostile_files import saved

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"
INPUTS = sorted(path for path in GOLDEN.iterdir() if path.is_file() and path.suffix not in (".json", ".md")) + sorted(
    path for path in GOLDEN.glob("*.*.md")
)


def report() -> bytes:
    """A report with what Word offers: styles, lists, a table with a merged cell, bold lines, line breaks."""
    document = docx.Document()
    document.core_properties.title = "Four cities, one lesson (sample)"
    document.add_heading("Four cities, one lesson (sample)", level=0)
    document.add_paragraph("ผู้จัดทำ: คณะทำงาน (ตัวอย่าง)")
    document.add_heading("What was asked", level=1)
    paragraph = document.add_paragraph("Small firms asked for ")
    paragraph.add_run("buyers").bold = True
    paragraph.add_run(" first, and for loans second.")
    document.add_paragraph("Hotels and municipal kitchens", style="List Bullet")
    document.add_paragraph("ร้านค้าในชุมชน", style="List Bullet")
    document.add_paragraph().add_run("ข้อเสนอแนะ").bold = True
    document.add_paragraph("จัดตลาดนัดผู้ซื้อปีละสองครั้ง\nและติดตามผล")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, [("City", "Month"), ("Tomsk", "June"), ("Makati", "October")], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    merged = table.add_row().cells
    merged[0].merge(merged[1]).text = "Two more in Taipei and Bangkok"
    document.add_paragraph("The report ends here.")
    return saved(document)


def told(parsed: ParsedDocument) -> dict[str, object]:
    manuscript = compose(parsed.blocks)
    blocks = [
        {
            key: value
            for key, value in {**asdict(block), "text": manuscript.text[block.start : block.end]}.items()
            if value is not None and key not in ("start", "end")
        }
        for block in manuscript.blocks
    ]
    stated = {key: value for key, value in asdict(parsed.stated).items() if value not in (None, ())}
    return {"format": parsed.format, "key": parsed.key, "stated": stated, "blocks": blocks}


def check(data: bytes, name: str) -> None:
    found = json.dumps([told(parsed) for parsed in read(data, name)], ensure_ascii=False, indent=1) + "\n"
    expected = GOLDEN / f"{name}.json"
    if os.environ.get("SAPHAN_GOLDEN") == "write":
        expected.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_format_gives_what_its_golden_file_says(path: Path) -> None:
    check(path.read_bytes(), path.name)


def test_a_word_document_gives_what_its_golden_file_says() -> None:
    check(report(), "report.docx")


def test_every_expected_file_has_its_input() -> None:
    expected = {path.name.removesuffix(".json") for path in GOLDEN.glob("*.json")}
    assert expected == {path.name for path in INPUTS} | {"report.docx"}
