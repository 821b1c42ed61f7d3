"""What a fact of a document would be, had no editor settled it."""

from __future__ import annotations

from dataclasses import replace

from ingest.errors import IngestError
from ingest.metadata.extract import describe
from ingest.models import ParsedDocument, StatedMetadata
from ingest.parsers import registry
from ingest.text.language import words
from kb.models import StoredFile
from kb.storage.reader import DocumentReader
from kb.storage.records import DocumentRevision, IncomingDocument
from kb.storage.row_mapping import NOT_REMOVED


def as_without(reader: DocumentReader, stored: DocumentRevision, name: str) -> IncomingDocument:
    """A draft of the document in which the fact `name` is as its file, or what was stated with it, gives it.

    That is as it was in the newest version of the same file in which no editor had settled it; where there is
    none, what the file and the text say. Raises `NoSuchDocument`.
    """
    for version in reader.versions(stored.draft.id, NOT_REMOVED):
        if version.summary.version < stored.number:
            before = reader.revision(stored.draft.id, number=version.summary.version).draft
            if before.input == stored.draft.input and name not in before.corrected.names:
                return before
    return _as_its_file_says(reader, stored, name)


def _as_its_file_says(reader: DocumentReader, stored: DocumentRevision, name: str) -> IncomingDocument:
    draft = stored.draft
    file = reader.original(draft.id, NOT_REMOVED)
    others = replace(draft.corrected.stated, **{name: getattr(StatedMetadata(), name)})
    stated = _stated_in(file, draft.identity)
    description = describe(
        draft.manuscript, ParsedDocument(draft.format, (), stated), words(draft.manuscript.text), others
    )
    source = description.source or file.name
    return replace(draft, description=description, sample=bool(stated.sample), source=source)


def _stated_in(file: StoredFile, identity: str) -> StatedMetadata:
    """What a file itself states of the document with this identity."""
    try:
        parsed = registry.read(file.data, file.name)
    except IngestError:  # read once, by an earlier Saphan
        return StatedMetadata()
    those = [one for one in parsed if len(parsed) == 1 or (one.key and identity.endswith(f"#{one.key}"))]
    return those[0].stated if those else StatedMetadata()
