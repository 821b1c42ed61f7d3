from __future__ import annotations

import pytest

from ingest.errors import NoText
from ingest.models import Block, BlockRole
from ingest.parsers.captions import looks_like_srt, looks_like_vtt, parse_srt, parse_vtt
from ingest.parsers.transcript import looks_like_transcript, milliseconds, parse

PANEL = """Panel on food ecosystems
Date: 2 August 2019

Moderator: What changed?
Cooperative manager: We began counting orders.
Moderator: Thank you.
"""


def turns(text: str) -> list[tuple[str | None, str]]:
    return [(block.speaker, block.text) for block in parse(text.encode())[0].blocks if block.role is BlockRole.TURN]


def test_turns_have_their_speaker_and_text_without_the_label() -> None:
    assert turns(PANEL) == [
        ("Moderator", "What changed?"),
        ("Cooperative manager", "We began counting orders."),
        ("Moderator", "Thank you."),
    ]
    rest = [block for block in parse(PANEL.encode())[0].blocks if block.role is not BlockRole.TURN]
    assert [(block.text, block.role) for block in rest] == [
        ("Panel on food ecosystems", BlockRole.HEADING),
        ("Date: 2 August 2019", BlockRole.PARAGRAPH),
    ]


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("[00:12:03] Moderator: Well?", 723_000, None),
        ("[12:03] Moderator: Well?", 723_000, None),
        ("(0:12:03.250) Moderator: Well?", 723_250, None),
        ("00:12:03 Moderator: Well?", 723_000, None),
        ("[00:12:03 - 00:12:09] Moderator: Well?", 723_000, 729_000),
        ("Moderator (00:12:03): Well?", 723_000, None),
        ("**Moderator:** Well?", None, None),
        ("**Moderator**: Well?", None, None),
        ("- Moderator: Well?", None, None),
        ("Moderator： Well?", None, None),
        ("MODERATOR:\nWell?", None, None),
    ],
)
def test_labels_come_in_many_shapes(line: str, start: int | None, end: int | None) -> None:
    [first, *_] = [block for block in parse(f"{line}\n{line}\n".encode())[0].blocks if block.role is BlockRole.TURN]
    assert (first.speaker or "").casefold() == "moderator"
    assert (first.text, first.starts_at_ms, first.ends_at_ms) == ("Well?", start, end)


def test_paragraphs_of_one_turn_keep_the_speaker_and_only_the_first_the_time() -> None:
    text = "[00:00:01] Moderator: One.\n\nTwo.\n\n(Applause)\n\nThree.\n[00:00:09] Guest: Four.\n"
    blocks = parse(text.encode())[0].blocks
    assert blocks == (
        Block("One.", BlockRole.TURN, speaker="Moderator", starts_at_ms=1000),
        Block("Two.", BlockRole.TURN, speaker="Moderator"),
        Block("(Applause)"),
        Block("Three.", BlockRole.TURN, speaker="Moderator"),
        Block("Four.", BlockRole.TURN, speaker="Guest", starts_at_ms=9000),
    )


def test_a_colon_within_a_turn_makes_no_speaker() -> None:
    text = "ผู้ดำเนินรายการ: สวัสดี\nวิทยากร: เรามีปัญหา\nบทเรียนมีสามข้อ: ตลาด คน และเงิน\nผู้ดำเนินรายการ: ครับ\n"
    assert ("วิทยากร", "บทเรียนมีสามข้อ: ตลาด คน และเงิน") in turns(text)
    english = PANEL.replace("We began counting orders.", "We began.\nThe lesson is simple: pay people.")
    assert ("Cooperative manager", "The lesson is simple: pay people.") in turns(english)


@pytest.mark.parametrize(
    ("text", "is_transcript"),
    [
        (PANEL, True),
        ("ผู้ดำเนินรายการ: สวัสดี\nผู้ประกอบการ: สวัสดีครับ\nผู้ดำเนินรายการ: เชิญครับ\n", True),
        ("[00:01] A. Guest: One\n[00:02] B. Guest: Two\n[00:03] C. Guest: Three\n", True),
        ("Date: today\nVenue: here\nContact: us\nSource: SMEA\n", False),
        ("Challenge: a\nApproach: b\nResults: c\nChallenge: d\nApproach: e\nResults: f\n", False),
        ("ปัญหา: ก\nแนวทาง: ข\nผลลัพธ์: ค\nปัญหา: ง\n", False),
        ("09:00 Opening: hall A\n10:00 Panel: hall B\n11:00 Closing: hall C\n", False),
        ("Moderator: One\nGuest: Two\n", False),
        ("A release.\n\nIt says: this.\n\nAnd more.\n\nAnd more.\n" * 4, False),
        ("See https://example.org/a\nSee https://example.org/b\nSee https://example.org/c\n", False),
        ("", False),
    ],
)
def test_a_transcript_is_told_from_other_text_with_colons(text: str, is_transcript: bool) -> None:
    assert looks_like_transcript(text) is is_transcript


def test_times() -> None:
    assert milliseconds("1:02:03.5") == 3_723_500
    assert milliseconds("00:00:01,250") == 1250
    assert milliseconds("62:03") == 3_723_000


def cues(*spoken: tuple[int, int, str]) -> bytes:
    stamps = [f"00:00:{start:02}.000 --> 00:00:{end:02}.000\n{text}\n" for start, end, text in spoken]
    return ("WEBVTT\n\n" + "\n".join(stamps)).encode()


def said(data: bytes) -> list[tuple[str | None, str, int | None, int | None]]:
    return [(block.speaker, block.text, block.starts_at_ms, block.ends_at_ms) for block in parse_vtt(data)[0].blocks]


def test_captions_that_continue_a_sentence_are_one_turn() -> None:
    data = cues((1, 2, "<v Ann>One and"), (2, 3, "<v Ann>two."), (3, 4, "<v Ann>Three"), (4, 5, "<v Ben>four"))
    assert said(data) == [
        ("Ann", "One and two.", 1000, 3000),
        ("Ann", "Three", 3000, 4000),
        ("Ben", "four", 4000, 5000),
    ]


def test_a_pause_ends_a_thai_turn_which_has_no_full_stop() -> None:
    data = cues((1, 2, "<v ก>สวัสดี"), (3, 4, "<v ก>ครับ"), (20, 21, "<v ก>ต่อไป"))
    assert [text for _, text, *_ in said(data)] == ["สวัสดี ครับ", "ต่อไป"]


def test_no_turn_grows_without_end() -> None:
    data = cues(*[(second, second + 1, "words without any full stop " * 4) for second in range(50)])
    assert all(len(text) <= 1000 for _, text, *_ in said(data))


def test_lines_that_roll_up_are_said_once_but_a_repeated_word_stays() -> None:
    rolling = cues((1, 2, "one"), (2, 3, "one\ntwo"), (3, 4, "two\nthree"), (4, 5, "three"))
    assert [text for _, text, *_ in said(rolling)] == ["one two three"]
    repeated = cues((1, 2, "Yes."), (9, 10, "Yes."))
    assert [text for _, text, *_ in said(repeated)] == ["Yes.", "Yes."]


def test_names_before_a_colon_are_speakers_and_hold_until_the_next() -> None:
    data = cues((1, 2, "MODERATOR: Welcome."), (2, 3, "All of you."), (3, 4, "GUEST: Thanks."), (4, 5, ">> And me."))
    assert [(speaker, text) for speaker, text, *_ in said(data)] == [
        ("MODERATOR", "Welcome."),
        ("MODERATOR", "All of you."),
        ("GUEST", "Thanks."),
        (None, "And me."),
    ]


def test_two_voices_in_one_caption_are_two_turns() -> None:
    dashes = cues((1, 2, "- What changed?\n- Orders."))
    assert [text for _, text, *_ in said(dashes)] == ["What changed?", "Orders."]
    voices = cues((1, 2, "<v.loud Ann &amp; Bo>Hi &lt;all&gt;</v>\n<v Cy>Hello"))
    assert [(speaker, text) for speaker, text, *_ in said(voices)] == [("Ann & Bo", "Hi <all>"), ("Cy", "Hello")]


def test_srt_is_read_with_its_comma_times() -> None:
    [block] = parse_srt(b"\n1\n00:00:01,500 --> 00:00:02,250\n<i>Hello</i>\n\n")[0].blocks
    assert block == Block("Hello", BlockRole.TURN, starts_at_ms=1500, ends_at_ms=2250)


def test_captions_are_recognised_by_their_beginning() -> None:
    assert looks_like_vtt("WEBVTT\n\n")
    assert not looks_like_vtt("WEBVTTER is a word")
    assert looks_like_srt("1\n00:00:01,500 --> 00:00:02,250\nHi")
    assert not looks_like_srt("1\nThe first chapter")


@pytest.mark.parametrize(
    "text", ["WEBVTT\n", "WEBVTT\n\nNOTE nothing\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n\n"]
)
def test_captions_without_words_are_an_error(text: str) -> None:
    with pytest.raises(NoText):
        parse_vtt(text.encode())
