"""Bytes to characters: UTF-8, UTF-16 (with or without their mark), Windows-874 (TIS-620), Windows-1252."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from ingest.errors import N_, UnknownEncoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<(?:meta[^>]{0,200}|\?xml[^>]{0,80})(?:charset|encoding)\s*=\s*["']?([\w-]{3,20})""", re.I)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_PLAIN = re.compile("[\t\n\r -~\u00a0-\u00ff\u0e01-\u0e5b\u2010-\u2026]")
_THAI = re.compile("[\u0e01-\u0e5b]")
# What no Thai writer writes: a mark on nothing that can carry it, a leading vowel that leads nothing.
_BAD_THAI = re.compile(
    "(?<![\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
    "|[\u0e40-\u0e44](?![\u0e01-\u0e2e])"
)
_RARE_THAI = re.compile("[ฃฅฆฌฎฏฑฒฦฬฯฺํ๎๏๚๛ๅ฿]")
_RARE_WESTERN = re.compile("[¤¦¨¬¯³¶¸¹ÐÞðþ×÷]")
_SAMPLE = 100_000  # bytes that are enough to tell an encoding by


_BROKEN = N_("Line {line} has bytes that are not UTF-8 text. Correct it, save the file as UTF-8 and import it again.")


def decode(data: bytes) -> str:
    """The characters of `data`, without a byte-order mark.

    Raises `UnknownEncoding` when the bytes are text in no encoding, and `BrokenText`, which names the line,
    when they are UTF-8 with a few bytes damaged.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name)
    if (unmarked := _utf16_without_mark(data)) is not None:
        return unmarked
    if len(_CONTROLS.findall(data[:_SAMPLE])) * 200 > len(data[:_SAMPLE]):
        raise UnknownEncoding
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            raise UnknownEncoding(_BROKEN, line=data.count(b"\n", 0, error.start) + 1) from error
    return _single_byte(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise UnknownEncoding(_BROKEN, line=data.count(b"\n", 0, error.start) + 1) from error
        raise UnknownEncoding from error


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    # Half the bytes of UTF-16 are the upper halves of characters: 00 for Latin, 0E for Thai.
    if not sample or (sample.count(0) + sample.count(0x0E)) * 4 < len(sample):
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
        if len(_PLAIN.findall(text)) >= 0.9 * len(text):
            return _strictly(data, encoding)
    return None


def _mostly_utf8(data: bytes) -> bool:
    """Whether nearly all bytes above 127 are parts of UTF-8 characters, which is no accident."""
    high = sum(map(len, _HIGH_RUN.findall(data)))
    kept = sum(map(len, _HIGH_RUN.findall(data.decode("utf-8", "ignore").encode())))
    return kept >= 0.9 * high


def _single_byte(data: bytes) -> str:
    if (declared := _DECLARED.search(data[:4096])) is not None:
        name = declared[1].decode().lower().replace("tis-620", "cp874")
        try:
            if "<".encode(name) == b"<":  # the declaration itself was read one byte a character
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass  # pages lie about their encoding; the letters do not
    for encoding, plausible in (("cp874", _is_thai), ("cp1252", _is_western)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if plausible(text[:_SAMPLE]):
            return text
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None or best.chaos > 0.1 or best.coherence < 0.1:
        raise UnknownEncoding
    return _strictly(data, best.encoding)


def _is_thai(text: str) -> bool:
    letters = len(_THAI.findall(text))
    runs = len(re.findall("[\u0e01-\u0e5b]+", text))
    # Western text read as Thai gives letters one by one among Latin ones; Chinese text read as Thai gives
    # marks without a consonant and as many rare letters as common ones.
    plausible = len(_BAD_THAI.findall(text)) <= max(1, 0.05 * letters)
    return letters >= 2 * runs > 0 and plausible and len(_RARE_THAI.findall(text)) <= max(1, 0.05 * letters)


def _is_western(text: str) -> bool:
    # Words in a Western language have few accents, seldom three in a row, and no odd symbols in them.
    latin = len(re.findall("[A-Za-z]", text))
    accented = len(re.findall("[^\x00-\x7f]", text))
    odd = len(_RARE_WESTERN.findall(text)) + sum(map(len, re.findall("[À-ÿ]{3,}", text)))
    return accented <= latin and odd <= max(1, 0.1 * accented)
