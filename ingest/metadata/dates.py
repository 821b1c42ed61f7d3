"""Dates in English and Thai text, Buddhist years included: each as far as it is certain, never further.

Values are partial ISO 8601: "2019", "2019-08", "2019-08-02", and "--10-29" for a day whose year is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

BUDDHIST = 543  # years that the Buddhist era is ahead
_EARLIEST, _LATEST = 1900, 2100
_TWO_DIGITS = range(40, 90)  # two-digit Buddhist years that are read: 2540 to 2589, CE 1997 to 2046

_MONTHS = (
    ("January", "Jan", "มกราคม", "ม.ค."),
    ("February", "Feb", "กุมภาพันธ์", "ก.พ."),
    ("March", "Mar", "มีนาคม", "มี.ค."),
    ("April", "Apr", "เมษายน", "เม.ย."),
    ("May", "พฤษภาคม", "พ.ค."),
    ("June", "Jun", "มิถุนายน", "มิ.ย."),
    ("July", "Jul", "กรกฎาคม", "ก.ค."),
    ("August", "Aug", "สิงหาคม", "ส.ค."),
    ("September", "Sept", "Sep", "กันยายน", "ก.ย."),
    ("October", "Oct", "ตุลาคม", "ต.ค."),
    ("November", "Nov", "พฤศจิกายน", "พ.ย."),
    ("December", "Dec", "ธันวาคม", "ธ.ค."),
)
_NAMES = [name for names in _MONTHS for name in names]
_NUMBERS = {name.replace(".", "").casefold(): number for number, names in enumerate(_MONTHS, 1) for name in names}
_SHORTENED = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec")
_FORMS = (form for name in _NAMES if name.isascii() for form in (name, name.upper()))
_LATIN = "|".join(rf"{form}(?![A-Za-z])" + r"\.?" * (form.title() in _SHORTENED) for form in _FORMS)
_THAI = "|".join(r"\.\s?".join(name.split(".")) for name in _NAMES if not name.isascii())
_LATIN = rf"(?:(?<![A-Za-z])(?:{_LATIN}))"
_MONTH = rf"(?:{_LATIN}|{_THAI})"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DASH = r"\s*(?:[-–—]|to\b|and\b|ถึง|และ)\s*"
_RANGE = re.compile(r"\s*(?:[-–—]|to|ถึง)\s*")
_ERA = r"(?:(?P<era>พ\.\s?ศ\.|ค\.\s?ศ\.|B\.?E\.?|A\.?D\.?|C\.?E\.?)\s*)?"
_YEAR = rf"(?:ปี\s*)?{_ERA}(?:ปี\s*)?(?P<year>\d{{4}})(?!\d)"
_SHORT = r"(?:ปี\s*)?(?P<short>\d{2})(?![\d%]|[.,:/]\d|\s*(?:%|น\.|คน|ราย|แห่ง|บาท|ล้าน))"
_DAY = rf"(?<![\d.,/:-])(?P<day>\d{{1,2}}){_ORDINAL}"
_LATER = rf"{_DASH}\d{{1,2}}{_ORDINAL}"
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$")
_DATE_OF_DOCUMENT = "วันที่"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text; `kind` tells how far it goes: "day", "month", "year" or "yearless"."""

    start: int
    end: int
    value: str
    kind: str


def parse_date(text: str) -> str | None:
    """The date that `text` states, and nothing but a weekday beside it, as partial ISO 8601.

    A range counts as its first day. `None` when there is no date, more than one, or none that is certain.
    """
    cleaned = _CLOCK.sub("", text.strip())
    found = [mention for mention in dates_in(cleaned) if mention.kind != "yearless"]
    if not found or (len(found) == 2 and not _RANGE.fullmatch(cleaned, found[0].end, found[1].start)):
        return None
    rest = cleaned[: found[0].start] + cleaned[found[-1].end :]
    return None if any(map(str.isdigit, rest)) or len(found) > 2 or len(rest.split()) > 3 else found[0].value


def dates_in(text: str) -> tuple[DateMention, ...]:
    """Every date in `text`, in order. A range counts as its first day; an impossible date is none."""
    found: list[DateMention] = []
    free = text
    for pattern, read in _READERS:
        for match in pattern.finditer(free):
            if value := read(match):
                end = match.start() + len(match.group().rstrip(" ,\t\n"))
                found.append(DateMention(match.start(), end, value, _kind(value)))
        # What one pattern has read, dates or not, the next ones do not see.
        free = pattern.sub(lambda match: "\0" * len(match.group()), free)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _kind(value: str) -> str:
    return "yearless" if value[0] == "-" else {4: "year", 7: "month", 10: "day"}[len(value)]


def _read_iso(match: re.Match[str]) -> str | None:
    return _written(_common(match["year"]), int(match["month"]), match.groupdict().get("day"))


def _read_numeric(match: re.Match[str]) -> str | None:
    """12/08/2562: day first in Thai, else only where the numbers leave no doubt."""
    thai = re.search(r"[ก-๎]", _line_of(match)) is not None
    first, second, written = int(match["first"]), int(match["second"]), match["year"]
    if len(written) == 2 and not (thai and int(written) in _TWO_DIGITS):
        return None
    buddhist = len(written) == 2 or int(written) > _LATEST
    year = _common(written)
    if thai or buddhist or first > 12 or first == second:
        return _written(year, second, match["first"])
    return _written(year, first, match["second"]) if second > 12 else _written(year)


def _read_range(match: re.Match[str]) -> str | None:
    last = _month_number(match["month"])
    first = _month_number(match["first_month"]) if match["first_month"] else last
    year = _year_of(match)
    return _written(year - (first > last) if year else None, first, match["day"])


def _read_day(match: re.Match[str]) -> str | None:
    return _written(_year_of(match), _month_number(match["month"]), match["day"])


def _read_month(match: re.Match[str]) -> str | None:
    return _written(_year_of(match), _month_number(match["month"]))


def _read_year(match: re.Match[str]) -> str | None:
    """A bare number is a year of the Buddhist era only where a word or a Thai line says so."""
    buddhist = int(match["year"]) > _LATEST
    if buddhist and match.group() == match["year"] and match.group() != match.string.strip():
        return None
    return _written(_year_of(match))


def _read_short_year(match: re.Match[str]) -> str | None:
    return _written(_common(match["short"])) if int(match["short"]) in _TWO_DIGITS else None


# In this order.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"(?<![\d.,/-])(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)", _read_iso),
        (r"(?<![\d.,/-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])(?![\d-])", _read_iso),
        (
            r"(?<![\d.,/-])(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})(?![\d%])",
            _read_numeric,
        ),
        (
            rf"{_DAY}(?:(?:\s+of)?\s*(?P<first_month>{_MONTH}))?{_LATER}(?:\s+of)?\s*(?P<month>{_MONTH})"
            rf"(?:[\s,]*(?:{_YEAR}))?",
            _read_range,
        ),
        (rf"{_DAY}(?:\s+of)?\s*(?P<month>{_LATIN})(?:[\s,]*{_YEAR})?", _read_day),
        (rf"{_DAY}\s*(?P<month>{_THAI})(?:\s*(?:{_YEAR}|{_SHORT}))?", _read_day),
        (
            rf"(?P<month>{_LATIN})\s*(?P<day>\d{{1,2}}){_ORDINAL}(?![\d:]|\.\d)"
            rf"(?:{_DASH}(?:{_LATIN}\s*)?\d{{1,2}}{_ORDINAL}(?!\d))?(?:[\s,]*{_YEAR})?",
            _read_day,
        ),
        (rf"(?P<month>{_LATIN})[\s,]*{_YEAR}", _read_month),
        (rf"(?P<month>{_THAI})\s*(?:{_YEAR}|{_SHORT})", _read_month),
        # "วันที่ .. 62": day and month are lost, what is left at the line's end can only be a Buddhist year.
        (rf"{_DATE_OF_DOCUMENT}[^\S\n]*[.…]*[^\S\n]*(?P<short>\d{{2}})(?=[^\S\n]*(?:\n|$))", _read_short_year),
        (rf"(?<![\d.,/:$-]){_YEAR}(?![%]|[.,:/]\d|-\d|\s*%)", _read_year),
        (rf"(?:พ\.\s?ศ\.\s*|(?<![ก-๎])ปี\s*){_SHORT}", _read_short_year),
    )
)


def _written(year: int | None, month: int | None = None, day: str | None = None) -> str | None:
    """Partial ISO 8601 of what is given; `None` for what cannot be."""
    if year is not None and not _EARLIEST <= year <= _LATEST:
        return None
    if month is None:
        return None if year is None else f"{year:04}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return None if year is None else f"{year:04}-{month:02}"
    try:
        date(year or 2000, month, int(day))  # 2000: a year of which every possible day exists
    except ValueError:
        return None
    return f"{year:04}-{month:02}-{int(day):02}" if year else f"--{month:02}-{int(day):02}"


def _common(year: str) -> int:
    """The common era's year of a written one; a Buddhist one is told by its size, or by its two digits."""
    number = int(year)
    if len(year) == 2:
        return number + 2500 - BUDDHIST
    return number - BUDDHIST if number > _LATEST else number


def _year_of(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("year"):
        return _common(groups["year"])
    short = groups.get("short")
    return _common(short) if short and int(short) in _TWO_DIGITS else None


def _month_number(written: str) -> int:
    return _NUMBERS[re.sub(r"[.\s]", "", written).casefold()]


def _line_of(match: re.Match[str]) -> str:
    begin = match.string.rfind("\n", 0, match.start()) + 1
    end = match.string.find("\n", match.end())
    return match.string[begin : end if end >= 0 else None]
