"""The map is laid out once for each state of the collection, and kept."""

from __future__ import annotations

from pathlib import Path

from index.in_memory import InMemoryIndex
from index.models import FloatArray
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support import documents
from tests.support.encoder import WordEncoder


class CountingIndex(InMemoryIndex):
    """Counts how often it is asked for what a map is laid out by."""

    asked = 0

    def centres(self) -> dict[str, FloatArray]:
        type(self).asked += 1
        return super().centres()


def add(base: KnowledgeBase, *numbers: int) -> None:
    for number in numbers:
        base.ingestor.add(
            f"Paper {number}\n\nThe village of number {number} sold its baskets.".encode(), name=f"{number}.txt"
        )


def test_an_empty_collection_has_an_empty_map(base: KnowledgeBase) -> None:
    assert base.searcher.map() == ()


def test_every_document_has_a_place(base: KnowledgeBase) -> None:
    add(base, *range(7))
    placed = base.searcher.map()
    assert [one.document.id for one in placed] == sorted(one.id for one in base.catalogue.documents())
    assert all(0 <= one.x <= 1 and 0 <= one.y <= 1 for one in placed)
    assert len({(one.x, one.y) for one in placed}) == 7


def test_it_is_laid_out_once_and_kept_beyond_a_restart(tmp_path: Path) -> None:
    def opened() -> KnowledgeBase:
        return KnowledgeBase(Settings(home=tmp_path), WordEncoder(), CountingIndex)

    base = opened()
    add(base, *range(4))
    first = base.searcher.map()
    assert base.searcher.map() == first
    assert CountingIndex.asked == 1
    again = opened()
    assert again.searcher.map() == first
    assert CountingIndex.asked == 1
    add(base, 4)
    again.index.follow()
    assert len(again.searcher.map()) == len(base.searcher.map()) == 5
    assert CountingIndex.asked == 2
    documents.remove(base, [base.catalogue.documents()[0].id])
    assert len(base.searcher.map()) == 4
    base.close()
    again.close()
