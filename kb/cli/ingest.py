"""Brings in what paths name, telling of each file; the others go in when one fails."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

from ingest.metadata.sidecar import merge
from ingest.models import StatedMetadata
from kb.accounts.audit_log import SHELL, AuditLog
from kb.cli import output
from kb.errors import KbError
from kb.i18n import translate
from kb.knowledge_base import KnowledgeBase
from kb.models import IngestOutcome
from kb.pipeline import file_discovery
from kb.pipeline.file_discovery import FileToIngest
from kb.storage.records import ParsedFile, StoredVectors

T = TypeVar("T")
Found = FileToIngest | tuple[str, KbError]

TOGETHER = 128  # passages encoded together: texts of like length make better batches


def bring_in(
    base: KnowledgeBase, paths: Iterable[str], flags: StatedMetadata | None = None, *, as_json: bool = False
) -> Counter[str]:
    """Bring in files and folders; counts of what became of them. `flags` win over what is beside the files."""
    counts: Counter[str] = Counter()
    found = list(file_discovery.find(paths))
    for path, outcome in progress(_outcomes(base, found, flags or StatedMetadata()), unit="file", total=len(found)):
        if isinstance(outcome, KbError):
            counts["failed"] += 1
            message = f"{path}: {outcome.message(base.settings.language)}"
            tell(output.failed(path, outcome) if as_json else message, err=not as_json)
            continue
        counts.update(each.status for each in outcome)
        if as_json:
            for each in outcome:
                tell(output.added(path, each))
    if not as_json:
        outcomes = (outcome for outcome in output.OUTCOMES if counts[outcome])
        tell(", ".join(translate(output.OUTCOMES[one], base.settings.language, count=counts[one]) for one in outcomes))
    return counts


def _outcomes(
    base: KnowledgeBase, found: Iterable[Found], flags: StatedMetadata
) -> Iterator[tuple[str, tuple[IngestOutcome, ...] | KbError]]:
    """What became of each file, in order; files are gathered until their passages make good batches."""
    group: list[tuple[str, ParsedFile | KbError]] = []
    passages = 0
    for one in found:
        path, reading = _read(base, one, flags)
        group.append((path, reading))
        if isinstance(reading, ParsedFile):
            passages += sum(len(draft.passages) for draft in reading.drafts)
        if passages >= TOGETHER:
            yield from _kept(base, group)
            group, passages = [], 0
    yield from _kept(base, group)


def _read(base: KnowledgeBase, found: Found, flags: StatedMetadata) -> tuple[str, ParsedFile | KbError]:
    if not isinstance(found, FileToIngest):
        return found
    try:
        stated = merge(flags, found.facts())
        return found.shown, base.ingestor.read(found.read(), name=found.name, origin=found.origin, stated=stated)
    except KbError as error:
        return found.shown, error


def _kept(
    base: KnowledgeBase, group: list[tuple[str, ParsedFile | KbError]]
) -> Iterator[tuple[str, tuple[IngestOutcome, ...] | KbError]]:
    """Keep what could be read of a group; a fault of the knowledge base itself is that of all the rest."""
    fault: KbError | None = None
    made: dict[str, StoredVectors] = {}
    try:
        parsed = [reading for _, reading in group if isinstance(reading, ParsedFile)]
        made = base.ingestor.encode(document for one in parsed for document in one.drafts)
    except KbError as error:
        fault = error
    for path, reading in group:
        if isinstance(reading, KbError):
            yield path, reading
            continue
        try:
            if fault is None:
                yield path, _write(base, reading, made)
        except KbError as error:
            fault = error
        if fault is not None:
            yield path, fault


def _write(base: KnowledgeBase, parsed: ParsedFile, made: dict[str, StoredVectors]) -> tuple[IngestOutcome, ...]:
    with base.database.writing() as connection:
        outcomes = base.ingestor.write(connection, parsed, made)
        AuditLog(base.database).note_added(connection, SHELL, outcomes)
    return outcomes


def progress(things: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
    """The things, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(things, unit=unit, total=total, disable=None, leave=False)
    return bar


def tell(line: str, *, err: bool = False) -> None:
    """Print a line past the progress bar."""
    tqdm.write(line, file=sys.stderr if err else sys.stdout)
