"""The numbers of a knowledge base, against the knowledge base itself."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingest.models import StatedMetadata
from kb.admin import AdminServices
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.monitoring import metrics as module
from kb.monitoring.metrics import BUCKETS, Level, Searches
from kb.settings import Settings
from kb.uploads.models import UploadedText
from kb.uploads.worker import LOCK
from tests.support import documents
from tests.support.encoder import WordEncoder

ENGLISH = b"Women of the town opened a market.\n\nYoung people came back to the river.\n"
THAI = "กลุ่มสตรีในเมืองเปิดตลาดนัดทุกสัปดาห์ คนรุ่นใหม่กลับมาอยู่ริมน้ำ\n".encode()


@pytest.fixture
def desk(base: KnowledgeBase) -> AdminServices:
    return AdminServices(base)


def put(base: KnowledgeBase, number: int, data: bytes = ENGLISH, kind: str | None = None) -> str:
    text = data + f"\n\n{number} {number}".encode()
    (added,) = base.ingestor.add(text, name=f"{number}.txt", stated=StatedMetadata(kind=kind) if kind else None)  # type: ignore[arg-type]
    return added.document_id


def test_documents_are_counted_by_language_kind_and_state(desk: AdminServices) -> None:
    base = desk.base
    for number in range(4):
        put(base, number)
    put(base, 4, THAI)
    thai = put(base, 5, THAI)
    removed = put(base, 6)
    documents.remove(base, [removed])
    (draft,) = documents.write(base, [base.ingestor.read(ENGLISH + b"draft", name="draft.txt")], state="draft")
    figures = desk.metrics.figures()
    counted = Counter({(one.language, one.kind, one.state): one.documents for one in figures.documents})
    shown = Counter((one.language, one.kind.value, one.state) for one in base.catalogue.documents())
    assert {key: number for key, number in counted.items() if key[2] == "published"} == shown
    assert (figures.in_state("published"), figures.in_state("draft"), figures.in_state("removed")) == (6, 1, 1)
    assert draft[0].document_id
    assert figures.purge_due is not None
    assert timedelta(days=29) < figures.purge_due - datetime.now(UTC) <= timedelta(days=30)
    documents.purge(base, [thai, removed])
    after = desk.metrics.figures()
    assert (after.in_state("published"), after.in_state("removed"), after.purge_due) == (5, 0, None)


def test_the_index_is_held_against_the_database(desk: AdminServices, monkeypatch: pytest.MonkeyPatch) -> None:
    base = desk.base
    put(base, 1)
    before = desk.metrics.figures().level
    assert (before.filled, before.differs, before.indexed_passages) == (False, False, 0)
    base.searcher.search(SearchQuery("market"))
    level = desk.metrics.figures().level
    assert (level.filled, level.behind, level.differs) == (True, 0, False)
    assert level.passages == level.indexed_passages == base.status().passages > 0
    with monkeypatch.context() as patched:
        patched.setattr(base.index, "follow", lambda: None)
        documents.draft(base, ENGLISH + b"draft", "draft.txt")
        put(base, 2)
        behind = desk.metrics.figures().level
        assert (behind.behind, behind.differs) == (2, False)
    base.index.follow()
    caught_up = desk.metrics.figures().level
    assert (caught_up.behind, caught_up.differs) == (0, False)
    assert caught_up.passages == caught_up.indexed_passages == 2 * level.passages


def test_passages_that_no_search_finds_are_noticed(desk: AdminServices) -> None:
    put(desk.base, 1)
    desk.base.searcher.search(SearchQuery("market"))
    with desk.base.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM vectors")
    level = desk.metrics.figures().level
    assert level.without_vectors == level.passages
    assert level.differs
    assert {one.code for one in desk.base.verify()} == {"no_vectors"}


def test_an_index_with_other_passages_is_noticed() -> None:
    assert Level(3, 3, 10, 9, 0).differs
    assert not Level(4, 3, 10, 9, 0).differs
    assert not Level(3, 0, 10, 0, 0).differs
    assert not Level(0, 0, 0, 0, 0).differs


def test_nobody_waits_for_who_fills_the_index(desk: AdminServices) -> None:
    put(desk.base, 1)
    done = threading.Event()

    def ask() -> None:
        desk.metrics.figures()
        done.set()

    with desk.base.database.writing(), desk.base.index._following, desk.base.index._searching:
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        assert done.wait(10)


def test_a_model_that_did_not_make_the_vectors_is_told(desk: AdminServices) -> None:
    put(desk.base, 1)
    fine = desk.metrics.figures().model
    assert (fine.stored, fine.problem) == (fine.in_use, None)
    assert fine.calibration
    assert fine.in_use == f"words+{fine.calibration}"
    other = KnowledgeBase(desk.base.settings, WordEncoder("others"))
    differing = AdminServices(other).metrics.figures().model
    assert differing.stored == fine.stored
    assert differing.problem is not None
    assert differing.problem.code == "model_mismatch"
    other.close()


def test_a_model_that_cannot_be_used_is_told_too(base: KnowledgeBase) -> None:
    put(base, 1)
    settings = Settings(home=base.settings.home, calibration=str(base.settings.home / "none.npz"))
    broken = KnowledgeBase(settings, WordEncoder())
    model = AdminServices(broken).metrics.figures().model
    assert model.in_use is None
    assert model.stored == base.model.name
    assert model.problem is not None
    assert model.problem.message("th") != model.problem.message("en")
    broken.close()


def test_the_queue_and_its_worker(desk: AdminServices) -> None:
    assert not desk.metrics.figures().working
    desk.batches.receive(
        "somchai", [UploadedText("A", "One text."), UploadedText("B", "Another.")], StatedMetadata(), True
    )
    figures = desk.metrics.figures()
    assert (figures.queue.waiting, figures.queue.working, figures.queue.failed) == (2, 0, 0)
    with FileLock(desk.base.settings.home / LOCK):
        assert desk.metrics.figures().working
    assert not desk.metrics.figures().working


def test_room_on_the_disk(desk: AdminServices, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk.base, 1)
    disk = desk.metrics.figures().disk
    files = sum(path.stat().st_size for path in desk.base.settings.home.iterdir())
    assert 0 < disk.database <= disk.home == files
    assert 0 < disk.free < disk.total
    monkeypatch.setattr(module, "LEAST_FREE", disk.total)
    assert desk.metrics.figures().disk.is_low


@given(st.lists(st.floats(0, 20)))
@hypothesis_settings(max_examples=50, deadline=None)
def test_times_of_searches_are_told_by_buckets(seconds: list[float]) -> None:
    searches = Searches()
    for one in seconds:
        searches.took(one)
    times = searches.times()
    assert times.count == len(seconds)
    assert times.seconds == pytest.approx(sum(seconds))
    assert times.within == tuple(sum(one <= most for one in seconds) for most in BUCKETS)
