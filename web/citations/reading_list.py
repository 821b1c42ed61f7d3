"""What a reader takes along: documents, or passages of them, as one short word each that stands in addresses.

`a1b2c3d4e5f6` is a document; `a1b2c3d4e5f6.2.120-480` are characters 120 up to 480 of its version 2, which
stay what they are whatever becomes of the document. `static/shelf.js` knows the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kb.errors import N_, BadQuery, NoSuchDocument, NoSuchVersion
from kb.models import Document, DocumentSummary, Passage, Span
from kb.storage.reader import DocumentReader
from web.citations.reference_formats import QuotedPassage
from web.presenters.highlighting import script_language

MOST = 50  # on one list; an address must stay short enough for every server

_NUMBER = r"(0|[1-9]\d{0,8})"
_WORD = re.compile(rf"([\w-]{{1,64}})(?:\.([1-9]\d{{0,8}})\.{_NUMBER}-{_NUMBER})?", re.ASCII)


_NO_ENTRY = N_("“{word}” is not an entry of a reading list. Remove it from the address, or add the document again.")


@dataclass(frozen=True, slots=True)
class ListItem:
    """A document as it is now, or `span` of its `version`."""

    document_id: str
    version: int | None = None
    span: Span | None = None

    def __str__(self) -> str:
        if self.span is None:
            return self.document_id
        return f"{self.document_id}.{self.version}.{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """An entry with what it stands for.

    `document` is as the entry has it: as it is now, or the version that a passage is of; `outdated` tells that
    the document has another version now. `quoted` is the passage, of those entries that are one.
    """

    item: ListItem
    document: Document
    quoted: QuotedPassage | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """A reading list in its order: the entries that are there, and those whose documents are no longer."""

    taken: tuple[ListedDocument, ...]
    missing: tuple[ListItem, ...]


def item_of(document: DocumentSummary, passage: Passage | None = None) -> ListItem:
    """The entry for a document, or for a passage of it."""
    if passage is None:
        return ListItem(document.id)
    return ListItem(document.id, document.version, Span(passage.start, passage.end))


def items_in(args: MultiDict[str, str]) -> tuple[ListItem, ...]:
    """The entries that an address asks for, in order, each once. Raises `BadItem`, `TooManyItems`."""
    words = dict.fromkeys(word.strip() for word in args.getlist("item") if word.strip())
    if len(words) > MOST:
        raise BadQuery(N_("A reading list can have at most {most} entries. Remove some, or make two lists."), most=MOST)
    return tuple(map(_item, words))


def take(reader: DocumentReader, items: Iterable[ListItem]) -> List:
    """What the entries stand for."""
    taken, missing = [], []
    for item in items:
        try:
            taken.append(_taken(reader, item))
        except (NoSuchDocument, NoSuchVersion):
            missing.append(item)
    return List(tuple(taken), tuple(missing))


def quoted(document: Document, span: Span) -> QuotedPassage:
    """The characters of `span` as a passage to cite, with its speaker, if it has only one, and its time.

    For a stored passage it says what the passage says of itself.
    """
    blocks = [block for block in document.blocks if block.start < span.end and span.start < block.end]
    speakers = {block.speaker for block in blocks}
    times = [block.starts_at_ms for block in blocks if block.starts_at_ms is not None]
    text = document.text[span.start : span.end]
    return QuotedPassage(
        text,
        script_language(text) or document.summary.language,
        speakers.pop() if len(speakers) == 1 else None,
        min(times, default=None),
    )


def _item(word: str) -> ListItem:
    parts = _WORD.fullmatch(word)
    if parts is None:
        raise BadQuery(_NO_ENTRY, word=word[:80])
    if parts[2] is None:
        return ListItem(parts[1])
    version, start, end = int(parts[2]), int(parts[3]), int(parts[4])
    if start >= end:
        raise BadQuery(_NO_ENTRY, word=word[:80])
    return ListItem(parts[1], version, Span(start, end))


def _taken(reader: DocumentReader, item: ListItem) -> ListedDocument:
    document = reader.document(item.document_id)
    if item.span is None or item.version is None:
        return ListedDocument(item, document)
    outdated = document.summary.version != item.version
    if outdated:
        document = reader.version(item.document_id, item.version)
    passage = quoted(document, item.span)
    if item.span.end > len(document.text) or not passage.text.strip():  # as `arguments.chars` sees it
        raise NoSuchVersion(id=item.document_id, number=item.version)
    return ListedDocument(item, document, passage, outdated)
