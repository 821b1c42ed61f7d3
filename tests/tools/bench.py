"""`make bench`: the speeds that matter, each as a ratio or beside what it is measured against, in one run.

Not a test: machines are noisy, and what is slow on one is fast on another. Ratios hold.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py

import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import numpy as np

from index.encoder import Encoded, Encoder, Side, load_encoder
from ingest.metadata.economies import all_economies
from ingest.models import StatedMetadata
from ingest.text.language import words
from kb.cli.ingest import bring_in
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.pipeline.file_discovery import FileToIngest, find
from kb.search.searcher import Searcher
from kb.settings import Settings, from_environment
from web import create_app

ROOT = Path(__file__).resolve().parents[2]
PASSAGES = 10_000
ROUNDS = 3
ECONOMIES = all_economies()
_PAGES = (
    "/",
    "/search?q={q}",
    "/search?q={q}&view=columns",
    "/documents/{document}?q={q}",
    "/documents",
    "/events",
    "/map?q={q}",
    "/list?{items}",
    "/brief?{items}&q={q}",
)


class RandomEncoder:
    """Vectors at random, as many tokens as the bundled model gives: where only time counts, not meaning."""

    name = "random"
    dimension = 384

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        """As many token vectors as the text has tokens."""
        for text in texts:
            count = self._count(text)
            rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
            vectors = rng.normal(size=(count, self.dimension)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            places = np.linspace(0, len(text), count + 1).astype(np.int32)
            spans = np.stack([places[:-1], places[1:]], axis=1)
            yield Encoded(vectors[0], vectors, np.arange(count, dtype=np.int32), spans)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """About one token for 4 characters."""
        return [self._count(text) for text in texts]

    def _count(self, text: str) -> int:
        return max(1, len(text) // 4)


def sources() -> list[FileToIngest]:
    """The sample files."""
    return [one for one in find([str(ROOT / "samples")]) if isinstance(one, FileToIngest)]


def ingest_against_encoder(encoder: Encoder) -> None:
    """Bringing the samples in, against encoding their passages and nothing else."""
    words("ไทย")  # the dictionary is loaded once in a process, not once in a run of this
    shares = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            base = KnowledgeBase(Settings(home=Path(home)), encoder)
            base.require_model()
            started = time.perf_counter()
            bring_in(base, [str(ROOT / "samples")])
            ingest = time.perf_counter() - started
            texts = [
                passage.text for one in base.catalogue.documents() for passage in base.reader.document(one.id).passages
            ]
            base.close()
        started = time.perf_counter()
        for _one in encoder.encode(texts, "passage"):
            pass
        alone = time.perf_counter() - started
        shares.append(alone / ingest)
        print(
            f"  ingest {len(texts) / ingest:6.1f} passages/s, encoder alone {len(texts) / alone:6.1f}, "
            f"share {shares[-1]:.2f}"
        )
    print(f"ingest reaches {statistics.median(shares):.0%} of the encoder's throughput (median; wanted: 90 %)")


@contextmanager
def filled_base() -> Iterator[KnowledgeBase]:
    """A knowledge base of 10 000 passages, indexed."""
    with tempfile.TemporaryDirectory() as home:
        base = KnowledgeBase(Settings(home=Path(home)), RandomEncoder())
        _fill(base)
        started = time.perf_counter()
        base.searcher.search(SearchQuery("warm up"))
        print(f"  index of {base.status().passages} passages made in {time.perf_counter() - started:.1f} s")
        for query in _queries():
            base.searcher.search(SearchQuery(query))  # encodes the query, which is then remembered
        yield base
        base.close()


def search_beside_encoding(base: KnowledgeBase, encoder: Encoder) -> None:
    """Everything but the encoding of the query, at 10 000 passages, beside that encoding."""
    queries = _queries()
    took = []
    for query in queries * ROUNDS:
        started = time.perf_counter()
        base.searcher.search(SearchQuery(query))
        took.append((time.perf_counter() - started) * 1000)
    encoding = []
    for query in queries:
        started = time.perf_counter()
        list(encoder.encode([query], "query"))
        encoding.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(took, [50, 99])
    print(f"search adds {p50:.1f} ms (median), {p99:.1f} ms (99 of 100), wanted: 15 ms")
    print(f"  to the encoding of the query, {statistics.median(encoding):.1f} ms (median)")


class TimedSearcher:
    """Adds up how long the searches of another one take."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.searching = 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._searcher, name)
        return self._timed(found) if name in ("search", "by_language") else found

    def _timed(self, search: Callable[[SearchQuery], Any]) -> Callable[[SearchQuery], Any]:
        def timed(query: SearchQuery) -> Any:
            started = time.perf_counter()
            try:
                return search(query)
            finally:
                self.searching += time.perf_counter() - started

        return timed


def pages_beside_search(base: KnowledgeBase) -> None:
    """The time that pages take beyond the searches in them, at 10 000 passages."""
    timed = TimedSearcher(base.searcher)
    base.searcher = cast(Searcher, timed)
    site = create_app(base).test_client()
    documents = [document.id for document in base.catalogue.documents()[:40]]
    items = "&".join(f"item={one}" for one in documents[:4])
    for address in _PAGES:
        took = []
        for query, document in zip(_queries(), documents, strict=False):
            asked = address.format(q=quote(query), document=document, items=items)
            for turn in range(2):  # the first time a thing is shown some of it may be made and kept
                timed.searching, started = 0.0, time.perf_counter()
                answer = site.get(asked)
                spent = time.perf_counter() - started - timed.searching
                assert answer.status_code == 200, asked
                if turn:
                    took.append(spent * 1000)
        p50, p99 = np.percentile(took, [50, 99])
        print(f"  {address:<36} {p50:5.1f} ms (median) {p99:5.1f} ms (99 of 100)")


def _fill(base: KnowledgeBase) -> None:
    """Documents of sentences of the samples, drawn at random, until there are PASSAGES passages."""
    with tempfile.TemporaryDirectory() as home:
        small = KnowledgeBase(Settings(home=Path(home)), RandomEncoder())
        sentences: dict[str, list[str]] = {"en": [], "th": []}
        for source in sources():
            for added in small.ingestor.add(source.read(), name=source.name):
                document = small.reader.document(added.document_id)
                for passage in document.passages:
                    for span in passage.sentences:
                        sentences[passage.language].append(document.text[span.start : span.end])
        small.close()
    chance = random.Random(0)
    count, number = 0, 0
    while count < PASSAGES:
        language = "en" if number % 2 else "th"
        blocks = [" ".join(chance.choices(sentences[language], k=6)) for _ in range(20)]
        stated = StatedMetadata(
            date=f"{2019 + number % 7}-{number % 12 + 1:02}",
            event=f"Event {number % 30}",
            economies=(ECONOMIES[number % len(ECONOMIES)].name,),
        )
        (added,) = base.ingestor.add("\n\n".join(blocks).encode(), name=f"{number}.txt", stated=stated)
        count, number = count + added.passages, number + 1


def _queries() -> list[str]:
    lines = (ROOT / "tests" / "golden" / "sample-queries.md").read_text(encoding="utf-8").splitlines()
    return [line.split("|")[3].strip() for line in lines if line.startswith("| ") and line[2].isdigit()]


def main() -> None:
    """Run all of it."""
    encoder = load_encoder("bundled", from_environment(os.environ).cache)
    print("Ingest")
    ingest_against_encoder(encoder)
    with filled_base() as base:
        print("Search")
        search_beside_encoding(base, encoder)
        print("Pages, beyond the searches in them (wanted: 30 ms)")
        pages_beside_search(base)


if __name__ == "__main__":
    main()
