"""The only SQL: reads and writes the database that is the truth, and keeps the log that indexes follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, func, or_, select, text, update

from ingest.models import Manuscript
from kb.errors import FileWithheld, NoSuchDocument, NoSuchVersion
from kb.events import MadeEvent
from kb.models import (
    Document,
    DocumentSummary,
    DocumentVersion,
    IngestOutcome,
    OutcomeStatus,
    State,
    StoredFile,
)
from kb.storage import row_mapping, statements
from kb.storage.database import Also, Database, nothing
from kb.storage.records import (
    Corrections,
    DocumentRevision,
    IncomingDocument,
    IndexRow,
    IntegrityProblem,
    KnownDocument,
    ParsedFile,
    PassageRow,
    StoredVectors,
    key_of,
)
from kb.storage.row_mapping import PUBLISHED
from kb.storage.schema import changes, documents, events, facts, originals, passages, vectors, versions

BATCH = 500  # keys in one IN list
_DRAFTS: tuple[State, ...] = ("draft",)
_REMOVED: tuple[State, ...] = ("removed",)
NOT_REMOVED: tuple[State, ...] = ("draft", "published")

AlsoAdded = Callable[
    [Connection, tuple[IngestOutcome, ...]], None
]  # what else is written with the documents of a file


def nothing_more(_connection: Connection, _added: tuple[IngestOutcome, ...]) -> None:
    """The `AlsoAdded` that writes nothing."""


class DocumentStore:
    """The database of one knowledge base. Threads may share it; each call has its own transaction."""

    def __init__(self, database: Database) -> None:
        """Read and write `database`."""
        self._database = database

    # ---- in

    def known_input(self, input_key: str, origin: str) -> tuple[KnownDocument, ...]:
        """The documents that came from the same bytes and facts, if reading them again would change nothing.

        That is so when all of them are still there and `origin` has not given others since.
        """
        from_origin = or_(
            documents.c.identity == origin, documents.c.identity.startswith(origin + "#", autoescape=True)
        )
        with self._database.reading() as connection:
            query = row_mapping.known().add_columns(originals.c.documents)
            found = connection.execute(query.where(versions.c.input == input_key)).all()
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
        return Manuscript(row.text, row_mapping.to_blocks(row.blocks))

    def events(self) -> tuple[MadeEvent, ...]:
        """The events that editors made or changed, by slug."""
        with self._database.reading() as connection:
            return tuple(
                map(row_mapping.to_event, connection.execute(select(events).order_by(events.c.slug)))
            )

    def event_called(self, slug: str) -> str | None:
        """The name of the event that has, or had, this slug among those that were made or renamed."""
        former = func.json_each(events.c.former).table_valued("value")
        had = exists(select(former.c.value).where(former.c.value == slug))
        query = select(events.c.name).where(or_(events.c.slug == slug, had)).order_by(events.c.slug != slug)
        with self._database.reading() as connection:
            return connection.scalar(query.limit(1))

    def missing_vectors(self, keys: Collection[str], model: str) -> set[str]:
        """Those of `keys` that have no vectors by `model` yet."""
        missing = set(keys)
        with self._database.reading() as connection:
            for some in _batched(sorted(keys)):
                query = select(vectors.c.text_key).where(
                    vectors.c.model == model, vectors.c.text_key.in_(some)
                )
                missing.difference_update(connection.scalars(query))
        return missing

    def put(
        self,
        reading: ParsedFile,
        known: Sequence[IngestOutcome],
        made: Mapping[str, StoredVectors],
        model: str,
        state: State,
        also: AlsoAdded,
    ) -> tuple[IngestOutcome, ...]:
        """Write the documents of a file, their passages and the vectors that were `made` of their texts.

        All of it in one transaction, with what `also` writes. New ones, and such as were removed, get `state`.
        Returns what became of them, after those that are `known`.
        """
        added = list(known)
        with self._database.writing() as connection:
            for read in reading.drafts:
                draft = statements.settled(connection, read)
                same = statements.known_content(connection, draft)
                if same:
                    added.append(IngestOutcome("unchanged", same.id, same.title, same.passages))
                    continue
                outcome: OutcomeStatus = "updated" if statements.is_there(connection, draft) else "added"
                if not statements.brought_back(connection, draft, state):
                    statements.put_original(connection, reading.original)
                    number = statements.put_version(connection, draft, reading.original.sha256, state)
                    statements.put_rest(connection, draft, number, made, model)
                added.append(IngestOutcome(outcome, draft.id, draft.description.title, len(draft.passages)))
            also(connection, tuple(added))
        return tuple(added)

    def stored(
        self, document_id: str, states: Collection[State] = NOT_REMOVED, number: int | None = None
    ) -> DocumentRevision:
        """A document as it is, or as it was in version `number`. Raises `NoSuchDocument`, `NoSuchVersion`."""
        with self._database.reading() as connection:
            row = connection.execute(_whole(document_id, states, number)).first()
            if row is None:
                raise _missing(connection, document_id, states, number)
        return row_mapping.to_revision(row)

    def draft_of(self, document_id: str, states: Collection[State] = NOT_REMOVED) -> IncomingDocument:
        """The current version of a document, not removed, as it came in. Raises `NoSuchDocument`."""
        return self.stored(document_id, states).draft

    def revise(
        self,
        changed: Sequence[DocumentRevision],
        made: Mapping[str, StoredVectors],
        model: str,
        also: Also = nothing,
    ) -> bool:
        """Write new versions of documents, in any state: all of them in one transaction, with what `also` writes.

        Each is what `stored` gave, changed; a draft without passages keeps those that are there, since its text
        is the same. Versions that tell nothing new are not written: only what is `corrected` is. Returns False,
        and writes nothing, when one of them has another current version meanwhile.
        """
        with self._database.writing() as connection:
            for one in changed:
                if not statements.is_current(connection, one):
                    return False
            for one in changed:
                statements.put_revision(connection, one, made, model)
            also(connection)
        return True

    def add_vectors(self, made: Mapping[str, StoredVectors], model: str) -> None:
        """Write vectors of texts that are there, made by another model; not of what was purged meanwhile."""
        with self._database.writing() as connection:
            for some in _batched(sorted(made)):
                there = connection.scalars(select(passages.c.text_key).where(passages.c.text_key.in_(some)))
                statements.put_vectors(connection, {key: made[key] for key in set(there)}, model)

    def publish(self, ids: Collection[str], also: Also = nothing) -> None:
        """Publish drafts as they are now: all of them or none. Raises `NoSuchDocument` for one that is no draft."""
        self._settle(ids, _DRAFTS, {"state": "published", "public_from": documents.c.version}, also)

    def remove(
        self, ids: Collection[str], also: Also = nothing, states: Collection[State] = NOT_REMOVED
    ) -> None:
        """Remove documents until they are brought back or purged: all of them or none.

        Raises `NoSuchDocument` for one that is in none of `states`.
        """
        self._settle(ids, states, {"removed_at": datetime.now(UTC).replace(tzinfo=None)}, also)

    def bring_back(self, ids: Collection[str], also: Also = nothing) -> None:
        """Undo removals: all of them or none. Raises `NoSuchDocument` for one that is not removed."""
        self._settle(ids, _REMOVED, {"removed_at": None}, also)

    def _settle(
        self, ids: Collection[str], states: Collection[State], values: Mapping[str, object], also: Also
    ) -> None:
        """Set columns of documents that are in one of `states`."""
        with self._database.writing() as connection:
            for one in ids:
                those = update(documents).where(documents.c.id == one, row_mapping.STATE.in_(states))
                if not connection.execute(those.values(values)).rowcount:
                    raise NoSuchDocument(id=one)
                statements.note_change(connection, one)
            also(connection)

    def purge(
        self, ids: Collection[str], also: Also = nothing, states: Collection[State] = row_mapping.ALL
    ) -> None:
        """Delete documents with their versions, passages, and what nothing else uses any more.

        Of a file that gave other documents too, these keep their own text in its place.

        Raises `NoSuchDocument` when one is in none of `states`; then none is deleted.
        """
        with self._database.writing() as connection:
            statements.part_files(connection, ids)
            for one in ids:
                that = delete(documents).where(documents.c.id == one, row_mapping.STATE.in_(states))
                if not connection.execute(that).rowcount:
                    raise NoSuchDocument(id=one)
                statements.note_change(connection, one)
            statements.sweep(connection)
            also(connection)

    def adopt_model(self, model: str) -> None:
        """Search the vectors of `model` from now on and drop all others; every passage must have its own."""
        with self._database.writing() as connection:
            statements.put_fact(connection, "model", model)
            connection.execute(delete(vectors).where(vectors.c.model != model))

    # ---- out

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
            for some in _batched(sorted(ids)):
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
        return Document(row_mapping.to_summary(row), row.text, row_mapping.to_blocks(row.blocks), passages_of)

    def versions(
        self, document_id: str, states: Collection[State] = PUBLISHED
    ) -> tuple[DocumentVersion, ...]:
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
        return tuple(
            DocumentVersion(row_mapping.to_summary(row), row.created_at.replace(tzinfo=UTC)) for row in found
        )

    def version(self, document_id: str, number: int, states: Collection[State] = PUBLISHED) -> Document:
        """A document as it was in one of its versions, without passages: those are kept of the current one only.

        Raises `NoSuchDocument`, `NoSuchVersion`.
        """
        with self._database.reading() as connection:
            row = connection.execute(_whole(document_id, states, number)).first()
            if row is None:
                raise _missing(connection, document_id, states, number)
        return Document(row_mapping.to_summary(row), row.text, row_mapping.to_blocks(row.blocks), ())

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
            beside = and_(
                row_mapping.of_one_file(row.identity, row.sha256), row_mapping.STATE.not_in(PUBLISHED)
            )
            if (
                states == PUBLISHED
                and row.documents > 1
                and connection.scalar(select(exists().where(beside)))
            ):
                raise FileWithheld
        return StoredFile(row.name, row.data)

    def fact(self, name: str) -> str | None:
        """What is kept under a name of `facts`."""
        with self._database.reading() as connection:
            return connection.scalar(select(facts.c.value).where(facts.c.name == name))

    def keep_fact(self, name: str, value: str) -> None:
        """Keep `value` under a name of `facts`, in place of what was there."""
        with self._database.writing() as connection:
            statements.put_fact(connection, name, value)

    def passage_rows(self, ids: Collection[str], model: str) -> dict[str, PassageRow]:
        """Passages by id, with their words and their vectors."""
        found: dict[str, PassageRow] = {}
        with self._database.reading() as connection:
            for some in _batched(sorted(ids)):
                query = (
                    row_mapping.with_vectors(model)
                    .where(passages.c.id.in_(some))
                    .add_columns(row_mapping.TEXT)
                )
                for row in connection.execute(query):
                    passage = row_mapping.to_passage(row, row.passage_text)
                    found[row.id] = PassageRow(
                        passage, tuple(row.terms), row.places, row_mapping.to_vectors(row)
                    )
        return found

    def index_rows(self, model: str, document_ids: Collection[str] | None = None) -> Iterator[IndexRow]:
        """The passages of all published documents, or of some, in order of document and ordinal."""
        published = row_mapping.with_vectors(model).where(row_mapping.STATE.in_(PUBLISHED))
        query = published.order_by(passages.c.document_id, passages.c.ordinal)
        with self._database.reading() as connection:
            parts: Iterable[Select[Any]] = [query]
            if document_ids is not None:
                parts = [
                    query.where(passages.c.document_id.in_(some)) for some in _batched(sorted(document_ids))
                ]
            for part in parts:
                for row in connection.execution_options(yield_per=500).execute(part):
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
            query = row_mapping.with_vectors(model, required=False).add_columns(
                row_mapping.TEXT, vectors.c.checksum
            )
            for row in connection.execution_options(yield_per=500).execute(query):
                if row.sentence is None:
                    found.append(IntegrityProblem("no_vectors", row.id))
                elif row_mapping.to_vectors(row).checksum != row.checksum:
                    found.append(IntegrityProblem("changed_vectors", row.id))
                if key_of(row.passage_text) != row.text_key:
                    found.append(IntegrityProblem("changed_text", row.id))
        return found


def _batched(keys: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(keys), BATCH):
        yield keys[at : at + BATCH]


def _whole(document_id: str, states: Collection[State], number: int | None = None) -> Select[Any]:
    """A document with its text and blocks: as it is, or as it was in version `number`."""
    query = row_mapping.summary(current=number is None, states=states).add_columns(
        versions.c.text,
        versions.c.blocks,
        versions.c.content,
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
