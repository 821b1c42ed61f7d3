"""WebVTT and SRT captions, gathered into the turns of their speakers."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO

import webvtt

from ingest.errors import NoText
from ingest.models import Block, BlockRole, ParsedDocument, StatedMetadata
from ingest.parsers.transcript import could_speak, milliseconds, names_a_speaker
from ingest.text.encoding import decode
from ingest.text.normalise import normalise

_VTT = re.compile(r"\ufeff?WEBVTT(?:[ \t\n\r]|$)")
_SRT = re.compile(r"\s*\d+[ \t]*\r?\n\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}\s*-->")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"</?[^<>]*>")
_LABEL = re.compile(r"(?:>>\s*)?([^\W\d_][^:：]{0,40})[:：](?:\s+|(?=[\u0e01-\u0e5b“\"])|$)(.*)", re.DOTALL)
_NEW_VOICE = re.compile(r"(?:>>+|[-–]\s)\s*")
_SENTENCE_END = re.compile(r"[.!?…]['\"”’)\]]*$")
_THAI_END = re.compile("[\u0e01-\u0e5b]$")
_LONGEST_TURN = 1000  # characters: a speech without a full stop is still cut into pieces
_LONGEST_PAUSE = 1500  # milliseconds within a Thai sentence, which has no full stop to end it
_TOUCHING = 150  # milliseconds between captions that roll up


@dataclass(frozen=True, slots=True)
class _Caption:
    """What one speaker says in one caption; times in milliseconds."""

    text: str
    speaker: str | None
    start: int
    end: int


def parse_vtt(data: bytes) -> tuple[ParsedDocument, ...]:
    """WebVTT: turns with speaker, start and end. Raises `NoText` when there is no caption in it."""
    return (_parsed("vtt", decode(data)),)


def parse_srt(data: bytes) -> tuple[ParsedDocument, ...]:
    """SRT: turns with start and end, and the speaker where a caption names one. Raises `NoText`."""
    return (_parsed("srt", decode(data).lstrip()),)


def looks_like_vtt(text: str) -> bool:
    """Whether a text begins as WebVTT does."""
    return _VTT.match(text) is not None


def looks_like_srt(text: str) -> bool:
    """Whether a text begins with the number and the times of an SRT caption."""
    return _SRT.match(text) is not None


def _parsed(form: str, text: str) -> ParsedDocument:
    read = webvtt.from_buffer(StringIO(text), format=form)
    cues = [(milliseconds(cue.start), milliseconds(cue.end), cue.raw_text.split("\n")) for cue in read.captions]
    captions = _named([part for start, end, lines in _unrolled(cues) for part in _voices(start, end, lines)])
    if not captions:
        raise NoText
    title = normalise((read.header_text or "").strip(" \t-–")) or None
    return ParsedDocument(form, tuple(_turns(captions)), StatedMetadata(title=title))


def _unrolled(cues: Sequence[tuple[int, int, list[str]]]) -> Iterator[tuple[int, int, list[str]]]:
    """The cues without the lines that a roll-up display shows again from the cue before."""
    shown: list[str] = []
    shown_until = -_TOUCHING
    for start, end, lines in cues:
        bare = [line for line in lines if _spoken(line)]
        words = [_LABEL.sub(r"\2", _spoken(line)) for line in bare]  # the speaker is named once
        repeated = 0
        if start <= shown_until + _TOUCHING:
            sizes = range(min(len(shown), len(words)), 0, -1)
            repeated = next((size for size in sizes if shown[-size:] == words[:size]), 0)
        if bare[repeated:]:
            yield start, end, bare[repeated:]
        if words:
            shown, shown_until = words, end


def _voices(start: int, end: int, lines: Sequence[str]) -> Iterator[_Caption]:
    """The parts of a caption, one for each voice in it."""
    pieces = _VOICE.split("\n".join(lines))
    yield from _dashed(pieces[0], None, start, end)
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield from _dashed(text, normalise(html.unescape(name)) or None, start, end)


def _dashed(text: str, speaker: str | None, start: int, end: int) -> Iterator[_Caption]:
    """A voice's lines; a dash or ">>" before each of several lines tells that the speakers change."""
    lines = [line for line in text.split("\n") if _spoken(line)]
    parts: list[list[str]] = []
    for line in lines:
        if not parts or _NEW_VOICE.match(_spoken(line)) or _LABEL.match(_spoken(line)):
            parts.append([])
        parts[-1].append(_spoken(line))
    for part in parts:
        yield _Caption(" ".join(part), speaker, start, end)


def _spoken(line: str) -> str:
    return normalise(html.unescape(_TAG.sub("", line)))


def _named(captions: Sequence[_Caption]) -> list[_Caption]:
    """Captions whose "Name:" has become their speaker; one without a name goes on with the last named one."""
    labels = Counter(
        found[1].strip()
        for caption in captions
        if caption.speaker is None and (found := _LABEL.match(caption.text)) and could_speak(found[1].strip())
    )
    known = {label for label, count in labels.items() if count > 1 or names_a_speaker(label)}
    named: list[_Caption] = []
    speaker: str | None = None
    for caption in captions:
        found = _LABEL.match(caption.text)
        if caption.speaker is not None:
            speaker = None
        elif found and found[1].strip() in known:
            speaker = found[1].strip()
            caption = replace(caption, text=found[2], speaker=speaker)
        elif changed := _NEW_VOICE.match(caption.text):
            speaker = None  # somebody else, nobody says who
            caption = replace(caption, text=caption.text[changed.end() :])
        else:
            caption = replace(caption, speaker=speaker)
        if caption.text:
            named.append(caption)
    return named


def _turns(captions: Sequence[_Caption]) -> Iterator[Block]:
    turn: _Caption | None = None
    for caption in captions:
        if turn is not None and _goes_on(turn, caption):
            turn = replace(turn, text=f"{turn.text} {caption.text}", end=max(turn.end, caption.end))
            continue
        if turn is not None:
            yield _block(turn)
        turn = caption
    if turn is not None:
        yield _block(turn)


def _goes_on(turn: _Caption, caption: _Caption) -> bool:
    """Whether a caption continues the sentence that the turn before it has begun."""
    if turn.speaker != caption.speaker or len(turn.text) + len(caption.text) > _LONGEST_TURN:
        return False
    if _SENTENCE_END.search(turn.text):
        return False
    return not _THAI_END.search(turn.text) or caption.start - turn.end <= _LONGEST_PAUSE


def _block(turn: _Caption) -> Block:
    return Block(turn.text, BlockRole.TURN, speaker=turn.speaker, starts_at_ms=turn.start, ends_at_ms=turn.end)
