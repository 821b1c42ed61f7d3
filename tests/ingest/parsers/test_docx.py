from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import Damaged, TooLarge, UnknownType
from ingest.models import BlockRole
from ingest.parsers.docx import parse
from tests.support.hostile_files import bomb, lying_bomb, saved, truncated, with_part, word
from tests.support.messages import raising


def texts(data: bytes) -> list[str]:
    return [block.text for block in parse(data)[0].blocks]


def test_paragraphs_in_both_languages() -> None:
    assert texts(word("One.", "", "ย่อหน้าที่สอง")) == ["One.", "ย่อหน้าที่สอง"]


def test_the_title_of_the_properties_is_stated_but_no_date() -> None:
    document = docx.Document()
    document.core_properties.title = " รายงาน\u200b "
    document.add_paragraph("Words.")
    stated = parse(saved(document))[0].stated
    assert (stated.title, stated.date) == ("รายงาน", None)


def test_tracked_changes_count_as_accepted_and_content_controls_are_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Kept ")
    inserted = f"<w:ins {nsdecls('w')} w:id='1' w:author='x'><w:r><w:t>inserted</w:t></w:r></w:ins>"
    deleted = f"<w:del {nsdecls('w')} w:id='2' w:author='x'><w:r><w:delText>deleted</w:delText></w:r></w:del>"
    words = "<w:p><w:r><w:t>In a control</w:t></w:r></w:p>"
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent>{words}</w:sdtContent></w:sdt>"
    paragraph._p.append(parse_xml(inserted))
    paragraph._p.append(parse_xml(deleted))
    document.element.body.insert(0, parse_xml(control))
    assert texts(saved(document)) == ["In a control", "Kept inserted"]


def test_a_table_in_a_cell_is_read_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "outer"
    inner = table.cell(0, 1).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "inner"
    assert " ".join(texts(saved(document))).count("inner") == 1


def test_only_short_open_bold_lines_are_headings() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("A heading set by hand").bold = True
    document.add_paragraph().add_run("A bold sentence is not a heading.").bold = True
    document.add_paragraph("Plain").add_run(" and bold").bold = True
    roles = [block.role for block in parse(saved(document))[0].blocks]
    assert roles == [BlockRole.HEADING, BlockRole.PARAGRAPH, BlockRole.PARAGRAPH]


@pytest.mark.parametrize(
    ("build", "error"), [(bomb, "The file unpacks to far more than a docu"), (lying_bomb, Damaged)]
)
def test_a_bomb_is_refused_before_it_unpacks(build: Callable[[], bytes], error: type[Exception]) -> None:
    data = build()
    assert len(data) < 1 << 20
    tracemalloc.start()
    with raising(error):
        parse(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 16 << 20  # of the 64 MiB within


def test_many_tiny_parts_are_a_bomb_too() -> None:
    data = word("Words.")
    file = BytesIO(data)
    with ZipFile(file, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"word/media/{number}.xml", b"")
    with pytest.raises(TooLarge, match="The file unpacks to far more than a docu"):
        parse(file.getvalue())


def test_entities_do_not_unfold() -> None:
    laughs = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
        <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
        <w:p><w:r><w:t>&c;</w:t></w:r></w:p><w:p><w:r><w:t>after</w:t></w:r></w:p></w:body></w:document>"""
    found = texts(with_part(word("x"), "word/document.xml", laughs))
    assert "after" in found
    assert "haha" not in "".join(found)


def test_macros_are_another_type() -> None:
    types = b'<Types xmlns="x"><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    with pytest.raises(UnknownType, match="macros"):
        parse(with_part(word("x"), "[Content_Types].xml", types))


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_truncated_document_is_damaged(part: float) -> None:
    with pytest.raises(Damaged):
        parse(truncated(word("Words."), part))
