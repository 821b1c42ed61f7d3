"""The Atom feeds: valid whatever the documents are called, and asked for again at little cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from ingest.models import BlockRole, Kind
from kb.events import event_slug
from tests.support.html_reading import soup
from tests.support.library import BANGKOK, DRAFTS, MAKATI, TOURISM, Draft, Shelf, many
from web import create_app
from web.context import EXTENSION
from web.forms.document_filters import opening
from web.presenters.atom_feed import LONGEST

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def site_of(drafts: Iterable[Draft]) -> FlaskClient:
    return create_app(Shelf(drafts)).test_client()


def feed(site: FlaskClient, address: str = "/feed.atom") -> etree._Element:
    answer = site.get(address)
    assert answer.mimetype == "application/atom+xml"
    return etree.fromstring(answer.data, etree.XMLParser(resolve_entities=False))


def breaches(tree: etree._Element) -> list[str]:
    """What a feed gets wrong of what RFC 4287 demands in its sections 3 and 4."""
    wrong = []
    if tree.tag != "{http://www.w3.org/2005/Atom}feed":
        wrong.append("the document is no feed")
    entries = tree.findall("a:entry", ATOM)
    for element in (tree, *entries):
        for name in ("id", "title", "updated"):
            if len(element.findall(f"a:{name}", ATOM)) != 1:
                wrong.append(f"{element.tag} needs exactly one {name}")
        if not all((one.text or "").startswith("urn:uuid:") for one in element.findall("a:id", ATOM)):
            wrong.append("an id is no urn")
        for name in ("updated", "published"):
            for one in element.findall(f"a:{name}", ATOM):
                if datetime.fromisoformat(one.text or "").tzinfo is None:
                    wrong.append(f"{name} without a time zone")
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall("a:link", ATOM)]
        if len(set(links)) != len(links):
            wrong.append("two links of the same sort")
        if not all((link.get("href") or "").startswith("http://") for link in element.findall("a:link", ATOM)):
            wrong.append("a link that is not absolute")
        if not all(category.get("term") for category in element.findall("a:category", ATOM)):
            wrong.append("a category without a term")
    for entry in entries:
        if not entry.findall("a:link[@rel='alternate']", ATOM):
            wrong.append("an entry with neither content nor an alternate link")
    if not tree.findall("a:author/a:name", ATOM):
        wrong.append("nobody is the author")
    if not tree.findall("a:link[@rel='self']", ATOM):
        wrong.append("the feed does not say where it is")
    ids = [one.text for one in tree.iterfind(".//a:id", ATOM)]
    if len(set(ids)) != len(ids):
        wrong.append("an id twice")
    return wrong


@pytest.mark.parametrize("address", ["/feed.atom", "/feed.atom?ui=th", f"/events/{event_slug(BANGKOK)}/feed.atom"])
def test_the_feed_is_valid_atom(site: FlaskClient, address: str) -> None:
    assert breaches(feed(site, address)) == []


@pytest.mark.parametrize(
    "path", ["a:id", "a:author", "a:link[@rel='self']", "a:entry/a:title", "a:entry/a:updated", "a:entry/a:link"]
)
def test_what_is_missing_in_a_feed_is_noticed(site: FlaskClient, path: str) -> None:
    tree = feed(site)
    gone = tree.find(path, ATOM)
    assert gone is not None
    parent = gone.getparent()
    assert parent is not None
    parent.remove(gone)
    assert breaches(tree)


def test_an_empty_feed_is_valid_too() -> None:
    assert breaches(feed(site_of([]))) == []


def test_the_feed_has_the_documents_that_came_in_last(site: FlaskClient) -> None:
    entries = feed(create_app(many(LONGEST + 5)).test_client()).findall("a:entry", ATOM)
    assert [entry.findtext("a:title", None, ATOM) for entry in entries] == [
        f"Market {number}" for number in range(LONGEST + 4, 4, -1)
    ]
    of_event = feed(site, f"/events/{event_slug(MAKATI)}/feed.atom")
    assert [title.text for title in of_event.iterfind("a:entry/a:title", ATOM)] == ["Panel on tourism in small towns"]


def test_an_entry_tells_what_is_known_in_its_language(site: FlaskClient) -> None:
    entries = {entry.findtext("a:title", None, ATOM): entry for entry in feed(site).iterfind("a:entry", ATOM)}
    entry = entries["การท่องเที่ยวโดยชุมชน"]
    title, summary = entry.find("a:title", ATOM), entry.find("a:summary", ATOM)
    assert title is not None
    assert summary is not None
    assert (title.get(LANG), summary.get(LANG)) == ("th", "th")
    assert (summary.text or "").startswith("การท่องเที่ยวสร้างรายได้ให้ชุมชน")
    assert [category.get("label") for category in entry.findall("a:category", ATOM)] == ["Press release", TOURISM]
    link = entry.find("a:link", ATOM)
    assert link is not None
    assert (link.get("href"), link.get("hreflang")) == ("http://localhost/documents/d-chumchon", "th")


def test_a_new_version_is_an_update_of_the_same_entry(site: FlaskClient) -> None:
    entries = {entry.findtext("a:title", None, ATOM): entry for entry in feed(site).iterfind("a:entry", ATOM)}
    entry = entries["Panel on tourism in small towns"]
    assert (entry.findtext("a:updated", "", ATOM)) > entry.findtext("a:published", "", ATOM)
    before = site_of([replace(DRAFTS[3], earlier=())] if False else [*DRAFTS[:3], replace(DRAFTS[3], earlier=())])
    old = {one.findtext("a:title", None, ATOM): one for one in feed(before).iterfind("a:entry", ATOM)}
    assert old["Panel on tourism in small towns"].findtext("a:id", None, ATOM) == entry.findtext("a:id", None, ATOM)


def test_ids_stay_whatever_address_the_site_has(site: FlaskClient) -> None:
    def ids(host: str) -> list[str | None]:
        tree = etree.fromstring(site.get("/feed.atom", base_url=host).data)
        return [one.text for one in tree.iterfind("a:entry/a:id", ATOM)]

    assert ids("https://saphan.example") == ids("http://old.example:8000")


def test_a_reader_that_has_it_is_told_that_nothing_is_new(site: FlaskClient) -> None:
    first = site.get("/feed.atom")
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for known in ({"If-None-Match": etag}, {"If-Modified-Since": changed}):
        again = site.get("/feed.atom", headers=known)
        assert (again.status_code, again.data) == (304, b"")
    other = site_of(DRAFTS[:3]).get("/feed.atom", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_no_title_breaks_the_feed() -> None:
    app = create_app(Shelf())
    site = app.test_client()

    @settings(max_examples=60, deadline=None)
    @given(st.text(min_size=1, max_size=60))
    @example("\x00\x1f\ufffe")
    @example("]]> &#0; <![CDATA[ \"'")
    def check(title: str) -> None:
        paper = Draft("x", title, Kind.REPORT, ((BlockRole.PARAGRAPH, title, None),), event=title, themes=(title,))
        app.extensions[EXTENSION] = Shelf([paper])
        assert breaches(feed(site)) == []
        assert breaches(feed(site, f"/events/{event_slug(title)}/feed.atom")) == []

    check()


def test_the_feed_is_announced_on_every_page(site: FlaskClient) -> None:
    for address in ("/", "/documents", "/about", f"/events/{event_slug(BANGKOK)}"):
        for link in soup(site, address).find_all("link", type="application/atom+xml"):
            assert link["rel"] == ["alternate"]
            assert breaches(feed(site, str(link["href"]))) == []
    assert len(soup(site, f"/events/{event_slug(BANGKOK)}").find_all("link", type="application/atom+xml")) == 2


def test_the_opening_leaves_out_headings_and_what_stands_before_the_first_turn() -> None:
    draft = replace(
        DRAFTS[3],
        blocks=(
            (BlockRole.HEADING, "Panel", None),
            (BlockRole.PARAGRAPH, "Makati, 2019", None),
            (BlockRole.TURN, "Welcome.", "A"),
        ),
    )
    assert opening(Shelf([draft]).document(draft.id)) == "Welcome."
    report = replace(
        draft, blocks=((BlockRole.HEADING, "Report", None), (BlockRole.PARAGRAPH, "It rained. " * 60, None))
    )
    told = opening(Shelf([report]).document(draft.id))
    assert told.startswith("It rained. It rained.")
    assert 280 < len(told) <= 300
