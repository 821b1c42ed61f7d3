"""`Queue`: the numbers of items to work on, in huey; what is true of them stands in the database.

Losing the queue loses nothing, and an item that is queued twice is done once: whoever works (`kb.uploads.worker`)
queues what waits when it begins and whenever the queue has run dry, and takes items up by compare-and-set.
Messages are signed with the home's secret, so that nobody who can write to the queue can have code run.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.consumer import Consumer, Scheduler
from huey.serializer import SignedSerializer

from kb.accounts.secret_key import secret_of
from kb.errors import BadQueue, QueueUnreachable, RedisMissing
from kb.settings import Settings

FILE = "queue.sqlite"
_POLL = 0.5  # seconds at most until a worker that has nothing to do looks again
_REDIS_SECONDS = 5  # to wait for an answer


class Queue:
    """The queue of one home: a file in it, or the Redis that the settings name. Threads may share it.

    Nothing is opened before it is used. All methods raise `QueueUnreachable` and its kinds, and `HomeUnusable`
    when the home's secret cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: TaskWrapper | None = None  # of the one task that there is
        self._work: Callable[[int], None] | None = None

    def put(self, item_ids: Collection[int]) -> None:
        """Queue items, in order."""
        if item_ids:
            with self._reached() as bring:
                for one in item_ids:
                    bring(one)

    def empty(self) -> bool:
        """Whether nothing is in it."""
        with self._reached() as bring:
            return not bring.huey.pending_count()

    def check(self) -> None:
        """Whether it can be reached; nothing else."""
        self.empty()

    def clear(self) -> None:
        """Take everything out of it."""
        with self._reached() as bring:
            bring.huey.flush()

    def consumer(self, work: Callable[[int], None]) -> Consumer:
        """What calls `work` for one item after the other, in a thread of its own, once it is started."""
        self._work = work
        with self._reached() as bring:
            return _Consumer(bring.huey, workers=1, periodic=False, max_delay=_POLL)

    def close(self) -> None:
        """Give the file back, or the connection."""
        with self._lock:
            if self._opened is not None:
                self._opened.huey.storage.close()
            self._opened = None

    def _bring(self, item_id: int) -> None:
        if self._work is not None:
            self._work(item_id)

    @contextmanager
    def _reached(self) -> Iterator[TaskWrapper]:
        """The task that queues an item when it is called; whatever goes wrong becomes an error of ours."""
        try:
            with self._lock:
                if self._opened is None:
                    self._opened = self._open()
                bring = self._opened
            yield bring
        except (sqlite3.Error, OSError) as error:
            raise QueueUnreachable(place=self._place(), reason=error) from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "redis":
                raise
            raise QueueUnreachable(place=self._place(), reason=type(error).__name__) from error

    def _open(self) -> TaskWrapper:
        secret = secret_of(self._settings.home)
        common = {"results": False, "serializer": SignedSerializer(secret, salt="saphan-queue")}
        # Several homes may share a Redis; the name tells their queues apart.
        name = f"saphan{sha256(secret.encode()).hexdigest()[:16]}"
        opened = self._open_redis if self._settings.queue else self._open_file
        huey = opened(name, common)
        return huey.task(name="bring")(self._bring)

    def _open_file(self, name: str, common: dict[str, object]) -> Huey:
        path = self._settings.home / FILE
        try:
            return SqliteHuey(name, filename=str(path), fsync=False, **common)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # the file is damaged; nothing in it is missed
            for one in self._settings.home.glob(FILE + "*"):
                one.unlink(missing_ok=True)
            return SqliteHuey(name, filename=str(path), fsync=False, **common)

    def _open_redis(self, name: str, common: dict[str, object]) -> Huey:
        url = self._settings.queue
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise BadQueue
        try:
            from redis import ConnectionPool
        except ImportError as error:
            raise RedisMissing from error
        try:
            waits = {"socket_connect_timeout": _REDIS_SECONDS, "socket_timeout": _REDIS_SECONDS}
            pool = ConnectionPool.from_url(url, **waits)
        except ValueError as error:
            raise BadQueue from error
        return RedisHuey(name, connection_pool=pool, **common)

    def _place(self) -> str:
        """Where it is, without the password that an address may have in it."""
        if not self._settings.queue:
            return str(self._settings.home / FILE)
        with suppress(ValueError):
            parts = urlsplit(self._settings.queue)
            return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
        return "Redis"


class _NothingScheduled(Scheduler):  # type: ignore[misc]
    """Nothing here is queued for later."""

    def loop(self, now: datetime | None = None) -> None:
        """Wait for the end."""
        self.stop_flag.wait()


class _Consumer(Consumer):  # type: ignore[misc]
    """huey's consumer as threads of a process that goes on with something else."""

    scheduler_class = _NothingScheduled

    def _set_signal_handlers(self) -> None:
        """Signals stay with the process."""
