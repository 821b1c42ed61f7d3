"""Hints for mistyped questions, and above all silence for all others."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.spelling.keyboard_layout import retyped
from ingest.spelling.suggest import suggest
from ingest.spelling.word_frequency import cut, thai
from ingest.text.language import tokens, words
from ingest.text.normalise import normalise
from kb.evaluation import beir

GOLDEN = Path(__file__).parents[2] / "golden"
EVALUATION = Path(__file__).parents[4] / "shared" / "eval"
SETS = ("xquad-dev", "ntrex")

US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
KEDMANEE = '_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
THAI_LETTERS = "กขคฆงจชซญณดตถทธนบปผพฟภมยรลวศษสหอะัาำิีึืุูเแโใไ็่้๊๋์"
AS_THAI = str.maketrans(US, KEDMANEE)
AS_LATIN = str.maketrans(KEDMANEE, US)

mixed = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F), max_size=12),
        st.text(alphabet=US, max_size=12),
        st.text(max_size=8),
        st.sampled_from([" ", "\n", "l;ylfu", "ะ้ำ", "sustianable", "นวัตกรม", "ประวัติศาตร์", "OSMEP", "สสว.", "2562"]),
    ),
    max_size=10,
).map(lambda parts: normalise("".join(parts)))


def nothing(term: str) -> bool:
    return False


def golden() -> list[dict[str, str]]:
    with (GOLDEN / "typing-errors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def terms_of(texts: Iterator[str]) -> frozenset[str]:
    return frozenset(word.term for text in texts for word in words(normalise(text)))


def questions(name: str) -> Iterator[str]:
    for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and cells[1].isdigit():
            yield normalise(cells[3])


def asked(name: str, language: str) -> list[str]:
    if not (EVALUATION / name).is_dir():
        pytest.skip(f"../shared/eval/{name} is not there")
    found = beir.load(EVALUATION / name).queries.values()
    return [normalise(one.text) for one in found if one.language == language]


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["typed"])
def test_typing_errors_are_told_and_everything_else_is_left_alone(row: dict[str, str]) -> None:
    typed = row["typed"]
    collection = terms_of(iter([row["meant"]])) if row["meant"] else frozenset()
    found = suggest(normalise(typed), collection.__contains__)
    assert (found.text if found else "") == row["meant"]
    assert (found.reason if found else "") == row["reason"]


@pytest.mark.parametrize("row", [row for row in golden() if row["reason"] == "layout"], ids=lambda row: row["meant"])
def test_the_layout_is_told_without_any_help_of_the_collection(row: dict[str, str]) -> None:
    found = suggest(normalise(row["typed"]), nothing)
    assert found is not None
    assert found.text == row["meant"]


@pytest.mark.parametrize("name", ["sample-queries.md", "name-queries.md"])
def test_example_questions_get_no_hint(name: str) -> None:
    listed = list(questions(name))
    assert len(listed) > 20
    for text in listed:
        assert suggest(text, nothing) is None
        assert suggest(text.lower(), nothing) is None


def test_a_word_of_the_collection_is_left_as_it_is() -> None:
    assert suggest("parliment", {"parliment"}.__contains__) is None
    assert suggest("ปฎิเสธ", {word.term for word in words("ปฎิเสธ")}.__contains__) is None
    assert suggest("l;ylfu8iy[", {word.term for word in words("l;ylfu8iy[")}.__contains__) is None


def test_a_word_that_the_collection_has_is_preferred() -> None:
    told = [suggest("village potery", known) for known in (nothing, terms_of(iter(["pottery"])).__contains__)]
    assert [one and one.text for one in told] == ["village poetry", "village pottery"]


def test_a_name_is_corrected_only_to_one_that_the_collection_has() -> None:
    assert suggest("Makatti forum", nothing) is None
    found = suggest("Makatti forum", {"makati"}.__contains__)
    assert found is not None
    assert found.text == "Makati forum"


def test_a_long_text_is_no_mistyped_question() -> None:
    assert suggest("sustianable tourism " * 20, nothing) is None


@settings(max_examples=150, deadline=None)
@given(mixed, st.sets(st.sampled_from(["the", "l", "ylfu", "กก", "นวัตกรรม", "sustain"])))
def test_whatever_the_text_a_hint_differs_and_comes_to_rest(text: str, known: set[str]) -> None:
    for _ in range(12):
        found = suggest(text, known.__contains__)
        if found is None:
            return
        assert found.text != text
        text = found.text
    pytest.fail(f"hints go on and on: {text!r}")


@settings(max_examples=100, deadline=None)
@given(mixed)
def test_what_the_collection_has_throughout_gets_no_hint(text: str) -> None:
    assert suggest(text, terms_of(iter([text])).__contains__) is None


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E4E), max_size=40))
def test_pieces_of_a_cut_join_to_the_run(run: str) -> None:
    pieces = cut(run)
    assert "".join(run[piece.start : piece.end] for piece in pieces) == run
    assert all(run[piece.start : piece.end] in thai() for piece in pieces if piece.listed)


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("language", ["en", "th"])
def test_questions_that_people_asked_get_no_hint(name: str, language: str) -> None:
    # Those that get one have a real mistake in them (docs/decisions/0016-hints.md).
    found = [one for text in asked(name, language) if (one := suggest(text, nothing)) is not None]
    assert [one for one in found if one.reason == "layout"] == []
    assert len(found) <= 6


@pytest.mark.shared
@pytest.mark.parametrize(("language", "floor"), [("en", 0.85), ("th", 0.55)])
def test_questions_on_the_wrong_layout_are_read(language: str, floor: float) -> None:
    listed = asked("ntrex", language)
    turned = [normalise(text.translate(AS_THAI if language == "en" else AS_LATIN)) for text in listed]
    told = [retyped(text, nothing) for text in turned]
    assert sum(one is not None for one in told) >= 0.98 * len(listed)
    assert sum(one == text for one, text in zip(told, listed, strict=True)) >= floor * len(listed)


@pytest.mark.shared
@pytest.mark.parametrize(("language", "floor"), [("en", 0.5), ("th", 0.4)])
def test_one_slip_in_a_word_is_found(language: str, floor: float) -> None:
    listed = asked("ntrex", language)
    data = beir.load(EVALUATION / "ntrex")
    known = terms_of(document.text for document in data.documents.values())
    chance = random.Random(7)
    pairs = [(text, typed) for text in listed if (typed := slipped(text, language, chance)) != text]
    right = sum((one := suggest(typed, known.__contains__)) is not None and one.text == text for text, typed in pairs)
    assert right >= floor * len(pairs)


def slipped(text: str, language: str, chance: random.Random) -> str:
    """`text` with a letter of one word of five or more left out, put in, changed or swapped with the next."""
    pieces = tokens(text)
    long = [
        at for at, piece in enumerate(pieces) if re.fullmatch("[A-Za-z]{5,}" if language == "en" else "[ก-๎]{5,}", piece)
    ]
    if not long:
        return text
    at = chance.choice(long)
    word = pieces[at]
    place = chance.randrange(len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz" if language == "en" else THAI_LETTERS)
    pieces[at] = chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :],
        ]
    )
    return normalise("".join(pieces))
