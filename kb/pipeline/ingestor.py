"""Ingestion: the bytes of a file to documents in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ingest.models import StatedMetadata
from kb.embedding import vectors
from kb.embedding.model import EmbeddingModel
from kb.models import IngestOutcome, State
from kb.pipeline import stages
from kb.progress import ProgressCallback, no_progress
from kb.storage import keys_of_0_1, statements, writer
from kb.storage.database import Database, Transaction
from kb.storage.json_forms import input_key
from kb.storage.reader import DocumentReader
from kb.storage.records import DocumentRevision, IncomingDocument, OriginalFile, ParsedFile, StoredVectors
from kb.vocabulary.custom_dictionary import CustomDictionaryFile

Vectors = Mapping[str, StoredVectors]  # by the key of the text that they were made of


class Ingestor:
    """Reads, encodes and writes documents of one knowledge base. Threads may share it."""

    def __init__(self, database: Database, model: EmbeddingModel, dictionary: CustomDictionaryFile) -> None:
        self._database, self._model, self._dictionary = database, model, dictionary
        self._reader = DocumentReader(database)

    def add(
        self, data: bytes, *, name: str, origin: str | None = None, stated: StatedMetadata | None = None
    ) -> tuple[IngestOutcome, ...]:
        """Ingest a file: one document, or one for each row of a table; all of them or none.

        `name` is the file's name and `origin` where it lies: a changed file from the same origin is a new
        version. `stated` facts win over those found. Raises `NotAdded`, `ModelMismatch`, `Unusable`.
        """
        parsed = self.read(data, name=name, origin=origin, stated=stated)
        made = self.encode(parsed.drafts)
        with self._database.writing() as connection:
            return self.write(connection, parsed, made)

    def read(
        self,
        data: bytes,
        *,
        name: str,
        origin: str | None = None,
        stated: StatedMetadata | None = None,
        progress: ProgressCallback = no_progress,
    ) -> ParsedFile:
        """Parse, normalise, describe and cut; writes nothing. Raises as `add` does, and what `progress` raises."""
        self._model.require()
        origin, stated = origin or name, stated or StatedMetadata()
        sha256 = hashlib.sha256(data).hexdigest()
        keys = (input_key(sha256, stated), keys_of_0_1.input_key(sha256, stated))
        known = self._reader.known_input(keys, origin)
        if known:
            return ParsedFile(known, (), OriginalFile(name, data, len(known)))
        count, own = self._model.encoder.count_tokens, self._dictionary.current()
        documents = stages.incoming_documents(data, name, origin, stated, count, own, self._reader, progress)
        return ParsedFile((), documents, OriginalFile(name, data, len(documents)))

    def cut(self, document: IncomingDocument) -> IncomingDocument:
        """The document with passages, cut with the home's own words. Raises `Unusable`."""
        return stages.cut(document, self._model.encoder.count_tokens, self._dictionary.current())

    def encode(
        self, documents: Iterable[IncomingDocument], progress: ProgressCallback = no_progress
    ) -> dict[str, StoredVectors]:
        """The vectors of those texts of the documents that have none yet, by key."""
        texts = vectors.texts_of(documents)
        with self._database.reading() as connection:
            missing = statements.missing_vectors(connection, texts, self._model.name)
        return self._vectors({key: texts[key] for key in texts if key in missing}, progress)

    def complete(
        self, connection: Transaction, documents: Iterable[IncomingDocument], made: Vectors
    ) -> dict[str, StoredVectors]:
        """`made`, with the vectors that a purge deleted since `encode`, so that none is missing when it is written."""
        texts = vectors.texts_of(documents)
        missing = statements.missing_vectors(connection, texts.keys() - made.keys(), self._model.name)
        return {**made, **self._vectors({key: texts[key] for key in missing})}

    def write(
        self, connection: Transaction, parsed: ParsedFile, made: Vectors, state: State = "published"
    ) -> tuple[IngestOutcome, ...]:
        """Write the documents of a file with the vectors that `encode` gave; new ones get `state`."""
        made = self.complete(connection, parsed.drafts, made)
        return writer.put_file(connection, parsed, made, self._model.name, state)

    def prepare_revision(self, changed: DocumentRevision) -> tuple[DocumentRevision, dict[str, StoredVectors]]:
        """A document whose text was changed, cut anew, and the vectors of its new passages.

        Raises `ModelMismatch`, `Unusable`.
        """
        self._model.require()
        cut = replace(changed, draft=self.cut(changed.draft))
        return cut, self.encode([cut.draft])

    def _vectors(
        self, texts: Mapping[str, tuple[str, str]], progress: ProgressCallback = no_progress
    ) -> dict[str, StoredVectors]:
        if not texts:
            return {}
        return dict(vectors.make_vectors(texts, self._model.encoder, self._model.calibration, progress))
