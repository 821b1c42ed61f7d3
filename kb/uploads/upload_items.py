"""What was sent in as items to be: folders unpacked, facts beside files read, names made safe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath

from ingest.errors import IngestError, NoText
from ingest.metadata import sidecar
from ingest.models import StatedMetadata
from ingest.parsers import registry
from kb.errors import N_, Invalid, KbError, NotAdded, TooMuch
from kb.pipeline.file_discovery import FOLDER_FACTS, SIDECAR, fact_files, is_aside, is_hidden
from kb.uploads import url_validation, zip_reader
from kb.uploads.filenames import file_name, shown
from kb.uploads.models import Upload, UploadedAddress, UploadedFile, UploadedText

FILES, TEXTS = "desk:", "desk:text:"  # how the origins of items begin, but for those of addresses
MOST_ITEMS = 10_000
MOST_BYTES = 1 << 30  # of all items together; their transaction then takes seconds, not minutes
_MEGABYTE = 1 << 20
_TITLE = 150  # characters of a text that stand for a title that nobody gave


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be: what it is called, what makes it the same as one sent in earlier, and what is known of it.

    `data` is None for an address, and for what cannot be taken since there is a `problem`.
    """

    name: str
    origin: str
    facts: StatedMetadata
    data: bytes | None = None
    address: str | None = None
    problem: KbError | None = None


def new_items(sent: Sequence[Upload], facts: StatedMetadata) -> Iterator[NewItem]:
    """The items of what was sent in, in its order. `facts` are stated of all and win over those beside a file.

    Raises `NothingSent`, `TooMuchSent`.
    """
    number = size = 0
    for one in _all(sent):
        number, size = number + 1, size + len(one.data or b"")
        if number > MOST_ITEMS:
            raise TooMuch(
                N_("There are more than {limit} files. Nothing was imported. Import them in several batches."),
                code="too_much_sent",
                limit=MOST_ITEMS,
            )
        if size > MOST_BYTES:
            raise TooMuch(
                N_(
                    "The files have more than {limit} MB in total. Nothing was imported. Import them in "
                    "several batches."
                ),
                code="too_much_sent",
                limit=MOST_BYTES // _MEGABYTE,
            )
        yield replace(one, facts=sidecar.merge(facts, one.facts))
    if not number:
        raise Invalid(N_("Nothing was sent. Choose files, paste text or enter a web address."), code="nothing_sent")


def check_size(data: bytes) -> None:
    """Raises `NotAdded` for a file that is too large or empty."""
    try:
        registry.check_size(len(data))
        if not data:
            raise NoText(N_("The file is empty. Check that it was saved or copied completely, then import it again."))
    except IngestError as error:
        raise NotAdded(cause=error) from error


def _all(sent: Sequence[Upload]) -> Iterator[NewItem]:
    files = {id(one): _path(one.name) for one in sent if isinstance(one, UploadedFile)}
    beside = _Beside({files[id(one)]: one.data for one in sent if isinstance(one, UploadedFile)})
    for one in sent:
        if isinstance(one, UploadedText):
            yield _text(one)
        elif isinstance(one, UploadedAddress):
            yield _address(one)
        elif zip_reader.is_folder(one.data):
            yield from _folder(one, files[id(one)])
        elif not _is_hidden(one.name) and not beside.is_aside(files[id(one)]):
            yield _file(files[id(one)], one.data, beside)


def _text(one: UploadedText) -> NewItem:
    title = shown(" ".join(one.title.split()), _TITLE)
    data = one.text.encode("utf-8", "replace")
    # Without a title there is nothing to know it by but what it says.
    known_by = title or sha256(data).hexdigest()[:16]
    name = title or shown(" ".join(one.text.split()), _TITLE // 2)
    return _checked(NewItem(name, f"{TEXTS}{known_by}", StatedMetadata(title=title or None), data))


def _address(one: UploadedAddress) -> NewItem:
    try:
        address = url_validation.parse(one.address).text
    except KbError as error:
        told = shown(re.sub(r"[^/\s]*@", "…@", one.address.strip()), 200)
        return NewItem(told, told, StatedMetadata(), address=told, problem=error)
    return NewItem(shown(address), address, StatedMetadata(), address=address)


def _folder(one: UploadedFile, path: str) -> Iterator[NewItem]:
    try:
        unpacked = zip_reader.unpack(one.data, one.name)
    except KbError as error:
        yield NewItem(path, f"{FILES}{path}", StatedMetadata(), problem=error)
        return
    for found in unpacked:
        if isinstance(found, tuple):
            yield NewItem(found[0], f"{FILES}{found[0]}", StatedMetadata(), problem=found[1])
        else:
            yield _checked(NewItem(found.path, f"{FILES}{found.path}", found.stated, found.data))


def _file(path: str, data: bytes, beside: _Beside) -> NewItem:
    try:
        return _checked(NewItem(path, f"{FILES}{path}", beside.facts(path), data))
    except IngestError as error:  # what is stated beside it cannot be read
        return NewItem(path, f"{FILES}{path}", StatedMetadata(), problem=NotAdded(cause=error))


def _checked(one: NewItem) -> NewItem:
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
    """The facts that stand beside files sent in one by one, as in a folder on disk (`kb.pipeline.file_discovery`).

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

    def facts(self, path: str) -> StatedMetadata:
        """What is stated of a file; the nearer wins. Raises an `IngestError`."""
        places = map(str, fact_files(PurePosixPath(path), PurePosixPath()))
        return sidecar.merge(*(sidecar.load(self._files[place]) for place in places if place in self._files))
