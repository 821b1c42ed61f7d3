"""What the site asks of a knowledge base; `kb.base.KnowledgeBase` is one."""

from __future__ import annotations

from typing import Protocol, cast

from flask import current_app

from ingest.spelling import Hint
from kb.events import Event
from kb.model import (
    Aligned,
    Document,
    Page,
    Placed,
    Query,
    Related,
    Status,
    StoredFile,
    Summary,
    Version,
)

EXTENSION = "saphan"


class Library(Protocol):
    """Read-only and safe to call from several threads. Errors are `kb.errors.KbError`."""

    def search(self, query: Query) -> Page:
        """Documents that answer the query, best first."""
        ...

    def by_language(self, query: Query) -> tuple[Page, ...]:
        """The same search with the passages of English and of Thai on a page of their own."""
        ...

    def hint(self, text: str) -> Hint | None:
        """What was probably meant, when a question looks mistyped."""
        ...

    def related(self, document_id: str, limit: int = 5) -> tuple[Related, ...]:
        """Documents close to this one, in either language, closest first."""
        ...

    def document(self, document_id: str) -> Document:
        """The document with its text and passages."""
        ...

    def documents(self) -> tuple[Summary, ...]:
        """All documents, newest first."""
        ...

    def events(self) -> tuple[Event, ...]:
        """The events that documents come from, latest first."""
        ...

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """All versions of the document, newest first."""
        ...

    def version(self, document_id: str, number: int) -> Document:
        """The document as it was, without passages."""
        ...

    def original(self, document_id: str) -> StoredFile:
        """The file that the document was read from."""
        ...

    def aligned(self, document_id: str, other_id: str) -> tuple[Aligned, ...]:
        """The paragraphs of two documents beside each other, in order; all of both."""
        ...

    def placed(self) -> tuple[Placed, ...]:
        """The documents' places on the map."""
        ...

    def status(self) -> Status:
        """What the knowledge base holds."""
        ...


def library() -> Library:
    """The knowledge base that the running application serves."""
    return cast(Library, current_app.extensions[EXTENSION])
