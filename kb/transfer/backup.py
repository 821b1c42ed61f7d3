"""A home as one file, written while the site runs, and a home made of it again.

The file is a ZIP archive without compression, so that nothing in it can unpack to more than it is:

    manifest.json     `Manifest`: what the others are
    saphan.sqlite     the database
    glossary.csv      the home's own, if it has one
    words.txt         the home's own Thai words, if it has any
    calibration.npz   the home's own, if it has one

Its comment ends with the SHA-256 of all bytes before that sum.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kb.atomic_files import chunks, place, shown, sum_of, sync, workplace
from kb.embedding import calibration
from kb.errors import N_, BadBackup, Conflict, HomeUnusable, NotFound, NotWritten, Unreadable
from kb.storage.database import HEAD, NAME
from kb.transfer import snapshot
from kb.vocabulary import custom_dictionary, glossary

FORMAT, VERSION = "saphan-backup", 1
MANIFEST = "manifest.json"
BESIDE = (glossary.OWN, custom_dictionary.OWN, calibration.OWN)  # of the home; the database is put in place after them
STAGE = ".restoring"  # in the home, while it is made
_COMMENT = b"saphan-backup sha256="
_SUM = 64  # hex digits of SHA-256
_MANIFEST_BYTES = 64 * 1024  # more than any manifest has
# What `zipfile` and `json` raise on hostile bytes.
_FAULTS = (BadZipFile, struct.error, ArithmeticError, EOFError, LookupError, RuntimeError, TypeError, ValueError)

_CHANGED = N_("The backup {path} was cut off or changed after it was written. Copy it again, or use another one.")


_FOREIGN = N_(
    "{path} contains files that do not belong in a Saphan backup, and may be an attack. Use a backup that you made."
)
_NOT_EMPTY = N_(
    "{home} is not empty ({found}), and a backup can be restored into an empty folder only. "
    "Set one with --home; if a restore was interrupted here, delete what it left."
)


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """A file in a backup."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `schema` is the step of `kb/migrations` that its database is at."""

    format: str
    version: int
    schema: str
    made_at: str  # ISO 8601, UTC
    files: tuple[BackedUpFile, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: its size, and files of the home that are not in it, since they lie elsewhere."""

    bytes: int
    left_out: tuple[Path, ...]


# ---- writing


def backup(home: Path, target: Path) -> Backup:
    """Write a home to the file `target`, whole or not at all, and read it again; the site may go on running.

    A database that others are writing to is taken as it is at one moment. Raises `NoKnowledgeBase`,
    `AlreadyThere`, `NotWritten`, `HomeUnusable`, `Unreadable`.
    """
    if not (home / NAME).is_file():
        raise NotFound(
            N_("There is no knowledge base in {home}. Set its folder with --home or KB_HOME."),
            code="no_knowledge_base",
            home=shown(home),
        )
    with workplace(target) as work:
        snapshot.copy(home, work / NAME)
        schema = snapshot.schema_of(work / NAME)
        if schema is None:
            raise HomeUnusable(home=home, reason="integrity check failed")
        beside = [name for name in BESIDE if os.path.lexists(home / name)]
        left_out = [name for name in beside if not _is_plain(home / name)]
        for name in beside:
            if name not in left_out:
                _take(home / name, work / name)
        packed = work / "packed"
        _pack(packed, [work / name for name in (NAME, *beside) if name not in left_out], schema)
        with _opened(packed):  # reads every byte of it and raises if one is not as it was
            place(packed, target)
    return Backup(target.stat().st_size, tuple(home / name for name in left_out))


def _is_plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _take(path: Path, to: Path) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(path=shown(path), reason=error.strerror) from error
    to.write_bytes(data)


def _pack(packed: Path, paths: list[Path], schema: str) -> None:
    files = tuple(BackedUpFile(path.name, path.stat().st_size, sum_of(path)) for path in paths)
    manifest = Manifest(FORMAT, VERSION, schema, datetime.now(UTC).isoformat(timespec="seconds"), files)
    os.close(os.open(packed, os.O_CREAT | os.O_EXCL, 0o600))  # it may hold what not everyone may read
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(MANIFEST), json.dumps(asdict(manifest), indent=1) + "\n")
        for path in paths:
            member = ZipInfo(path.name)
            member.file_size = path.stat().st_size  # tells whether it needs the fields of large files
            with path.open("rb") as source, archive.open(member, "w") as to:
                shutil.copyfileobj(source, to)
        archive.comment = _COMMENT + b"0" * _SUM
    with packed.open("r+b") as file:
        digest = _sum_before_end(file, packed.stat().st_size - _SUM)
        file.seek(-_SUM, os.SEEK_END)
        file.write(digest)


def _sum_before_end(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    found = hashlib.sha256()
    for data in chunks(file, size):
        found.update(data)
    return found.hexdigest().encode()


# ---- reading


@dataclass(frozen=True, slots=True)
class _Opened:
    archive: ZipFile
    manifest: Manifest


@contextmanager
def _opened(source: Path) -> Iterator[_Opened]:
    """A backup all of whose bytes are as they were written, and which holds what a backup may hold.

    Raises `NothingThere`, `Unreadable`, `BadBackup`.
    """
    try:
        file = source.open("rb")
    except FileNotFoundError as error:
        raise NotFound(
            N_("There is no file or folder at {path}. Check the spelling."), code="nothing_there", path=shown(source)
        ) from error
    except OSError as error:
        raise Unreadable(path=shown(source), reason=error.strerror) from error
    with file:
        _require_unchanged(file, source)
        try:
            archive = ZipFile(file)
            manifest = _manifest(archive, source, os.fstat(file.fileno()).st_size)
        except _FAULTS as error:
            raise BadBackup(_FOREIGN, path=shown(source)) from error
        except OSError as error:
            raise Unreadable(path=shown(source), reason=error.strerror) from error
        yield _Opened(archive, manifest)


def _require_unchanged(file: BinaryIO, source: Path) -> None:
    try:
        beginning = file.read(len(MANIFEST) + 30)  # after 30 bytes of ZIP's comes the first name
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _SUM - len(_COMMENT)))
        end = file.read()
        if end[:-_SUM] != _COMMENT:
            cut = beginning.startswith(b"PK\x03\x04") and beginning.endswith(MANIFEST.encode())
            raise BadBackup(_CHANGED if cut else None, path=shown(source))
        if _sum_before_end(file, size - _SUM) != end[-_SUM:]:
            raise BadBackup(_CHANGED, path=shown(source))
    except OSError as error:
        raise Unreadable(path=shown(source), reason=error.strerror) from error


def _manifest(archive: ZipFile, source: Path, size: int) -> Manifest:
    """What the archive says of itself, when it holds just that and in no other way than `_pack` writes.

    The sum above keeps accidents out; a stranger can make one that holds. Raises `BadBackup`, `_FAULTS`.
    """
    members = archive.infolist()
    first = archive.getinfo(MANIFEST)
    if first.file_size > _MANIFEST_BYTES or first.compress_type != ZIP_STORED:
        raise ValueError(MANIFEST)
    stated = json.loads(archive.read(first))
    if stated["format"] != FORMAT or not re.fullmatch("[0-9]{4}", stated["schema"]):
        raise ValueError(stated)
    if stated["version"] > VERSION or stated["schema"] > HEAD:
        raise BadBackup(
            N_("The backup {path} was made by a newer version of Saphan. Update Saphan, then restore it."),
            path=shown(source),
        )
    files = tuple(BackedUpFile(**one) for one in stated.pop("files"))
    names = [one.name for one in files]
    if names[0] != NAME or not {*names} <= {NAME, *BESIDE} or len({*names}) < len(names):
        raise ValueError(names)
    if [(one.filename, one.file_size) for one in members] != [
        (MANIFEST, first.file_size),
        *((one.name, one.bytes) for one in files),
    ]:
        raise ValueError(members)
    plain = all(one.compress_type == ZIP_STORED and one.compress_size == one.file_size for one in members)
    linked = any(stat.S_ISLNK(one.external_attr >> 16) for one in members)
    if not plain or linked or sum(one.file_size for one in members) > size:
        raise ValueError(members)
    return Manifest(files=files, **stated)


def restore(source: Path, home: Path) -> Manifest:
    """Make the empty or missing folder `home` of a backup; on any error it is as it was.

    The database is put in place last, so that a home where this was killed is none. Raises `NotEmpty`,
    `NothingThere`, `Unreadable`, `BadBackup`, `NotWritten`.
    """
    _require_empty(home)
    with _opened(source) as opened:
        names = [one.name for one in opened.manifest.files]
        try:
            with _stage(home) as stage:
                for one in opened.manifest.files:
                    _unpack(opened.archive, one, stage / one.name, source)
                if snapshot.schema_of(stage / NAME) != opened.manifest.schema:
                    raise BadBackup(
                        N_("The database in the backup {path} is damaged. Use another backup."), path=shown(source)
                    )
                _put_in_place(stage, home, names)
        except OSError as error:
            raise NotWritten(path=shown(home), reason=error.strerror) from error
        return opened.manifest


def _put_in_place(stage: Path, home: Path, names: list[str]) -> None:
    placed: list[Path] = []
    try:
        for name in reversed(names):
            os.rename(stage / name, home / name)
            placed.append(home / name)
            sync(home)
    except BaseException:
        for path in placed:
            path.unlink()
        raise


def _unpack(archive: ZipFile, one: BackedUpFile, to: Path, source: Path) -> None:
    found = hashlib.sha256()
    try:
        with archive.open(one.name) as packed, to.open("xb") as file:
            for data in chunks(packed, one.bytes):  # type: ignore[arg-type]
                found.update(data)
                file.write(data)
    except _FAULTS as error:
        raise BadBackup(_FOREIGN, path=shown(source)) from error
    if found.hexdigest() != one.sha256:
        raise BadBackup(_FOREIGN, path=shown(source))
    sync(to)


def _require_empty(home: Path, but: tuple[str, ...] = ()) -> None:
    try:
        held = sorted(shown(Path(name)) for name in os.listdir(home) if name not in but)
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotWritten(path=shown(home), reason=error.strerror) from error
    if held:
        more = ["…"] if len(held) > 5 else []
        raise Conflict(_NOT_EMPTY, code="not_empty", home=shown(home), found=", ".join(held[:5] + more))


@contextmanager
def _stage(home: Path) -> Iterator[Path]:
    """A folder in `home` to unpack to; when the work in it fails, folders that were not there before go too."""
    missing = [one for one in (home, *home.parents) if not one.exists()]
    home.mkdir(parents=True, exist_ok=True)
    stage = home / STAGE
    try:
        stage.mkdir(mode=0o700)
    except FileExistsError:  # another restore was faster
        raise Conflict(_NOT_EMPTY, code="not_empty", home=shown(home), found=STAGE) from None
    try:
        _require_empty(home, but=(STAGE,))
        yield stage
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        with suppress(OSError):  # somebody else may have put something there
            for one in missing:
                one.rmdir()
        raise
    shutil.rmtree(stage, ignore_errors=True)
