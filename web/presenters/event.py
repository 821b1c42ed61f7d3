"""What the page of an event shows of its papers: by kind, the same story of both languages together, who spoke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import current_app

from ingest.models import BlockRole, Kind
from kb.events import Event
from kb.models import Document, DocumentSummary
from web.context import knowledge_base
from web.presenters.document_cache import told

MOST_PAIRED = 120  # papers of an event up to which it is looked for the same story in the other language
MOST_HEARD = 12  # transcripts of an event that are read for their speakers
CACHE = "saphan-pairs"
# As advisors read: what happened, who did what, what was said, what was advised.
ORDER = (Kind.REPORT, Kind.RELEASE, Kind.CASE, Kind.TRANSCRIPT, Kind.MENTORING)

Pairs = Mapping[str, str]  # ids of two papers that tell the same story, both ways


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """The stories told in papers of one kind: a paper each, or the two of both languages, English first.

    A twin of another kind stands with its paper.
    """

    kind: Kind
    stories: tuple[tuple[DocumentSummary, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The events of one year, latest first; of `None` those whose date is not known."""

    year: str | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers carry each value, most first; kinds in their usual order."""

    languages: Mapping[str, int]
    kinds: Mapping[str, int]
    themes: Mapping[str, int]
    economies: Mapping[str, int]


def by_year(events: Iterable[Event]) -> list[Year]:
    """Events, which come latest first, under their years."""
    grouped = groupby(events, key=lambda event: event.date[:4] if event.date else None)
    return [Year(year, tuple(those)) for year, those in grouped]


def counts(documents: Sequence[DocumentSummary]) -> Counts:
    """What a line about an event tells of its papers."""
    kinds = Counter(document.kind for document in documents)
    return Counts(
        languages=dict(sorted(Counter(document.language for document in documents).items())),
        kinds={kind.value: kinds[kind] for kind in ORDER if kind in kinds},
        themes=_most_first(name for document in documents for name in document.themes),
        economies=_most_first(name for document in documents for name in document.economies),
    )


def groups(event: Event, pairs: Pairs) -> list[PaperGroup]:
    """The papers by kind, each shown once."""
    papers = {document.id: document for document in event.documents}
    shown: set[str] = set()
    found = []
    for kind in ORDER:
        those = []
        for document in event.documents:
            if document.kind is kind and document.id not in shown:
                twin = papers.get(pairs.get(document.id, ""))
                story = sorted((document, twin) if twin else (document,), key=lambda one: one.language)
                those.append(tuple(story))
                shown |= {one.id for one in story}
        if those:
            found.append(PaperGroup(kind, tuple(those)))
    return found


def pairs_of(event: Event, catalogue: Sequence[DocumentSummary]) -> Pairs:
    """The papers of the event that tell the same story; none for an event with more than `MOST_PAIRED`.

    Asking costs some milliseconds a paper, so the answer is kept until any document of the `catalogue` changes.
    """
    if len(event.documents) > MOST_PAIRED:
        return {}
    kept: dict[str, tuple[int, Pairs]] = current_app.extensions.setdefault(CACHE, {})
    state = hash(tuple((document.id, document.version) for document in catalogue))
    known = kept.get(event.slug)
    if known is None or known[0] != state:
        known = (state, _pairs(event.documents))
        kept[event.slug] = known
    return known[1]


def speakers(event: Event) -> tuple[str, ...]:
    """Who spoke at the event by its transcripts, of which at most `MOST_HEARD` are read; each once, in order."""
    transcripts = [one for one in event.documents if one.kind is Kind.TRANSCRIPT][:MOST_HEARD]
    return tuple(dict.fromkeys(name for one in transcripts for name in told(one, _heard)))


def _heard(document: Document) -> tuple[str, ...]:
    turns = (block for block in document.blocks if block.role is BlockRole.TURN)
    return tuple(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))


def _pairs(documents: Sequence[DocumentSummary]) -> Pairs:
    """Asks for those of the rarer language only: being the same story goes both ways."""
    ids = {document.id for document in documents}
    numbers = Counter(document.language for document in documents)
    if len(numbers) < 2:
        return {}
    rarer = min(numbers, key=lambda language: (numbers[language], language))
    pairs: dict[str, str] = {}
    for document in documents:
        if document.language == rarer:
            for one in knowledge_base().searcher.related(document.id, limit=1):  # the same story comes first
                if one.same_story and one.document.id in ids:
                    pairs |= {document.id: one.document.id, one.document.id: document.id}
    return pairs


def _most_first(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
