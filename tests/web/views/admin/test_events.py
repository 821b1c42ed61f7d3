"""The pages of events: made, changed, renamed, merged, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ingest.models import StatedMetadata
from kb.models import State
from tests.support import documents
from tests.support.html_reading import links, misspoken, soup, text
from tests.support.visitors import Opened, opened, token_of

EVENTS = "/desk/events"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    yield here
    here.base.close()


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


def put(here: Opened, event: str, number: int = 0, state: State = "published") -> str:
    """Bring in a paper of an event; its id."""
    words = f"# Paper {number} of {event}\n\nFishers cool their catch with ice number {number}."
    reading = here.base.ingestor.read(words.encode(), name=f"{event} {number}.md", stated=StatedMetadata(event=event))
    ((added,),) = documents.write(here.base, [reading], state=state)
    return added.document_id


def send(editor: FlaskClient, address: str, **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(editor, EVENTS), **fields}
    return editor.post(address, data=form, follow_redirects=True)


def shown(page: BeautifulSoup, name: str) -> str:
    field = page.select_one(f"#{name}")
    assert field is not None
    return str(field["value"])


def test_events_are_listed_with_their_papers_and_drafts(here: Opened, editor: FlaskClient) -> None:
    put(here, "Ice Fair", 1)
    put(here, "Ice Fair", 2, "draft")
    put(here, "Boat Fair", 1, "draft")
    page = soup(editor, EVENTS)
    told = {text(one.select_one(".title")): text(one.select_one(".facts")) for one in page.select(".gathered > li")}
    assert told.keys() == {"Ice Fair", "Boat Fair"}
    assert told["Ice Fair"].startswith("2 documents")
    assert told["Ice Fair"].endswith("1 draft")
    assert "View as a reader" in links(soup(editor, f"{EVENTS}/ice-fair"), "main")
    assert "View as a reader" not in links(soup(editor, f"{EVENTS}/boat-fair"), "main")


def test_an_event_is_made_before_its_papers_come(here: Opened, editor: FlaskClient) -> None:
    answer = send(editor, EVENTS, name="Fair of Nan", thai="งานน่าน", date="ส.ค. 2562", economy="Thailand")
    assert answer.request.path == f"{EVENTS}/fair-of-nan"
    page = BeautifulSoup(answer.text, "lxml")
    assert (shown(page, "name"), shown(page, "thai"), shown(page, "date")) == ("Fair of Nan", "งานน่าน", "2019-08")
    chosen = page.select_one("#economy option[selected]")
    assert text(chosen) == "Thailand"
    assert "Delete event" in text(page.main)
    put(here, "Fair of Nan")
    reading = soup(here.stranger(), "/events/fair-of-nan?ui=th")
    assert text(reading.h1) == "งานน่าน"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "Ice Fair"}, "name"),
        ({"name": "!?"}, "name"),
        ({"name": HOSTILE, "date": "soon"}, "date"),
        ({"name": "Fair", "economy": "Atlantis"}, "economy"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    here: Opened, editor: FlaskClient, fields: dict[str, str], wrong: str
) -> None:
    put(here, "Ice Fair")
    put(here, "Boat Fair")
    before = here.desk.gatherings.events()
    for address in (EVENTS, f"{EVENTS}/boat-fair"):
        answer = send(editor, address, **fields)
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "lxml")
        assert text(page.select_one(f"#wrong-{wrong}"))
        assert len(page.select("[aria-invalid]")) == 1
        assert shown(page, "name") == fields["name"]
        assert not page.select("main script")
    assert here.desk.gatherings.events() == before


def test_a_renamed_event_takes_its_papers_and_its_address_along(here: Opened, editor: FlaskClient) -> None:
    paper, draft = put(here, "Ice Fair"), put(here, "Ice Fair", 2, "draft")
    answer = send(editor, f"{EVENTS}/ice-fair", name="Fair of Ice", date="2019")
    assert answer.request.path == f"{EVENTS}/fair-of-ice"
    assert {here.desk.review.document(one).summary.event for one in (paper, draft)} == {"Fair of Ice"}
    moved = here.stranger().get("/events/ice-fair?ui=th")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "/events/fair-of-ice?ui=th"
    assert editor.get(f"{EVENTS}/ice-fair").headers["Location"] == f"{EVENTS}/fair-of-ice"


def test_merging_says_what_it_will_do_and_then_does_it(here: Opened, editor: FlaskClient) -> None:
    put(here, "Ice Fair", 1)
    put(here, "Ice Fair", 2, "draft")
    put(here, "Fair of Ice")
    look = soup(editor, f"{EVENTS}/ice-fair/merge?into=fair-of-ice")
    told = text(look.main)
    assert "2 documents will move" in told
    assert "1 of them is a draft." in told
    assert len(here.desk.gatherings.events()) == 2
    answer = send(editor, f"{EVENTS}/ice-fair/merge", into="fair-of-ice")
    assert answer.request.path == f"{EVENTS}/fair-of-ice"
    (event,) = here.desk.gatherings.events()
    assert len(event.documents) == 3
    assert here.stranger().get("/events/ice-fair").status_code == 301
    (entry, *_) = here.desk.audit.entries(subject="fair-of-ice")
    assert (entry.actor, entry.action) == ("malee", "event.merge")


@pytest.mark.parametrize("into", ["ice-fair", "none", ""])
def test_what_cannot_be_merged_is_said(here: Opened, editor: FlaskClient, into: str) -> None:
    put(here, "Ice Fair")
    answer = editor.get(f"{EVENTS}/ice-fair/merge", query_string={"into": into}, follow_redirects=True)
    assert answer.request.path == f"{EVENTS}/ice-fair"
    assert text(BeautifulSoup(answer.text, "lxml").select_one("main > .notice"))
    assert send(editor, f"{EVENTS}/ice-fair/merge", into=into).status_code in (400, 404)


def test_only_an_event_without_papers_is_deleted(here: Opened, editor: FlaskClient) -> None:
    put(here, "Ice Fair")
    refused = send(editor, f"{EVENTS}/ice-fair/delete")
    assert refused.request.path == f"{EVENTS}/ice-fair"
    assert len(here.desk.gatherings.events()) == 1
    send(editor, EVENTS, name="Boat Fair")
    answer = send(editor, f"{EVENTS}/boat-fair/delete")
    assert answer.request.path == EVENTS
    assert "The event was deleted." in answer.text
    assert [one.name for one in here.desk.gatherings.events()] == ["Ice Fair"]
    assert editor.get(f"{EVENTS}/boat-fair").status_code == 404


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_speaks_in_the_right_voice(here: Opened, editor: FlaskClient, language: str) -> None:
    put(here, "Fair of Ice and Boats")
    put(here, "งานแสดงน้ำแข็งของเรา", 1)
    for event in here.desk.gatherings.events():
        assert misspoken(soup(editor, f"{EVENTS}/{event.slug}?ui={language}")) == []
    one, other = (event.slug for event in here.desk.gatherings.events())
    for address in (EVENTS, f"{EVENTS}/{one}/merge?into={other}"):
        page = soup(editor, f"{address}{'&' if '?' in address else '?'}ui={language}")
        assert misspoken(page) == []
