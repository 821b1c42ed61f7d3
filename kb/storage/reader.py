"""Read documents, passages and vectors from the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select, text

from ingest.models import Manuscript
from kb.errors import N_, NoSuchDocument, NoSuchVersion, NotFound
from kb.events import MadeEvent
from kb.models import Document, DocumentSummary, DocumentVersion, State, StoredFile
from kb.storage import json_forms, row_mapping
from kb.storage.database import Database, batched
from kb.storage.json_forms import text_key
from kb.storage.records import Corrections, DocumentRevision, IndexRow, IntegrityProblem, KnownDocument, PassageRow
from kb.storage.row_mapping import NOT_REMOVED, PUBLISHED
from kb.storage.schema import changes, documents, events, facts, originals, passages, vectors, versions


class DocumentReader:
    """Reads the documents of one knowledge base. Threads may share it; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- what is known of documents on their way in

    def known_input(self, input_keys: Collection[str], origin: str) -> tuple[KnownDocument, ...]:
        """The documents that came from the same bytes and facts, if reading them again would change nothing.

        They have one of `input_keys`, all of them are still there, and `origin` has not given others since.
        """
        from_origin = or_(
            documents.c.identity == origin, documents.c.identity.startswith(origin + "#", autoescape=True)
        )
        with self._database.reading() as connection:
            query = row_mapping.known().add_columns(originals.c.documents)
            found = connection.execute(query.where(versions.c.input.in_(input_keys))).all()
            others = set(connection.scalars(select(documents.c.id).where(from_origin)))
        if not found or len(found) != found[0].documents or others - {row.id for row in found}:
            return ()
        return tuple(KnownDocument(row.id, row.title, row.passages) for row in found)

    def corrected(self, identity: str) -> Corrections:
        """What editors settled of the document with this identity; nothing if it is not there."""
        query = _current(versions.c.corrected).where(documents.c.identity == identity)
        with self._database.reading() as connection:
            return row_mapping.to_corrections(connection.scalar(query) or {})

    def edited_text(self, identity: str, original: str) -> Manuscript | None:
        """The text that an editor gave the document with this identity, whose file has the SHA-256 `original`.

        None when its text is that of its file, or it was read from another file.
        """
        query = _current(versions.c.text, versions.c.blocks, versions.c.corrected)
        query = query.where(documents.c.identity == identity, versions.c.original == original)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None or not row_mapping.to_corrections(row.corrected).text:
            return None
        return Manuscript(row.text, json_forms.to_blocks(row.blocks))

    def events(self) -> tuple[MadeEvent, ...]:
        """The events that editors made or changed, by slug."""
        with self._database.reading() as connection:
            return tuple(map(row_mapping.to_event, connection.execute(select(events).order_by(events.c.slug))))

    def event_called(self, slug: str) -> str | None:
        """The name of the event that has, or had, this slug among those that were made or renamed."""
        former = func.json_each(events.c.former).table_valued("value")
        had = exists(select(former.c.value).where(former.c.value == slug))
        query = select(events.c.name).where(or_(events.c.slug == slug, had)).order_by(events.c.slug != slug)
        with self._database.reading() as connection:
            return connection.scalar(query.limit(1))

    # ---- documents

    def revision(
        self, document_id: str, states: Collection[State] = NOT_REMOVED, number: int | None = None
    ) -> DocumentRevision:
        """A document as it is kept, or as it was in version `number`. Raises `NoSuchDocument`, `NoSuchVersion`."""
        with self._database.reading() as connection:
            row = connection.execute(_whole(document_id, states, number)).first()
            if row is None:
                raise _missing(connection, document_id, states, number)
        return row_mapping.to_revision(row)

    def model(self) -> str | None:
        """The name of the model whose vectors are searched; None in a new knowledge base."""
        return self.fact("model")

    def summaries(
        self, ids: Collection[str] | None = None, states: Collection[State] = PUBLISHED
    ) -> list[DocumentSummary]:
        """All documents in one of `states`, or those of `ids` among them, newest first."""
        query = row_mapping.summary(states=states).order_by(documents.c.added_at.desc(), documents.c.id)
        with self._database.reading() as connection:
            if ids is None:
                return [row_mapping.to_summary(row) for row in connection.execute(query)]
            found: list[Row[Any]] = []
            for some in batched(sorted(ids)):
                found += connection.execute(query.where(documents.c.id.in_(some))).all()
        return [row_mapping.to_summary(row) for row in found]

    def document(self, document_id: str, states: Collection[State] = PUBLISHED) -> Document:
        """A whole document. Raises `NoSuchDocument`."""
        with self._database.reading() as connection:
            row = connection.execute(_whole(document_id, states)).first()
            if row is None:
                raise NoSuchDocument(id=document_id)
            cut = connection.execute(
                select(passages).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
            ).all()
        passages_of = tuple(row_mapping.to_passage(one, row.text[one.start : one.end]) for one in cut)
        return Document(row_mapping.to_summary(row), row.text, json_forms.to_blocks(row.blocks), passages_of)

    def versions(self, document_id: str, states: Collection[State] = PUBLISHED) -> tuple[DocumentVersion, ...]:
        """All versions of a document, newest first. Raises `NoSuchDocument`."""
        query = (
            row_mapping.summary(current=False, states=states)
            .add_columns(versions.c.created_at)
            .where(documents.c.id == document_id)
            .order_by(versions.c.number.desc())
        )
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        if not found:
            raise NoSuchDocument(id=document_id)
        return tuple(DocumentVersion(row_mapping.to_summary(row), row.created_at.replace(tzinfo=UTC)) for row in found)

    def version(self, document_id: str, number: int, states: Collection[State] = PUBLISHED) -> Document:
        """A document as it was in one of its versions, without passages: those are kept of the current one only.

        Raises `NoSuchDocument`, `NoSuchVersion`.
        """
        with self._database.reading() as connection:
            row = connection.execute(_whole(document_id, states, number)).first()
            if row is None:
                raise _missing(connection, document_id, states, number)
        return Document(row_mapping.to_summary(row), row.text, json_forms.to_blocks(row.blocks), ())

    def changed_version(
        self, document_id: str, number: int, states: Collection[State] = PUBLISHED
    ) -> tuple[Document, Document]:
        """The version before `number`, and that version. Raises `NoSuchDocument`, `NoSuchVersion`."""
        if number == 1:
            raise NoSuchVersion(
                N_("Version 1 of document {id!r} is the first version. Read it, or compare later versions."),
                id=document_id,
            )
        return self.version(document_id, number - 1, states), self.version(document_id, number, states)

    def original(self, document_id: str, states: Collection[State] = PUBLISHED) -> StoredFile:
        """The file that a document's current version was read from.

        Readers get none that also has documents in it which are not theirs to read. Raises `NoSuchDocument`,
        `FileWithheld`.
        """
        query = (
            row_mapping.summary(states=states)
            .join(originals, originals.c.sha256 == versions.c.original)
            .with_only_columns(originals, documents.c.identity)
            .where(documents.c.id == document_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise NoSuchDocument(id=document_id)
            beside = and_(row_mapping.of_one_file(row.identity, row.sha256), row_mapping.STATE.not_in(PUBLISHED))
            if states == PUBLISHED and row.documents > 1 and connection.scalar(select(exists().where(beside))):
                raise NotFound(
                    N_(
                        "This file also contains unpublished documents, so it cannot be downloaded. Read the "
                        "document here, or ask an editor of this site for the file."
                    ),
                    code="file_withheld",
                )
        return StoredFile(row.name, row.data)

    def fact(self, name: str) -> str | None:
        """What is kept under a name of `facts`."""
        with self._database.reading() as connection:
            return connection.scalar(select(facts.c.value).where(facts.c.name == name))

    def passage_rows(self, ids: Collection[str], model: str) -> dict[str, PassageRow]:
        """Passages by id, with their words and their vectors."""
        found: dict[str, PassageRow] = {}
        with self._database.reading() as connection:
            for some in batched(sorted(ids)):
                query = row_mapping.with_vectors(model).where(passages.c.id.in_(some)).add_columns(row_mapping.TEXT)
                for row in connection.execute(query):
                    passage = row_mapping.to_passage(row, row.passage_text)
                    found[row.id] = PassageRow(passage, tuple(row.terms), row.places, row_mapping.to_vectors(row))
        return found

    def index_rows(self, model: str, document_ids: Collection[str] | None = None) -> Iterator[IndexRow]:
        """The passages of all published documents, or of some, in order of document and ordinal."""
        published = row_mapping.with_vectors(model).where(row_mapping.STATE.in_(PUBLISHED))
        query = published.order_by(passages.c.document_id, passages.c.ordinal)
        with self._database.reading() as connection:
            parts: Iterable[Select[Any]] = [query]
            if document_ids is not None:
                parts = [query.where(passages.c.document_id.in_(some)) for some in batched(sorted(document_ids))]
            for part in parts:
                for row in connection.execute(part.execution_options(yield_per=500)):
                    stored = row_mapping.to_vectors(row)
                    yield IndexRow(row.id, row.document_id, row.language, tuple(row.terms), stored)

    def texts_without_vectors(self, model: str) -> dict[str, tuple[str, str]]:
        """Texts of passages that have no vectors by `model`: key to text and language."""
        has = exists().where(vectors.c.text_key == passages.c.text_key, vectors.c.model == model)
        query = row_mapping.current(passages.c.text_key, passages.c.language, row_mapping.TEXT).where(~has)
        with self._database.reading() as connection:
            return {row.text_key: (row.passage_text, row.language) for row in connection.execute(query)}

    def change(self) -> int:
        """The number of the last change; 0 in a new knowledge base."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.max(changes.c.number))) or 0

    def changed_since(self, number: int) -> set[str]:
        """The documents that were added, updated or removed after change `number`."""
        with self._database.reading() as connection:
            return set(connection.scalars(select(changes.c.document_id).where(changes.c.number > number)))

    def counts(self) -> tuple[int, int]:
        """How many passages and how many vectors there are."""
        with self._database.reading() as connection:
            stored = connection.scalar(select(func.count()).select_from(passages)) or 0
            return stored, connection.scalar(select(func.count()).select_from(vectors)) or 0

    def problems(self, model: str) -> list[IntegrityProblem]:
        """What is wrong with the stored data: damaged pages, missing vectors, changed bytes or texts."""
        with self._database.reading() as connection:
            checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            found = [IntegrityProblem("damaged_database", line) for line in checked if line != "ok"]
            query = row_mapping.with_vectors(model, required=False).add_columns(row_mapping.TEXT, vectors.c.checksum)
            for row in connection.execute(query.execution_options(yield_per=500)):
                if row.sentence is None:
                    found.append(IntegrityProblem("no_vectors", row.id))
                elif row_mapping.to_vectors(row).checksum != row.checksum:
                    found.append(IntegrityProblem("changed_vectors", row.id))
                if text_key(row.passage_text) != row.text_key:
                    found.append(IntegrityProblem("changed_text", row.id))
        return found


def _whole(document_id: str, states: Collection[State], number: int | None = None) -> Select[Any]:
    """A document with its text and blocks: as it is, or as it was in version `number`."""
    query = row_mapping.summary(current=number is None, states=states).add_columns(
        versions.c.text,
        versions.c.blocks,
        versions.c.source_stated,
        versions.c.input,
        versions.c.original,
        versions.c.corrected,
        documents.c.identity,
    )
    query = query.where(documents.c.id == document_id)
    return query if number is None else query.where(versions.c.number == number)


def _current(*columns: Any) -> Select[Any]:
    """Columns of current versions, in whatever state."""
    return row_mapping.summary(states=row_mapping.ALL).with_only_columns(*columns)


def _missing(
    connection: Connection, document_id: str, states: Collection[State], number: int | None
) -> NoSuchDocument | NoSuchVersion:
    there = and_(documents.c.id == document_id, row_mapping.STATE.in_(states))
    if number is not None and connection.scalar(select(exists().where(there))):
        return NoSuchVersion(id=document_id, number=number)
    return NoSuchDocument(id=document_id)
