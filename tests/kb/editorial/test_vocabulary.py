"""What editors keep of words: the glossary's rows, the own Thai words, and what is cut anew for them."""

from __future__ import annotations

import logging
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import QueryAlternative
from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.language import words
from kb.accounts.audit_log import AuditLog
from kb.editorial.resegmentation import finish
from kb.editorial.vocabulary import VocabularyService
from kb.errors import BadGlossary, BadGlossaryRow, BadWords, NoSuchDocument, SavedMeanwhile
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage import dictionary_state, writer
from kb.storage.database import NAME
from kb.transfer import export_import
from kb.transfer.backup import backup, restore
from kb.vocabulary import custom_dictionary, glossary
from kb.vocabulary.glossary import GlossaryRow, csv_of, rows_of
from tests.support import documents, killing
from tests.support.encoder import WordEncoder
from tests.support.messages import says

ROOT = Path(__file__).resolve().parents[3]
LIST = "# ของเรา\nโคกหนองนา\nดงมูลสร้าง\n-รายได้\n"
OWN = WordList(frozenset({"โคกหนองนา", "ดงมูลสร้าง"}), frozenset({"รายได้"}))

RUN = "โคกหนองนาโมเดลในชุมชนบ้านดงมูลสร้างรายได้จากระบบนิเวศนวัตกรรม"
THINGS = ("ปลา", "ข้าว", "ผ้าไหม", "ผลไม้", "น้ำแข็ง", "กาแฟ", "เรือ", "ตลาด")
TEXTS = {
    "long": "".join(
        f"{RUN}{one}{other}" for one in THINGS for other in THINGS
    ),  # one sentence without a space: its pieces end where words do
    "short": "ชาวบ้านทำโคกหนองนาโมเดล\n\nปีที่แล้วมีรายได้เพิ่มขึ้น และตลาดในเมืองก็ซื้อปลา",
    "both": "The model is called โคกหนองนา in Thai.\n\nIt keeps water for the dry season.",
    "other": "หมู่บ้านชาวประมงซื้อเครื่องทำน้ำแข็ง ปลาจึงไม่เน่าเสียระหว่างทาง",
    "english": "Growers share one cold room.\n\nEvery spring the room pays for itself.",
}
TOUCHED = {"long", "short", "both", "draft", "removed"}
QUERIES = ("โคกหนองนา", "รายได้", "ดงมูลสร้าง", "cold room", "ปลา", "ชาวบ้านทำโคกหนองนาโมเดลได้รายได้")


def opened(home: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(home=home), WordEncoder())


def filled(home: Path) -> KnowledgeBase:
    """A home with the texts, a document in two versions, a draft and a removed one."""
    base = opened(home)
    base.ingestor.add("ฉบับเก่าพูดถึงโคกหนองนา".encode(), name="short.txt")
    for name, text in TEXTS.items():
        base.ingestor.add(text.encode(), name=f"{name}.txt")
    draft = base.ingestor.read("ร่างเรื่องโคกหนองนาโมเดล".encode(), name="draft.txt")
    list(documents.write(base, [draft], state="draft"))
    (gone,) = base.ingestor.add("เลิกทำโคกหนองนาแล้วมีรายได้".encode(), name="removed.txt")
    documents.remove(base, [gone.document_id])
    return base


def desk_of(base: KnowledgeBase) -> VocabularyService:
    return VocabularyService(base, AuditLog(base.database))


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / NAME)) as connection:
        return connection.execute(query).fetchall()


def names(home: Path) -> dict[str, str]:
    """Documents' names by id."""
    return {one: identity.removesuffix(".txt") for one, identity in rows(home, "SELECT id, identity FROM documents")}


PASSAGES = "SELECT * FROM passages ORDER BY id"


def check_as_if_from_the_start(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    """Passages and index are those of a knowledge base that had the list when its documents came in."""
    home, other = base.settings.home, fresh.settings.home
    for table in (PASSAGES, "SELECT * FROM signatures ORDER BY document_id"):
        assert rows(home, table) == rows(other, table)
    assert base.verify() == fresh.verify() == ()
    for text in QUERIES:
        assert found(base, text) == found(fresh, text)


def found(base: KnowledgeBase, text: str) -> list[tuple[object, ...]]:
    """What a search finds; scores to what the order of additions leaves of them."""
    return [
        (one.document.id, round(one.score, 4), [(hit.passage, hit.evidence) for hit in one.passages])
        for one in base.searcher.search(SearchQuery(text, explain=True)).results
    ]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the two homes, made once: to be copied."""
    folder = tmp_path_factory.mktemp("homes")
    (folder / "fresh").mkdir()
    (folder / "fresh" / custom_dictionary.OWN).write_text(LIST, encoding="utf-8")
    for name in ("home", "fresh"):
        filled(folder / name).close()
    return folder


@pytest.fixture
def base(homes: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    shutil.copytree(homes / "home", tmp_path / "home")
    with closing(opened(tmp_path / "home")) as base:
        yield base


@pytest.fixture
def fresh(homes: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    """The same documents in a home that had the list from the start."""
    shutil.copytree(homes / "fresh", tmp_path / "fresh")
    with closing(opened(tmp_path / "fresh")) as base:
        yield base


def encoded_by(base: KnowledgeBase) -> int:
    assert isinstance(base.model.encoder, WordEncoder)
    return base.model.encoder.encoded


# ---- the own words


def test_saving_cuts_anew_just_what_has_a_word_that_changed(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    home = base.settings.home
    follower = opened(home)
    before = [found(follower, text) for text in QUERIES]
    untouched = "SELECT rowid, * FROM passages WHERE document_id = ? ORDER BY id"
    kept = {one: rows(home, untouched.replace("?", f"'{one}'")) for one in names(home)}
    versions, vectors = rows(home, "SELECT * FROM versions"), rows(home, "SELECT text_key FROM vectors")
    (last,) = rows(home, "SELECT max(number) FROM changes")[0]
    done = encoded_by(base)

    desk = desk_of(base)
    assert desk.save_words("somchai", LIST, desk.word_list().seen) == len(TOUCHED) == desk.left()
    assert finish(base) == len(TOUCHED)
    assert desk.left() == 0
    encoded = encoded_by(base) - done

    check_as_if_from_the_start(base, fresh)
    check_as_if_from_the_start(follower, fresh)
    assert [found(follower, text) for text in QUERIES] != before
    for one, name in names(home).items():
        same = rows(home, untouched.replace("?", f"'{one}'")) == kept[one]
        assert same == (name not in TOUCHED), name
    written = rows(home, f"SELECT document_id FROM changes WHERE number > {last}")
    assert sorted(names(home)[one] for (one,) in written) == sorted(TOUCHED)
    assert rows(home, "SELECT * FROM versions") == versions
    new = set(rows(home, "SELECT text_key FROM vectors")) - set(vectors)
    assert encoded == len(new) > 0  # of the long text only: the passages of the others keep their texts
    follower.close()


def test_taking_the_list_back_is_as_if_it_had_never_been(base: KnowledgeBase) -> None:
    home, desk = base.settings.home, desk_of(base)
    before = rows(home, PASSAGES)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    finish(base)
    assert rows(home, PASSAGES) != before
    done = encoded_by(base)
    desk.save_words("somchai", "", desk.word_list().seen)
    assert finish(base) == len(TOUCHED)
    assert rows(home, PASSAGES) == before
    assert encoded_by(base) == done  # nothing is encoded twice
    assert base.dictionary.current() == NO_WORDS
    assert base.verify() == ()


def test_a_word_that_no_text_has_and_a_remark_write_no_document(base: KnowledgeBase) -> None:
    home, desk = base.settings.home, desk_of(base)
    before = rows(home, "SELECT * FROM passages"), rows(home, "SELECT * FROM changes")
    assert desk.save_words("somchai", "# remark\nบ้านหนองแวง", desk.word_list().seen) == 0
    assert finish(base) == 0
    assert (rows(home, "SELECT * FROM passages"), rows(home, "SELECT * FROM changes")) == before
    assert desk.word_list().text == "# remark\nบ้านหนองแวง\n"


def test_a_list_written_by_hand_is_taken_in(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    (base.settings.home / custom_dictionary.OWN).write_text(LIST, encoding="utf-8")
    assert base.dictionary.current() == OWN
    assert finish(base) == len(TOUCHED)
    check_as_if_from_the_start(base, fresh)
    assert finish(base) == 0


def test_what_is_written_with_an_older_list_is_cut_again(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    late = "สายแล้วแต่โคกหนองนาก็ยังมีรายได้".encode()
    reading = base.ingestor.read(late, name="late.txt")  # before the list changes
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    finish(base)
    list(documents.write(base, [reading]))
    assert desk.left() == 1
    assert finish(base) == 1
    fresh.ingestor.add(late, name="late.txt")
    check_as_if_from_the_start(base, fresh)


def test_a_later_version_and_an_import_are_cut_with_the_list(
    base: KnowledgeBase, fresh: KnowledgeBase, tmp_path: Path
) -> None:
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    finish(base)
    (one,) = base.ingestor.add("โคกหนองนาฉบับใหม่".encode(), name="both.txt")
    stored = base.reader.revision(one.document_id)
    told = replace(stored.draft.description, title="Revised")
    revision, made = base.ingestor.prepare_revision(replace(stored, draft=replace(stored.draft, description=told)))
    with base.database.writing() as connection:
        assert writer.revise(connection, [revision], made, base.model.name)
    assert desk.left() == 0
    export_import.export(base.settings.home, tmp_path / "exported")
    home = tmp_path / "imported"
    home.mkdir()
    (home / custom_dictionary.OWN).write_text(LIST, encoding="utf-8")
    with closing(opened(home)) as other:
        list(export_import.bring_back(other, export_import.checked(tmp_path / "exported")))
        finish(other)
        assert rows(home, PASSAGES) == rows(base.settings.home, PASSAGES)


def test_a_purged_document_is_no_longer_to_do(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    one = next(key for key, name in names(base.settings.home).items() if name == "short")
    documents.purge(base, [one])
    assert finish(base) == len(TOUCHED) - 1
    assert desk.left() == 0
    with pytest.raises(NoSuchDocument):
        base.reader.document(one)


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from kb.accounts.audit_log import AuditLog as Audit
from kb.editorial.vocabulary import VocabularyService as Words
from kb.editorial.resegmentation import finish
from tests.kb.editorial.test_vocabulary import LIST; from tests.kb.editorial.test_vocabulary import opened

base = opened(Path(sys.argv[1]))
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
desk = Words(base, Audit(base.database))
desk.save_words("somchai", LIST, desk.word_list().seen)
finish(base)
print(count.__name__, left)
"""


def killed(home: Path, statement: int) -> subprocess.CompletedProcess[str]:
    return killing.run(KILLED, home, statement)


@pytest.mark.parametrize("statement", [5, 12, 25, 45])
def test_killed_half_way_it_goes_on(base: KnowledgeBase, fresh: KnowledgeBase, tmp_path: Path, statement: int) -> None:
    assert killed(base.settings.home, statement).returncode == -signal.SIGKILL
    saved = (base.settings.home / custom_dictionary.OWN).exists()
    assert base.verify() == ()
    finish(base)
    assert base.dictionary.current() == (OWN if saved else NO_WORDS)
    if not saved:
        desk = desk_of(base)
        assert rows(base.settings.home, "SELECT * FROM audit") == []
        desk.save_words("somchai", LIST, desk.word_list().seen)
        finish(base)
    check_as_if_from_the_start(base, fresh)


def test_it_goes_on_a_while_at_a_time_and_a_fault_is_told_once(
    base: KnowledgeBase, fresh: KnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_of(base)
    (base.settings.home / custom_dictionary.OWN).write_text("abc", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        desk.finish()
        desk.finish()
    (said,) = caplog.messages
    assert "Line 1" in said
    assert "บรรทัดที่ 1" in said
    (base.settings.home / custom_dictionary.OWN).write_text(LIST, encoding="utf-8")
    assert finish(base, seconds=0) == 0
    assert desk.left() == len(TOUCHED)
    desk.finish()
    check_as_if_from_the_start(base, fresh)


def test_killed_between_the_file_and_the_database(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    """The list is in place before the transaction that says so has ended."""
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    finish(base)
    with base.database.writing() as connection:
        dictionary_state.take_in(connection, NO_WORDS)
    assert finish(base) == 0  # all was cut already
    check_as_if_from_the_start(base, fresh)


def test_whoever_comes_second_loses_nothing_and_overwrites_nothing(base: KnowledgeBase) -> None:
    one, other = desk_of(base), desk_of(base)
    seen = one.word_list().seen
    one.save_words("somchai", LIST, seen)
    with pytest.raises(SavedMeanwhile) as told:
        other.save_words("malee", "ชุมชนใหม่", seen)
    assert told.value.code == "saved_meanwhile"
    assert one.word_list().text == LIST
    assert len(rows(base.settings.home, "SELECT * FROM audit")) == 1
    other.save_words("malee", LIST + "ชุมชนใหม่", other.word_list().seen)
    assert base.dictionary.current().added == OWN.added | {"ชุมชนใหม่"}


def test_a_broken_list_is_not_saved_and_one_by_hand_is_said(base: KnowledgeBase, tmp_path: Path) -> None:
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    with pytest.raises(BadWords) as told:
        desk.save_words("somchai", "ชุมชน\nabc", desk.word_list().seen)
    assert "Line 2" in str(told.value)
    assert "บรรทัดที่ 2" in told.value.message("th")
    assert desk.word_list().text == LIST
    assert base.dictionary.current() == OWN
    path = base.settings.home / custom_dictionary.OWN
    path.write_bytes(LIST.encode() + "เมือง".encode("cp874"))
    with pytest.raises(BadWords, match=r"Line 5: .*UTF-8"):
        base.verify()
    assert base.dictionary.current() == OWN  # what it said before serves on
    assert isinstance(desk.word_list().wrong, BadWords)
    with closing(opened(base.settings.home)) as again, pytest.raises(BadWords):
        again.ingestor.add("ชุมชน".encode(), name="new.txt")
    desk.save_words("somchai", "", desk.word_list().seen)  # mended in the browser
    assert base.verify() == ()


def test_what_was_changed_is_in_the_audit_log(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    desk.save_words("somchai", LIST, desk.word_list().seen)
    desk.save_words("malee", "โคกหนองนา\n-นวัตกรรม", desk.word_list().seen)
    assert desk.save_words("malee", "โคกหนองนา\n-นวัตกรรม", desk.word_list().seen) == 0  # nothing new, no line
    later, first = AuditLog(base.database).entries()
    assert (first.actor, first.action, first.subject) == ("somchai", "words.save", "words")
    assert first.details == {"added": ["ดงมูลสร้าง", "โคกหนองนา"], "taken_out": ["รายได้"]}
    assert later.details == {
        "no_longer_added": ["ดงมูลสร้าง"],
        "taken_out": ["นวัตกรรม"],
        "no_longer_taken_out": ["รายได้"],
    }


def test_a_preview_writes_nothing(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    shown = desk.preview(f" {RUN}\u200b", LIST + "ชุมชน\n")
    assert "".join(shown.before) == "".join(shown.after) == RUN
    assert shown.before[:3] == ("โคก", "หนอง", "นา")
    assert "โคกหนองนา" in shown.after
    assert shown.idle == ("ชุมชน",)
    with pytest.raises(BadWords):
        desk.preview(RUN, "x")
    assert not (base.settings.home / custom_dictionary.OWN).exists()
    desk.save_words("somchai", LIST, desk.word_list().seen)
    assert desk.preview(RUN, "").before == shown.after  # what is in force now
    assert len(desk.preview("ก" * 9999, "").before[0]) <= 2000


def test_homes_side_by_side_have_each_their_own(base: KnowledgeBase, fresh: KnowledgeBase) -> None:
    for _ in range(2):
        assert base.searcher.search(SearchQuery("โคกหนองนา")).query_language == "th"
        here, there = (one.reader.document(next(iter(names(one.settings.home)))) for one in (base, fresh))
        assert here.text == there.text
    assert rows(base.settings.home, PASSAGES) != rows(fresh.settings.home, PASSAGES)
    assert (base.dictionary.current(), fresh.dictionary.current()) == (NO_WORDS, OWN)


def test_the_list_is_in_a_backup(fresh: KnowledgeBase, tmp_path: Path) -> None:
    backup(fresh.settings.home, tmp_path / "kept.zip")
    restore(tmp_path / "kept.zip", tmp_path / "restored")
    with closing(opened(tmp_path / "restored")) as again:
        assert again.dictionary.current() == OWN
        check_as_if_from_the_start(again, fresh)


# ---- the glossary

FISH = GlossaryRow("fish", "ปลา|มัจฉา", "FSH", "ปล.", "term")


def test_the_first_save_writes_the_homes_own_rows(base: KnowledgeBase) -> None:
    desk, path = desk_of(base), base.settings.home / glossary.OWN
    sheet = desk.glossary()
    assert sheet.rows == ()
    assert not path.exists()
    desk.save_glossary("somchai", (FISH,), sheet.seen)
    assert desk.glossary().rows == (FISH,)
    assert path.read_bytes() == desk.glossary_file()
    (line,) = AuditLog(base.database).entries()
    assert (line.actor, line.action, line.subject) == ("somchai", "glossary.save", "glossary")
    assert line.details == {"added": ["fish"]}


def test_a_question_is_shown_as_search_understands_it(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    desk.save_glossary("somchai", (GlossaryRow("Khok Nong Na", "โคกหนองนา"),), desk.glossary().seen)
    preview = desk.preview_question("What is Khok Nong Na in Thailand?")
    assert (preview.language, preview.translated) == ("th", "โคกหนองนา ไทย")
    assert [name for name, _ in preview.named] == ["Khok Nong Na", "Thailand"]
    assert desk.preview_question("???").translated == ""
    assert "ประเทศไทย" not in {one.label for one in desk.concepts("thailand", 5)}
    assert desk.concepts("thailand", 5)[0].label == "Thailand"
    assert desk.concepts("โคกหนอง", 5)[0].label == "Khok Nong Na"


def test_a_saved_row_counts_from_the_next_search(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    sheet = desk.glossary()
    row = GlossaryRow("Dong Mun", "ดงมูล", "", "", "place")
    with closing(opened(base.settings.home)) as other:
        (last,) = rows(base.settings.home, "SELECT max(number) FROM changes")[0]
        before = [one.searcher.search(SearchQuery("Dong Mun")).results[0].score for one in (base, other)]
        desk.save_glossary("somchai", (*sheet.rows, row), sheet.seen)
        after = [one.searcher.search(SearchQuery("Dong Mun")).results[0] for one in (base, other)]
        assert all(result.score > score for result, score in zip(after, before, strict=True))
        assert {result.document.id for result in after} <= {
            one for one, name in names(base.settings.home).items() if name in TOUCHED
        }
        assert rows(base.settings.home, "SELECT max(number) FROM changes") == [(last,)]  # nothing is re-indexed


def test_names_are_cut_with_the_own_words(fresh: KnowledgeBase) -> None:
    file = glossary.GlossaryFile(fresh.settings.home, fresh.dictionary.current)
    (fresh.settings.home / glossary.OWN).write_text("en,th\nKhok Nong Na,โคกหนองนา\n", encoding="utf-8")
    found = file.current()
    assert file.current() is found
    assert QueryAlternative(("khok", "nong", "na"), ("โคกหนองนา",)) in found.alternatives(
        "Khok Nong Na", words("Khok Nong Na", own=found.own)
    )
    (fresh.settings.home / custom_dictionary.OWN).unlink()
    (other,) = file.current().alternatives("Khok Nong Na", words("Khok Nong Na"))
    assert other.terms == ("โคก", "หนอง", "นา")


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (GlossaryRow("fish", ""), "” has no other name beside it. Fill in a"),
        (GlossaryRow(), "” has no other name beside it. Fill in a"),
        (GlossaryRow(kind="term"), "” has no other name beside it. Fill in a"),
        (GlossaryRow("ปลา", "fish"), ", which is for the other language. Move "),
        (GlossaryRow("fish", "ปลา" * 60_000), 'a quotation mark has no pair. Write "" f'),  # more than a cell may hold
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    base: KnowledgeBase, row: GlossaryRow, cause: type[BadGlossary]
) -> None:
    desk = desk_of(base)
    sheet = desk.glossary()
    with pytest.raises(BadGlossaryRow) as told:
        desk.save_glossary("somchai", (FISH, row), sheet.seen)
    assert says(told.value.values["cause"], cause)
    assert "Row 2" in str(told.value)
    assert "แถวที่ 2" in told.value.message("th")
    assert desk.glossary() == sheet
    assert len(str(told.value)) < 400


CELL = st.text("ab กข|\"',\n\r#=-\u200b\ufeff", max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(GlossaryRow, CELL, CELL, CELL, CELL, CELL), max_size=5))
def test_rows_that_are_written_read_back(given_rows: list[GlossaryRow]) -> None:
    path = Path("glossary.csv")
    try:
        data = csv_of(given_rows, path)
    except BadGlossaryRow as error:
        number = error.values["row"]
        assert isinstance(number, int)
        assert 1 <= number <= len(given_rows)
        return
    assert rows_of(data, path) == tuple(row.clean() for row in given_rows)
    assert csv_of(rows_of(data, path), path) == data


def test_whoever_saves_the_glossary_second_is_told(base: KnowledgeBase) -> None:
    desk = desk_of(base)
    sheet = desk.glossary()
    desk.save_glossary("somchai", (*sheet.rows, FISH), sheet.seen)
    with pytest.raises(SavedMeanwhile):
        desk.save_glossary("malee", sheet.rows[1:], sheet.seen)
    assert FISH in desk.glossary().rows


def test_a_glossary_broken_by_hand_is_shown_as_such_and_can_be_replaced(base: KnowledgeBase) -> None:
    (base.settings.home / glossary.OWN).write_text("en,th\nfish\n", encoding="utf-8")
    desk = desk_of(base)
    sheet = desk.glossary()
    assert sheet.rows == ()
    assert isinstance(sheet.wrong, BadGlossary)
    desk.save_glossary("somchai", desk.rows_in("th,en\nปลา,fish\n".encode(), "mine.csv"), sheet.seen)
    assert desk.glossary().rows == (GlossaryRow("fish", "ปลา"),)
    assert desk.glossary().wrong is None
