"""A backup is the home at one moment, to the byte; a file that is anything else leaves an empty home empty."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from click.testing import CliRunner

from kb.cli.main import main
from kb.errors import BadBackup, Conflict, HomeUnusable, NotFound, NotWritten
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage.database import HEAD, NAME
from kb.transfer import backup as backups
from kb.transfer.backup import Manifest, backup, restore
from tests.support import documents
from tests.support.encoder import WordEncoder
from tests.support.killing import ROOT, cramped, killed
from tests.support.messages import Told, raising

GLOSSARY = "en,th\nmarket,ตลาด\n"


def opened(home: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(home=home), WordEncoder())


def holdings(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three documents, one of them in two versions, and a glossary. Only to be read."""
    home = tmp_path_factory.mktemp("home")
    base = opened(home)
    for text, name in (("Crabs are back.", "a"), ("ปูม้ากลับมาแล้ว", "b"), ("Honey.", "c"), ("Crabs again.", "a")):
        base.ingestor.add(text.encode(), name=f"{name}.txt")
    (home / "glossary.csv").write_text(GLOSSARY, encoding="utf-8")
    base.close()
    return home


@pytest.fixture(scope="module")
def kept(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backups") / "kept.zip"
    backup(home, path)
    return path


def check_restored(restored: Path, home: Path) -> None:
    with closing(opened(home)) as before, closing(opened(restored)) as after:
        assert after.verify() == ()
        assert after.catalogue.documents() == before.catalogue.documents()
        for one in before.catalogue.documents():
            assert after.reader.document(one.id) == before.reader.document(one.id)
            assert after.reader.versions(one.id) == before.reader.versions(one.id)
            assert after.reader.original(one.id) == before.reader.original(one.id)
        assert (
            len(after.searcher.search(SearchQuery("crabs")).results)
            == len(before.searcher.search(SearchQuery("crabs")).results)
            > 0
        )
    assert (restored / "glossary.csv").read_text(encoding="utf-8") == GLOSSARY


def test_there_and_back(home: Path, kept: Path, tmp_path: Path) -> None:
    new = tmp_path / "not" / "there yet"
    manifest = restore(kept, new)
    assert holdings(new) == ["glossary.csv", NAME]
    assert manifest.schema == HEAD
    check_restored(new, home)
    empty = tmp_path / "empty"
    empty.mkdir()
    restore(kept, empty)
    check_restored(empty, home)


def test_any_tool_opens_it_and_only_its_owner(kept: Path) -> None:
    with ZipFile(kept) as archive:
        assert archive.namelist() == ["manifest.json", NAME, "glossary.csv"]
        assert archive.testzip() is None
        for one in json.loads(archive.read("manifest.json"))["files"]:
            assert hashlib.sha256(archive.read(one["name"])).hexdigest() == one["sha256"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_was_removed_is_not_in_a_backup(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "home")) as base:
        (added,) = base.ingestor.add("A secret of the Zanzibar office.".encode("utf-16"), name="a.txt")
        base.ingestor.add(b"Something to stay.", name="b.txt")
        documents.purge(base, [added.document_id])
    backup(tmp_path / "home", tmp_path / "b.zip")
    data = (tmp_path / "b.zip").read_bytes()
    assert b"Something to stay" in data
    assert b"Zanzibar" not in data
    assert "Zanzibar".encode("utf-16-le") not in data


def test_nothing_outside_the_home_goes_in(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened(home).close()
    (tmp_path / "elsewhere").write_text("not to be told")
    (home / "glossary.csv").symlink_to(tmp_path / "elsewhere")
    (home / "calibration.npz").mkdir()
    (home / "secret.key").write_text("not to be told")
    made = backup(home, tmp_path / "b.zip")
    assert made.left_out == (home / "glossary.csv", home / "calibration.npz")
    assert b"not to be told" not in (tmp_path / "b.zip").read_bytes()
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert holdings(tmp_path / "new") == [NAME]


def test_the_calibration_goes_in(tmp_path: Path) -> None:
    opened(tmp_path / "home").close()
    (tmp_path / "home" / "calibration.npz").write_bytes(b"any bytes\0")
    backup(tmp_path / "home", tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert (tmp_path / "new" / "calibration.npz").read_bytes() == b"any bytes\0"


# ---- while another one writes

WRITER = """
import sys
from pathlib import Path
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support import documents
from tests.support.encoder import WordEncoder
base = KnowledgeBase(Settings(home=Path(sys.argv[1])), WordEncoder())
number = 0
while True:
    text = "\\n\\n".join(f"Paragraph {i} of document {number}. " * 9 for i in range(6))
    base.ingestor.add(text.encode(), name=f"{number % 7}.txt")
    if number % 5 == 4:
        documents.purge(base, [base.catalogue.documents()[0].id])
    number += 1
    print(number, flush=True)
"""


def test_while_another_process_writes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        seen = []
        for number in range(4):
            while int(writer.stdout.readline()) < 10 * (number + 1):
                pass
            backup(home, tmp_path / f"{number}.zip")
            restore(tmp_path / f"{number}.zip", tmp_path / str(number))
            with closing(opened(tmp_path / str(number))) as base:
                assert base.verify() == ()
                assert base.catalogue.documents()
                seen.append(base.status().change)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    assert seen == sorted(set(seen))  # each is of a later moment


# ---- whole or not at all


def test_it_overwrites_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"precious")
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    for name in ("b.zip", "link.zip"):
        with pytest.raises(Conflict, match=" already exists and is not overwritten\\. Ch"):
            backup(home, tmp_path / name)
    assert (tmp_path / "b.zip").read_bytes() == b"precious"
    assert holdings(tmp_path) == ["b.zip", "link.zip"]


def test_a_folder_that_is_not_there_is_not_made(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        backup(home, tmp_path / "not mounted" / "b.zip")
    assert holdings(tmp_path) == []


def test_a_folder_without_a_knowledge_base_is_said_and_stays_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no knowledge base in "):
        backup(tmp_path / "mistyped", tmp_path / "b.zip")
    assert holdings(tmp_path) == []


def test_a_damaged_database_makes_no_backup(home: Path, tmp_path: Path) -> None:
    data = bytearray((home / NAME).read_bytes())
    data[len(data) // 2 :] = os.urandom(len(data) - len(data) // 2)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / NAME).write_bytes(data)
    with pytest.raises(HomeUnusable):
        backup(tmp_path / "home", tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(("room", "code"), [(1_000, "home_unusable"), (60_000, "not_written"), (90_000, "not_written")])
def test_without_room_for_a_backup(home: Path, tmp_path: Path, room: int, code: str) -> None:
    assert (home / NAME).stat().st_size > 90_000
    assert cramped("backup.backup(*paths)", room, home, tmp_path / "b.zip").startswith(code)
    assert holdings(tmp_path) == []


# Parts of all calls; and calls before the last one, around which things get their names.
POINTS = [0.02, 0.3, 0.6, 0.9, -150, -80, -40, -20, -8]


def call_number(point: float, calls: int) -> int:
    return round(calls * point) if point > 0 else calls + int(point)


@pytest.fixture(scope="module")
def calls_to_make(home: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    path = tmp_path_factory.mktemp("whole") / "b.zip"
    return int(killed("backup.backup(*paths)", 0, home, path).stdout)


@pytest.fixture(scope="module")
def calls_to_restore(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    return int(killed("backup.restore(*paths)", 0, kept, tmp_path_factory.mktemp("whole")).stdout)


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_making_one(home: Path, tmp_path: Path, calls_to_make: int, point: float) -> None:
    path = tmp_path / "b.zip"
    call = call_number(point, calls_to_make)
    assert killed("backup.backup(*paths)", call, home, path).returncode == -9
    if not path.exists():
        backup(home, path)
    restore(path, tmp_path / "new")
    check_restored(tmp_path / "new", home)


def test_without_room_to_restore(kept: Path, tmp_path: Path) -> None:
    assert cramped("backup.restore(*paths)", 50_000, kept, tmp_path / "new" / "home").startswith("not_written")
    assert holdings(tmp_path) == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_restoring(home: Path, kept: Path, tmp_path: Path, calls_to_restore: int, point: float) -> None:
    new = tmp_path / "new"
    new.mkdir()
    assert killed("backup.restore(*paths)", call_number(point, calls_to_restore), kept, new).returncode == -9
    if (new / NAME).exists():
        check_restored(new, home)
    elif holdings(new):
        with pytest.raises(Conflict, match="restore was interrupted"):
            restore(kept, new)
    else:
        restore(kept, new)
        check_restored(new, home)


@pytest.mark.parametrize("there", ["saphan.sqlite", ".hidden", "folder/"])
def test_a_home_that_holds_anything_is_left_alone(kept: Path, tmp_path: Path, there: str) -> None:
    (tmp_path / there).mkdir() if there.endswith("/") else (tmp_path / there).write_text("precious")
    before = holdings(tmp_path)
    with pytest.raises(Conflict, match="\\), and a backup can be restored into an empt") as raised:
        restore(kept, tmp_path)
    assert there.strip("/") in raised.value.message("th")
    assert holdings(tmp_path) == before


# ---- files that are no good backups


def refused(path: Path, tmp_path: Path, error: Told) -> None:
    """Restoring is refused in both languages, and the home is as it was: missing, or empty."""
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    for home in (tmp_path / "missing" / "home", empty):
        with raising(error) as raised:
            restore(path, home)
        assert str(path) in raised.value.message("en")
        assert str(path) in raised.value.message("th")
    assert not (tmp_path / "missing").exists()
    assert holdings(empty) == []


def test_cut_off_at_many_lengths(kept: Path, tmp_path: Path) -> None:
    data, path = kept.read_bytes(), tmp_path / "cut.zip"
    for size in [*range(0, 1500, 31), *range(1500, len(data), len(data) // 60), *range(len(data) - 70, len(data))]:
        path.write_bytes(data[:size])
        refused(path, tmp_path, "The backup " if size > 50 else BadBackup)
    path.write_bytes(data + b"x")
    refused(path, tmp_path, BadBackup)


def test_a_flipped_bit_at_many_places(kept: Path, tmp_path: Path) -> None:
    data, path = bytearray(kept.read_bytes()), tmp_path / "flipped.zip"
    ends = [*range(0, 900, 7), *range(len(data) - 420, len(data))]
    for at in {*ends, *range(900, len(data), len(data) // 60)}:
        for bit in (1, 32):
            data[at] ^= bit
            path.write_bytes(data)
            refused(path, tmp_path, BadBackup)
            data[at] ^= bit


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x05\x06" + bytes(18), os.urandom(5000)])
def test_another_file(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    refused(tmp_path / "other", tmp_path, BadBackup)


def test_no_file(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", tmp_path, "There is no file or folder at ")


def forged(path: Path, members: list[tuple[ZipInfo | str, bytes]], how: int = ZIP_STORED) -> Path:
    """An archive with a sum that holds, as a stranger would make it."""
    with ZipFile(path, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
        archive.comment = b"saphan-backup sha256=" + b"0" * 64
    data = path.read_bytes()[:-64]
    path.write_bytes(data + hashlib.sha256(data).hexdigest().encode())
    return path


def manifest(*files: tuple[str, bytes], **changes: Any) -> bytes:
    told = [{"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files]
    values = {"format": "saphan-backup", "version": 1, "schema": HEAD, "made_at": "2026-01-01", "files": told}
    return json.dumps(values | changes).encode()


@pytest.fixture
def database(kept: Path) -> bytes:
    with ZipFile(kept) as archive:
        return archive.read(NAME)


def test_a_forgery_that_is_a_good_backup_is_one(tmp_path: Path, database: bytes) -> None:
    files = (NAME, database), ("glossary.csv", b"en,th\n")
    restore(forged(tmp_path / "f.zip", [("manifest.json", manifest(*files)), *files]), tmp_path / "new")
    assert holdings(tmp_path / "new") == ["glossary.csv", NAME]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "a/../../evil", "glossary.csv/evil", "C:\\evil", "evil", "manifest.json", NAME]
)
def test_hostile_names(tmp_path: Path, database: bytes, name: str) -> None:
    files: list[tuple[ZipInfo | str, bytes]] = [(NAME, database), (name, b"evil")]
    told = manifest((NAME, database), (name, b"evil"))
    refused(
        forged(tmp_path / "f.zip", [("manifest.json", told), *files]),
        tmp_path,
        " contains files that do not belong in a ",
    )
    untold = manifest((NAME, database))
    refused(
        forged(tmp_path / "f.zip", [("manifest.json", untold), *files]),
        tmp_path,
        " contains files that do not belong in a ",
    )
    assert not list(tmp_path.rglob("evil"))


def test_links(tmp_path: Path, database: bytes) -> None:
    link = ZipInfo("glossary.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    told = manifest((NAME, database), ("glossary.csv", b"/etc/passwd"))
    members: list[tuple[ZipInfo | str, bytes]] = [("manifest.json", told), (NAME, database), (link, b"/etc/passwd")]
    refused(forged(tmp_path / "f.zip", members), tmp_path, " contains files that do not belong in a ")


def test_bombs(tmp_path: Path, database: bytes) -> None:
    zeros = bytes(20_000_000)
    told = manifest((NAME, database), ("glossary.csv", zeros))
    members: list[tuple[ZipInfo | str, bytes]] = [("manifest.json", told), (NAME, database), ("glossary.csv", zeros)]
    refused(forged(tmp_path / "f.zip", members, ZIP_DEFLATED), tmp_path, " contains files that do not belong in a ")
    refused(
        forged(tmp_path / "g.zip", [("manifest.json", b" " * 70_000 + told)]),
        tmp_path,
        " contains files that do not belong in a ",
    )
    nested = b"[" * 60_000
    refused(
        forged(tmp_path / "h.zip", [("manifest.json", nested)]), tmp_path, " contains files that do not belong in a "
    )


def test_sizes_that_are_not_so(tmp_path: Path, database: bytes) -> None:
    for size in (len(database) - 1, len(database) + 1, -1, 10**15):
        files = [{"name": NAME, "bytes": size, "sha256": hashlib.sha256(database).hexdigest()}]
        told = manifest(files=files)
        path = forged(tmp_path / "f.zip", [("manifest.json", told), (NAME, database)])
        refused(path, tmp_path, " contains files that do not belong in a ")
    # Manifest and directory say that the database is far larger than the file.
    files = [{"name": NAME, "bytes": 0x7FFFFFFF, "sha256": hashlib.sha256(database).hexdigest()}]
    path = forged(tmp_path / "f.zip", [("manifest.json", manifest(files=files)), (NAME, database)])
    data = bytearray(path.read_bytes()[:-64])
    at = data.rindex(b"PK\x01\x02")
    data[at + 20 : at + 28] = (0x7FFFFFFF).to_bytes(4, "little") * 2
    path.write_bytes(bytes(data) + hashlib.sha256(data).hexdigest().encode())
    with pytest.raises(BadBackup, match=" contains files that do not belong in a ") as raised:
        restore(path, tmp_path / "empty")
    assert not isinstance(raised.value.__cause__, EOFError)  # told before anything was unpacked


def test_a_member_that_is_not_the_one_described(tmp_path: Path, database: bytes) -> None:
    told = manifest((NAME, database), ("glossary.csv", b"en,th\n"))
    members: list[tuple[ZipInfo | str, bytes]] = [
        ("manifest.json", told),
        (NAME, database),
        ("glossary.csv", b"th,en\n"),
    ]
    refused(forged(tmp_path / "f.zip", members), tmp_path, " contains files that do not belong in a ")


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"version": "1"},
        {"version": None},
        {"schema": 2},
        {"schema": "x"},
        {"files": []},
        {"files": [1]},
        {"files": None},
        {"files": [{"name": [], "bytes": 1, "sha256": ""}]},
        {"more": 1},
    ],
)
def test_manifests_that_are_none(tmp_path: Path, database: bytes, changes: dict[str, Any]) -> None:
    told = manifest((NAME, database), **changes)
    refused(
        forged(tmp_path / "f.zip", [("manifest.json", told), (NAME, database)]),
        tmp_path,
        " contains files that do not belong in a ",
    )


@pytest.mark.parametrize("changes", [{"schema": "9999"}, {"version": 2}, {"version": 2, "more": 1}])
def test_a_newer_one_is_said(tmp_path: Path, database: bytes, changes: dict[str, Any]) -> None:
    told = manifest((NAME, database), **changes)
    refused(forged(tmp_path / "f.zip", [("manifest.json", told), (NAME, database)]), tmp_path, "The backup ")


def broken_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:12288] = os.urandom(4096)
    path.write_bytes(data)


def row_without_its_index(path: Path) -> None:
    """What only the integrity check finds: every page is sound, but an index has what its table has not."""
    with closing(sqlite3.connect(path)) as connection:
        (key,) = connection.execute("SELECT content FROM versions LIMIT 1").fetchone()
    data = path.read_bytes()
    assert data.count(key.encode()) == 2
    path.write_bytes(data.replace(key.encode(), b"0" * 64, 1))


def sql(*statements: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return run


@pytest.mark.parametrize(
    "change",
    [
        broken_pages,
        lambda path: path.write_bytes(b"no database at all"),
        sql("CREATE TRIGGER t AFTER INSERT ON changes BEGIN DELETE FROM documents; END"),
        sql("CREATE VIEW v AS SELECT * FROM documents"),
        sql("CREATE VIRTUAL TABLE f USING fts5(a)"),
        row_without_its_index,
        sql("PRAGMA foreign_keys=OFF", "DELETE FROM documents"),
        sql("UPDATE alembic_version SET version_num = '9999'"),
        sql("DROP TABLE alembic_version"),
    ],
)
def test_a_database_that_is_not_as_ours(tmp_path: Path, database: bytes, change: Callable[[Path], object]) -> None:
    """A stranger can make sums that hold; what is in the database is looked at too."""
    path = tmp_path / "x.sqlite"
    path.write_bytes(database)
    change(path)
    data = path.read_bytes()
    told = manifest((NAME, data))
    refused(
        forged(tmp_path / "f.zip", [("manifest.json", told), (NAME, data)]), tmp_path, "The database in the backup "
    )


def test_two_restores_at_once(kept: Path, tmp_path: Path) -> None:
    """The one that comes second finds the folder of the first."""
    (tmp_path / backups.STAGE).mkdir()
    with pytest.raises(Conflict, match="restoring"):
        restore(kept, tmp_path)
    assert holdings(tmp_path) == [backups.STAGE]


@pytest.mark.parametrize(("language", "word"), [("en", "whole"), ("th", "ครบถ้วน")])
def test_the_commands(home: Path, tmp_path: Path, language: str, word: str) -> None:
    runner, path, new = (CliRunner(env={"KB_LANGUAGE": language}), str(tmp_path / "b.zip"), str(tmp_path / "new"))
    made = runner.invoke(main, ["--home", str(home), "backup", path])
    assert (made.exit_code, word in made.output) == (0, True)
    again = runner.invoke(main, ["--home", str(home), "backup", path])
    assert (again.exit_code, again.stderr.count("\n"), path in again.stderr) == (1, 1, True)
    assert runner.invoke(main, ["--home", new, "restore", path]).exit_code == 0
    assert runner.invoke(main, ["--home", new, "restore", path]).exit_code == 1
    check_restored(Path(new), home)


def test_a_manifest_is_its_dataclass(kept: Path) -> None:
    with ZipFile(kept) as archive:
        assert list(json.loads(archive.read("manifest.json"))) == list(Manifest.__dataclass_fields__)
