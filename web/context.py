"""What the site asks of a knowledge base; `kb.knowledge_base.KnowledgeBase` is one."""

from __future__ import annotations

from typing import Protocol, cast

from flask import current_app

from ingest.spelling.suggest import SpellingHint
from kb.events import Event
from kb.models import (
    AlignedPair,
    CollectionStatus,
    Document,
    DocumentSummary,
    DocumentVersion,
    MapPoint,
    RelatedDocument,
    ResultPage,
    SearchQuery,
    StoredFile,
)

EXTENSION = "saphan"


class Library(Protocol):
    """Read-only and safe to call from several threads. Errors are `kb.errors.KbError`."""

    def search(self, query: SearchQuery) -> ResultPage:
        """Documents that answer the query, best first."""
        ...

    def by_language(self, query: SearchQuery) -> tuple[ResultPage, ...]:
        """The same search with the passages of English and of Thai on a page of their own."""
        ...

    def hint(self, text: str) -> SpellingHint | None:
        """What was probably meant, when a question looks mistyped."""
        ...

    def related(self, document_id: str, limit: int = 5) -> tuple[RelatedDocument, ...]:
        """Documents close to this one, in either language, closest first."""
        ...

    def document(self, document_id: str) -> Document:
        """The document with its text and passages."""
        ...

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, newest first."""
        ...

    def events(self) -> tuple[Event, ...]:
        """The events that documents come from, latest first."""
        ...

    def versions(self, document_id: str) -> tuple[DocumentVersion, ...]:
        """All versions of the document, newest first."""
        ...

    def version(self, document_id: str, number: int) -> Document:
        """The document as it was, without passages."""
        ...

    def original(self, document_id: str) -> StoredFile:
        """The file that the document was read from."""
        ...

    def aligned(self, document_id: str, other_id: str) -> tuple[AlignedPair, ...]:
        """The paragraphs of two documents beside each other, in order; all of both."""
        ...

    def placed(self) -> tuple[MapPoint, ...]:
        """The documents' places on the map."""
        ...

    def status(self) -> CollectionStatus:
        """What the knowledge base holds."""
        ...


def knowledge_base() -> Library:
    """The knowledge base that the running application serves."""
    return cast(Library, current_app.extensions[EXTENSION])
