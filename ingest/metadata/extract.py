"""What a document is: title, kind, languages, date, event, economies, organisations, themes, source.

What somebody stated comes first, then what the file itself states, then what its text tells: that is in
functions of their own (`title_of` …), which also say where.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TypeVar

from ingest.metadata.case_fields import field_named
from ingest.metadata.document_date import DocumentDate, document_date
from ingest.metadata.economies import EconomyMention, economies_in, find_economy
from ingest.metadata.events import all_events, event_in, find_event
from ingest.metadata.organisations import find_organisation, organisations_in
from ingest.metadata.themes import find_theme, strongest, terms_in
from ingest.models import BlockRole, Description, Kind, Manuscript, ParsedDocument, Span, StatedMetadata, Word
from ingest.text.language import languages, words

_T = TypeVar("_T")
_NOTHING = StatedMetadata()
_LONGEST_TITLE = 200  # characters
_MADE_TITLE = 90  # characters of the first words, where nothing looks like a title
_LEAD = 600  # characters in which a name counts more
_MOST_ORGANISATIONS = 12

_LABEL = re.compile(
    r"(?:news|press|media)\s+release|news|press|announcement|for\s+immediate\s+release|ข่าว(?:ประชาสัมพันธ์|แจก|สาร)?|"
    r"ประกาศ|ประชาสัมพันธ์",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@\w|https?://|www\.|^(?:tel|phone|fax|e-?mail|contact|address|source|date|โทร|โทรศัพท์|อีเมล|ติดต่อ|ที่อยู่|ที่มา|วันที่)"
    r"\b[\s.:]|for further|please contact|\+?\d[\d\s()-]{7,}\d",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:sources?|ที่มา|แหล่งที่มา|แหล่งข้อมูล|แหล่งข่าว)\s*[:：]\s*(?P<source>\S.{0,199})$", re.IGNORECASE | re.MULTILINE
)
_KINDS = (
    (Kind.MENTORING, re.compile(r"\bment(?:or|ee)|คำปรึกษา|พี่เลี้ยง|เมนเทอร์", re.IGNORECASE)),
    (Kind.TRANSCRIPT, re.compile(r"\btranscript\b|บันทึกการเสวนา|ถอดเทป|บันทึกเสียง|ถอดความ", re.IGNORECASE)),
    (Kind.CASE, re.compile(r"\bcase (?:study|of)\b|\bbest[- ]practice case|กรณีศึกษา", re.IGNORECASE)),
    (Kind.REPORT, re.compile(r"\breport\b|\bproceedings\b|\bcompendium\b|รายงาน|เอกสารสรุป", re.IGNORECASE)),
)
# Between two names of a list: "Chinese Taipei, Russia, Thailand and the Philippines".
_LISTED = re.compile(r"\s*(?:,|;|/|–|-|and|และ|กับ|หรือ|the|ประเทศ|\s)*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value that a text gives, and the places in it that give it, in order; those of an event may overlap.

    A `guess` is what is taken where nothing in the text says it, or not enough.
    """

    value: str
    places: tuple[Span, ...]
    guess: bool = False


def describe(
    manuscript: Manuscript, parsed: ParsedDocument, said: tuple[Word, ...], stated: StatedMetadata = _NOTHING
) -> Description:
    """The description of the document `manuscript`, which came from `parsed` and has the words `said`.

    `stated` holds the facts given by flags or a sidecar file; they win over those of the file itself.
    """
    given = (stated, parsed.stated)
    text = manuscript.text
    title = " ".join((_first(facts.title for facts in given) or title_of(manuscript).value).split())
    date = _first(facts.date for facts in given) or _value(document_date(text))
    economies = _first(facts.economies for facts in given)
    organisations = _first(facts.organisations for facts in given)
    themes = _first(facts.themes for facts in given)
    named = _first(facts.event for facts in given)
    event = find_event(text, date, named) if named else _value(event_of(text, title, date))
    return Description(
        title=title,
        kind=_first(facts.kind for facts in given) or Kind(kind_of(manuscript, parsed.format, title).value),
        languages=languages(text),
        date=date,
        event=event,
        economies=_official(economies) if economies else _values(economies_of(manuscript, title, event)),
        organisations=tuple(dict.fromkeys(map(find_organisation, organisations)))
        if organisations
        else _values(organisations_of(text)),
        themes=tuple(dict.fromkeys(map(find_theme, themes))) if themes else _values(themes_of(title, said)),
        source=_first(facts.source for facts in given) or _value(source_of(text)),
    )


def _value(found: FoundValue | DocumentDate | None) -> str | None:
    return found.value if found else None


def _values(found: Iterable[FoundValue]) -> tuple[str, ...]:
    return tuple(one.value for one in found)


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value), None)


def _official(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(find_economy(name) or name for name in names))


def title_of(manuscript: Manuscript) -> FoundValue:
    """The first heading, else the first line that can be a title, else (a guess) the first words."""
    text = manuscript.text
    blocks = sorted(manuscript.blocks, key=lambda block: block.role is not BlockRole.HEADING)
    for block in blocks:
        if block.role in (BlockRole.HEADING, BlockRole.PARAGRAPH):
            for place, line in _lines(text, block.start, block.end):
                if _may_be_title(line):
                    start = place + len(line) - len(line.lstrip())
                    return FoundValue(" ".join(line.split()), (Span(start, start + len(line.strip())),))
    words = " ".join(text.split())
    short = words if len(words) <= _MADE_TITLE else words[:_MADE_TITLE].rsplit(" ", 1)[0]
    signs = islice(re.finditer(r"\S", text), len(short.replace(" ", "")))
    places = [sign.end() for sign in signs]
    return FoundValue(short if short == words else f"{short}…", (Span(0, places[-1]),) if places else (), guess=True)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines of the characters `start` up to `end`, each with its place."""
    lines = text[start:end].splitlines(keepends=True)
    for place, line in zip(accumulate(map(len, lines), initial=start), lines, strict=False):
        yield place, line.rstrip("\n")


def _may_be_title(line: str) -> bool:
    line = line.strip()
    letters = sum(map(str.isalpha, line))
    plain = letters >= 4 and len(line) <= _LONGEST_TITLE
    return plain and not _LABEL.fullmatch(line.strip(" :-–*")) and not _CONTACT.search(line)


def kind_of(manuscript: Manuscript, format_: str, title: str) -> FoundValue:
    """The kind of a document: by its format, blocks, label or title; else (a guess) a release."""
    text = manuscript.text
    turns = [Span(block.start, block.end) for block in manuscript.blocks if block.role is BlockRole.TURN]
    if format_ in ("vtt", "srt", "transcript") or 2 * len(turns) > len(manuscript.blocks):
        return FoundValue(Kind.TRANSCRIPT, tuple(turns))
    fields = [Span(block.start, block.end) for block in manuscript.blocks if block.role is BlockRole.FIELD]
    named = _fields_named(manuscript)
    if fields or len(named) >= 2:
        places = (*fields, *(place for places in named.values() for place in places))
        return FoundValue(Kind.CASE, tuple(sorted(places, key=_start)))
    for place, line in _lines(text, 0, min(len(text), _LEAD)):
        if len(line) < _MADE_TITLE and (label := _LABEL.search(line)):
            return FoundValue(Kind.RELEASE, (Span(place + label.start(), place + label.end()),))
    for kind, telling in _KINDS:
        if word := telling.search(title):
            at = text.find(title)
            return FoundValue(kind, (Span(at + word.start(), at + word.end()),) if at >= 0 else ())
    return FoundValue(Kind.RELEASE, (), guess=True)


def _fields_named(manuscript: Manuscript) -> Mapping[str, Sequence[Span]]:
    """The parts of a best-practice case that have a heading of their own, with these headings."""
    headings: dict[str, list[Span]] = defaultdict(list)
    for block in manuscript.blocks:
        text = manuscript.text[block.start : block.end]
        if block.role is BlockRole.HEADING and (name := field_named(text)):
            headings[name].append(Span(block.start, block.end))
    return headings


def event_of(text: str, title: str, date: str | None) -> FoundValue | None:
    """The event that a document of this title and date is about; the date is partial ISO 8601."""
    before = len(title) + 1
    if (found := event_in(f"{title}\n{text}", date)) is None:
        return None
    places = (Span(place.start - before, place.end - before) for place in found.places)
    return FoundValue(found.name, tuple(place for place in places if place.start >= 0))


def source_of(text: str) -> FoundValue | None:
    """What the last line "Source: …" names."""
    found = list(_SOURCE.finditer(text))
    if not found:
        return None
    value, start = found[-1]["source"].strip(), found[-1].start("source")
    return FoundValue(value, (Span(start, start + len(value)),))


def organisations_of(text: str) -> tuple[FoundValue, ...]:
    """The organisations named, those named most first."""
    places: dict[str, list[Span]] = defaultdict(list)
    for named in organisations_in(text):
        places[named.name].append(Span(named.start, named.end))
    most = sorted(places, key=lambda name: -len(places[name]))[:_MOST_ORGANISATIONS]
    return tuple(FoundValue(name, tuple(places[name])) for name in most)


def themes_of(title: str, said: Sequence[Word]) -> tuple[FoundValue, ...]:
    """The themes that a text of this title and of the words `said` is about, the strongest first."""
    both = (*words(title), *said)
    terms, before = terms_in(both), len(both) - len(said)
    places: dict[str, list[Span]] = defaultdict(list)
    for term in terms:
        if term.first >= before:
            places[term.theme].append(Span(both[term.first].start, both[term.end - 1].end))
    return tuple(FoundValue(theme, tuple(places[theme])) for theme in strongest(terms, len(both)))


def economies_of(manuscript: Manuscript, title: str, event: str | None) -> tuple[FoundValue, ...]:
    """The economies that a document of this title and event is really about, the most prominent first.

    A name in the title or the lead weighs more, a city less; one name in passing is not enough, unless it
    stands in a list with others or (a guess) nothing better is there. The places of an economy that is named
    beside turns only, as their speaker's, are these turns.
    """
    mentions = economies_in(manuscript.text)
    places: dict[str, list[Span]] = defaultdict(list)
    turns: dict[str, list[Span]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for mention in economies_in(title):
        weights[mention.economy] += 2
    for mention in mentions:
        weights[mention.economy] += (1 if mention.kind == "name" else 0.5) * (1 + (mention.start < _LEAD))
        places[mention.economy].append(Span(mention.start, mention.end))
    for mention in _listed(manuscript.text, mentions):
        weights[mention.economy] += 1
    for block in manuscript.blocks:
        for mention in economies_in(block.speaker or ""):
            weights[mention.economy] += 1
            turns[mention.economy].append(Span(block.start, block.end))
    for host in (known.economy for known in all_events() if known.name == event):
        if host in weights:
            weights[host] += 1
    ranked = sorted(weights, key=lambda economy: -weights[economy])
    enough = max(2.0, 0.06 * max(weights.values(), default=0))
    about = [economy for economy in ranked if weights[economy] >= enough]
    return tuple(
        FoundValue(economy, tuple(places[economy] or turns[economy]), guess=not about)
        for economy in about or ranked[:1]
    )


def _start(span: Span) -> int:
    return span.start


def _listed(text: str, mentions: tuple[EconomyMention, ...]) -> Iterator[EconomyMention]:
    """The names that stand in a list with another economy's."""
    names = [mention for mention in mentions if mention.kind == "name"]
    for nth, mention in enumerate(names):
        beside = names[max(0, nth - 1) : nth] + names[nth + 1 : nth + 2]
        for other in beside:
            first, second = sorted((mention, other), key=lambda each: each.start)
            if first.economy != second.economy and _LISTED.fullmatch(text, first.end, second.start):
                yield mention
                break
