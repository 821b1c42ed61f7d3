"""What the site asks of a knowledge base; `kb.base.KnowledgeBase` is one."""

from __future__ import annotations

from typing import Protocol, cast

from flask import current_app

from kb.model import Document, Page, Query, Related, Status, Summary

EXTENSION = "saphan"


class Library(Protocol):
    """Read-only and safe to call from several threads. Errors are `kb.errors.KbError`."""

    def search(self, query: Query) -> Page:
        """Documents that answer the query, best first."""
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

    def status(self) -> Status:
        """What the knowledge base holds."""
        ...


def library() -> Library:
    """The knowledge base that the running application serves."""
    return cast(Library, current_app.extensions[EXTENSION])
