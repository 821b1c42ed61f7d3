"""The events that documents come from."""

from __future__ import annotations

import doctest
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.metadata.events import all_events
from ingest.models import StatedMetadata
from kb import events
from kb.errors import NoSuchEvent
from kb.events import MadeEvent, event_slug, events_of, find_event
from kb.knowledge_base import KnowledgeBase
from kb.models import DocumentSummary

BANGKOK = all_events()[2]


def brought_in(base: KnowledgeBase, papers: Sequence[tuple[str | None, str | None]]) -> tuple[DocumentSummary, ...]:
    """Documents of these events and dates."""
    for number, (event, date) in enumerate(papers):
        text = f"Paper {number}\n\nWhat was said at the table number {number}."
        base.ingestor.add(text.encode(), name=f"{number}.txt", stated=StatedMetadata(event=event, date=date))
    return base.catalogue.documents()


def test_events_have_their_papers_latest_first(base: KnowledgeBase) -> None:
    found = events_of(
        brought_in(
            base,
            [
                (BANGKOK.name, "2019-08-05"),
                ("Village fair", "2021"),
                (BANGKOK.name, "2019-08-02"),
                ("Undated meeting", None),
                (None, "2022"),
            ],
        )
    )
    assert [(one.name, one.date, len(one.documents)) for one in found] == [
        ("Village fair", "2021", 1),
        (BANGKOK.name, "2019-08-02", 2),
        ("Undated meeting", None, 1),
    ]
    assert [paper.date for paper in found[1].documents] == ["2019-08-05", "2019-08-02"]
    assert [one.economy for one in found] == [None, "Thailand", None]
    assert [one.thai for one in found] == [None, BANGKOK.thai, None]


def test_names_that_differ_in_punctuation_are_one_event(base: KnowledgeBase) -> None:
    papers = [("SME fair, Hanoi", "2020"), ("SME Fair Hanoi", "2020"), ("SME fair, Hanoi", "2020")]
    (found,) = events_of(brought_in(base, papers))
    assert (found.name, len(found.documents)) == ("SME fair, Hanoi", 3)


def test_an_event_is_found_by_its_slug(base: KnowledgeBase) -> None:
    documents = brought_in(base, [("เวทีเสวนา ๒๕๖๒", "2019"), (BANGKOK.name, "2019")])
    found = events_of(documents)
    assert find_event("เวทีเสวนา-๒๕๖๒", found).name == "เวทีเสวนา ๒๕๖๒"
    assert find_event(event_slug(BANGKOK.name), found).name == BANGKOK.name
    with pytest.raises(NoSuchEvent):
        find_event("no-such-event", found)


def test_what_editors_made_of_events(base: KnowledgeBase) -> None:
    documents = brought_in(base, [("Fair of Hanoi", "2019"), ("SME Fair, Hanoi", "2020"), (BANGKOK.name, None)])
    made = (
        MadeEvent("sme-fair-hanoi", "SME fair, Hanoi", "งานแฟร์ฮานอย", None, "Viet Nam", ("fair-of-hanoi",)),
        MadeEvent(event_slug(BANGKOK.name), BANGKOK.name, date="2019-08-01"),
        MadeEvent("next-year", "Next year", date="2031"),
    )
    bangkok, hanoi = events_of(documents, made)
    assert (hanoi.name, hanoi.thai, hanoi.date, hanoi.economy) == ("SME fair, Hanoi", "งานแฟร์ฮานอย", "2019", "Viet Nam")
    assert {paper.event for paper in hanoi.documents} == {"Fair of Hanoi", "SME Fair, Hanoi"}
    assert (bangkok.thai, bangkok.date, bangkok.economy) == (BANGKOK.thai, "2019-08-01", "Thailand")
    assert find_event("fair-of-hanoi", (hanoi, bangkok)) == hanoi
    assert events_of(documents, made, without_papers=True)[0].name == "Next year"


def test_known_events_have_slugs_of_their_own() -> None:
    assert len({event_slug(event.name) for event in all_events()}) == len(all_events())


@given(st.text())
def test_a_slug_fits_into_an_address(name: str) -> None:
    slug = event_slug(name)
    assert slug
    assert "/" not in slug
    assert slug == event_slug(slug)


def test_examples() -> None:
    assert doctest.testmod(events).failed == 0
