"""Organisations that a text names: a small table of the field's own, and careful patterns for the rest.

Those of the table (`data/organisations.csv`) are given by their official English name, whatever form or
language they are named in; others as the text writes them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parents[1] / "data" / "organisations.csv"
_LETTER = r"[^\W\d_\u0e01-\u0e4e]"

_CAPITAL = r"(?:[A-Z][\w’'&-]*)"
_BODY = (
    r"(?:Ministry|Department|Office|Bureau|Institute|University|Federation|Chamber|Confederation|Council|Board|"
    r"Agency|Commission|Association|Secretariat)"
)
_LINK = rf"(?:(?:of|for|on)\s+(?:the\s+)?|and\s+(?!{_BODY}\b)|&\s+)"
_MORE = rf"(?:(?:,\s+{_CAPITAL})+\s+and\s+{_CAPITAL}|\s+{_LINK}?{_CAPITAL})"
_ENGLISH = re.compile(
    rf"\b{_BODY}\s+(?:of|for|on)(?:\s+the)?\s+{_CAPITAL}{_MORE}*"
    rf"|\b(?:{_CAPITAL}\s+){{1,5}}(?:University|Institute|Foundation|Association|Chamber of Commerce|"
    rf"Development Bank|Cooperative|Federation)\b(?!\s+of\b)"
)
_STARTS_SENTENCE = frozenset(["The", "This", "That", "These", "Our", "Its", "A", "An", "In", "At", "On", "By", "For"])
# A Thai name shows its end only where its abbreviation follows in brackets, or, for a ministry or a
# department, where it stands between spaces or signs.
_THAI = re.compile(
    r"(?:(?:กระทรวง|กรม|สำนักงาน|มหาวิทยาลัย|สถาบัน|มูลนิธิ|สมาคม|สหพันธ์|สภา|ธนาคาร|องค์การ|บรรษัท)[ก-๎]{3,60})"
    r"(?=\s?\((?:[A-Z][A-Za-z]{1,9}|(?:[ก-ฮ]{1,5}\.){1,4})\))"
    r"|(?<![ก-๎])(?:(?:กระทรวง|กรม)(?!ที่|ต่าง|นี้|นั้น|ธรรม)[ก-๎]{3,24})(?![ก-๎])"
)


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """An organisation, and the characters `start` up to `end` that name it."""

    start: int
    end: int
    name: str


def find_organisation(name: str) -> str:
    """The official English name of the organisation called `name`; one not in the table keeps its own."""
    spaced = " ".join(name.split())
    return _known().get(spaced.casefold(), spaced)


def organisations_in(text: str) -> tuple[OrganisationMention, ...]:
    """Every organisation named in `text`, in order."""
    found: list[OrganisationMention] = []

    def take(match: re.Match[str]) -> str:
        found.append(OrganisationMention(match.start(), match.end(), find_organisation(match.group())))
        return "\0" * len(match.group())

    rest = _pattern().sub(take, text)
    found.extend(_english(rest))
    found.extend(OrganisationMention(match.start(), match.end(), match.group()) for match in _THAI.finditer(rest))
    return tuple(sorted(found, key=lambda named: named.start))


def _english(text: str) -> Iterator[OrganisationMention]:
    for match in _ENGLISH.finditer(text):
        first, _, rest = match.group().partition(" ")
        name = rest.lstrip() if first in _STARTS_SENTENCE else match.group()
        if " " in name:
            yield OrganisationMention(match.end() - len(name), match.end(), " ".join(name.split()))


@cache
def _known() -> dict[str, str]:
    """The official name for each form, case-folded."""
    return {form.casefold(): name for form, name in _forms()}


@cache
def _pattern() -> re.Pattern[str]:
    """The forms of the table as they are written, longest first."""
    thai: list[str] = []
    latin: list[str] = []
    for form, _ in sorted(_forms(), key=lambda pair: (-len(pair[0]), pair[0])):
        (thai if form[0] >= "\u0e00" else latin).append(r"\s+".join(map(re.escape, form.split())))
    # The first look tells nearly every place apart that holds no name.
    return re.compile(rf"(?=[A-Z])(?<!{_LETTER})(?:{'|'.join(latin)})(?!{_LETTER})|(?=[ก-ฮ])(?:{'|'.join(thai)})")


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            (form, row["name"]) for row in csv.DictReader(file) for form in (row["name"], *row["forms"].split("|"))
        )
