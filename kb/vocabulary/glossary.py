"""Names in both languages: a table whose rows each name one thing, so that one name finds the others."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from io import StringIO
from pathlib import Path

from index.models import QueryAlternative
from ingest.models import Word
from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.language import words
from ingest.text.normalise import normalise
from kb.errors import N_, BadGlossary, BadGlossaryRow, Unreadable
from kb.vocabulary.reloading_file import ReloadingFile

SHIPPED = Path(__file__).with_name("glossary.csv")
OWN = "glossary.csv"  # in the home; it takes the place of the one that ships


_WRONG_COLUMNS = N_(
    "the columns are “{found}”. en and th are required, the others optional, separated by commas: {expected}."
)
_LONE_NAME = N_("“{found}” has no other name beside it. Fill in at least two names, or remove the row.")


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """One thing as people edit it. A cell holds one name, or several between bars; `kind` is for people only."""

    en: str = ""
    th: str = ""
    abbreviation_en: str = ""
    abbreviation_th: str = ""
    kind: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Its cells in the order of `COLUMNS`."""
        return self.en, self.th, self.abbreviation_en, self.abbreviation_th, self.kind

    @property
    def name(self) -> str:
        """What it can be called by: its first cell that is not empty."""
        return next(filter(None, self.cells), "")

    def clean(self) -> GlossaryRow:
        """The row in canonical form, each cell on one line."""
        return GlossaryRow(*(" ".join(normalise(cell).split()) for cell in self.cells))


COLUMNS = tuple(one.name for one in fields(GlossaryRow))
_NAMES = COLUMNS[:4]
_BETWEEN = "|"  # several names in one cell
_SHOWN = 60  # characters of a name in a message
_SHORT = 3  # letters of an abbreviation that only its capitals tell from a word: "US" from "us"
# Abbreviations that are not looked for in passages: in search form "US" is "us".
_FUNCTION_WORD = re.compile(
    "all|am|an|and|any|are|as|at|be|but|by|can|did|do|for|go|had|has|he|her|him|his|how|if|in|is|it|its|may|me|"
    "my|no|not|now|of|off|on|one|or|our|out|own|per|she|so|the|to|too|two|up|us|was|we|who|why|you"
)
_CAPITALS = re.compile("([A-Z]{2,})s?")
_THAI = re.compile("[ก-ฮ]")


@dataclass(frozen=True, slots=True)
class GlossaryName:
    """One name of a thing: its words in search form; `capitals` when it counts only as `written`."""

    written: str
    terms: tuple[str, ...]
    capitals: bool


class Glossary:
    """Things by their names. Two glossaries are never equal; each stands for one reading of a file.

    `own` are the home's words that its names are cut with; a query must be cut with the same.
    """

    def __init__(self, things: Iterable[Sequence[GlossaryName]], own: WordList = NO_WORDS) -> None:
        self.own = own
        self._things = [tuple(names) for names in things]
        self._by_first: dict[str, list[tuple[GlossaryName, int]]] = {}
        for number, names in enumerate(self._things):
            for name in names:
                self._by_first.setdefault(name.terms[0], []).append((name, number))

    def __len__(self) -> int:
        return len(self._things)

    def cut_with(self, own: WordList) -> Glossary:
        """The same things, their names cut with other words of the home."""
        if own == self.own:
            return self
        return Glossary(
            ([replace(name, terms=_terms(name.written, own)) for name in names] for names in self._things), own
        )

    def alternatives(self, text: str, found: Sequence[Word]) -> tuple[QueryAlternative, ...]:
        """The other names of what a query names; `found` are the words of the query, `text`."""
        terms = tuple(word.term for word in found)
        others: dict[QueryAlternative, None] = {}
        for at, term in enumerate(terms):
            for name, number in self._by_first.get(term, ()):
                if terms[at : at + len(name.terms)] != name.terms:
                    continue
                if name.capitals and len(terms) > 1 and text[found[at].start : found[at].end] != name.written:
                    continue
                for other in self._things[number]:
                    if other.terms != name.terms and not _FUNCTION_WORD.fullmatch(" ".join(other.terms)):
                        others[QueryAlternative(name.terms, other.terms)] = None
        return tuple(others)


class GlossaryFile:
    """The glossary of a home, else the one that ships; read anew when the file has changed."""

    def __init__(self, home: Path, own: Callable[[], WordList] = lambda: NO_WORDS) -> None:
        """`own` tells the words of the home as they are now."""
        self._file = ReloadingFile(home / OWN, read, shipped)
        self._own = own
        self._lock = threading.Lock()
        self._cut: tuple[Glossary, Glossary] | None = None  # as read, and as cut with the home's words

    def current(self) -> Glossary:
        """The glossary as it is now. Raises `BadGlossary` or `Unreadable` as `ReloadingFile.current` does."""
        with self._lock:
            found, own = self._file.current(), self._own()
            if self._cut is None or self._cut[0] is not found or self._cut[1].own != own:
                self._cut = found, found.cut_with(own)
            return self._cut[1]

    def check(self) -> None:
        """Read the file as it is now. Raises `BadGlossary` or `Unreadable`."""
        self._file.check()


@cache
def shipped() -> Glossary:
    """The glossary that ships."""
    return read(SHIPPED)


def read(path: Path) -> Glossary:
    """A glossary from a CSV in UTF-8 with some of the `COLUMNS`, "en" and "th" among them.

    A row names one thing; a cell holds one name, or several between bars. Raises `Unreadable`, and
    `BadGlossary`, which names the line.
    """
    return _parsed(_bytes_of(path), path)


def data_of(home: Path) -> bytes:
    """The file of the glossary that a home uses: its own, else the one that ships. Raises `Unreadable`."""
    own = home / OWN
    return _bytes_of(own if own.exists() else SHIPPED)


def rows_of(data: bytes, path: Path) -> tuple[GlossaryRow, ...]:
    """The rows in the bytes of a file that is called `path`. Raises `BadGlossary` as `read` does."""
    _parsed(data, path)
    return tuple(row for _, row in _placed_rows(data, path))


def csv_of(rows: Iterable[GlossaryRow], path: Path) -> bytes:
    """The file with these rows, which `path` is to hold: they are cleaned, and it reads back.

    Raises `BadGlossaryRow`, which names the row by its number in `rows`.
    """
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    clean = [row.clean() for row in rows]
    for number, row in enumerate(clean, 1):
        if not row.name:  # as a line of a file it would be passed over
            raise BadGlossaryRow(row=number, name="", cause=BadGlossary(_LONE_NAME, found=""))
        writer.writerow(row.cells)
    data = written.getvalue().encode()
    try:
        _parsed(data, path)
    except BadGlossary as error:
        number = error.values["line"] - 1  # type: ignore[operator]
        name = clean[number - 1].name[:_SHOWN]
        raise BadGlossaryRow(row=number, name=name, cause=error.values["cause"]) from error
    return data


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(path=path, reason=error.strerror) from error


def _parsed(data: bytes, path: Path) -> Glossary:
    things = []
    for line, row in _placed_rows(data, path):
        try:
            things.append(_names(row))
        except BadGlossary as error:
            raise BadGlossary(path=path, line=line, cause=error) from error
    return Glossary(things)


def _placed_rows(data: bytes, path: Path) -> list[tuple[int, GlossaryRow]]:
    """The rows with the lines that they begin on."""
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError as error:
        raise BadGlossary(
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
            cause=BadGlossary(N_("this is not UTF-8 text. Save the file as “CSV UTF-8”.")),
        ) from error
    line = 1
    columns: list[str] = []
    placed: list[tuple[int, GlossaryRow]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if columns:
                    placed.append((line, _row(columns, cells)))
                else:
                    columns = _columns(cells)
            line = reader.line_num + 1
        if not columns:
            raise BadGlossary(_WRONG_COLUMNS, found="", expected=", ".join(COLUMNS))
    except (csv.Error, BadGlossary) as error:
        cause = (
            error
            if isinstance(error, BadGlossary)
            else BadGlossary(N_('a quotation mark has no pair. Write "" for a mark within a quoted cell.'))
        )
        raise BadGlossary(path=path, line=line, cause=cause) from error
    return placed


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    if not {"en", "th"} <= set(columns) <= set(COLUMNS) or len(set(columns)) < len(columns):
        raise BadGlossary(_WRONG_COLUMNS, found=", ".join(cells)[:100], expected=", ".join(COLUMNS))
    return columns


def _row(columns: Sequence[str], cells: Sequence[str]) -> GlossaryRow:
    if len(cells) > len(columns):
        raise BadGlossary(
            N_("there are {found} cells for {expected} columns. Put a name that has a comma in quotation marks."),
            found=len(cells),
            expected=len(columns),
        )
    return GlossaryRow(**dict(zip(columns, cells, strict=False))).clean()  # a row may leave out its last cells


def _names(row: GlossaryRow) -> list[GlossaryName]:
    """The names in a row, each once."""
    names: dict[tuple[str, ...], GlossaryName] = {}
    for column, cell in zip(_NAMES, row.cells, strict=False):
        for written in cell.split(_BETWEEN):
            for name in _forms(column, written.strip()):
                if not (name.capitals and name.terms in names):
                    names[name.terms] = name
    if len(names) < 2:
        raise BadGlossary(_LONE_NAME, found=next((name.written for name in names.values()), ""))
    return list(names.values())


def _forms(column: str, written: str) -> Iterator[GlossaryName]:
    """A name, and of an English abbreviation in capitals the singular and plural too."""
    if not written:
        return
    if _THAI.search(written) is None if column.endswith("th") else _THAI.search(written):
        raise BadGlossary(
            N_("“{value}” is in the column {column}, which is for the other language. Move it."),
            column=column,
            value=written,
        )
    capitals = _CAPITALS.fullmatch(written) if column == "abbreviation_en" else None
    for form in (capitals[1], f"{capitals[1]}s") if capitals else (written,):
        terms = _terms(form, NO_WORDS)
        if not terms:
            raise BadGlossary(
                N_("“{value}” in the column {column} has no word or number in it. Correct it or leave the cell empty."),
                column=column,
                value=written,
            )
        yield GlossaryName(form, terms, capitals is not None and len(capitals[1]) <= _SHORT)


def _terms(name: str, own: WordList) -> tuple[str, ...]:
    return tuple(word.term for word in words(name, own=own))
