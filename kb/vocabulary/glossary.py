"""A home's own glossary: a table whose rows each name one thing, on top of the thesaurus that ships."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from io import StringIO
from pathlib import Path

from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.normalise import normalise
from kb.errors import N_, BadGlossary, BadGlossaryRow, Unreadable
from kb.vocabulary import thesaurus
from kb.vocabulary.reloading_file import ReloadingFile
from kb.vocabulary.thesaurus import BETWEEN, Concept, Thesaurus, names_of, search_form

OWN = "glossary.csv"  # in the home


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
_SHOWN = 60  # characters of a name in a message
_THAI = re.compile("[ก-ฮ]")


class GlossaryFile:
    """The thesaurus as a home has it: what ships and the home's own glossary, read anew when that has changed."""

    def __init__(self, home: Path, own: Callable[[], WordList] = lambda: NO_WORDS) -> None:
        """`own` tells the words of the home as they are now."""
        self._file = ReloadingFile(home / OWN, lambda path: _with(read(path)), shipped)
        self._own = own
        self._lock = threading.Lock()
        self._cut: tuple[Thesaurus, Thesaurus] | None = None  # as read, and as cut with the home's words

    def current(self) -> Thesaurus:
        """The thesaurus as it is now. Raises `BadGlossary` or `Unreadable` as `ReloadingFile.current` does."""
        with self._lock:
            found, own = self._file.current(), self._own()
            if self._cut is None or self._cut[0] is not found or self._cut[1].own != own:
                self._cut = found, found.cut_with(own)
            return self._cut[1]

    def check(self) -> None:
        """Read the file as it is now. Raises `BadGlossary` or `Unreadable`."""
        self._file.check()


@cache
def shipped() -> Thesaurus:
    """The thesaurus of a home without a glossary."""
    return Thesaurus(thesaurus.shipped())


def _with(own: Sequence[Concept]) -> Thesaurus:
    """What ships with a home's own concepts, which take the place of those of the same label."""
    labels = {one.label.casefold() for one in own}
    return Thesaurus([*own, *(one for one in thesaurus.shipped() if one.label.casefold() not in labels)])


def read(path: Path) -> tuple[Concept, ...]:
    """The concepts in a CSV in UTF-8 with some of the `COLUMNS`, "en" and "th" among them.

    A row names one thing; a cell holds one name, or several between bars. Raises `Unreadable`, and
    `BadGlossary`, which names the line.
    """
    return _parsed(_bytes_of(path), path)


def data_of(home: Path) -> bytes:
    """The file of the home's glossary; without one, a file without rows. Raises `Unreadable`."""
    own = home / OWN
    return _bytes_of(own) if own.exists() else f"{','.join(COLUMNS)}\n".encode()


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


def _parsed(data: bytes, path: Path) -> tuple[Concept, ...]:
    concepts = []
    for line, row in _placed_rows(data, path):
        try:
            concepts.append(_concept(row))
        except BadGlossary as error:
            raise BadGlossary(path=path, line=line, cause=error) from error
    return tuple(concepts)


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


def _concept(row: GlossaryRow) -> Concept:
    """What a row names. Raises `BadGlossary`."""
    written = [
        (name.strip(), column)
        for column, cell in zip(_NAMES, row.cells, strict=False)
        for name in cell.split(BETWEEN)
        if name.strip()
    ]
    for name, column in written:
        if _THAI.search(name) is None if column.endswith("th") else _THAI.search(name):
            raise BadGlossary(
                N_("“{value}” is in the column {column}, which is for the other language. Move it."),
                column=column,
                value=name,
            )
        if not search_form(name):
            message = N_(
                "“{value}” in the column {column} has no word or number in it. Correct it or leave the cell empty."
            )
            raise BadGlossary(message, column=column, value=name)
    names = names_of((name, column[-2:]) for name, column in written)
    if len(names) < 2:
        raise BadGlossary(_LONE_NAME, found=written[0][0] if written else "")
    return Concept(written[0][0], names)
