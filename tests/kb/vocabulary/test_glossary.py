"""A home's glossary: what its file may hold, what a query gets from it, and when it is read."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from index.models import QueryAlternative
from ingest.text.language import words
from kb.errors import BadGlossary, Unreadable
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.vocabulary.glossary import OWN, GlossaryFile, read, shipped
from kb.vocabulary.thesaurus import Concept, Thesaurus
from tests.support.encoder import WordEncoder
from tests.support.messages import says

HEAD = "en,th,abbreviation_en,abbreviation_th,kind\n"
OFFICE = "Office of SMEs Promotion,สำนักงานส่งเสริมวิสาหกิจขนาดกลางและขนาดย่อม,OSMEP,สสว.,agency\n"


def written(folder: Path, text: str) -> Path:
    path = folder / OWN
    path.write_text(text, encoding="utf-8")
    return path


def others(found: Thesaurus | tuple[Concept, ...], text: str) -> set[tuple[str, str]]:
    """What of a query has other names, and those names: search forms joined."""
    thesaurus = found if isinstance(found, Thesaurus) else Thesaurus(found)
    return {(" ".join(one.covers), " ".join(one.terms)) for one in thesaurus.alternatives(text, words(text))}


@pytest.fixture
def office(tmp_path: Path) -> Thesaurus:
    return Thesaurus(read(written(tmp_path, HEAD + OFFICE)))


# ---- what a query gets


LONG, SHORT = "offic of smes promot", "osmep"
THAI_LONG, THAI_SHORT = "สำนักงาน ส่งเสริม วิสาหกิจ ขนาด กลาง และ ขนาดย่อม", "สสว"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("What does OSMEP do?", SHORT),
        ("osmep", SHORT),
        ("the Office of SMEs Promotion in 2019", LONG),
        ("สสว. ช่วยผู้ประกอบการอย่างไร", THAI_SHORT),
        ("สสว ช่วยใคร", THAI_SHORT),
        ("บทบาทของสำนักงานส่งเสริมวิสาหกิจขนาดกลางและขนาดย่อม", THAI_LONG),
    ],
)
def test_each_name_finds_all_the_others(office: Thesaurus, query: str, name: str) -> None:
    rest = {LONG, SHORT, THAI_LONG, THAI_SHORT} - {name}
    assert {other for of, other in others(office, query) if of == name} >= rest
    assert all(of == name for of, _ in others(office, query))


def test_a_name_that_is_not_whole_or_not_there_finds_nothing(office: Thesaurus) -> None:
    for query in ("office promotion of SMEs", "สำนักงานส่งเสริม", "", "?!", "fish"):
        assert others(office, query) == set()


def test_a_short_abbreviation_counts_in_capitals_or_alone(tmp_path: Path) -> None:
    glossary = read(written(tmp_path, "en,th,abbreviation_en\nUnited States,สหรัฐอเมริกา,US\nfoo,ฟู,SME|sme\n"))
    us = ("us", "unit state")
    assert us in others(glossary, "exports to the US")
    assert us in others(glossary, "us")
    assert us not in others(glossary, "tell us about exports")
    assert ("sme", "foo") in others(glossary, "loans of an sme")
    assert ("smes", "foo") in others(glossary, "loans of SMEs")
    # Passages are not searched for "us": in search form the pronoun is the same word.
    assert {other for _, other in others(glossary, "สหรัฐอเมริกา")} == {"unit state", "uss"}


def test_several_names_in_a_cell_and_several_things_of_one_name(tmp_path: Path) -> None:
    glossary = read(written(tmp_path, "th,en\nที่ปรึกษา,mentor | adviser\nการให้คำปรึกษา,mentoring\n\n,\nกลุ่ม|หมู่,group\n"))
    assert len(glossary) == 3
    assert others(glossary, "mentors") == {("mentor", "advis"), ("mentor", "ที่ปรึกษา"), ("mentor", "การ ให้คำปรึกษา")}
    assert others(glossary, "หมู่") == {("หมู่", "กลุ่ม"), ("หมู่", "group")}


def test_the_one_that_ships() -> None:
    glossary = shipped()
    assert ("สสว", "osmep") in others(glossary, "สสว.")
    assert ("apec", "เอเปค") in others(glossary, "APEC forum")
    assert ("chile", "ชิลี") in others(glossary, "mentors from Chile")


# ---- what a file may hold


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("", 1, "the columns are “"),
        ("name,thai\na,ก\n", 1, "the columns are “"),
        ("en;th\nfish;ปลา\n", 1, "the columns are “"),
        ("en,th,abbrevation_en\n", 1, "the columns are “"),
        ("en,th,en\n", 1, "the columns are “"),
        ("en,th\nfish,ปลา\nice,น้ำแข็ง,cold\n", 3, "there are "),
        ('en,th\n"fish,\nand ice",ปลา\nice,\n', 4, "” has no other name beside it. Fill in a"),
        ("en,th,kind\n,,term\n", 2, "” has no other name beside it. Fill in a"),
        ("en,th\nmentors,\nfish,ปลา\n", 2, "” has no other name beside it. Fill in a"),
        ("en,th\nfish,ปลา\n\nน้ำแข็ง,ice\n", 4, ", which is for the other language. Move "),
        ("en,th\nfish,pla\n", 2, ", which is for the other language. Move "),
        ("en,th\n…,ปลา\n", 2, " has no word or number in it. Correct it"),
        ('en,th\nfish,ปลา\n"ice,น้ำแข็ง\n', 3, 'a quotation mark has no pair. Write "" f'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, cause: type[BadGlossary]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadGlossary) as told:
        read(path)
    assert says(told.value.__cause__, cause) or cause == 'a quotation mark has no pair. Write "" f'
    assert says(told.value.values["cause"], cause)
    assert f"Line {line}:" in str(told.value)
    assert f"บรรทัดที่ {line}:" in told.value.message("th")
    assert str(path) in str(told.value)
    assert told.value.values["cause"].message("th") in told.value.message("th")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / OWN
    path.write_bytes(HEAD.encode() + "fish,ปลา\n".encode("cp874"))
    with pytest.raises(BadGlossary, match="Line 2") as told:
        read(path)
    assert says(told.value.values["cause"], "this is not UTF-8 text. Save the file as")
    path.write_bytes("\ufeffen,th\r\nfish,ปลา\r\n".encode())
    assert others(read(path), "fish") == {("fish", "ปลา")}


# ---- when it is read


def test_the_home_has_its_own_and_a_change_is_taken_in(tmp_path: Path) -> None:
    file = GlossaryFile(tmp_path)
    assert file.current() is shipped()
    assert file.current() is shipped()
    path = written(tmp_path, "en,th\nzorb,ซอร์บ\n")
    first = file.current()
    assert others(first, "zorb") == {("zorb", "ซอร์บ")}
    assert ("osmep", "สสว") in others(first, "OSMEP")  # on top of what ships
    assert file.current() is first
    written(tmp_path, "en,th\nzorb,ซอร์บ|ลูกซอร์บ\n")
    assert others(file.current(), "zorb") == {("zorb", "ซอร์บ"), ("zorb", "ลูก ซอร์บ")}
    path.unlink()
    assert file.current() is shipped()


def test_a_row_takes_the_place_of_the_concept_of_the_same_name(tmp_path: Path) -> None:
    written(tmp_path, "en,th\nthailand,ไทยแลนด์\n")
    assert others(GlossaryFile(tmp_path).current(), "Thailand") == {("thailand", "ไทยแลนด์")}


def test_a_change_that_keeps_the_size_is_seen(tmp_path: Path) -> None:
    path = written(tmp_path, "en,th\nzorb,ปลา\n")
    file = GlossaryFile(tmp_path)
    assert others(file.current(), "zorb")
    written(tmp_path, "en,th\nzorc,ปลา\n")
    os.utime(path, ns=(1, 1))
    assert others(file.current(), "zorb") == set()


def test_a_broken_change_is_said_once_and_the_glossary_before_it_serves_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, "en,th\nfish,ปลา\n")
    file = GlossaryFile(tmp_path)
    before = file.current()
    written(tmp_path, "en,th\nfish,ปลา\nice\n")
    with caplog.at_level(logging.ERROR, logger="kb.vocabulary.glossary"):
        assert file.current() is before
        assert file.current() is before
    (said,) = caplog.messages
    assert "Line 3" in said
    assert "บรรทัดที่ 3" in said
    written(tmp_path, "en,th\nfish,ปลา\nice,น้ำแข็ง\n")
    assert others(file.current(), "ice") == {("ice", "น้ำแข็ง")}


def test_one_that_was_broken_from_the_start_is_an_error_until_it_is_mended(tmp_path: Path) -> None:
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    base.ingestor.add("ปลาในน้ำแข็ง".encode(), name="a.txt")
    written(tmp_path, "en,th\nfish\n")
    for _ in range(2):
        with pytest.raises(BadGlossary, match="Line 2"):
            base.searcher.search(SearchQuery("fish"))
        with pytest.raises(BadGlossary, match="Line 2"):
            base.verify()
    assert len(base.catalogue.documents()) == 1  # what needs no glossary goes on
    written(tmp_path, "en,th\nfish,ปลา\n")
    assert len(base.searcher.search(SearchQuery("fish")).results) == 1
    assert base.verify() == ()
    base.close()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / OWN).mkdir()
    with pytest.raises(Unreadable):
        GlossaryFile(tmp_path).current()


def test_a_question_asked_before_a_change_is_asked_anew(tmp_path: Path) -> None:
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    base.ingestor.add("ปลาในน้ำแข็ง".encode(), name="a.txt")
    base.ingestor.add("เรือและตลาดปลา".encode(), name="b.txt")

    def best(text: str) -> list[float]:
        return [result.score for result in base.searcher.search(SearchQuery(text)).results]

    written(tmp_path, "en,th\nzorb,ปู\n")
    before = best("มัจฉาทิพย์")
    written(tmp_path, "en,th\nzorb,ปลา|มัจฉาทิพย์\n")
    assert max(best("มัจฉาทิพย์")) > max(before)
    base.close()


def test_alternatives_come_once_and_in_the_order_of_the_query(office: Thesaurus) -> None:
    text = "OSMEP and OSMEP"
    found = office.alternatives(text, words(text))
    assert len(found) == len(set(found))
    assert all(isinstance(one, QueryAlternative) for one in found)


def test_a_name_in_another_form_is_marked_and_explained(tmp_path: Path) -> None:
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    base.ingestor.add("โครงการนี้ สสว. เป็นผู้ดูแล ร่วมกับชุมชน".encode(), name="office.txt")
    (result,) = base.searcher.search(SearchQuery("What did OSMEP do?", explain=True)).results
    hit = result.passages[0]
    start = hit.passage.start
    assert "สสว." in {hit.passage.text[one.start - start : one.end - start] for one in hit.evidence.highlights}
    (pair,) = [one for one in hit.evidence.pairs if one.query_word == "OSMEP"]
    found = hit.passage.text[pair.passage_word.start - start : pair.passage_word.end - start]
    assert (found, pair.similarity) == ("สสว.", 1.0)
    base.close()
