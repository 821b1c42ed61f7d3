"""Older versions of documents, and the files they were read from."""

from __future__ import annotations

from datetime import UTC

import pytest

from kb.errors import NoSuchDocument, NoSuchVersion
from kb.knowledge_base import KnowledgeBase
from tests.support import documents

ICE = b"Solar ice keeps fish cold\n\nFishers on the island cool their catch with ice made by sunlight."
WIND = ICE.replace(b"sunlight", b"wind")


def test_every_version_can_be_read_as_it_was(base: KnowledgeBase) -> None:
    (added,) = base.ingestor.add(ICE, name="ice.txt")
    base.ingestor.add(WIND, name="ice.txt")
    versions = base.reader.versions(added.document_id)
    assert [one.summary.version for one in versions] == [2, 1]
    assert versions[0].created_at >= versions[1].created_at
    assert {one.created_at.tzinfo for one in versions} == {UTC}
    first, second = base.reader.version(added.document_id, 1), base.reader.version(added.document_id, 2)
    assert "sunlight" in first.text
    assert "wind" in second.text
    assert [first.text[one.start : one.end] for one in first.blocks] == first.text.split("\n\n")
    now = base.reader.document(added.document_id)
    assert (second.summary, second.text, second.blocks) == (now.summary, now.text, now.blocks)


def test_what_is_not_there_is_said(base: KnowledgeBase) -> None:
    (added,) = base.ingestor.add(ICE, name="ice.txt")
    for number in (0, 2, 10**9):
        with pytest.raises(NoSuchVersion):
            base.reader.version(added.document_id, number)
    for ask in (
        lambda: base.reader.version("none", 1),
        lambda: base.reader.versions("none"),
        lambda: base.reader.original("none"),
    ):
        with pytest.raises(NoSuchDocument):
            ask()


def test_the_file_is_given_back_as_it_came(base: KnowledgeBase) -> None:
    (added,) = base.ingestor.add(ICE, name="น้ำแข็ง.txt", origin="/papers/น้ำแข็ง.txt")
    original = base.reader.original(added.document_id)
    assert (original.name, original.data) == ("น้ำแข็ง.txt", ICE)
    base.ingestor.add(WIND, name="other.txt", origin="/papers/น้ำแข็ง.txt")
    assert base.reader.original(added.document_id).data == WIND


def test_a_removed_document_leaves_no_version(base: KnowledgeBase) -> None:
    (added,) = base.ingestor.add(ICE, name="ice.txt")
    base.ingestor.add(WIND, name="ice.txt")
    documents.remove(base, [added.document_id])
    with pytest.raises(NoSuchDocument):
        base.reader.version(added.document_id, 1)
