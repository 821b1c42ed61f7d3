"""The worker: killed anywhere, stopped, out of disk, without its queue; nothing is lost and nothing comes twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.models import StatedMetadata
from kb.accounts.secret_key import secret_of
from kb.admin import AdminServices
from kb.cli.main import main
from kb.errors import HomeUnusable, ModelMismatch, WorkerElsewhere
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.uploads.batches import BatchService
from kb.uploads.leases import LeaseLost, Leases
from kb.uploads.models import UploadedFile, UploadedText
from kb.uploads.periodic_task import PeriodicTask
from kb.uploads.worker import Worker
from tests.support import killing
from tests.support.encoder import WordEncoder
from tests.support.killing import ROOT
from tests.support.waiting import SOON, until


def desk_of(home: Path) -> AdminServices:
    return AdminServices(KnowledgeBase(Settings(home=home), WordEncoder()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AdminServices]:
    made = desk_of(tmp_path / "home")
    yield made
    assert made.base.verify() == ()
    made.base.close()


def send(batches: BatchService, count: int = 3, *, long: int = 1) -> int:
    """Papers with nothing in common; long ones have several passages."""
    papers = []
    for n in range(count):
        parts = [f"{n}.{part} {os.urandom(40).hex(' ')}" + " and so on" * 60 * (long > 1) for part in range(long)]
        papers.append(UploadedFile(f"{n}.txt", "\n\n".join(parts).encode()))
    return batches.receive("somchai", papers, StatedMetadata(), True)


def check_whole(desk: AdminServices, batch: int, count: int) -> None:
    """All items of a batch are done, each gave one document, once, and nothing else is kept of them."""
    assert desk.batches.batch(batch).counts["done"] == count
    given = [one.document_id for item in desk.batches.items(batch, limit=count) for one in item.documents]
    assert len(set(given)) == count
    assert {one.id for one in desk.base.catalogue.documents()} == set(given)
    assert all(len(desk.base.reader.versions(one)) == 1 for one in given)
    lines = desk.audit.entries(limit=10_000)
    assert sum(line.action == "document.add" for line in lines) == count
    with desk.base.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM incoming").scalar_one() == 0


@contextmanager
def working(desk: AdminServices, *duties: PeriodicTask) -> Iterator[Worker]:
    worker = Worker(desk.batches, duties)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.uploads.worker._TICK", 0.05)
    monkeypatch.setattr("kb.uploads.worker._PAUSE", 0.05)
    monkeypatch.setattr("kb.uploads.worker._POLL", 0.05)
    monkeypatch.setattr("kb.uploads.item_processor._SECONDS", 0.0)


class Slow(WordEncoder):
    """Waits before each text until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_go = threading.Event(), threading.Event()

    def encode(self, texts, side):  # type: ignore[no-untyped-def]
        for one in super().encode(texts, side):
            self.began.set()
            self.may_go.wait(SOON)
            yield one


# ---- killed

# Counts the statements that it takes, then forks for each of some at which to die; prints which.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from kb.uploads.worker import Worker
from tests.kb.uploads.test_worker import desk_of; from tests.kb.uploads.test_worker import send

folder, points = Path(sys.argv[1]), int(sys.argv[2])
done = 0

def work(home, last):
    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
    desk = desk_of(home)
    send(desk.batches, 2)
    Worker(desk.batches).once()
    desk.base.close()
    event.remove(Engine, "before_cursor_execute", count)

desk_of(folder / "empty").base.close()
shutil.copytree(folder / "empty", folder / "whole")
work(folder / "whole", None)
whole, done = done, 0
for number in range(points):
    last = 1 + number * whole // points
    home = folder / str(last)
    shutil.copytree(folder / "empty", home)
    child = os.fork()
    if child == 0:
        work(home, last)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    print(last)
"""


def test_killed_at_any_statement_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    done = killing.run(KILLED, tmp_path, 24)
    assert done.returncode == 0, done.stderr
    received = 0
    for point in done.stdout.split():
        desk = desk_of(tmp_path / point)
        for batch in desk.batches.batches():
            received += 1
            Worker(desk.batches).once()
            check_whole(desk, batch.id, 2)
        assert desk.base.verify() == ()
        desk.base.close()
    assert 12 < received < 24  # some died before anything was received


# A shell that runs tests in the background has its children ignore SIGINT.
WORKING = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from kb.uploads.worker import Worker
from tests.kb.uploads.test_worker import desk_of
Worker(desk_of(Path(sys.argv[1])).batches).run()
"""


def start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKING, str(home)], cwd=ROOT)


def test_a_restart_in_the_middle_of_a_batch_of_200_loses_and_doubles_nothing(desk: AdminServices) -> None:
    batch = send(desk.batches, 200)
    worker = start(desk.base.settings.home)
    until(lambda: desk.batches.batch(batch).counts["done"] >= 50)
    worker.kill()
    worker.wait()
    assert 50 <= desk.batches.batch(batch).counts["done"] < 200
    worker = start(desk.base.settings.home)
    until(lambda: desk.batches.batch(batch).finished)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(SOON) == 0
    check_whole(desk, batch, 200)


def test_what_brings_the_worker_down_again_and_again_is_left_alone(desk: AdminServices) -> None:
    batch = send(desk.batches, 1)
    claims = Leases(desk.base.database, desk.audit)
    (number,) = claims.waiting()
    for attempt in (1, 2, 3):
        claim = claims.claim(number)
        assert claim is not None
        assert claim.attempt == attempt
        claims.release(died=True)
    (item,) = desk.batches.items(batch)
    assert item.problem is not None
    assert (item.state, item.problem.code) == ("failed", "brought_down")
    desk.batches.retry("somchai", [item.id])
    Worker(desk.batches).once()
    check_whole(desk, batch, 1)


# ---- at once


def test_an_item_is_taken_up_once(desk: AdminServices) -> None:
    send(desk.batches, 1)
    claims = Leases(desk.base.database, desk.audit)
    first, second = claims.claim(1), claims.claim(1)
    assert first is not None
    assert second is None
    claims.release(died=False)
    third = claims.claim(1)
    assert third is not None
    desk.batches.cancel("somchai", third.batch)
    with pytest.raises(LeaseLost):
        claims.note(third, "read", 1, None, None)


@pytest.mark.usefixtures("impatient")
def test_one_worker_for_a_home_and_the_next_takes_over(desk: AdminServices) -> None:
    other = desk_of(desk.base.settings.home)
    with working(desk), working(other):
        batch = send(desk.batches, 10)
        until(lambda: desk.batches.batch(batch).finished)
        with pytest.raises(WorkerElsewhere):
            Worker(other.batches).once()
    check_whole(desk, batch, 10)
    with working(other):
        with working(desk):
            pass
        second = other.batches.receive("mali", [UploadedText("Late", "Words of another day.")], StatedMetadata(), True)
        until(lambda: other.batches.batch(second).counts["done"] == 1)
    other.base.close()


# ---- stopped, out of disk, at fault


@pytest.mark.usefixtures("impatient")
def test_stopped_in_the_middle_of_an_item_it_waits_again(tmp_path: Path) -> None:
    encoder = Slow()
    desk = AdminServices(KnowledgeBase(Settings(home=tmp_path), encoder))
    batch = send(desk.batches, 2, long=20)
    worker = Worker(desk.batches)
    worker.start()
    assert encoder.began.wait(SOON)
    assert desk.batches.progress(batch).counts["working"] == 1
    threading.Timer(0.1, encoder.may_go.set).start()
    worker.stop()
    assert desk.base.catalogue.documents() == ()
    (first, second) = desk.batches.items(batch)
    assert [(item.state, item.attempts) for item in (first, second)] == [("waiting", 0)] * 2
    Worker(desk.batches).once()
    check_whole(desk, batch, 2)
    desk.base.close()


def test_texts_are_encoded_in_small_pieces_so_that_work_can_be_stopped(tmp_path: Path) -> None:
    handed: list[int] = []

    class Eager(WordEncoder):
        def encode(self, texts, side):  # type: ignore[no-untyped-def]
            some = list(texts)
            handed.append(len(some))
            return super().encode(some, side)

    desk = AdminServices(KnowledgeBase(Settings(home=tmp_path), Eager()))
    send(desk.batches, 1, long=100)
    Worker(desk.batches).once()
    assert sum(handed) == desk.batches.item(1).to_encode
    assert len(handed) > 1
    assert max(handed) <= 32
    desk.base.close()


@pytest.mark.usefixtures("impatient")
def test_what_nobody_works_on_any_more_is_taken_up_while_the_worker_lives(desk: AdminServices) -> None:
    sent = [UploadedText("a", "Goes in."), UploadedFile("b.txt", b"")]
    desk.batches.receive("somchai", sent, StatedMetadata(), True)
    with working(desk):
        until(lambda: desk.batches.item(1).state == "done")
        # As if the note of what became of it could not be written, for want of room.
        with desk.base.database.writing() as connection:
            lost = "UPDATE items SET state = 'working', attempts = 1, problem = 'null' WHERE id = 2"
            connection.exec_driver_sql(lost)
        until(lambda: desk.batches.item(2).problem is not None)
    item = desk.batches.item(2)
    assert item.problem is not None
    assert (item.state, item.attempts, item.problem.code) == ("failed", 1, "went_wrong")


@pytest.mark.usefixtures("impatient")
def test_the_batch_is_cancelled_while_the_worker_is_at_it(tmp_path: Path) -> None:
    encoder = Slow()
    desk = AdminServices(KnowledgeBase(Settings(home=tmp_path), encoder))
    batch = send(desk.batches, 2, long=20)
    with working(desk):
        assert encoder.began.wait(SOON)
        desk.batches.cancel("mali", batch)
        encoder.may_go.set()
        other = desk.batches.receive("mali", [UploadedText("Next", "The next one goes in.")], StatedMetadata(), True)
        until(lambda: desk.batches.batch(other).finished)
    assert [item.state for item in desk.batches.items(batch)] == ["cancelled"] * 2
    assert [one.title for one in desk.base.catalogue.documents()] == ["Next"]
    desk.base.close()


CRAMPED = """
import resource, sys
from pathlib import Path
from kb.uploads.worker import Worker
from kb.errors import HomeUnusable
from tests.kb.uploads.test_worker import desk_of; from tests.kb.uploads.test_worker import send

desk = desk_of(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    while True:
        send(desk.batches, 5, long=4)
except HomeUnusable as error:
    print(error)
try:
    Worker(desk.batches).once()
except HomeUnusable as error:
    print(error)
"""


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    done = killing.run(CRAMPED, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("free space") == 2
    desk = desk_of(tmp_path)
    batches = desk.batches.batches()
    assert batches  # those that were received before the disk was full
    assert all(batch.total == 5 and not batch.counts["failed"] for batch in batches)
    Worker(desk.batches).once()
    assert all(batch.finished and not batch.counts["failed"] for batch in desk.batches.batches())
    assert desk.base.verify() == ()
    desk.base.close()


@pytest.mark.usefixtures("impatient")
def test_a_fault_of_the_knowledge_base_is_no_fault_of_the_items(
    desk: AdminServices, caplog: pytest.LogCaptureFixture
) -> None:
    desk.base.model.require()
    with desk.base.database.writing() as connection:
        connection.exec_driver_sql("UPDATE facts SET value = 'another' WHERE name = 'model'")
    batch = send(desk.batches, 2)
    with working(desk):
        until(lambda: desk.batches.items(batch)[0].problem is not None)
        item = desk.batches.items(batch)[0]
        assert item.problem is not None
        assert (item.state, item.problem.code, item.attempts) == ("waiting", "model_mismatch", 0)
        assert "reindex" in caplog.text
        desk.base.reindex()
        until(lambda: desk.batches.batch(batch).finished)
    check_whole(desk, batch, 2)


def test_once_raises_a_fault_of_the_knowledge_base(desk: AdminServices) -> None:
    desk.base.model.require()
    with desk.base.database.writing() as connection:
        connection.exec_driver_sql("UPDATE facts SET value = 'another' WHERE name = 'model'")
    send(desk.batches, 1)
    with pytest.raises(ModelMismatch):
        Worker(desk.batches).once()
    desk.base.reindex()


@pytest.mark.usefixtures("impatient")
def test_duties_are_done_again_and_again_and_one_that_fails_stops_nothing(
    desk: AdminServices, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise RuntimeError("this duty is broken")

    often = PeriodicTask("often", 0.0, lambda: done.append("often"))
    daily = PeriodicTask("daily", 86_400.0, lambda: done.append("daily"))
    with working(desk, PeriodicTask("broken", 0.0, broken), often, daily):
        until(lambda: done.count("often") >= 3)
    assert done.count("daily") == 1
    assert "this duty is broken" in caplog.text


# ---- waking


@pytest.mark.usefixtures("impatient")
def test_what_is_sent_in_wakes_a_worker_of_the_same_process(
    desk: AdminServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.uploads.worker._POLL", 3600.0)
    with working(desk):
        for _ in range(2):
            batch = send(desk.batches, 2)
            until(lambda batch=batch: desk.batches.batch(batch).finished)  # type: ignore[misc]


@pytest.mark.usefixtures("impatient")
def test_what_another_process_sends_in_is_found(desk: AdminServices) -> None:
    other = desk_of(desk.base.settings.home)
    with working(desk):
        batch = send(other.batches, 3)
        until(lambda: other.batches.batch(batch).finished)
    check_whole(desk, batch, 3)
    other.base.close()


def test_the_queue_file_of_0_1_is_deleted(desk: AdminServices) -> None:
    left = desk.base.settings.home / "queue.sqlite"
    left.write_bytes(b"numbers of items")
    with working(desk):
        until(lambda: not left.exists())


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    secrets = {secret_of(tmp_path) for _ in range(3)}
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    (tmp_path / "secret").write_text("cut")
    with pytest.raises(HomeUnusable, match="cut off"):
        secret_of(tmp_path)


# ---- commands


def test_the_queue_is_shown_and_worked_off_from_the_shell(desk: AdminServices) -> None:
    home = ["--home", str(desk.base.settings.home)]
    run = CliRunner()
    assert "Nothing is waiting" in run.invoke(main, [*home, "queue"]).output
    assert "รอการตัดสินใจ (0)" in run.invoke(main, [*home, "work", "--once"], env={"KB_LANGUAGE": "th"}).output
    batch = desk.batches.receive(
        "mali", [UploadedFile("a.txt", b""), UploadedText("B", "Words.")], StatedMetadata(), True
    )
    shown = run.invoke(main, [*home, "queue"]).output
    assert f"Batch {batch}" in shown
    assert "waiting (1)" in shown
    assert "a.txt: The file is empty." in shown
    found = run.invoke(main, [*home, "queue", "--json"]).output
    assert '"waiting": 1' in found
    assert '"code": "not_added"' in found
    assert run.invoke(main, [*home, "queue", "--all", "--json"]).output == found
