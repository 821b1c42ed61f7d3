"""Review in the browser: many documents at once, the text, versions, the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.support.html_reading import links, soup, text
from tests.support.review_forms import HOSTILE, MARKET, TALAD, act, form_of, hits, put, save, sheet_of, together
from tests.support.visitors import Opened, opened


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    yield here
    here.base.close()


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


# ---- many at once


def test_facts_of_a_selection_are_corrected_after_a_look(here: Opened, editor: FlaskClient) -> None:
    ids = [put(here), put(here, TALAD, "talad.md", "published")]
    asked = act(editor, "correct", *ids, follow=False)
    form = soup(editor, asked.headers["Location"])
    assert [text(one) for one in form.select("ul.chosen li")] == ["สตรีผู้นำตลาดริมน้ำ", "Women lead the riverside market"]
    fields: dict[str, Any] = {
        "do-event": "set",
        "event": "Forum",
        "do-economies": "add",
        "economies": ["Viet Nam"],
        "do-date": "clear",
    }
    answer = together(editor, ids, "preview", **fields)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "lxml")
    told = text(page.select_one(".outcome"))
    assert "Viet Nam" in told
    assert "Forum" in told
    assert {one.version for one in here.desk.review.summaries(ids)} == {1}
    again = form_of(page, "/desk/documents/correct")
    assert editor.post("/desk/documents/correct", data={**again, "do": "save"}).status_code == 303
    for one in here.desk.review.summaries(ids):
        assert (one.event, one.date, one.economies) == ("Forum", None, ("Thailand", "Viet Nam"))
    assert "2 documents updated." in editor.get("/desk/documents").text


def test_what_is_previewed_is_what_is_saved(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    fields: dict[str, Any] = {
        "do-title": "set", "title": "Another title",
        "do-date": "set", "date": "ส.ค. 2562",
        "do-kind": "set", "kind": "report",
        "do-themes": "set", "themes": ["นวัตกรรมทางสังคม\nOwn theme"],
        "do-organisations": "add", "organisations": "OSMEP\nWeavers",
        "do-economies": "take", "economies": ["Thailand"],
        "do-sample": "set", "sample": "true",
    }  # fmt: skip
    page = BeautifulSoup(together(editor, [document_id], "preview", **fields).text, "lxml")
    foretold = {text(one.dt): text(one.ins) for one in page.select(".outcome dl > div") if one.ins}
    together(editor, [document_id], "save", **fields)
    now = here.desk.review.document(document_id).summary
    assert foretold["Title"] == f"[added] {now.title}"
    assert foretold["Date"] == "[added] August 2019"
    assert now.date == "2019-08"
    assert foretold["Themes"] == f"[added] {'; '.join(now.themes)}"
    assert foretold["Organisations"] == f"[added] {'; '.join(now.organisations)}"
    assert (foretold["Economies"], now.economies) == ("[added] Not stated", ())
    assert (foretold["Sample"], now.sample) == ("[added] Yes", True)


def test_a_wrong_value_for_many_keeps_what_was_typed(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    answer = together(editor, [document_id], "preview", **{"do-date": "set", "date": "soon", "do-title": "clear"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    field = page.select_one("#value-date")
    assert field is not None
    assert field["value"] == "soon"
    assert text(page.select_one("#wrong-date"))
    answer = together(editor, [document_id], "save", **{"do-title": "clear"})
    assert answer.status_code == 422
    assert "No changes." in together(editor, [document_id], "preview").text
    assert together(editor, ["none"], "preview").status_code == 303


# ---- the text


def test_the_text_is_corrected_after_a_look(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here, state="published")
    address = f"{sheet_of(document_id)}/text"
    form = form_of(soup(editor, address), address)
    mended = form["text"][0].replace("every week", "every fortnight").replace("\n", "\r\n")
    answer = editor.post(address, data={**form, "text": mended, "do": "preview"})
    page = BeautifulSoup(answer.text, "lxml")
    assert [text(one) for one in page.select(".levels ins")] == ["[added] fortnight"]
    assert here.base.reader.document(document_id).summary.version == 1
    again = form_of(page, address)
    assert editor.post(address, data={**again, "do": "save"}).status_code == 303
    found = here.base.reader.document(document_id)
    assert "every fortnight." in found.text
    assert found.summary.version == 2
    assert document_id in hits(here, "fortnight")
    assert "text edited by an editor" in text(soup(editor, sheet_of(document_id)).main)
    editor.post(address, data={**form_of(soup(editor, address), address), "do": "save"})
    assert here.base.reader.document(document_id).summary.version == 2


def test_a_text_that_changed_meanwhile_is_not_written_over(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    address = f"{sheet_of(document_id)}/text"
    form = form_of(soup(editor, address), address)
    theirs = form["text"][0].replace("every week", "on Sundays")
    here.desk.review.correct_text("somchai", document_id, theirs, 1)
    mine = form["text"][0].replace("every week", "every month")
    answer = editor.post(address, data={**form, "text": mine, "do": "save"})
    assert answer.status_code == 409
    page = BeautifulSoup(answer.text, "lxml")
    assert "on Sundays" in text(page.select_one("pre.theirs"))
    again = form_of(page, address)
    assert "every month" in again["text"][0]
    assert {text(one) for one in page.select(".levels ins")} == {"[added] every month"}
    assert "on Sundays" in here.desk.review.document(document_id).text
    assert editor.post(address, data={**again, "do": "save"}).status_code == 303
    assert "every month" in here.desk.review.document(document_id).text


@pytest.mark.parametrize("words", ["", "> [99:99] Ms. Chai: no such time", HOSTILE])
def test_whatever_was_typed_is_still_there(here: Opened, editor: FlaskClient, words: str) -> None:
    document_id = put(here)
    address = f"{sheet_of(document_id)}/text"
    form = form_of(soup(editor, address), address)
    for do in ("preview", "save"):
        answer = editor.post(address, data={**form, "text": words, "do": do})
        if answer.status_code != 303:
            page = BeautifulSoup(answer.text, "lxml")
            assert form_of(page, address)["text"] == [words]
            assert not page.select("main script")
    assert answer.status_code == (303 if words == HOSTILE else 422)


# ---- versions, the file


def test_versions_of_a_draft_are_seen_compared_and_gone_back_to(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    save(editor, document_id, title="Another title")
    address = f"{sheet_of(document_id)}/versions"
    listed = soup(editor, address)
    assert [text(one) for one in listed.select(".versions h2")] == ["Version 2 current", "Version 1"]
    assert len(listed.select(".versions form")) == 1
    assert "Another title" in text(soup(editor, f"{address}/2/changes").select_one("ins"))
    assert editor.get(f"{address}/1/changes").status_code == 404
    old = soup(editor, f"{address}/1")
    assert text(old.h1) == "Women lead the riverside market"
    assert "held every week" in text(old.select_one(".text"))
    form = form_of(old, f"{address}/1")
    assert editor.post(f"{address}/1", data=form).status_code == 303
    now = here.desk.review.document(document_id).summary
    assert (now.title, now.version) == ("Women lead the riverside market", 3)
    assert "version 3" in text(soup(editor, sheet_of(document_id)).main)


def test_links_of_the_pages_of_a_draft_lead_somewhere(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    save(editor, document_id, title="Another title")
    address = sheet_of(document_id)
    for place in ("", "/text", "/versions", "/versions/1", "/versions/2/changes"):
        page = soup(editor, address + place)
        for found in links(page, "main").values():
            if found.startswith("/") and "event" not in found:
                assert editor.get(found).status_code == 200, (place, found)


def test_the_file_of_a_draft_is_a_download(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    answer = editor.get(f"{sheet_of(document_id)}/original")
    assert answer.data == MARKET.encode()
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("place", ["", "/text", "/versions", "/versions/1", "/original"])
def test_what_is_not_there_is_not_found(editor: FlaskClient, place: str) -> None:
    assert editor.get(f"/desk/documents/none{place}").status_code == 404
