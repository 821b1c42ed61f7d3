"""A folder sent as ZIP: which of its files come out, what is stated of them, and that no archive does harm."""

from __future__ import annotations

import io
import random
import stat
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import Damaged, Encrypted, TooLarge
from ingest.models import Kind, StatedMetadata
from ingest.parsers import registry
from kb.errors import BadEntry, BadFolder, KbError, NotAdded
from kb.pipeline import file_discovery
from kb.uploads import zip_reader
from kb.uploads.filenames import UNSEEN
from kb.uploads.zip_reader import UnpackedFile, is_folder, unpack
from tests.support.messages import says

Member = tuple[str | ZipInfo, bytes]


def packed(*members: Member, method: int = ZIP_DEFLATED) -> bytes:
    there = io.BytesIO()
    with ZipFile(there, "w", method) as zipped:
        for name, data in members:
            zipped.writestr(name, data)
    return there.getvalue()


def raw_named(*names: bytes, extra: bytes = b"") -> bytes:
    """An archive of files whose names are these bytes, marked as being in no particular encoding."""
    members = []
    for number, name in enumerate(names):
        stand_in = f"{number:0>{len(name)}}"
        entry = ZipInfo(stand_in)
        entry.extra = extra
        members.append((stand_in, (entry, b"text")))
    data = packed(*(member for _, member in members))
    for (stand_in, _), name in zip(members, names, strict=True):
        data = data.replace(stand_in.encode(), name)
    return data


def files(data: bytes) -> list[UnpackedFile]:
    found = list(unpack(data, "folder.zip"))
    assert all(isinstance(one, UnpackedFile) for one in found), found
    return [one for one in found if isinstance(one, UnpackedFile)]


def paths(data: bytes) -> list[str]:
    return [one.path for one in files(data)]


def only_fault(data: bytes) -> tuple[str, KbError]:
    """What is wrong with the one file of an archive that cannot be taken; the others can."""
    (fault,) = (one for one in unpack(data, "folder.zip") if not isinstance(one, UnpackedFile))
    return fault


def cause(error: KbError) -> object:
    assert isinstance(error, NotAdded)
    return error.values["cause"]


# ---- what is a folder


def test_a_zip_of_files_is_a_folder_and_documents_kept_as_zip_are_not() -> None:
    assert is_folder(packed(("a.txt", b"a")))
    assert is_folder(packed())
    for part in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "META-INF/container.xml"):
        assert not is_folder(packed((part, b"<a/>"), ("[Content_Types].xml", b"<a/>")))
    for data in (b"", b"PK", b"%PDF-1.4", "ข้อความ".encode(), b"PK\x03\x04 and no more"):
        assert not is_folder(data)


def test_a_document_with_files_appended_or_before_it_is_no_folder() -> None:
    assert not is_folder(b"%PDF-1.4\n" + packed(("a.txt", b"a")))


# ---- which files, and what is stated of them


def test_files_come_out_as_they_went_in_in_order() -> None:
    data = packed(("z/deep/c.txt", b"c"), ("b.txt", b"b" * 100_000), ("z/a.txt", b"\x00\xff"), ("a.txt", b""))
    assert [(one.path, one.name, one.data) for one in files(data)] == [
        ("a.txt", "a.txt", b""),
        ("b.txt", "b.txt", b"b" * 100_000),
        ("z/a.txt", "a.txt", b"\x00\xff"),
        ("z/deep/c.txt", "c.txt", b"c"),
    ]


def test_it_gives_what_the_same_folder_on_disk_gives(tmp_path: Path) -> None:
    texts = {
        "งาน/facts.yaml": "event: Bangkok 2019\nkind: release\ndate: 2019\n",
        "งาน/a.txt": "a",
        "งาน/a.txt.yaml": "date: 2019-08-02\n",
        "งาน/ลึก/facts.yaml": "kind: transcript\neconomies: [Thailand]\n",
        "งาน/ลึก/b.vtt": "b",
        "งาน/ลึก/c.txt": "c",
        "งาน/lonely.txt.yaml": "x: y",
        "งาน/README.md": "about",
        "งาน/glossary.csv": "en,th",
        "งาน/.DS_Store": "?",
        "งาน/.git/config": "?",
        "__MACOSX/งาน/._a.txt": "?",
        "งาน/Thumbs.db": "?",
        "งาน/desktop.ini": "?",
        "งาน/~$report.docx": "?",
        "งาน/Icon\r": "?",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    on_disk = []
    for one in file_discovery.find([str(tmp_path)]):
        assert isinstance(one, file_discovery.FileToIngest)
        on_disk.append((Path(one.path).relative_to(tmp_path).as_posix(), one.read(), one.facts()))
    in_zip = files(packed(*((path, text.encode()) for path, text in texts.items())))
    assert [(one.path, one.data, one.stated) for one in in_zip] == on_disk
    assert [one.path for one in in_zip] == ["งาน/a.txt", "งาน/lonely.txt.yaml", "งาน/ลึก/b.vtt", "งาน/ลึก/c.txt"]
    assert in_zip[0].stated == StatedMetadata(event="Bangkok 2019", kind=Kind.RELEASE, date="2019-08-02")


def test_facts_that_are_not_understood_keep_their_files_out_and_no_others() -> None:
    data = packed(("a.txt", b"a"), ("in/b.txt", b"b"), ("in/c.txt", b"c"), ("in/facts.yaml", b"colour: blue"))
    first, *faults = unpack(data, "folder.zip")
    assert first == UnpackedFile("a.txt", b"a", StatedMetadata())
    assert [one[0] for one in faults if isinstance(one, tuple)] == ["in/b.txt", "in/c.txt"]
    for one in faults:
        assert isinstance(one, tuple)
        assert says(cause(one[1]), "” is not recognised. Use one of: ")


def test_directories_are_no_files() -> None:
    assert paths(packed(("in/", b""), ("in/a.txt", b"a"), ("./b.txt", b"b"), ("in//c.txt", b"c"))) == [
        "b.txt",
        "in/a.txt",
        "in/c.txt",
    ]


@pytest.mark.parametrize(
    "data",
    [packed(), packed(("in/", b"")), packed(("README.md", b"about"), ("__MACOSX/._a.txt", b"?"), (".DS_Store", b"?"))],
)
def test_a_folder_without_documents_is_said_to_be_so(data: bytes) -> None:
    with pytest.raises(BadFolder) as caught:
        unpack(data, "งาน.zip")
    assert type(caught.value) is BadFolder
    assert "งาน.zip" in caught.value.message("th")


# ---- names


def test_thai_names_in_every_way_they_are_written() -> None:
    name = "รายงานน้ำ.txt"
    assert paths(packed((name, b""))) == [name]
    assert paths(raw_named(name.encode("utf-8"))) == [name]  # UTF-8, not marked as such
    assert paths(raw_named(name.encode("cp874"))) == [name]  # Thai Windows
    assert paths(raw_named("ración_señor.txt".encode("cp437"))) == ["ración_señor.txt"]
    field = b"\x01" + crc32(b"?????.txt").to_bytes(4, "little") + name.encode()
    extra = b"\x75\x70" + len(field).to_bytes(2, "little") + field
    assert paths(raw_named(b"?????.txt", extra=extra)) == [name]
    assert paths(raw_named(b"other.txt", extra=extra)) == ["other.txt"]  # the field is of another name


def test_paths_with_backslashes_are_folders_too() -> None:
    assert paths(raw_named(b"in\\deep\\a.txt", b"in\\")) == ["in/deep/a.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "in/../../a.txt",
        "in\\..\\..\\a.txt",
        "/etc/passwd",
        "\\\\server\\share",
        "C:\\a.txt",
        "c:a.txt",
        "..",
        "a\x07b.txt",
        "line\nbreak.txt",
        "gpj.\u202etxt",
        "\ufeffa.txt",
        "ก" * 401,
        "a/" * 201 + "b",
    ],
)
def test_a_name_that_could_do_harm_is_refused_and_shown_harmlessly(name: str) -> None:
    data = packed((name, b"x"), ("fine.txt", b"fine"))
    path, error = only_fault(data)
    assert says(error, " leads out of its folder, has characters that")
    for text in (path, error.message("en"), error.message("th")):
        assert not set(text) & set("\x07\n\u202e\ufeff")
        assert len(text) < 700
    assert [one.path for one in unpack(data, "f") if isinstance(one, UnpackedFile)] == ["fine.txt"]


def test_what_stands_after_a_zero_byte_in_a_name_counts() -> None:
    data = raw_named(b"a.txt\x00.exe")
    path, error = only_fault(data)
    assert says(error, " leads out of its folder, has characters that")
    assert path == "a.txt\N{REPLACEMENT CHARACTER}.exe"


def test_of_two_files_with_one_name_the_first_counts() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("a.txt", b"first"), ("a.txt", b"second"), ("b.txt", b"b"))
    assert [one.data for one in unpack(data, "f") if isinstance(one, UnpackedFile)] == [b"first", b"b"]
    path, error = only_fault(data)
    assert path == "a.txt"
    assert says(error, " is in the ZIP file more than once; the ")
    assert says(only_fault(raw_named(b"in/a.txt", b"in\\a.txt"))[1], " is in the ZIP file more than once; the ")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
def test_whatever_files_are_called_no_shown_path_leads_outside(names: list[str]) -> None:
    members = []
    for name in names:
        entry = ZipInfo("x")
        entry.filename = name.encode("utf-8", "replace").decode()
        members.append((entry, b"x"))
    try:
        found = list(unpack(packed(*members), "folder.zip"))
    except BadFolder:
        return
    for one in found:
        if isinstance(one, UnpackedFile):
            parts = one.path.split("/")
            assert not {"", ".", ".."} & set(parts)
            assert "\\" not in one.path
            assert not UNSEEN.search(one.path)
            assert one.data == b"x"


# ---- entries that are not plain files


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind: int) -> None:
    link = ZipInfo("link.txt")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    path, error = only_fault(packed((link, b"/etc/passwd"), ("a.txt", b"a")))
    assert path == "link.txt"
    assert says(error, " is a link to something and not a file. ")


def test_files_with_a_password_are_refused() -> None:
    data = bytearray(packed(("secret.txt", b"secret"), ("a.txt", b"a")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path, error = only_fault(bytes(data))
    assert path == "secret.txt"
    assert isinstance(cause(error), Encrypted)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_are_unpacked_without_a_limit_are_refused(method: int) -> None:
    odd = ZipInfo("odd.txt")
    odd.compress_type = method
    path, error = only_fault(packed((odd, b"x" * 1000), ("a.txt", b"a")))
    assert path == "odd.txt"
    assert says(error, " is compressed by an unusual method. Pac")


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
def test_a_folder_within_a_folder_is_refused_and_a_document_kept_as_zip_is_not(method: int) -> None:
    inner = packed(("b.txt", b"b"))
    document = packed(("word/document.xml", b"<a/>"), ("[Content_Types].xml", b"<a/>"))
    data = packed(("in.zip", inner), ("no-suffix", packed()), ("a.docx", document), method=method)
    found = list(unpack(data, "folder.zip"))
    assert found[0] == UnpackedFile("a.docx", document, StatedMetadata())
    for one, name in zip(found[1:], ("in.zip", "no-suffix"), strict=True):
        assert isinstance(one, tuple)
        assert one[0] == name
        assert says(one[1], " is a ZIP file within a ZIP file. Unpack")


# ---- too much


def test_ten_thousand_files_are_taken_and_one_more_is_not() -> None:
    members: list[Member] = [(f"{number:05}.txt", b"x") for number in range(zip_reader.MOST_FILES)]
    beside: list[Member] = [(f"{number:05}.txt.yaml", b"date: 2019") for number in range(100)]
    found = files(packed(*members, *beside, ("__MACOSX/._0.txt", b"?")))
    assert len(found) == zip_reader.MOST_FILES
    assert found[99].stated.date == "2019"
    with pytest.raises(BadFolder, match="There are more than "):
        unpack(packed(*members, ("more.txt", b"x")), "folder.zip")


def test_a_list_beyond_all_measure_is_refused_before_it_is_read() -> None:
    head = packed(("a.txt", b"a"))
    at = head.index(b"PK\x01\x02")
    line = head[at : head.index(b"PK\x05\x06")]
    data = head[:at] + line * 250_000 + head[head.index(b"PK\x05\x06") :]
    tracemalloc.start()
    try:
        assert is_folder(data)
        with pytest.raises(BadFolder, match="There are more than "):
            unpack(data, "folder.zip")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_refused_by_itself() -> None:
    data = packed(
        ("large.txt", bytes(registry.MAX_BYTES + 1)), ("just.txt", bytes(registry.MAX_BYTES)), ("a.txt", b"a")
    )
    path, error = only_fault(data)
    assert path == "large.txt"
    assert isinstance(cause(error), TooLarge)


def test_files_that_are_too_large_together_are_refused_together() -> None:
    noise = random.Random(5).randbytes(1 << 20)
    part = noise + bytes(49 << 20)  # packs fiftyfold: less than a bomb
    with pytest.raises(BadFolder, match="The files in ") as caught:
        unpack(many_times(part, 42), "folder.zip")
    assert "2100 MB" in str(caught.value)


def test_a_bomb_of_many_files_is_refused_before_any_is_unpacked() -> None:
    with pytest.raises(BadFolder, match=" is packed in a way that could make it u"):
        unpack(many_times(bytes(50 << 20), 30), "folder.zip")


def many_times(content: bytes, count: int) -> bytes:
    """An archive that has `content` under several names, packed only once to save time."""
    one = packed(("000.txt", content))
    at, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    local, listed = one[:at], one[at:end]
    body, listing = b"", b""
    for number in range(count):
        name = f"{number:03}.txt".encode()
        entry = bytearray(listed.replace(b"000.txt", name))
        entry[42:46] = len(body).to_bytes(4, "little")
        listing += entry
        body += local[:30] + name + local[37:]
    sizes = count.to_bytes(2, "little") * 2 + len(listing).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return body + listing + one[end : end + 8] + sizes + b"\x00\x00"


def test_files_that_share_their_bytes_are_a_bomb() -> None:
    data = packed(("000.txt", b"x" * 1000))
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    again = data[at:end].replace(b"000.txt", b"001.txt")
    sizes = b"\x02\x00\x02\x00" + (2 * len(again)).to_bytes(4, "little") + at.to_bytes(4, "little")
    with pytest.raises(BadFolder, match=" is packed in a way that could make it u"):
        unpack(data[:end] + again + data[end : end + 8] + sizes + b"\x00\x00", "folder.zip")


def test_a_file_that_reaches_into_the_next_is_a_bomb() -> None:
    data = bytearray(packed(("a.txt", b"x" * 1000), ("b.txt", b"y" * 1000), method=ZIP_STORED))
    at = data.index(b"PK\x01\x02")
    data[at + 20 : at + 24] = (1500).to_bytes(4, "little")
    with pytest.raises(BadFolder, match=" is packed in a way that could make it u"):
        unpack(bytes(data), "folder.zip")


@pytest.mark.parametrize("declared", [10, 1_000, 40_000_000, 60_000_000, 0xFFFFFFF0])
def test_a_declared_size_that_is_a_lie_frees_no_more_memory_than_the_limit(declared: int) -> None:
    truth = 30 << 20
    data = bytearray(packed(("lie.txt", bytes(truth)), ("a.txt", b"a")))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = declared.to_bytes(4, "little")
    tracemalloc.start()
    try:
        path, error = only_fault(bytes(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path == "lie.txt"
    assert isinstance(error, BadEntry) or isinstance(cause(error), TooLarge)
    assert peak < 3 * max(1_000_000, declared if declared < registry.MAX_BYTES else 0)


def test_files_are_in_memory_one_at_a_time() -> None:
    data = many_times(random.Random(6).randbytes(1 << 20) + bytes(19 << 20), 10)
    tracemalloc.start()
    try:
        assert sum(len(one.data) for one in unpack(data, "f") if isinstance(one, UnpackedFile)) == 200 << 20
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_bad_facts_of_a_folder_are_read_once_for_all_its_files() -> None:
    members: list[Member] = [(f"{number}.txt", b"x") for number in range(2000)]
    facts = b"date: never # " + b" " * 20_000_000
    faults = list(unpack(packed(*members, ("facts.yaml", facts)), "f"))
    errors = {id(one[1]) for one in faults if isinstance(one, tuple)}
    assert (len(faults), len(errors)) == (2000, 1)


# ---- damaged archives

WHOLE = packed(("in/a.txt", "ข้อความ".encode() * 50), ("in/facts.yaml", b"event: Bangkok 2019"), ("b.txt", b"b" * 300))


def test_damage_to_one_file_leaves_the_others() -> None:
    data = bytearray(packed(("a.txt", b"x" * 100), ("b.txt", b"y" * 100), method=ZIP_STORED))
    data[data.index(b"yyy")] = ord("z")
    path, error = only_fault(bytes(data))
    assert (path, type(error)) == ("b.txt", BadEntry)


@pytest.mark.parametrize("kept", range(4, len(WHOLE), 7))
def test_an_archive_that_breaks_off_is_none(kept: int) -> None:
    assert not is_folder(WHOLE[:kept]) or b"PK\x05\x06" in WHOLE[:kept]
    with pytest.raises(NotAdded) as caught:
        unpack(WHOLE[:kept], "folder.zip")
    assert isinstance(cause(caught.value), Damaged)


def outcome(data: bytes) -> Sequence[object]:
    is_folder(data)
    try:
        return list(unpack(data, "folder.zip"))
    except KbError:
        return ()


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_of_mangled_archives_only_our_errors_come_out(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE)
    for at, new in changes:
        data[at : at + len(new)] = new
    for one in outcome(bytes(data)):
        assert isinstance(one, UnpackedFile | tuple)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_of_pieces_put_together_only_our_errors_come_out(noise: bytes, first: int, second: int) -> None:
    outcome(noise)
    outcome(b"PK\x03\x04" + noise)
    outcome(WHOLE[:first] + noise + WHOLE[second:])
    outcome(noise + WHOLE[second:])
