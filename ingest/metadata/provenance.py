"""Where in its text each fact of a document was found: what an editor checks a description against.

Nothing of it is kept. It is worked out again from the text and the description, by the functions that
`ingest.metadata.extract` finds facts with, each asked with the title, date and event that the description has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.metadata.case_fields import FIELDS, field_named
from ingest.metadata.dates import dates_in
from ingest.metadata.document_date import document_date
from ingest.metadata.economies import economies_in
from ingest.metadata.events import event_named_in
from ingest.metadata.extract import FoundValue, economies_of, event_of, kind_of, source_of, themes_of, title_of
from ingest.metadata.organisations import organisations_in
from ingest.metadata.themes import terms_in
from ingest.models import BlockRole, Description, Kind, Manuscript, Span, Word
from ingest.text.language import dominant, languages, runs, words

MOST_PLACES = 20  # of one value that are given; `TracedValue.count` tells of all


class Basis(StrEnum):
    """Why a value stands in a description."""

    FOUND = "found"  # the text by itself gives it
    GUESSED = "guessed"  # it is what is taken where the text does not say it, or not enough
    STATED = "stated"  # it is not what the text gives: somebody said so


@dataclass(frozen=True, slots=True)
class TracedValue:
    """A value of a description, and where its text has it.

    `places` are in order, not empty, without overlaps: the first 20 of `count`. A found value has at least one.
    A stated one has those in which the text names it all the same, often none.
    """

    value: str
    basis: Basis
    places: tuple[Span, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """The facts of a description with their places; and who speaks, and the parts of a case, with theirs."""

    title: TracedValue
    kind: TracedValue
    languages: tuple[TracedValue, ...]
    date: TracedValue | None
    event: TracedValue | None
    economies: tuple[TracedValue, ...]
    organisations: tuple[TracedValue, ...]
    themes: tuple[TracedValue, ...]
    source: TracedValue | None
    speakers: tuple[TracedValue, ...]  # in the order in which they first speak; places are their turns
    parts: tuple[TracedValue, ...]  # "challenge", "approach", … as far as a case tells them; places are their blocks


def provenance_of(manuscript: Manuscript, description: Description, format_: str) -> Provenance:
    """Find where a text gives what `description` says; `format_` is that of the file (`ParsedDocument.format`)."""
    text, title, said = manuscript.text, description.title, words(manuscript.text)
    kind = kind_of(manuscript, format_, title)
    source = description.source
    return Provenance(
        title=_traced(title, title_of(manuscript), lambda name: _written(name, text)),
        kind=_traced(description.kind, kind, lambda _: ()),
        languages=tuple(_language(manuscript, language) for language in description.languages),
        date=_date(text, description.date),
        event=_event(text, title, description),
        economies=_economies(manuscript, description),
        organisations=_organisations(text, description.organisations),
        themes=_themes(text, title, said, description.themes),
        source=_traced(source, source_of(text), lambda name: _written(name, text)) if source else None,
        speakers=tuple(_speakers(manuscript)),
        parts=tuple(_parts(manuscript)) if description.kind is Kind.CASE else (),
    )


def _traced(value: str, found: FoundValue | None, named: Callable[[str], Iterable[Span]]) -> TracedValue:
    """`value` by what the text gives; where that is another value, it was stated, and `named` tells its places."""
    if found is None or found.value != value:
        return _capped(value, Basis.STATED, named(value))
    guessed = found.guess or not found.places
    return _capped(value, Basis.GUESSED if guessed else Basis.FOUND, found.places)


def _capped(value: str, basis: Basis, spans: Iterable[Span]) -> TracedValue:
    places: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if places and span.start < places[-1].end:
            places[-1] = Span(places[-1].start, max(places[-1].end, span.end))
        elif span.start < span.end:
            places.append(span)
    return TracedValue(value, basis, tuple(places[:MOST_PLACES]), len(places))


def _written(name: str, text: str) -> Iterator[Span]:
    """Where `name` stands in `text` as it is, in any case and across line ends."""
    body = r"\s+".join(map(re.escape, name.split()))
    if body:
        pattern = re.compile(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])", re.IGNORECASE)
        yield from (Span(*match.span()) for match in pattern.finditer(text))


def _language(manuscript: Manuscript, language: str) -> TracedValue:
    """By the blocks that are mostly in this language; by its words, where it has no block of its own."""
    text = manuscript.text
    if not any(map(str.isalpha, text)):
        return _capped(language, Basis.GUESSED, ())
    blocks = [Span(block.start, block.end) for block in manuscript.blocks]
    places = [block for block in blocks if _dominant(text[block.start : block.end]) == language]
    if not places:
        places = [_trimmed(text, run.start, run.end) for run in runs(text) if run.language == language]
    return _capped(language, Basis.FOUND if language in languages(text) else Basis.STATED, places)


def _dominant(text: str) -> str | None:
    return dominant(text) if any(map(str.isalpha, text)) else None


def _trimmed(text: str, start: int, end: int) -> Span:
    return Span(start, start + len(text[start:end].rstrip()))


def _date(text: str, date: str | None) -> TracedValue | None:
    """A stated date's places are those of itself, of its day without a year, and of days within it."""
    if date is None:
        return None
    found = document_date(text)
    if found and found.value == date:
        return _capped(date, Basis.FOUND, found.places)
    same = (one for one in dates_in(text) if one.value.startswith(date) or one.value == f"-{date[4:]}")
    return _capped(date, Basis.STATED, (Span(one.start, one.end) for one in same))


def _event(text: str, title: str, description: Description) -> TracedValue | None:
    if description.event is None:
        return None

    def named(event: str) -> Iterable[Span]:
        return (*event_named_in(text, event), *_written(event, text))

    return _traced(description.event, event_of(text, title, description.date), named)


def _economies(manuscript: Manuscript, description: Description) -> tuple[TracedValue, ...]:
    found = _by_value(economies_of(manuscript, description.title, description.event))
    stated = not found.keys() >= set(description.economies)
    mentions = economies_in(manuscript.text) if stated else ()

    def named(economy: str) -> Iterable[Span]:
        return (Span(one.start, one.end) for one in mentions if one.economy == economy)

    return tuple(_traced(economy, found.get(economy), named) for economy in description.economies)


def _organisations(text: str, organisations: Sequence[str]) -> tuple[TracedValue, ...]:
    """One that the text names is found, also where a dozen others are named more often."""
    named: dict[str, list[Span]] = {}
    for one in organisations_in(text):
        named.setdefault(one.name, []).append(Span(one.start, one.end))
    found = {name: FoundValue(name, tuple(places)) for name, places in named.items()}
    return tuple(_traced(one, found.get(one), lambda name: _written(name, text)) for one in organisations)


def _themes(text: str, title: str, said: Sequence[Word], themes: Sequence[str]) -> tuple[TracedValue, ...]:
    found, terms = _by_value(themes_of(title, said)), terms_in(said)

    def named(theme: str) -> Iterable[Span]:
        known = [one for one in terms if one.theme == theme]
        return [Span(said[one.first].start, said[one.end - 1].end) for one in known] or _written(theme, text)

    return tuple(_traced(theme, found.get(theme), named) for theme in themes)


def _by_value(found: Iterable[FoundValue]) -> Mapping[str, FoundValue]:
    return {one.value: one for one in found}


def _speakers(manuscript: Manuscript) -> Iterator[TracedValue]:
    turns: dict[str, list[Span]] = {}
    for block in manuscript.blocks:
        if block.speaker:
            turns.setdefault(block.speaker, []).append(Span(block.start, block.end))
    for speaker, places in turns.items():
        yield _capped(speaker, Basis.FOUND, places)


def _parts(manuscript: Manuscript) -> Iterator[TracedValue]:
    """The parts of a case: fields of a table, or what follows a heading that names one, up to the next heading."""
    parts: dict[str, list[Span]] = {name: [] for name in FIELDS}
    headed: set[str] = set()
    into: list[Span] | None = None
    for block in sorted(manuscript.blocks, key=lambda block: block.start):
        place = Span(block.start, block.end)
        if block.role is BlockRole.FIELD:
            parts.get(block.label or "", []).append(place)
        elif block.role is not BlockRole.HEADING:
            if into is not None:
                into.append(place)
        else:
            name = field_named(manuscript.text[block.start : block.end])
            into = parts[name] if name and name not in headed else None
            headed.update([name] if name else [])
    for name, places in parts.items():
        if places:
            yield _capped(name, Basis.FOUND, places)
