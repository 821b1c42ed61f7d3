"""What is removed can be brought back for 30 days; of what is purged nothing is left in any file, nor in the index."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.models import StatedMetadata
from kb.admin import AdminServices
from kb.editorial.models import FactChanges
from kb.editorial.trash import ACTOR, DAYS
from kb.errors import NoSuchDocument, NotRemoved
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage import database
from kb.storage.database import NAME
from kb.uploads.models import UploadedFile
from kb.uploads.worker import Worker
from tests.support import documents
from tests.support.encoder import WordEncoder
from tests.support.killing import killed

SHARED = "Both documents have this paragraph about lemongrass in common. " * 12
SECRET = (
    "# Zanzibarian quokkas\n\nThe quokkamonger of Xylophonia sells marsupials. " + "Quokkas everywhere! " * 60 + "\n\n"
    "# ความลับของชาวกะเหรี่ยงคอยาว\n\n" + "ฟักทองกวนเจ้าปัญหาของคุณยายทองหยอด " * 30 + "\n\n# Lemongrass\n\n" + SHARED
)
TALK = "WEBVTT\n\n00:00:01.000 --> 00:00:09.000\n<v Wilhelmina Quokkason>The bellwether sings pianissimo.\n"
OTHER = "# Lemongrass\n\n" + SHARED
IN_TEXT = ("quokkamonger", "Xylophonia", "marsupial", "ฟักทองกวน", "คอยาว", "ทองหยอด", "zanzibarian", "pianissimo")
IN_NAMES = ("Wilhelmina", "topsecret-file", "ลับสุดยอด", "hushhush.example", "Clandestine", "whisper", "กระซิบ")
WORDS = [*IN_TEXT, "Zanzibarian", *IN_NAMES]


@pytest.fixture
def desk(base: KnowledgeBase) -> AdminServices:
    return AdminServices(base)


def needles(words: list[str]) -> dict[str, bytes]:
    """Words as they may lie in a file."""
    found = {}
    for word in words:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "tis-620"):
            try:
                found[f"{word} in {encoding}"] = word.encode(encoding)
            except UnicodeEncodeError:
                continue
        if not word.isascii():
            found[f"{word} in JSON"] = json.dumps(word)[1:-1].encode()
    return found


def stored(home: Path, ids: list[str]) -> dict[str, bytes]:
    """What the database holds of documents as bytes: originals, vectors, places of words, signatures, terms."""
    marks = ", ".join("?" * len(ids))
    own = f"SELECT text_key FROM passages WHERE document_id IN ({marks})"
    others = f"SELECT text_key FROM passages WHERE document_id NOT IN ({marks})"
    queries = {
        "original": f"SELECT data FROM originals WHERE sha256 IN "
        f"(SELECT original FROM versions WHERE document_id IN ({marks}))",
        "sentence": f"SELECT sentence FROM vectors WHERE text_key IN ({own}) AND text_key NOT IN ({others})",
        "tokens": f"SELECT tokens FROM vectors WHERE text_key IN ({own}) AND text_key NOT IN ({others})",
        "places": f"SELECT places FROM passages WHERE document_id IN ({marks}) AND text_key NOT IN ({others})",
        "terms": f"SELECT terms FROM passages WHERE document_id IN ({marks}) AND text_key NOT IN ({others})",
        "signature": f"SELECT data FROM signatures WHERE document_id IN ({marks})",
    }
    found = {}
    with closing(sqlite3.connect(home / NAME)) as connection:
        for name, query in queries.items():
            rows = connection.execute(query, ids * (query.count(marks))).fetchall()
            assert rows
            for number, (value,) in enumerate(rows):
                data = value.encode() if isinstance(value, str) else value
                found[f"{name} {number}"] = data[:120] if name != "places" else data[-64:]
    return found


def left(home: Path, wanted: dict[str, bytes]) -> set[str]:
    """Which of these can be found in the files of a home, and where."""
    files = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert NAME in files
    return {f"{name}: {what}" for name, data in files.items() for what, one in wanted.items() if one in data}


def brought(desk: AdminServices, name: str, text: str, facts: StatedMetadata | None = None) -> str:
    """Through the desk, as an editor does."""
    batch = desk.batches.receive("somchai", [UploadedFile(name, text.encode())], facts or StatedMetadata(), True)
    Worker(desk.batches).once()
    (item,) = desk.batches.items(batch)
    if item.state == "held":
        desk.batches.accept("somchai", [item.id])
        Worker(desk.batches).once()
        item = desk.batches.item(item.id)
    return item.documents[0].document_id


@pytest.fixture
def victims(desk: AdminServices) -> list[str]:
    """Two documents with secrets everywhere: names, addresses, corrections, older texts; and one that stays."""
    source = StatedMetadata(source="https://hushhush.example/quokka", title="Clandestine plans")
    secret = brought(desk, "topsecret-file ลับสุดยอด.md", SECRET, source)
    talk = brought(desk, "topsecret-file.vtt", TALK)
    brought(desk, "other.md", OTHER)
    desk.review.correct("somchai", [secret], FactChanges(set={"title": "whisper กระซิบ"}))
    desk.review.correct_text("somchai", talk, desk.review.text_of(talk) + "\n\nQuokkamonger was here.", 1)
    desk.base.searcher.search(SearchQuery("quokkamonger"))
    desk.base.searcher.map()
    return [secret, talk]


def check_nothing_is_left(desk: AdminServices, wanted: dict[str, bytes]) -> None:
    base = desk.base
    assert left(base.settings.home, wanted) == set()
    (other,) = base.catalogue.documents()
    assert base.searcher.search(SearchQuery("lemongrass")).results[0].document == other
    assert "lemongrass" in base.reader.document(other.id).text
    with base.index.searching() as collection:
        index = collection.index
    assert not [word for word in ("quokkamong", "quokkamonger", "bellweth", "bellwether") if index.knows(word)]
    assert index.knows("lemongrass")
    assert {one.partition("-")[0] for one in index.ids()} == {other.id}
    assert list(index.centres()) == [other.id]
    assert len(base.searcher.map()) == 1
    assert base.verify() == ()
    assert base.status().vectors == base.status().passages


# ---- removing and bringing back


def test_removed_is_found_by_nobody_and_comes_back(desk: AdminServices) -> None:
    base = desk.base
    one = brought(desk, "a.md", OTHER)
    ((drafted,),) = documents.write(base, [base.ingestor.read(b"A draft of words.", name="d.txt")], state="draft")
    both = [one, drafted.document_id]
    desk.removal.remove("somchai", [one, drafted.document_id, one])
    assert base.searcher.search(SearchQuery("lemongrass")).total == 0
    with pytest.raises(NoSuchDocument):
        desk.removal.remove("somchai", [one])
    assert {removed.document.id for removed in desk.removal.removed()} == set(both)
    assert {removed.days_left for removed in desk.removal.removed()} == {DAYS}
    with pytest.raises(NotRemoved):
        desk.removal.undo("somchai", [*both, "nothing"])
    desk.removal.undo("somchai", both)
    assert desk.removal.removed() == ()
    assert base.searcher.search(SearchQuery("lemongrass")).total == 1
    assert [draft.id for draft in desk.review.drafts()] == [drafted.document_id]
    with pytest.raises(NotRemoved):
        desk.removal.purge("somchai", both)
    assert [line.action for line in desk.audit.entries(subject=one)][:2] == ["document.undo", "document.remove"]
    assert base.verify() == ()


def test_thirty_days_later_it_is_purged(desk: AdminServices) -> None:
    one = brought(desk, "a.md", OTHER)
    desk.removal.remove("somchai", [one])
    (removed,) = desk.removal.removed()
    at = removed.removed_at
    for later, days in ((timedelta(0), 30), (timedelta(hours=1), 30), (timedelta(days=29, hours=1), 1)):
        assert [one.days_left for one in desk.removal.removed(at + later)] == [days]
        assert desk.removal.purge_due(at + later).documents == ()
    purged = desk.removal.purge_due(at + timedelta(days=DAYS))
    assert (purged.documents, purged.clean) == ((one,), True)
    assert desk.removal.removed() == ()
    line, *before = desk.audit.entries(subject=one)
    assert (line.actor, line.action) == (ACTOR, "document.purge")
    assert before
    assert not any(line.details for line in before)


def test_all_of_a_selection_or_none(desk: AdminServices) -> None:
    one = brought(desk, "a.md", OTHER)
    desk.removal.remove("somchai", [one])
    with pytest.raises(NotRemoved):
        desk.removal.purge("somchai", [one, "nothing"])
    assert [removed.document.id for removed in desk.removal.removed()] == [one]
    assert desk.removal.purge("somchai", []).clean


# ---- nothing is left


def test_nothing_is_left_of_what_is_purged(desk: AdminServices, victims: list[str]) -> None:
    home = desk.base.settings.home
    wanted = needles(WORDS) | stored(home, victims)
    plain = {what for what in wanted if "utf-16" not in what and "tis-620" not in what}
    before = {one.partition(": ")[2] for one in left(home, wanted)}
    assert plain - before <= {f"{word} in JSON" for word in WORDS} | {"whisper in utf-8", "กระซิบ in utf-8"}
    desk.removal.remove("somchai", victims)
    assert desk.removal.purge("somchai", victims).clean
    check_nothing_is_left(desk, wanted)
    assert desk.audit.entries(subject=victims[0])


def test_nothing_is_left_of_what_an_older_saphan_deleted(base: KnowledgeBase, tmp_path: Path) -> None:
    desk = AdminServices(base)
    gone, small = (brought(desk, "topsecret-file.md", SECRET), brought(desk, "small.md", "A few words to purge."))
    brought(desk, "other.md", OTHER)
    base.close()
    home = base.settings.home
    wanted = needles(["quokkamonger", "ฟักทองกวน", "Xylophonia"]) | stored(home, [gone])
    with closing(sqlite3.connect(home / NAME, isolation_level=None)) as connection:
        for statement in ("PRAGMA secure_delete=OFF", "PRAGMA foreign_keys=ON"):
            connection.execute(statement)
        connection.execute("DELETE FROM documents WHERE id = ?", [gone])
        connection.execute("DELETE FROM originals WHERE sha256 NOT IN (SELECT original FROM versions)")
        connection.execute("DELETE FROM vectors WHERE text_key NOT IN (SELECT text_key FROM passages)")
        connection.execute("DELETE FROM items")
        connection.execute("DELETE FROM changes WHERE document_id = ?", [gone])
    assert left(home, needles(["quokkamonger"]))  # in pages that nothing uses
    again = AdminServices(KnowledgeBase(Settings(home=home), WordEncoder()))
    again.removal.remove("somchai", [small])
    assert again.removal.purge("somchai", [small]).clean
    check_nothing_is_left(again, wanted)
    again.base.close()


def test_a_reader_in_the_way_is_said_and_the_rest_done_later(
    desk: AdminServices, victims: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 100)
    home = desk.base.settings.home
    wanted = needles(WORDS) | stored(home, victims)
    desk.removal.remove("somchai", victims)
    with closing(sqlite3.connect(home / NAME, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        purged = desk.removal.purge("somchai", victims)
        assert (purged.documents, purged.clean) == (tuple(victims), False)
        assert desk.removal.removed() == ()
        assert not desk.removal.purge_due().clean
        assert left(home, wanted)
    assert desk.removal.purge_due().clean
    check_nothing_is_left(desk, wanted)
    assert desk.removal.finish()


def test_the_worker_purges_what_is_due(desk: AdminServices) -> None:
    assert desk.removal.purge_due in [duty.do for duty in desk.duties]


# ---- killed


@pytest.fixture
def removed(desk: AdminServices, victims: list[str]) -> tuple[Path, list[str]]:
    """A home with removed documents, which nobody has open."""
    desk.removal.remove("somchai", victims)
    desk.base.close()
    return desk.base.settings.home, victims


def test_a_purge_that_is_killed_happened_or_did_not(removed: tuple[Path, list[str]], tmp_path: Path) -> None:
    home, ids = removed
    wanted = needles(WORDS) | stored(home, ids)
    work = (
        "sys.setprofile(None)\nfrom kb.admin import AdminServices as Desk\n"
        "desk = Desk(KnowledgeBase(Settings(home=paths[0]), WordEncoder()))\n"
        f"calls = 0\nsys.setprofile(count)\ndesk.removal.purge('a', {ids!r})"
    )
    whole = killed(work, 10**9, shutil.copytree(home, tmp_path / "whole"))
    assert whole.returncode == 0, whole.stderr
    calls = int(whole.stdout)
    outcomes = set()
    # Most calls are made before it is written, so the end is looked at more closely.
    for nth, call in enumerate((1, calls // 3, calls * 2 // 3, *(calls - n for n in (800, 400, 200, 100, 30, 12)))):
        copy = shutil.copytree(home, tmp_path / f"copy{nth}")
        assert killed(work, call, copy).returncode < 0
        desk = AdminServices(KnowledgeBase(Settings(home=copy), WordEncoder()))
        still = {one.document.id for one in desk.removal.removed()}
        assert still in (set(), set(ids))
        outcomes.add(bool(still))
        desk.removal.purge_due(datetime.now(UTC) + timedelta(days=DAYS + 1))
        check_nothing_is_left(desk, wanted)
        desk.base.close()
    assert outcomes == {True, False}
