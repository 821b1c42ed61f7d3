"""Taking out in the browser: removed with a way back at once, brought back, deleted for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.accounts.models import UserRole
from kb.errors import NoSuchDocument
from kb.models import SearchQuery, State
from tests.support import documents
from tests.support.html_reading import misspoken, soup, text
from tests.support.visitors import Opened, opened, token_of

REMOVED = "/desk/removed"
PURGE = "/desk/removed/purge"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    yield here
    here.base.close()


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


@pytest.fixture
def admin(here: Opened) -> FlaskClient:
    return here.browser("anong", UserRole.ADMIN)


def put(here: Opened, number: int = 0, state: State = "published") -> str:
    words = f"# Ice plant {number}\n\nFishers of village {number} cool their catch with solar ice."
    ((added,),) = documents.write(
        here.base, [here.base.ingestor.read(words.encode(), name=f"{number}.md")], state=state
    )
    return added.document_id


def send(client: FlaskClient, address: str, do: str, *ids: str, **more: str) -> TestResponse:
    form = {"csrf_token": token_of(client, "/desk/documents"), "do": do, "id": list(ids), **more}
    return client.post(address, data=form, follow_redirects=True)


def found(here: Opened) -> set[str]:
    return {one.document.id for one in here.base.searcher.search(SearchQuery("solar ice")).results}


def test_what_was_removed_can_be_brought_back_at_once(here: Opened, editor: FlaskClient) -> None:
    ids = [put(here, 1), put(here, 2, "draft"), put(here, 3)]
    answer = send(editor, "/desk/documents", "remove", ids[0], ids[1])
    assert answer.request.path == "/desk/documents"
    page = BeautifulSoup(answer.text, "lxml")
    undo = page.select_one("form.undo")
    assert undo is not None
    assert "2 documents moved to the trash: Ice plant" in text(undo)
    assert found(here) == {ids[2]}
    assert here.stranger().get(f"/documents/{ids[0]}").status_code == 404
    assert not soup(editor, "/desk/documents").select("form.undo")  # told once
    sent = {"csrf_token": [], "id": [], "do": ["undo"]} | {
        name: [str(one["value"]) for one in undo.select(f"input[name={name}]")] for name in ("csrf_token", "id")
    }
    back = editor.post(str(undo["action"]), data=sent, follow_redirects=True)
    assert "2 documents restored." in back.text
    assert found(here) == {ids[0], ids[2]}
    assert here.desk.review.document(ids[1]).summary.state == "draft"


def test_a_document_is_removed_from_where_it_is_read(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    page = soup(editor, f"/documents/{document_id}")
    form = page.select_one(f'form[action="/desk/documents/{document_id}/remove"]')
    assert form is not None
    token = form.select_one("[name=csrf_token]")
    assert token is not None
    answer = editor.post(str(form["action"]), data={"csrf_token": str(token["value"])}, follow_redirects=True)
    assert "1 document moved to the trash: Ice plant 0" in text(
        BeautifulSoup(answer.text, "lxml").select_one("form.undo")
    )
    assert found(here) == set()
    (entry, *_) = here.desk.audit.entries(subject=document_id)
    assert (entry.actor, entry.action) == ("malee", "document.remove")


def test_removing_what_is_gone_says_so(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    answer = send(editor, "/desk/documents", "remove", document_id, "none")
    assert "nothing was moved to the trash" in answer.text
    assert found(here) == {document_id}


def test_the_removed_are_listed_with_the_days_left(here: Opened, editor: FlaskClient) -> None:
    ids = [put(here, 1), put(here, 2)]
    assert "The trash is empty." in editor.get(REMOVED).text
    for one in ids:
        here.desk.removal.remove("shell", [one])
    page = soup(editor, REMOVED)
    assert [str(one["value"]) for one in page.select("[name=id]")] == ids[::-1]
    assert "30 days left to restore it." in text(page.select_one(".days"))
    assert "No documents selected" in send(editor, REMOVED, "undo").text
    answer = send(editor, REMOVED, "undo", ids[0])
    assert answer.request.path == f"/desk/documents/{ids[0]}"
    assert found(here) == {ids[0]}
    refused = send(editor, REMOVED, "undo", ids[0], ids[1])
    assert refused.request.path == REMOVED
    assert found(here) == {ids[0]}


def test_editors_cannot_delete_for_good(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    here.desk.removal.remove("shell", [document_id])
    assert "Delete permanently" not in editor.get(REMOVED).text
    assert editor.get(f"{PURGE}?id={document_id}").status_code == 403
    assert send(editor, PURGE, "purge", document_id, sure="yes").status_code == 403
    assert len(here.desk.removal.removed()) == 1


def test_deleting_for_good_says_what_is_lost_and_asks(here: Opened, admin: FlaskClient) -> None:
    gone, kept = put(here, 1), put(here, 2)
    here.desk.removal.remove("shell", [gone, kept])
    asked = send(admin, REMOVED, "purge", gone)
    assert asked.request.path == PURGE
    page = BeautifulSoup(asked.text, "lxml")
    assert "Ice plant 1" in text(page.main)
    assert "Ice plant 2" not in text(page.main)
    assert [str(one["value"]) for one in page.select("[name=id]")] == [gone]
    unsure = send(admin, PURGE, "purge", gone)
    assert unsure.status_code == 422
    assert BeautifulSoup(unsure.text, "lxml").select_one("[name=sure][aria-invalid]")
    assert len(here.desk.removal.removed()) == 2
    done = send(admin, PURGE, "purge", gone, sure="yes")
    assert done.request.path == REMOVED
    assert "1 document permanently deleted." in done.text
    assert [one.document.id for one in here.desk.removal.removed()] == [kept]
    with pytest.raises(NoSuchDocument):
        here.base.reader.document(gone)


def test_only_what_was_removed_is_deleted_for_good(here: Opened, admin: FlaskClient) -> None:
    there, removed = put(here, 1), put(here, 2)
    here.desk.removal.remove("shell", [removed])
    assert send(admin, PURGE, "purge", there, removed, sure="yes").request.path == REMOVED
    assert here.base.reader.document(there).summary.id == there
    assert len(here.desk.removal.removed()) == 1
    assert admin.get(f"{PURGE}?id={there}").status_code == 303


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_speaks_in_the_right_voice(here: Opened, admin: FlaskClient, language: str) -> None:
    ids = [put(here, number) for number in range(3)]
    here.desk.removal.remove("shell", ids[:2])
    assert misspoken(soup(admin, f"{REMOVED}?ui={language}")) == []
    assert misspoken(soup(admin, f"{PURGE}?id={ids[0]}&id={ids[1]}&ui={language}")) == []
    told = send(admin, "/desk/documents", "remove", ids[2])
    assert misspoken(BeautifulSoup(told.text, "lxml")) == []
