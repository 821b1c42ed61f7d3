"""The API of review and removal, by key: what it does, and that its answers are as described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from kb.accounts.models import KeyScope
from kb.models import SearchQuery, State
from tests.support import documents
from tests.support.openapi import differences
from tests.support.visitors import Opened, opened

PATH = "/api/v1/documents/{document_id}"
ICE = b"# Solar ice\n\nNan, 2 August 2019. Fishers in Thailand cool their catch with solar ice."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    yield here
    here.base.close()


def put(here: Opened, state: State = "draft") -> str:
    ((added,),) = documents.write(here.base, [here.base.ingestor.read(ICE, name="ice.md")], state=state)
    return added.document_id


def ask(here: Opened, method: str, path: str, document_id: str, body: object = None) -> TestResponse:
    """Ask with a key that may bring in; the answer must be as described."""
    address = path.format(document_id=document_id)
    sent = {"json": body} if body is not None else {}
    answer = here.stranger().open(address, method=method, headers=here.key(KeyScope.INGEST), **sent)  # type: ignore[arg-type]
    assert differences(answer.json, path, answer.status_code, method.lower()) == []
    return answer


def found(here: Opened) -> list[str]:
    return [one.document.id for one in here.base.searcher.search(SearchQuery("solar ice")).results]


def test_facts_are_corrected(here: Opened) -> None:
    document_id = put(here)
    body = {
        "set": {"title": "Ice by the sun", "date": "3 ส.ค. 2562", "sample": True},
        "add": {"economies": ["เวียดนาม"], "organisations": ["Weavers"]},
        "take": {"economies": ["Thailand"]},
    }
    answer = ask(here, "PATCH", PATH, document_id, body).json
    assert answer is not None
    told = answer["document"]
    assert (told["title"], told["date"], told["sample"]) == ("Ice by the sun", "2019-08-03", True)
    assert (told["economies"], told["organisations"]) == (["Viet Nam"], ["Weavers"])
    assert (answer["state"], answer["changed"]) == ("draft", True)
    assert set(answer["corrected"]) == {"title", "date", "economies", "organisations", "sample"}
    again = ask(here, "PATCH", PATH, document_id, {"clear": ["economies"], "release": ["date", "title"]}).json
    assert again is not None
    assert (again["document"]["date"], again["document"]["economies"]) == ("2019-08-02", [])
    same = ask(here, "PATCH", PATH, document_id, {}).json
    assert same is not None
    assert (same["changed"], same["document"]["version"]) == (False, again["document"]["version"])
    (entry, *_) = here.desk.audit.entries(subject=document_id)
    assert entry.actor.startswith("key ")


@pytest.mark.parametrize(
    "body",
    [
        {"set": {"date": "soon"}},
        {"set": {"colour": "red"}},
        {"set": {"title": ["one", 2]}},
        {"set": {"title": True}},
        {"set": []},
        {"add": {"title": ["x"]}},
        {"add": {"themes": "x"}},
        {"clear": ["title"]},
        {"clear": "date"},
        {"release": ["colour"]},
        {"remove": True},
        [],
        "title",
    ],
)
def test_what_cannot_be_is_refused(here: Opened, body: object) -> None:
    document_id = put(here)
    answer = ask(here, "PATCH", PATH, document_id, body)
    assert answer.status_code == 400
    assert here.desk.review.document(document_id).summary.version == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(here: Opened, body: bytes) -> None:
    address = PATH.format(document_id=put(here))
    answer = here.stranger().patch(address, data=body, headers=here.key(KeyScope.INGEST))
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "bad_body"


def test_published_removed_and_brought_back(here: Opened) -> None:
    document_id = put(here)
    published = ask(here, "POST", f"{PATH}/publish", document_id).json
    assert published is not None
    assert published["state"] == "published"
    assert found(here) == [document_id]
    assert ask(here, "POST", f"{PATH}/publish", document_id).status_code == 409
    removed = ask(here, "DELETE", PATH, document_id)
    assert removed.json == {"document_id": document_id, "state": "removed"}
    assert found(here) == []
    back = ask(here, "POST", f"{PATH}/undo", document_id).json
    assert back is not None
    assert back["state"] == "published"
    assert found(here) == [document_id]
    assert ask(here, "POST", f"{PATH}/undo", document_id).status_code == 409


@pytest.mark.parametrize(("method", "path"), [("PATCH", PATH), ("DELETE", PATH), ("POST", f"{PATH}/publish")])
def test_what_is_not_there_is_not_found(here: Opened, method: str, path: str) -> None:
    answer = ask(here, method, path, "none", {} if method == "PATCH" else None)
    assert answer.status_code == 404


def test_a_reading_key_and_a_cookie_change_nothing(here: Opened) -> None:
    document_id = put(here)
    address = PATH.format(document_id=document_id)
    for headers, status in ((here.key(KeyScope.READ), 403), ({}, 401)):
        for client in (here.stranger(), here.browser("malee")):
            assert client.delete(address, headers=headers).status_code == status
            assert client.patch(address, json={"set": {"title": "x"}}, headers=headers).status_code == status
            assert client.post(f"{address}/publish", headers=headers).status_code == status
    assert here.desk.review.document(document_id).summary.version == 1
