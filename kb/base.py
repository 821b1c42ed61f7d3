"""`KnowledgeBase`: what goes in, what comes out, and the proof that the index agrees with the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from index.calibration import Calibration
from index.encoder import Encoder, load_encoder, name_of
from index.errors import IndexFault
from index.local import LocalIndex
from index.model import Entry, Found, MakeIndex, Neighbour, PassageIndex, Question, Scope
from index.ranking import Group, grouped, ordinary
from ingest.model import Facts
from ingest.normalise import normalise
from kb import answer, intake
from kb.calibrations import calibration_for
from kb.errors import ModelMismatch, NoSuchDocument, Unusable
from kb.glossary import Glossary, GlossaryFile
from kb.model import Added, Document, Outcome, Page, Query, Related, Result, Status, Summary
from kb.records import Draft, Known, Original, Problem, Reading, StoredVectors
from kb.settings import Settings
from kb.store import Store

REENCODED_AT_ONCE = 64  # texts whose vectors `reindex` writes in one transaction


class KnowledgeBase:
    """Documents in two languages that are searched as one. Threads may share it.

    The model is loaded when it is first needed: listing and removing documents do without.
    """

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        make_index: MakeIndex = LocalIndex,
    ) -> None:
        """Open the knowledge base in `settings.home`, made if it is not there.

        `encoder` stands in for the model that the settings name; `make_index` makes an empty index from the
        dimension of its vectors and the calibration. Raises `HomeUnusable`.
        """
        self.settings = settings
        self._given_encoder, self._make_index = encoder, make_index
        self._store = Store(settings.home)
        self._glossary = GlossaryFile(settings.home)
        self._lock = threading.RLock()  # guards the three below
        self._index: PassageIndex | None = None
        self._catalogue: dict[str, Summary] = {}
        self._followed = 0  # the last change that index and catalogue have taken in
        self._asked = lru_cache(maxsize=256)(self._ask)

    def close(self) -> None:
        """Give the files back."""
        self._store.close()

    # ---- in: bytes → drafts → vectors → one transaction → (on the next search) index

    def add(
        self, data: bytes, *, name: str, origin: str | None = None, stated: Facts | None = None
    ) -> tuple[Added, ...]:
        """Bring in a file: one document, or one for each row of a table. A document goes in whole or not at all.

        `name` is the file's name and `origin` where it lies: a changed file from the same origin is a new
        version. `stated` facts win over those found. Raises `NotAdded`, `ModelMismatch`, `Unusable`.
        """
        (added,) = self.keep([self.read(data, name=name, origin=origin, stated=stated)])
        return added

    def read(
        self, data: bytes, *, name: str, origin: str | None = None, stated: Facts | None = None
    ) -> Reading:
        """The first half of `add`, which writes nothing: parse, normalise, describe, cut. Raises as `add` does."""
        self.require_model()
        origin, stated = origin or name, stated or Facts()
        known = self._store.known_input(intake.input_key(data, stated), origin)
        if known:
            return Reading(known, (), Original(name, data, len(known)))
        drafts = intake.drafts(data, name, origin, stated, self.encoder.count_tokens)
        return Reading((), drafts, Original(name, data, len(drafts)))

    def keep(self, readings: Sequence[Reading]) -> Iterator[tuple[Added, ...]]:
        """The second half: encode what is new in all of them together, then write document by document."""
        texts: dict[str, tuple[str, str]] = {}
        for reading in readings:
            for draft in reading.drafts:
                texts.update(intake.texts_of(draft))
        missing = self._store.missing_vectors(texts, self.model)
        wanted = {key: text for key, text in texts.items() if key in missing}
        made = dict(intake.make_vectors(wanted, self.encoder, self.calibration))
        for reading in readings:
            added = [self._put(draft, reading.original, made) for draft in reading.drafts]
            yield (*map(_unchanged, reading.known), *added)

    def _put(self, draft: Draft, original: Original, made: Mapping[str, StoredVectors]) -> Added:
        known = self._store.known_content(draft)
        if known:
            return _unchanged(known)
        own = {key: made[key] for key in intake.texts_of(draft) if key in made}
        number = self._store.put(draft, original, own, self.model)
        status: Outcome = "added" if number == 1 else "updated"
        return Added(status, draft.id, draft.description.title, len(draft.passages))

    def warm_up(self) -> None:
        """Load the model and fill the index now, so that the first search does not wait."""
        self.search(Query("สะพาน"))

    def remove(self, document_id: str) -> None:
        """Take a document out, with all its versions. Raises `NoSuchDocument`."""
        self._store.remove(document_id)

    # ---- out: query → question → candidates → groups → results with evidence → page

    def search(self, query: Query) -> Page:
        """The documents that answer, best first.

        Raises `BadQuery`, `ModelMismatch`, `Unusable`, and `BadGlossary` or `Unreadable` as `GlossaryFile` does.
        """
        started = time.perf_counter()
        answer.check(query)
        asked = self._asked(normalise(query.text), self._glossary.current())
        found, catalogue = self._find(asked.question, query)
        groups = [group for group in grouped(found) if group.id in catalogue]
        return Page(
            query=query,
            query_language=asked.question.language,
            total=len(groups),
            results=self._results(groups, catalogue, asked, query),
            facets=answer.facets_of(catalogue[group.id] for group in groups),
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _ask(self, text: str, glossary: Glossary) -> answer.Asked:
        return answer.ask(text, self.encoder, self.calibration, glossary)

    def _find(self, question: Question, query: Query) -> tuple[list[Found], dict[str, Summary]]:
        with self._lock:
            index, catalogue = self._current()
            if not question.terms:  # nothing but spaces and punctuation: an empty query finds nothing
                return [], catalogue
            return index.search(question, answer.scope_of(query, catalogue)), catalogue

    def _results(
        self,
        groups: list[Group[Found]],
        catalogue: dict[str, Summary],
        asked: answer.Asked,
        query: Query,
    ) -> tuple[Result, ...]:
        page = groups[query.offset : query.offset + query.limit]
        shown = {found.id for group in page for found in group.members[: answer.PASSAGES_SHOWN]}
        rows = self._store.passage_rows(shown, self.model)
        usual = ordinary([group.score for group in groups], asked.certainty.floor)
        return tuple(
            answer.result_of(group, catalogue[group.id], rows, asked, usual, explained=query.explain)
            for group in page
        )

    def related(self, document_id: str, limit: int = 5) -> tuple[Related, ...]:
        """The documents closest in meaning, both languages in turn. Raises `NoSuchDocument`."""
        with self._lock:
            index, catalogue = self._current()
            if document_id not in catalogue:
                raise NoSuchDocument(id=document_id)

            def near(one: str) -> list[Neighbour]:
                return index.near(self._entries(one), Scope(excluded=frozenset([one])))

            return answer.related(catalogue[document_id], near, catalogue, limit)

    def _entries(self, document_id: str) -> list[Entry]:
        rows = self._store.index_rows(self.model, [document_id])
        return [intake.to_entry(row, self.encoder.dimension) for row in rows]

    def document(self, document_id: str) -> Document:
        """A whole document. Raises `NoSuchDocument`."""
        return self._store.document(document_id)

    def documents(self) -> tuple[Summary, ...]:
        """All documents, newest first."""
        return tuple(self._store.summaries())

    # ---- the model, and the index as a cache of the database

    @cached_property
    def encoder(self) -> Encoder:
        """The model, loaded on first use. Raises `Unusable`."""
        try:
            return self._given_encoder or load_encoder(self.settings.model, self.settings.cache.expanduser())
        except IndexFault as error:
            raise Unusable(error) from error

    @cached_property
    def calibration(self) -> Calibration:
        """What makes the languages comparable for this model. Raises `Unusable`."""
        try:
            return calibration_for(self._encoder_name, lambda: self.encoder.dimension, self.settings)
        except IndexFault as error:
            raise Unusable(error) from error

    @property
    def _encoder_name(self) -> str:
        return self._given_encoder.name if self._given_encoder else name_of(self.settings.model)

    @cached_property
    def model(self) -> str:
        """The name under which vectors are kept: that of the model and of its calibration."""
        return f"{self._encoder_name}+{self.calibration.name}"

    def require_model(self) -> None:
        """Make sure that the stored vectors are those of the model in use. Raises `ModelMismatch`."""
        stored = self._store.model()
        if stored is None:
            self._store.adopt_model(self.model)
        elif stored != self.model:
            raise ModelMismatch(stored=stored, current=self.model)

    def _current(self) -> tuple[PassageIndex, dict[str, Summary]]:
        """The index and the catalogue, after taking in what has changed since they were last used."""
        with self._lock:
            self.require_model()
            change = self._store.change()
            if self._index is None:
                self._index = self._make_index(self.encoder.dimension, self.calibration)
                self._follow(self._index, None)
            elif change > self._followed:
                self._follow(self._index, self._store.changed_since(self._followed))
            self._followed = change
            return self._index, self._catalogue

    def _follow(self, index: PassageIndex, changed: set[str] | None) -> None:
        """Bring index and catalogue up to date: `changed` documents, or all of them."""
        rows: dict[str, list[Entry]] = {one: [] for one in changed or ()}
        for row in self._store.index_rows(self.model, changed):
            rows.setdefault(row.document_id, []).append(intake.to_entry(row, self.encoder.dimension))
        for document_id, entries in rows.items():
            index.replace(document_id, entries)
        kept = {} if changed is None else {k: v for k, v in self._catalogue.items() if k not in changed}
        self._catalogue = kept | {one.id: one for one in self._store.summaries(changed)}

    def reindex(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Encode all passages with the model in use and search those vectors from now on.

        Returns how many texts were encoded. Stopped half-way, it goes on from there the next time, and the
        old vectors serve until it is through. `progress` is called with texts done and in all.
        """
        texts = self._store.texts_without_vectors(self.model)
        made = intake.make_vectors(texts, self.encoder, self.calibration)
        done = 0
        while some := dict(islice(made, REENCODED_AT_ONCE)):
            self._store.add_vectors(some, self.model)
            done += len(some)
            progress(done, len(texts))
        self._store.adopt_model(self.model)
        with self._lock:
            self._index = None
        return done

    def verify(self) -> tuple[Problem, ...]:
        """What is wrong: damaged data, passages without vectors, an index that disagrees. Empty when all is well.

        Raises `BadGlossary` or `Unreadable` when the glossary cannot be used.
        """
        self._glossary.current()
        stored = self._store.model()
        if stored is None:
            return ()
        problems = self._store.problems(stored)
        if problems or stored != self.model:
            return tuple(problems)
        with self._lock:
            index, _ = self._current()
            indexed = index.ids()
        there = {row.id for row in self._store.index_rows(self.model)}
        problems += [Problem("not_indexed", one) for one in sorted(there - indexed)]
        problems += [Problem("indexed_only", one) for one in sorted(indexed - there)]
        problems += [Problem("index_parts_differ", one) for one in index.inconsistencies()]
        return tuple(problems)

    def status(self) -> Status:
        """What there is, counted."""
        documents = self.documents()
        facets = answer.facets_of(documents)
        passages, vectors = self._store.counts()
        with self._lock:
            followed = self._followed
        return Status(
            documents=len(documents),
            passages=passages,
            vectors=vectors,
            samples=sum(one.sample for one in documents),
            by_language=facets.language,
            by_kind=facets.kind,
            model=self._store.model() or self.model,
            model_in_use=self.model,
            change=self._store.change(),
            indexed_change=followed,
            bytes_on_disk=self._store.bytes_on_disk(),
        )


def _unchanged(known: Known) -> Added:
    return Added("unchanged", known.id, known.title, known.passages)
