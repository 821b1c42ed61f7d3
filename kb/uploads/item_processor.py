"""`ItemProcessor`: one item from its bytes to its documents, and what becomes of it when that fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from kb.errors import BadWords, HomeUnusable, KbError, ModelMismatch, Unreadable, Unusable, WentWrong
from kb.knowledge_base import KnowledgeBase
from kb.progress import Stage
from kb.storage.records import ParsedFile
from kb.uploads.duplicates import NearDuplicates
from kb.uploads.leases import Lease, LeaseLost, Leases, ResultOutdated
from kb.uploads.models import ItemStage
from kb.uploads.url_fetcher import FetchedPage

# Faults of the knowledge base, not of an item: that waits until they are mended.
SYSTEM_FAULTS = (HomeUnusable, ModelMismatch, Unusable, BadWords, Unreadable)
_SECONDS = 0.3  # between two notes of how far an item is

_LOG = logging.getLogger(__name__)


class Fetch(Protocol):
    """How a web address is fetched (`kb.uploads.url_fetcher.fetch`)."""

    def __call__(self, address: str) -> FetchedPage:
        """What is there. Raises a `KbError`."""


class WorkerStopped(Exception):
    """The worker is to stop; the item waits again."""


class _MustWait(Exception):
    """A document was there after all that it would have changed: nothing is written."""


class ItemProcessor:
    """Brings items of one knowledge base in, one at a time."""

    def __init__(self, base: KnowledgeBase, claims: Leases, fetch: Fetch) -> None:
        self._base, self._claims, self._fetch = base, claims, fetch
        self._near = NearDuplicates(base.database)

    def bring(self, item_id: int, stopping: Callable[[], bool]) -> None:
        """Work on an item, if it waits, until it is done, held or failed; or waits again, since `stopping`.

        Its documents are written in the transaction that says that it is done. Raises `SYSTEM_FAULTS`, when the item
        waits again for no fault of its own.
        """
        claim = self._claims.claim(item_id)
        if claim is None:
            return
        with suppress(LeaseLost):
            self._settled(claim, stopping)

    def _settled(self, claim: Lease, stopping: Callable[[], bool]) -> None:
        try:
            self._brought(claim, _Followed(self._claims, claim, stopping))
        except LeaseLost:
            raise
        except (WorkerStopped, ResultOutdated):
            self._claims.put_back(claim)
        except SYSTEM_FAULTS as error:
            self._claims.put_back(claim, error)
            raise
        except KbError as error:
            self._claims.fail(claim, error)
        except Exception:
            _LOG.exception("item %d of batch %d could not be brought in", claim.item, claim.batch)
            self._claims.fail(claim, WentWrong())

    def _brought(self, claim: Lease, followed: _Followed) -> None:
        claim, data = self._bytes(claim)
        reading = self._base.ingestor.read(
            data, name=claim.file_name, origin=claim.origin, stated=claim.facts, progress=followed.follow
        )
        followed.passages = passages = sum(len(draft.passages) for draft in reading.drafts)
        if not claim.accepted and (near := self._near.of(reading)):
            self._claims.hold(claim, near, passages)
            return
        try:
            self._kept(claim, reading, followed)
        except _MustWait:
            self._claims.hold(claim, self._near.of(reading), passages)

    def _bytes(self, claim: Lease) -> tuple[Lease, bytes]:
        """The item's bytes, fetched if it is an address; its name and its source are known then."""
        data = self._claims.data(claim)
        if data is not None:
            return claim, data
        if claim.address is None:
            raise LookupError(f"item {claim.item} has no bytes")
        fetched = self._fetch(claim.address)
        facts = claim.facts if claim.facts.source else replace(claim.facts, source=fetched.address)
        self._claims.fetched(claim, fetched.data, fetched.name, facts)
        return replace(claim, name=fetched.name, facts=facts), fetched.data

    def _kept(self, claim: Lease, reading: ParsedFile, followed: _Followed) -> None:
        ingestor = self._base.ingestor
        made = ingestor.encode(reading.drafts, followed.follow)
        with self._base.database.writing() as connection:
            outcomes = ingestor.write(connection, reading, made, "published" if claim.publish else "draft")
            if not claim.accepted and any(one.status == "updated" for one in outcomes):
                raise _MustWait
            self._claims.done(connection, claim, outcomes, followed.passages or 0, followed.to_encode or 0)


class _Followed:
    """Where an item is; noted a few times a second, and no more than that."""

    def __init__(self, claims: Leases, claim: Lease, stopping: Callable[[], bool]) -> None:
        self._claims, self._claim, self._stopping = claims, claim, stopping
        self._noted = time.monotonic()
        self._stage: ItemStage = "received"
        self.passages: int | None = None
        self.to_encode: int | None = None
        self._encoded: int | None = None

    def follow(self, stage: Stage, done: int, total: int) -> None:
        """The `ProgressCallback` of this item. Raises `WorkerStopped`, and `LeaseLost` when its batch was cancelled."""
        if self._stopping():
            raise WorkerStopped
        if stage == "encoded":
            self.to_encode, self._encoded = total, done
        if done == total:
            self._stage = stage
        if time.monotonic() - self._noted >= _SECONDS:
            self._claims.note(self._claim, self._stage, self.passages, self.to_encode, self._encoded)
            self._noted = time.monotonic()
