"""The 21 APEC economies: their names in English and Thai, and where a text speaks of them.

The forms, with the traps that only look like one ("South China Sea"), are in `data/economies.csv`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from ingest.text.language import tokens

_TABLE = Path(__file__).parents[1] / "data" / "economies.csv"
_THAI = "\u0e01-\u0e4e"
_SHORT = 5  # letters: a Thai name up to this long must be a word of its own ("ไทย", not in "ไทยแลนด์")


@dataclass(frozen=True, slots=True)
class Economy:
    """An APEC economy: APEC's code, its official English name (the stored form), its usual Thai name."""

    code: str
    name: str
    thai: str


@dataclass(frozen=True, slots=True)
class EconomyMention:
    """Where a text names an economy (`kind` "name") or a city of it (`kind` "city", weaker evidence)."""

    start: int
    end: int
    economy: str  # official English name
    kind: str


@dataclass(frozen=True, slots=True)
class _Form:
    code: str  # empty for a trap
    kind: str
    text: str


def all_economies() -> tuple[Economy, ...]:
    """The 21 economies in the order of APEC's own list."""
    return tuple(_by_code().values())


def find_economy(name: str) -> str | None:
    """The official English name of the economy called `name`: a code or name, English or Thai, in any case."""
    code = _lookup().get(_plain(name))
    return _by_code()[code].name if code else None


def economies_in(text: str) -> tuple[EconomyMention, ...]:
    """Every economy and city named in `text`, in order. "China" within "Hong Kong, China" is not one."""
    borders: frozenset[int] | None = None
    found: list[EconomyMention] = []
    for match in _pattern().finditer(text):
        form = _written()[_spaced(match.group())]
        if not form.code:
            continue
        if form.text[0] >= "\u0e00" and len(form.text) <= _SHORT:
            borders = borders or frozenset(accumulate(map(len, tokens(text)), initial=0))
            if not {match.start(), match.end()} <= borders:
                continue
        found.append(EconomyMention(match.start(), match.end(), _by_code()[form.code].name, form.kind))
    return tuple(found)


@cache
def _forms() -> tuple[_Form, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_Form(row["code"], row["kind"], row["form"]) for row in csv.DictReader(file))


@cache
def _by_code() -> dict[str, Economy]:
    names: dict[str, list[str]] = {}
    for form in _forms():
        if form.kind == "name":
            names.setdefault(form.code, []).append(form.text)
    return {
        code: Economy(code, given[0], next(name for name in given if name[0] >= "\u0e00"))
        for code, given in names.items()
    }


@cache
def _lookup() -> dict[str, str]:
    found = {_plain(form.text): form.code for form in _forms() if form.kind in ("name", "code")}
    return found | {code.casefold(): code for code in _by_code()}


@cache
def _written() -> dict[str, _Form]:
    """Each way a form is written in running text: as it stands and in capitals."""
    running = [form for form in _forms() if form.kind != "code"]
    return {form.text.upper(): form for form in running} | {form.text: form for form in running}


@cache
def _pattern() -> re.Pattern[str]:
    """All forms, the longest first, so that a longer name hides the shorter one within it."""
    thai, latin = [], []
    for written in sorted(_written(), key=len, reverse=True):
        body = r"\s+".join(map(re.escape, written.split()))
        if written[0] >= "\u0e00":
            thai.append(body)
        else:
            latin.append(body if written[-1] in ".$)" else rf"{body}(?![^\W{_THAI}])")
    return re.compile(rf"(?<![^\W{_THAI}])(?=[A-Z])(?:{'|'.join(latin)})|(?=[{_THAI}])(?:{'|'.join(thai)})")


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _plain(name: str) -> str:
    return re.sub(r"^(?:the |ประเทศ\s*)|[.’']", "", _spaced(name).casefold())
