"""What became of what was sent in, in words of the interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext, ngettext

from kb.models import DocumentSummary
from kb.uploads.models import (
    ITEM_STAGES,
    ITEM_STATES,
    BatchProgress,
    DuplicateCandidate,
    ImportedDocument,
    ItemState,
    UploadItem,
)

STAGE_NAMES = {
    "received": lazy_gettext("Received"),
    "read": lazy_gettext("Text read"),
    "described": lazy_gettext("Details extracted"),
    "split": lazy_gettext("Split into passages"),
    "encoded": lazy_gettext("Prepared for search"),
    "searchable": lazy_gettext("Searchable"),
}
_DOING = {  # by the stage that is behind it
    "received": lazy_gettext("Reading"),
    "read": lazy_gettext("Extracting details"),
    "described": lazy_gettext("Splitting into passages"),
    "split": lazy_gettext("Preparing for search"),
    "encoded": lazy_gettext("Saving and indexing"),
    "searchable": lazy_gettext("Finishing"),
}
OPEN: tuple[ItemState, ...] = ("waiting", "working")  # items that change by themselves
FILTERS: dict[str, tuple[ItemState, ...]] = {
    "all": ITEM_STATES,
    "waiting": OPEN,
    "held": ("held",),
    "failed": ("failed",),
    "done": ("done",),
    "cancelled": ("cancelled",),
}
FILTER_NAMES = {
    "all": lazy_gettext("All"),
    "waiting": lazy_gettext("Waiting"),
    "held": lazy_gettext("Needs a decision"),
    "failed": lazy_gettext("Failed"),
    "done": lazy_gettext("Done"),
    "cancelled": lazy_gettext("Skipped"),
}
OUTCOME_NAMES = {
    "added": lazy_gettext("new"),
    "updated": lazy_gettext("new version"),
    "unchanged": lazy_gettext("already imported"),
}


@dataclass(frozen=True, slots=True)
class ImportedDocumentShown:
    """A document that an item gave; `summary` is None when it is not there any more."""

    brought: ImportedDocument
    summary: DocumentSummary | None


@dataclass(frozen=True, slots=True)
class SimilarDocumentShown:
    """A document that an item is much like; `summary` is None when it is not there any more."""

    near: DuplicateCandidate
    summary: DocumentSummary | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item as a page shows it. `step` of `steps` are done, in parts while passages are encoded."""

    item: UploadItem
    words: str
    step: float
    documents: tuple[ImportedDocumentShown, ...]
    near: tuple[SimilarDocumentShown, ...]
    kept: bool  # whether there is something to try again with
    steps: int = len(ITEM_STAGES)


def shown(item: UploadItem, summaries: Mapping[str, DocumentSummary]) -> ShownItem:
    """An item with the documents that it names, of which `summaries` has those that are there."""
    documents = tuple(ImportedDocumentShown(one, summaries.get(one.document_id)) for one in item.documents)
    return ShownItem(
        item=item,
        words=_words(item, documents),
        step=_step(item),
        documents=documents,
        near=tuple(SimilarDocumentShown(one, summaries.get(one.document_id)) for one in item.near),
        kept=is_kept(item),
    )


def named(items: Iterable[UploadItem]) -> set[str]:
    """The ids of all documents that items name."""
    return {
        document_id
        for item in items
        for document_id in (*(one.document_id for one in item.documents), *(one.document_id for one in item.near))
    }


def is_kept(item: UploadItem) -> bool:
    """Whether there is something of an item to try again with: its bytes, or where to fetch them."""
    return item.size is not None or item.address is not None


def settled(counts: Mapping[ItemState, int]) -> int:
    """How many items nothing is to be done with by itself."""
    return sum(number for state, number in counts.items() if state not in OPEN)


def time_left(seconds: float | None) -> str:
    """A time to come, as roughly as it is known; "" for None."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return str(gettext("less than a minute left"))
    if minutes < 90:
        return str(ngettext("about %(num)s minute left", "about %(num)s minutes left", minutes))
    return str(ngettext("about %(num)s hour left", "about %(num)s hours left", round(minutes / 60)))


def milestone(progress: BatchProgress) -> str:
    """How far a batch is, said so that it changes a few times only: for those who hear the page."""
    said = [_far(progress)]
    held, failed = progress.counts["held"], progress.counts["failed"]
    if held:
        said.append(ngettext("%(num)s needs a decision.", "%(num)s need a decision.", held))
    if failed:
        said.append(ngettext("%(num)s failed.", "%(num)s failed.", failed))
    return " ".join(part for part in said if part)


def _far(progress: BatchProgress) -> str:
    if progress.finished:
        return str(gettext("This batch is complete."))
    quarters = ("", gettext("A quarter is done."), gettext("Half is done."), gettext("Three quarters are done."))
    return quarters[min(3, 4 * settled(progress.counts) // max(1, progress.total))]


def _step(item: UploadItem) -> float:
    if item.state == "done":
        return len(ITEM_STAGES)
    reached = ITEM_STAGES.index(item.stage) + 1
    within = (item.encoded or 0) / item.to_encode if item.stage == "split" and item.to_encode else 0
    return round(reached + within, 2)


def _words(item: UploadItem, documents: Sequence[ImportedDocumentShown]) -> str:
    if item.state == "working":
        return _doing(item)
    if item.state == "done":
        return _done(documents)
    return str(FILTER_NAMES[item.state])


def _doing(item: UploadItem) -> str:
    if item.stage == "received" and item.address and item.size is None:
        return str(gettext("Downloading from the web"))
    if item.stage == "split" and item.to_encode:
        return str(
            gettext("Preparing for search: %(done)s of %(all)s passages", done=item.encoded or 0, all=item.to_encode)
        )
    return str(_DOING[item.stage])


def _done(documents: Sequence[ImportedDocumentShown]) -> str:
    there = [one.summary for one in documents if one.summary is not None]
    if not there:
        return str(gettext("Done (later removed)"))
    if all(one.brought.status == "unchanged" for one in documents):
        return str(gettext("Already imported"))
    if any(summary.state == "draft" for summary in there):
        return str(gettext("Saved as a draft for review"))
    return str(STAGE_NAMES["searchable"])
