"""Export the whole collection as a folder of open files (`kb.transfer.export_format`), and import such a folder."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from ingest.errors import TooLarge
from ingest.parsers import registry
from kb.accounts.audit_log import SHELL, AuditLog
from kb.atomic_files import place, shown, sum_of, workplace
from kb.errors import N_, BadExport, NotAdded, NotFound, OtherHistory, Unreadable
from kb.knowledge_base import KnowledgeBase
from kb.models import IngestOutcome
from kb.storage.database import NAME, Database
from kb.storage.records import IncomingDocument
from kb.transfer import export_format, full_history
from kb.transfer.export_format import (
    DOCUMENTS,
    FILE_NAME,
    FOLDER,
    HEADER,
    ORIGINALS,
    README,
    SUMS,
    ExportedDocument,
    ExportedOriginal,
    FormatError,
    Header,
)

T = TypeVar("T")

TOGETHER = 128  # passages encoded together, as when files are brought in
_LINE_BYTES = 1024 * 1024 * 1024  # of a document with all its versions
_SMALL = 64 * 1024  # bytes that `collection.json` may have
_TOP = (README, HEADER, DOCUMENTS, ORIGINALS)
_SUM_LINE = re.compile(rf"([0-9a-f]{{64}})  ({'|'.join(map(re.escape, _TOP))}|{FILE_NAME.pattern})\n")
ABOUT = Path(__file__).with_name("export-readme.txt")


_BAD_LINE = N_("Line {line} of {name} in {path} cannot be used: see {field}. README.txt there describes the format.")
_CHANGED = N_(
    "{name} in {path} does not match its line in SHA256SUMS. Copy the folder again; if you "
    "changed the file yourself, correct that line."
)


def export(home: Path, folder: Path) -> Header:
    """Write the collection of `home` to `folder`, whole or not at all; the site may go on running.

    Raises `NoKnowledgeBase`, `AlreadyThere`, `NotWritten`, `HomeUnusable`.
    """
    if not (home / NAME).is_file():
        raise NotFound(
            N_("There is no knowledge base in {home}. Set its folder with --home or KB_HOME."),
            code="no_knowledge_base",
            home=shown(home),
        )
    database = Database(home)
    try:
        with workplace(folder) as work, full_history.frozen(database) as frozen:
            made = work / "export"
            made.mkdir()
            (made / FOLDER).mkdir()
            sums = {
                DOCUMENTS: _write(made / DOCUMENTS, map(export_format.line_of, frozen.documents())),
                ORIGINALS: _write(made / ORIGINALS, _originals(made, frozen.originals())),
            }
            counts = [_lines(made / name) for name in (DOCUMENTS, ORIGINALS)]
            header = Header(export_format.FORMAT, export_format.VERSION, *counts)
            sums[HEADER] = _write(made / HEADER, [export_format.header_of(header)])
            sums[README] = _write(made / README, [ABOUT.read_bytes()])
            sums |= {f"{FOLDER}/{one.name}": one.name.split(".")[0] for one in (made / FOLDER).iterdir()}
            _write(made / SUMS, (f"{sums[name]}  {name}\n".encode() for name in sorted(sums)))
            place(made, folder)
    finally:
        database.close()
    return header


def _originals(made: Path, originals: Iterable[tuple[ExportedOriginal, bytes]]) -> Iterator[bytes]:
    for one, data in originals:
        (made / one.file).write_bytes(data)
        yield export_format.line_of(one)


def _write(path: Path, parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    with path.open("xb") as file:
        for part in parts:
            file.write(part)
            found.update(part)
    return found.hexdigest()


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


# ---- and in again


@dataclass(frozen=True, slots=True)
class Import:
    """A folder all of whose files are as they were exported, with what it says of its originals."""

    folder: Path
    header: Header
    originals: dict[str, ExportedOriginal]  # by SHA-256

    def documents(self) -> Iterator[ExportedDocument]:
        """Its documents, by id. Raises `BadExport`, `Unreadable`."""
        return _records(self.folder, DOCUMENTS, export_format.document_from)

    def data(self, sha256: str) -> bytes:
        """The bytes of an original. Raises `ChangedExport`, `Unreadable`."""
        name = self.originals[sha256].file
        data = _read(self.folder, name, registry.MAX_BYTES)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadExport(_CHANGED, path=shown(self.folder), name=name)
        return data


def checked(folder: Path) -> Import:
    """Read an exported folder through, before anything of it is brought in.

    Files that its list does not name are passed over. Raises `BadExport`, `NotAdded` (a file is too large),
    `Unreadable`.
    """
    _require_unchanged(folder)
    try:
        header = export_format.header_from(_read(folder, HEADER, _SMALL))
    except FormatError as error:
        raise BadExport(_BAD_LINE, path=shown(folder), name=HEADER, line=1, field=error.field) from error
    if header.version > export_format.VERSION:
        raise BadExport(
            N_("{path} was exported by a newer version of Saphan. Update Saphan, then import it."), path=shown(folder)
        )
    originals = {one.sha256: one for one in _records(folder, ORIGINALS, export_format.original_from)}
    found = Import(folder, header, originals)
    for one in originals.values():
        _require_plain(folder, one.file)
        _require_size(folder / one.file)
    last, count = "", 0
    for count, kept in enumerate(found.documents(), start=1):
        if kept.id <= last or not {one.original for one in kept.versions} <= originals.keys():
            field = "id" if kept.id <= last else "original"
            raise BadExport(_BAD_LINE, path=shown(folder), name=DOCUMENTS, line=count, field=field)
        last = kept.id
    if (count, len(originals)) != (header.documents, header.originals):
        raise BadExport(_BAD_LINE, path=shown(folder), name=HEADER, line=1, field="documents, originals")
    return found


def bring_back(base: KnowledgeBase, found: Import) -> Iterator[IngestOutcome | OtherHistory]:
    """Bring in what `checked` found; what became of each document, in order.

    Documents keep their ids, versions and dates. One that is here with the same versions, or with these and
    later ones, is unchanged; one that goes on from what is here gets the versions that are missing; one that
    became another here is left as it is. Each goes in whole or not at all, so that an import that was killed
    can be repeated. Raises `BadExport`, `Unreadable`, `ModelMismatch`, `Unusable`, `HomeUnusable`.
    """
    group: list[tuple[ExportedDocument, IncomingDocument]] = []
    for kept in found.documents():
        try:
            with base.database.reading() as connection:
                outcome = full_history.outcome_of(connection, kept)
        except OtherHistory as error:
            yield error
            continue
        if outcome == "unchanged":
            yield IngestOutcome(outcome, kept.id, kept.current.title, 0)
            continue
        base.model.require()
        group.append((kept, _draft(kept, base)))
        if sum(len(draft.passages) for _, draft in group) >= TOGETHER:
            yield from _kept(base, found, group)
            group = []
    yield from _kept(base, found, group)


def _draft(kept: ExportedDocument, base: KnowledgeBase) -> IncomingDocument:
    """The current version, cut into passages as a document that comes in."""
    version = kept.current
    draft = IncomingDocument(
        identity=kept.identity,
        input=version.input,
        manuscript=version.manuscript,
        description=version.description,
        source=version.source,
        format=version.format,
        sample=version.sample,
        passages=(),
        corrected=version.corrected,
    )
    return base.ingestor.cut(draft)


def _kept(
    base: KnowledgeBase, found: Import, group: list[tuple[ExportedDocument, IncomingDocument]]
) -> Iterator[IngestOutcome | OtherHistory]:
    made = base.ingestor.encode(draft for _, draft in group)
    for kept, draft in group:
        needed = {one.original for one in kept.versions}
        files = {one: (found.originals[one], found.data(one)) for one in needed}
        try:
            with base.database.writing() as connection:
                vectors = base.ingestor.complete(connection, [draft], made)
                status = full_history.put_history(connection, kept, files, draft, vectors, base.model.name)
                outcome = IngestOutcome(status, kept.id, kept.current.title, len(draft.passages))
                AuditLog(base.database).note_added(connection, SHELL, [outcome])
        except OtherHistory as error:
            yield error
        else:
            yield outcome


# ---- files of a folder that anybody may have made: only those it should have, no links, no more than expected


def _require_unchanged(folder: Path) -> None:
    """Every file that the list names is there with its sum, and the list names all that must be there."""
    listed: set[str] = set()
    with _opened(folder, SUMS) as file:
        for number, line in enumerate(iter(lambda: file.readline(_SMALL), b""), start=1):
            matched = _SUM_LINE.fullmatch(line.decode("ascii", "replace"))
            if matched is None or matched[2] in listed:
                raise BadExport(_BAD_LINE, path=shown(folder), name=SUMS, line=number, field="SHA-256")
            _require_plain(folder, matched[2])
            try:
                if sum_of(folder / matched[2]) != matched[1]:
                    raise BadExport(_CHANGED, path=shown(folder), name=matched[2])
            except OSError as error:
                raise Unreadable(path=shown(folder / matched[2]), reason=error.strerror) from error
            listed.add(matched[2])
    for name in _TOP:
        if name not in listed:
            raise BadExport(path=shown(folder), name=name)


def _require_plain(folder: Path, name: str) -> None:
    path = folder / name
    try:
        linked = path.parent.is_symlink() if path.parent != folder else False
        if linked or not stat.S_ISREG(path.lstat().st_mode):
            raise BadExport(path=shown(folder), name=name)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadExport(path=shown(folder), name=name) from error
    except OSError as error:
        raise Unreadable(path=shown(path), reason=error.strerror) from error


def _require_size(path: Path) -> None:
    try:
        registry.check_size(path.stat().st_size)
    except TooLarge as error:
        raise NotAdded(cause=error) from error


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[BinaryIO]:
    _require_plain(folder, name)
    try:
        with (folder / name).open("rb") as file:
            yield file
    except OSError as error:
        raise Unreadable(path=shown(folder / name), reason=error.strerror) from error


def _read(folder: Path, name: str, most: int) -> bytes:
    with _opened(folder, name) as file:
        return file.read(most)


def _records(folder: Path, name: str, made_of: Callable[[bytes], T]) -> Iterator[T]:
    number = 0
    with _opened(folder, name) as file:
        while line := file.readline(_LINE_BYTES):
            number += 1
            try:
                yield made_of(line)
            except FormatError as error:
                raise BadExport(_BAD_LINE, path=shown(folder), name=name, line=number, field=error.field) from error
