"""`Metrics`: what the knowledge base holds, how it works and how much room there is, in numbers."""

from __future__ import annotations

import shutil
import threading
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, exists, func, select

from kb.editorial.trash import DAYS
from kb.errors import KbError, ModelMismatch
from kb.i18n import StoredMessage, stored
from kb.knowledge_base import KnowledgeBase
from kb.models import State
from kb.monitoring.unanswered_queries import GapKind, UnansweredQueries
from kb.storage import row_mapping
from kb.storage.schema import changes, documents, facts, passages, vectors, versions
from kb.uploads.batches import BatchService
from kb.uploads.models import QueueCounts
from kb.uploads.worker import LOCK

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds that searches take
LEAST_FREE = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """How many documents there are of one main language, kind and state."""

    language: str
    kind: str
    state: State
    documents: int


@dataclass(frozen=True, slots=True)
class Level:
    """What the index holds against what the database holds of published documents, as far as counts tell.

    An index that is behind by some changes takes them in at the next search. It is filled at the first one.
    """

    change: int  # number of the last change of the database
    indexed_change: int  # of the last one that the index has followed
    passages: int
    indexed_passages: int
    without_vectors: int  # passages that no search can find; those of drafts are among them

    @property
    def filled(self) -> bool:
        """Whether anything was searched since the start."""
        return self.indexed_change > 0 or self.change == 0

    @property
    def behind(self) -> int:
        """How many changes the index has not followed yet."""
        return max(0, self.change - self.indexed_change)

    @property
    def differs(self) -> bool:
        """Whether something is wrong, for `kb verify` to say what."""
        level = self.filled and not self.behind
        return self.without_vectors > 0 or (level and self.passages != self.indexed_passages)


@dataclass(frozen=True, slots=True)
class Model:
    """The model whose vectors are stored, None in a new knowledge base, and the one in use with its calibration.

    What is in use is None where there is a `problem` with it.
    """

    stored: str | None
    in_use: str | None
    calibration: str | None
    problem: StoredMessage | None


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes: of the database, of all files of the home, of the disk that it is on, and free of these."""

    database: int
    home: int
    total: int
    free: int

    @property
    def is_low(self) -> bool:
        """Whether a backup or a purge, which need as much again as the database, might fail."""
        return self.free < max(LEAST_FREE, 2 * self.database)


@dataclass(frozen=True, slots=True)
class Times:
    """How many searches there were since the start, and how long they took together.

    `within[n]` is the number of those that took `BUCKETS[n]` seconds or less.
    """

    count: int
    seconds: float
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers of a knowledge base at one moment."""

    documents: tuple[Counted, ...]
    purge_due: datetime | None  # UTC: when the first of the removed documents may be purged
    level: Level
    model: Model
    disk: Disk
    queue: QueueCounts
    working: bool  # whether a worker is there, in any process
    gaps: Mapping[GapKind, int]
    searches: Times

    def in_state(self, state: State) -> int:
        """How many documents are in a state."""
        return sum(one.documents for one in self.documents if one.state == state)


class Searches:
    """How long searches took since the start. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def took(self, seconds: float) -> None:
        """Count a search."""
        with self._lock:
            self._counts[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def times(self) -> Times:
        """What was counted so far."""
        with self._lock:
            counts, seconds = list(self._counts), self._seconds
        within = tuple(sum(counts[: place + 1]) for place in range(len(BUCKETS)))
        return Times(sum(counts), seconds, within)


class Metrics:
    """Gathers the numbers; cheap enough to be asked for every few seconds."""

    def __init__(self, base: KnowledgeBase, batches: BatchService, gaps: UnansweredQueries) -> None:
        """The numbers of `base`."""
        self._base, self._batches, self._gaps = base, batches, gaps
        self.searches = Searches()

    def figures(self) -> Figures:
        """All of them now. Raises `HomeUnusable`."""
        indexed_change, indexed_passages = self._base.index.glance()  # first, so that it is never ahead
        with self._base.database.reading() as connection:
            counted, due = _documents(connection), _purge_due(connection)
            stored = connection.scalar(select(facts.c.value).where(facts.c.name == "model"))
            level = Level(
                change=connection.scalar(select(func.max(changes.c.number))) or 0,
                indexed_change=indexed_change,
                passages=_published(connection),
                indexed_passages=indexed_passages,
                without_vectors=_without_vectors(connection, stored),
            )
        return Figures(
            documents=counted,
            purge_due=due,
            level=level,
            model=self._model(stored),
            disk=self._disk(),
            queue=self._batches.waiting(),
            working=_is_locked(self._base.database.home / LOCK),
            gaps=self._gaps.counts(),
            searches=self.searches.times(),
        )

    def _model(self, stored: str | None) -> Model:
        try:
            in_use, calibration = self._base.model.name, self._base.model.calibration.name
        except KbError as error:
            return Model(stored, None, None, _told(error))
        differ = stored is not None and stored != in_use
        problem = _told(ModelMismatch(stored=stored, current=in_use)) if differ else None
        return Model(stored, in_use, calibration, problem)

    def _disk(self) -> Disk:
        home = self._base.database.home
        room = shutil.disk_usage(home)
        size = sum(path.stat().st_size for path in home.iterdir() if path.is_file())
        return Disk(self._base.database.bytes_on_disk(), size, room.total, room.free)


def _is_locked(path: Path) -> bool:
    try:
        with FileLock(path).acquire(timeout=0):
            return False  # had for an instant only: a worker that asks just then asks again
    except Timeout:
        return True


def _told(error: KbError) -> StoredMessage:
    return stored(error.code, error)


def _documents(connection: Connection) -> tuple[Counted, ...]:
    language = func.json_extract(versions.c.languages, "$[0]").label("language")
    columns = (language, versions.c.kind, row_mapping.STATE)
    query = row_mapping.summary(states=row_mapping.ALL).with_only_columns(*columns, func.count().label("number"))
    found = connection.execute(query.group_by(*columns).order_by(*columns))
    return tuple(Counted(row.language, row.kind, row.state, row.number) for row in found)


def _purge_due(connection: Connection) -> datetime | None:
    first = connection.scalar(select(func.min(documents.c.removed_at)))
    return None if first is None else first.replace(tzinfo=UTC) + timedelta(days=DAYS)


def _published(connection: Connection) -> int:
    """How many passages may be found: all but the few of documents that readers do not see."""
    unseen = select(documents.c.id).where(row_mapping.STATE.not_in(row_mapping.PUBLISHED))
    every = select(func.count()).select_from(passages)
    others = every.where(passages.c.document_id.in_(unseen))
    return (connection.scalar(every) or 0) - (connection.scalar(others) or 0)


def _without_vectors(connection: Connection, model: str | None) -> int:
    """How many passages have no vectors by the model; told from two sorted indexes alone."""
    has = exists().where(vectors.c.text_key == passages.c.text_key, vectors.c.model == model)
    return connection.scalar(select(func.count()).select_from(passages).where(~has)) or 0
