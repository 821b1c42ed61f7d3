"""Passages: their size, their borders, and what they never cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking.passages import split
from ingest.models import Block, BlockRole, Manuscript, PassageSpan, PlacedBlock
from ingest.text.language import tokens, words
from ingest.text.normalise import compose

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
MARKS = "\u0e31\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
ENGLISH = "Growers in the valley share one cold room, and every spring the room pays for itself again. "
THAI = "ผู้ประกอบการในชุมชนร่วมกันใช้ห้องเย็นหนึ่งห้อง และทุกฤดูห้องเย็นก็คืนทุนได้เอง นอกจากนี้ยังลดของเสียได้มาก "


def count(texts: Sequence[str]) -> list[int]:
    return [len(text) // 4 for text in texts]


def passages(*blocks: Block | str) -> tuple[Manuscript, tuple[PassageSpan, ...]]:
    manuscript = compose(block if isinstance(block, Block) else Block(block) for block in blocks)
    return manuscript, split(manuscript, words(manuscript.text), count)


def sizes(manuscript: Manuscript, found: Sequence[PassageSpan]) -> list[int]:
    return [(passage.end - passage.start) // 4 for passage in found]


def turn(speaker: str | None, text: str, start: int | None = None, end: int | None = None) -> Block:
    return Block(text, BlockRole.TURN, speaker=speaker, starts_at_ms=start, ends_at_ms=end)


def hold(manuscript: Manuscript, found: Sequence[PassageSpan]) -> None:
    """What is true of any passages of any text."""
    text = manuscript.text
    for before, after in pairwise(found):
        assert before.end <= after.start
    kept = "".join(text[passage.start : passage.end] for passage in found)
    assert "".join(kept.split()) == "".join(text.split())
    edges = {0}
    for token in tokens(text):
        edges.add(max(edges) + len(token))
    for passage in found:
        assert text[passage.start : passage.end] == text[passage.start : passage.end].strip() != ""
        assert {passage.start, passage.end} <= edges
        assert text[passage.start] not in MARKS or text[passage.start - 1 : passage.start] in ("", " ", "\n")
        assert not (text[passage.end - 1] in "เแโใไ" and "ก" <= text[passage.end : passage.end + 1] <= "ฮ")
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        for inner in (*passage.sentences, *passage.words):
            assert passage.start <= inner.start < inner.end <= passage.end
    assert [word for passage in found for word in passage.words] == list(words(text))


piece = st.one_of(
    st.sampled_from([ENGLISH, THAI, "ก" * 30, "เก่ง กำลัง ", "x" * 400 + " ", ENGLISH * 4, THAI * 4, "Ms. Su ", "\n"]),
    st.text(alphabet="กขคงเแโำิ่้าะๆ ฯ.aB1?!\n", max_size=30),
    st.text(max_size=10),
)
block = st.builds(
    Block,
    st.lists(piece, min_size=1, max_size=6).map("".join),
    st.sampled_from(BlockRole),
    st.sampled_from([None, "challenge", "results"]),
    st.sampled_from([None, "Moderator", "ผู้เข้าร่วม"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(block, max_size=6))
def test_whatever_the_blocks(blocks: list[Block]) -> None:
    manuscript = compose([Block("A."), *blocks])
    hold(manuscript, split(manuscript, words(manuscript.text), count))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40).map(str.strip), st.integers(0, 20), st.integers(0, 20))
def test_text_that_no_block_covers_is_not_lost(text: str, start: int, length: int) -> None:
    placed = (PlacedBlock(start, start + length),) if start + length <= len(text) else ()
    found = split(Manuscript(text, placed), words(text), count)
    kept = "".join(text[passage.start : passage.end] for passage in found)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("sentence", [ENGLISH, THAI])
def test_passages_have_150_to_250_tokens(sentence: str) -> None:
    manuscript, found = passages(*(f"{number} {sentence * 3}" for number in range(12)))
    hold(manuscript, found)
    assert all(150 <= size <= 250 for size in sizes(manuscript, found)), sizes(manuscript, found)


def test_short_document_is_one_passage_and_an_empty_one_none() -> None:
    assert len(passages("A title", ENGLISH * 8)[1]) == 1
    assert split(Manuscript("", ()), (), count) == ()


def test_the_tail_is_not_tiny() -> None:
    for length in range(9, 40):
        manuscript, found = passages(ENGLISH * length)
        assert min(sizes(manuscript, found)) >= 100, length
        assert max(sizes(manuscript, found)) <= 300, length


@pytest.mark.parametrize("sentence", ["and the growers who share it, " * 60, "ระบบนิเวศนวัตกรรมท้องถิ่นช่วยผู้ประกอบการ" * 40])
def test_a_sentence_that_is_too_long_is_cut_between_words(sentence: str) -> None:
    manuscript, found = passages(sentence)
    hold(manuscript, found)
    assert max(sizes(manuscript, found)) <= 250
    assert min(sizes(manuscript, found)) >= 100


def test_a_word_is_never_cut() -> None:
    manuscript, found = passages("x" * 4000)
    hold(manuscript, found)
    assert len(found) == 1


def test_a_heading_goes_with_what_follows() -> None:
    parts = [Block(ENGLISH * 9), Block("What came of it", BlockRole.HEADING), Block(ENGLISH * 9)]
    manuscript, found = passages(*parts)
    assert len(found) == 2
    assert manuscript.text[found[1].start :].startswith("What came of it")


def test_passages_keep_to_one_speaker_and_their_times() -> None:
    manuscript, found = passages(
        turn("Moderator", ENGLISH * 4, 0, 4000),
        turn("Panellist", ENGLISH * 16, 4000, 9000),
        turn("Moderator", "And in figures?", 9000, 9500),
        turn("Panellist", ENGLISH * 4, 9500, 12000),
    )
    hold(manuscript, found)
    assert [passage.speaker for passage in found] == ["Moderator", "Panellist", "Panellist", "Moderator", "Panellist"]
    assert (found[0].starts_at_ms, found[0].ends_at_ms) == (0, 4000)
    assert {(passage.starts_at_ms, passage.ends_at_ms) for passage in found[1:3]} == {(4000, 9000)}


def test_very_short_turns_share_a_passage_without_a_speaker() -> None:
    _, found = passages(*(turn(name, "It pays for itself, we think.", n, n + 1) for n, name in enumerate("ABABAB")))
    assert [(passage.speaker, passage.starts_at_ms, passage.ends_at_ms) for passage in found] == [(None, 0, 6)]


def test_captions_of_one_speaker_flow_together_and_sentences_stay_whole() -> None:
    captions = [
        turn("A", text, n, n + 1) for n, text in enumerate(["Growers share one room", "and the room pays."] * 40)
    ]
    manuscript, found = passages(*captions)
    hold(manuscript, found)
    assert all(manuscript.text[passage.end - 1] == "." for passage in found)
    assert all(passage.speaker == "A" for passage in found)


def test_long_fields_keep_to_themselves_and_short_ones_share() -> None:
    def field(label: str, text: str) -> Block:
        return Block(text, BlockRole.FIELD, label=label)

    _, long = passages(field("challenge", ENGLISH * 5), field("approach", ENGLISH * 5))
    assert len(long) == 2
    _, short = passages(field("challenge", ENGLISH), field("approach", ENGLISH), field("results", ENGLISH))
    assert len(short) == 1


def test_mixed_documents_are_cut_where_the_language_changes() -> None:
    manuscript, found = passages("Two tongues", ENGLISH * 4, "หัวข้อ", THAI * 4, ENGLISH * 4, THAI * 4)
    hold(manuscript, found)
    assert [passage.language for passage in found] == ["en", "th", "en", "th"]


def test_the_tokeniser_is_called_seldom() -> None:
    calls: list[int] = []

    def counted(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count(texts)

    manuscript = compose([Block(ENGLISH * 5)] * 1 + [Block(THAI * 50), Block("ก" * 3000)])
    split(manuscript, words(manuscript.text), counted)
    assert len(calls) <= 3


@pytest.mark.parametrize("name", ["release-makati-2019.en.txt", "release-bangkok-2019.th.txt"])
def test_seeds(name: str) -> None:
    if not (SEEDS / name).exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    manuscript, found = passages(*(SEEDS / name).read_text(encoding="utf-8").splitlines())
    hold(manuscript, found)
    assert len(found) >= 3
    assert all(90 <= size <= 300 for size in sizes(manuscript, found))
    assert {passage.language for passage in found} == {name[-6:-4]}
