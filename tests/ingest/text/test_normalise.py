from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import NoText
from ingest.models import Block, BlockRole
from ingest.text.normalise import compose, normalise

THAI = "".join(map(chr, range(0x0E01, 0x0E5C)))
ODD = " \n\t\r\u00a0\u00ad\u200b\u200d\u2028\ufeff\x00\x0b\x1f\x85\u0301\u0316\u0323\u3000\ufffe\ud800\udc00aé:"
TEXTS = st.text(st.one_of(st.sampled_from(THAI), st.sampled_from(ODD), st.characters()), max_size=60)
BLOCKS = st.lists(
    st.builds(
        Block,
        text=st.one_of(TEXTS, st.sampled_from([":::", "ข่าว", "News", "NEWS", "•"])),
        role=st.sampled_from(BlockRole),
        speaker=st.sampled_from([None, "Moderator", " \u200b"]),
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_result_is_composed_and_free_of_what_cannot_be_seen(text: str) -> None:
    result = normalise(text)
    assert unicodedata.is_normalized("NFC", result)
    assert result == result.strip()
    assert not {"\r", "\t", "\u00a0", "\u00ad", "\u200b", "\ufeff", "\x00"} & set(result)
    assert "  " not in result
    result.encode()  # no lone surrogates


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("ทํา", "ทำ"),  # nikhahit and sara aa
        ("น้ํา", "น้ำ"),  # tone, nikhahit, sara aa
        ("นํ้า", "น้ำ"),  # nikhahit, tone, sara aa
        ("นำ้", "น้ำ"),  # sara am, tone
        ("เเปล", "แปล"),  # two sara e
        ("ที่่ี", "ที่"),  # a mark and a vowel twice
        ("ก่ี", "กี่"),  # tone before vowel
        ("ดุ่", "ดุ่"),  # tone before vowel below
        ("พันธ์ุ", "พันธุ์"),  # silencing sign before vowel
        ("๒ สิงหาคม ๒๕๖๒", "๒ สิงหาคม ๒๕๖๒"),  # Thai digits stay
        ("สวัสดี\u200bครับ", "สวัสดีครับ"),
        ("co\u00adoperate\u00a0\u2009now", "cooperate now"),
        ("one \r\n two\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n b", "a\n\nb"),
        ("cafe\u0301", "café"),
        ("ﬁve ½", "ﬁve ½"),  # compatibility characters stay: NFC, not NFKC
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
    ],
)
def test_what_looks_the_same_is_written_in_one_way(written: str, canonical: str) -> None:
    assert normalise(written) == canonical


@pytest.mark.parametrize("word", ["น้ำ", "สิทธิ์", "พันธุ์", "แม่", "ไทย", "เพื่อ", "ปฏิบัติ", "กุ้ง", "ฤๅษี", "เล็ก ๆ", "ฯลฯ"])
def test_correct_thai_is_left_as_it_is(word: str) -> None:
    assert normalise(word) == word


@pytest.mark.parametrize("marks", ["\u0e48\u0e38", "\u0e48\u0e49", "\u0301\u0316", "\u0e4d\u0e48", "\u0e33\u0e48"])
def test_endless_marks_do_not_hang(marks: str) -> None:
    once = normalise("ก" + marks * 200_000 + "า")
    assert normalise(once) == once


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_each_block_is_exactly_its_characters_of_the_text(blocks: list[Block]) -> None:
    try:
        manuscript = compose(blocks)
    except NoText:
        assert not any(character.isalnum() for block in blocks for character in normalise(block.text))
        return
    texts = [manuscript.text[block.start : block.end] for block in manuscript.blocks]
    assert manuscript.text == "\n\n".join(texts)
    assert all(text and normalise(text) == text for text in texts)
    assert normalise(manuscript.text) == manuscript.text
    assert compose(blocks) == manuscript


def test_access_marks_lone_bullets_and_repeated_titles_go() -> None:
    blocks = [
        Block(":::"),
        Block("::: ข่าวใหม่"),
        Block("ข่าวใหม่ ", BlockRole.HEADING),
        Block("•"),
        Block("ข่าว ใหม่"),
        Block("เนื้อหา"),
        Block("ข่าวใหม่"),
    ]
    assert compose(blocks).text == "ข่าวใหม่\n\nเนื้อหา\n\nข่าวใหม่"


def test_what_is_said_twice_stays_and_what_two_fields_share() -> None:
    said = [Block("Yes.", BlockRole.TURN, speaker=speaker) for speaker in ("A", "B", "B")]
    fields = [Block("Buyers", BlockRole.FIELD, label) for label in ("challenge", "results")]
    assert len(compose([*said, *fields]).blocks) == 5


def test_blocks_keep_what_is_known_of_them() -> None:
    turn = Block(" Good\u00a0morning ", BlockRole.TURN, speaker="Moderator\u200b", starts_at_ms=0, ends_at_ms=1500)
    [placed] = compose([turn]).blocks
    assert (placed.role, placed.speaker, placed.starts_at_ms, placed.ends_at_ms) == (
        BlockRole.TURN,
        "Moderator",
        0,
        1500,
    )


@pytest.mark.parametrize("blocks", [[], [Block("")], [Block(":::"), Block(" \u200b"), Block("— • …")]])
def test_nothing_left_is_an_error(blocks: list[Block]) -> None:
    with pytest.raises(NoText):
        compose(blocks)
