"""Search: a question to documents with evidence; related documents, the map, two documents side by side."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache

from index.models import Background, IndexQuery, Neighbour, ScoredPassage, SearchScope
from index.ranking import ScoredGroup, StrengthScale, grouped, strength_scale
from ingest.spelling.suggest import SpellingHint, suggest
from ingest.text.normalise import normalise
from kb.embedding.model import EmbeddingModel
from kb.embedding.vectors import to_entry
from kb.errors import NoSuchDocument
from kb.models import (
    LANGUAGES,
    AlignedPair,
    DocumentSummary,
    MapPoint,
    RelatedDocument,
    ResultPage,
    SearchQuery,
    SearchResult,
)
from kb.search import results
from kb.search.alignment import aligned
from kb.search.document_map import DocumentMap
from kb.search.index_sync import IndexSync
from kb.storage.database import Database
from kb.storage.reader import DocumentReader
from kb.vocabulary.custom_dictionary import CustomDictionaryFile
from kb.vocabulary.glossary import GlossaryFile
from kb.vocabulary.thesaurus import Thesaurus

_REMEMBERED = 256  # questions that are kept encoded


class Searcher:
    """Searches the published documents of one knowledge base. Threads may share it."""

    def __init__(
        self,
        database: Database,
        model: EmbeddingModel,
        index: IndexSync,
        glossary: GlossaryFile,
        dictionary: CustomDictionaryFile,
    ) -> None:
        self._reader, self._model, self._index = DocumentReader(database), model, index
        self._glossary, self._dictionary = glossary, dictionary
        self._map = DocumentMap(database, index, model)
        self._prepared = lru_cache(maxsize=_REMEMBERED)(self._prepare)
        self._unfiltered = lru_cache(maxsize=_REMEMBERED)(self._unfiltered_of)

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
        text, thesaurus = normalise(query.text), self._glossary.current()
        prepared = self._prepared(text, thesaurus)
        if results.narrowed(query):
            change, _ = self._index.glance()
            background, scale = self._unfiltered(text, thesaurus, query.excluded_documents, change)
            found, catalogue = self._find(prepared.question, query, background)
        else:
            found, catalogue = self._find(prepared.question, query)
            scale = self._scale(prepared, found)
        groups = grouped(found)
        facets = results.facets_of(catalogue[group.id] for group in groups)
        answered, missing = results.answered_in(found, scale), self._missing(prepared)
        pages = []
        for languages in parts:
            shown = grouped(one for one in found if not languages or one.language in languages)
            pages.append(
                ResultPage(
                    query=query,
                    query_language=prepared.question.language,
                    total=len(shown),
                    results=self._results(shown, catalogue, prepared, query, scale),
                    facets=facets,
                    took_ms=(time.perf_counter() - started) * 1000,
                    answered_in=answered,
                    missing=missing,
                )
            )
        return tuple(pages)

    def _unfiltered_of(
        self, text: str, thesaurus: Thesaurus, excluded: frozenset[str], _change: int
    ) -> tuple[Background, StrengthScale]:
        """What a question finds anyway after a change, and how sure that is: no filter makes a result seem stronger."""
        prepared, everywhere = self._prepared(text, thesaurus), SearchQuery(text, excluded_documents=excluded)
        with self._index.searching() as collection:
            scope = results.scope_of(everywhere, collection.catalogue)
            background = collection.index.background(prepared.question, scope)
        found, _ = self._find(prepared.question, everywhere, background)
        return background, self._scale(prepared, found)

    def _missing(self, prepared: results.PreparedQuery) -> tuple[str, ...]:
        """The words of a question that stand in no document by any name, as they were typed, each once."""
        with self._index.searching() as collection:
            missing = collection.index.missing(prepared.question)
        typed = zip(prepared.question.terms, prepared.places.tolist(), strict=True)
        return tuple(dict.fromkeys(prepared.text[start:end] for term, (start, end) in typed if term in missing))

    def _scale(self, prepared: results.PreparedQuery, found: list[ScoredPassage]) -> StrengthScale:
        scores = [group.score for group in grouped(found)]
        return strength_scale(scores, prepared.question.length, prepared.certainty)

    def _prepare(self, text: str, thesaurus: Thesaurus) -> results.PreparedQuery:
        return results.prepare(text, self._model.encoder, self._model.calibration, thesaurus)

    def _find(
        self, question: IndexQuery, query: SearchQuery, background: Background | None = None
    ) -> tuple[list[ScoredPassage], dict[str, DocumentSummary]]:
        self._model.require()
        with self._index.searching() as collection:
            if not question.terms:  # nothing but spaces and punctuation: an empty query finds nothing
                return [], collection.catalogue
            found = collection.index.search(question, results.scope_of(query, collection.catalogue), background)
            return [one for one in found if one.group in collection.catalogue], collection.catalogue

    def _results(
        self,
        groups: list[ScoredGroup[ScoredPassage]],
        catalogue: dict[str, DocumentSummary],
        prepared: results.PreparedQuery,
        query: SearchQuery,
        scale: StrengthScale,
    ) -> tuple[SearchResult, ...]:
        if query.sort == "date":
            groups = results.latest_first(groups, catalogue, scale)
        page = groups[query.offset : query.offset + query.limit]
        shown = {found.id for group in page for found in group.members[: results.PASSAGES_SHOWN]}
        rows = self._reader.passage_rows(shown, self._model.name)
        return tuple(
            results.result_of(group, catalogue[group.id], rows, prepared, scale, explained=query.explain)
            for group in page
        )

    def related(self, document_id: str, limit: int = 5) -> tuple[RelatedDocument, ...]:
        """The documents closest in meaning, both languages in turn. Raises `NoSuchDocument`."""
        self._model.require()
        with self._index.searching() as collection:
            if document_id not in collection.catalogue:
                raise NoSuchDocument(id=document_id)

            def near(one: str) -> list[Neighbour]:
                entries = [to_entry(row) for row in self._reader.index_rows(self._model.name, [one])]
                return collection.index.near(entries, SearchScope(excluded=frozenset([one])))

            return results.related(collection.catalogue[document_id], near, collection.catalogue, limit)

    def aligned(self, document_id: str, other_id: str) -> tuple[AlignedPair, ...]:
        """The paragraphs of two documents beside each other, in order; all of both.

        Raises `NoSuchDocument`, `TooLong`.
        """
        left, right = self._reader.document(document_id), self._reader.document(other_id)
        passages = {passage.id for passage in (*left.passages, *right.passages)}
        return aligned(left, right, self._reader.passage_rows(passages, self._model.name))

    def map(self) -> tuple[MapPoint, ...]:
        """Where the documents lie on the map, in order of their ids. Raises `ModelMismatch`, `Unusable`."""
        self._model.require()
        return self._map.points()

    def hint(self, text: str) -> SpellingHint | None:
        """What was probably meant, when a question looks mistyped and its words are not in the collection."""
        self._model.require()
        with self._index.searching() as collection:
            index = collection.index
        # Outside the block, which other searches wait for.
        return suggest(normalise(text), index.knows, self._dictionary.current())
