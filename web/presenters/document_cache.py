"""What lists tell of documents, kept so that it is read out of each of them once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, cast

from flask import current_app

from kb.models import Document, DocumentSummary
from web.context import knowledge_base

KEPT = 2000  # documents, of each thing that is told
_EXTENSION = "saphan-kept"

Told = TypeVar("Told")


def told(document: DocumentSummary, tell: Callable[[Document], Told]) -> Told:
    """What `tell` says of a document. Its summary stands for one state of it, so a new version is read anew.

    Raises `NoSuchDocument`.
    """
    kept: dict[Callable[[Document], object], Callable[[DocumentSummary], object]]
    kept = current_app.extensions.setdefault(_EXTENSION, {})
    if tell not in kept:
        kept[tell] = lru_cache(maxsize=KEPT)(lambda summary: tell(knowledge_base().reader.document(summary.id)))
    return cast(Told, kept[tell](document))
