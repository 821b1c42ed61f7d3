"""Editors make, change, rename, merge and delete events; papers follow, those to come too."""

from __future__ import annotations

import pytest

from ingest.metadata.events import all_events
from ingest.models import StatedMetadata
from kb.admin import AdminServices
from kb.editorial.events import EventService
from kb.editorial.models import FactChanges
from kb.errors import BadEvent, Conflict, EventThere, NoSuchEvent, SameEvent
from kb.events import event_slug
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from tests.support import documents
from tests.support.library import Shelf
from web.app import create_app

BANGKOK = all_events()[2]


@pytest.fixture
def desk(base: KnowledgeBase) -> AdminServices:
    return AdminServices(base)


@pytest.fixture
def gatherings(desk: AdminServices) -> EventService:
    return desk.gatherings


def paper(base: KnowledgeBase, name: str, event: str | None, date: str | None = None, more: str = "") -> str:
    text = f"Paper {name}\n\nWhat was said of {name}.{more}".encode()
    return base.ingestor.add(text, name=name, stated=StatedMetadata(event=event, date=date))[0].document_id


def test_an_event_is_made_before_it_has_papers(base: KnowledgeBase, gatherings: EventService) -> None:
    made = gatherings.add("somchai", " SME  Fair, Hanoi ", "งานเอสเอ็มอี ฮานอย", "5 มกราคม 2563", "เวียดนาม")
    assert (made.name, made.slug, made.thai) == ("SME Fair, Hanoi", "sme-fair-hanoi", "งานเอสเอ็มอี ฮานอย")
    assert (made.date, made.economy, made.documents) == ("2020-01-05", "Viet Nam", ())
    assert gatherings.events() == (made,)
    assert base.catalogue.events() == ()  # readers do not see it yet
    one = paper(base, "a", "sme fair hanoi")
    (found,) = base.catalogue.events()
    assert (found.name, found.thai, found.date) == (made.name, made.thai, made.date)
    assert base.reader.document(one).summary.event == "SME Fair, Hanoi"
    with pytest.raises(EventThere):
        gatherings.add("somchai", "SME fair - Hanoi")
    (line,) = base_log(gatherings, "sme-fair-hanoi")
    assert line == ("somchai", "event.add")


def base_log(gatherings: EventService, slug: str) -> list[tuple[str, str]]:
    return [(one.actor, one.action) for one in gatherings._audit.entries(subject=slug)]


def test_known_events_keep_what_is_known_of_them(base: KnowledgeBase, gatherings: EventService) -> None:
    made = gatherings.add("a", "bangkok 2019")
    assert (made.name, made.thai, made.date, made.economy) == (
        BANGKOK.name,
        BANGKOK.thai,
        BANGKOK.date,
        BANGKOK.economy,
    )
    changed = gatherings.change("a", made.slug, BANGKOK.name, "ฟอรัมกรุงเทพ", "2019-08-01", made.economy)
    assert (changed.thai, changed.date) == ("ฟอรัมกรุงเทพ", "2019-08-01")
    plain = gatherings.change("a", made.slug, BANGKOK.name, BANGKOK.thai, BANGKOK.date, BANGKOK.economy)
    assert plain == made


def test_a_renamed_event_takes_its_papers_along(base: KnowledgeBase, desk: AdminServices) -> None:
    one = paper(base, "a", BANGKOK.name)
    ((drafted,),) = documents.write(
        base, [base.ingestor.read(b"A draft.", name="d", stated=StatedMetadata(event=BANGKOK.name))], state="draft"
    )
    gone = paper(base, "gone", None)
    desk.review.correct("a", [gone], FactChanges(set={"event": "Bangkok 2019"}))
    documents.remove(base, [gone])
    slug = event_slug(BANGKOK.name)
    event = desk.gatherings.change("somchai", slug, "Bangkok forum", BANGKOK.thai, BANGKOK.date, BANGKOK.economy)
    assert (event.slug, event.former, event.thai) == ("bangkok-forum", (slug,), BANGKOK.thai)
    assert {one.id for one in event.documents} == {one, drafted.document_id}
    documents.restore(base, [gone])
    assert [found.name for found in base.catalogue.events()] == ["Bangkok forum"]
    assert {document.event for document in base.catalogue.documents()} == {"Bangkok forum"}
    later = paper(base, "later", "makati 2019"), paper(base, "b", "กรุงเทพ 2562")
    assert base.reader.document(later[1]).summary.event == "Bangkok forum"
    paper(base, "a", BANGKOK.name, more=" More.")
    paper(base, "gone", None, more=" More.")
    assert base.reader.document(one).summary.event == base.reader.document(gone).summary.event == "Bangkok forum"
    assert base.searcher.search(SearchQuery("paper", events=("Bangkok forum",))).total == 3
    desk.review.correct("a", [later[0]], FactChanges(set={"event": BANGKOK.name}))
    assert base.reader.document(later[0]).summary.event == "Bangkok forum"
    desk.review.go_back("a", one, 1)
    assert base.reader.document(one).summary.event == "Bangkok forum"
    back = desk.gatherings.change("somchai", "bangkok-forum", BANGKOK.name, BANGKOK.thai, None, None)
    assert (back.slug, back.former) == (slug, ("bangkok-forum",))
    assert back.date == BANGKOK.date
    assert base.verify() == ()


def test_two_events_become_one(base: KnowledgeBase, gatherings: EventService) -> None:
    one, two = paper(base, "a", "Fair of Hanoi", "2020"), paper(base, "b", "SME Fair, Hanoi", "2019")
    gatherings.change("x", "fair-of-hanoi", "Hanoi fair")
    merged = gatherings.merge("somchai", "fair-of-hanoi", "sme-fair-hanoi")
    assert (merged.name, merged.former) == ("SME Fair, Hanoi", ("hanoi-fair", "fair-of-hanoi"))
    assert {document.id for document in merged.documents} == {one, two}
    assert {document.event for document in base.catalogue.documents()} == {"SME Fair, Hanoi"}
    assert [found.slug for found in base.catalogue.events()] == ["sme-fair-hanoi"]
    for name in ("Hanoi Fair", "fair of Hanoi"):
        later = paper(base, f"of {name}", name)
        assert base.reader.document(later).summary.event == "SME Fair, Hanoi"
        with pytest.raises(EventThere):
            gatherings.add("x", name)
    for slug in ("hanoi-fair", "sme-fair-hanoi"):
        with pytest.raises(SameEvent):
            gatherings.merge("x", slug, "sme-fair-hanoi")
    renamed = gatherings.change("x", "hanoi-fair", "Fair of 2020")
    assert set(renamed.former) == {"hanoi-fair", "fair-of-hanoi", "sme-fair-hanoi"}
    assert base.reader.document(one).summary.event == "Fair of 2020"


def test_names_of_others_and_wrong_values_change_nothing(base: KnowledgeBase, gatherings: EventService) -> None:
    paper(base, "a", "Fair"), paper(base, "b", "Market")
    before = gatherings.events()
    with pytest.raises(EventThere):
        gatherings.change("x", "fair", "MARKET")
    for values, field in (((None, "some day", None), "date"), ((None, None, "Atlantis"), "economy")):
        with pytest.raises(BadEvent) as caught:
            gatherings.change("x", "fair", "Fair", *values)
        assert caught.value.values["field"] == field
    with pytest.raises(BadEvent):
        gatherings.add("x", "New", economy="Thailand, Japan")
    with pytest.raises(BadEvent, match="An event needs a name with letters or di"):
        gatherings.add("x", " - ")
    for act in (gatherings.event, lambda slug: gatherings.merge("x", "fair", slug)):
        with pytest.raises(NoSuchEvent):
            act("nothing")
    assert gatherings.events() == before


def test_only_events_without_papers_are_deleted(base: KnowledgeBase, gatherings: EventService) -> None:
    gatherings.add("x", "Fair")
    one = paper(base, "a", "Fair")
    with pytest.raises(Conflict, match=", including drafts\\)\\. Merge it into another"):
        gatherings.delete("x", "fair")
    documents.remove(base, [one])
    gatherings.delete("x", "fair")
    assert gatherings.events() == ()
    with pytest.raises(NoSuchEvent):
        gatherings.delete("x", "fair")


def test_old_addresses_lead_to_the_event_as_it_is_now(base: KnowledgeBase, gatherings: EventService) -> None:
    paper(base, "a", "Fair of Hanoi")
    gatherings.change("x", "fair-of-hanoi", "SME Fair, Hanoi", "งานเอสเอ็มอี")
    client = create_app(base).test_client()
    for address in ("/events/fair-of-hanoi", "/events/fair-of-hanoi/feed.atom"):
        answer = client.get(f"{address}?ui=th")
        assert (answer.status_code, answer.location) == (
            301,
            address.replace("fair-of-hanoi", "sme-fair-hanoi") + "?ui=th",
        )
        assert client.get(answer.location).status_code == 200
    assert "งานเอสเอ็มอี" in client.get("/events?ui=th").text
    assert "งานเอสเอ็มอี" in client.get("/documents?ui=th").text
    told = client.get("/api/v1/events/fair-of-hanoi").json
    assert (told["slug"], told["name_th"]) == ("sme-fair-hanoi", "งานเอสเอ็มอี")


def test_the_second_library_has_events_too() -> None:
    assert Shelf().events()
