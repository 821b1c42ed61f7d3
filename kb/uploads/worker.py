"""`Worker`: works on what waits, one item at a time, and does the periodic tasks; one for each home.

The lock of the home ends with the process that has it, however it ends. Whoever takes it next lets all items wait
again that its predecessor left in the middle.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from filelock import FileLock, Timeout

from kb.errors import HomeUnusable, KbError, WorkerElsewhere
from kb.uploads.batches import BatchService
from kb.uploads.item_processor import SYSTEM_FAULTS, Fetch, ItemProcessor
from kb.uploads.leases import Leases
from kb.uploads.periodic_task import PeriodicTask
from kb.uploads.url_fetcher import fetch

LOCK = "worker.lock"
_POLL = 0.5  # seconds between two looks at what other processes sent in
_TICK = 2.0  # seconds between two looks at the lock, and at the periodic tasks
_PAUSE = 15.0  # seconds to wait when the knowledge base cannot be used, before the next item
_LAST_STEP = 10.0  # seconds that a step, such as the reading of a file, is waited for at the end

_LOG = logging.getLogger(__name__)


class Worker:
    """Works on the items of `batches` in threads of this process, as long as no other process does."""

    def __init__(self, batches: BatchService, tasks: Sequence[PeriodicTask] = (), fetching: Fetch = fetch) -> None:
        """`tasks` are done beside the items; `fetching` brings web addresses."""
        base = batches.base
        self._base, self._batches, self._tasks = base, batches, tasks
        self._leases = Leases(base.database, batches.audit)
        self._processor = ItemProcessor(base, self._leases, fetching)
        self._due = {task.name: 0.0 for task in tasks}
        self._lock = FileLock(base.settings.home / LOCK, thread_local=False)
        self._stopping = threading.Event()
        self._told = ""  # the fault that the log was told of last
        self._threads = [
            threading.Thread(target=self._work, name="worker", daemon=True),
            threading.Thread(target=self._do_tasks, name="periodic tasks", daemon=True),
        ]

    # ---- in threads of its own

    def start(self) -> None:
        """Begin, or wait in the background for the process to end that works for this home; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End: an item that is worked on stops at its next step and waits again."""
        self._stopping.set()
        self._batches.sent_in.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_LAST_STEP)
        if not any(thread.is_alive() for thread in self._threads):  # otherwise the lock ends with the process
            self._lock.release()

    def run(self) -> None:
        """Work in this process until it is interrupted, which stops it. Raises `WorkerElsewhere`, `HomeUnusable`."""
        self._take_lock()
        try:
            self._leases.release(died=True)
            self.start()
            while self._threads[0].is_alive():
                self._threads[0].join(_TICK)
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    def once(self) -> None:
        """Work off what waits now, in this thread, and return.

        Raises `WorkerElsewhere`, and `kb.uploads.item_processor.SYSTEM_FAULTS` when the knowledge base cannot be used.
        """
        self._take_lock()
        try:
            self._leases.release(died=True)
            for item in self._leases.waiting():
                self._processor.bring(item, self._stopping.is_set)
        finally:
            with suppress(HomeUnusable):
                self._leases.release(died=False)
            self._lock.release()

    # ---- insides

    def _take_lock(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkerElsewhere(home=self._base.settings.home) from error

    def _work(self) -> None:
        """Take the lock when it is free, and work on one item after the other, until the end."""
        while not self._stopping.is_set():
            try:
                if self._lock.is_locked or self._begin():
                    self._work_off()
                wait = _POLL
            except SYSTEM_FAULTS as error:  # what waits goes on waiting until it is mended
                self._tell(error)
                wait = _PAUSE
            except Exception:
                _LOG.exception("the worker could not go on")
                wait = _TICK
            if wait == _PAUSE:
                self._stopping.wait(wait)
            elif self._batches.sent_in.wait(wait if self._lock.is_locked else _TICK):
                self._batches.sent_in.clear()

    def _begin(self) -> bool:
        """Take over what another worker left; whether the lock could be had."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:  # another process is at work
            return False
        try:
            self._leases.release(died=True)
        except BaseException:
            self._lock.release()
            raise
        for left in self._base.settings.home.glob("queue.sqlite*"):  # version 0.1 had a queue beside the database
            left.unlink(missing_ok=True)
        return True

    def _work_off(self) -> None:
        self._leases.release(died=False)
        while not self._stopping.is_set() and (item := self._leases.next_waiting()) is not None:
            self._processor.bring(item, self._stopping.is_set)
            self._told = ""

    def _tell(self, error: KbError) -> None:
        if str(error) != self._told:
            _LOG.error("%s %s", error.message("en"), error.message("th"))
        self._told = str(error)

    def _do_tasks(self) -> None:
        """Do the periodic tasks as they come due, until the end, in the process that has the lock."""
        while not self._stopping.wait(_TICK):
            for task in self._tasks:
                if self._lock.is_locked and time.monotonic() >= self._due[task.name] and not self._stopping.is_set():
                    self._due[task.name] = time.monotonic() + task.seconds
                    try:
                        task.do()
                    except Exception:
                        _LOG.exception("the periodic task “%s” failed", task.name)
