"""A file of the home that people may change at any time: read anew when it has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from kb.errors import KbError, Unreadable

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


class ReloadingFile(Generic[T]):
    """What a file of the home says, else what holds without it. Threads may share it."""

    def __init__(self, path: Path, read: Callable[[Path], T], otherwise: Callable[[], T]) -> None:
        """`read` makes it of the file and raises a `KbError` where it cannot; `otherwise` when there is none."""
        self._path, self._read, self._otherwise = path, read, otherwise
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._kept: list[T] = []  # what was read last, once anything was

    def current(self) -> T:
        """What it says now.

        Raises what `read` raises, or `Unreadable`, as long as nothing could be read. After that, a file that is
        changed to a broken one is said in the log, once, and what it said before serves on.
        """
        with self._lock:
            try:
                seen = self._stamp()
                if not self._kept or seen != self._seen:
                    self._seen = seen
                    self._kept = [self._otherwise() if seen is None else self._read(self._path)]
            except KbError as error:
                if not self._kept:
                    raise
                _LOG.error("%s %s", error.message("en"), error.message("th"))
            return self._kept[0]

    def check(self) -> None:
        """Read the file as it is now. Raises what `read` raises, or `Unreadable`."""
        if self._stamp() is not None:
            self._read(self._path)

    def _stamp(self) -> tuple[int, int, int] | None:
        """What changes when the file does; None when there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreadable(path=self._path, reason=error.strerror) from error
        return found.st_mtime_ns, found.st_size, found.st_ino
