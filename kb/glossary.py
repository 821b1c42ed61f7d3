"""Names in both languages: a table whose rows each name one thing, so that one name finds the others."""

from __future__ import annotations

import csv
import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

from index.model import Alternative
from ingest.language import words
from ingest.model import Word
from ingest.normalise import normalise
from kb.errors import (
    BadGlossary,
    GlossaryColumns,
    GlossaryRowBroken,
    GlossaryRowTooLong,
    LoneName,
    NameWithoutWords,
    NotUtf8,
    Unreadable,
    WrongScript,
)

SHIPPED = Path(__file__).with_name("glossary.csv")
OWN = "glossary.csv"  # in the home, by hand; it takes the place of the one that ships

COLUMNS = ("en", "th", "abbreviation_en", "abbreviation_th", "kind")
_NAMES = COLUMNS[:4]
_BETWEEN = "|"  # several names in one cell
_SHORT = 3  # letters of an abbreviation that only its capitals tell from a word: "US" from "us"
# Abbreviations that are not looked for in passages: in search form "US" is "us".
_FUNCTION_WORD = re.compile(
    "all|am|an|and|any|are|as|at|be|but|by|can|did|do|for|go|had|has|he|her|him|his|how|if|in|is|it|its|may|me|"
    "my|no|not|now|of|off|on|one|or|our|out|own|per|she|so|the|to|too|two|up|us|was|we|who|why|you"
)
_CAPITALS = re.compile("([A-Z]{2,})s?")
_THAI = re.compile("[ก-ฮ]")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing: its words in search form; `capitals` when it counts only as `written`."""

    written: str
    terms: tuple[str, ...]
    capitals: bool


class Glossary:
    """Things by their names. Two glossaries are never equal; each stands for one reading of a file."""

    def __init__(self, things: Iterable[Sequence[Name]]) -> None:
        self._things = [tuple(names) for names in things]
        self._by_first: dict[str, list[tuple[Name, int]]] = {}
        for number, names in enumerate(self._things):
            for name in names:
                self._by_first.setdefault(name.terms[0], []).append((name, number))

    def __len__(self) -> int:
        return len(self._things)

    def alternatives(self, text: str, found: Sequence[Word]) -> tuple[Alternative, ...]:
        """The other names of what a query names; `found` are the words of the query, `text`."""
        terms = tuple(word.term for word in found)
        others: dict[Alternative, None] = {}
        for at, term in enumerate(terms):
            for name, number in self._by_first.get(term, ()):
                if terms[at : at + len(name.terms)] != name.terms:
                    continue
                if name.capitals and len(terms) > 1 and text[found[at].start : found[at].end] != name.written:
                    continue
                for other in self._things[number]:
                    if other.terms != name.terms and not _FUNCTION_WORD.fullmatch(" ".join(other.terms)):
                        others[Alternative(name.terms, other.terms)] = None
        return tuple(others)


class GlossaryFile:
    """The glossary of a home, else the one that ships; read anew when the file has changed."""

    def __init__(self, home: Path) -> None:
        self._own = home / OWN
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._glossary: Glossary | None = None

    def current(self) -> Glossary:
        """The glossary as it is now.

        Raises `BadGlossary` or `Unreadable` as long as none could be read. After that, a file that is changed
        to a broken one is said in the log, once, and the glossary before it serves on.
        """
        with self._lock:
            try:
                seen = self._stamp()
                if self._glossary is None or seen != self._seen:
                    self._seen = seen
                    self._glossary = shipped() if seen is None else read(self._own)
            except (BadGlossary, Unreadable) as error:
                if self._glossary is None:
                    raise
                _LOG.error("%s %s", error.message("en"), error.message("th"))
            return self._glossary

    def _stamp(self) -> tuple[int, int] | None:
        """What changes when the home's file does; None when there is none."""
        try:
            found = self._own.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreadable(path=self._own, reason=error.strerror) from error
        return found.st_mtime_ns, found.st_size


@cache
def shipped() -> Glossary:
    """The glossary that ships."""
    return read(SHIPPED)


def read(path: Path) -> Glossary:
    """A glossary from a CSV in UTF-8 with some of the `COLUMNS`, "en" and "th" among them.

    A row names one thing; a cell holds one name, or several between bars. Raises `Unreadable`, and
    `BadGlossary`, which names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(path=path, reason=error.strerror) from error
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError as error:
        raise BadGlossary(path=path, line=data.count(b"\n", 0, error.start) + 1, cause=NotUtf8()) from error
    line = 1
    columns: list[str] = []
    things = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if columns:
                    things.append(_names(columns, cells))
                else:
                    columns = _columns(cells)
            line = reader.line_num + 1
        if not columns:
            raise GlossaryColumns(found="", expected=", ".join(COLUMNS))
    except (csv.Error, BadGlossary) as error:
        cause = error if isinstance(error, BadGlossary) else GlossaryRowBroken()
        raise BadGlossary(path=path, line=line, cause=cause) from error
    return Glossary(things)


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    if not {"en", "th"} <= set(columns) <= set(COLUMNS) or len(set(columns)) < len(columns):
        raise GlossaryColumns(found=", ".join(cells)[:100], expected=", ".join(COLUMNS))
    return columns


def _names(columns: Sequence[str], cells: Sequence[str]) -> list[Name]:
    """The names in a row, each once."""
    if len(cells) > len(columns):
        raise GlossaryRowTooLong(found=len(cells), expected=len(columns))
    names: dict[tuple[str, ...], Name] = {}
    for column, cell in zip(columns, cells, strict=False):  # a row may leave out its last cells
        for written in cell.split(_BETWEEN) if column in _NAMES else ():
            for name in _forms(column, normalise(written)):
                if not (name.capitals and name.terms in names):
                    names[name.terms] = name
    if len(names) < 2:
        raise LoneName(found=next((name.written for name in names.values()), ""))
    return list(names.values())


def _forms(column: str, written: str) -> Iterator[Name]:
    """A name, and of an English abbreviation in capitals the singular and plural too."""
    if not written:
        return
    if _THAI.search(written) is None if column.endswith("th") else _THAI.search(written):
        raise WrongScript(column=column, value=written)
    capitals = _CAPITALS.fullmatch(written) if column == "abbreviation_en" else None
    for form in (capitals[1], f"{capitals[1]}s") if capitals else (written,):
        terms = tuple(word.term for word in words(form))
        if not terms:
            raise NameWithoutWords(column=column, value=written)
        yield Name(form, terms, capitals is not None and len(capitals[1]) <= _SHORT)
