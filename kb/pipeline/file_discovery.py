"""Files on disk as things to bring in: which ones, and what is stated of them beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from ingest.errors import IngestError
from ingest.metadata import sidecar
from ingest.models import StatedMetadata
from ingest.parsers import registry
from kb.errors import N_, KbError, NotAdded, NotFound, Unreadable

STDIN = "-"
SIDECAR = ".yaml"  # NAME.EXT.yaml states facts of NAME.EXT
FOLDER_FACTS = "facts.yaml"  # states facts of every file in its folder and below
ABOUT = ("readme", "glossary.csv")  # beginnings of names of files about a folder, which are no documents
LEFT_BEHIND = ("thumbs.db", "desktop.ini", "icon\r", "~$")  # and of those that programs leave there

P = TypeVar("P", bound=PurePath)


@dataclass(frozen=True, slots=True)
class FileToIngest:
    """A file to bring in. `path` is as the caller named it; `top` is where its folder's facts end."""

    path: str
    top: Path

    @property
    def shown(self) -> str:
        """Its path as text that can be printed and stored."""
        return _as_text(self.path)

    @property
    def name(self) -> str:
        """The file's name."""
        return "stdin.jsonl" if self.path == STDIN else Path(self.shown).name

    @property
    def origin(self) -> str:
        """Where it lies, however the caller named it."""
        return "stdin" if self.path == STDIN else _as_text(Path(self.path).resolve())

    def read(self) -> bytes:
        """Its bytes. Raises `Unreadable`, `NothingThere`, `NotAdded` (too large)."""
        if self.path == STDIN:
            return sys.stdin.buffer.read()
        try:
            registry.check_size(Path(self.path).stat().st_size)
            return Path(self.path).read_bytes()
        except IngestError as error:
            raise NotAdded(cause=error) from error
        except FileNotFoundError as error:
            raise NotFound(
                N_("There is no file or folder at {path}. Check the spelling."), code="nothing_there", path=self.shown
            ) from error
        except OSError as error:
            raise Unreadable(path=self.shown, reason=error.strerror) from error

    def facts(self) -> StatedMetadata:
        """What its sidecar and its folders' facts say; the nearer wins. Raises `NotAdded`, `Unreadable`."""
        if self.path == STDIN:
            return StatedMetadata()
        path = Path(self.path).resolve()
        try:
            stated = [sidecar.load(one.read_bytes()) for one in fact_files(path, self.top) if one.is_file()]
        except IngestError as error:
            raise NotAdded(cause=error) from error
        except OSError as error:
            raise Unreadable(path=self.shown, reason=error.strerror) from error
        return sidecar.merge(*stated)


def find(paths: Iterable[str]) -> Iterator[FileToIngest | tuple[str, KbError]]:
    """The files that `paths` name, folders searched in order of name; or a path and what is wrong with it."""
    for path in paths:
        if path == STDIN:
            yield FileToIngest(STDIN, Path())
        elif Path(path).is_dir():
            yield from _in_folder(path)
        else:
            yield FileToIngest(path, _top(Path(path).resolve().parent))


def fact_files(path: P, top: P) -> list[P]:
    """Where facts of the file at `path` may stand, the nearer first: beside it, in its folder, up to `top`."""
    above = [folder / FOLDER_FACTS for folder in path.parents if folder.is_relative_to(top)]
    return [path.with_name(path.name + SIDECAR), *above]


def is_hidden(folder: str) -> bool:
    """Whether a folder of this name within another is passed over, with all that is in it."""
    return folder.startswith(".") or folder == "__MACOSX"


def is_aside(name: str, names: Collection[str]) -> bool:
    """Whether a file in a folder is no document itself: hidden, about others, or left there by a program.

    `names` are those of all files in its folder.
    """
    if name.startswith(".") or name == FOLDER_FACTS or name.lower().startswith(ABOUT + LEFT_BEHIND):
        return True
    return name.endswith(SIDECAR) and name.removesuffix(SIDECAR) in names


def _top(folder: Path) -> Path:
    """Facts are looked for from a file's folder up to the working folder, if it is inside, else there only."""
    here = Path.cwd().resolve()
    return here if folder.is_relative_to(here) else folder


def _in_folder(folder: str) -> Iterator[FileToIngest | tuple[str, KbError]]:
    faults: list[OSError] = []
    top = _top(Path(folder).resolve())
    for where, inner, names in os.walk(folder, onerror=faults.append):
        inner[:] = sorted(name for name in inner if not is_hidden(name))
        for name in sorted(names):
            if not is_aside(name, names):
                yield FileToIngest(os.path.join(where, name), top)
        while faults:
            yield _fault(faults.pop())
    while faults:
        yield _fault(faults.pop())


def _fault(error: OSError) -> tuple[str, KbError]:
    path = _as_text(error.filename)
    return path, Unreadable(path=path, reason=error.strerror)


def _as_text(path: str | Path) -> str:
    """A path as text: the bytes of a name that is not UTF-8 (Thai of an old archive) are told by number."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
