"""What tests of review share: documents brought in, forms as a browser sends them."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.models import SearchQuery, State
from tests.support import documents
from tests.support.html_reading import soup
from tests.support.visitors import Opened, token_of

MARKET = """# Women lead the riverside market

Bangkok, 2 August 2019. Women of the town in Thailand opened a market, said OSMEP. Digital tools helped them sell.

The market of the women is held every week.
"""
TALAD = """# สตรีผู้นำตลาดริมน้ำ

กรุงเทพฯ 2 สิงหาคม 2562 กลุ่มสตรีในประเทศไทยเปิดตลาดนัดประจำสัปดาห์
"""
HOSTILE = "<script>alert(1)</script> “&amp;” <b>"


def put(here: Opened, words: str = MARKET, name: str = "market.md", state: State = "draft") -> str:
    """Bring a document in; its id."""
    ((added,),) = documents.write(here.base, [here.base.ingestor.read(words.encode(), name=name)], state=state)
    return added.document_id


def form_of(page: BeautifulSoup | Tag, action: str) -> dict[str, list[str]]:
    """What a form would send as it stands, without its buttons."""
    form = page.select_one(f'form[action="{action}"]')
    assert form is not None, action
    sent: dict[str, list[str]] = {}
    for field in form.select("input, textarea, select"):
        if field.get("type") == "checkbox" and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            value = str(chosen["value"]) if chosen else ""
        else:
            value = field.text.removeprefix("\n") if field.name == "textarea" else str(field.get("value", ""))
        sent.setdefault(str(field["name"]), []).append(value)
    return sent


def sheet_of(document_id: str) -> str:
    return f"/desk/documents/{document_id}"


def save(editor: FlaskClient, document_id: str, do: str = "save", **typed: Any) -> TestResponse:
    """Open the sheet, type into its form and send it."""
    address = sheet_of(document_id)
    return editor.post(address, data={**form_of(soup(editor, address), address), **typed, "do": do})


def hits(here: Opened, words: str) -> list[str]:
    return [one.document.id for one in here.base.searcher.search(SearchQuery(words)).results]


def act(editor: FlaskClient, do: str, *ids: str, follow: bool = True) -> TestResponse:
    token = token_of(editor, "/desk/documents")
    form = {"csrf_token": token, "do": do, "id": list(ids)}
    return editor.post("/desk/documents?lang=en", data=form, follow_redirects=follow)


def together(editor: FlaskClient, ids: list[str], do: str, **fields: Any) -> TestResponse:
    token = token_of(editor, "/desk/documents")
    form = {"csrf_token": token, "id": ids, "do": do, **fields}
    return editor.post("/desk/documents/correct", data=form)
