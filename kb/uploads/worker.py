"""`Worker`: does what is queued, one item at a time, and the duties of the desk; one for each home.

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
from huey.consumer import Consumer

from kb.errors import HomeUnusable, KbError, WorkerElsewhere
from kb.uploads.batches import BatchService
from kb.uploads.duplicates import sign_missing
from kb.uploads.item_processor import SYSTEM_FAULTS, Fetch, ItemProcessor
from kb.uploads.leases import Leases
from kb.uploads.periodic_task import PeriodicTask
from kb.uploads.url_fetcher import fetch

LOCK = "worker.lock"
_TICK = 2.0  # seconds between two looks at what should be queued, and at the lock
_PAUSE = 15.0  # seconds to wait when the knowledge base cannot be used, before the next item
_LAST_STEP = 10.0  # seconds that a step, such as the reading of a file, is waited for at the end

_LOG = logging.getLogger(__name__)


class Worker:
    """Works on the items of `batches` in threads of this process, as long as no other process does."""

    def __init__(
        self, batches: BatchService, duties: Sequence[PeriodicTask] = (), fetching: Fetch = fetch
    ) -> None:
        """`duties` are done beside the items; `fetching` brings web addresses."""
        base = batches.base
        self._base, self._queue = base, batches.queue
        self._claims = Leases(base.database, batches.audit)
        self._bringing = ItemProcessor(base, self._claims, fetching)
        # What an older version wrote has no signature yet.
        signing = PeriodicTask("sign documents", 86_400.0, lambda: sign_missing(base.database))
        self._duties = {duty.name: duty for duty in (signing, *duties)}
        self._due = dict.fromkeys(self._duties, 0.0)
        self._lock = FileLock(base.settings.home / LOCK, thread_local=False)
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="worker", daemon=True)
        self._servant = threading.Thread(target=self._serve, name="duties", daemon=True)
        self._consumer: Consumer | None = None
        # Held while an item is worked on, and while what nobody works on is queued.
        self._turn = threading.Lock()

    # ---- in threads of its own

    def start(self) -> None:
        """Begin, or wait in the background for the process to end that works for this home; returns at once."""
        self._keeper.start()
        self._servant.start()

    def stop(self) -> None:
        """End: an item that is worked on stops at its next step and waits again."""
        self._stopping.set()
        for thread in (self._keeper, self._servant):
            if thread.ident is not None:
                thread.join(_LAST_STEP)
        if self._consumer is not None:  # the keeper starts none any more
            self._consumer.shutdown_timeout = _LAST_STEP
            self._consumer.stop(graceful=True)
        busy = self._turn.locked() or self._keeper.is_alive() or self._servant.is_alive()
        if not busy:  # otherwise the lock ends with the process
            self._lock.release()
            self._queue.close()

    def run(self) -> None:
        """Work in this process until it is interrupted, which stops it.

        Raises `WorkerElsewhere`, `QueueUnreachable`, `HomeUnusable`.
        """
        self._take_lock()
        try:
            self._begin()
            self.start()
            while self._keeper.is_alive():
                self._keeper.join(_TICK)
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
            self._claims.release(died=True)
            for item in self._claims.waiting():
                self._bringing.bring(item, self._stopping.is_set)
        finally:
            with suppress(HomeUnusable):
                self._claims.release(died=False)
            self._lock.release()

    # ---- insides

    def _take_lock(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkerElsewhere(home=self._base.settings.home) from error

    def _begin(self) -> None:
        """Take over what there is to do; the lock is ours."""
        self._claims.release(died=True)
        self._queue.clear()
        self._queue.put(self._claims.waiting())
        self._consumer = self._queue.consumer(self._work)
        self._consumer.start()

    def _keep(self) -> None:
        """See to it, until the end, that the lock is taken, what waits is queued, and duties are done."""
        told: str | None = None
        while True:
            try:
                self._tend()
                told = None
            except Timeout:
                pass  # another process is at work
            except KbError as error:
                if str(error) != told:
                    _LOG.error("%s %s", error.message("en"), error.message("th"))
                told = str(error)
            except Exception:
                _LOG.exception("the worker could not look after its queue")
            if self._stopping.wait(_TICK):
                return

    def _tend(self) -> None:
        if not self._lock.is_locked:
            self._lock.acquire(timeout=0)
        if self._consumer is None:
            self._begin()
            return
        self._consumer.check_worker_health()
        if self._turn.acquire(blocking=False):
            try:
                self._claims.release(died=False)
                if self._queue.empty():
                    self._queue.put(self._claims.waiting())
            finally:
                self._turn.release()

    def _serve(self) -> None:
        """Do the duties as they come due, until the end, in the process that has the lock."""
        while not self._stopping.wait(_TICK):
            for name, duty in self._duties.items():
                if (
                    self._lock.is_locked
                    and time.monotonic() >= self._due[name]
                    and not self._stopping.is_set()
                ):
                    self._due[name] = time.monotonic() + duty.seconds
                    try:
                        duty.do()
                    except Exception:
                        _LOG.exception("the duty “%s” failed", name)

    def _work(self, item_id: int) -> None:
        if self._stopping.is_set():
            return  # it waits in the database
        try:
            with self._turn:
                self._bringing.bring(item_id, self._stopping.is_set)
        except SYSTEM_FAULTS as error:
            _LOG.error("%s %s", error.message("en"), error.message("th"))
            self._stopping.wait(_PAUSE)
