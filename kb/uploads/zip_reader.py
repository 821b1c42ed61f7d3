"""A folder sent as ZIP, read file by file in memory; nothing of it is ever written to a disk.

Whatever could hurt is settled before the first file is handed out: how many there are, how much they unpack to,
whether any share bytes. `zipfile` then never gives more of a file than the archive declared.
"""

from __future__ import annotations

import re
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

from ingest.errors import Damaged, Encrypted, IngestError
from ingest.metadata import sidecar
from ingest.models import StatedMetadata
from ingest.parsers import registry
from kb.errors import N_, BadEntry, BadFolder, KbError, NotAdded
from kb.pipeline.file_discovery import fact_files, is_aside, is_hidden
from kb.uploads.filenames import UNSEEN, decoded, shown

MOST_FILES = 10_000  # to bring in, those beside them not counted
MOST_UNPACKED = 2 << 30  # bytes of all files together
_MEGABYTE = 1 << 20
_RATIO_MATTERS_FROM = 100 * _MEGABYTE
_MOST_RATIO = 100  # text packs five- to twentyfold
_LONGEST_PATH = 400  # characters
_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")  # of an archive, of an empty one
_LISTED = b"PK\x01\x02"  # stands before each name in the list at an archive's end
_MOST_LISTED = 20 * MOST_FILES
_HEADER, _END = 30, b"PK\x05\x06"
_FLAG_ENCRYPTED, _FLAG_UTF8 = 0x41, 0x800
_UNICODE_PATH = 0x7075  # the extra field in which some programs put the name in UTF-8
_DRIVE = re.compile("[A-Za-z]:")


_TOO_MANY = N_("There are more than {limit} files in {name}. Pack them as several ZIP files.")
_BOMB = N_(
    "{name} is packed in a way that could make it unpack without end, and may be an attack. "
    "Unpack it yourself and import its files, or skip it."
)


@dataclass(frozen=True, slots=True)
class UnpackedFile:
    """A file of the folder: its path in it with `/` between, its bytes, what is stated beside it there."""

    path: str
    data: bytes
    stated: StatedMetadata

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]


def is_folder(data: bytes) -> bool:
    """Whether a file is a folder as ZIP, and no document that is kept as one (DOCX, XLSX, an e-book).

    A ZIP that breaks off is none: `ingest.parsers.registry` says so of it.
    """
    if not data.startswith(_BEGINNINGS):
        return False
    return data.startswith(_END) or _lists_too_many(data) or registry.is_packed_folder(data)


def unpack(data: bytes, name: str) -> Iterator[UnpackedFile | tuple[str, KbError]]:
    """The files of a folder in order of name, one in memory at a time; or a file's path and what is wrong with it.

    Which files count, and where facts of them stand, is as in `kb.pipeline.file_discovery`. `name` is the
    archive's own. Raises at once, before any file, `BadFolder` and its kinds, and `NotAdded` for an archive
    that is damaged or cut off; the iterator raises nothing.
    """
    folder = _Folder(_opened(data, name))
    _refuse_bombs(folder, name, data)
    return folder.files()


def _lists_too_many(data: bytes) -> bool:
    """Whether opening the archive would make far too many things of its list; inner archives may count too."""
    return data.count(_LISTED) > _MOST_LISTED


def _opened(data: bytes, name: str) -> ZipFile:
    if _lists_too_many(data):
        raise BadFolder(_TOO_MANY, name=shown(name), limit=MOST_FILES)
    try:
        return ZipFile(BytesIO(data))
    except Exception as error:  # whatever `zipfile` makes of hostile bytes
        cause = (
            Damaged(format="ZIP")
            if _END in data
            else Damaged(
                N_("The {format} file is incomplete. Download or copy it again, then import it."), format="ZIP"
            )
        )
        raise NotAdded(cause=cause) from error


_UNSAFE_NAME = N_(
    "The name {path} leads out of its folder, has characters that cannot be displayed, or is "
    "too long. Rename the file and pack the folder again."
)
_NAME_TWICE = N_("{path} is in the ZIP file more than once; the first one is used. Pack the folder again.")


class _Folder:
    """The files of an archive by their path, and what is known of facts beside them."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.members: dict[str, ZipInfo] = {}
        self.faults: list[tuple[str, KbError]] = []
        for entry in archive.infolist():
            path = _path_of(entry)
            if path.endswith("/"):
                continue
            parts = [part for part in path.split("/") if part not in ("", ".")]
            clean = "/".join(parts)
            if not parts or ".." in parts or path.startswith("/") or _DRIVE.match(path):
                self._refuse(path, _UNSAFE_NAME)
            elif clean in self.members:
                self._refuse(clean, _NAME_TWICE)
            else:
                self.members[clean] = entry
        self.documents = _documents(self.members)
        self._stated: dict[str, StatedMetadata | KbError] = {}

    def _refuse(self, path: str, message: str) -> None:
        self.faults.append((shown(path), BadEntry(message, path=shown(path))))

    def files(self) -> Iterator[UnpackedFile | tuple[str, KbError]]:
        """The documents, then the entries that have no place among them: they lead outside, or it is taken."""
        for path in self.documents:
            try:
                if len(path) > _LONGEST_PATH or UNSEEN.search(path):
                    raise BadEntry(_UNSAFE_NAME, path=shown(path))
                data = self._read(path)
                if data.startswith(_BEGINNINGS) and is_folder(data):
                    raise BadEntry(
                        N_("{path} is a ZIP file within a ZIP file. Unpack it, or import it separately."), path=path
                    )
                yield UnpackedFile(path, data, self._facts(path))
            except KbError as error:
                yield shown(path), error
        yield from self.faults

    def _facts(self, path: str) -> StatedMetadata:
        """What stands beside a file. Raises `NotAdded`, `BadEntry`."""
        found = []
        for place in map(str, fact_files(PurePosixPath(path), PurePosixPath())):
            if place in self.members:
                if place not in self._stated:
                    self._stated[place] = self._load(place)
                if isinstance(stated := self._stated[place], KbError):
                    raise stated
                found.append(stated)
        return sidecar.merge(*found)

    def _load(self, place: str) -> StatedMetadata | KbError:
        """Facts, or what is wrong with them: a folder's are asked for by each of its files, and read once."""
        try:
            return sidecar.load(self._read(place))
        except IngestError as error:
            return NotAdded(cause=error)
        except KbError as error:
            return error

    def _read(self, path: str) -> bytes:
        """The bytes of one file; no more are unpacked than it may have. Raises `NotAdded`, `BadEntry`."""
        entry = self.members[path]
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BadEntry(
                N_(
                    "{path} is a link to something and not a file. Put the file itself in its place and pack the "
                    "folder again."
                ),
                path=path,
            )
        try:
            if entry.flag_bits & _FLAG_ENCRYPTED:
                raise Encrypted
            if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise BadEntry(
                    N_(
                        "{path} is compressed by an unusual method. Pack the folder again by the method Deflate, "
                        "or import this file separately."
                    ),
                    path=path,
                )  # the other methods are unpacked without a limit
            registry.check_size(entry.file_size)
            with self.archive.open(entry) as stream:
                data = stream.read(entry.file_size + 1)  # what was declared may be a lie
        except IngestError as error:
            raise NotAdded(cause=error) from error
        except KbError:
            raise
        except Exception as error:  # whatever `zipfile` and `zlib` make of hostile bytes
            raise BadEntry(path=path) from error
        if len(data) != entry.file_size:
            raise BadEntry(path=path)
        return data


def _refuse_bombs(folder: _Folder, name: str, data: bytes) -> None:
    """Raise a `BadFolder` for one that is empty, has too much in it, or is not packed as programs pack."""
    name = shown(name)
    entries = folder.archive.infolist()
    if not folder.documents and not folder.faults:
        raise BadFolder(name=name)
    if len(folder.documents) + len(folder.faults) > MOST_FILES:
        raise BadFolder(_TOO_MANY, name=name, limit=MOST_FILES)
    if _overlap(entries, data):
        raise BadFolder(_BOMB, name=name)
    # A file that is too large by itself is refused by itself, and not unpacked.
    sizes = (folder.members[path].file_size for path in folder.members)
    total = sum(size for size in sizes if size <= registry.MAX_BYTES)
    if total > max(_RATIO_MATTERS_FROM, _MOST_RATIO * len(data)):
        raise BadFolder(_BOMB, name=name)
    if total > MOST_UNPACKED:
        megabytes = -(-total // _MEGABYTE)
        raise BadFolder(
            N_(
                "The files in {name} have {megabytes} MB in total; at most {limit} MB can be imported. "
                "Pack them as several ZIP files."
            ),
            name=name,
            megabytes=megabytes,
            limit=MOST_UNPACKED // _MEGABYTE,
        )


def _overlap(entries: list[ZipInfo], data: bytes) -> bool:
    """Whether any bytes of the archive belong to two of its files, as in bombs and in archives of themselves."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < end:
            return True
        lengths = (data[start + 26 : start + 28], data[start + 28 : start + 30])  # of the name, of extra fields
        end = start + _HEADER + sum(int.from_bytes(each, "little") for each in lengths) + entry.compress_size
    return False


def _documents(members: dict[str, ZipInfo]) -> list[str]:
    """The paths of the files to bring in: in order of name, those of a folder before those of folders in it."""
    beside: dict[str, set[str]] = defaultdict(set)
    for path in members:
        folder, _, name = path.rpartition("/")
        beside[folder].add(name)
    found = []
    for path in members:
        folder, _, name = path.rpartition("/")
        if not any(map(is_hidden, folder.split("/"))) and not is_aside(name, beside[folder]):
            found.append(path)
    return sorted(found, key=_place)


def _place(path: str) -> tuple[tuple[bool, str], ...]:
    *folders, name = path.split("/")
    return *((True, folder) for folder in folders), (False, name)


def _path_of(entry: ZipInfo) -> str:
    """The path as its writer meant it, with `/` between; ends with one if it is a folder's."""
    path = entry.orig_filename
    if not entry.flag_bits & _FLAG_UTF8:
        raw = path.encode("cp437")  # as which `zipfile` reads the bytes of a name that is not marked as UTF-8
        path = _unicode_path(entry.extra, raw) or decoded(raw, "cp437")
    return normalize("NFC", path.replace("\\", "/"))


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field for it, if it is there and is of this very entry."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and field[1:5] == crc32(raw).to_bytes(4, "little"):
            return field[5:].decode("utf-8", "replace")
    return None
