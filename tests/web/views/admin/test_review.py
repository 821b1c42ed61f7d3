"""Review in the browser: the list, the sheet of a document, and that the pages are for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.support.html_reading import links, misspoken, soup, text
from tests.support.review_forms import HOSTILE, TALAD, act, form_of, hits, put, save, sheet_of, together
from tests.support.visitors import Opened, opened


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    yield here
    here.base.close()


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


# ---- the list


def test_drafts_come_first_and_each_list_is_counted(here: Opened, editor: FlaskClient) -> None:
    published = put(here, TALAD, "talad.md", "published")
    draft = put(here)
    page = soup(editor, "/desk/documents")
    assert [str(one["value"]) for one in page.select("input[name=id]")] == [draft, published]
    assert [text(one) for one in page.select("main .ways a")] == ["All (2)", "Drafts (1)", "Published (1)"]
    assert [text(one) for one in page.select(".badge")] == ["Draft"]
    only = soup(editor, "/desk/documents?state=published")
    assert [str(one["value"]) for one in only.select("input[name=id]")] == [published]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=RIVERSIDE women", {"market"}),
        ("q=ตลาดริมน้ำ", {"talad"}),
        ("lang=th", {"talad"}),
        ("kind=case", set()),
        ("kind=nonsense&state=nonsense", {"market", "talad"}),
        ("event=forum", {"market"}),
        ("event=none", set()),
        ("batch=7", set()),
    ],
)
def test_filters(here: Opened, editor: FlaskClient, asked: str, found: set[str]) -> None:
    ids = {"market": put(here), "talad": put(here, TALAD, "talad.md", "published")}
    save(editor, ids["market"], event="Forum")
    page = soup(editor, f"/desk/documents?{asked}")
    assert {str(one["value"]) for one in page.select("input[name=id]")} == {ids[name] for name in found}
    assert found or page.select_one(".notice[role=status]")


def test_a_selection_is_published(here: Opened, editor: FlaskClient) -> None:
    draft, there = put(here), put(here, TALAD, "talad.md", "published")
    assert draft not in hits(here, "riverside market")
    answer = act(editor, "publish", draft, there)
    assert answer.request.path == "/desk/documents"
    assert answer.request.args.to_dict() == {"lang": "en"}
    assert "1 document published." in answer.text
    assert draft in hits(here, "riverside market")
    assert "None of the selected documents is a draft" in act(editor, "publish", draft).text


def test_nothing_selected_is_said(editor: FlaskClient) -> None:
    assert "No documents selected" in act(editor, "publish").text


def test_pages_of_a_long_list_keep_the_filters(here: Opened, editor: FlaskClient) -> None:
    for number in range(3):
        put(here, f"# Paper {number}\n\nThe market of town {number} is open.", f"{number}.md")
    page = soup(editor, "/desk/documents?limit=2&lang=en")
    assert len(page.select("input[name=id]")) == 2
    assert "lang=en" in links(page, ".pages")["Next"]
    assert soup(editor, "/desk/documents?offset=50").select_one(".notice[role=status]")


# ---- the sheet


def test_each_fact_is_shown_with_the_words_it_was_found_in(here: Opened, editor: FlaskClient) -> None:
    page = soup(editor, sheet_of(put(here)))
    field = page.select_one("#date")
    assert field is not None
    assert field["value"] == "2019-08-02"
    date = page.select_one("#known-date")
    assert "Found in the text" in text(date)
    link = page.select_one("#known-date .places a")
    assert link is not None
    assert text(link.q) == "2 August 2019"
    mark = page.select_one(f"mark{link['href']}")
    assert text(mark) == "2 August 2019"
    assert mark is not None
    assert mark["class"] == ["of-date"]
    economy = page.select_one(".fact-economies .one")
    assert "Thailand" in text(economy)
    assert "Found in the text" in text(economy)
    targets = {str(one["href"])[1:] for one in page.select(".places a, .words-of a")}
    assert targets
    assert targets <= {str(one["id"]) for one in page.select("[id]")}


def test_the_marked_text_is_the_whole_text(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    page = soup(editor, sheet_of(document_id))
    shown = "\n\n".join(one.get_text() for one in page.select(".words-of .text > *"))
    assert shown == here.desk.review.document(document_id).text


def test_a_fact_is_corrected_and_can_go_back(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    answer = save(editor, document_id, date="3 สิงหาคม 2562")
    assert answer.status_code == 303
    now = here.desk.review.document(document_id).summary
    assert (now.date, now.version, now.state) == ("2019-08-03", 2, "draft")
    page = soup(editor, sheet_of(document_id))
    assert "Saved as a new version" in text(page.main)
    assert "Stated by an editor" in text(page.select_one("#known-date"))
    assert "Stated by an editor" not in text(page.select_one("#known-title"))
    save(editor, document_id, release="date")
    assert here.desk.review.document(document_id).summary.date == "2019-08-02"
    (entry, *_) = here.desk.audit.entries(subject=document_id)
    assert (entry.actor, entry.action) == ("malee", "document.correct")
    assert text(soup(editor, sheet_of(document_id)).select_one(".log-lines li")).endswith("Edited details")


def test_lists_are_ticked_off_and_added_to(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    added: dict[str, Any] = {
        "economies": ["", "Viet Nam"],
        "organisations": ["", "Weavers of Nan\nศูนย์ผ้าน่าน"],
        "event": "",
    }
    assert save(editor, document_id, **added).status_code == 303
    now = here.desk.review.document(document_id).summary
    assert now.economies == ("Viet Nam",)
    assert now.organisations == ("Weavers of Nan", "ศูนย์ผ้าน่าน")
    page = soup(editor, sheet_of(document_id))
    ticked = [str(one["value"]) for one in page.select(".fact-organisations :checked, .fact-organisations [checked]")]
    assert {"Weavers of Nan", "ศูนย์ผ้าน่าน"} == set(ticked)


def test_saving_what_is_there_makes_no_version(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    save(editor, document_id)
    sheet = here.desk.review.sheet(document_id)
    assert sheet.document.summary.version == 1
    assert not any(fact.corrected for fact in sheet.facts)
    assert "Nothing to save" in editor.get(sheet_of(document_id)).text


def test_a_wrong_value_is_shown_again_with_what_is_wrong(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    answer = save(editor, document_id, date=HOSTILE, event="Typed too")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    field = page.select_one("#date")
    assert field is not None
    assert field["value"] == HOSTILE
    assert field["aria-invalid"] == "true"
    assert "wrong-date" in str(field["aria-describedby"])
    assert text(page.select_one("#wrong-date"))
    assert not page.select("main script")
    event = page.select_one("#event")
    assert event is not None
    assert event["value"] == "Typed too"
    assert here.desk.review.document(document_id).summary.version == 1
    no_title = save(editor, document_id, title=" ")
    assert no_title.status_code == 422
    assert BeautifulSoup(no_title.text, "lxml").select_one("#wrong-title")


def test_what_two_editors_change_at_once_is_not_lost(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    address = sheet_of(document_id)
    opened_before = form_of(soup(editor, address), address)
    save(here.browser("somchai"), document_id, date="2019-09-09", source="https://example.org/a")
    other = editor.post(address, data={**opened_before, "source": "https://example.org/b", "do": "save"})
    assert other.status_code == 409
    page = BeautifulSoup(other.text, "lxml")
    assert text(page.select_one("#wrong-source")).startswith("Someone else has changed this")
    now = here.desk.review.document(document_id).summary
    assert (now.date, now.source) == ("2019-09-09", "https://example.org/a")
    # The date, which only the other one changed, is left as it is.
    editor.post(address, data={**form_of(page, address), "do": "save"})
    now = here.desk.review.document(document_id).summary
    assert (now.date, now.source) == ("2019-09-09", "https://example.org/b")


def test_save_and_publish(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here)
    save(editor, document_id, do="publish", title="The market that women lead")
    now = here.base.reader.document(document_id).summary
    assert (now.title, now.state) == ("The market that women lead", "published")
    page = soup(editor, sheet_of(document_id))
    assert "Saved and published" in text(page.main)
    assert links(page, ".actions")["View as a reader"] == f"/documents/{document_id}"


def test_a_case_and_a_transcript_show_who_speaks_and_their_parts(here: Opened, editor: FlaskClient) -> None:
    case = put(
        here, "title,kind,challenge,results\nPaper of Nan,case,Shops closed in the town.,Sales doubled.", "c.csv"
    )
    assert links(soup(editor, sheet_of(case)), ".words-of dl").keys() >= {"Challenge", "Results"}
    said = put(
        here, "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ms. Chai>The market is open to all of the town.\n", "t.vtt"
    )
    page = soup(editor, sheet_of(said))
    assert "Ms. Chai (1 contribution)" in text(page.select_one(".words-of dl"))
    assert "0:01" in text(page.select_one(".words-of .text"))


# ---- for everybody


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_speaks_in_the_right_voice(here: Opened, editor: FlaskClient, language: str) -> None:
    market, talad = put(here), put(here, TALAD, "talad.md", "published")
    save(editor, market, title="Another title", event="เวทีเสวนาของเรา")
    save(editor, talad, source="a paper of the town office")
    editor.get("/desk/documents")  # says, in the language of that request, that it was saved
    for document_id in (market, talad):
        address = sheet_of(document_id)
        for place in ("", "/text", "/versions", "/versions/1", "/versions/2/changes"):
            assert misspoken(soup(editor, f"{address}{place}?ui={language}")) == [], place
    assert misspoken(soup(editor, f"/desk/documents?ui={language}")) == []
    assert misspoken(soup(editor, f"/desk/documents/correct?id={market}&id={talad}&ui={language}")) == []
    page = together(editor, [market, talad], "preview", **{"do-event": "set", "event": "Forum of the town"})
    assert misspoken(BeautifulSoup(page.text, "lxml")) == []


def test_readers_see_nothing_of_it(here: Opened, editor: FlaskClient) -> None:
    document_id = put(here, state="published")
    reader = here.stranger()
    page = soup(reader, f"/documents/{document_id}")
    assert "/desk/" not in str(page)
    own = links(soup(editor, f"/documents/{document_id}"), "main")
    assert own["Review"] == sheet_of(document_id)
    for address in ("/desk/documents", sheet_of(document_id), f"{sheet_of(document_id)}/original"):
        answer = reader.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")
