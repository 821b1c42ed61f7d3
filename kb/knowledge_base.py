"""`KnowledgeBase`: the parts of one knowledge base, opened together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from index.encoder import Encoder
from index.in_memory import InMemoryIndex
from index.models import MakeIndex
from kb.catalogue import Catalogue
from kb.embedding import vectors
from kb.embedding.model import EmbeddingModel
from kb.models import CollectionStatus, SearchQuery
from kb.pipeline.ingestor import Ingestor
from kb.search.index_sync import IndexSync
from kb.search.results import facets_of
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.storage import writer
from kb.storage.database import Database
from kb.storage.reader import DocumentReader
from kb.storage.records import IntegrityProblem
from kb.vocabulary.custom_dictionary import CustomDictionaryFile
from kb.vocabulary.glossary import GlossaryFile

_REENCODED_AT_ONCE = 64  # texts whose vectors `reindex` writes in one transaction


class KnowledgeBase:
    """Documents in two languages that are searched as one. Threads may share it.

    The model is loaded when it is first needed: listing and removing documents do without.
    """

    def __init__(
        self, settings: Settings, encoder: Encoder | None = None, make_index: MakeIndex = InMemoryIndex
    ) -> None:
        """Open the knowledge base in `settings.home`, made if it is not there.

        `encoder` stands in for the model that the settings name; `make_index` makes an empty index from the
        dimension of its vectors and the calibration. Raises `HomeUnusable`.
        """
        self.settings = settings
        self.database = Database(settings.home)
        self.reader = DocumentReader(self.database)
        self.catalogue = Catalogue(self.reader)
        self.dictionary = CustomDictionaryFile(settings.home)
        self.glossary = GlossaryFile(settings.home, self.dictionary.current)
        self.model = EmbeddingModel(settings, self.database, encoder)
        self.index = IndexSync(
            self.database, self.model, lambda: make_index(self.model.encoder.dimension, self.model.calibration)
        )
        self.ingestor = Ingestor(self.database, self.model, self.dictionary)
        self.searcher = Searcher(self.database, self.model, self.index, self.glossary, self.dictionary)

    def close(self) -> None:
        """Close the database."""
        self.index.close()
        self.database.close()

    def warm_up(self) -> None:
        """Load the model and fill the index now, so that the first search does not wait."""
        self.searcher.search(SearchQuery("สะพาน"))

    def reindex(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Encode all passages with the model in use and search those vectors from now on.

        Returns how many texts were encoded. Stopped half-way, it goes on from there the next time, and the
        old vectors serve until it is through. `progress` is called with texts done and in all.
        """
        model = self.model
        texts = self.reader.texts_without_vectors(model.name)
        made = vectors.make_vectors(texts, model.encoder, model.calibration)
        done = 0
        while some := dict(islice(made, _REENCODED_AT_ONCE)):
            with self.database.writing() as connection:
                writer.add_vectors(connection, some, model.name)
            done += len(some)
            progress(done, len(texts))
        with self.database.writing() as connection:
            writer.adopt_model(connection, model.name)
        self.index.refill()
        return done

    def verify(self) -> tuple[IntegrityProblem, ...]:
        """What is wrong: damaged data, passages without vectors, an index that disagrees. Empty when all is well.

        Raises `BadGlossary`, `BadWords` or `Unreadable` when the glossary or the home's own words cannot be used.
        """
        self.glossary.check()
        self.dictionary.check()
        stored = self.reader.model()
        if stored is None:
            return ()
        problems = self.reader.problems(stored)
        if problems or stored != self.model.name:
            return tuple(problems)
        self.index.follow()
        with self.index.searching() as collection:
            indexed, differing = collection.index.ids(), collection.index.inconsistencies()
        there = {row.id for row in self.reader.index_rows(self.model.name)}
        problems += [IntegrityProblem("not_indexed", one) for one in sorted(there - indexed)]
        problems += [IntegrityProblem("indexed_only", one) for one in sorted(indexed - there)]
        problems += [IntegrityProblem("index_parts_differ", one) for one in differing]
        return tuple(problems)

    def status(self) -> CollectionStatus:
        """What there is, counted."""
        documents = self.catalogue.documents()
        facets = facets_of(documents)
        passages, stored_vectors = self.reader.counts()
        indexed_change, _ = self.index.glance()
        return CollectionStatus(
            documents=len(documents),
            passages=passages,
            vectors=stored_vectors,
            samples=sum(document.sample for document in documents),
            by_language=facets.language,
            by_kind=facets.kind,
            model=self.reader.model() or self.model.name,
            model_in_use=self.model.name,
            change=self.reader.change(),
            indexed_change=indexed_change,
            bytes_on_disk=self.database.bytes_on_disk(),
        )
