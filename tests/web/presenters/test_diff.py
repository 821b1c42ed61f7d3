from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.models import Kind
from kb.models import DocumentSummary
from web.presenters.diff import Change, FactChange, changed_facts, changes, common, folded
from web.presenters.highlighting import TextPiece

SUMMARY = DocumentSummary(
    id="d-1",
    version=1,
    title="Women lead the riverside market",
    kind=Kind.CASE,
    language="en",
    languages=("en",),
    date="2019-08",
    event=None,
    economies=("Thailand", "The Philippines"),
    organisations=("OSMEP",),
    themes=("Women's empowerment",),
    source="market.html",
    format="html",
    sample=False,
    added_at=datetime(2026, 1, 5, tzinfo=UTC),
)
PARAGRAPHS = st.lists(
    st.sampled_from(["ตลาดริมน้ำ", "กลุ่มสตรี", "ขายขนม", "town", "market", "The", " ", " ", "กำ", "้", ".", "\n", "\n\n"]),
    max_size=12,
).map("".join)


def shown(pieces: Sequence[TextPiece]) -> str:
    """Pieces as text, the marked ones in brackets."""
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


def joined(found: Sequence[Change]) -> tuple[str, str]:
    """The old text and the new one, put together again."""
    before = "".join(piece.text for change in found for piece in change.before)
    return before, "".join(piece.text for change in found for piece in change.after)


def kinds(found: Sequence[Change]) -> list[str]:
    return [change.kind for change in found]


def test_the_words_that_differ_are_marked_in_their_paragraph() -> None:
    same, changed, added = changes(
        "A market\n\nThe old town sold sweets.", "A market\n\nThe new city sold many sweets.\n\nIn 2019."
    )
    assert same == Change("same", (TextPiece("A market\n\n", False),), (TextPiece("A market\n\n", False),))
    assert shown(changed.before) == "The [old town] sold sweets."
    assert shown(changed.after) == "The [new city] sold[ many] sweets.\n\n"
    assert added == Change("added", (), (TextPiece("In 2019.", False),))


def test_thai_is_cut_at_words() -> None:
    (changed,) = changes("กลุ่มสตรีเปิดตลาดนัด ขายขนมของชุมชน", "กลุ่มสตรีเปิดตลาดนัด ขายผลไม้ของชุมชน")
    assert shown(changed.before) == "กลุ่มสตรีเปิดตลาดนัด ขาย[ขนม]ของชุมชน"
    assert shown(changed.after) == "กลุ่มสตรีเปิดตลาดนัด ขาย[ผลไม้]ของชุมชน"


def test_a_paragraph_that_gave_way_to_another_is_not_shown_as_rewritten() -> None:
    assert kinds(changes("Shops closed.\n\nEnd", "Tourism brings guests\n\nEnd")) == ["removed", "added", "same"]


def test_a_rewritten_paragraph_is_found_among_new_ones() -> None:
    before = "First\n\nWomen of the town opened a weekly market.\n\nLast"
    after = "First\n\nQuite new.\n\nWomen of the town opened a daily market.\n\nAlso new.\n\nLast"
    assert kinds(changes(before, after)) == ["same", "added", "changed", "added", "same"]


def test_a_paragraph_that_moved_is_taken_out_and_put_in() -> None:
    assert kinds(changes("One\n\nTwo\n\nThree", "Two\n\nThree\n\nOne")) == ["removed", "same", "same", "added"]


def test_line_ends_alone_are_no_change() -> None:
    assert kinds(changes("One\nTwo", "One\n\nTwo\n")) == ["same", "same"]
    assert changes("", "") == ()


def test_what_stayed_is_folded_but_for_its_edges() -> None:
    text = [f"Paragraph {number} stays." for number in range(12)]
    before = "\n\n".join(text)
    after = "\n\n".join([*text[:5], "Something else.", *text[5:]])
    found = folded(changes(before, after))
    assert [(change.kind, change.count) for change in found] == [
        ("same", 4),
        ("same", 1),
        ("added", 1),
        ("same", 1),
        ("same", 6),
    ]
    assert joined(found) == (before, after)


@pytest.mark.parametrize(("between", "counts"), [(2, [1, 1]), (3, [1, 1, 1]), (4, [1, 2, 1])])
def test_one_paragraph_alone_is_not_folded(between: int, counts: list[int]) -> None:
    kept = [f"Paragraph {number}" for number in range(between)]
    found = folded(changes("\n".join(["old", *kept, "gone"]), "\n".join(["new", *kept, "come"])))
    assert [change.count for change in found if change.kind == "same"] == counts


@settings(deadline=None, max_examples=150)
@given(PARAGRAPHS, PARAGRAPHS)
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    found = changes(before, after)
    assert joined(found) == (before, after)
    assert joined(folded(found)) == (before, after)
    for change in found:
        assert {"same": (1, 1), "added": (0, 1), "removed": (1, 0), "changed": (1, 1)}[change.kind] == (
            bool(change.before),
            bool(change.after),
        )
        for pieces in (change.before, change.after):
            assert not any(one.marked == two.marked for one, two in pairwise(pieces))
            assert change.kind == "changed" or not any(piece.marked for piece in pieces)


@settings(deadline=None, max_examples=150)
@given(PARAGRAPHS, PARAGRAPHS)
def test_no_cluster_is_cut(before: str, after: str) -> None:
    for change in changes(before, after):
        for pieces in (change.before, change.after):
            for piece, following in pairwise(pieces):
                first = following.text[0]
                clings = unicodedata.category(first) == "Mn" or first == "ำ"
                assert piece.text[-1].isspace() or not clings


@settings(deadline=None, max_examples=150)
@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_nothing_longer_is_common(before: str, after: str) -> None:
    found = common(before, after)
    assert all(before[i] == after[j] for i, j in found)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    assert len(found) == longest(before, after)


def longest(before: str, after: str) -> int:
    """Length of the longest common subsequence, by the recurrence itself."""
    row = [0] * (len(after) + 1)
    for one in before:
        above = row[:]
        for j, other in enumerate(after):
            row[j + 1] = above[j] + 1 if one == other else max(above[j + 1], row[j])
    return row[-1]


def lines(words: str, number: int = 10_000) -> str:
    return "\n".join(words.format(place) for place in range(number))


def some(seed: int, number: int) -> str:
    """That many paragraphs of random letters, 1000 characters each."""
    chance = random.Random(seed)
    return "\n".join("".join(chance.choices("abcdef ", k=1000)) for _ in range(number))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(lines("{} alpha"), lines("x{} beta"), id="all paragraphs replaced"),
        pytest.param(lines("the {} of alpha"), lines("the {} of beta"), id="all paragraphs rewritten"),
        pytest.param(lines("x"), lines("x").replace("x\nx", "x\ny"), id="all paragraphs alike"),
        pytest.param(lines("a{}"), "\n".join(lines("a{}").splitlines()[::-1]), id="in reverse"),
        pytest.param("กา" * 100_000, "มา" * 100_000, id="one paragraph without a space"),
        pytest.param("a b " * 50_000, "b c " * 50_000, id="one paragraph of small words"),
        pytest.param("\n".join(["a b c d " * 1250] * 100), "\n".join(["a b c e " * 1250] * 100), id="long ones"),
        pytest.param(some(1, 500), some(2, 500), id="noise"),
    ],
)
def test_hostile_texts_take_no_longer_than_they_may(before: str, after: str) -> None:
    started = time.process_time()
    found = changes(before, after)
    assert time.process_time() - started < 2
    assert joined(found) == (before, after)


def test_of_a_very_long_paragraph_phrases_are_marked() -> None:
    phrase = "กลุ่มสตรีเปิดตลาดนัด "
    (changed,) = changes(phrase * 5000 + "ขายขนม", phrase * 5000 + "ขายผลไม้")
    assert [piece.text for piece in changed.after if piece.marked] == ["ขายผลไม้"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("title", "Women lead", FactChange("title", ("Women lead the riverside market",), ("Women lead",))),
        ("kind", Kind.REPORT, FactChange("kind", ("case",), ("report",))),
        ("date", None, FactChange("date", ("2019-08",), ())),
        ("event", "Forum", FactChange("event", (), ("Forum",))),
        ("economies", ("Thailand",), FactChange("economies", ("Thailand", "The Philippines"), ("Thailand",))),
        ("organisations", (), FactChange("organisations", ("OSMEP",), ())),
        ("themes", (), FactChange("themes", ("Women's empowerment",), ())),
        ("source", "https://example.org/", FactChange("source", ("market.html",), ("https://example.org/",))),
    ],
)
def test_a_changed_fact_is_told(name: str, value: Any, expected: FactChange) -> None:
    assert changed_facts(SUMMARY, replace(SUMMARY, **{name: value})) == (expected,)


def test_what_is_no_fact_of_the_document_is_not_told() -> None:
    later = replace(SUMMARY, version=2, economies=SUMMARY.economies[::-1], added_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert changed_facts(SUMMARY, later) == ()
