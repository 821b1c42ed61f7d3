"""Two documents side by side, by the vectors that are stored of them."""

from __future__ import annotations

import pytest

from ingest.model import Span
from kb.base import KnowledgeBase
from kb.errors import NoSuchDocument
from kb.model import Aligned, Document

PARAGRAPHS = (
    "Baskets of bamboo by the river",
    "Forty weavers sell their baskets to hotels every week.",
    "The hotels pay on the day, which the middlemen never did.",
    "A school teaches the pattern of the grandmothers.",
)


def brought_in(base: KnowledgeBase, name: str, *paragraphs: str) -> Document:
    (added,) = base.add("\n\n".join(paragraphs).encode(), name=name)
    return base.document(added.document_id)


def shown(document: Document, span: Span | None) -> str:
    return document.text[span.start : span.end] if span else "–"


def holds_all(document: Document, spans: list[Span | None]) -> bool:
    """Whether spans, in order, hold every block of a document once."""
    there = [span for span in spans if span]
    letters = " ".join(document.text[span.start : span.end] for span in there)
    return there == sorted(there, key=lambda span: span.start) and letters.split() == document.text.split()


def test_what_one_lacks_stands_alone(base: KnowledgeBase) -> None:
    left = brought_in(base, "left.txt", *PARAGRAPHS)
    right = brought_in(base, "right.txt", *PARAGRAPHS[:2], PARAGRAPHS[3])
    rows = base.aligned(left.summary.id, right.summary.id)
    assert [(shown(left, row.left), shown(right, row.right)) for row in rows] == [
        (PARAGRAPHS[0], PARAGRAPHS[0]),
        (PARAGRAPHS[1], PARAGRAPHS[1]),
        (PARAGRAPHS[2], "–"),
        (PARAGRAPHS[3], PARAGRAPHS[3]),
    ]
    assert rows[2].similarity == 0
    assert rows[3].similarity > 0.9


def test_any_two_documents_are_shown_whole(base: KnowledgeBase) -> None:
    left = brought_in(base, "left.txt", *PARAGRAPHS)
    right = brought_in(
        base, "right.txt", "Honey", "ผึ้งหลวงทำรังบนหน้าผาสูงริมลำธาร", "Nobody climbs there in the rain."
    )
    rows = base.aligned(left.summary.id, right.summary.id)
    assert holds_all(left, [row.left for row in rows])
    assert holds_all(right, [row.right for row in rows])


def test_what_is_not_there_is_said(base: KnowledgeBase) -> None:
    left = brought_in(base, "left.txt", *PARAGRAPHS)
    with pytest.raises(NoSuchDocument):
        base.aligned(left.summary.id, "none")


@pytest.mark.model
def test_twins_of_the_samples_go_paragraph_by_paragraph(sample_base: KnowledgeBase) -> None:
    pairs = 0
    for summary in sample_base.documents():
        twins = [one.document for one in sample_base.related(summary.id) if one.same_story]
        if summary.language != "en" or not twins:
            continue
        pairs += 1
        left, right = sample_base.document(summary.id), sample_base.document(twins[0].id)
        rows: tuple[Aligned, ...] = sample_base.aligned(left.summary.id, right.summary.id)
        assert holds_all(left, [row.left for row in rows])
        assert holds_all(right, [row.right for row in rows])
        both = [row for row in rows if row.left and row.right]
        assert len(both) >= 0.8 * min(len(left.blocks), len(right.blocks)), summary.title
    assert pairs >= 4
