"""Which documents a list for editors shows: its filters, what they can be, and what passes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from ingest.models import Kind
from kb.errors import NoSuchBatch, NoSuchEvent
from kb.events import Event
from kb.models import LANGUAGES, DocumentSummary
from web.admin_context import services

PER_PAGE = 50
MOST_ITEMS = 10_000  # of a batch


@dataclass(frozen=True, slots=True)
class ListFilters:
    """The filters of a list; empty words are none. `event` is a slug, `q` words that are in the title."""

    state: str = ""  # draft, published
    q: str = ""
    kind: str = ""
    lang: str = ""
    event: str = ""
    batch: str = ""  # a number

    def arguments(self) -> dict[str, Any]:
        """The arguments of an address that ask this again."""
        return {name: value for name, value in asdict(self).items() if value}

    def without_state(self) -> ListFilters:
        """The same of drafts and of published documents."""
        return replace(self, state="")


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters can be."""

    kinds: Sequence[Kind]
    languages: Sequence[str]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Way:
    """One of the lists by state: how many documents it has, and the arguments of its address."""

    state: str
    count: int
    arguments: dict[str, Any]


def list_filters(args: MultiDict[str, str]) -> ListFilters:
    """The list that an address asks for. What no filter can be counts as none."""
    asked = {name: args.get(name, "").strip() for name in asdict(ListFilters())}
    allowed = {"state": ("draft", "published"), "kind": tuple(Kind), "lang": LANGUAGES}
    for name, values in allowed.items():
        if asked[name] not in values:
            asked[name] = ""
    batch = asked["batch"]
    asked["batch"] = batch if batch.isascii() and batch.isdecimal() and len(batch) < 16 else ""
    return ListFilters(**asked)


def listed(asked: ListFilters) -> list[DocumentSummary]:
    """The documents that pass the filters: drafts first, the newest first of both."""
    found = [*services().review.drafts(), *services().base.catalogue.documents()]
    for wish, those in ((asked.batch, _of_batch), (asked.event, _of_event)):
        if wish:
            wanted = those(wish)
            found = [one for one in found if one.id in wanted]
    words = asked.q.casefold().split()
    return [
        one
        for one in found
        if asked.state in ("", one.state)
        and asked.kind in ("", one.kind)
        and (not asked.lang or asked.lang in one.languages)
        and all(word in one.title.casefold() for word in words)
    ]


def counted(asked: ListFilters, everything: Sequence[DocumentSummary]) -> list[Way]:
    """The lists of all documents, of drafts and of published ones, under the other filters."""
    counts = Counter(one.state for one in everything)
    numbers = {"": len(everything), "draft": counts["draft"], "published": counts["published"]}
    return [Way(state, count, replace(asked, state=state).arguments()) for state, count in numbers.items()]


def options() -> Options:
    """What can be chosen in the filters."""
    return Options(tuple(Kind), LANGUAGES, services().gatherings.events())


def _of_event(slug: str) -> set[str]:
    try:
        return {one.id for one in services().gatherings.event(slug).documents}
    except NoSuchEvent:
        return set()


def _of_batch(number: str) -> set[str]:
    try:
        items = services().batches.items(int(number), limit=MOST_ITEMS)
    except NoSuchBatch:
        return set()
    return {brought.document_id for item in items for brought in item.documents}
