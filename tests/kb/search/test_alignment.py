"""Two documents side by side, by the vectors that are stored of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder
from ingest.models import Span
from kb.errors import Invalid, NoSuchDocument
from kb.knowledge_base import KnowledgeBase
from kb.models import AlignedPair, Document
from kb.search.alignment import MOST_CELLS, aligned
from kb.settings import Settings
from kb.storage.records import PassageRow, StoredVectors

PARAGRAPHS = (
    "Baskets of bamboo by the river",
    "Forty weavers sell their baskets to hotels every week.",
    "The hotels pay on the day, which the middlemen never did.",
    "A school teaches the pattern of the grandmothers.",
)


def brought_in(base: KnowledgeBase, name: str, *paragraphs: str) -> Document:
    (added,) = base.ingestor.add("\n\n".join(paragraphs).encode(), name=name)
    return base.reader.document(added.document_id)


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
    rows = base.searcher.aligned(left.summary.id, right.summary.id)
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
    right = brought_in(base, "right.txt", "Honey", "ผึ้งหลวงทำรังบนหน้าผาสูงริมลำธาร", "Nobody climbs there in the rain.")
    rows = base.searcher.aligned(left.summary.id, right.summary.id)
    assert holds_all(left, [row.left for row in rows])
    assert holds_all(right, [row.right for row in rows])


def test_documents_too_long_to_align_are_refused(base: KnowledgeBase) -> None:
    short = brought_in(base, "short.txt", PARAGRAPHS[0])
    count = int(MOST_CELLS**0.5)  # paragraphs of one token each
    starts = np.arange(count, dtype=np.int32)
    blocks = tuple(replace(short.blocks[0], start=start, end=start + 1) for start in range(count))
    passage = replace(short.passages[0], start=0, end=count)
    long = replace(short, text="x" * count, blocks=blocks, passages=(passage,))
    spans = np.stack([starts, starts + 1], axis=1)
    row = PassageRow(passage, (), b"", StoredVectors(b"", bytes(count), spans.tobytes()))
    with pytest.raises(Invalid, match="These two documents are too long to be s"):
        aligned(long, long, {passage.id: row})


def test_what_is_not_there_is_said(base: KnowledgeBase) -> None:
    left = brought_in(base, "left.txt", *PARAGRAPHS)
    with pytest.raises(NoSuchDocument):
        base.searcher.aligned(left.summary.id, "none")


@pytest.mark.model
@pytest.mark.shared
def test_releases_of_two_events_are_no_twins(shared: Path, encoder: Encoder, base: KnowledgeBase) -> None:
    real = KnowledgeBase(Settings(home=base.settings.home / "seeds"), encoder)
    for seed in sorted((shared / "seeds").glob("*.txt")):
        real.ingestor.add(seed.read_bytes(), name=seed.name)
    first, second = real.catalogue.documents()
    assert first.language != second.language
    assert first.event != second.event
    assert [one.same_story for one in real.searcher.related(first.id)] == [False]
    real.close()


@pytest.mark.model
def test_twins_of_the_samples_go_paragraph_by_paragraph(sample_base: KnowledgeBase) -> None:
    pairs = 0
    for summary in sample_base.catalogue.documents():
        twins = [one.document for one in sample_base.searcher.related(summary.id) if one.same_story]
        if summary.language != "en" or not twins:
            continue
        pairs += 1
        left, right = sample_base.reader.document(summary.id), sample_base.reader.document(twins[0].id)
        rows: tuple[AlignedPair, ...] = sample_base.searcher.aligned(left.summary.id, right.summary.id)
        assert holds_all(left, [row.left for row in rows])
        assert holds_all(right, [row.right for row in rows])
        both = [row for row in rows if row.left and row.right]
        assert len(both) >= 0.8 * min(len(left.blocks), len(right.blocks)), summary.title
    assert pairs >= 4
