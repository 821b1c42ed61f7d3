"""Bringing in through the site: what is sent, what its pages say of it, what can be decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from ingest.models import Kind
from kb.errors import AddressUnreachable
from kb.models import SearchQuery
from kb.uploads.models import BatchProgress, UploadItem
from kb.uploads.url_fetcher import FetchedPage
from kb.uploads.worker import Worker
from tests.support.html_reading import links, misspoken, soup, text
from tests.support.visitors import Opened, opened, token_of
from web import i18n
from web.presenters import upload_status
from web.security.request_limits import MOST_BYTES

WEAVERS = (
    "The weavers of the northern village sell cotton cloth through a cooperative. "
    "A school gave them looms, and a shop in the city takes what they make every month. "
    "Young people came back for the work, and two houses now take in guests."
)
BAKERS = "Bakers at the coast dry seaweed for bread. Nobody else nearby has tried that before them."
THAI = "กลุ่มทอผ้าของหมู่บ้านขายผ้าฝ้ายผ่านสหกรณ์ โรงเรียนมอบกี่ทอผ้าให้ และร้านค้าในเมืองรับซื้อทุกเดือน"
SENT_IN = re.compile(r"/desk/batches/(\d+)$")


class Web:
    """The one page of the web."""

    def __call__(self, address: str) -> FetchedPage:
        if address != "https://example.org/news":
            raise AddressUnreachable(host="example.org", reason="it is away")
        page = f"<html><title>Bakers</title><body><h1>Bakers of the coast</h1><p>{BAKERS}</p></body></html>"
        return FetchedPage(address, page.encode(), "news.html", "text/html")


class Editor:
    """An editor at a browser, and the worker behind."""

    def __init__(self, site: Opened) -> None:
        self.site, self.desk, self.browser = site, site.desk, site.browser("malee")
        self.token = token_of(self.browser, "/desk/bring-in")

    def post(self, address: str, form: Mapping[str, object] | None = None, **more: object) -> TestResponse:
        """A form sent, with its token."""
        return self.browser.post(address, data={"csrf_token": self.token, **(form or {})}, **more)

    def send(self, *files: tuple[str, bytes], **form: object) -> int:
        """Send in a batch; its number."""
        answer = self.post("/desk/bring-in", form | {"files": [(BytesIO(data), name) for name, data in files]})
        assert answer.status_code == 303, text(BeautifulSoup(answer.text, "lxml").select_one("main"))
        found = SENT_IN.search(answer.location)
        assert found is not None
        return int(found[1])

    def work(self) -> None:
        """Do what is queued."""
        Worker(self.desk.batches, fetching=Web()).once()

    def items(self, batch: int) -> list[UploadItem]:
        return self.desk.batches.items(batch, limit=20_000)

    def page(self, batch: int, asked: str = "") -> BeautifulSoup:
        return soup(self.browser, f"/desk/batches/{batch}{asked}")

    def shown(self, batch: int) -> list[str]:
        """What the page of a batch says of each item."""
        return [text(line) for line in self.page(batch).select(".items > li")]


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    site = opened(tmp_path / "home")
    yield Editor(site)
    assert site.base.verify() == ()
    site.base.close()


def near(editor: Editor) -> int:
    """A batch with one item that is much like a document that is there."""
    editor.send(("weavers.txt", WEAVERS.encode()), publish="yes")
    editor.work()
    batch = editor.send(("again.txt", f"{WEAVERS} A line was added.".encode()), publish="yes")
    editor.work()
    return batch


# ---- sending in


def test_files_are_drafts_until_they_are_published(editor: Editor) -> None:
    batch = editor.send(("weavers.txt", WEAVERS.encode()), ("ทอผ้า.txt", THAI.encode()))
    assert [line.split()[0] for line in editor.shown(batch)] == ["weavers.txt", "ทอผ้า.txt"]
    assert editor.page(batch).select("li[data-open] progress")
    editor.work()
    assert all("Saved as a draft" in line for line in editor.shown(batch))
    assert editor.site.base.searcher.search(SearchQuery("weavers")).results == ()
    assert all("/desk/documents/" in url for url in links(editor.page(batch), ".given").values())


def test_published_at_once_they_are_found_and_linked(editor: Editor) -> None:
    batch = editor.send(("weavers.txt", WEAVERS.encode()), publish="yes")
    editor.work()
    assert "Searchable" in editor.shown(batch)[0]
    (address,) = links(editor.page(batch), ".given").values()
    assert editor.site.stranger().get(address).status_code == 200
    assert len(editor.site.base.searcher.search(SearchQuery("weavers")).results) == 1


def test_text_and_addresses(editor: Editor) -> None:
    batch = editor.send(
        title="Bakers at work", text=BAKERS, addresses="\nhttps://example.org/news\r\n  http://127.0.0.1/  \n"
    )
    editor.work()
    told = editor.items(batch)
    assert [item.name for item in told] == ["Bakers at work", "news.html", "http://127.0.0.1/"]
    assert told[1].address == "https://example.org/news"
    assert [item.state for item in told] == ["done", "held", "failed"]  # both are the bakers
    assert "it is away" in editor.shown(batch)[2]


def test_facts_hold_for_all(editor: Editor) -> None:
    form = {"kind": "case", "date": "2 สิงหาคม 2562", "event": "Weavers' day", "economies": ["Thailand", "Peru"]}
    batch = editor.send(("weavers.txt", WEAVERS.encode()), **form)
    editor.work()
    (item,) = editor.items(batch)
    summary = editor.desk.review.document(item.documents[0].document_id).summary
    assert (summary.kind, summary.date, summary.event) == (Kind.CASE, "2019-08-02", "Weavers' day")
    assert summary.economies == ("Thailand", "Peru")
    assert "Weavers' day" in text(editor.page(batch).select_one(".bringing > .soft"))


def test_scripts_are_told_where_the_batch_is(editor: Editor) -> None:
    answer = editor.post("/desk/bring-in", {"text": BAKERS}, headers={"Accept": "application/json"})
    assert answer.status_code == 201
    assert answer.json == {"url": "/desk/batches/1"}
    assert "1 item received" in editor.browser.get("/desk/batches/1").text  # said there, not to the script


@pytest.mark.parametrize(
    ("form", "en", "th"),
    [
        ({}, "Nothing was sent", "ยังไม่ได้เลือกสิ่งที"),
        ({"text": BAKERS, "date": "soon"}, "soon", "soon"),
        ({"text": BAKERS, "economies": "Atlantis"}, "Atlantis", "Atlantis"),
        ({"text": "x" * 1_000_001}, "1000000 characters", "1000000 ตัวอักษร"),
    ],
)
def test_what_cannot_be_taken_stays_in_the_form(editor: Editor, form: dict[str, str], en: str, th: str) -> None:
    for language, said in (("en", en), ("th", th)):
        answer = editor.post(f"/desk/bring-in?ui={language}", form | {"title": "My title"})
        page = BeautifulSoup(answer.text, "lxml")
        assert answer.status_code == 400
        assert said in text(page.select_one("[role=alert]"))
        assert misspoken(page) == [] or form.get("text", "").startswith("x")
        assert page.select_one("#title")["value"] == "My title"  # type: ignore[index]
        assert text(page.select_one("#text")) == form.get("text", "")
    assert editor.desk.batches.batches() == []


def test_more_than_is_taken_at_once_is_refused_before_it_is_read(editor: Editor) -> None:
    for language, said in (("en", "The request is too large"), ("th", "มีขนาดใหญ่เกินไป")):
        answer = editor.browser.post(
            f"/desk/bring-in?ui={language}",
            data=b"x",
            content_type="multipart/form-data; boundary=b",
            environ_overrides={"CONTENT_LENGTH": str(2 * MOST_BYTES)},
        )
        page = BeautifulSoup(answer.text, "lxml")
        assert answer.status_code == 413
        assert said in text(page.select_one("[role=alert]"))
        assert misspoken(page) == []


def test_elsewhere_little_is_taken(editor: Editor) -> None:
    answer = editor.browser.post(
        "/desk/batches/1/decide",
        data=b"x",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": str(5 << 20)},
    )
    assert answer.status_code == 413


# ---- following


def test_progress_tells_what_a_page_shows_anew(editor: Editor) -> None:
    batch = editor.send(("weavers.txt", WEAVERS.encode()), ("empty.txt", b""))
    address = f"/desk/batches/{batch}/progress?item=1&item=2&item=99x"
    before = editor.browser.get(address)
    assert before.headers["Cache-Control"] == "no-store"
    assert before.json is not None
    assert (before.json["finished"], before.json["open"]) == (False, [1])
    assert "Waiting" in before.json["items"]["1"]
    editor.work()
    after = editor.browser.get(address).json
    assert after is not None
    assert (after["finished"], after["open"]) == (True, [])
    assert "Saved as a draft" in after["items"]["1"]
    assert after["say"] == "This batch is complete. 1 failed."
    assert "data-open" not in str(editor.page(batch))


def test_progress_shows_no_items_of_other_batches(editor: Editor) -> None:
    editor.send(text=BAKERS)
    other = editor.send(text=THAI)
    told = editor.browser.get(f"/desk/batches/{other}/progress?item=1&item=2").json
    assert told is not None
    assert list(told["items"]) == ["2"]


def test_without_scripts_the_page_loads_itself_while_there_is_work(editor: Editor) -> None:
    batch = editor.send(text=BAKERS)
    assert editor.page(batch).select('noscript meta[http-equiv="refresh"]')
    assert not editor.page(batch, "?still=1").select("meta[http-equiv]")
    editor.work()
    assert not editor.page(batch).select("meta[http-equiv]")


def test_what_is_heard_changes_a_few_times_only() -> None:
    app = Flask(__name__)
    i18n.install(app)
    said = []
    with app.test_request_context("/?ui=en"):
        for done in range(41):
            counts = dict.fromkeys(upload_status.FILTERS["all"], 0) | {"done": done, "waiting": 40 - done}
            said.append(upload_status.milestone(BatchProgress(1, counts, 0, 0, 0, None, None)))
    assert list(dict.fromkeys(said)) == [
        "",
        "A quarter is done.",
        "Half is done.",
        "Three quarters are done.",
        "This batch is complete.",
    ]


# ---- deciding


def test_a_near_duplicate_is_pointed_out_and_can_be_brought_in(editor: Editor) -> None:
    batch = near(editor)
    (line,) = editor.shown(batch)
    assert re.search(r"[5-9]\d% of the text is the same as in", line)
    assert next(iter(links(editor.page(batch), ".near").values())).startswith("/documents/")
    assert text(editor.page(batch).select_one("[name=accept]")).startswith("Import anyway")
    answer = editor.post(f"/desk/batches/{batch}/decide", {"accept": str(editor.items(batch)[0].id)})
    assert answer.location.endswith(f"/desk/batches/{batch}")
    editor.work()
    assert "Searchable" in editor.shown(batch)[0]
    assert len(editor.site.base.catalogue.documents()) == 2


def test_a_near_duplicate_can_be_left_out(editor: Editor) -> None:
    batch = near(editor)
    editor.post(f"/desk/batches/{batch}/decide", {"leave_out": "held", "state": "held"})
    assert "Skipped" in editor.shown(batch)[0]
    assert len(editor.site.base.catalogue.documents()) == 1
    assert "No items" in text(editor.page(batch, "?state=held").select_one("main"))


def test_a_decision_that_comes_too_late_is_said_and_does_nothing(editor: Editor) -> None:
    batch = near(editor)
    item = str(editor.items(batch)[0].id)
    editor.post(f"/desk/batches/{batch}/decide", {"leave_out": item})
    editor.post(f"/desk/batches/{batch}/decide", {"accept": item})
    assert "has changed in the meantime" in text(editor.page(batch).select_one("main"))
    assert editor.items(batch)[0].state == "cancelled"


def test_a_failed_item_says_why_and_is_mended_by_another_file(editor: Editor) -> None:
    batch = editor.send(("paper.pdf", b"%PDF-1.4 and no more"), ("empty.txt", b""))
    editor.work()
    broken, empty = editor.shown(batch)
    assert "The PDF file is incomplete" in broken
    assert "Try again" in broken
    assert "Try again" not in empty  # there is nothing to try with
    (item, _) = editor.items(batch)
    page = soup(editor.browser, f"/desk/items/{item.id}?ui=th")
    assert misspoken(page) == []
    assert page.select_one("form input[type=file]")
    answer = editor.post(f"/desk/items/{item.id}", {"file": (BytesIO(WEAVERS.encode()), "mended.txt")})
    assert answer.location.endswith(f"/desk/batches/{batch}")
    editor.work()
    assert editor.items(batch)[0].state == "done"
    assert editor.items(batch)[0].name == "paper.pdf"


def test_a_failed_item_is_tried_again_alone_or_with_all(editor: Editor) -> None:
    batch = editor.send(("a.pdf", b"%PDF-1.4 no"), ("b.pdf", b"%PDF-1.4 no"), ("empty.txt", b""))
    editor.work()
    editor.post(f"/desk/batches/{batch}/decide", {"retry": "failed"})
    assert [item.state for item in editor.items(batch)] == ["waiting", "waiting", "failed"]
    editor.work()
    editor.post(f"/desk/batches/{batch}/decide", {"retry": "1"})
    assert [item.state for item in editor.items(batch)] == ["waiting", "failed", "failed"]


def test_an_item_is_tried_again_with_other_facts(editor: Editor) -> None:
    batch = near(editor)
    (item,) = editor.items(batch)
    wrong = editor.post(f"/desk/items/{item.id}", {"date": "soon", "event": "Fair"})
    assert wrong.status_code == 400
    assert BeautifulSoup(wrong.text, "lxml").select_one("#event")["value"] == "Fair"  # type: ignore[index]
    editor.post(f"/desk/items/{item.id}", {"date": "2020", "event": "Fair"})
    (item,) = editor.items(batch)
    assert (item.state, item.facts.date, item.facts.event) == ("waiting", "2020", "Fair")


def test_an_empty_file_in_its_place_is_refused(editor: Editor) -> None:
    batch = editor.send(("paper.pdf", b"%PDF-1.4 and no more"))
    editor.work()
    (item,) = editor.items(batch)
    answer = editor.post(f"/desk/items/{item.id}", {"file": (BytesIO(b""), "mended.txt")})
    assert answer.status_code == 400
    assert "empty" in text(BeautifulSoup(answer.text, "lxml").select_one("[role=alert]"))


def test_a_batch_is_stopped(editor: Editor) -> None:
    batch = editor.send(("weavers.txt", WEAVERS.encode()), ("bakers.txt", BAKERS.encode()))
    assert editor.post(f"/desk/batches/{batch}/cancel").location.endswith(f"/desk/batches/{batch}")
    editor.work()
    assert all("Skipped" in line for line in editor.shown(batch))
    assert editor.site.base.catalogue.documents() == ()
    assert editor.desk.review.drafts() == ()


# ---- pages


def test_items_are_paged_and_narrowed_by_state(editor: Editor) -> None:
    files = [(f"{n}.txt", f"{BAKERS} Number {n}.".encode()) for n in range(60)]
    batch = editor.send(*files, ("empty.txt", b""))
    page = editor.page(batch)
    assert len(page.select(".items > li")) == 50
    assert list(links(page, ".states")) == ["All (61)", "Waiting (60)", "Failed (1)"]
    rest = soup(editor.browser, links(page, ".pages")["Next"])
    assert len(rest.select(".items > li")) == 11
    assert "empty.txt" in text(rest.select(".items > li")[-1])
    failed = soup(editor.browser, links(page, ".states")["Failed (1)"])
    assert [text(line) for line in failed.select(".items h2")] == ["empty.txt"]


def test_batches_are_listed_newest_first_by_pages(editor: Editor) -> None:
    for n in range(32):
        editor.send(text=f"{BAKERS} {n}")
    page = soup(editor.browser, "/desk/batches")
    assert list(links(page, ".batches"))[:2] == ["Batch 32", "Batch 31"]
    earlier = soup(editor.browser, links(page, ".pages")["Earlier"])
    assert list(links(earlier, ".batches")) == ["Batch 2", "Batch 1"]


def test_what_is_not_there_is_404(editor: Editor) -> None:
    for address in ("/desk/batches/7", "/desk/batches/7/progress", "/desk/items/7", "/desk/batches/0"):
        assert editor.browser.get(address).status_code == 404


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000, "-1", "a", "²"])
def test_what_can_be_no_number_is_passed_over(editor: Editor, number: str) -> None:
    batch = editor.send(("note.txt", b"A bridge over the river was opened."))
    assert editor.browser.get(f"/desk/batches?before={number}").status_code == 200
    assert editor.browser.get(f"/desk/batches/{batch}/progress?item={number}").json["items"] == {}  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_speak_one_language_at_a_time(editor: Editor, language: str) -> None:
    batch = near(editor)
    editor.send(("ทอผ้า.txt", THAI.encode()), ("broken.pdf", b"%PDF-1.4 no"), event="งานทอผ้า")
    editor.work()
    editor.page(batch)  # takes what was said in English
    for address in ("bring-in", "batches", f"batches/{batch}", f"batches/{batch + 1}", "items/2", "items/4"):
        page = soup(editor.browser, f"/desk/{address}?ui={language}")
        assert page.html is not None
        assert page.html["lang"] == language
        assert misspoken(page) == []
        assert len(page.select("h1")) == 1


def test_a_page_says_nothing_that_a_browser_would_run(editor: Editor) -> None:
    batch = editor.send(("<img src=x onerror=alert(1)>.txt", b""), title="<script>alert(1)</script>", text=BAKERS)
    page = editor.page(batch)
    assert not page.select("img[onerror], .items script")
    assert "<script>alert(1)</script>" in editor.shown(batch)[1]
