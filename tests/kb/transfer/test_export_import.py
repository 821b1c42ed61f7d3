"""The collection goes out as open files and comes in again as it was; what is no export brings in nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import Encoded, Side
from ingest.models import Kind, StatedMetadata
from kb.cli.ingest import bring_in
from kb.cli.main import main
from kb.errors import BadExport, Conflict, KbError, NotAdded, NotFound, NotWritten, OtherHistory
from kb.knowledge_base import KnowledgeBase
from kb.models import IngestOutcome, SearchQuery
from kb.settings import Settings
from kb.storage import schema
from kb.storage.database import NAME
from kb.storage.records import Corrections
from kb.transfer.export_format import ExportedDocument, ExportedOriginal, ExportedVersion, FormatError, document_from
from kb.transfer.export_import import bring_back, checked, export
from tests.support import documents
from tests.support.encoder import WordEncoder
from tests.support.killing import ROOT, cramped, killed
from tests.support.messages import Told, raising
from tests.support.waiting import until

CASES = b"id,title,challenge,results\n1,Pepper,Wet storage.,Dry pepper.\n2,Salt,Rain.,A roof.\n"


def opened(home: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(home=home), WordEncoder())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def brought(home: Path, folder: Path) -> list[str]:
    """Import a folder; what became of each document."""
    with closing(opened(home)) as base:
        found = list(bring_back(base, checked(folder)))
        assert base.verify() == ()
    return [one.status if isinstance(one, IngestOutcome) else one.code for one in found]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four documents, two of one file and one in two versions. Only to be read."""
    home = tmp_path_factory.mktemp("home")
    with closing(opened(home)) as base:
        base.ingestor.add(
            b"Crabs are back.\n\nThey are many.", name="a.txt", stated=StatedMetadata(kind=Kind.REPORT, date="2019-08")
        )
        base.ingestor.add(CASES, name="ตาราง\x01: a/b.csv")
        base.ingestor.add(
            "ปูม้ากลับมาแล้ว\n\nชาวบ้านดีใจ".encode("tis-620"), name="b.txt", stated=StatedMetadata(themes=("ปู",))
        )
        base.ingestor.add(b"Crabs are back again.", name="a.txt")
    return home


@pytest.fixture(scope="module")
def folder(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What it is exported as."""
    folder = tmp_path_factory.mktemp("out") / "export"
    export(home, folder)
    return folder


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy of that to be spoilt."""
    return shutil.copytree(folder, tmp_path / "copied")


# ---- round trips


def check_same(home: Path, new: Path) -> None:
    with closing(opened(home)) as before, closing(opened(new)) as after:
        assert after.catalogue.documents() == before.catalogue.documents()
        for one in before.catalogue.documents():
            assert after.reader.document(one.id) == before.reader.document(one.id)
            assert after.reader.versions(one.id) == before.reader.versions(one.id)
            assert after.reader.original(one.id) == before.reader.original(one.id)
            for version in before.reader.versions(one.id):
                number = version.summary.version
                assert after.reader.version(one.id, number) == before.reader.version(one.id, number)


def test_there_and_back(home: Path, folder: Path, tmp_path: Path) -> None:
    assert brought(tmp_path / "new", folder) == ["added"] * 4
    check_same(home, tmp_path / "new")
    export(tmp_path / "new", tmp_path / "again")
    assert files(tmp_path / "again") == files(folder)
    with closing(opened(tmp_path / "new")) as base:
        assert base.searcher.search(SearchQuery("crabs")).results
        assert base.ingestor.add(CASES, name="ตาราง\x01: a/b.csv")[0].status == "unchanged"  # known by its bytes
        assert base.ingestor.add(b"Crabs for ever.", name="a.txt")[0].status == "updated"  # and by where it lay


def test_drafts_removals_and_corrections_there_and_back(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "home")) as base:
        one, two, three = (base.ingestor.add(text, name=text.decode())[0] for text in (b"Crabs.", b"Honey.", b"Rice."))
        list(documents.write(base, [base.ingestor.read(b"Silk.", name="silk")], state="draft"))
        documents.remove(base, [one.document_id])
        stated = StatedMetadata(date="2019-08", kind=Kind.REPORT, economies=("Thailand",))
        honey = base.reader.revision(two.document_id)
        settled = Corrections(stated, cleared=("event", "themes"))
        told = replace(honey.draft, corrected=settled, description=settled.on(honey.draft.description))
        assert documents.revise(base, [replace(honey, draft=told)])
    export(tmp_path / "home", tmp_path / "out")
    assert brought(tmp_path / "new", tmp_path / "out") == ["added"] * 4
    export(tmp_path / "new", tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")
    with closing(opened(tmp_path / "new")) as base:
        assert {found.id for found in base.catalogue.documents()} == {two.document_id, three.document_id}
        (later,) = base.ingestor.add(b"Honey and bees.", name="Honey.")
        assert base.reader.document(later.document_id).summary.date == "2019-08"
        documents.restore(base, [one.document_id])
        assert base.searcher.search(SearchQuery("crabs")).results[0].document.id == one.document_id
        assert base.verify() == ()


def test_the_samples_there_and_back(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "home")) as base:
        assert bring_in(base, [str(ROOT / "samples")])["failed"] == 0
    export(tmp_path / "home", tmp_path / "out")
    assert set(brought(tmp_path / "new", tmp_path / "out")) == {"added"}
    check_same(tmp_path / "home", tmp_path / "new")
    export(tmp_path / "new", tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["สะพาน\u2028\u2029", "a\x85b", "\U0001f980 é", 'quote " \\ \t', "</script>"]
)
FACTS = st.builds(
    StatedMetadata,
    title=st.none() | TEXT,
    date=st.sampled_from([None, "2019", "2019-08", "2019-08-02"]),
    event=st.none() | TEXT,
    source=st.none() | TEXT,
    sample=st.sampled_from([None, True]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), TEXT, TEXT, FACTS), max_size=6))
def test_whatever_is_in_it(given: list[tuple[int, str, str, StatedMetadata]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        there = Path(name)
        with closing(opened(there / "home")) as base:
            for place, text, called, facts in given:
                data = f"Something to say. {text}".encode()
                with suppress(NotAdded):  # too many control characters for a text
                    base.ingestor.add(data, name=called or "x", origin=f"{place}\n{place}", stated=facts)
        export(there / "home", there / "out")
        assert set(brought(there / "new", there / "out")) <= {"added"}
        check_same(there / "home", there / "new")
        export(there / "new", there / "again")
        assert files(there / "again") == files(there / "out")


def test_a_version_before_that_is_current(home: Path, folder: Path, tmp_path: Path, copied: Path) -> None:
    """Which version is current is kept, whichever it is; its passages are the ones that are searched."""

    def back_to_the_first(one: dict[str, Any]) -> None:
        one["version"] = 1

    change(copied, "Crabs", back_to_the_first)
    brought(tmp_path / "new", copied)
    with closing(opened(tmp_path / "new")) as base:
        (found,) = (one for one in base.catalogue.documents() if "Crabs" in one.title)
        assert found.version == 1
        assert base.reader.document(found.id).passages[-1].text.endswith("They are many.")
    export(tmp_path / "new", tmp_path / "again")
    assert files(tmp_path / "again") == files(copied)


def test_every_column_is_kept() -> None:
    """A new column goes into the export, or is left out here on purpose."""
    kept = {field.name for field in fields(ExportedVersion)}
    assert kept | {"document_id"} == set(schema.versions.c.keys())
    assert {field.name for field in fields(ExportedDocument)} - {"versions"} == set(schema.documents.c.keys())
    assert {field.name for field in fields(ExportedOriginal)} - {"file"} | {"data"} == set(schema.originals.c.keys())


# ---- what lies there


def test_the_files_are_open(home: Path, folder: Path) -> None:
    found = files(folder)
    lines = [json.loads(line) for line in found["documents.jsonl"].decode().split("\n")[:-1]]
    assert [one["id"] for one in lines] == sorted(one["id"] for one in lines)
    assert {len(one["versions"]) for one in lines} == {1, 2}
    (thai,) = (one for one in lines if "th" in one["versions"][0]["languages"])
    text, blocks = thai["versions"][0]["text"], thai["versions"][0]["blocks"]
    assert [text[one["start"] : one["end"]] for one in blocks] == ["ปูม้ากลับมาแล้ว", "ชาวบ้านดีใจ"]
    assert "ปูม้ากลับมาแล้ว" in found["documents.jsonl"].decode()
    for one in map(json.loads, found["originals.jsonl"].splitlines()):
        assert hashlib.sha256(found[one["file"]]).hexdigest() == one["sha256"]
    assert {Path(name).suffix for name in found if "/" in name} == {".txt", ".csv"}
    sums = dict(reversed(line.split("  ")) for line in found.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_the_readme_names_every_field_in_both_languages(folder: Path) -> None:
    english, thai = (folder / "README.txt").read_text(encoding="utf-8").split("ชุดเอกสารของสะพาน")
    names = [field.name for one in (ExportedDocument, ExportedVersion) for field in fields(one)]
    for name in [*files(folder), *names]:
        shown = name if "/" not in name else "originals/"
        assert shown in english
        assert shown in thai


# ---- into a home that holds something


def change(folder: Path, containing: str, how: Callable[[dict[str, Any]], object]) -> None:
    """Change the document whose line contains a text, and its sum with it, as a person may."""
    path = folder / "documents.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for at, line in enumerate(lines):
        if containing.encode() in line:
            values = json.loads(line)
            how(values)
            lines[at] = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))
    sign(folder)


def sign(folder: Path) -> None:
    """Make SHA256SUMS anew."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files(folder).items() if name != "SHA256SUMS"}
    (folder / "SHA256SUMS").write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))


def test_the_same_again_is_unchanged_and_encodes_nothing(folder: Path, tmp_path: Path) -> None:
    brought(tmp_path, folder)
    encoder = WordEncoder()
    with closing(KnowledgeBase(Settings(home=tmp_path), encoder)) as base:
        change = base.status().change
        assert {one.status for one in bring_back(base, checked(folder)) if isinstance(one, IngestOutcome)} == {
            "unchanged"
        }
        assert (encoder.encoded, base.status().change) == (0, change)


def test_later_versions_are_added_and_earlier_ones_change_nothing(
    home: Path, folder: Path, tmp_path: Path, copied: Path
) -> None:
    def first_only(one: dict[str, Any]) -> None:
        one["versions"], one["version"] = one["versions"][:1], 1

    change(copied, "Crabs", first_only)
    assert brought(tmp_path / "new", copied) == ["added"] * 4
    assert sorted(brought(tmp_path / "new", folder)) == ["unchanged"] * 3 + ["updated"]
    check_same(home, tmp_path / "new")
    assert brought(tmp_path / "new", copied) == ["unchanged"] * 4
    check_same(home, tmp_path / "new")


def test_the_same_that_came_in_on_another_day_is_unchanged(folder: Path, tmp_path: Path, copied: Path) -> None:
    def later(one: dict[str, Any]) -> None:
        one["added_at"] = one["versions"][0]["created_at"] = "2031-01-01T00:00:00.000000Z"

    change(copied, "Pepper", later)
    brought(tmp_path / "new", copied)
    assert brought(tmp_path / "new", folder) == ["unchanged"] * 4


def test_another_history_is_named_and_left_as_it_is(home: Path, folder: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    with closing(opened(new)) as base:
        base.ingestor.add(b"Crabs were never here.", name="a.txt")
    outcomes = brought(new, folder)
    assert sorted(outcomes) == ["added"] * 3 + ["other_history"]
    with closing(opened(new)) as base:
        (own,) = (one for one in base.catalogue.documents() if "never" in one.title)
        assert base.reader.document(own.id).text == "Crabs were never here."
        (error,) = (one for one in bring_back(base, checked(folder)) if isinstance(one, OtherHistory))
        for language in ("en", "th"):
            assert f"kb remove {own.id}" in error.message(language)
        documents.purge(base, [own.id])
    assert sorted(brought(new, folder)) == ["added"] + ["unchanged"] * 3
    check_same(home, new)


def test_a_running_site_follows(folder: Path, tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as site:
        assert site.searcher.search(SearchQuery("crabs")).results == ()
        brought(tmp_path, folder)
        until(lambda: bool(site.searcher.search(SearchQuery("crabs")).results))


def test_two_imports_at_once(home: Path, folder: Path, tmp_path: Path) -> None:
    """Another import brings in everything while this one encodes."""

    class Slow(WordEncoder):
        def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
            assert brought(tmp_path, folder) == ["added"] * 4
            return super().encode(texts, side)

    with closing(KnowledgeBase(Settings(home=tmp_path), Slow())) as base:
        assert [one.status for one in bring_back(base, checked(folder)) if isinstance(one, IngestOutcome)] == (
            ["unchanged"] * 4
        )
    check_same(home, tmp_path)


# ---- whole or not at all


def test_it_overwrites_nothing(home: Path, tmp_path: Path) -> None:
    for there in (tmp_path / "folder", tmp_path / "file"):
        there.mkdir() if there.name == "folder" else there.write_text("precious")
        with pytest.raises(Conflict, match=" already exists and is not overwritten\\. Ch"):
            export(home, there)
    with pytest.raises(NotFound, match="There is no knowledge base in "):
        export(tmp_path / "mistyped", tmp_path / "out")
    with pytest.raises(NotWritten):
        export(home, tmp_path / "not there" / "out")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_without_room_for_an_export(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "home")) as base:
        base.ingestor.add(b"Crabs and honey. " * 9000, name="a.txt")
    assert cramped("collection.export(*paths)", 100_000, tmp_path / "home", tmp_path / "out").startswith("not_written")
    assert os.listdir(tmp_path) == ["home"]


POINTS = [0.05, 0.35, 0.65, 0.9, -60, -25, -8]


@pytest.fixture(scope="module")
def calls_to_export(home: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    path = tmp_path_factory.mktemp("whole") / "out"
    return int(killed("collection.export(*paths)", 0, home, path).stdout)


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_exporting(home: Path, folder: Path, tmp_path: Path, calls_to_export: int, point: float) -> None:
    call = round(calls_to_export * point) if point > 0 else calls_to_export + int(point)
    out = tmp_path / "out"
    assert killed("collection.export(*paths)", call, home, out).returncode == -9
    if not out.exists():
        export(home, out)
    assert files(out) == files(folder)


IMPORTING = """
base = KnowledgeBase(Settings(home=paths[1]), WordEncoder())
for one in collection.bring_back(base, collection.checked(paths[0])):
    pass
base.close()
"""


@pytest.fixture(scope="module")
def calls_to_import(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    return int(killed(IMPORTING, 0, folder, tmp_path_factory.mktemp("whole")).stdout)


@pytest.mark.parametrize("part", [0.5, 0.7, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995])
def test_killed_while_importing(home: Path, folder: Path, tmp_path: Path, calls_to_import: int, part: float) -> None:
    new = tmp_path / "new"
    assert killed(IMPORTING, round(calls_to_import * part), folder, new).returncode == -9
    with closing(opened(new)) as base, closing(opened(home)) as whole:
        assert base.verify() == ()
        for one in base.catalogue.documents():
            assert base.reader.document(one.id) == whole.reader.document(one.id)
            assert base.reader.versions(one.id) == whole.reader.versions(one.id)
    brought(new, folder)
    check_same(home, new)
    export(new, tmp_path / "again")
    assert files(tmp_path / "again") == files(folder)


def test_a_full_disk_while_importing(home: Path, folder: Path, tmp_path: Path) -> None:
    work = IMPORTING.strip().replace("\n", "\n    ")
    said = cramped(
        "from kb.knowledge_base import KnowledgeBase; from kb.settings import Settings\n"
        "    from tests.support.encoder import WordEncoder\n"
        f"    {work}",
        150_000,
        folder,
        tmp_path / "new",
    )
    assert "free space" in said
    brought(tmp_path / "new", folder)
    check_same(home, tmp_path / "new")


# ---- folders that are no good exports


def refused(folder: Path, tmp_path: Path, error: Told) -> KbError:
    """Nothing comes in, and it is said in both languages."""
    with closing(opened(tmp_path / "empty")) as base:
        with raising(error) as raised:
            list(bring_back(base, checked(folder)))
        assert base.catalogue.documents() == ()
        assert base.status().change == 0
    for language in ("en", "th"):
        assert str(folder) in raised.value.message(language)
    return raised.value


def test_folders_that_are_none(tmp_path: Path, home: Path) -> None:
    refused(tmp_path / "nowhere", tmp_path, BadExport)
    refused(home, tmp_path, BadExport)
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file", tmp_path, BadExport)


def test_truncated_in_every_file(copied: Path, tmp_path: Path) -> None:
    for name, data in files(copied).items():
        for size in {0, 1, len(data) // 2, len(data) - 1}:
            (copied / name).write_bytes(data[:size])
            refused(copied, tmp_path, BadExport)
        (copied / name).unlink()
        refused(copied, tmp_path, BadExport)
        (copied / name).write_bytes(data)
    assert set(brought(tmp_path / "new", copied)) == {"added"}


def test_a_whole_line_that_is_missing(copied: Path, tmp_path: Path) -> None:
    """Also when somebody made the sums fit."""
    for name in ("documents.jsonl", "originals.jsonl", "SHA256SUMS"):
        data = (copied / name).read_bytes()
        (copied / name).write_bytes(b"".join(data.splitlines(keepends=True)[:-1]))
        if name != "SHA256SUMS":
            sign(copied)
        refused(copied, tmp_path, BadExport)
        (copied / name).write_bytes(data)


def test_documents_that_stand_there_twice_or_out_of_order(copied: Path, tmp_path: Path) -> None:
    path = copied / "documents.jsonl"
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    for lines in ([first, first, *rest], [second, first, *rest]):
        path.write_bytes(b"".join(lines))
        sign(copied)
        assert refused(copied, tmp_path, ". README.txt there describes the format.").values["field"] == "id"


def test_a_flipped_byte_in_every_file(copied: Path, tmp_path: Path) -> None:
    for name, data in files(copied).items():
        for at in {0, len(data) // 3, len(data) - 1}:
            (copied / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            refused(copied, tmp_path, BadExport)
        (copied / name).write_bytes(data)


def test_the_file_that_changed_is_named(copied: Path, tmp_path: Path) -> None:
    with (copied / "documents.jsonl").open("ab") as file:
        file.write(b"\n")
    assert "documents.jsonl" in str(refused(copied, tmp_path, " does not match its line in SHA256SUMS. "))


def test_what_a_system_puts_into_folders_does_no_harm(copied: Path, tmp_path: Path) -> None:
    (copied / ".DS_Store").write_bytes(b"x")
    (copied / "originals" / "Thumbs.db").write_bytes(b"x")
    assert brought(tmp_path / "new", copied) == ["added"] * 4


def test_a_newer_one_is_said(copied: Path, tmp_path: Path) -> None:
    (copied / "collection.json").write_text('{"format": "saphan-collection", "version": 4, "more": {}}')
    sign(copied)
    refused(copied, tmp_path, " was exported by a newer version of Saph")


def test_one_of_before_the_desk_comes_in_as_published(copied: Path, tmp_path: Path, home: Path) -> None:
    header = json.loads((copied / "collection.json").read_text(encoding="utf-8"))
    (copied / "collection.json").write_text(json.dumps({**header, "version": 1}), encoding="utf-8")
    lines = (copied / "documents.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    untold = ({**json.loads(line)} for line in lines)
    told = [{k: v for k, v in one.items() if k not in ("state", "removed_at", "public_from")} for one in untold]
    for one in told:
        for version in one["versions"]:
            del version["corrected"]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
    (copied / "documents.jsonl").write_text(text, encoding="utf-8")
    sign(copied)
    assert brought(tmp_path / "new", copied) == ["added"] * 4
    check_same(home, tmp_path / "new")


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "originals/../../secret", "originals/x.txt", "other.txt", "README.txt\n"]
)
def test_hostile_names(copied: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    with (copied / "SHA256SUMS").open("a") as file:
        file.write(f"{hashlib.sha256(b'secret').hexdigest()}  {name}\n")
    refused(copied, tmp_path, ". README.txt there describes the format.")
    sign(copied)
    path = copied / "originals.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(one | {"file": name}) + "\n" for one in lines))
    sign(copied)
    refused(copied, tmp_path, ". README.txt there describes the format.")


@pytest.mark.parametrize("what", ["original", "folder", "documents.jsonl", "SHA256SUMS", "pipe"])
def test_links_and_pipes(copied: Path, tmp_path: Path, what: str) -> None:
    """Not followed, not waited for, even when what they lead to has the right sum."""
    original = next((copied / "originals").iterdir())
    path = {"original": original, "folder": copied / "originals", "pipe": original}.get(what, copied / what)
    path.rename(tmp_path / "moved")
    os.mkfifo(path) if what == "pipe" else path.symlink_to(tmp_path / "moved")
    refused(copied, tmp_path, BadExport)


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "id": lambda one: one.update(id="0" * 12),
    "identity": lambda one: one.update(identity="elsewhere"),
    "version": lambda one: one.update(version=7),
    "true": lambda one: one.update(version=True),
    "huge": lambda one: one.update(version=2**63),
    "none": lambda one: one.update(versions=[]),
    "twice": lambda one: one["versions"].append(one["versions"][0]),
    "not a list": lambda one: one.update(versions={"0": 1}),
    "not an object": lambda one: one.update(versions=["x"]),
    "missing": lambda one: one["versions"][0].pop("event"),
    "unknown": lambda one: one["versions"][0].update(more="x"),
    "moment": lambda one: one.update(added_at="yesterday"),
    "zone": lambda one: one.update(added_at="2019-08-02T00:00:00.000000+07:00"),
    "kind": lambda one: one["versions"][0].update(kind="poem"),
    "unhashable": lambda one: one["versions"][0].update(kind=[]),
    "language": lambda one: one["versions"][0].update(languages=["xx"]),
    "languages": lambda one: one["versions"][0].update(languages=[]),
    "date": lambda one: one["versions"][0].update(date="2019-02-30"),
    "themes": lambda one: one["versions"][0].update(themes="x"),
    "surrogate": lambda one: one["versions"][0].update(title="\ud800"),
    "nothing": lambda one: one["versions"][0].update(text="  "),
    "zero": lambda one: one["versions"][0].update(text="a\0" + one["versions"][0]["text"]),
    "block": lambda one: one["versions"][0]["blocks"][0].update(end=10**6),
    "blocks": lambda one: one["versions"][0]["blocks"].append(one["versions"][0]["blocks"][0]),
    "role": lambda one: one["versions"][0]["blocks"][0].update(role="villain"),
    "speaker": lambda one: one["versions"][0]["blocks"][0].update(speaker=None),
    "sum": lambda one: one["versions"][0].update(content="../x"),
    "original": lambda one: one["versions"][0].update(original="0" * 64),
}


@pytest.mark.parametrize("how", SPOILT)
def test_lines_that_do_not_say_what_they_should(copied: Path, tmp_path: Path, how: str) -> None:
    """Said with the line, before anything comes in, though the sums hold."""
    path = copied / "documents.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    values = json.loads(lines[2])
    SPOILT[how](values)
    lines[2] = json.dumps(values).encode() + b"\n"
    path.write_bytes(b"".join(lines))
    sign(copied)
    assert refused(copied, tmp_path, ". README.txt there describes the format.").values["line"] == 3


@pytest.mark.parametrize("line", [b"", b"\n", b"[]", b"{", b"[" * 100_000, b'{"id": NaN}', b"\xff\xfe", b"null"])
def test_lines_that_are_no_objects(line: bytes) -> None:
    with pytest.raises(FormatError):
        document_from(line)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_the_line_only_our_errors_come_out(folder: Path, data: st.DataObject) -> None:
    (line, *_) = (folder / "documents.jsonl").read_bytes().splitlines()
    values = json.loads(line)
    junk = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.none()) | st.floats()
    version = values["versions"][0]
    block = version["blocks"][0]
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from([values, version, block]))
        where[data.draw(st.sampled_from(sorted(where)) if where else st.text())] = data.draw(junk)
    with suppress(FormatError):
        document_from(json.dumps(values).encode())


@pytest.mark.model
@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize(("language", "word"), [("en", "kept as they are"), ("th", "คงไว้ตามเดิม")])
def test_the_commands(home: Path, tmp_path: Path, language: str, word: str) -> None:
    runner, out, new = CliRunner(env={"KB_LANGUAGE": language}), str(tmp_path / "out"), str(tmp_path / "new")
    assert runner.invoke(main, ["--home", str(home), "export", out]).exit_code == 0
    done = runner.invoke(main, ["--home", new, "import", out])
    assert (done.exit_code, word in done.output) == (0, True)
    assert runner.invoke(main, ["--home", new, "import", str(tmp_path)]).exit_code == 1
    assert runner.invoke(main, ["--home", str(tmp_path / "none"), "import", str(tmp_path)]).exit_code == 1
    assert not (tmp_path / "none" / NAME).exists()
