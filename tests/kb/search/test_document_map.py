"""The map is laid out once for each state of the collection, and kept."""

from __future__ import annotations

from pathlib import Path

from index.in_memory import InMemoryIndex
from index.models import FloatArray
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support.encoder import WordEncoder


class CountingIndex(InMemoryIndex):
    """Counts how often it is asked for what a map is laid out by."""

    asked = 0

    def centres(self) -> dict[str, FloatArray]:
        type(self).asked += 1
        return super().centres()


def add(base: KnowledgeBase, *numbers: int) -> None:
    for number in numbers:
        base.add(
            f"Paper {number}\n\nThe village of number {number} sold its baskets.".encode(),
            name=f"{number}.txt",
        )


def test_an_empty_collection_has_an_empty_map(base: KnowledgeBase) -> None:
    assert base.placed() == ()


def test_every_document_has_a_place(base: KnowledgeBase) -> None:
    add(base, *range(7))
    placed = base.placed()
    assert [one.document.id for one in placed] == sorted(one.id for one in base.documents())
    assert all(0 <= one.x <= 1 and 0 <= one.y <= 1 for one in placed)
    assert len({(one.x, one.y) for one in placed}) == 7


def test_it_is_laid_out_once_and_kept_beyond_a_restart(tmp_path: Path) -> None:
    def opened() -> KnowledgeBase:
        return KnowledgeBase(Settings(home=tmp_path), WordEncoder(), CountingIndex)

    base = opened()
    add(base, *range(4))
    first = base.placed()
    assert base.placed() == first
    assert CountingIndex.asked == 1
    again = opened()
    assert again.placed() == first
    assert CountingIndex.asked == 1
    add(base, 4)
    assert len(again.placed()) == len(base.placed()) == 5
    assert CountingIndex.asked == 2
    base.remove([base.documents()[0].id])
    assert len(base.placed()) == 4
    base.close()
    again.close()
