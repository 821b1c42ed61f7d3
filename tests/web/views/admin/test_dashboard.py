"""The overview of the desk, what readers did not find, and the numbers for programs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ingest.models import Kind, StatedMetadata
from kb.accounts.models import KeyScope, UserRole
from kb.models import Facets, ResultPage, SearchQuery
from kb.monitoring import metrics as figures
from kb.monitoring.metrics import Counted
from kb.uploads.models import UploadedText
from tests.support import documents
from tests.support.html_reading import links, misspoken, soup, text
from tests.support.openapi import differences
from tests.support.visitors import Opened, opened, token_of
from web.views.admin.dashboard import size_text, table

ENGLISH = b"Women of the town opened a market.\n\nYoung people came back to the river.\n"
THAI = "กลุ่มสตรีในเมืองเปิดตลาดนัดทุกสัปดาห์ คนรุ่นใหม่กลับมาอยู่ริมน้ำ\n".encode()
FORUM = "APEC Local Innovation Ecosystem Forum, Bangkok"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    here.base.ingestor.add(ENGLISH, name="a.txt", stated=StatedMetadata(kind=Kind.CASE, event=FORUM))
    here.base.ingestor.add(THAI, name="b.txt", stated=StatedMetadata(kind=Kind.CASE, event=FORUM))
    here.base.ingestor.add(ENGLISH + b"\n\nMore.", name="c.txt", stated=StatedMetadata(kind=Kind.RELEASE))
    yield here
    here.base.close()


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


@pytest.fixture
def admin(here: Opened) -> FlaskClient:
    return here.browser("somchai", UserRole.ADMIN)


def questions(here: Opened, least: int = 1) -> list[str]:
    here.desk.gaps.keep()
    return [gap.question for gap in here.desk.gaps.gaps(least)]


def asked(here: Opened, question: str, *days: date) -> None:
    """Let readers have asked this on some days."""
    for day in days:
        here.desk.gaps.note(ResultPage(SearchQuery(question), "en", 1, (), Facets(), 1.0), by_reader=True)
        here.desk.gaps.keep(day)


# ---- gaps: what searches leave behind


@pytest.mark.parametrize("address", ["/search", "/search?view=columns", "/api/v1/search", "/api/v1/search/by-language"])
def test_what_a_reader_does_not_find_is_remembered_wherever_it_is_asked(here: Opened, address: str) -> None:
    site = here.stranger()
    mark = "&" if "?" in address else "?"
    for more in ("q=Drones", "q=boats&lang=en", "q=trains&offset=10", "q=planes&kind=case", "q=call 081-234-5678"):
        assert site.get(f"{address}{mark}{more}").status_code == 200
    assert questions(here) == ["drones"]


def test_what_editors_ask_is_not(here: Opened, editor: FlaskClient) -> None:
    editor.get("/search?q=drones")
    here.stranger().get("/api/v1/search?q=boats", headers=here.key(KeyScope.READ, KeyScope.INGEST))
    here.browser("reader", UserRole.READER).get("/search?q=trains")
    assert questions(here) == ["trains"]


def test_a_question_that_is_found_again_goes(here: Opened, editor: FlaskClient) -> None:
    asked(here, "market", TODAY)
    assert questions(here) == ["market"]
    page = here.base.searcher.search(SearchQuery("market"))
    here.desk.gaps.note(ResultPage(page.query, "en", page.total, (), page.facets, 1.0, ("en", "th")), by_reader=False)
    assert questions(here) == []


def test_a_search_works_while_somebody_writes(here: Opened) -> None:
    site = here.stranger()
    site.get("/search?q=warm")
    with here.base.database.writing():
        started = time.perf_counter()
        assert site.get("/search?q=drones").status_code == 200
        assert time.perf_counter() - started < 5
    assert questions(here) == ["drones", "warm"]


def test_editors_see_what_was_asked_on_several_days_and_admins_all(
    here: Opened, editor: FlaskClient, admin: FlaskClient
) -> None:
    asked(here, "drones for rice", TODAY - timedelta(days=3), TODAY)
    asked(here, "the wife of the mayor", TODAY)
    for address in ("/desk/gaps", "/desk/gaps?all=1"):
        page = soup(editor, address)
        assert "drones for rice" in text(page.main)
        assert "wife" not in text(page.main)
        assert "1 more question was asked on one day only" in text(page.main)
        assert page.select("main form") == []
    assert "wife" not in text(soup(admin, "/desk/gaps").main)
    everything = soup(admin, "/desk/gaps?all=1")
    assert "the wife of the mayor" in text(everything.main)
    assert "asked on 2 days" in text(everything.select_one("ol.gaps li"))
    leads_to = links(everything, "ol.gaps")["drones for rice"]
    assert text(soup(admin, leads_to).h1)
    assert "drones for rice" in text(soup(admin, leads_to).main)


def test_gaps_are_shown_by_kind(here: Opened, admin: FlaskClient) -> None:
    asked(here, "drones", TODAY)
    ways = links(soup(admin, "/desk/gaps?all=1"), "ul.ways")
    assert set(ways) == {"All (1)", "No good answer (1)", "Answered in English only (0)", "Answered in Thai only (0)"}
    assert "drones" in text(soup(admin, ways["No good answer (1)"]).main)
    other = soup(admin, ways["Answered in Thai only (0)"])
    assert other.select("ol.gaps") == []
    assert "No questions." in text(other.main)


def test_admins_take_questions_out(here: Opened, editor: FlaskClient, admin: FlaskClient) -> None:
    for question in ("drones", "boats", "trains"):
        asked(here, question, TODAY)
    form = {"csrf_token": token_of(admin, "/desk/gaps?all=1"), "question": "boats", "language": "en", "all": "1"}
    assert editor.post("/desk/gaps/forget", data=form).status_code == 403
    assert editor.post("/desk/gaps/clear", data=form).status_code == 403
    told = admin.post("/desk/gaps/forget", data=form, follow_redirects=True)
    assert told.text.count("The question was deleted.") == 1
    assert questions(here) == ["drones", "trains"]
    assert admin.post("/desk/gaps/clear", data={"question": "x"}).status_code == 400
    told = admin.post("/desk/gaps/clear", data=form, follow_redirects=True)
    assert "2 questions deleted." in told.text
    assert questions(here) == []
    logged = [entry.action for entry in here.desk.audit.entries(subject="gaps")]
    assert logged == ["gaps.clear", "gaps.forget"]


def test_the_page_says_when_questions_are_not_kept(tmp_path: Path) -> None:
    off = opened(tmp_path, gaps=False)
    off.base.ingestor.add(ENGLISH, name="a.txt")
    off.stranger().get("/search?q=drones")
    assert questions(off) == []
    admin = off.browser("somchai", UserRole.ADMIN)
    for address in ("/desk", "/desk/gaps"):
        assert "Questions are not stored" in text(soup(admin, address).main)
    off.base.close()


def test_a_hostile_question_is_only_text(here: Opened, admin: FlaskClient) -> None:
    asked(here, "<script>alert(1)</script> market", TODAY - timedelta(days=1), TODAY)
    for address in ("/desk", "/desk/gaps"):
        page = admin.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


# ---- the overview


def test_the_overview_counts_what_is_there(here: Opened, editor: FlaskClient) -> None:
    page = soup(editor, "/desk")
    rows = [[text(cell) for cell in row.select("th, td")][:4] for row in page.select("table.counts tr")]
    assert rows == [
        ["Kind", "English", "Thai", "Total"],
        ["Press releases", "1", "0", "1"],
        ["Best-practice cases", "1", "1", "2"],
        ["All kinds", "2", "1", "3"],
    ]
    assert text(page.select_one("ul.largest li")).startswith(FORUM)
    assert links(page, "ul.largest")[FORUM].startswith("/events/")
    assert "Nothing to do." in text(page.main)
    assert "Will be built at the first search (3 passages)" in text(page.main)
    editor.get("/search?q=market")
    assert "Up to date (3 passages)" in text(soup(editor, "/desk").main)
    assert "words+" in text(page.main)


def test_it_says_what_waits_and_where(here: Opened, editor: FlaskClient) -> None:
    (draft,) = documents.write(
        here.base, [here.base.ingestor.read(ENGLISH + b"draft", name="draft.txt")], state="draft"
    )
    removed = next(one.id for one in here.base.catalogue.documents() if one.kind is Kind.RELEASE)
    here.desk.removal.remove("malee", [removed])
    here.desk.batches.receive("malee", [UploadedText("One", "Some text.")], StatedMetadata(), True)
    page = soup(editor, "/desk")
    waits = links(page, "ul.to-do")
    assert set(waits) == {
        "1 draft is waiting for review",
        "1 document in the trash",
        "1 file is waiting to be imported",
    }
    for address in waits.values():
        assert editor.get(address).status_code == 200
    due = (TODAY + timedelta(days=30)).isoformat()
    assert due in {str(when["datetime"]) for when in page.select("ul.to-do time")}
    assert "nothing is processing them" in text(page.select_one(".notice"))
    assert draft


def test_little_room_is_told(here: Opened, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert soup(editor, "/desk").select(".notice") == []
    monkeypatch.setattr(figures, "LEAST_FREE", 1 << 60)
    assert "disk space is free" in text(soup(editor, "/desk").select_one(".notice"))


def test_what_is_wrong_with_the_index_is_told(here: Opened, editor: FlaskClient) -> None:
    with here.base.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM vectors")
    page = soup(editor, "/desk")
    assert "kb verify" in text(page.select_one(".notice"))
    assert "3 passages have no vectors" in text(page.main)


def test_only_admins_see_the_log(here: Opened, editor: FlaskClient, admin: FlaskClient) -> None:
    here.desk.removal.remove("malee", [here.base.catalogue.documents()[0].id])
    assert soup(editor, "/desk").select("ul.logged") == []
    assert "malee" in text(soup(admin, "/desk").select_one("ul.logged"))


@pytest.mark.parametrize("language", ["en", "th"])
def test_both_pages_speak_one_language(here: Opened, admin: FlaskClient, language: str) -> None:
    asked(here, "drones for small rice farms", TODAY - timedelta(days=1), TODAY)
    asked(here, "ตลาดลอยน้ำ", TODAY - timedelta(days=1), TODAY)
    here.desk.removal.remove("malee", [here.base.catalogue.documents()[0].id])
    list(documents.write(here.base, [here.base.ingestor.read(ENGLISH + b"draft", name="draft.txt")], state="draft"))
    for address in ("/desk", "/desk/gaps", "/desk/gaps?all=1"):
        page = soup(admin, f"{address}{'&' if '?' in address else '?'}ui={language}")
        assert misspoken(page) == []
        assert len(page.select("h1")) == 1


def test_an_empty_desk_says_how_to_begin(tmp_path: Path) -> None:
    empty = opened(tmp_path)
    page = soup(empty.browser("malee"), "/desk")
    assert "/desk/bring-in" in links(page, "main section").values()
    assert page.select(".notice") == []
    empty.base.close()


def test_kinds_without_documents_have_no_row_and_drafts_do_not_count() -> None:
    rows = table(
        [
            Counted("en", "case", "published", 2),
            Counted("th", "case", "published", 3),
            Counted("en", "report", "draft", 4),
            Counted("en", "release", "removed", 5),
        ]
    )
    assert [(row.kind, row.counts, row.total) for row in rows] == [(Kind.CASE, (2, 3), 5), (None, (2, 3), 5)]


def test_sizes_are_told_in_fitting_units(here: Opened) -> None:
    with here.app.test_request_context("/"):
        sizes = [size_text(size) for size in (0, 1_234, 45_600, 999_999, 7_890_000, 12_345_678_901, 5 * 10**15)]
    assert sizes == ["0 KB", "1.2 KB", "46 KB", "1,000 KB", "7.9 MB", "12 GB", "5,000 TB"]


# ---- for programs


def prometheus(here: Opened) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """All samples, by name and labels."""
    answer = here.stranger().get("/metrics", headers=here.key(KeyScope.ADMIN))
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.name.startswith("saphan_") and family.documentation for family in families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_prometheus_reads_what_the_knowledge_base_says(here: Opened) -> None:
    site = here.stranger()
    for question in ("market", "drones", "ตลาด"):
        site.get(f"/search?q={question}")
        site.get(f"/api/v1/search?q={question}")
    here.desk.batches.receive("malee", [UploadedText("One", "Some text.")], StatedMetadata(), True)
    here.desk.removal.remove("malee", [here.base.catalogue.documents()[0].id])
    here.base.searcher.search(SearchQuery("market"))
    here.desk.gaps.keep()
    samples, status = prometheus(here), here.base.status()

    def value(name: str, **labels: str) -> float:
        return samples[name, frozenset(labels.items())]

    documents = {labels: number for (name, labels), number in samples.items() if name == "saphan_documents"}
    published = Counter(
        frozenset({"language": one.language, "kind": one.kind.value, "state": "published"}.items())
        for one in here.base.catalogue.documents()
    )
    assert {labels: n for labels, n in documents.items() if ("state", "published") in labels} == published
    assert sum(n for labels, n in documents.items() if ("state", "removed") in labels) == 1
    assert value("saphan_passages") == value("saphan_index_passages") == 2
    assert value("saphan_passages_without_vectors") == 0
    assert value("saphan_database_change") == status.change
    assert value("saphan_index_change") == status.indexed_change
    assert value("saphan_queue_items", state="waiting") == 1
    assert value("saphan_worker_up") == 0
    assert value("saphan_disk_bytes", part="database") == here.base.database.bytes_on_disk()
    assert value("saphan_searches_total") == 6
    assert value("saphan_search_seconds_count") == 6
    assert value("saphan_search_seconds_bucket", le="+Inf") == 6
    assert value("saphan_search_seconds_sum") == pytest.approx(here.desk.metrics.searches.times().seconds)
    assert sum(n for (name, _), n in samples.items() if name == "saphan_gaps") == len(questions(here))
    names = {"stored": status.model, "in_use": status.model_in_use, "calibration": here.base.model.calibration.name}
    assert value("saphan_model_info", **names) == 1


def test_openmetrics_is_spoken_where_it_is_asked_for(here: Opened) -> None:
    wish = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = here.stranger().get("/metrics", headers=here.key(KeyScope.ADMIN) | wish)
    assert answer.mimetype == "application/openmetrics-text"
    assert answer.text.endswith("# EOF\n")


def test_the_same_as_json_is_as_described(here: Opened) -> None:
    here.stranger().get("/search?q=market")
    answer = here.stranger().get("/api/v1/metrics", headers=here.key(KeyScope.ADMIN))
    assert answer.status_code == 200
    assert differences(answer.json, "/api/v1/metrics", 200) == []
    assert answer.json is not None
    assert sum(one["documents"] for one in answer.json["documents"]) == 3
    assert answer.json["passages"] == answer.json["index"]["passages"] == here.base.status().passages
    assert answer.json["searches"]["count"] == answer.json["searches"]["within"][-1]["count"] == 1


@pytest.mark.parametrize("address", ["/metrics", "/api/v1/metrics"])
def test_metrics_are_for_admins(here: Opened, editor: FlaskClient, admin: FlaskClient, address: str) -> None:
    assert here.stranger().get(address).status_code == 401
    assert editor.get(address).status_code == 403
    assert admin.get(address).status_code == 200
    assert here.stranger().get(address, headers=here.key(KeyScope.INGEST)).status_code == 403
    answer = admin.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "market" not in answer.text
