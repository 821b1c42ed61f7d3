"""The only SQL: reads and writes the database that is the truth, and keeps the log that indexes follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, func, insert, or_, select, text
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from kb import rows, writes
from kb.database import NAME, open_database
from kb.errors import HomeUnusable, NoSuchDocument, NoSuchVersion
from kb.model import Document, StoredFile, Summary, Version
from kb.records import Draft, IndexRow, Known, Original, PassageRow, Problem, StoredVectors, key_of
from kb.schema import changes, documents, facts, originals, passages, vectors, versions

BATCH = 500  # keys in one IN list


class Store:
    """The database of one knowledge base. Threads may share it; each call has its own transaction."""

    def __init__(self, home: Path) -> None:
        """Open it, made or migrated as needed. Raises `HomeUnusable`."""
        self._home = home
        self._engine = open_database(home)

    def close(self) -> None:
        """Give the files back."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise HomeUnusable(home=self._home, reason=error.orig) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept or nothing."""
        try:
            connected = self._engine.connect().execution_options(writing=True)
            with connected as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise HomeUnusable(home=self._home, reason=error.orig) from error

    # ---- in

    def known_input(self, input_key: str, origin: str) -> tuple[Known, ...]:
        """The documents that came from the same bytes and facts, if reading them again would change nothing.

        That is so when all of them are still there and `origin` has not given others since.
        """
        from_origin = or_(
            documents.c.identity == origin, documents.c.identity.startswith(origin + "#", autoescape=True)
        )
        with self._reading() as connection:
            query = rows.known().add_columns(originals.c.documents)
            found = connection.execute(query.where(versions.c.input == input_key)).all()
            others = set(connection.scalars(select(documents.c.id).where(from_origin)))
        if not found or len(found) != found[0].documents or others - {row.id for row in found}:
            return ()
        return tuple(Known(row.id, row.title, row.passages) for row in found)

    def known_content(self, draft: Draft) -> Known | None:
        """The document that a draft would repeat: with the same text and description, from wherever it came.

        When the draft's own document is there, only that one counts: it may have become a copy of another.
        """
        with self._reading() as connection:
            own = connection.scalar(select(exists().where(documents.c.id == draft.id)))
            query = rows.known().where(versions.c.content == draft.content)
            row = connection.execute(query.where(documents.c.id == draft.id) if own else query).first()
        return Known(row.id, row.title, row.passages) if row else None

    def missing_vectors(self, keys: Collection[str], model: str) -> set[str]:
        """Those of `keys` that have no vectors by `model` yet."""
        missing = set(keys)
        with self._reading() as connection:
            for some in _batched(sorted(keys)):
                query = select(vectors.c.text_key).where(
                    vectors.c.model == model, vectors.c.text_key.in_(some)
                )
                missing.difference_update(connection.scalars(query))
        return missing

    def put(self, draft: Draft, original: Original, made: Mapping[str, StoredVectors], model: str) -> int:
        """Write a document, its passages and the vectors that were `made` of their texts, in one transaction.

        Returns the number of its version: 1 when it is new.
        """
        with self._writing() as connection:
            connection.execute(
                upsert(originals)
                .values(
                    sha256=original.sha256,
                    name=original.name,
                    data=original.data,
                    documents=original.documents,
                )
                .on_conflict_do_update(index_elements=["sha256"], set_={"documents": original.documents})
            )
            number = writes.put_version(connection, draft, original.sha256)
            writes.put_passages(connection, draft, number)
            writes.put_vectors(connection, made, model)
            connection.execute(insert(changes).values(document_id=draft.id))
        return number

    def add_vectors(self, made: Mapping[str, StoredVectors], model: str) -> None:
        """Write vectors of texts that are already there, made by another model."""
        with self._writing() as connection:
            writes.put_vectors(connection, made, model)

    def remove(self, document_id: str) -> None:
        """Take a document out with its versions, passages, and what nothing else uses any more.

        Raises `NoSuchDocument`.
        """
        with self._writing() as connection:
            removed = connection.execute(delete(documents).where(documents.c.id == document_id))
            if removed.rowcount == 0:
                raise NoSuchDocument(id=document_id)
            connection.execute(insert(changes).values(document_id=document_id))
            writes.sweep(connection)

    def adopt_model(self, model: str) -> None:
        """Search the vectors of `model` from now on and drop all others; every passage must have its own."""
        with self._writing() as connection:
            writes.put_fact(connection, "model", model)
            connection.execute(delete(vectors).where(vectors.c.model != model))

    # ---- out

    def model(self) -> str | None:
        """The name of the model whose vectors are searched; None in a new knowledge base."""
        return self.fact("model")

    def summaries(self, ids: Collection[str] | None = None) -> list[Summary]:
        """All documents, or those of `ids` that are there, newest first."""
        query = rows.summary().order_by(documents.c.added_at.desc(), documents.c.id)
        with self._reading() as connection:
            if ids is None:
                return [rows.to_summary(row) for row in connection.execute(query)]
            found: list[Row[Any]] = []
            for some in _batched(sorted(ids)):
                found += connection.execute(query.where(documents.c.id.in_(some))).all()
        return [rows.to_summary(row) for row in found]

    def document(self, document_id: str) -> Document:
        """A whole document. Raises `NoSuchDocument`."""
        with self._reading() as connection:
            row = connection.execute(_whole(document_id)).first()
            if row is None:
                raise NoSuchDocument(id=document_id)
            cut = connection.execute(
                select(passages).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
            ).all()
        passages_of = tuple(rows.to_passage(one, row.text[one.start : one.end]) for one in cut)
        return Document(rows.to_summary(row), row.text, rows.to_blocks(row.blocks), passages_of)

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """All versions of a document, newest first. Raises `NoSuchDocument`."""
        query = (
            rows.summary(current=False)
            .add_columns(versions.c.created_at)
            .where(documents.c.id == document_id)
            .order_by(versions.c.number.desc())
        )
        with self._reading() as connection:
            found = connection.execute(query).all()
        if not found:
            raise NoSuchDocument(id=document_id)
        return tuple(Version(rows.to_summary(row), row.created_at.replace(tzinfo=UTC)) for row in found)

    def version(self, document_id: str, number: int) -> Document:
        """A document as it was in one of its versions, without passages: those are kept of the current one only.

        Raises `NoSuchDocument`, `NoSuchVersion`.
        """
        with self._reading() as connection:
            row = connection.execute(_whole(document_id, number)).first()
            if row is None and connection.scalar(select(exists().where(documents.c.id == document_id))):
                raise NoSuchVersion(id=document_id, number=number)
        if row is None:
            raise NoSuchDocument(id=document_id)
        return Document(rows.to_summary(row), row.text, rows.to_blocks(row.blocks), ())

    def original(self, document_id: str) -> StoredFile:
        """The file that a document's current version was read from. Raises `NoSuchDocument`."""
        query = (
            rows.summary()
            .join(originals, originals.c.sha256 == versions.c.original)
            .with_only_columns(originals.c.name, originals.c.data)
            .where(documents.c.id == document_id)
        )
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NoSuchDocument(id=document_id)
        return StoredFile(row.name, row.data)

    def fact(self, name: str) -> str | None:
        """What is kept under a name of `facts`."""
        with self._reading() as connection:
            return connection.scalar(select(facts.c.value).where(facts.c.name == name))

    def keep_fact(self, name: str, value: str) -> None:
        """Keep `value` under a name of `facts`, in place of what was there."""
        with self._writing() as connection:
            writes.put_fact(connection, name, value)

    def passage_rows(self, ids: Collection[str], model: str) -> dict[str, PassageRow]:
        """Passages by id, with their words and their vectors."""
        found: dict[str, PassageRow] = {}
        with self._reading() as connection:
            for some in _batched(sorted(ids)):
                query = rows.with_vectors(model).where(passages.c.id.in_(some)).add_columns(rows.TEXT)
                for row in connection.execute(query):
                    passage = rows.to_passage(row, row.passage_text)
                    found[row.id] = PassageRow(passage, tuple(row.terms), row.places, rows.to_vectors(row))
        return found

    def index_rows(self, model: str, document_ids: Collection[str] | None = None) -> Iterator[IndexRow]:
        """The passages of all documents, or of some, in order of document and ordinal."""
        query = rows.with_vectors(model).order_by(passages.c.document_id, passages.c.ordinal)
        with self._reading() as connection:
            parts: Iterable[Select[Any]] = [query]
            if document_ids is not None:
                parts = [
                    query.where(passages.c.document_id.in_(some)) for some in _batched(sorted(document_ids))
                ]
            for part in parts:
                for row in connection.execution_options(yield_per=500).execute(part):
                    stored = rows.to_vectors(row)
                    yield IndexRow(row.id, row.document_id, row.language, tuple(row.terms), stored)

    def texts_without_vectors(self, model: str) -> dict[str, tuple[str, str]]:
        """Texts of passages that have no vectors by `model`: key to text and language."""
        has = exists().where(vectors.c.text_key == passages.c.text_key, vectors.c.model == model)
        query = rows.current(passages.c.text_key, passages.c.language, rows.TEXT).where(~has)
        with self._reading() as connection:
            return {row.text_key: (row.passage_text, row.language) for row in connection.execute(query)}

    def change(self) -> int:
        """The number of the last change; 0 in a new knowledge base."""
        with self._reading() as connection:
            return connection.scalar(select(func.max(changes.c.number))) or 0

    def changed_since(self, number: int) -> set[str]:
        """The documents that were added, updated or removed after change `number`."""
        with self._reading() as connection:
            return set(connection.scalars(select(changes.c.document_id).where(changes.c.number > number)))

    def counts(self) -> tuple[int, int]:
        """How many passages and how many vectors there are."""
        with self._reading() as connection:
            stored = connection.scalar(select(func.count()).select_from(passages)) or 0
            return stored, connection.scalar(select(func.count()).select_from(vectors)) or 0

    def bytes_on_disk(self) -> int:
        """The size of the database files."""
        return sum(path.stat().st_size for path in self._home.glob(NAME + "*"))

    def problems(self, model: str) -> list[Problem]:
        """What is wrong with the stored data: damaged pages, missing vectors, changed bytes or texts."""
        with self._reading() as connection:
            checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            found = [Problem("damaged_database", line) for line in checked if line != "ok"]
            query = rows.with_vectors(model, required=False).add_columns(rows.TEXT, vectors.c.checksum)
            for row in connection.execution_options(yield_per=500).execute(query):
                if row.sentence is None:
                    found.append(Problem("no_vectors", row.id))
                elif rows.to_vectors(row).checksum != row.checksum:
                    found.append(Problem("changed_vectors", row.id))
                if key_of(row.passage_text) != row.text_key:
                    found.append(Problem("changed_text", row.id))
        return found


def _batched(keys: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(keys), BATCH):
        yield keys[at : at + BATCH]


def _whole(document_id: str, number: int | None = None) -> Select[Any]:
    """A document with its text and blocks: as it is, or as it was in version `number`."""
    query = rows.summary(current=number is None).add_columns(versions.c.text, versions.c.blocks)
    query = query.where(documents.c.id == document_id)
    return query if number is None else query.where(versions.c.number == number)
