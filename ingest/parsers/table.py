"""Tables of best-practice cases: CSV, and JSON Lines, one document for each row."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from io import StringIO

from ingest.errors import N_, BadFact, BadRow, BadTable, IngestError
from ingest.metadata.case_fields import FIELDS, fold
from ingest.metadata.sidecar import facts_of
from ingest.models import Block, BlockRole, Kind, ParsedDocument
from ingest.text.encoding import decode
from ingest.text.line_wrapping import paragraphs

_OTHERS: Mapping[str, tuple[str, ...]] = {
    "title": ("name", "case", "case title", "headline", "ชื่อ", "ชื่อเรื่อง", "ชื่อกรณี", "ชื่อกรณีศึกษา", "หัวข้อ"),
    "text": ("body", "content", "ข้อความ", "เนื้อหา"),
    "id": ("_id", "key", "no", "no.", "number", "รหัส", "ลำดับ", "ลำดับที่", "เลขที่"),
    "kind": ("type", "ชนิด", "ประเภท"),
    "date": ("year", "published", "วันที่", "ปี"),
    "event": ("events", "งาน", "กิจกรรม"),
    "economies": ("economy", "country", "countries", "เขตเศรษฐกิจ", "ประเทศ"),
    "organisations": (*("organisation", "organization", "organizations", "agency", "agencies"), *("องค์กร", "หน่วยงาน")),
    "themes": ("theme", "topic", "topics", "ธีม", "ประเด็น", "แก่นเรื่อง"),
    "source": ("sources", "url", "link", "ที่มา", "แหล่งที่มา", "แหล่งข้อมูล"),
    "sample": ("ตัวอย่าง",),
    "language": ("lang", "languages", "ภาษา"),  # known, but found again in the text itself
}
_COLUMNS = {name: column for column, others in {**FIELDS, **_OTHERS}.items() for name in (column, *others)}
_TEXTUAL = ("title", *FIELDS, "text")
_SEPARATORS = ",;\t|"
_LONGEST_HEAD = 10_000  # characters of the line that names the columns
_NEARLY = 0.85


_NO_OBJECT = N_("this is not one JSON object. Write each document as one object on one line.")


@dataclass(frozen=True, slots=True)
class _Row:
    """The known columns of a row, and the line of the file (from 1) that it begins on."""

    line: int
    values: Mapping[str, object]


def is_column(name: str) -> bool:
    """Whether `name` is an English or Thai name of a column that we know."""
    return _folded(name) in _COLUMNS


def looks_like_csv(text: str, named_so: bool = False) -> bool:
    """Whether the first line is the head of a table of cases; if the file is `named_so`, of any table.

    A head names at least two of our columns, which are most of its cells: a sentence that lists "challenge,
    approach, actors, results" is none.
    """
    head = _head(text)
    if len(head) < 2 or len(text.splitlines()) < 2:
        return False
    known = sum(is_column(name) for name in head)
    return named_so or (known >= 2 and known * 2 >= len(head) and not head[-1].rstrip().endswith("."))


def looks_like_json_lines(text: str) -> bool:
    """Whether a text begins as a JSON object, or an array of them, does."""
    return re.match(r'\s*\[?\s*\{\s*(?:"|\})', text) is not None


def parse_csv(data: bytes) -> tuple[ParsedDocument, ...]:
    """One document for each row of a CSV; separators are commas, semicolons, tabs or bars.

    Raises `UnknownColumns` or `MistypedColumn` for the first line, `BadRow` for any other, which names the
    line, and `BadTable` when there are no rows. Columns that are none of ours are left out.
    """
    return _documents("csv", _csv_rows(decode(data)))


def parse_json_lines(data: bytes) -> tuple[ParsedDocument, ...]:
    """One document for each line, an object with the columns of a case, or with `text` for any document.

    Raises `UnknownColumns`, `MistypedColumn`, `BadRow` or `BadTable` as `parse_csv` does.
    """
    return _documents("jsonl", _json_rows(decode(data)))


def _folded(name: str) -> str:
    return name if name == "_id" else fold(name)


def _head(text: str) -> list[str]:
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]  # old Macs end lines with \r alone
    if len(first) > _LONGEST_HEAD:
        return []
    return next(csv.reader([first], delimiter=_separator(first)), []) if first.strip() else []


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=lambda separator: (line.count(separator), separator == ","))


def _known(names: Sequence[str]) -> list[str | None]:
    """The column that each name stands for, `None` where it is none of ours."""
    columns = [_COLUMNS.get(_folded(name)) for name in names]
    if not any(column in _TEXTUAL for column in columns):
        found = ", ".join(name for name in names if name.strip())
        raise BadTable(
            N_("None of the columns ({found}) is recognised. Name the columns: {expected}."),
            found=found[:200],
            expected=", ".join(_TEXTUAL),
        )
    for name, column in zip(names, columns, strict=True):
        near = [] if column or len(name) < 5 else get_close_matches(_folded(name), _COLUMNS, n=1, cutoff=_NEARLY)
        if near:
            raise BadTable(
                N_("The column “{found}” is not recognised. Did you mean “{meant}”? Rename it or remove it."),
                found=name,
                meant=near[0],
            )
    return columns


def _csv_rows(text: str) -> Iterator[_Row]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(StringIO(text, newline=""), delimiter=_separator(first), strict=True)
    columns: list[str | None] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _known(cells)
                continue
            if any(cell.strip() for cell in cells[len(columns) :]):
                raise BadRow(
                    line=line,
                    cause=BadTable(
                        N_(
                            "there are {found} cells for {expected} columns. Put cells that hold a separator in "
                            "quotation marks."
                        ),
                        found=len(cells),
                        expected=len(columns),
                    ),
                )
            yield _Row(line, _together(zip(columns, cells, strict=False)))
    except csv.Error as error:
        raise BadRow(
            line=begins,
            cause=BadTable(
                N_('a quotation mark has no pair, or a cell is far too long. Write "" for a mark within a quoted cell.')
            ),
        ) from error


def _json_rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadRow(line=number, cause=BadTable(_NO_OBJECT)) from error
        if not isinstance(value, dict):
            raise BadRow(line=number, cause=BadTable(_NO_OBJECT))
        try:
            columns = _known(list(value))
        except BadTable as error:
            raise BadRow(line=number, cause=error) from error
        yield _Row(number, _together(zip(columns, map(_words, value.values()), strict=True)))


def _together(cells: Iterable[tuple[str | None, object]]) -> dict[str, object]:
    """The cells of the known columns; of two columns with one meaning, parts of a case are put together."""
    values: dict[str, object] = {}
    for column, cell in cells:
        if column is None or cell in ("", None):
            continue
        before = values.get(column)
        if column in FIELDS and isinstance(before, str) and isinstance(cell, str):
            values[column] = f"{before}\n{cell}"
        else:
            values.setdefault(column, cell)
    return values


def _words(cell: object) -> object:
    """A JSON value with its numbers and truths as words."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return str(cell)
    return [_words(item) for item in cell] if isinstance(cell, list) else cell


def _documents(form: str, rows: Iterator[_Row]) -> tuple[ParsedDocument, ...]:
    lines: dict[str, int] = {}
    documents: list[ParsedDocument] = []
    for number, row in enumerate(rows, start=1):
        try:
            document = _document(form, row.values, str(number))
            key = document.key or ""
            if key in lines:
                raise BadTable(
                    N_("the id “{key}” is already used on line {first}. Give each row its own id."),
                    key=key,
                    first=lines[key],
                )
        except BadRow:
            raise
        except IngestError as error:
            raise BadRow(line=row.line, cause=error) from error
        lines[key] = row.line
        documents.append(document)
    if not documents:
        raise BadTable
    return tuple(documents)


def _document(form: str, values: Mapping[str, object], number: str) -> ParsedDocument:
    fields = [Block(text, BlockRole.FIELD, name) for name in FIELDS if (text := _text(name, values))]
    body = [Block(paragraph) for paragraph in paragraphs(_text("text", values).splitlines())]
    title = _text("title", values)
    if not fields and not body and not title:
        raise BadTable(N_("there is no text. Fill in at least one of: {expected}."), expected=", ".join(_TEXTUAL))
    stated = facts_of({**values, "title": title})
    if fields and stated.kind is None:
        stated = replace(stated, kind=Kind.CASE)
    heading = [Block(title, BlockRole.HEADING)] if title else []
    return ParsedDocument(form, (*heading, *fields, *body), stated, _text("id", values) or number)


def _text(column: str, values: Mapping[str, object]) -> str:
    value = values.get(column)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "\n".join(value)
    if value is not None and not isinstance(value, str):
        raise BadFact(
            N_("The detail “{key}” must be text, or a list of texts where several are allowed. Correct its value."),
            key=column,
        )
    return value.strip() if value else ""
