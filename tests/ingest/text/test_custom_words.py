"""A home's own Thai words: what its list may say, and how Thai is cut with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking.passages import split
from ingest.errors import BadWordList
from ingest.models import Block
from ingest.spelling.suggest import suggest
from ingest.text.custom_words import NO_WORDS, WordList, read
from ingest.text.language import idle, sentences, tokens, words
from ingest.text.normalise import compose, normalise
from kb.i18n import render
from tests.support.messages import says

SENTENCE = "โคกหนองนาโมเดลในชุมชนบ้านดงมูลสร้างรายได้จากระบบนิเวศนวัตกรรม"
LEADING, MARKS = "เแโใไ", "ัิีึืฺุู็่้๊๋์ํ๎ำ"


def thai(*added: str, out: tuple[str, ...] = ()) -> WordList:
    return WordList(frozenset(added), frozenset(out))


# ---- the list


def test_a_list_has_words_words_taken_out_and_remarks() -> None:
    text = "\ufeff# ของเรา\r\n โคกหนองนา \n\n-รายได้\n- หนอง\nโคกหนองนา\n  # จบ"
    assert read(text) == thai("โคกหนองนา", out=("รายได้", "หนอง"))
    assert read("") == read("# nothing\n") == NO_WORDS
    assert not NO_WORDS
    assert read("ก\u0e4d\u0e32")  # of two ways to write SARA AM one is kept, as in texts
    assert read("นํ้า").added == {normalise("น้ำ")}


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("ชุมชน\n-", 2, "there is no word after the hyphen. Write"),
        ("innovation", 1, "” has characters that are not Thai lette"),
        ("ชุมชน2", 1, "” has characters that are not Thai lette"),
        ("๑๒", 1, "” has characters that are not Thai lette"),
        ("วิสาหกิจ|ชุมชน", 1, "” has characters that are not Thai lette"),
        ("--ชุมชน", 1, "” has characters that are not Thai lette"),
        ("# ก\n\nชุมชน เมือง", 3, "” has a space in it. Write each word on "),
        ("ก" * 61, 1, "this has "),
        ("า", 1, "” is not a complete word: a vowel or mar"),
        ("เ", 1, "” is not a complete word: a vowel or mar"),
        ("ๆ", 1, "” is not a complete word: a vowel or mar"),
        ("-์ก", 1, "” is not a complete word: a vowel or mar"),
        ("ะกา", 1, "” is not a complete word: a vowel or mar"),
        ("กาเ", 1, "” is not a complete word: a vowel or mar"),
        ("ชุมชน\nเมือง\n-ชุมชน", 3, ", with the opposite meaning. Keep one of"),
        ("-ชุมชน\nชุมชน", 2, ", with the opposite meaning. Keep one of"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_in_both_languages(text: str, line: int, cause: str) -> None:
    with pytest.raises(BadWordList) as told:
        read(text)
    why = told.value.values["cause"]
    assert says(why, cause)
    assert f"Line {line}: {why}" in str(told.value)
    assert f"บรรทัดที่ {line}: {render(why, 'th')}" in render(told.value, "th")


THAI = st.text("กขคงจดตนมยรลวสหอะาิีุูเแโไ่้์ๆฯำ", min_size=1, max_size=6)


def is_entry(word: str) -> bool:
    try:
        return bool(read(word).added == {word})
    except BadWordList:
        return False


ENTRY = THAI.filter(is_entry)
LIST = st.builds(
    lambda added, out: WordList(frozenset(added), frozenset(out) - frozenset(added)),
    st.lists(ENTRY, max_size=4),
    st.lists(ENTRY | st.sampled_from(["หนอง", "รายได้", "ชุมชน", "นา", "ระบบนิเวศนวัตกรรม"]), max_size=3),
)


@settings(max_examples=100, deadline=None)
@given(LIST)
def test_a_list_that_is_written_reads_back(own: WordList) -> None:
    assert read(own.written()) == own
    assert own.differing(own) == frozenset()
    assert own.differing(NO_WORDS) == own.added | own.taken_out


def test_a_word_that_is_turned_round_differs() -> None:
    assert thai("นา", "ไร่").differing(thai("ไร่", out=("นา",))) == {"นา"}


# ---- how Thai is cut with it


def test_words_are_added_and_taken_out() -> None:
    own = thai("โคกหนองนา", "บ้านดงมูล", out=("รายได้",))
    assert "โคกหนองนา" not in tokens(SENTENCE)
    assert "รายได้" in tokens(SENTENCE)
    cut = tokens(SENTENCE, own)
    assert {"โคกหนองนา", "บ้านดงมูล"} < set(cut)
    assert "รายได้" not in cut
    assert "โคกหนองนา" in {word.term for word in words(SENTENCE, own=own)}
    assert tokens(SENTENCE) == tokens(SENTENCE, NO_WORDS)  # and nothing of it stays


def test_a_compound_of_the_field_stays_as_it_is() -> None:
    own = thai("นิเวศนวัต", out=("ระบบนิเวศนวัตกรรม", "ระบบนิเวศ"))
    assert tokens(SENTENCE, own)[-1] == "ระบบนิเวศนวัตกรรม"
    assert [word.term for word in words(SENTENCE, own=own)][-2:] == ["ระบบนิเวศ", "นวัตกรรม"]


def test_words_that_change_nothing_are_told() -> None:
    own = thai("ชุมชน", "โคกหนองนา", out=("รายได้", "บ้านดงมูล", "ระบบนิเวศนวัตกรรม"))
    assert idle(own) == {"ชุมชน", "บ้านดงมูล", "ระบบนิเวศนวัตกรรม"}
    assert idle(NO_WORDS) == frozenset()


odd = st.lists(
    st.sampled_from([SENTENCE, " ", "\n", "สสว.", "พ.ศ. 2562", "APEC ", "ฯลฯ", "10%"]) | THAI, max_size=10
).map("".join)


@settings(max_examples=150, deadline=None)
@given(odd, LIST)
def test_tokens_join_to_the_text_and_none_begins_inside_a_cluster(text: str, own: WordList) -> None:
    pieces = tokens(text, own)
    assert "".join(pieces) == text
    assert all(pieces)
    for before, piece in pairwise(pieces):
        assert before[-1].isspace() or piece[0] not in MARKS
        assert not (before[-1] in LEADING and "ก" <= piece[0] <= "ฮ")


@settings(max_examples=100, deadline=None)
@given(odd, LIST)
def test_only_what_stands_in_a_text_has_a_say_in_how_it_is_cut(text: str, own: WordList) -> None:
    here = own.within(text)
    assert tokens(text, own) == tokens(text, here)
    assert words(text, own=own) == words(text, own=here)
    assert sentences(text, own=own) == sentences(text, own=here)


def test_passages_are_cut_where_the_own_words_meet() -> None:
    own = thai("โคกหนองนา", "บ้านดงมูล", "ดงมูลสร้าง", out=("รายได้",))
    manuscript = compose([Block(SENTENCE * 80), Block("A last word.")])
    text = manuscript.text
    passages = split(manuscript, words(text, own=own), lambda texts: [len(one) // 4 for one in texts], own)
    assert len(passages) > 3
    edges = set(accumulate(map(len, tokens(text, own)), initial=0))
    assert {one.start for one in passages} < edges
    assert [word for one in passages for word in one.words] == list(words(text, own=own))


def test_threads_with_different_lists_do_not_meet() -> None:
    lists = [thai("โคกหนองนา"), thai(out=("รายได้",)), NO_WORDS, thai("หนองนาโมเดล")] * 8
    expected = {own: tokens(SENTENCE, own) for own in lists}
    assert len({tuple(cut) for cut in expected.values()}) == 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda own: tokens(SENTENCE * 3, own), lists))
    assert found == [expected[own] * 3 for own in lists]


def test_an_own_word_is_never_respelt() -> None:
    typed = "เขาปฎิเสธข้อเสนอ"
    assert suggest(typed, set[str]().__contains__) is not None
    assert suggest(typed, set[str]().__contains__, thai("ปฎิเสธ")) is None
