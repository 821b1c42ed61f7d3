"""From bytes to parsed documents: what sort of file it is, by its content, and the parser for it.

A new format is a module with `parse(data) -> tuple[Parsed, ...]` and a line in `FORMATS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from ingest.errors import N_, Damaged, Encrypted, IngestError, NoText, Phrase, TooLarge, UnknownType
from ingest.models import ParsedDocument
from ingest.parsers import captions, docx, html, pdf, table, text, transcript
from ingest.text.encoding import decode

MAX_BYTES = 50 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_PART = "word/document.xml"
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|main|"
    r"article|section|header|div|table|h[1-6]|p|center|font|script|style|link)\b",
    re.IGNORECASE | re.DOTALL,
)
_PDF = re.compile(rb"[\s\x00\xef\xbb\xbf]{0,1000}%PDF-")
_OTHER_XML = re.compile(r"\s*<(?:\?xml|svg|rss)\b")
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
_MARKDOWN_NAMES = frozenset({".md", ".markdown"})
_TABLE_NAMES = frozenset({".csv", ".tsv"})


class FileHead:
    """The bytes of a file and its name, as the recognisers look at them."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.suffix = PurePath(name).suffix.lower()

    @cached_property
    def text(self) -> str:
        """The characters; raises `UnknownEncoding` when the bytes are not text."""
        return decode(self.data)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of the files in a ZIP archive; none when it is no archive or a broken one."""
        try:
            with ZipFile(BytesIO(self.data)) as archive:
                return frozenset(archive.namelist())
        except (BadZipFile, ValueError, OSError, NotImplementedError):
            return frozenset()


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of file that can be read: how it is recognised, and its parser."""

    name: str
    recognises: Callable[[FileHead], bool]
    parse: Callable[[bytes], tuple[ParsedDocument, ...]]


def _is_html(sample: FileHead) -> bool:
    named_so = sample.suffix in _HTML_NAMES and "</" in sample.text
    return named_so or _HTML.match(sample.text) is not None


def _is_markdown(sample: FileHead) -> bool:
    return sample.suffix in _MARKDOWN_NAMES or text.looks_like_markdown(sample.text)


# In this order: files that are not text first, then the strictest. The last one takes all other text.
FORMATS = (
    FileFormat("PDF", lambda sample: _PDF.match(sample.data) is not None, pdf.parse),
    FileFormat("DOCX", lambda sample: _WORD_PART in sample.parts, docx.parse),
    FileFormat("WebVTT", lambda sample: captions.looks_like_vtt(sample.text), captions.parse_vtt),
    FileFormat("SRT", lambda sample: captions.looks_like_srt(sample.text), captions.parse_srt),
    FileFormat("HTML", _is_html, html.parse),
    FileFormat("JSON Lines", lambda sample: table.looks_like_json_lines(sample.text), table.parse_json_lines),
    FileFormat("CSV", lambda sample: table.looks_like_csv(sample.text, sample.suffix in _TABLE_NAMES), table.parse_csv),
    FileFormat("transcript", lambda sample: transcript.looks_like_transcript(sample.text), transcript.parse),
    FileFormat("Markdown", _is_markdown, text.parse_markdown),
    FileFormat("text", lambda sample: True, text.parse),
)

# What to do with files that cannot be read, by kind.
_PICTURE = N_(
    "This looks like {what}, which contains no text. Run text recognition (OCR) on it and "
    "import the result, or import the document that it was made from."
)
_RECORDING = N_(
    "This looks like {what}, which cannot be transcribed. Import its captions (WebVTT, SRT) or a transcript."
)
_PACKED = N_("This looks like {what}, which cannot be opened. Unpack it and import the files in it.")
_NODOCUMENT = N_("This looks like {what}, which is not a document. Skip it, or import the document you meant.")
_WEBARCHIVE = N_("This looks like {what}, which cannot be read. Save the page as “HTML only”, then import that.")
_WORKBOOK = N_(
    "This looks like {what}, which cannot be read. Save each of its sheets as CSV (UTF-8), then import that."
)
_PRESENTATION = N_("This looks like {what}, which cannot be read. Export it as PDF, then import that.")

# How files begin that cannot be read, the message for them, and what they are.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", _PICTURE, N_("a PNG image")),
    (b"\xff\xd8\xff", _PICTURE, N_("a JPEG image")),
    (b"GIF8", _PICTURE, N_("a GIF image")),
    (b"II*\x00", _PICTURE, N_("a TIFF image")),
    (b"MM\x00*", _PICTURE, N_("a TIFF image")),
    (b"BM", _PICTURE, N_("a bitmap image")),
    (b"RIFF", UnknownType.template, N_("a picture, sound or video file")),
    (b"ID3", _RECORDING, N_("a sound recording")),
    (b"OggS", _RECORDING, N_("a sound recording")),
    (b"\x1aE\xdf\xa3", _RECORDING, N_("a video")),
    (b"{\\rtf", UnknownType.template, N_("an RTF document")),
    (b"\x1f\x8b", _PACKED, N_("a gzip archive")),
    (b"7z\xbc\xaf", _PACKED, N_("a 7-Zip archive")),
    (b"Rar!", _PACKED, N_("a RAR archive")),
    (b"MZ", _NODOCUMENT, N_("a program")),
    (b"\x7fELF", _NODOCUMENT, N_("a program")),
    (b"SQLite format 3", _NODOCUMENT, N_("a database")),
    (b"MIME-Version:", _WEBARCHIVE, N_("a web archive (MHTML)")),
    (b"From: <Saved by", _WEBARCHIVE, N_("a web archive (MHTML)")),
)
_FILM = re.compile(rb".{4}ftyp", re.DOTALL)
# Archives that are documents: a part that tells them.
_ARCHIVES: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.xml", _WORKBOOK, N_("an Excel workbook")),
    ("ppt/presentation.xml", _PRESENTATION, N_("a PowerPoint presentation")),
    ("content.xml", UnknownType.template, N_("an OpenDocument file")),
    ("META-INF/container.xml", UnknownType.template, N_("an e-book")),
)


def read(data: bytes, name: str = "") -> tuple[ParsedDocument, ...]:
    """The documents of a file: one for each row of a table, one of any other file.

    The content decides what sort of file it is; `name` only between Markdown and plain text, and whether
    unknown columns make a table. Raises an `IngestError`, and nothing else, when it cannot be read.
    """
    check_size(len(data))
    if not data.strip(b" \t\r\n\x00"):
        raise NoText(N_("The file is empty. Check that it was saved or copied completely, then import it again."))
    form = sniff(data, name)
    try:
        documents = form.parse(data)
    except IngestError:
        raise
    except Exception as error:  # whatever a foreign library makes of hostile bytes
        raise Damaged(format=form.name) from error
    if not any(any(map(str.isalnum, block.text)) for document in documents for block in document.blocks):
        raise NoText
    return documents


def check_size(size: int) -> None:
    """Raise `TooLarge` when a file of `size` bytes is more than `read` takes; ask before reading it."""
    if size > MAX_BYTES:
        raise TooLarge(megabytes=-(-size // _MEGABYTE), limit=MAX_BYTES // _MEGABYTE)


def is_packed_folder(data: bytes) -> bool:
    """Whether it is a ZIP archive of files, not a document that is kept as one (DOCX, XLSX, an e-book)."""
    parts = FileHead(data, "").parts
    return bool(parts) and _WORD_PART not in parts and all(part not in parts for part, *_ in _ARCHIVES)


def sniff(data: bytes, name: str = "") -> FileFormat:
    """The format of a file by its content.

    Raises `UnknownType` for a kind that cannot be read, `Encrypted` or `Truncated` for an office file that is
    so, and `UnknownEncoding` for bytes that are neither a known kind nor text.
    """
    sample = FileHead(data, name)
    _refuse_foreign(sample)
    form = next(form for form in FORMATS if form.recognises(sample))
    if form.parse is text.parse and _OTHER_XML.match(sample.text):
        raise UnknownType(what=Phrase(N_("an XML file that is not a web page")))
    return form


def _refuse_foreign(sample: FileHead) -> None:
    """Raise the error that names what the file is, if it begins like one that cannot be read."""
    data = sample.data
    if data.startswith(_ZIP) and _WORD_PART not in sample.parts:
        _refuse_archive(sample)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Encrypted
        raise UnknownType(what=Phrase(N_("an old Office file (.doc, .xls or .ppt)")))
    if _FILM.match(data):
        raise UnknownType(_RECORDING, what=Phrase(N_("a video")))
    for signature, template, what in _SIGNATURES:
        # Letters may begin a sentence as well; a program or a sound has zero bytes soon after them.
        if data.startswith(signature) and (not signature.isalnum() or b"\x00" in data[:64]):
            raise UnknownType(template, what=Phrase(what))


def _refuse_archive(sample: FileHead) -> None:
    if not sample.parts:
        raise Damaged(
            N_("The {format} file is incomplete. Download or copy it again, then import it."),
            format="DOCX" if sample.suffix == ".docx" else "ZIP",
        )
    for part, template, what in _ARCHIVES:
        if part in sample.parts:
            raise UnknownType(template, what=Phrase(what))
    raise UnknownType(_PACKED, what=Phrase(N_("a ZIP archive")))
