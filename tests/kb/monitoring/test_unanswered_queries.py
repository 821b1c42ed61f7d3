"""Gaps: what is kept of readers' questions, and what is not."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.accounts.audit_log import AuditLog
from kb.errors import HomeUnusable
from kb.knowledge_base import KnowledgeBase
from kb.models import Facets, ResultPage, SearchQuery
from kb.monitoring import unanswered_queries as module
from kb.monitoring.unanswered_queries import LONGEST, MOST_NOTED, UnansweredQueries, UnansweredQuery, question_of
from kb.settings import Settings
from tests.support.beir_set import STORIES
from tests.support.encoder import WordEncoder

DAY = date(2026, 3, 1)


@pytest.fixture
def gaps(base: KnowledgeBase) -> UnansweredQueries:
    return UnansweredQueries(base, AuditLog(base.database))


def page(text: str, *answered_in: str, language: str = "en", **query: object) -> ResultPage:
    """What a search for `text` gave that has good results in these languages."""
    return ResultPage(SearchQuery(text, **query), language, 5, (), Facets(), 1.0, answered_in)  # type: ignore[arg-type]


def ask(gaps: UnansweredQueries, texts: Sequence[str], *answered_in: str, day: date = DAY) -> None:
    for text in texts:
        gaps.note(page(text, *answered_in), by_reader=True)
    gaps.keep(day)


def questions(gaps: UnansweredQueries) -> list[str]:
    return [gap.question for gap in gaps.gaps(least=1)]


def test_a_gap_tells_what_is_missing_and_is_most_asked_first(gaps: UnansweredQueries) -> None:
    gaps.note(page("Drones for  rice farms"), by_reader=True)
    gaps.note(page("Silk weaving", "en"), by_reader=True)
    gaps.note(page("ทอผ้าไหม", "th", language="th"), by_reader=True)
    gaps.note(page("Village tourism", "en", "th"), by_reader=True)
    gaps.keep(DAY)
    ask(gaps, ["silk WEAVING"], "en", day=DAY + timedelta(days=1))
    assert gaps.gaps(least=1) == [
        UnansweredQuery("silk weaving", "en", "only_en", 2, DAY + timedelta(days=1)),
        UnansweredQuery("drones for rice farms", "en", "unanswered", 1, DAY),
        UnansweredQuery("ทอผ้าไหม", "th", "only_th", 1, DAY),
    ]
    assert gaps.gaps() == gaps.gaps(least=1)[:1]
    assert [gap.kind for gap in gaps.gaps(least=1, kind="only_th")] == ["only_th"]
    assert gaps.counts() == {"unanswered": 1, "only_en": 1, "only_th": 1}
    assert gaps.counts(least=2) == {"unanswered": 0, "only_en": 1, "only_th": 0}


def test_who_asks_again_the_same_day_counts_once(gaps: UnansweredQueries) -> None:
    for _ in range(3):
        ask(gaps, ["drones", "drones"])
    assert [gap.days for gap in gaps.gaps(least=1)] == [1]


def test_only_first_pages_without_filters_by_readers_count(gaps: UnansweredQueries) -> None:
    gaps.note(page("a", offset=10), by_reader=True)
    gaps.note(page("b", languages=("en",)), by_reader=True)
    gaps.note(page("c", kinds=("case",)), by_reader=True)
    gaps.note(page("d", year_from=2019), by_reader=True)
    gaps.note(page("e"), by_reader=False)
    gaps.note(replace(page("f"), total=0), by_reader=True)  # no documents, or no words in the question
    gaps.keep(DAY)
    assert questions(gaps) == []


@pytest.mark.parametrize("by_reader", [True, False])
def test_a_gap_that_is_closed_is_forgotten(gaps: UnansweredQueries, by_reader: bool) -> None:
    ask(gaps, ["drones", "silk"])
    gaps.note(page("Drones", "en", "th"), by_reader=by_reader)
    gaps.keep(DAY)
    assert questions(gaps) == ["silk"]


def test_a_gap_of_before_the_start_is_closed_too(gaps: UnansweredQueries, base: KnowledgeBase) -> None:
    ask(gaps, ["drones"])
    later = UnansweredQueries(base, AuditLog(base.database))
    later.note(page("drones", "en", "th"), by_reader=False)
    later.keep(DAY)
    assert questions(later) == []


def test_a_gap_has_the_kind_that_it_was_last_seen_to_have(gaps: UnansweredQueries) -> None:
    ask(gaps, ["drones"])
    ask(gaps, ["drones"], "th", day=DAY + timedelta(days=2))
    assert gaps.gaps() == [UnansweredQuery("drones", "en", "only_th", 2, DAY + timedelta(days=2))]


PRIVATE = [
    "who is somchai@example.org",
    "เบอร์ 081-234-5678 ของใคร",
    "call +66 2 123 4567",
    "call (02) 123.4567 now",
    "๐๘๑ ๒๓๔ ๕๖๗๘ โทรหาใคร",
    "ผู้ถือบัตร 1-1037-00123-45-6",
    "ผู้ถือบัตร ๑๑๐๓๗๐๐๑๒๓๔๕๖",
    "passport AA1234567 innovation",
    "born 02/08/1985 in tomsk",
    "account 1234567",
    "https://example.org/reset?token=abc what is this",
    "www.example.org",
    "example.org/list?page=2 does not open",
    "saphan_ab12cd34_9f86d081884c7d659a2feaa0c55ad015 does not work",
    "2562",
    "?!",
    "ก" * (LONGEST + 1),
    "one day my neighbour told me " * 10,
]
HARMLESS = [
    "what did villages do in 2018-2020?",
    "ตลาดชุมชน พ.ศ. 2562 – 2563",
    "ตลาดชุมชน ๒๕๖๒-๒๕๖๓",
    "loans of 1,000,000 baht for 25 weavers",
    "sme support after covid-19",
    "a" * LONGEST,
]


@pytest.mark.parametrize("text", PRIVATE)
def test_what_may_tell_of_somebody_is_not_kept(gaps: UnansweredQueries, base: KnowledgeBase, text: str) -> None:
    ask(gaps, [text])
    assert questions(gaps) == []
    assert question_of(text) is None


@pytest.mark.parametrize("text", HARMLESS)
def test_other_questions_are(gaps: UnansweredQueries, text: str) -> None:
    ask(gaps, [text])
    assert questions(gaps) == [text]


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_either_not_kept_or_kept_in_one_form(text: str) -> None:
    kept = question_of(text)
    if kept is not None:
        assert 0 < len(kept) <= LONGEST
        assert "\n" not in kept
        assert "@" not in kept
        assert question_of(kept) == kept


@given(st.text(alphabet="0123456789๐๑๒๓๔๕๖๗๘๙", min_size=7, max_size=20), st.sampled_from(["", " ", "-", "."]))
@settings(max_examples=100, deadline=None)
def test_no_long_number_is_kept_however_it_is_written(digits: str, between: str) -> None:
    assert question_of(f"whose is 07{between}{between.join(digits)}") is None


def test_nothing_is_kept_of_who_asked_or_when(gaps: UnansweredQueries, base: KnowledgeBase) -> None:
    ask(gaps, ["Drones for rice"])
    with sqlite3.connect(base.database.home / "saphan.sqlite") as database:
        cursor = database.execute("SELECT * FROM gaps")
        row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
    assert row == {
        "question": "drones for rice",
        "language": "en",
        "kind": "unanswered",
        "count": 1,
        "last_on": "2026-03-01",
    }
    assert AuditLog(base.database).entries() == []


def test_what_nobody_asks_is_forgotten_after_half_a_year(gaps: UnansweredQueries) -> None:
    ask(gaps, ["drones", "silk"])
    ask(gaps, ["silk"], day=DAY + timedelta(days=100))
    ask(gaps, [], day=DAY + timedelta(days=180))
    assert questions(gaps) == ["silk", "drones"]
    ask(gaps, [], day=DAY + timedelta(days=181))
    assert questions(gaps) == ["silk"]


def test_there_is_a_most_in_memory_and_on_disk(gaps: UnansweredQueries, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(gaps, ["asked before"])
    ask(gaps, ["asked before"], day=DAY + timedelta(days=1))
    monkeypatch.setattr(module, "MOST_KEPT", 20)
    ask(gaps, [f"question number {place}" for place in range(MOST_NOTED + 50)], day=DAY + timedelta(days=2))
    found = gaps.gaps(least=1)
    assert len(found) == 20
    assert found[0].question == "asked before"
    assert f"question number {MOST_NOTED + 1}" not in questions(gaps)


def test_switched_off_nothing_is_kept_and_what_was_is_deleted(base: KnowledgeBase, gaps: UnansweredQueries) -> None:
    ask(gaps, ["drones"])
    base.close()
    off = KnowledgeBase(replace(base.settings, gaps=False), WordEncoder())
    without = UnansweredQueries(off, AuditLog(off.database))
    ask(without, ["silk"])
    assert not without.on
    assert questions(without) == []
    off.close()


def test_gaps_can_be_taken_out_and_the_log_does_not_repeat_them(gaps: UnansweredQueries, base: KnowledgeBase) -> None:
    ask(gaps, ["drones", "the wife of the mayor", "silk"])
    gaps.note(page("the wife of the mayor"), by_reader=True)
    gaps.forget("somchai", "the wife of the mayor", "en")
    gaps.forget("somchai", "no such question", "en")
    gaps.keep(DAY)
    assert questions(gaps) == ["drones", "silk"]
    gaps.note(page("more"), by_reader=True)
    assert gaps.clear("somchai") == 2
    gaps.keep(DAY)
    assert questions(gaps) == []
    logged = [(one.actor, one.action, one.details) for one in AuditLog(base.database).entries()]
    assert logged == [("somchai", "gaps.clear", {"count": 2}), ("somchai", "gaps.forget", {})]


def test_noting_waits_for_nobody_and_costs_next_to_nothing(gaps: UnansweredQueries, base: KnowledgeBase) -> None:
    pages = [page(f"How can {place} small towns bring their young people back?") for place in range(MOST_NOTED)]
    with base.database.writing():  # somebody else has the lock
        started = time.perf_counter()
        for one in pages:
            gaps.note(one, by_reader=True)
        each = (time.perf_counter() - started) / len(pages)
    print(f"{each * 1e6:.0f} µs for each search")
    assert each < 0.001
    assert questions(gaps) == []
    gaps.keep(DAY)
    assert len(gaps.gaps(least=1, limit=1000)) == MOST_NOTED


def test_what_could_not_be_written_is_written_later(gaps: UnansweredQueries, base: KnowledgeBase) -> None:
    gaps.note(page("drones"), by_reader=True)
    database = base.database.home / "saphan.sqlite"
    with sqlite3.connect(database) as other:
        other.execute("ALTER TABLE gaps RENAME TO elsewhere")
    with pytest.raises(HomeUnusable):
        gaps.keep(DAY)
    gaps.note(page("silk"), by_reader=True)
    with sqlite3.connect(database) as other:
        other.execute("ALTER TABLE elsewhere RENAME TO gaps")
    gaps.keep(DAY)
    assert sorted(questions(gaps)) == ["drones", "silk"]


def wait_for(found: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not found():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_from_time_to_time_it_is_written_beside_the_searches(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_EVERY", 0.0)
    gaps = UnansweredQueries(base, AuditLog(base.database))
    with base.database.writing():
        gaps.note(page("drones"), by_reader=True)  # comes back at once, though it is due
        assert questions(gaps) == []
    wait_for(lambda: questions(gaps) == ["drones"])


def test_what_goes_wrong_beside_the_searches_is_for_the_log(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "KEPT_EVERY", 0.0)
    gaps = UnansweredQueries(base, AuditLog(base.database))
    with sqlite3.connect(base.database.home / "saphan.sqlite") as other:
        other.execute("ALTER TABLE gaps RENAME TO elsewhere")
    gaps.note(page("drones"), by_reader=True)
    wait_for(lambda: bool(caplog.records))
    assert "drones" not in caplog.text


# ---- what searches say of themselves


@pytest.fixture
def villages(tmp_path: Path) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase(Settings(home=tmp_path / "villages"), WordEncoder())
    for number, (english, thai) in enumerate(STORIES):
        for language, story in (("en", english), ("th", thai)):
            base.ingestor.add(f"{story[0]}\n\n{story[1]}\n".encode(), name=f"{number}-{language}.txt")
    yield base
    base.close()


def test_a_search_tells_in_which_languages_it_is_answered_on_any_page(villages: KnowledgeBase) -> None:
    """As the pages of each language say, however few results are on the page."""
    for english, thai in STORIES:
        for text in (english[2], thai[2], f"{english[2]} {thai[2]}"):
            found = villages.searcher.search(SearchQuery(text, limit=1))
            parts = villages.searcher.by_language(SearchQuery(text, limit=100))
            good = tuple(
                language
                for language, part in zip(("en", "th"), parts, strict=True)
                if any(one.verdict != "weak" for one in part.results)
            )
            assert found.answered_in == good
            assert {part.answered_in for part in parts} == {good}
    asked = {
        villages.searcher.search(SearchQuery(text)).answered_in for pair in STORIES for text in (pair[0][2], pair[1][2])
    }
    print(asked)
    assert len(asked) > 1
