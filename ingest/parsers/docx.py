"""Word documents (DOCX)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as OpenDocument
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from ingest.errors import N_, Damaged, Phrase, TooLarge, UnknownType
from ingest.models import Block, BlockRole, ParsedDocument, StatedMetadata
from ingest.text.line_wrapping import could_head
from ingest.text.normalise import normalise

_MEGABYTE = 1 << 20
_MOST_UNPACKED = 200 * _MEGABYTE
_RATIO_MATTERS_FROM = 20 * _MEGABYTE
_MOST_RATIO = 100  # XML packs ten- to twentyfold
_MOST_PARTS = 5_000
_HEADING = re.compile(r"(?:heading\s*\d|title$|หัวเรื่อง)", re.IGNORECASE)
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_NO_BREAK_HYPHEN = qn("w:noBreakHyphen")
# A drawing's text box stands twice, for old programs too; deleted text of tracked changes is not the text.
_SKIPPED = frozenset(
    {
        qn("w:del"),
        qn("w:moveFrom"),
        qn("w:pPr"),
        qn("w:rPr"),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# Content controls and tracked insertions wrap paragraphs without being any.
_WRAPPERS = frozenset({qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")})


_BOMB = N_(
    "The file unpacks to far more than a document needs ({megabytes} MB or more) and may be "
    "an attack. Open it in a word processor, save it under a new name and import that, or "
    "skip it."
)


def parse(data: bytes) -> tuple[ParsedDocument, ...]:
    """Headings, paragraphs, list items and table rows in their order; the title that the properties state.

    Raises `ArchiveBomb` before anything is unpacked into memory, `Damaged`, and `UnknownType` for a document
    with macros.
    """
    with _opened(data) as archive:
        _refuse_bombs(archive, len(data))
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise UnknownType(what=Phrase(N_("a Word document with macros")))
    document = Document(BytesIO(data))
    blocks = tuple(_blocks(document.element.body, document))
    title = normalise(document.core_properties.title or "")
    return (ParsedDocument("docx", blocks, StatedMetadata(title=title or None)),)


def _opened(data: bytes) -> ZipFile:
    try:
        return ZipFile(BytesIO(data))
    except BadZipFile as error:
        raise Damaged(format="DOCX") from error


def _refuse_bombs(archive: ZipFile, packed: int) -> None:
    parts = archive.infolist()
    declared = sum(part.file_size for part in parts)
    _refuse(declared, packed)
    if len(parts) > _MOST_PARTS:
        raise TooLarge(_BOMB, megabytes=declared // _MEGABYTE)
    # What is declared may be a lie: count what really comes out, a piece at a time.
    unpacked = 0
    for part in parts:
        for size in _sizes(archive, part):
            unpacked += size
            _refuse(unpacked, packed)


def _refuse(unpacked: int, packed: int) -> None:
    most = max(_RATIO_MATTERS_FROM, _MOST_RATIO * packed)
    if unpacked > min(most, _MOST_UNPACKED):
        raise TooLarge(_BOMB, megabytes=unpacked // _MEGABYTE)


def _sizes(archive: ZipFile, part: ZipInfo) -> Iterator[int]:
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_MEGABYTE):
                yield len(piece)
    except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise Damaged(format="DOCX") from error


def _blocks(parent: BaseOxmlElement, document: OpenDocument) -> Iterator[Block]:
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag == _PARAGRAPH:
            yield from _paragraph(element, document)
        elif element.tag == _TABLE:
            yield from _rows(element)
        elif element.tag in _WRAPPERS:
            waiting.extend(reversed(element))


def _paragraph(element: BaseOxmlElement, document: OpenDocument) -> Iterator[Block]:
    text = _text(element)
    if text.strip():
        paragraph = Paragraph(element, document)
        style = paragraph.style
        is_heading = style is not None and _HEADING.match(style.name or "") is not None
        is_heading = is_heading or _is_bold_line(paragraph)
        yield Block(text, BlockRole.HEADING if is_heading else BlockRole.PARAGRAPH)


def _is_bold_line(paragraph: Paragraph) -> bool:
    """Whether a paragraph is set as a heading by hand: short, all of it bold, no full stop."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    text = paragraph.text.strip()
    return bool(runs) and all(run.bold for run in runs) and could_head(text)


def _rows(table: BaseOxmlElement) -> Iterator[Block]:
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE)) is not table:
            continue  # of a table within a cell, whose words the cell has already
        cells = [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]
        words = (" ".join(map(_text, cell.iter(_PARAGRAPH))).strip() for cell in cells)
        if text := " | ".join(filter(None, words)):
            yield Block(text)


def _text(paragraph: BaseOxmlElement) -> str:
    parts: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT:
            parts.append(element.text or "")
        elif element.tag == _TAB:
            parts.append("\t")
        elif element.tag in (_BREAK, _RETURN):
            parts.append("\n")
        elif element.tag == _NO_BREAK_HYPHEN:
            parts.append("-")
        elif element.tag not in _SKIPPED:
            waiting.extend(reversed(element))
    return "".join(parts)
