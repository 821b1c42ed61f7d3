"""Canonical text: what is stored, searched and cited. Nothing downstream normalises a document again.

NFC, never NFKC: the compatibility form splits SARA AM (ำ) into two characters. Thai is repaired by small
rules of its own, each of which a Thai reader cannot see: the same picture is written in one way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.errors import NoText
from ingest.models import Block, BlockRole, Manuscript, PlacedBlock

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")  # tabs, no-break, thin and ideographic spaces too
# Controls; soft hyphen; zero-width and direction marks; byte-order mark; interlinear marks; noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Composing sorts the marks on a letter, in quadratic time: more than 30 are no text (UAX #15, stream-safe).
_COMBINING = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
)
_ENDLESS_MARKS = re.compile(f"([{_COMBINING}]{{30}})[{_COMBINING}]+")
_LINE_EDGES = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

_TONES = "\u0e48-\u0e4b"
_SARA_AM_PARTS = re.compile(f"\u0e4d([{_TONES}]*)\u0e32|([{_TONES}]{{1,4}})\u0e4d\u0e32")
_SARA_AM_RUN = re.compile(f"[\u0e33{_TONES}]{{2,}}")
_MARKS = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}")
_REPEATED = re.compile("([\u0e31\u0e33-\u0e3a\u0e40-\u0e44\u0e47-\u0e4e])\\1+")
# From the consonant outwards: phinthu, vowels below, vowels and signs above, tones, silencing signs.
_MARK_ORDER = {
    **dict.fromkeys("\u0e38\u0e39", 1),
    **dict.fromkeys("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d", 2),
    **dict.fromkeys("\u0e48\u0e49\u0e4a\u0e4b", 3),
    **dict.fromkeys("\u0e4c\u0e4e", 4),
    "\u0e3a": 0,
}

_ACCESS_MARK = re.compile(r"^(?::{3}\s*)+|(?:\s*:{3})+$")


def normalise(text: str) -> str:
    """`text` in canonical form. Doing it twice changes nothing more.

    Lone surrogates become U+FFFD, line ends "\\n", runs of other white space one space, more than one blank
    line one; invisible characters go; Thai vowels and tone marks stand once each, in writing order.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    while (cleaned := _clean(text)) != text:  # one repair can make room for another
        text = cleaned
    return text


def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = _repair_thai(unicodedata.normalize("NFC", _ENDLESS_MARKS.sub(r"\1", text)))
    text = _LINE_EDGES.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip(" \n")


def _repair_thai(text: str) -> str:
    text = _REPEATED.sub(_once, text)
    text = _SARA_AM_PARTS.sub(lambda found: (found[1] or found[2] or "") + "\u0e33", text)
    text = _SARA_AM_RUN.sub(lambda found: "".join(sorted(found[0], key="\u0e33".__eq__)), text)  # tones first
    return _MARKS.sub(lambda found: "".join(sorted(found[0], key=_MARK_ORDER.__getitem__)), text)


def _once(found: re.Match[str]) -> str:
    # Two SARA E side by side are how a hasty typist writes SARA AE.
    return "\u0e41" if found[0] == "\u0e40\u0e40" else found[1]


def compose(blocks: Iterable[Block]) -> Manuscript:
    """One canonical text of `blocks`, each in its place, a blank line between them.

    Blocks without a letter or a digit (access marks, lone bullets) go, and so does one that repeats the
    block before it, as titles of saved pages do. Raises `NoText` when nothing is left.
    """
    placed: list[PlacedBlock] = []
    texts: list[str] = []
    start = 0
    for block in _distinct(_readable(blocks)):
        end = start + len(block.text)
        placed.append(
            PlacedBlock(start, end, block.role, block.label, block.speaker, block.starts_at_ms, block.ends_at_ms)
        )
        texts.append(block.text)
        start = end + 2
    if not texts:
        raise NoText
    return Manuscript("\n\n".join(texts), tuple(placed))


def _readable(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        text = normalise(_ACCESS_MARK.sub("", normalise(block.text)))
        if any(character.isalnum() for character in text):
            speaker = normalise(block.speaker) if block.speaker else None
            yield replace(block, text=text, speaker=speaker or None)


def _distinct(blocks: Iterable[Block]) -> Iterator[Block]:
    before: tuple[str, str | None] | None = None
    for block in blocks:
        identity = ("".join(block.text.casefold().split()), block.label)
        # Somebody may say the same thing twice; a page has its title once.
        if block.role is BlockRole.TURN or identity != before:
            yield block
        before = identity
