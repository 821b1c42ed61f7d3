"""The text of a document as an editor edits it: plain text, blocks with a blank line between them, and marks.

    # A heading
    A paragraph, which may have
    several lines.
    > [00:01:02.500 - 00:01:07.000] สมชาย: a turn, with its times and its speaker if they are known
    [challenge] a part of a case

A backslash says that what follows is no mark: `\\# 1 is the best`. A line with nothing but a backslash is a blank
line within a block. What has no such form, from an import, begins with its attributes in JSON. Text that was
not edited gives the same blocks again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import groupby

from ingest.errors import NoText
from ingest.metadata.case_fields import FIELDS
from ingest.models import Block, BlockRole, Manuscript
from ingest.text.normalise import compose
from kb.errors import BadText, BadTimes

_TIME = r"\d{2,}:[0-5]\d:[0-5]\d(?:\.\d{1,3})?"
_TIMES = re.compile(rf"\[({_TIME})(?:\s*(?:-|–|-->)\s*({_TIME}))?\][ \n]")
_LIKE_TIMES = re.compile(r"\[[\d:.,\s>–-]*\]")
_SPEAKER = re.compile(r"([^\s:\[\]\\{}](?:[^\n:\[\]\\{}]*[^\s:\[\]\\{}])?):[ \n]")
_FIELD = re.compile(rf"\[({'|'.join(FIELDS)})\][ \n]")
_ATTRIBUTES = re.compile(r'\{"role": "')
_ONLY_BACKSLASHES = re.compile(r"\\+")


def text_of(manuscript: Manuscript) -> str:
    """The text to edit."""
    return "\n\n".join(map(_written, _blocks(manuscript)))


def manuscript_of(text: str) -> Manuscript:
    """The canonical text and blocks of an edited text. Raises `BadText`."""
    try:
        return compose(_read(text))
    except NoText as error:
        raise BadText from error


def _blocks(manuscript: Manuscript) -> Iterator[Block]:
    """The blocks, and what text stands between them (from an import) as paragraphs."""
    at = 0
    for one in sorted(manuscript.blocks, key=lambda block: block.start):
        yield from _between(manuscript.text[at : one.start])
        if text := manuscript.text[one.start : one.end].strip():
            yield Block(text, one.role, one.label, one.speaker, one.starts_at_ms, one.ends_at_ms)
        at = one.end
    yield from _between(manuscript.text[at:])


def _between(text: str) -> Iterator[Block]:
    if text.strip():
        yield Block(text.strip())


# ---- writing


def _written(block: Block) -> str:
    mark = _mark(block)
    body = "\n".join(map(_line, block.text.split("\n")))
    return mark + body if _is_read_as(mark + body, block) else f"{mark}\\{body}"


def _is_read_as(written: str, block: Block) -> bool:
    try:
        return _parsed(written, 1) == block
    except BadTimes:
        return False


def _line(line: str) -> str:
    return line + "\\" if not line or _ONLY_BACKSLASHES.fullmatch(line) else line


def _mark(block: Block) -> str:
    """What stands before the text of a block."""
    timed = block.starts_at_ms is not None or block.ends_at_ms is not None
    known = (block.label is not None, block.speaker is not None, timed)
    if block.role is BlockRole.PARAGRAPH and known == (False, False, False):
        return ""
    if block.role is BlockRole.HEADING and known == (False, False, False):
        return "# "
    if block.role is BlockRole.FIELD and block.label in FIELDS and known == (True, False, False):
        return f"[{block.label}] "
    if block.role is BlockRole.TURN and block.label is None and (times := _times(block)) is not None:
        speaker = "" if block.speaker is None else f"{block.speaker}: "
        if not speaker or _SPEAKER.fullmatch(speaker):
            return f"> {times}{speaker}"
    told = {key: value for key, value in asdict(block).items() if key != "text" and value is not None}
    return json.dumps(told, ensure_ascii=False) + " "


def _times(block: Block) -> str | None:
    """The times of a turn; None when they cannot be told so."""
    if block.starts_at_ms is None:
        return "" if block.ends_at_ms is None else None
    until = "" if block.ends_at_ms is None else f" - {_clock(block.ends_at_ms)}"
    return f"[{_clock(block.starts_at_ms)}{until}] "


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


# ---- reading


def _read(text: str) -> Iterator[Block]:
    split = re.sub("\r\n?", "\n", text).split("\n")
    lines = [(number, line.rstrip()) for number, line in enumerate(split, start=1)]
    for is_text, those in groupby(lines, key=lambda numbered: bool(numbered[1])):
        if is_text:
            numbered = list(those)
            yield _parsed("\n".join(line for _, line in numbered), numbered[0][0])


def _parsed(text: str, line: int) -> Block:
    """A block from its lines, the first of which has the number `line`. Raises `BadTimes`."""
    if text.startswith("# "):
        return Block(_body(text[2:]), BlockRole.HEADING)
    if text.startswith("> "):
        return _turn(text[2:], line)
    if field := _FIELD.match(text):
        return Block(_body(text[field.end() :]), BlockRole.FIELD, field[1])
    if _ATTRIBUTES.match(text) and (block := _attributed(text)):
        return block
    return Block(_body(text))


def _turn(text: str, line: int) -> Block:
    starts = ends = speaker = None
    if times := _TIMES.match(text):
        starts, ends = _ms(times[1]), _ms(times[2]) if times[2] else None
        text = text[times.end() :]
    elif _LIKE_TIMES.match(text):
        raise BadTimes(line=line)
    if spoken := _SPEAKER.match(text):
        speaker, text = spoken[1], text[spoken.end() :]
    return Block(_body(text), BlockRole.TURN, None, speaker, starts, ends)


def _attributed(text: str) -> Block | None:
    try:
        told, end = json.JSONDecoder().raw_decode(text)
        known = {field.name: told.pop(field.name, None) for field in fields(Block) if field.name != "text"}
        if told or not all(isinstance(known[name], str | None) for name in ("label", "speaker")):
            return None
        if not all(isinstance(known[name], int | None) for name in ("starts_at_ms", "ends_at_ms")):
            return None
        return Block(_body(text[end:].removeprefix(" ")), **{**known, "role": BlockRole(known["role"])})
    except (ValueError, RecursionError):
        return None


def _ms(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    whole, _, parts = seconds.partition(".")
    return (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * 1000 + int(parts.ljust(3, "0") or "0")


def _body(text: str) -> str:
    lines = text.removeprefix("\\").split("\n")
    return "\n".join(line[:-1] if _ONLY_BACKSLASHES.fullmatch(line) else line for line in lines)
