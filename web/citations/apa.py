"""The text of a reference in the style of APA 7, in English and as Thai libraries write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from babel.dates import get_month_names

from kb.models import Kind
from web.citations.reference_formats import (
    SITE,
    TYPES,
    Reference,
    address_of,
    date_parts,
    one_line,
    speaker_of,
    title_of,
)
from web.i18n import InterfaceLanguage, clock_text, date_text, year_text


@dataclass(frozen=True, slots=True)
class Styled:
    """A run of a reference's text."""

    text: str
    italic: bool = False


def apa(reference: Reference, language: InterfaceLanguage) -> tuple[Styled, ...]:
    """The reference in the style of APA 7; in Thai as Thai libraries write it, with Buddhist years.

    The title stands first: nothing tells who wrote a document. The day of access is given where it has no date.
    """
    document = reference.document
    date = f"({_apa_date(document.date, language)})."
    title = Styled(title_of(document), italic=True)
    described = _WORDS[language].between.join(_apa_description(reference, language))
    after = f" [{described[0].upper()}{described[1:]}]." if described else _stopped(title.text)[len(title.text) :]
    where = [SITE + ".", _apa_address(reference, language)]
    if document.kind is Kind.TRANSCRIPT and (event := one_line(document.event or "")):
        where.insert(0, _stopped(event))
    return title, Styled(" ".join([after, date, *where]))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an APA reference in one language."""

    undated: str
    between: str  # between the descriptions in brackets
    sample: str
    speaker: str
    at: str
    retrieved: str


_WORDS = {
    "en": _Words(
        undated="n.d.",
        between="; ",
        sample="sample document, do not cite",
        speaker="speaker: {}",
        at="at {}",
        retrieved="Retrieved {date}, from {url}",
    ),
    "th": _Words(
        undated="ม.ป.ป.",
        between=" ",
        sample="เอกสารตัวอย่าง ห้ามนำไปอ้างอิง",
        speaker="ผู้พูด: {}",
        at="ณ เวลา {}",
        retrieved="สืบค้นเมื่อ {date}, จาก {url}",
    ),
}


def _apa_description(reference: Reference, language: InterfaceLanguage) -> Iterator[str]:
    """What stands in brackets after the title. A report needs no saying that it is one."""
    kind, words = TYPES[reference.document.kind], _WORDS[language]
    if reference.document.kind is not Kind.REPORT:
        yield kind.genre_th if language == "th" else kind.genre
    if reference.document.sample:
        yield words.sample
    quoted = reference.quoted
    if speaker := speaker_of(quoted):
        yield words.speaker.format(speaker)
    if quoted and quoted.starts_at_ms is not None:
        yield words.at.format(clock_text(quoted.starts_at_ms))


def _apa_date(date: str | None, language: InterfaceLanguage) -> str:
    if date is None:
        return _WORDS[language].undated
    year, *rest = date_parts(date)
    written = year_text(year, language)
    if not rest:
        return written
    month = get_month_names("wide", locale=language)[rest[0]]
    days = [str(day) for day in rest[1:]]
    return f"{written}, " + " ".join([*days, month] if language == "th" else [month, *days])


def _apa_address(reference: Reference, language: InterfaceLanguage) -> str:
    url = address_of(reference.url)
    if reference.document.date:
        return url
    day = reference.accessed
    english = f"{get_month_names('wide', locale='en')[day.month]} {day.day}, {day.year}"
    written = date_text(day.isoformat(), "th") if language == "th" else english
    return _WORDS[language].retrieved.format(date=written, url=url)


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
