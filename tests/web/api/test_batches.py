"""Bringing in by programs: every answer is as `openapi.yaml` describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.accounts.models import KeyScope
from kb.models import SearchQuery
from kb.uploads.worker import Worker
from tests.support.openapi import differences
from tests.support.visitors import Opened, opened
from web.api.public import description

WEAVERS = (
    "The weavers of the northern village sell cotton cloth through a cooperative. "
    "A school gave them looms, and a shop in the city takes what they make every month. "
    "Young people came back for the work, and two houses now take in guests."
)
BAKERS = "Bakers at the coast dry seaweed for bread. Nobody else nearby has tried that before them."
BATCHES = "/api/v1/batches"


class Program:
    """A program with a key that may bring in; it notices what answers are not as described."""

    def __init__(self, site: Opened) -> None:
        self.site, self.desk, self.client = site, site.desk, FlaskClient(site.app)
        self.headers = site.key(KeyScope.INGEST)
        self.tried: set[tuple[str, str]] = set()

    def ask(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        """The JSON of an answer; numbers in `path` are its arguments."""
        answer = self.client.open(path, method=method, headers=self.headers, **more)
        assert answer.status_code == status, answer.text
        described = self._described(path.partition("?")[0])
        self.tried.add((method, described))
        assert differences(answer.json, described, status, method.lower()) == []
        return answer.json

    def send(self, status: int = 201, **more: Any) -> Any:
        return self.ask("POST", BATCHES, status=status, **more)

    def work(self) -> None:
        Worker(self.desk.batches).once()

    @staticmethod
    def _described(path: str) -> str:
        parts = path.split("/")
        if len(parts) > 4:
            parts[4] = "{item_id}" if parts[3] == "items" else "{batch_id}"
        return "/".join(parts)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    site = opened(tmp_path / "home")
    yield Program(site)
    site.base.close()


def test_the_whole_way(program: Program) -> None:
    text = {"title": "Weavers", "text": WEAVERS}
    sent = program.send(json={"texts": [text], "facts": {"date": "August 2019"}, "publish": True})
    assert sent["counts"]["waiting"] == 1
    assert sent["facts"] == {"date": "2019-08"}
    assert sent["actor"].startswith("key ")
    address = f"{BATCHES}/{sent['id']}"
    assert not program.ask("GET", address)["finished"]
    program.work()
    assert program.ask("GET", address)["counts"]["done"] == 1
    (item,) = program.ask("GET", f"{address}/items?state=done")["items"]
    (document,) = item["documents"]
    assert document["status"] == "added"
    assert program.ask("GET", f"/api/v1/items/{item['id']}") == item
    (found,) = program.site.base.searcher.search(SearchQuery("weavers")).results
    assert (found.document.id, found.document.date) == (document["document_id"], "2019-08")
    assert [batch["id"] for batch in program.ask("GET", BATCHES)["batches"]] == [sent["id"]]
    assert program.ask("GET", f"{BATCHES}?before=1&limit=5")["batches"] == []


def test_files_come_as_a_form(program: Program) -> None:
    form = {
        "files": [(BytesIO(WEAVERS.encode()), "papers/weavers.txt"), (BytesIO(b""), "empty.txt")],
        "text": BAKERS,
        "title": "Bakers",
        "address": ["https://127.0.0.1/", "ftp://example.org/"],
        "facts": json.dumps({"event": "Fair", "economies": ["ไทย"], "sample": True}),
    }
    sent = program.send(data=form)
    assert (sent["total"], sent["publish"]) == (5, False)
    assert sent["facts"] == {"event": "Fair", "economies": ["Thailand"], "sample": True}
    program.work()
    items = program.ask("GET", f"{BATCHES}/1/items")["items"]
    assert [item["state"] for item in items] == ["done", "failed", "done", "failed", "failed"]
    assert items[1]["problem"]["code"] == "not_added"
    assert items[3]["problem"]["code"] == "inside_address"
    assert program.site.base.catalogue.documents() == ()
    assert len(program.desk.review.drafts()) == 2


def test_decisions(program: Program) -> None:
    program.send(json={"texts": [{"title": "Weavers", "text": WEAVERS}], "publish": True})
    program.work()
    program.send(json={"texts": [{"title": "Again", "text": f"{WEAVERS} A line."}], "publish": True})
    program.send(json={"texts": [{"title": "And again", "text": f"{WEAVERS} Two lines."}]})
    program.work()
    held = program.ask("GET", "/api/v1/items/2")
    assert held["state"] == "held"
    assert held["near"][0]["why"] == "like"
    assert program.ask("POST", "/api/v1/items/2/accept")["state"] == "waiting"
    assert program.ask("POST", "/api/v1/items/3/leave-out")["state"] == "cancelled"
    assert program.ask("POST", "/api/v1/items/3/accept", status=409)["error"]["code"] == "not_in_state"
    program.work()
    assert len(program.site.base.catalogue.documents()) == 2


def test_trying_again(program: Program) -> None:
    program.send(data={"files": (BytesIO(b"%PDF-1.4 no more"), "paper.pdf")})
    program.work()
    assert program.ask("POST", "/api/v1/items/1/retry")["state"] == "waiting"
    program.work()
    facts = {"facts": {"kind": "case", "sample": False}}
    assert program.ask("POST", "/api/v1/items/1/retry", json=facts)["facts"] == facts["facts"]
    program.work()
    mended = {"file": (BytesIO(WEAVERS.encode()), "mended.txt")}
    assert program.ask("POST", "/api/v1/items/1/retry", data=mended)["state"] == "waiting"
    program.work()
    assert program.ask("GET", "/api/v1/items/1")["state"] == "done"


def test_stopping(program: Program) -> None:
    program.send(json={"texts": [{"text": WEAVERS}, {"text": BAKERS}]})
    assert program.ask("POST", f"{BATCHES}/1/cancel")["counts"]["cancelled"] == 2
    program.work()
    assert program.desk.review.drafts() == ()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "nothing_sent"),
        ({"texts": []}, "nothing_sent"),
        ({"texts": [{"text": " "}]}, "nothing_sent"),
        ({"texts": "one"}, "bad_body"),
        ({"texts": [{"title": "One"}]}, "bad_body"),
        ({"texts": [{"text": "One", "title": 7}]}, "bad_body"),
        ({"texts": [{"text": "One", "author": "x"}]}, "bad_body"),
        ({"texts": [{"text": "x" * 1_000_001}]}, "text_too_long"),
        ({"addresses": [7]}, "bad_body"),
        ({"files": []}, "bad_body"),
        ({"addresses": ["https://example.org/"], "publish": "yes"}, "bad_body"),
        ({"addresses": ["https://example.org/"], "facts": []}, "bad_body"),
        ({"addresses": ["https://example.org/"], "facts": {"date": "soon"}}, "not_added"),
        ({"addresses": ["https://example.org/"], "facts": {"date": 2019}}, "not_added"),
        ({"addresses": ["https://example.org/"], "facts": {"colour": "red"}}, "not_added"),
        ([], "bad_body"),
    ],
)
def test_what_cannot_be_taken(program: Program, sent: object, code: str) -> None:
    assert program.send(status=400, json=sent)["error"]["code"] == code
    assert program.ask("GET", BATCHES)["batches"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"nul", b'{"texts": [{"text": "\\u00'])
def test_what_is_no_json(program: Program, body: bytes) -> None:
    told = program.send(status=400, data=body, content_type="application/json")
    assert told["error"]["code"] == "bad_body"


def test_odd_letters_are_taken(program: Program) -> None:
    text = {"title": "a\ud800\u0000\u202eb", "text": f"{WEAVERS} \ud800\u0000 end"}
    sent = {"texts": [text], "addresses": ["http://\ud800/"], "facts": {"event": "x\ud800\u0000y"}}
    program.send(data=json.dumps(sent).encode(), content_type="application/json")
    program.work()
    assert [item["state"] for item in program.ask("GET", f"{BATCHES}/1/items")["items"]] == ["done", "failed"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BATCHES}/7", 404),
        (f"{BATCHES}/7/items", 404),
        ("/api/v1/items/7", 404),
        (f"{BATCHES}?limit=0", 400),
        (f"{BATCHES}?before=x", 400),
        (f"{BATCHES}?before=", 200),
    ],
)
def test_addresses(program: Program, path: str, status: int) -> None:
    program.ask("GET", path, status=status)


def test_a_state_that_there_is_not(program: Program) -> None:
    program.send(json={"texts": [{"text": WEAVERS}]})
    assert program.ask("GET", f"{BATCHES}/1/items?state=lost", status=400)["error"]["code"] == "bad_query"


def test_too_much_is_told_in_the_envelope(program: Program) -> None:
    big = {"CONTENT_LENGTH": str(33 << 20)}
    told = program.send(status=413, data=b"{}", content_type="application/json", environ_overrides=big)
    assert told["error"]["code"] == "too_much_at_once"


def test_cookies_of_editors_bring_nothing_in_here(program: Program) -> None:
    browser = program.site.browser("malee")
    answer = browser.post(BATCHES, json={"texts": [{"text": WEAVERS}]})
    assert answer.status_code == 401
    assert program.desk.batches.batches() == []


def test_every_operation_is_tried_here(program: Program) -> None:
    test_the_whole_way(program)
    program.send(json={"texts": [{"title": "Again", "text": f"{WEAVERS} A line."}, {"text": BAKERS}]})
    program.work()
    program.ask("POST", f"{BATCHES}/2/cancel")
    program.ask("POST", "/api/v1/items/2/accept")
    program.ask("POST", "/api/v1/items/3/retry", status=409)
    program.ask("POST", "/api/v1/items/3/leave-out", status=409)
    described = {
        (method.upper(), path)
        for path, its in description()["paths"].items()
        if path.startswith((BATCHES, "/api/v1/items"))
        for method in its
    }
    assert program.tried == described
