"""What was sent in as items to be: folders unpacked, facts beside files read, names made safe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath

from ingest import reader, sidecar
from ingest.errors import EmptyFile, IngestError
from ingest.model import Facts
from kb.desk import addresses, archive
from kb.desk.errors import NothingSent, TooLargeSent, TooMuchSent
from kb.desk.model import Sent, SentAddress, SentFile, SentText
from kb.desk.names import file_name, shown
from kb.errors import KbError, NotAdded
from kb.sources import FOLDER_FACTS, SIDECAR, fact_files, is_aside, is_hidden

FILES, TEXTS = "desk:", "desk:text:"  # how the origins of items begin, but for those of addresses
MOST_ITEMS = 10_000
MOST_BYTES = 1 << 30  # of all items together; their transaction then takes seconds, not minutes
_MEGABYTE = 1 << 20
_TITLE = 150  # characters of a text that stand for a title that nobody gave


@dataclass(frozen=True, slots=True)
class Taken:
    """An item to be: what it is called, what makes it the same as one sent in earlier, and what is known of it.

    `data` is None for an address, and for what cannot be taken since there is a `problem`.
    """

    name: str
    origin: str
    facts: Facts
    data: bytes | None = None
    address: str | None = None
    problem: KbError | None = None


def take(sent: Sequence[Sent], facts: Facts) -> Iterator[Taken]:
    """The items of what was sent in, in its order. `facts` are stated of all and win over those beside a file.

    Raises `NothingSent`, `TooMuchSent`.
    """
    number = size = 0
    for one in _all(sent):
        number, size = number + 1, size + len(one.data or b"")
        if number > MOST_ITEMS:
            raise TooMuchSent(limit=MOST_ITEMS)
        if size > MOST_BYTES:
            raise TooLargeSent(limit=MOST_BYTES // _MEGABYTE)
        yield replace(one, facts=sidecar.merge(facts, one.facts))
    if not number:
        raise NothingSent


def check_size(data: bytes) -> None:
    """Raises `NotAdded` for a file that is too large or empty."""
    try:
        reader.check_size(len(data))
        if not data:
            raise EmptyFile
    except IngestError as error:
        raise NotAdded(error) from error


def _all(sent: Sequence[Sent]) -> Iterator[Taken]:
    files = {id(one): _path(one.name) for one in sent if isinstance(one, SentFile)}
    beside = _Beside({files[id(one)]: one.data for one in sent if isinstance(one, SentFile)})
    for one in sent:
        if isinstance(one, SentText):
            yield _text(one)
        elif isinstance(one, SentAddress):
            yield _address(one)
        elif archive.is_folder(one.data):
            yield from _folder(one, files[id(one)])
        elif not _is_hidden(one.name) and not beside.is_aside(files[id(one)]):
            yield _file(files[id(one)], one.data, beside)


def _text(one: SentText) -> Taken:
    title = shown(" ".join(one.title.split()), _TITLE)
    data = one.text.encode("utf-8", "replace")
    # Without a title there is nothing to know it by but what it says.
    known_by = title or sha256(data).hexdigest()[:16]
    name = title or shown(" ".join(one.text.split()), _TITLE // 2)
    return _checked(Taken(name, f"{TEXTS}{known_by}", Facts(title=title or None), data))


def _address(one: SentAddress) -> Taken:
    try:
        address = addresses.parse(one.address).text
    except KbError as error:
        told = shown(re.sub(r"[^/\s]*@", "…@", one.address.strip()), 200)
        return Taken(told, told, Facts(), address=told, problem=error)
    return Taken(shown(address), address, Facts(), address=address)


def _folder(one: SentFile, path: str) -> Iterator[Taken]:
    try:
        unpacked = archive.unpack(one.data, one.name)
    except KbError as error:
        yield Taken(path, f"{FILES}{path}", Facts(), problem=error)
        return
    for found in unpacked:
        if isinstance(found, tuple):
            yield Taken(found[0], f"{FILES}{found[0]}", Facts(), problem=found[1])
        else:
            yield _checked(Taken(found.path, f"{FILES}{found.path}", found.stated, found.data))


def _file(path: str, data: bytes, beside: _Beside) -> Taken:
    try:
        return _checked(Taken(path, f"{FILES}{path}", beside.facts(path), data))
    except IngestError as error:  # what is stated beside it cannot be read
        return Taken(path, f"{FILES}{path}", Facts(), problem=NotAdded(error))


def _checked(one: Taken) -> Taken:
    """The item, without its bytes and with a problem if they are too many or none."""
    try:
        check_size(one.data or b"")
    except KbError as error:
        return replace(one, data=None, problem=error)
    return one


def _path(name: str) -> str:
    """A file's path in the folder that it was picked from, or its name: no part leads upwards or is unseen."""
    parts = [part for one in re.split(r"[/\\]", name) if (part := file_name(one))]
    return "/".join(parts) or "?"


def _is_hidden(name: str) -> bool:
    """Whether a file of a folder is hidden, or lies in a hidden folder within it."""
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".", "..")]
    return len(parts) > 1 and any(map(is_hidden, parts))


class _Beside:
    """The facts that stand beside files sent in one by one, as they do in a folder on disk (`kb.sources`).

    Of files that somebody chose by hand none is passed over but such facts themselves.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._names: dict[str, set[str]] = defaultdict(set)
        for path in files:
            folder, _, name = path.rpartition("/")
            self._names[folder].add(name)

    def is_aside(self, path: str) -> bool:
        """Whether a file is no document itself."""
        folder, _, name = path.rpartition("/")
        if folder:
            return is_aside(name, self._names[folder])
        states = name.endswith(SIDECAR) and name.removesuffix(SIDECAR) in self._names[folder]
        return states or (name == FOLDER_FACTS and len(self._files) > 1)

    def facts(self, path: str) -> Facts:
        """What is stated of a file; the nearer wins. Raises an `IngestError`."""
        places = map(str, fact_files(PurePosixPath(path), PurePosixPath()))
        return sidecar.merge(*(sidecar.load(self._files[place]) for place in places if place in self._files))
