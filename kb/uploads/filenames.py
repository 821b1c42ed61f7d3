"""Names of files that come from elsewhere: their bytes as text, and what of them can be shown."""

from __future__ import annotations

import re
from unicodedata import normalize

LONGEST = 150  # characters of a file's name
# Control characters, and those that reverse or break the line that a name is shown in.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_THAI_WORD = re.compile("[ก-๛]{2}")


def decoded(raw: bytes, otherwise: str) -> str:
    """A name whose encoding nobody stated: UTF-8, Windows-874 if that makes Thai of it, else `otherwise`.

    `otherwise` names an encoding in which every byte is a character.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        # Latin names have their few accents apart from each other; Thai letters stand together.
        if _THAI_WORD.search(text := raw.decode("cp874")):
            return text
    except UnicodeDecodeError:
        pass
    return raw.decode(otherwise)


def shown(text: str, longest: int = 300) -> str:
    """What can be shown of any text: its first `longest` characters, with signs for those that cannot."""
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text[:longest])


def file_name(text: str) -> str:
    """The last part of a path as the name of a file, or "": nothing unseen, no dots before it, its end kept."""
    last = UNSEEN.sub("", normalize("NFC", re.split(r"[/\\]", text)[-1])).strip().lstrip(". ")
    if len(last) <= LONGEST:
        return last
    stem, dot, suffix = last.rpartition(".")
    if not stem or len(suffix) > 10:
        return last[:LONGEST]
    return stem[: LONGEST - len(suffix) - 1] + dot + suffix
