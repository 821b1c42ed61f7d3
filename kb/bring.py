"""Brings in what paths name, telling of each file; the others go in when one fails."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

from ingest.model import Facts
from ingest.sidecar import merge
from kb import show, sources
from kb.base import KnowledgeBase
from kb.errors import KbError
from kb.messages import say

T = TypeVar("T")


def bring_in(
    base: KnowledgeBase, paths: Iterable[str], flags: Facts | None = None, *, as_json: bool = False
) -> Counter[str]:
    """Bring in files and folders; counts of what became of them. `flags` win over what is beside the files."""
    counts: Counter[str] = Counter()
    for found in progress(list(sources.find(paths)), unit="file"):
        path = found.shown if isinstance(found, sources.Source) else found[0]
        try:
            if not isinstance(found, sources.Source):
                raise found[1]
            stated = merge(flags or Facts(), found.facts())
            added = base.add(found.read(), name=found.name, origin=found.origin, stated=stated)
        except KbError as error:
            counts["failed"] += 1
            line = show.failed(path, error) if as_json else f"{path}: {error.message(base.settings.language)}"
            tell(line, err=not as_json)
            continue
        counts.update(each.status for each in added)
        if as_json:
            for each in added:
                tell(show.added(path, each))
    if not as_json:
        outcomes = (outcome for outcome in show.OUTCOMES if counts[outcome])
        tell(", ".join(say(one, base.settings.language, count=counts[one]) for one in outcomes))
    return counts


def progress(things: Iterable[T], unit: str) -> Iterable[T]:
    """The things, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(things, unit=unit, disable=None, leave=False)
    return bar


def tell(line: str, *, err: bool = False) -> None:
    """Print a line past the progress bar."""
    tqdm.write(line, file=sys.stderr if err else sys.stdout)
