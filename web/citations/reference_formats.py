"""Citations of a document or of a passage for programs: CSL-JSON, BibTeX, RIS. `apa` has those for people.

`csl_item` decides what a reference says; BibTeX and RIS write the same in their own terms. Pure functions:
addresses and the day come in with the `Reference`. Decision record 0015 says why it is done by hand.

Formats for programs write years of the common era and are the same in both interface languages.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import category
from urllib.parse import quote

from kb.models import DocumentSummary, Kind
from web.i18n import clock_text

SITE = "Saphan"
SAMPLE = "Sample document: do not cite. เอกสารตัวอย่าง ห้ามนำไปอ้างอิง"


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """The passage that is cited."""

    text: str
    language: str  # "en" or "th"
    speaker: str | None = None
    starts_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document, or a passage of it, as something to cite."""

    document: DocumentSummary
    url: str  # absolute and stable; with a passage, its own
    accessed: datetime.date
    quoted: QuotedPassage | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """What a kind of document is called in each format."""

    csl: str
    ris: str
    genre: str
    genre_th: str


# RIS's CASE and CSL's legal_case are cases of law. SLIDE is what reference managers take for a presentation.
TYPES = {
    Kind.RELEASE: Type("webpage", "ELEC", "Press release", "ข่าวประชาสัมพันธ์"),
    Kind.TRANSCRIPT: Type("speech", "SLIDE", "Transcript", "บันทึกถอดเสียง"),
    Kind.CASE: Type("report", "RPRT", "Best-practice case", "กรณีตัวอย่างที่ดี"),
    Kind.MENTORING: Type("manuscript", "UNPB", "Mentoring note", "บันทึกการให้คำปรึกษา"),
    Kind.REPORT: Type("report", "RPRT", "Report", "รายงาน"),
}


def key(reference: Reference) -> str:
    """The citation key: of the document's id, and of the passage's words where one is cited.

    It stays the same from list to list and from host to host.
    """
    document = re.sub(r"[^A-Za-z0-9.-]", lambda sign: f"_{ord(sign[0]):x}_", reference.document.id)
    if reference.quoted is None:
        return f"saphan-{document}"
    said = f"{reference.quoted.starts_at_ms} {one_line(reference.quoted.text)}"
    return f"saphan-{document}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def csl_item(reference: Reference) -> dict[str, Any]:
    """One item of CSL-JSON (CSL 1.0.2). Every text is one line without control characters."""
    document = reference.document
    kind = TYPES[document.kind]
    item: dict[str, Any] = {
        "id": key(reference),
        "type": kind.csl,
        "title": title_of(document),
        "genre": kind.genre,
        "issued": {"date-parts": [date_parts(document.date)]} if document.date else None,
        "event-title": one_line(document.event or ""),
        "abstract": one_line(reference.quoted.text) if reference.quoted else "",
        "note": ". ".join(_notes(reference)),
        "keyword": ", ".join(_keywords(document)),
        "language": document.language,
        "source": SITE,
        "URL": address_of(reference.url),
        "accessed": {"date-parts": [date_parts(reference.accessed.isoformat())]},
    }
    return {name: value for name, value in item.items() if value}


def csl_json(references: Iterable[Reference]) -> str:
    """A CSL-JSON array; a reference that comes twice stands once."""
    items = [csl_item(reference) for reference in _once(references)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def bibtex(references: Iterable[Reference]) -> str:
    """A BibTeX file, in UTF-8, for BibTeX and biblatex alike; a reference that comes twice stands once."""
    return "\n".join(map(_bibtex_entry, _once(references)))


def ris(references: Iterable[Reference]) -> str:
    """A RIS file; a reference that comes twice stands once. Lines end as Windows ends them: RIS asks for it."""
    return "".join(f"{tag}  - {value}\r\n" for reference in _once(references) for tag, value in _ris_lines(reference))


def one_line(text: str) -> str:
    """The text in one line: control characters and line ends become spaces, runs of spaces one.

    >>> one_line("two\\r\\nlines\\x00")
    'two lines'
    """
    kept = (" " if category(sign) == "Cc" else sign for sign in text if category(sign) != "Cs")
    return " ".join("".join(kept).split())


def _once(references: Iterable[Reference]) -> Iterable[Reference]:
    return {key(reference): reference for reference in references}.values()


def title_of(document: DocumentSummary) -> str:
    """The title in one line; the id of a document whose title has no letters."""
    return one_line(document.title) or document.id


def _keywords(document: DocumentSummary) -> list[str]:
    """What it is about and whom it names: not its authors, who may be others."""
    return [name for name in map(one_line, (*document.themes, *document.organisations)) if name]


def speaker_of(quoted: QuotedPassage | None) -> str:
    """Who speaks in a passage, as far as it is known; else empty."""
    return one_line(quoted.speaker or "") if quoted else ""


def date_parts(date: str) -> list[int]:
    """Year, month and day of a partial ISO 8601 date, as far as it goes."""
    return [int(part) for part in date.split("-")]


def _notes(reference: Reference) -> Iterator[str]:
    """What no field of the formats holds, a sentence each; the warning of a sample first."""
    document, quoted = reference.document, reference.quoted
    if document.sample:
        yield SAMPLE
    if speaker := speaker_of(quoted):
        yield f"Speaker: {speaker}"
    if quoted and quoted.starts_at_ms is not None:
        yield f"Time in the recording: {clock_text(quoted.starts_at_ms)}"
    if quoted and quoted.language != document.language:
        yield f"Language of the passage: {quoted.language}"
    if source := one_line(document.source):
        yield f"Original: {source}"


def address_of(url: str) -> str:
    """A web address without the signs that could end a field: these in percent-encoding."""
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Braces have to pair even where they are escaped, so they are named. Others would print as something else.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "`": r"\textasciigrave{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
    | {sign: f"\\{sign}" for sign in "#$%&_"}
)
_LIGATURE = re.compile(r"([-',])(?=\1)")  # two of these print as one other sign


def _tex(text: str) -> str:
    return _LIGATURE.sub(r"\1{}", text.translate(_TEX))


def _bibtex_entry(reference: Reference) -> str:
    document, item = reference.document, csl_item(reference)
    year, month, *_ = [*date_parts(document.date or "0"), 0]
    fields = {
        "title": f"{{{_tex(item['title'])}}}",  # braces: styles keep its capitals
        "howpublished": _tex(item["genre"]),
        "year": str(year or ""),
        "month": _MONTHS[month - 1] if month else "",
        "date": document.date or "",
        "eventtitle": _tex(item.get("event-title", "")),
        "abstract": _tex(item.get("abstract", "")),
        "note": _tex(item.get("note", "")),
        "keywords": _tex(item.get("keyword", "")),
        "url": item["URL"],
        "urldate": reference.accessed.isoformat(),
        "language": "thai" if document.language == "th" else "english",
        "langid": "thai" if document.language == "th" else "english",
    }
    # A month is a name that BibTeX knows, and stands without braces.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value]
    return f"@misc{{{item['id']},\n" + ",\n".join(lines) + "\n}\n"


def _ris_lines(reference: Reference) -> Iterator[tuple[str, str]]:
    """Tags and values; each value is one line, so that none can begin a field of its own."""
    document, item = reference.document, csl_item(reference)
    yield "TY", TYPES[document.kind].ris
    yield "ID", item["id"]
    yield "TI", item["title"]
    if document.date:
        year, month, day = [*document.date.split("-"), "", ""][:3]
        yield "PY", year
        yield "DA", f"{year}/{month}/{day}"  # both strokes, also of a partial date
    if event := item.get("event-title"):  # in T2 other types than SLIDE have a series or a site
        yield ("T2", event) if document.kind is Kind.TRANSCRIPT else ("N1", f"Event: {event}")
    yield "M3", item["genre"]
    if "abstract" in item:
        yield "AB", item["abstract"]
    for note in _notes(reference):
        yield "N1", note
    for keyword in _keywords(document):
        yield "KW", keyword
    yield "LA", item["language"]
    yield "DP", SITE
    yield "UR", item["URL"]
    yield "Y2", reference.accessed.strftime("%Y/%m/%d")
    yield "ER", ""
