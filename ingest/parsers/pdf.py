"""PDF, by PDFium: from the glyphs on its pages to lines; `ingest.parsers.pdf_layout` makes paragraphs of them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import pypdfium2
from pypdfium2 import raw

from ingest.errors import N_, Damaged, Encrypted, NoText
from ingest.models import Block, ParsedDocument, StatedMetadata
from ingest.parsers.pdf_layout import TextLine, blocks_of
from ingest.text.normalise import normalise

_PDFIUM = Lock()  # PDFium is not safe in two threads at once
_TAIL = 4096  # bytes at the end that must hold the end mark
_FEW_LETTERS = 20  # a page: no more than a stamp or a page number on a scanned picture
_LINE_END = "\r\n"
_HYPHENS = "\x02\ufffe"  # what PDFium gives for a hyphen that cuts a word, in place of the line end
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_THAI = re.compile("[\u0e01-\u0e5b]")
_MARK = re.compile(f"[{_MARKS}\u0e33]")
_SARA_AM = "\u0e33"
_SARA_AM_WIDTH = 0.45  # of the font size: what SARA AM adds to the width of its consonant
_SPACE_WIDTH = 0.15  # of the font size: gaps from here on are spaces
_ECHO_WITHIN = 4  # glyphs
# A space before a vowel or mark that cannot begin a word, or after a vowel that cannot end one.
_SPLIT_CLUSTER = re.compile(f"(?<=[\u0e01-\u0e2e{_MARKS}]) +(?=[{_MARKS}\u0e30\u0e32\u0e33])|(?<=[\u0e40-\u0e44]) +")
# Old Windows fonts keep shifted marks and two letters without their lower part in the private area.
_SHIFTED = str.maketrans(
    {
        **dict(zip(range(0xF701, 0xF705), "\u0e34\u0e35\u0e36\u0e37", strict=True)),
        **dict(zip(range(0xF705, 0xF70A), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
        **dict(zip(range(0xF70A, 0xF70F), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
        **dict(zip(range(0xF710, 0xF713), "\u0e31\u0e4d\u0e47", strict=True)),
        **dict(zip(range(0xF713, 0xF718), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
        **dict(zip(range(0xF718, 0xF71B), "\u0e38\u0e39\u0e3a", strict=True)),
        0xF700: "\u0e10",
        0xF70F: "\u0e0d",
    }
)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """What is drawn at one place: a character or a cluster. Lengths in points, origin at bottom left."""

    text: str
    x: float  # where it is set
    y: float  # its base line
    left: float
    bottom: float
    right: float
    top: float
    size: float
    made_up: bool  # a space that PDFium sees in a gap

    @property
    def thai(self) -> bool:
        return _THAI.search(self.text) is not None


def parse(data: bytes) -> tuple[ParsedDocument, ...]:
    """Headings and paragraphs of all pages, without running headers, footers and page numbers.

    Raises `Encrypted`, `Truncated`, `Damaged`, `Scanned` when the pages are pictures, and `NoText`.
    """
    if b"%%EOF" not in data[-_TAIL:]:
        raise Damaged(N_("The {format} file is incomplete. Download or copy it again, then import it."), format="PDF")
    with _PDFIUM:
        document = _opened(data)
        try:
            pages = [list(_lines(page)) for page in document]
            title = normalise(document.get_metadata_value("Title"))
            letters = sum(character.isalnum() for lines in pages for line in lines for character in line.text)
            if letters < _FEW_LETTERS * len(pages) and _has_pictures(document):
                raise NoText(
                    N_(
                        "The PDF contains {pages} scanned pages and no text. Run text recognition (OCR) on it, "
                        "then import the result."
                    ),
                    pages=len(pages),
                )
        finally:
            document.close()
    if not letters:
        raise NoText
    blocks = tuple(blocks_of(pages))
    return (ParsedDocument("pdf", blocks, StatedMetadata(title=title if _stands_in(title, blocks) else None)),)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) == 0:
            raise Damaged(format="PDF")
        return document
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise Encrypted from error
        raise Damaged(format="PDF") from error


def _has_pictures(document: pypdfium2.PdfDocument) -> bool:
    kinds = [raw.FPDF_PAGEOBJ_IMAGE]
    return any(True for page in document for _ in page.get_objects(filter=kinds, max_depth=3))


def _stands_in(title: str, blocks: Sequence[Block]) -> bool:
    """Whether the title in the properties is in the text too; else it is mostly a leftover of a template."""
    words = "".join(title.casefold().split())
    head = "".join("".join(normalise(block.text).casefold().split()) for block in blocks[:10])
    return len(words) > 3 and words in head


def _lines(page: pypdfium2.PdfPage) -> Iterator[TextLine]:
    text_page = page.get_textpage()
    glyphs: list[_Glyph] = []
    first = 0
    for index, glyph in _glyphs(text_page):
        if glyph.text in _HYPHENS:
            glyphs.append(replace(glyph, text="-"))
        elif glyph.text not in _LINE_END:
            glyphs.append(glyph)
            continue
        yield from _line(text_page, glyphs, first)
        glyphs, first = [], index + 1
    yield from _line(text_page, glyphs, first)


def _line(text_page: pypdfium2.PdfTextPage, glyphs: Sequence[_Glyph], first: int) -> Iterator[TextLine]:
    drawn = [glyph for glyph in glyphs if not glyph.made_up]
    if not drawn or not (text := _text(_without_echoes(glyphs)).strip()):
        return
    largest = max(drawn, key=lambda glyph: glyph.size)
    yield TextLine(
        text=text,
        left=min(glyph.left for glyph in drawn),
        right=max(glyph.right for glyph in drawn),
        base=sorted(glyph.y for glyph in drawn)[len(drawn) // 2],
        size=largest.size,
        bold=_is_bold(text_page, first),
    )


def _is_bold(text_page: pypdfium2.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text_page.raw, index, name, len(name), None)
    return re.search(rb"bold|black|heavy", name.value, re.IGNORECASE) is not None


def _glyphs(text_page: pypdfium2.PdfTextPage) -> Iterator[tuple[int, _Glyph]]:
    """Each glyph with the index of its last character; characters set at one place are one glyph."""
    waiting: _Glyph | None = None
    count = text_page.count_chars()
    for index in range(count):
        glyph = _glyph(text_page, index)
        together = (
            waiting is not None
            and not (glyph.made_up or waiting.made_up or glyph.text in _LINE_END + _HYPHENS)
            and (waiting.x, waiting.y, waiting.bottom, waiting.top) == (glyph.x, glyph.y, glyph.bottom, glyph.top)
        )
        if waiting is not None and together:
            waiting = replace(waiting, text=waiting.text + glyph.text, right=max(waiting.right, glyph.right))
            continue
        if waiting is not None:
            yield index - 1, waiting
        waiting = glyph
    if waiting is not None:
        yield count - 1, waiting


def _glyph(text_page: pypdfium2.PdfTextPage, index: int) -> _Glyph:
    handle = text_page.raw
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(handle, index, x, y)
    raw.FPDFText_GetMatrix(handle, index, matrix)
    left, bottom, right, top = text_page.get_charbox(index, loose=True)
    code = raw.FPDFText_GetUnicode(handle, index)
    made_up = raw.FPDFText_IsGenerated(handle, index) == 1
    scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
    size = raw.FPDFText_GetFontSize(handle, index) * scale
    return _Glyph(chr(code).translate(_SHIFTED), x.value, y.value, left, bottom, right, top, size, made_up)


def _without_echoes(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """The glyphs without those that repeat a Thai cluster.

    Some programs say of each part of a cluster, the consonant and the mark above it, that it stands for the
    whole cluster; the mark is then an echo.
    """
    kept: list[_Glyph] = []
    for glyph in glyphs:
        is_cluster = len(glyph.text) > 1 and _MARK.search(glyph.text) is not None
        if not (is_cluster and any(_echoes(glyph, before) for before in kept[-_ECHO_WITHIN:])):
            kept.append(glyph)
    return kept


def _echoes(glyph: _Glyph, before: _Glyph) -> bool:
    beside = glyph.left > before.right + 0.5 * glyph.size or glyph.right < before.left - 0.5 * glyph.size
    # A mark has no width of its own and is drawn back over the consonant that it follows.
    drawn_back = glyph.left < glyph.x - 0.1 * glyph.size
    return glyph.text == before.text and drawn_back and not beside


def _text(glyphs: Sequence[_Glyph]) -> str:
    parts: list[str] = []
    for place, glyph in enumerate(glyphs):
        if glyph.made_up and 0 < place < len(glyphs) - 1:
            before, after = glyphs[place - 1], glyphs[place + 1]
            # PDFium takes the marks above a Thai line for words: look at the gap itself.
            if before.thai and after.thai and _gap(before, after) < _SPACE_WIDTH * after.size:
                continue
        parts.append(glyph.text)
    return _SPLIT_CLUSTER.sub("", "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _gap(before: _Glyph, after: _Glyph) -> float:
    gap = after.x - before.right
    half_measured = before.text.endswith(_SARA_AM) and len(before.text) > 1
    return gap - _SARA_AM_WIDTH * before.size if half_measured else gap
