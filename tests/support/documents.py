"""Documents written in a transaction of their own, as tests need them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kb.knowledge_base import KnowledgeBase
from kb.models import IngestOutcome, State
from kb.storage import writer
from kb.storage.records import DocumentRevision, ParsedFile


def write(
    base: KnowledgeBase, files: Iterable[ParsedFile], state: State = "published"
) -> list[tuple[IngestOutcome, ...]]:
    """Encode and write files that were read."""
    outcomes = []
    for parsed in files:
        made = base.ingestor.encode(parsed.drafts)
        with base.database.writing() as connection:
            outcomes.append(base.ingestor.write(connection, parsed, made, state))
    return outcomes


def draft(base: KnowledgeBase, data: bytes, name: str, **stated: object) -> IngestOutcome:
    """Ingest a file of one document as a draft."""
    parsed = base.ingestor.read(data, name=name, **stated)  # type: ignore[arg-type]
    ((outcome,),) = write(base, [parsed], "draft")
    return outcome


def revise(base: KnowledgeBase, changed: Collection[DocumentRevision]) -> bool:
    """Write new versions of documents whose text is the same."""
    with base.database.writing() as connection:
        return writer.revise(connection, changed)


def publish(base: KnowledgeBase, ids: Collection[str]) -> None:
    """Publish drafts."""
    with base.database.writing() as connection:
        writer.publish(connection, ids)


def remove(base: KnowledgeBase, ids: Collection[str]) -> None:
    """Remove documents."""
    with base.database.writing() as connection:
        writer.remove(connection, ids)


def restore(base: KnowledgeBase, ids: Collection[str]) -> None:
    """Undo removals."""
    with base.database.writing() as connection:
        writer.restore(connection, ids)


def purge(base: KnowledgeBase, ids: Collection[str]) -> None:
    """Delete documents for good."""
    with base.database.writing() as connection:
        writer.purge(connection, ids)
