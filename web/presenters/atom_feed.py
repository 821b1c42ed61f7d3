"""What an Atom feed (RFC 4287) of documents holds: ids that last, times, the first sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from kb.models import DocumentSummary
from web.context import knowledge_base
from web.forms.document_filters import opening
from web.presenters.document_cache import told

LONGEST = 30  # entries
# Of entries; never to be changed, since readers know them by it.
_NAMES = UUID("9cf88241-9317-4023-940c-433da9873ec3")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when an empty feed was changed
# What XML 1.0 cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A document in a feed."""

    document: DocumentSummary
    id: str
    updated: datetime  # UTC
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The latest entries, newest first."""

    id: str
    updated: datetime  # UTC
    entries: tuple[FeedEntry, ...]


def feed(documents: Sequence[DocumentSummary], address: str) -> Feed:
    """The feed of `documents`, which come newest first, at `address`: the same over http and https."""
    entries = tuple(_entry(document) for document in documents[:LONGEST])
    updated = max((entry.updated for entry in entries), default=_NEVER)
    return Feed(uuid5(NAMESPACE_URL, address.partition(":")[2]).urn, updated, entries)


def newest_first(documents: Iterable[DocumentSummary]) -> list[DocumentSummary]:
    """Documents by when they came in."""
    return sorted(documents, key=lambda one: one.added_at, reverse=True)


def xml_text(text: str) -> str:
    r"""The text without the characters that XML does not know.

    >>> xml_text("a\x00b\x0bc\ud800")
    'abc'
    """
    return _FORBIDDEN.sub("", text)


def _entry(document: DocumentSummary) -> FeedEntry:
    # Neither the title nor the address of the site are part of the id: both may change.
    name = f"{document.id} {document.added_at.isoformat()}"
    updated = document.added_at
    if document.version > 1:
        updated = knowledge_base().reader.versions(document.id)[0].created_at
    return FeedEntry(document, uuid5(_NAMES, name).urn, updated, told(document, opening))
