"""What a document is: title, kind, languages, date, event, economies, organisations, themes, source.

What somebody stated comes first, then what the file itself states, then what its text tells.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from ingest.document_date import document_date
from ingest.economies import Mention, economies_in, find_economy
from ingest.events import all_events, find_event
from ingest.fields import field_named
from ingest.language import languages, words
from ingest.model import Description, Facts, Kind, Manuscript, Parsed, Role, Word
from ingest.organisations import find_organisation, organisations_in
from ingest.themes import find_theme, find_themes

_T = TypeVar("_T")
_NOTHING = Facts()
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
    r"^(?:sources?|ที่มา|แหล่งที่มา|แหล่งข้อมูล|แหล่งข่าว)\s*[:：]\s*(?P<source>\S.{0,199})$",
    re.IGNORECASE | re.MULTILINE,
)
_KINDS = (
    (Kind.MENTORING, re.compile(r"\bment(?:or|ee)|คำปรึกษา|พี่เลี้ยง|เมนเทอร์", re.IGNORECASE)),
    (Kind.TRANSCRIPT, re.compile(r"\btranscript\b|บันทึกการเสวนา|ถอดเทป|บันทึกเสียง|ถอดความ", re.IGNORECASE)),
    (Kind.CASE, re.compile(r"\bcase (?:study|of)\b|\bbest[- ]practice case|กรณีศึกษา", re.IGNORECASE)),
    (Kind.REPORT, re.compile(r"\breport\b|\bproceedings\b|\bcompendium\b|รายงาน|เอกสารสรุป", re.IGNORECASE)),
)
# Between two names of a list: "Chinese Taipei, Russia, Thailand and the Philippines".
_LISTED = re.compile(r"\s*(?:,|;|/|–|-|and|และ|กับ|หรือ|the|ประเทศ|\s)*\s*", re.IGNORECASE)


def describe(
    manuscript: Manuscript, parsed: Parsed, said: tuple[Word, ...], stated: Facts = _NOTHING
) -> Description:
    """The description of the document `manuscript`, which came from `parsed` and has the words `said`.

    `stated` holds the facts given by flags or a sidecar file; they win over those of the file itself.
    """
    given = (stated, parsed.stated)
    text = manuscript.text
    title = " ".join((_first(facts.title for facts in given) or _title(manuscript)).split())
    found = document_date(text)
    date = _first(facts.date for facts in given) or (found.value if found else None)
    economies = _first(facts.economies for facts in given)
    organisations = _first(facts.organisations for facts in given)
    themes = _first(facts.themes for facts in given)
    event = find_event(f"{title}\n{text}", date, _first(facts.event for facts in given))
    return Description(
        title=title,
        kind=_first(facts.kind for facts in given) or _kind(manuscript, parsed.format, title),
        languages=languages(text),
        date=date,
        event=event,
        economies=_official(economies) if economies else _economies(manuscript, title, event),
        organisations=tuple(dict.fromkeys(map(find_organisation, organisations)))
        if organisations
        else _organisations(text),
        themes=tuple(dict.fromkeys(map(find_theme, themes)))
        if themes
        else find_themes((*words(title), *said)),
        source=_first(facts.source for facts in given) or _source(text),
    )


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value), None)


def _official(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(find_economy(name) or name for name in names))


def _title(manuscript: Manuscript) -> str:
    """The first heading, else the first line that can be a title, else the first words."""
    blocks = sorted(manuscript.blocks, key=lambda block: block.role is not Role.HEADING)
    for block in blocks:
        if block.role in (Role.HEADING, Role.PARAGRAPH):
            for line in manuscript.text[block.start : block.end].splitlines():
                if _may_be_title(line):
                    return line.strip()
    words = " ".join(manuscript.text.split())
    if len(words) <= _MADE_TITLE:
        return words
    return words[:_MADE_TITLE].rsplit(" ", 1)[0] + "…"


def _may_be_title(line: str) -> bool:
    line = line.strip()
    letters = sum(map(str.isalpha, line))
    plain = letters >= 4 and len(line) <= _LONGEST_TITLE
    return plain and not _LABEL.fullmatch(line.strip(" :-–*")) and not _CONTACT.search(line)


def _kind(manuscript: Manuscript, format_: str, title: str) -> Kind:
    roles = Counter(block.role for block in manuscript.blocks)
    if format_ in ("vtt", "srt", "transcript") or 2 * roles[Role.TURN] > len(manuscript.blocks):
        return Kind.TRANSCRIPT
    if roles[Role.FIELD] or len(_fields_named(manuscript)) >= 2:
        return Kind.CASE
    if any(_LABEL.search(line) for line in manuscript.text[:_LEAD].splitlines() if len(line) < _MADE_TITLE):
        return Kind.RELEASE
    return next((kind for kind, words in _KINDS if words.search(title)), Kind.RELEASE)


def _fields_named(manuscript: Manuscript) -> set[str]:
    """The parts of a best-practice case that have a heading of their own."""
    headings = (one for one in manuscript.blocks if one.role is Role.HEADING)
    named = (field_named(manuscript.text[one.start : one.end]) for one in headings)
    return {name for name in named if name}


def _source(text: str) -> str | None:
    found = _SOURCE.findall(text)
    return found[-1].strip() if found else None


def _organisations(text: str) -> tuple[str, ...]:
    """The organisations named, those named most first."""
    counts = Counter(named.name for named in organisations_in(text))
    return tuple(name for name, _ in counts.most_common(_MOST_ORGANISATIONS))


def _economies(manuscript: Manuscript, title: str, event: str | None) -> tuple[str, ...]:
    """The economies that the document is really about, the most prominent first.

    A name in the title or the lead weighs more, a city less; one name in passing is not enough, unless it
    stands in a list with others or nothing better is there.
    """
    mentions = economies_in(manuscript.text)
    weights: dict[str, float] = defaultdict(float)
    for mention in economies_in(title):
        weights[mention.economy] += 2
    for mention in mentions:
        weights[mention.economy] += (1 if mention.kind == "name" else 0.5) * (1 + (mention.start < _LEAD))
    for mention in _listed(manuscript.text, mentions):
        weights[mention.economy] += 1
    for block in manuscript.blocks:
        for mention in economies_in(block.speaker or ""):
            weights[mention.economy] += 1
    for host in (known.economy for known in all_events() if known.name == event):
        if host in weights:
            weights[host] += 1
    ranked = sorted(weights, key=lambda economy: -weights[economy])
    enough = max(2.0, 0.06 * max(weights.values(), default=0))
    return tuple(economy for economy in ranked if weights[economy] >= enough) or tuple(ranked[:1])


def _listed(text: str, mentions: tuple[Mention, ...]) -> Iterator[Mention]:
    """The names that stand in a list with another economy's."""
    names = [mention for mention in mentions if mention.kind == "name"]
    for nth, mention in enumerate(names):
        beside = names[max(0, nth - 1) : nth] + names[nth + 1 : nth + 2]
        for other in beside:
            first, second = sorted((mention, other), key=lambda each: each.start)
            if first.economy != second.economy and _LISTED.fullmatch(text, first.end, second.start):
                yield mention
                break
