"""Which files paths name, what is stated beside them, and what is said of those that cannot be read."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from ingest.models import Kind, StatedMetadata
from kb.cli.ingest import bring_in
from kb.errors import NotAdded, NotFound, Unreadable
from kb.knowledge_base import KnowledgeBase
from kb.pipeline.file_discovery import FileToIngest, find


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"What {name} tells.", encoding="utf-8")
    return folder


def sources(*paths: Path | str) -> list[FileToIngest]:
    found = list(find(map(str, paths)))
    assert all(isinstance(one, FileToIngest) for one in found)
    return [one for one in found if isinstance(one, FileToIngest)]


def names(*paths: Path | str) -> list[str]:
    return [one.name for one in sources(*paths)]


def only(path: Path | str) -> FileToIngest:
    (found,) = sources(path)
    return found


# ---- which files


def test_a_folder_gives_its_files_in_order_of_name(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.md", "z/deep/er/c.vtt", "m/d.html", "โครงการ.txt")
    found = [os.path.relpath(one.path, tmp_path) for one in sources(tmp_path)]
    assert found == ["a.md", "b.txt", "โครงการ.txt", "m/d.html", "z/deep/er/c.vtt"]


def test_files_about_a_folder_are_no_documents(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "README.md", "readme.th.txt", "glossary.csv", "facts.yaml", ".DS_Store", "in/facts.yaml")
    write(tmp_path, ".git/config", ".hidden/a.txt")
    assert names(tmp_path) == ["a.txt"]


def test_a_sidecar_is_no_document_but_other_yaml_is_tried(tmp_path: Path) -> None:
    write(tmp_path, "a.pdf", "a.pdf.yaml", "lonely.txt.yaml", "b.yaml", "sub/a.pdf")
    assert names(tmp_path) == ["a.pdf", "b.yaml", "lonely.txt.yaml", "a.pdf"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, "README.md", ".note.txt", "a.txt.yaml", "a.txt")
    assert names(tmp_path / "README.md", tmp_path / ".note.txt", tmp_path / "a.txt.yaml") == [
        "README.md",
        ".note.txt",
        "a.txt.yaml",
    ]


def test_paths_come_in_the_order_given(tmp_path: Path) -> None:
    write(tmp_path, "b/1.txt", "a/2.txt", "3.txt")
    assert names(tmp_path / "b", tmp_path / "3.txt", tmp_path / "a") == ["1.txt", "3.txt", "2.txt"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert list(find([str(tmp_path)])) == []


def test_the_origin_is_the_same_however_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "in/a.txt")
    monkeypatch.chdir(tmp_path)
    origins = {one.origin for one in sources("in/a.txt", "./in/../in/a.txt", "in", tmp_path / "in" / "a.txt")}
    assert origins == {str((tmp_path / "in" / "a.txt").resolve())}


# ---- what is stated beside them


def test_the_nearer_fact_wins(tmp_path: Path) -> None:
    write(tmp_path, "in/deep/a.txt", "in/deep/b.txt", "in/c.txt")
    (tmp_path / "facts.yaml").write_text("event: Outside\n")
    (tmp_path / "in" / "facts.yaml").write_text("event: Bangkok 2019\nkind: release\ndate: 2019\nsample: true\n")
    (tmp_path / "in" / "deep" / "facts.yaml").write_text("kind: transcript\neconomies: [Thailand]\n")
    (tmp_path / "in" / "deep" / "a.txt.yaml").write_text("date: 2019-08-02\nsample: false\n")
    stated = {one.name: one.facts() for one in sources(tmp_path / "in")}
    folder = StatedMetadata(event="Bangkok 2019", date="2019", sample=True)
    assert stated["c.txt"] == StatedMetadata(event="Bangkok 2019", date="2019", sample=True, kind=Kind.RELEASE)
    assert stated["b.txt"] == StatedMetadata(
        event=folder.event, date="2019", sample=True, kind=Kind.TRANSCRIPT, economies=("Thailand",)
    )
    assert stated["a.txt"] == StatedMetadata(
        event=folder.event, date="2019-08-02", sample=False, kind=Kind.TRANSCRIPT, economies=("Thailand",)
    )


def test_facts_are_looked_for_up_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "here/in/a.txt")
    (tmp_path / "facts.yaml").write_text("event: Outside\n")
    (tmp_path / "here" / "facts.yaml").write_text("event: Inside\n")
    path = tmp_path / "here" / "in" / "a.txt"
    assert only(path).facts() == StatedMetadata()  # the working folder is elsewhere: its own folder only
    monkeypatch.chdir(tmp_path / "here")
    assert only(path).facts() == only("in").facts() == only("in/a.txt").facts() == StatedMetadata(event="Inside")


def test_nothing_beside_states_nothing(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.txt")).facts() == StatedMetadata()


@pytest.mark.parametrize("text", ["colour: blue\n", "date: someday\n", "- a\n- list\n", "economies: Atlantis\n"])
def test_facts_that_are_not_understood_keep_the_document_out(tmp_path: Path, text: str) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "a.txt.yaml").write_text(text)
    with pytest.raises(NotAdded) as caught:
        only(tmp_path).facts()
    assert caught.value.message("th") != caught.value.message("en")


# ---- what cannot be read


def test_a_path_where_nothing_is(tmp_path: Path) -> None:
    missing = only(tmp_path / "missing.txt")
    assert missing.facts() == StatedMetadata()
    with pytest.raises(NotFound, match=r"missing\.txt"):
        missing.read()


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(NotFound, match="There is no file or folder at "):
        only(tmp_path).read()


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As if the rights to look into a folder were missing; they do not bind root, whom tests may run as."""
    real = os.scandir

    def scandir(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


@pytest.mark.parametrize("inner", ["", "m"])
def test_a_folder_that_cannot_be_read_is_told_and_the_others_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: str
) -> None:
    write(tmp_path, "in/a/1.txt", "in/m/2.txt", "in/z/3.txt", "other/4.txt")
    refused = tmp_path / "in" / inner
    refuse(monkeypatch, refused)
    found = list(find([str(tmp_path / "in"), str(tmp_path / "other")]))
    faults = [one for one in found if not isinstance(one, FileToIngest)]
    assert len(faults) == 1
    path, error = faults[0]
    assert Path(path) == refused
    assert isinstance(error, Unreadable)
    assert "Permission denied" in error.message("th")
    assert [one.name for one in found if isinstance(one, FileToIngest)] == (
        ["1.txt", "3.txt", "4.txt"] if inner else ["4.txt"]
    )


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")
    source = only(tmp_path)

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(Unreadable, match=r"a\.txt cannot be read \(Permission denied\)"):
        source.read()


def test_facts_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", "a.txt.yaml")
    source = only(tmp_path)

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(Unreadable):
        source.facts()


def test_a_huge_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(300 * 1024 * 1024)  # takes no room on the disk
    source = only(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("it was read"))
    with pytest.raises(NotAdded, match="MB"):
        source.read()


# ---- standard input, and names of old archives


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    line = '{"text": "ปลา"}\n'.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    source = only("-")
    assert (source.name, source.origin, source.facts()) == ("stdin.jsonl", "stdin", StatedMetadata())
    assert source.read() == line


def old_names(folder: Path) -> list[Path]:
    """Two files whose Thai names are in TIS-620, as a zip of the nineties gives them."""
    made = []
    for name in ("กบ.txt", "ขบ.txt"):
        path = os.fsencode(folder) + b"/" + name.encode("tis-620")
        try:
            with open(path, "wb") as file:
                file.write(f"What {name} tells.".encode())
        except OSError:
            pytest.skip("this file system takes UTF-8 names only")
        made.append(Path(os.fsdecode(path)))
    return made


def test_a_name_that_is_not_utf_8_can_be_printed_and_stored(tmp_path: Path) -> None:
    old_names(tmp_path)
    found = sources(tmp_path)
    for one in found:
        for text in (one.shown, one.name, one.origin):
            text.encode()
        assert one.name.endswith(".txt")
        assert one.read().startswith(b"What ")
    assert len({one.origin for one in found}) == 2
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xa1.txt"))
    with pytest.raises(NotFound, match="There is no file or folder at ") as caught:
        only(path).read()
    caught.value.message("th").encode()


def test_documents_with_such_names_go_in(
    base: KnowledgeBase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    old_names(folder)
    assert bring_in(base, [str(folder)], as_json=True) == {"added": 2}
    assert bring_in(base, [str(folder)]) == {"unchanged": 2}
    assert base.verify() == ()
    capsys.readouterr().out.encode()


def test_the_others_go_in_when_one_fails(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "in", "a.txt", "closed/b.txt", "c.txt")
    (folder / "empty.txt").write_bytes(b"")
    refuse(monkeypatch, folder / "closed")
    counts = bring_in(base, [str(folder), str(folder / "missing.txt")])
    assert counts == {"added": 2, "failed": 3}
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    for name in ("closed", "empty.txt", "missing.txt"):
        assert sum(name in line for line in told) == 1
