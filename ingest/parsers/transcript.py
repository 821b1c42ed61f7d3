"""Plain transcripts: turns labelled with who speaks, and sometimes when.

[00:12:03] Moderator: What changed for the growers?
ผู้ดำเนินรายการ: ชุมชนได้อะไรจากโครงการนี้
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.models import Block, BlockRole, ParsedDocument
from ingest.parsers.table import is_column
from ingest.parsers.text import heading_of, plain, split_front_matter, under_title, with_headings
from ingest.text.encoding import decode
from ingest.text.line_wrapping import paragraphs, word_set
from ingest.text.normalise import normalise

_TIME = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_TURN = re.compile(
    rf"\s*(?:[-–•]\s+)?(?:(?:[\[(](?P<start>{_TIME})(?:\s*(?:-->|[-–—])\s*(?P<end>{_TIME}))?[\])]"
    r"|(?P<clock>\d{1,2}:\d{2}:\d{2}))\s*[-–—]?\s*)?"
    rf"(?P<speaker>[^\W\d_][^:：]{{0,58}}?)\s*(?:[\[(](?P<after>{_TIME})[\])])?"
    r"\s*[:：](?=[\s“\"'‘(]|[\u0e01-\u0e5b]|$)\s*(?P<said>.*)$"
)
_ASIDE = re.compile(r"\s*[\[(].*[\])]\s*$")
# Words before a colon at the head of a transcript, or in it, that are nobody's name.
_NOT_SPEAKERS = word_set(
    "agenda contact duration email host language location note notes panel panellists panelists "
    "participants place recorded recording session speakers subject tel theme time topic venue website "
    "ติดต่อ เนื้อหา เบอร์โทร ผู้เข้าร่วม เรื่อง เวลา เว็บไซต์ สถานที่ หมายเหตุ หัวข้อ อีเมล โทร "
    "กำหนดการ"
)
_NOT_IN_NAMES = word_set(
    "am are be been but can did do does has have he how i if is it its our said say says she that these they "
    "this those was we were what when why will you your"
)
_COUNTING = word_set("finally first last next one second third three two")
_NAME_LIKE = re.compile(r"(?:[A-Z][\w.'’-]*|of|the|for|and|from|de|van|bin|\(.*\)|[A-Z]?\d+|&|[ ,])+$")
_THAI_ROLE = re.compile(
    "(?:ผู้|นาย|นาง|คุณ|ดร\\.|ศ\\.|รศ\\.|ผศ\\.|ผอ\\.|ท่าน|พิธีกร|วิทยากร|ประธาน|รอง|เจ้า|หัวหน้า|อาจารย์|ตัวแทน|ที่ปรึกษา|"
    "กรรมการ|สมาชิก|พี่เลี้ยง|เลขา|นัก|ชาว|เกษตรกร|แม่|พ่อ|โฆษก)"
)
_ENOUGH_TURNS = 3


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line that begins with a label: who or what, when (milliseconds), and the words after the colon."""

    label: str
    said: str
    starts_at_ms: int | None
    ends_at_ms: int | None


@dataclass(slots=True)
class _Turn:
    """A turn while its lines are gathered."""

    head: Block  # what its blocks have in common: speaker and times
    lines: list[str]

    def blocks(self) -> Iterator[Block]:
        for text in paragraphs(self.lines):
            yield replace(self.head, text=plain(text))
            # The time is that of the first words only.
            self.head = replace(self.head, starts_at_ms=None, ends_at_ms=None)
        self.lines = []


def parse(data: bytes) -> tuple[ParsedDocument, ...]:
    """A labelled transcript: one block a paragraph of a turn, with its speaker and, where told, its time.

    Text above the first turn gives headings and paragraphs; front matter states the facts.
    """
    stated, body = split_front_matter(decode(data))
    lines = body.splitlines()
    blocks = _blocks(lines, _speakers(lines))
    return (ParsedDocument("transcript", under_title(blocks, stated), stated),)


def looks_like_transcript(text: str) -> bool:
    """Whether at least three turns are labelled, and one speaker speaks twice or all say when."""
    lines = [line for line in text.splitlines() if line.strip()]
    speakers = _speakers(lines)
    turns = [turn for line in lines if (turn := _labelled(line)) and turn.label in speakers]
    timed = sum(turn.starts_at_ms is not None for turn in turns)
    again = len({turn.label for turn in turns}) < len(turns)
    enough = len(turns) >= _ENOUGH_TURNS and 4 * len(turns) >= len(lines)
    return enough and (again or timed >= _ENOUGH_TURNS)


def could_speak(label: str) -> bool:
    """Whether a label may be a person or a role, and is not the name of a fact or of a part of a case."""
    return not (
        _states_a_fact(label)
        or len(label.split()) > 8
        or _NOT_IN_NAMES.intersection(label.casefold().split())
        or re.search(r"[!?;]|[^.\s]{4,}\.", label)
        or not (label[0].isupper() or label[0] >= "\u0e01")
    )


def _states_a_fact(label: str) -> bool:
    return label.casefold() in _NOT_SPEAKERS or is_column(label)


def names_a_speaker(label: str) -> bool:
    """Whether a label that occurs only once is surely a speaker's: written like a name or like a role."""
    if label[0] >= "\u0e01":
        return _THAI_ROLE.match(label) is not None and len(label) <= 40
    words = label.casefold().split()
    return _NAME_LIKE.match(label) is not None or (len(words) <= 4 and not _COUNTING.intersection(words))


def milliseconds(time: str) -> int:
    """Milliseconds of "1:02:03.5", "62:03" or "00:12:03,250"."""
    whole, _, fraction = time.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0") or 0)


def _speakers(lines: Sequence[str]) -> Collection[str]:
    labels = Counter(found.label for line in lines if (found := _labelled(line)) and could_speak(found.label))
    return {label for label, count in labels.items() if count > 1 or names_a_speaker(label)}


def _labelled(line: str) -> _Labelled | None:
    found = _TURN.match(_bare(line))
    if found is None or not (label := normalise(found["speaker"])):
        return None
    start, end = found["start"] or found["clock"] or found["after"], found["end"]
    return _Labelled(label, found["said"], milliseconds(start) if start else None, milliseconds(end) if end else None)


def _bare(line: str) -> str:
    """A Markdown line whose label is not set in bold or italics: `**Moderator:** words`."""
    start, colon, said = line.partition(":")
    if not start.lstrip().startswith(("*", "_")):
        return line
    if start.count("*") % 2 or start.count("_") % 2 or start.endswith(("*", "_")):
        return start.replace("*", "").replace("_", "") + colon + said
    return start.replace("*", "").replace("_", "") + colon + said.lstrip("*_")


def _blocks(lines: Sequence[str], speakers: Collection[str]) -> Iterator[Block]:
    first = next((at for at, line in enumerate(lines) if _begins(line, speakers)), len(lines))
    yield from _preamble(lines[:first])
    turn = _Turn(Block(""), [])
    for line in lines[first:]:
        heading, labelled = heading_of(line), _labelled(line)
        if heading is not None:
            yield from turn.blocks()
            yield Block(heading, BlockRole.HEADING)
        elif labelled is not None and labelled.label in speakers:
            yield from turn.blocks()
            head = Block(
                "",
                BlockRole.TURN,
                speaker=labelled.label,
                starts_at_ms=labelled.starts_at_ms,
                ends_at_ms=labelled.ends_at_ms,
            )
            turn = _Turn(head, [labelled.said])
        elif _ASIDE.match(line) or (labelled is not None and _states_a_fact(labelled.label)):
            yield from turn.blocks()  # "(Applause)" or "Source: …": nobody says it
            yield Block(plain(line))
        else:
            turn.lines.append(line)
    yield from turn.blocks()


def _begins(line: str, speakers: Collection[str]) -> bool:
    labelled = _labelled(line)
    return heading_of(line) is None and labelled is not None and labelled.label in speakers


def _preamble(lines: Sequence[str]) -> Iterator[Block]:
    group: list[str] = []
    for line in lines:
        if (heading := heading_of(line)) is None:
            group.append(line)
            continue
        yield from map(Block, paragraphs(group))
        group = []
        yield Block(heading, BlockRole.HEADING)
    if len(group) == len(lines):  # no marked headings: find them by their looks
        yield from with_headings(list(paragraphs(group)))
    else:
        yield from (Block(plain(text)) for text in paragraphs(group))
