"""Files and folders that are written whole or not at all, and sums of what is in them."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kb.errors import N_, Conflict, NotWritten

CHUNK = 1024 * 1024  # bytes read at once


def shown(path: Path) -> str:
    """A path as text that can be printed: bytes of it that are not UTF-8 are told by number."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def chunks(source: BinaryIO, size: int) -> Iterator[bytes]:
    """The next `size` bytes of a file, or as many as there are."""
    while size > 0 and (data := source.read(min(CHUNK, size))):
        size -= len(data)
        yield data


def sum_of(path: Path) -> str:
    """SHA-256 of a file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises `OSError`."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to make it in, deleted afterwards; one that was killed leaves it.

    Only the owner may enter. Raises `AlreadyThere`, and `NotWritten` for any `OSError` of the work in it.
    """
    try:
        _require_free(target)
        folder = Path(tempfile.mkdtemp(prefix=".saphan-part-", dir=target.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise NotWritten(path=shown(target), reason=error.strerror or error) from error


def place(made: Path, target: Path) -> None:
    """Give what was made in a `workplace` its name. Raises `AlreadyThere`, `OSError`."""
    for folder, _, names in os.walk(made):
        for path in (*(Path(folder, name) for name in names), Path(folder)):
            sync(path)
    if made.is_file():
        sync(made)
    _require_free(target)
    os.rename(made, target)
    sync(target.parent)


def overwrite(path: Path, data: bytes) -> None:
    """Write a file whole in place of the one that is there, if any, whose rights it gets. Raises `NotWritten`."""
    try:
        rights = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
        opened, part = tempfile.mkstemp(prefix=".saphan-part-", dir=path.parent)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(data)
                os.fchmod(opened, rights)
            sync(Path(part))
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        sync(path.parent)
    except OSError as error:
        raise NotWritten(path=shown(path), reason=error.strerror or error) from error


def _require_free(target: Path) -> None:
    if os.path.lexists(target):
        raise Conflict(
            N_("{path} already exists and is not overwritten. Choose another name, or move it away first."),
            code="already_there",
            path=shown(target),
        )
