"""Brings in what paths name, telling of each file; the others go in when one fails."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

from ingest.model import Facts
from ingest.sidecar import merge
from kb import show, sources
from kb.base import KnowledgeBase
from kb.desk.audit import SHELL, Audit
from kb.errors import KbError
from kb.messages import say
from kb.model import Added
from kb.records import Reading
from kb.sources import Source

T = TypeVar("T")
Found = Source | tuple[str, KbError]

TOGETHER = 128  # passages encoded together: texts of like length make better batches


def bring_in(
    base: KnowledgeBase, paths: Iterable[str], flags: Facts | None = None, *, as_json: bool = False
) -> Counter[str]:
    """Bring in files and folders; counts of what became of them. `flags` win over what is beside the files."""
    counts: Counter[str] = Counter()
    found = list(sources.find(paths))
    for path, outcome in progress(_outcomes(base, found, flags or Facts()), unit="file", total=len(found)):
        if isinstance(outcome, KbError):
            counts["failed"] += 1
            message = f"{path}: {outcome.message(base.settings.language)}"
            tell(show.failed(path, outcome) if as_json else message, err=not as_json)
            continue
        counts.update(each.status for each in outcome)
        if as_json:
            for each in outcome:
                tell(show.added(path, each))
    if not as_json:
        outcomes = (outcome for outcome in show.OUTCOMES if counts[outcome])
        tell(", ".join(say(one, base.settings.language, count=counts[one]) for one in outcomes))
    return counts


def _outcomes(
    base: KnowledgeBase, found: Iterable[Found], flags: Facts
) -> Iterator[tuple[str, tuple[Added, ...] | KbError]]:
    """What became of each file, in order; files are gathered until their passages make good batches."""
    group: list[tuple[str, Reading | KbError]] = []
    passages = 0
    for one in found:
        path, reading = _read(base, one, flags)
        group.append((path, reading))
        if isinstance(reading, Reading):
            passages += sum(len(draft.passages) for draft in reading.drafts)
        if passages >= TOGETHER:
            yield from _kept(base, group)
            group, passages = [], 0
    yield from _kept(base, group)


def _read(base: KnowledgeBase, found: Found, flags: Facts) -> tuple[str, Reading | KbError]:
    if not isinstance(found, Source):
        return found
    try:
        stated = merge(flags, found.facts())
        return found.shown, base.read(found.read(), name=found.name, origin=found.origin, stated=stated)
    except KbError as error:
        return found.shown, error


def _kept(
    base: KnowledgeBase, group: list[tuple[str, Reading | KbError]]
) -> Iterator[tuple[str, tuple[Added, ...] | KbError]]:
    """Keep what could be read of a group; a fault of the knowledge base itself is that of all the rest."""
    readings = [reading for _, reading in group if isinstance(reading, Reading)]
    audit = Audit(base.database)
    keeping = base.keep(readings, also=lambda connection, added: audit.note_added(connection, SHELL, added))
    fault: KbError | None = None
    for path, reading in group:
        if isinstance(reading, KbError):
            yield path, reading
            continue
        try:
            if fault is None:
                yield path, next(keeping)
        except KbError as error:
            fault = error
        if fault is not None:
            yield path, fault


def progress(things: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
    """The things, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(things, unit=unit, total=total, disable=None, leave=False)
    return bar


def tell(line: str, *, err: bool = False) -> None:
    """Print a line past the progress bar."""
    tqdm.write(line, file=sys.stderr if err else sys.stdout)
