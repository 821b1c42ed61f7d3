"""A result list or a reading list as a file: CSV, JSON Lines, RIS, BibTeX, CSL-JSON. Pure functions.

CSV and JSON Lines have the field names of the API (`kb.serialise`), and besides:

    rank, verdict, strength     where and how surely a search found the document; empty in a reading list
    url                         the document's address
    passage_text, passage_sentence, passage_language, passage_url, speaker, starts_at_ms
                                the passage that was found or chosen, and its best sentence
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import category, normalize

from kb import serialise
from kb.models import DocumentSummary, Passage, SearchResult, Span, Strength
from web.citations import reference_formats

COLUMNS = (
    "rank",
    "title",
    "kind",
    "language",
    "date",
    "event",
    "economies",
    "organisations",
    "themes",
    "verdict",
    "strength",
    "passage_text",
    "passage_sentence",
    "passage_language",
    "speaker",
    "starts_at_ms",
    "url",
    "passage_url",
    "source",
    "sample",
    "document_id",
    "version",
    "languages",
    "format",
    "added_at",
)
LONGEST = 60  # characters of a file's name before its suffix


@dataclass(frozen=True, slots=True)
class ExportedPassage:
    """A passage of a document, its address, and the sentence of it that answers best."""

    quoted: reference_formats.QuotedPassage
    url: str  # absolute
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One document of a list. Rank counts from 1; verdict and strength are those of `kb.models.SearchResult`."""

    document: DocumentSummary
    url: str  # absolute
    rank: int | None = None
    verdict: Strength | None = None
    strength: float | None = None
    excerpt: ExportedPassage | None = None


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A kind of file. `write` takes the rows and the day they were looked up, and gives the file's bytes."""

    mimetype: str
    suffix: str  # with its dot
    write: Callable[[Sequence[ExportRow], datetime.date], bytes]


def row_of(result: SearchResult, rank: int, url: str, passage_url: str) -> ExportRow:
    """The row of a search result, with its best passage, whose address is `passage_url`."""
    best = next(iter(result.passages), None)
    found = excerpt_of(best.passage, passage_url, best.evidence.sentence) if best else None
    return ExportRow(result.document, url, rank, result.verdict, result.strength, found)


def excerpt_of(passage: Passage, url: str, sentence: Span | None = None) -> ExportedPassage:
    """A stored passage as an excerpt; `sentence` counts characters of the document, as in evidence."""
    best = None
    if sentence is not None:
        best = passage.text[max(sentence.start - passage.start, 0) : max(sentence.end - passage.start, 0)]
    quoted = reference_formats.QuotedPassage(passage.text, passage.language, passage.speaker, passage.starts_at_ms)
    return ExportedPassage(quoted, url, best)


def reference_of(row: ExportRow, accessed: datetime.date) -> reference_formats.Reference:
    """The row as something to cite: its passage where it has one, else the document."""
    if row.excerpt is None:
        return reference_formats.Reference(row.document, row.url, accessed)
    return reference_formats.Reference(row.document, row.excerpt.url, accessed, row.excerpt.quoted)


def file_name(subject: str, suffix: str) -> str:
    """A name for a download that says what is in it, such as a query or a title; it may be in Thai.

    `flask.send_file(…, download_name=…)` writes it as RFC 5987 asks, with an ASCII name beside it.

    >>> file_name("What do buyers pay? ../x", ".csv"), file_name("ตลาดชุมชน", ".ris")
    ('saphan-What-do-buyers-pay-x.csv', 'saphan-ตลาดชุมชน.ris')
    """
    kept = (sign if category(sign)[0] in "LMN" else " " for sign in normalize("NFC", subject))
    words = "-".join("".join(kept).split())
    return f"saphan-{words[:LONGEST]}".rstrip("-") + suffix


def _record(row: ExportRow) -> serialise.Json:
    excerpt = row.excerpt
    return {
        "rank": row.rank,
        "verdict": row.verdict,
        "strength": None if row.strength is None else round(row.strength, 4),
        "url": row.url,
        **serialise.summary(row.document),
        "passage_text": excerpt and excerpt.quoted.text,
        "passage_sentence": excerpt and excerpt.sentence,
        "passage_language": excerpt and excerpt.quoted.language,
        "passage_url": excerpt and excerpt.url,
        "speaker": excerpt and excerpt.quoted.speaker,
        "starts_at_ms": excerpt and excerpt.quoted.starts_at_ms,
    }


def _json_lines(rows: Sequence[ExportRow], accessed: datetime.date) -> bytes:
    lines = (json.dumps(_record(row), ensure_ascii=False) for row in rows)
    # JSON lets these stand as they are, but to many readers of lines they end one.
    ends = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"})
    return "".join(f"{line.translate(ends)}\n" for line in lines).encode()


def _csv(rows: Sequence[ExportRow], accessed: datetime.date) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in _record(row).items()})
    return file.getvalue().encode("utf-8-sig")  # without its mark Excel takes Thai for Western letters


_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def _cell(value: object) -> object:
    """A value as a cell: text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if not isinstance(value, str):
        return value
    text = re.sub(r"\r\n?", "\n", value)
    text = "".join(sign for sign in text if sign in "\n\t" or category(sign) != "Cc")
    return f"'{text}" if _FORMULA.match(value) or _FORMULA.match(text) else text


def _cited(
    write: Callable[[Sequence[reference_formats.Reference]], str],
) -> Callable[[Sequence[ExportRow], datetime.date], bytes]:
    return lambda rows, accessed: write([reference_of(row, accessed) for row in rows]).encode()


FORMATS: Mapping[str, ExportFormat] = MappingProxyType(
    {
        "csv": ExportFormat("text/csv", ".csv", _csv),
        "jsonl": ExportFormat("application/x-ndjson", ".jsonl", _json_lines),
        "ris": ExportFormat("application/x-research-info-systems", ".ris", _cited(reference_formats.ris)),
        "bibtex": ExportFormat("application/x-bibtex", ".bib", _cited(reference_formats.bibtex)),
        "csl": ExportFormat("application/vnd.citationstyles.csl+json", ".json", _cited(reference_formats.csl_json)),
    }
)
