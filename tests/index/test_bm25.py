"""BM25 as a share of the most that a row could have, whatever came and went before."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.bm25 import BM25Index

WORDS = st.sampled_from(["fish", "ice", "market", "ปลา", "น้ำแข็ง", "ตลาด", "2019"])
TEXT = st.lists(WORDS, max_size=12)
TEXTS = st.lists(TEXT, max_size=15)
PHRASE = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
ASKED = st.lists(st.one_of(WORDS, st.just("unheard")), max_size=6)


def filled(texts: list[list[str]]) -> BM25Index:
    index = BM25Index()
    for row, terms in enumerate(texts):
        index.add(row, terms)
    return index


def matched(index: BM25Index, asked: list[str]) -> dict[int, float]:
    rows, shares = index.match(asked)
    assert rows.tolist() == sorted(set(rows.tolist()))
    return dict(zip(rows.tolist(), shares.tolist(), strict=True))


def test_worked_by_hand() -> None:
    index = filled([["fish", "ice"], ["fish", "fish", "market", "market"], ["market"]])
    assert index.idf("ice") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert index.idf("fish") == pytest.approx(math.log(1 + 1.5 / 2.5))
    # Lengths 2, 4, 1: 7/3 on average. The most a word can give is 2.2 times its idf.
    short = 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (7 / 3)))
    long = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / (7 / 3)))
    both = index.idf("ice") + index.idf("fish")
    found = matched(index, ["fish", "ice"])
    assert found.keys() == {0, 1}
    assert found[0] == pytest.approx(short * both / (2.2 * both), abs=1e-6)
    assert found[1] == pytest.approx(long * index.idf("fish") / (2.2 * both), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, asked=ASKED)
def test_a_share_is_between_0_and_1_and_of_the_rows_with_a_word(texts: list[list[str]], asked: list[str]) -> None:
    found = matched(filled(texts), asked)
    assert found.keys() == {row for row, terms in enumerate(texts) if set(terms) & set(asked)}
    assert all(0 < share <= 1 for share in found.values())


@settings(max_examples=40, deadline=None)
@given(texts=TEXTS, asked=ASKED, seed=st.integers(0, 1000))
def test_order_of_coming_in_does_not_matter(texts: list[list[str]], asked: list[str], seed: int) -> None:
    index = BM25Index()
    for row in np.random.default_rng(seed).permutation(len(texts)).tolist():
        index.add(row, texts[row])
    assert matched(index, asked) == matched(filled(texts), asked)


@settings(max_examples=40, deadline=None)
@given(texts=TEXTS, others=TEXTS, asked=ASKED)
def test_remove_undoes_add(texts: list[list[str]], others: list[list[str]], asked: list[str]) -> None:
    index = filled(texts)
    before = matched(index, asked)
    weights = [index.idf(term) for term in asked]
    for at, terms in enumerate(others):
        index.add(2000 + at, terms)
    matched(index, asked)  # so that the postings asked for are at hand, and must be made anew
    for at in range(len(others)):
        index.remove(2000 + at)
    assert matched(index, asked) == before
    assert [index.idf(term) for term in asked] == weights
    assert sorted(index.rows()) == list(range(len(texts)))
    assert len(index) == len(texts)


def test_the_order_and_repetition_of_the_words_asked_does_not_matter() -> None:
    index = filled([["fish", "ice"], ["market", "fish"]])
    assert matched(index, ["ice", "fish", "ice"]) == matched(index, ["fish", "ice"])


def test_a_rare_word_tells_more_and_a_long_row_less() -> None:
    index = filled([["fish", "ice"], ["fish", "market"], ["fish"], ["ice"] + ["fish"] * 20])
    assert index.idf("unheard") > index.idf("ice") > index.idf("fish") > 0
    found = matched(index, ["ice"])
    assert found[0] > found[3]


def test_a_word_that_nobody_has_lowers_every_share() -> None:
    index = filled([["fish", "ice"], ["market"]])
    assert matched(index, ["fish", "unheard"])[0] < matched(index, ["fish"])[0]


def test_nothing_asked_or_nothing_there_finds_nothing() -> None:
    assert matched(filled([["fish"]]), []) == {}
    assert matched(filled([]), ["fish"]) == {}
    assert matched(filled([[], []]), ["fish"]) == {}
    index = filled([["fish"]])
    index.remove(7)  # not there
    index.remove(0)
    assert matched(index, ["fish"]) == {}
    assert len(index) == 0


def test_rows_far_apart() -> None:
    index = BM25Index()
    index.add(5, ["fish"])
    index.add(50_000, ["fish", "ice"])
    index.add(1_500, ["ice"])
    assert matched(index, ["fish"]).keys() == {5, 50_000}


# ---- phrases


PHRASES = st.lists(st.tuples(PHRASE, st.sampled_from([1.0, 0.8, 0.35])), max_size=4)


def met(index: BM25Index, *phrases: tuple[tuple[str, ...], float]) -> dict[int, float]:
    rows, weights = index.met(phrases)
    assert rows.tolist() == sorted(set(rows.tolist()))
    return dict(zip(rows.tolist(), weights.tolist(), strict=True))


def test_a_phrase_counts_only_whole_and_in_order() -> None:
    index = filled(
        [
            ["the", "office", "of", "smes", "here"],
            ["office", "of", "fish", "smes"],
            ["of", "smes", "office"],
            ["smes", "office"],
            ["office", "of"],
            ["office", "office", "of", "smes"],
            ["fish", "of", "smes"],
        ]
    )
    assert met(index, (("office", "of", "smes"), 1.0)).keys() == {0, 5}
    assert met(index, (("of", "unheard"), 1.0)) == met(index, ((), 1.0)) == met(index) == {}


def test_a_row_has_the_highest_weight_of_what_it_has() -> None:
    index = filled([["crab"], ["seafood", "crab"], ["seafood"], ["fish"]])
    found = met(index, (("seafood",), 0.25), (("crab",), 1.0))
    assert found == {0: 1.0, 1: 1.0, 2: 0.25}
    assert index.having([("seafood",), ("crab",), ("seafood",)]).tolist() == [0, 1, 2]
    assert index.having([]).tolist() == []


@settings(max_examples=40, deadline=None)
@given(texts=TEXTS, more=TEXTS, phrases=PHRASES)
def test_phrases_follow_what_comes_and_goes(
    texts: list[list[str]], more: list[list[str]], phrases: list[tuple[tuple[str, ...], float]]
) -> None:
    index = filled(texts)
    before = met(index, *phrases)
    for at, terms in enumerate(more):
        index.add(2000 + at, terms)
    all_of_them = filled(texts)
    for at, terms in enumerate(more):
        all_of_them.add(2000 + at, terms)
    assert met(index, *phrases) == met(all_of_them, *phrases)
    for at in range(len(more)):
        index.remove(2000 + at)
    assert met(index, *phrases) == before
    for row, weight in before.items():
        text = texts[row]
        there = [
            w for phrase, w in phrases if any(tuple(text[i : i + len(phrase)]) == phrase for i in range(len(text)))
        ]
        assert weight == pytest.approx(max(there))
