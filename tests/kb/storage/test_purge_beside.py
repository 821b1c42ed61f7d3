"""Purges beside other work: what was sent in of the same file, another purge at the same moment, a new model."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.encoder import Encoded, Side
from ingest.models import StatedMetadata
from kb.admin import AdminServices
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.storage.database import NAME
from kb.uploads.models import UploadedFile
from kb.uploads.worker import Worker
from tests.kb.editorial.test_trash import brought, left, needles
from tests.support import documents
from tests.support.encoder import WordEncoder

TEXT = "The weavers of Alpha share looms among families and sell silk scarves on the market of the town."
NAMES = needles(["hushhush", "Clandestine"])


@pytest.fixture
def desk(base: KnowledgeBase) -> AdminServices:
    return AdminServices(base)


def sent(desk: AdminServices, text: str) -> int:
    """Sent in under the same name; the number of the batch."""
    stated = StatedMetadata(title="Clandestine plans")
    return desk.batches.receive("somchai", [UploadedFile("hushhush.md", text.encode())], stated, True)


def test_what_was_sent_in_of_the_same_file_in_vain_is_forgotten_too(desk: AdminServices) -> None:
    sent(desk, "")  # fails
    desk.batches.cancel("somchai", sent(desk, TEXT))
    document = brought(desk, "hushhush.md", TEXT, StatedMetadata(title="Clandestine plans"))
    other = brought(desk, "other.md", "A bridge over the river was opened.", StatedMetadata(title="Bridge"))
    desk.removal.remove("somchai", [document])
    assert left(desk.base.settings.home, NAMES)
    assert desk.removal.purge("somchai", [document]).clean
    assert left(desk.base.settings.home, NAMES) == set()
    names = [item.name for batch in desk.batches.batches() for item in desk.batches.items(batch.id)]
    assert sorted(names) == ["", "", "", "other.md"]
    assert desk.base.reader.document(other).summary.title == "Bridge"


def test_many_are_forgotten_in_one_go(desk: AdminServices) -> None:
    """Each item is looked at once, however many documents are purged: others wait to write meanwhile."""
    statements: list[str] = []
    with desk.base.database.writing() as connection:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(statements.append)
        desk.batches.blank(connection, [f"{number:012}" for number in range(400)])
        raw.set_trace_callback(None)
    assert 0 < len(statements) < 10


def test_a_purge_during_the_cleaning_of_another_is_cleaned_too(
    desk: AdminServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = brought(desk, "first.md", "A bridge over the river was opened.")
    second = brought(desk, "hushhush.md", TEXT, StatedMetadata(title="Clandestine plans"))
    desk.removal.remove("somchai", [first, second])
    compact = desk.base.database.compact
    nested: list[bool] = []

    def slow() -> bool:
        done = compact()
        if not nested:  # the second is written when the first has cleaned, and is not through yet
            nested.append(True)
            monkeypatch.setattr(desk.base.database, "compact", lambda: False)
            assert not desk.removal.purge("malee", [second]).clean
            monkeypatch.setattr(desk.base.database, "compact", compact)
        return done

    monkeypatch.setattr(desk.base.database, "compact", slow)
    desk.removal.purge("somchai", [first])
    assert desk.removal.finish()
    assert left(desk.base.settings.home, NAMES | needles(["weavers"])) == set()


def test_what_came_in_again_is_not_lost_when_its_document_goes_meanwhile(
    desk: AdminServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    (there,) = desk.base.ingestor.add(TEXT.encode(), name="first.md")
    batch = desk.batches.receive("somchai", [UploadedFile("again.md", TEXT.encode())], StatedMetadata(), True)
    encode = desk.base.ingestor.encode

    def removed_before(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(desk.base.ingestor, "encode", encode)
        desk.removal.remove("malee", [there.document_id])
        return encode(*given, **named)

    monkeypatch.setattr(desk.base.ingestor, "encode", removed_before)
    Worker(desk.batches).once()
    (item,) = desk.batches.items(batch)
    assert (item.state, item.documents) == ("waiting", ())
    Worker(desk.batches).once()
    (item,) = desk.batches.items(batch)
    assert (item.state, item.attempts) == ("done", 1)
    assert [one.id for one in desk.base.catalogue.documents()] == [one.document_id for one in item.documents]


class Interrupted(WordEncoder):
    """Another model, during whose first text something happens."""

    def __init__(self, happens: list[object]) -> None:
        super().__init__("others")
        self._happens = happens

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        for one in super().encode(texts, side):
            while self._happens:
                self._happens.pop()()  # type: ignore[operator]
            yield one


def test_a_new_model_gives_no_vectors_to_what_is_purged_meanwhile(tmp_path: Path) -> None:
    home = tmp_path / "home"
    base = KnowledgeBase(Settings(home=home), WordEncoder())
    (kept,) = base.ingestor.add(b"A bridge over the river was opened.", name="bridge.txt")
    (gone,) = base.ingestor.add(TEXT.encode(), name="hushhush.txt")
    again = KnowledgeBase(Settings(home=home), Interrupted([lambda: documents.purge(base, [gone.document_id])]))
    again.reindex()
    with closing(sqlite3.connect(home / NAME)) as connection:
        (vectors,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
    assert vectors == 1
    assert again.verify() == ()
    assert [one.id for one in again.catalogue.documents()] == [kept.document_id]
    again.close()
    base.close()
