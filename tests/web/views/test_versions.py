"""A document that was changed many times: its versions come a page at a time."""

from __future__ import annotations

from dataclasses import replace

from bs4 import BeautifulSoup

from kb.models import Document, DocumentVersion
from tests.support.html_reading import misspoken
from tests.support.library import DRAFTS, Shelf
from web import create_app
from web.views.versions import LISTED

ID = DRAFTS[1].id


class Changed(Shelf):
    """A shelf whose document `ID` has two full pages of versions and one more, and counts what is read of them."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def versions(self, document_id: str) -> tuple[DocumentVersion, ...]:
        now = self.document(document_id).summary
        numbers = range(2 * LISTED + 1, 0, -1)
        return tuple(DocumentVersion(replace(now, version=number), now.added_at) for number in numbers)

    def version(self, document_id: str, number: int) -> Document:
        self.read += 1
        now = self.document(document_id)
        text = f"{now.text}\n\nParagraph {number}." if number > 1 else now.text
        return Document(replace(now.summary, version=number), text, now.blocks, ())


def page_at(shelf: Shelf, offset: int) -> BeautifulSoup:
    site = create_app(shelf).test_client()
    page = BeautifulSoup(site.get(f"/documents/{ID}/versions?offset={offset}").text, "html.parser")
    assert not misspoken(page)
    return page


def test_versions_come_a_page_at_a_time_and_only_those_are_read() -> None:
    shelf = Changed()
    page = page_at(shelf, 0)
    assert [link.text for link in page.select(".versions h2 a")] == [
        f"Version {number}" for number in range(2 * LISTED + 1, LISTED + 1, -1)
    ]
    assert f"{2 * LISTED + 1} versions" in page.select_one("main .count").text
    assert shelf.read == LISTED + 1
    last = page.select(".versions > li")[-1]
    assert "One paragraph rewritten" in last.text  # from the first one of the next page
    assert page.select_one(".pages [rel=next]")["href"] == f"/documents/{ID}/versions?offset={LISTED}"


def test_the_last_page_ends_with_the_first_version() -> None:
    page = page_at(Changed(), 2 * LISTED)
    (only,) = page.select(".versions > li")
    assert "Version 1" in only.text
    assert "First version, as imported." in only.text
    assert "current" not in only.text
    assert page.select_one(".pages [rel=prev]")["href"] == f"/documents/{ID}/versions?offset={LISTED}"
