"""`KnowledgeBase`: what goes in, what comes out, and the proof that the index agrees with the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import TypeVar

from index.calibration import Calibration
from index.encoder import Encoder, load_encoder, name_of
from index.errors import IndexingError
from index.in_memory import InMemoryIndex
from index.models import IndexQuery, MakeIndex, Neighbour, PassageIndex, ScoredPassage, SearchScope
from index.ranking import ScoredGroup, baseline_score, grouped
from ingest.models import StatedMetadata
from ingest.spelling.suggest import SpellingHint, suggest
from ingest.text.custom_words import WordList
from ingest.text.normalise import normalise
from kb.errors import ModelMismatch, NoSuchDocument, Unusable
from kb.events import Event, MadeEvent, events_of
from kb.models import (
    LANGUAGES,
    AlignedPair,
    CollectionStatus,
    Document,
    DocumentSummary,
    DocumentVersion,
    IngestOutcome,
    MapPoint,
    RelatedDocument,
    ResultPage,
    SearchQuery,
    SearchResult,
    State,
    StoredFile,
)
from kb.pipeline import stages
from kb.pipeline.stages import ProgressCallback, no_progress
from kb.search import results
from kb.search.alignment import aligned
from kb.search.calibration import calibration_for
from kb.search.document_map import DocumentMap
from kb.search.index_sync import IndexedCollection, IndexSync
from kb.settings import Settings
from kb.storage.database import Also, Database, nothing
from kb.storage.records import (
    DocumentRevision,
    IncomingDocument,
    IntegrityProblem,
    KnownDocument,
    OriginalFile,
    ParsedFile,
    StoredVectors,
)
from kb.storage.repository import NOT_REMOVED, AlsoAdded, DocumentStore, nothing_more
from kb.storage.row_mapping import ALL
from kb.storage.statements import VectorsSwept
from kb.vocabulary.custom_dictionary import CustomDictionaryFile
from kb.vocabulary.glossary import Glossary, GlossaryFile

T = TypeVar("T")

REENCODED_AT_ONCE = 64  # texts whose vectors `reindex` writes in one transaction


class KnowledgeBase:
    """Documents in two languages that are searched as one. Threads may share it.

    The model is loaded when it is first needed: listing and removing documents do without.
    """

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        make_index: MakeIndex = InMemoryIndex,
    ) -> None:
        """Open the knowledge base in `settings.home`, made if it is not there.

        `encoder` stands in for the model that the settings name; `make_index` makes an empty index from the
        dimension of its vectors and the calibration. Raises `HomeUnusable`.
        """
        self.settings = settings
        self._given_encoder, self._make_index = encoder, make_index
        self.database = Database(settings.home)
        self._store = DocumentStore(self.database)
        self._words = CustomDictionaryFile(settings.home)
        self._glossary = GlossaryFile(settings.home, self.own_words)
        self._live = IndexSync(self._store, self._empty_index, lambda: self.model)
        self._atlas = DocumentMap(self._store, self._live)
        self._listed: tuple[int, tuple[DocumentSummary, ...]] = (0, ())  # all documents after a change
        # The events of some documents, with what editors made.
        self._gathered: tuple[tuple[DocumentSummary, ...], tuple[MadeEvent, ...], tuple[Event, ...]] = (
            (),
            (),
            (),
        )
        self._asked = lru_cache(maxsize=256)(self._ask)
        self._usual = lru_cache(maxsize=256)(self._ordinary)

    def close(self) -> None:
        """Give the files back."""
        self.database.close()

    # ---- in: bytes → drafts → vectors → one transaction → (on the next search) index

    def add(
        self, data: bytes, *, name: str, origin: str | None = None, stated: StatedMetadata | None = None
    ) -> tuple[IngestOutcome, ...]:
        """Bring in a file: one document, or one for each row of a table. A document goes in whole or not at all.

        `name` is the file's name and `origin` where it lies: a changed file from the same origin is a new
        version. `stated` facts win over those found. Raises `NotAdded`, `ModelMismatch`, `Unusable`.
        """
        (added,) = self.keep([self.read(data, name=name, origin=origin, stated=stated)])
        return added

    def read(
        self,
        data: bytes,
        *,
        name: str,
        origin: str | None = None,
        stated: StatedMetadata | None = None,
        follow: ProgressCallback = no_progress,
    ) -> ParsedFile:
        """The first half of `add`, which writes nothing: parse, normalise, describe, cut. Raises as `add` does."""
        self.require_model()
        origin, stated = origin or name, stated or StatedMetadata()
        known = self._store.known_input(stages.input_key(data, stated), origin)
        if known:
            return ParsedFile(known, (), OriginalFile(name, data, len(known)))
        count = self.encoder.count_tokens
        drafts = stages.incoming_documents(
            data, name, origin, stated, count, self.own_words(), self._store, follow
        )
        return ParsedFile((), drafts, OriginalFile(name, data, len(drafts)))

    def keep(
        self,
        readings: Sequence[ParsedFile],
        *,
        state: State = "published",
        follow: ProgressCallback = no_progress,
        also: AlsoAdded = nothing_more,
    ) -> Iterator[tuple[IngestOutcome, ...]]:
        """The second half: encode what is new in all of them together, then write file by file.

        A file's documents go in together or not at all, with what `also` writes. `state` is that of new ones.
        """
        drafts = [draft for reading in readings for draft in reading.drafts]
        made = self.vectors_for(drafts, follow)
        for reading in readings:
            known = tuple(map(_unchanged, reading.known))
            put = partial(self._store.put, reading, known, model=self.model, state=state, also=also)
            yield self.written(reading.drafts, made, put)

    def written(
        self, drafts: Iterable[IncomingDocument], made: dict[str, StoredVectors], write: Callable[..., T]
    ) -> T:
        """What `write` gives, called with the vectors `made`; with those too that a purge took meanwhile."""
        try:
            return write(made=made)
        except VectorsSwept:
            return write(made=made | self.vectors_for(drafts))

    def vectors_for(
        self, drafts: Iterable[IncomingDocument], follow: ProgressCallback = no_progress
    ) -> dict[str, StoredVectors]:
        """The vectors of those texts of the drafts that have none yet, by key."""
        texts: dict[str, tuple[str, str]] = {}
        for draft in drafts:
            texts.update(stages.texts_of(draft))
        missing = self._store.missing_vectors(texts, self.model)
        wanted = {key: text for key, text in texts.items() if key in missing}
        return dict(stages.make_vectors(wanted, self.encoder, self.calibration, follow))

    def warm_up(self) -> None:
        """Load the model and fill the index now, so that the first search does not wait."""
        self.search(SearchQuery("สะพาน"))

    # ---- what editors do with documents that are there

    def stored(
        self, document_id: str, states: Collection[State] = NOT_REMOVED, number: int | None = None
    ) -> DocumentRevision:
        """A document as it is kept, or as it was in version `number`. Raises `NoSuchDocument`, `NoSuchVersion`."""
        return self._store.stored(document_id, states, number)

    def revise(self, changed: Sequence[DocumentRevision], *, cut: bool = False, also: Also = nothing) -> bool:
        """Write new versions of documents, all in one transaction; what `stored` gave is changed in them.

        `cut`: their texts are others too, so that they are cut and encoded. Versions that tell nothing new are
        not written, only what editors `corrected` is. Returns False, and writes nothing, when somebody else
        changed one of them meanwhile. With `cut`, raises `ModelMismatch`, `Unusable`.
        """
        made: dict[str, StoredVectors] = {}
        if cut:
            self.require_model()
            count, own = self.encoder.count_tokens, self.own_words()
            changed = [replace(one, draft=stages.cut(one.draft, count, own)) for one in changed]
            made = self.vectors_for([one.draft for one in changed])
        revise = partial(self._store.revise, changed, model=self.model if cut else "", also=also)
        return self.written([one.draft for one in changed], made, revise)

    def publish(self, ids: Collection[str], also: Also = nothing) -> None:
        """Let readers find drafts: all of `ids` or none. Raises `NoSuchDocument`."""
        self._store.publish(ids, also)

    def remove(
        self, ids: Collection[str], also: Also = nothing, states: Collection[State] = NOT_REMOVED
    ) -> None:
        """Take documents out, so that nobody finds them; they can be brought back until they are purged.

        All of `ids` or none. Raises `NoSuchDocument` for one that is in none of `states`.
        """
        self._store.remove(ids, also, states)

    def bring_back(self, ids: Collection[str], also: Also = nothing) -> None:
        """Undo removals: each is published, or a draft, as before. All of `ids` or none. Raises `NoSuchDocument`."""
        self._store.bring_back(ids, also)

    def purge(self, ids: Collection[str], also: Also = nothing, states: Collection[State] = ALL) -> None:
        """Delete documents for good with all that is theirs: all of `ids` or none.

        Raises `NoSuchDocument` for one that is in none of `states`.
        """
        self._store.purge(ids, also, states)

    # ---- out: query → question → candidates → groups → results with evidence → page

    def search(self, query: SearchQuery) -> ResultPage:
        """The documents that answer, best first.

        Raises `BadQuery`, `ModelMismatch`, `Unusable`, and `BadGlossary` or `Unreadable` as `GlossaryFile` does.
        """
        (page,) = self._pages(query, (query.languages,))
        return page

    def by_language(self, query: SearchQuery) -> tuple[ResultPage, ...]:
        """The same search with the passages of each of `LANGUAGES` on a page of their own.

        Strengths, facets and `answered_in` are those of the search as one list. Raises as `search` does.
        """
        return self._pages(query, [(language,) for language in LANGUAGES])

    def _pages(self, query: SearchQuery, parts: Iterable[tuple[str, ...]]) -> tuple[ResultPage, ...]:
        """One page for each of `parts`, which are languages of passages; none means all."""
        started = time.perf_counter()
        results.validate(query)
        text, glossary = normalise(query.text), self._glossary.current()
        asked = self._asked(text, glossary)
        found, catalogue = self._find(asked.question, query)
        groups = grouped(found)
        if results.narrowed(query):
            usual = self._usual(text, glossary, query.excluded_documents, self._live.change)
        else:
            usual = baseline_score([group.score for group in groups], asked.certainty.floor)
        facets = results.facets_of(catalogue[group.id] for group in groups)
        answered = results.answered_in(found, usual, asked.certainty)
        pages = []
        for languages in parts:
            those = grouped(one for one in found if not languages or one.language in languages)
            pages.append(
                ResultPage(
                    query=query,
                    query_language=asked.question.language,
                    total=len(those),
                    results=self._results(those, catalogue, asked, query, usual),
                    facets=facets,
                    took_ms=(time.perf_counter() - started) * 1000,
                    answered_in=answered,
                )
            )
        return tuple(pages)

    def _ordinary(self, text: str, glossary: Glossary, excluded: frozenset[str], _change: int) -> float:
        """The log-odds of what a question finds anyway after a change; no filter makes a result seem stronger."""
        asked = self._asked(text, glossary)
        found, _ = self._find(asked.question, SearchQuery(text, excluded_documents=excluded))
        return baseline_score([group.score for group in grouped(found)], asked.certainty.floor)

    def _ask(self, text: str, glossary: Glossary) -> results.PreparedQuery:
        return results.prepare(text, self.encoder, self.calibration, glossary)

    def _find(
        self, question: IndexQuery, query: SearchQuery
    ) -> tuple[list[ScoredPassage], dict[str, DocumentSummary]]:
        with self._live.lock:
            live = self._current()
            if not question.terms:  # nothing but spaces and punctuation: an empty query finds nothing
                return [], live.catalogue
            found = live.index.search(question, results.scope_of(query, live.catalogue))
            return [one for one in found if one.group in live.catalogue], live.catalogue

    def _results(
        self,
        groups: list[ScoredGroup[ScoredPassage]],
        catalogue: dict[str, DocumentSummary],
        asked: results.PreparedQuery,
        query: SearchQuery,
        usual: float,
    ) -> tuple[SearchResult, ...]:
        if query.sort == "date":
            groups = results.latest_first(groups, catalogue, usual, asked.certainty)
        page = groups[query.offset : query.offset + query.limit]
        shown = {found.id for group in page for found in group.members[: results.PASSAGES_SHOWN]}
        rows = self._store.passage_rows(shown, self.model)
        return tuple(
            results.result_of(group, catalogue[group.id], rows, asked, usual, explained=query.explain)
            for group in page
        )

    def related(self, document_id: str, limit: int = 5) -> tuple[RelatedDocument, ...]:
        """The documents closest in meaning, both languages in turn. Raises `NoSuchDocument`."""
        with self._live.lock:
            live = self._current()
            if document_id not in live.catalogue:
                raise NoSuchDocument(id=document_id)

            def near(one: str) -> list[Neighbour]:
                entries = [stages.to_entry(row) for row in self._store.index_rows(self.model, [one])]
                return live.index.near(entries, SearchScope(excluded=frozenset([one])))

            return results.related(live.catalogue[document_id], near, live.catalogue, limit)

    def aligned(self, document_id: str, other_id: str) -> tuple[AlignedPair, ...]:
        """The paragraphs of two documents beside each other, in order; all of both.

        Raises `NoSuchDocument`, `TooLong`.
        """
        left, right = self.document(document_id), self.document(other_id)
        passages = {passage.id for passage in (*left.passages, *right.passages)}
        return aligned(left, right, self._store.passage_rows(passages, self.model))

    def placed(self) -> tuple[MapPoint, ...]:
        """Where the documents lie on the map, in order of their ids."""
        self.require_model()
        return self._atlas.placed(self.model)

    def hint(self, text: str) -> SpellingHint | None:
        """What was probably meant, when a question looks mistyped and its words are not in the collection."""
        with self._live.lock:
            index = self._current().index
        # Without the lock, which searches wait for.
        return suggest(normalise(text), index.knows, self.own_words())

    def own_words(self) -> WordList:
        """The home's own Thai words as they are now. Raises `BadWords` or `Unreadable` as `ReloadingFile.current` does."""
        return self._words.current()

    def document(self, document_id: str) -> Document:
        """A whole document. Raises `NoSuchDocument`."""
        return self._store.document(document_id)

    def versions(self, document_id: str) -> tuple[DocumentVersion, ...]:
        """All versions of a document, newest first. Raises `NoSuchDocument`."""
        return self._store.versions(document_id)

    def version(self, document_id: str, number: int) -> Document:
        """A document as it was, without passages. Raises `NoSuchDocument`, `NoSuchVersion`."""
        return self._store.version(document_id, number)

    def original(self, document_id: str) -> StoredFile:
        """The file that a document was read from. Raises `NoSuchDocument`, `FileWithheld`."""
        return self._store.original(document_id)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, newest first."""
        change = self._store.change()
        if self._listed[0] != change:
            self._listed = (change, tuple(self._store.summaries()))
        return self._listed[1]

    def events(self) -> tuple[Event, ...]:
        """The events that documents come from, with what editors made of them, latest first."""
        documents, made = self.documents(), self._store.events()
        gathered = self._gathered
        if gathered[:2] != (documents, made):
            self._gathered = gathered = (documents, made, events_of(documents, made))
        return gathered[2]

    # ---- the model, and the index as a cache of the database

    @cached_property
    def encoder(self) -> Encoder:
        """The model, loaded on first use. Raises `Unusable`."""
        try:
            return self._given_encoder or load_encoder(self.settings.model, self.settings.cache.expanduser())
        except IndexingError as error:
            raise Unusable(error) from error

    @cached_property
    def calibration(self) -> Calibration:
        """What makes the languages comparable for this model. Raises `Unusable`."""
        try:
            return calibration_for(self._encoder_name, lambda: self.encoder.dimension, self.settings)
        except IndexingError as error:
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

    def _empty_index(self) -> PassageIndex:
        return self._make_index(self.encoder.dimension, self.calibration)

    def _current(self) -> IndexedCollection:
        """What is searched now; to be used under the lock of `_live`."""
        self.require_model()
        return self._live.current()

    def reindex(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Encode all passages with the model in use and search those vectors from now on.

        Returns how many texts were encoded. Stopped half-way, it goes on from there the next time, and the
        old vectors serve until it is through. `progress` is called with texts done and in all.
        """
        texts = self._store.texts_without_vectors(self.model)
        made = stages.make_vectors(texts, self.encoder, self.calibration)
        done = 0
        while some := dict(islice(made, REENCODED_AT_ONCE)):
            self._store.add_vectors(some, self.model)
            done += len(some)
            progress(done, len(texts))
        self._store.adopt_model(self.model)
        self._live.forget()
        return done

    def verify(self) -> tuple[IntegrityProblem, ...]:
        """What is wrong: damaged data, passages without vectors, an index that disagrees. Empty when all is well.

        Raises `BadGlossary`, `BadWords` or `Unreadable` when the glossary or the home's own words cannot be used.
        """
        self._glossary.check()
        self._words.check()
        stored = self._store.model()
        if stored is None:
            return ()
        problems = self._store.problems(stored)
        if problems or stored != self.model:
            return tuple(problems)
        with self._live.lock:
            index = self._current().index
            indexed = index.ids()
        there = {row.id for row in self._store.index_rows(self.model)}
        problems += [IntegrityProblem("not_indexed", one) for one in sorted(there - indexed)]
        problems += [IntegrityProblem("indexed_only", one) for one in sorted(indexed - there)]
        problems += [IntegrityProblem("index_parts_differ", one) for one in index.inconsistencies()]
        return tuple(problems)

    def indexed(self) -> tuple[int, int]:
        """The number of the last change that the index has followed, and how many passages it holds; at once."""
        return self._live.glance()

    def status(self) -> CollectionStatus:
        """What there is, counted."""
        documents = self.documents()
        facets = results.facets_of(documents)
        passages, vectors = self._store.counts()
        return CollectionStatus(
            documents=len(documents),
            passages=passages,
            vectors=vectors,
            samples=sum(one.sample for one in documents),
            by_language=facets.language,
            by_kind=facets.kind,
            model=self._store.model() or self.model,
            model_in_use=self.model,
            change=self._store.change(),
            indexed_change=self._live.change,
            bytes_on_disk=self.database.bytes_on_disk(),
        )


def _unchanged(known: KnownDocument) -> IngestOutcome:
    return IngestOutcome("unchanged", known.id, known.title, known.passages)
