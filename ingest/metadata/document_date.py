"""Which of the dates in a text is the document's own.

A release is dated near its top or by the day its event was held; history ("founded in 1998") and aims
("by 2030") are no dates of it. A day in one sentence and a year in another go together when one year
stands out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from ingest.metadata.dates import DateMention, dates_in
from ingest.models import Span

_TOP = 600  # characters in which a dateline, or the sentence that says what was held when, is expected
_AROUND = 40  # characters before and after a date that tell what it is the date of
_WORTH = {"day": 3.0, "yearless": 2.5, "month": 2.0, "year": 0.0}
_WORTH_OF_YEAR = 2.0  # at most, of one mention
_ENOUGH = 3.5  # for a day or a month
_ENOUGH_YEAR = 2.0

_HELD = re.compile(
    r"(?:\b(?:on|held|hosted|dated?|published|posted|released|updated)\b[\s:,]*(?:\w+day,?\s*)?"
    r"|(?:วันที่|วัน\S{1,12}ที่|เมื่อ|เผยแพร่|โพสต์|จัดขึ้น)[\s:]*)$",
    re.IGNORECASE,
)
_YEAR_OF = re.compile(r"(?:\b(?:in|year|of|for|APEC|the)|ปี|พ\.ศ\.|ค\.ศ\.)\s*$|^(?:ปี|พ\.ศ\.|ค\.ศ\.|วันที่)", re.IGNORECASE)
_NOT_ITS_OWN = re.compile(
    r"\b(?:since|by|until|till|before|founded|established|born|deadline|due|expires?|forecast)\b"
    r"|ตั้งแต่|ก่อตั้ง|ภายใน|นับแต่|ก่อน|สิ้นสุด|หมดเขต|ย้อน",
    re.IGNORECASE,
)
# Of a year or a month alone these words tell more than of a day.
_HISTORY_OR_AIM = re.compile(
    r"\b(?:beg[au]n|begins?|started|launched|from|target\w*|vision|agenda|goals?|towards?|through|plan\w*|"
    r"(?:last|next) (?:year|month))\b"
    r"|เป้าหมาย|วิสัยทัศน์|วาระ|เริ่ม|สมัย|แผน|อดีต|ภายหลัง",
    re.IGNORECASE,
)
_AIM_AFTER = re.compile(r"^\W*(?:target|goal|agenda|vision|census|survey|เป้าหมาย)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """The document's date, partial ISO 8601, and the places in its text that give it."""

    value: str
    places: tuple[Span, ...]


def document_date(text: str) -> DocumentDate | None:
    """The date of the document whose canonical text is `text`; `None` when nothing in it is good enough."""
    scored = [(mention, _score(text, mention)) for mention in dates_in(text)]
    years = _years(scored)
    leading = _leading(years)
    fuller = [(mention, score) for mention, score in scored if mention.kind != "year" and score >= _ENOUGH]
    for mention, _ in sorted(fuller, key=lambda pair: (-pair[1], pair[0].start)):
        own = mention.value[:4] if mention.kind != "yearless" else None
        if own is None and leading and _exists(leading + mention.value[1:]):
            return DocumentDate(leading + mention.value[1:], (_span(mention), _place_of(leading, scored)))
        if own and (mention.start < _TOP or own == leading):
            return DocumentDate(mention.value, (_span(mention),))
    if leading and years[leading] >= _ENOUGH_YEAR:
        return DocumentDate(leading, (_place_of(leading, scored),))
    return None


def _score(text: str, mention: DateMention) -> float:
    """How well the mention would serve as the document's date; below zero: it is another thing's date."""
    before = text[max(0, mention.start - _AROUND) : mention.start]
    before = re.split(r"[.,;\n]\s", before)[-1]
    after = text[mention.end : mention.end + _AROUND]
    score = _WORTH[mention.kind]
    score += 2 if mention.start < _TOP else 0.5 if mention.end > len(text) - _TOP / 2 else 0
    if _HELD.search(before):
        score += 1
    if mention.kind == "year":
        named = _YEAR_OF.search(before) or _YEAR_OF.search(text[mention.start : mention.end])
        score += 1 if named else 0
    vague = mention.kind in ("year", "month")
    if _NOT_ITS_OWN.search(before) or (vague and (_HISTORY_OR_AIM.search(before) or _AIM_AFTER.search(after))):
        score -= 5
    return score


def _years(scored: list[tuple[DateMention, float]]) -> dict[str, float]:
    """Each year that the text gives for itself, with the sum of its scores."""
    years: dict[str, float] = defaultdict(float)
    for mention, score in scored:
        if mention.kind != "yearless" and score > 0:
            years[mention.value[:4]] += min(score, _WORTH_OF_YEAR)
    return years


def _leading(years: dict[str, float]) -> str | None:
    """The year that stands out; `None` when two are as good as each other."""
    ranked = sorted(years.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _exists(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _place_of(year: str, scored: list[tuple[DateMention, float]]) -> Span:
    """Where the year is best given."""
    given = [pair for pair in scored if pair[0].value.startswith(year)]
    return _span(max(given, key=lambda pair: pair[1])[0])


def _span(mention: DateMention) -> Span:
    return Span(mention.start, mention.end)
