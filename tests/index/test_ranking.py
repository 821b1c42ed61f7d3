"""From scores to a ranking: log-odds, probabilities, groups and ties."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.calibration import Certainty, Merge, Signals
from index.ranking import baseline_score, best_first, grouped, log_odds, strength


@dataclass(frozen=True)
class Member:
    id: str
    group: str
    score: float


# Few different scores and ids, so that many tie.
MEMBERS = st.lists(
    st.builds(
        Member, st.text("abc", min_size=1, max_size=3), st.sampled_from("xyz"), st.sampled_from([-1.5, 0.0, 2.0])
    ),
    unique_by=lambda one: one.id,
    max_size=20,
)


def test_log_odds_add_up() -> None:
    signals, merge = Signals(late=0.5, window=0.25, words=0.125), Merge(8.0, 4.0, 16.0, -3.0)
    assert log_odds(signals, merge) == 0.5 * 8 + 0.25 * 4 + 0.125 * 16 - 3


def test_strength_is_a_probability() -> None:
    plain = Certainty(1.0, 0.0, 0.0, 0.0)
    assert strength(0, 0, plain) == 0.5
    assert strength(math.log(3), 0, plain) == pytest.approx(0.75)
    assert strength(-math.log(3), 0, plain) == pytest.approx(0.25)
    assert strength(5000, 0, plain) == 1.0
    assert strength(-5000, 0, plain) == 0.0


def test_certainty_is_linear_in_both_log_odds() -> None:
    certainty = Certainty(slope=0.5, ordinary=-0.25, constant=-1.5, floor=-9.0)
    assert strength(3, 0, certainty) == 0.5
    assert strength(5, 4, certainty) == 0.5
    assert strength(7, 4, certainty) == strength(1, 0, Certainty(1.0, 0.0, 0.0, 0.0))


def test_the_ordinary_are_the_ranks_after_those_that_may_answer_together() -> None:
    odds = [9.0, 8.0, 7.0, *map(float, range(0, -8, -1)), -50.0]
    assert baseline_score(odds, floor=-100.0) == sum(range(0, -8, -1)) / 8
    assert baseline_score([90.0, 80.0, 70.0, *odds[3:]], floor=-100.0) == baseline_score(odds, floor=-100.0)


def test_a_small_collection_is_taken_to_have_the_ordinary_of_the_floor() -> None:
    assert baseline_score([], floor=-2.0) == baseline_score([5.0, 4.0, 3.0], floor=-2.0) == -2.0
    assert baseline_score([5.0, 4.0, 3.0, 2.0], floor=-2.0) == (2.0 - 7 * 2.0) / 8
    assert baseline_score([5.0, 4.0, 3.0, *[-90.0] * 8], floor=-2.0) == -2.0


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 3), st.floats(-5, 5))
def test_strength_keeps_the_order_of_the_odds(one: float, other: float, slope: float, constant: float) -> None:
    low, high = sorted((one, other))
    certainty = Certainty(slope, -0.3, constant, 0.0)
    assert 0 <= strength(low, 2.0, certainty) <= strength(high, 2.0, certainty) <= 1
    opposite = Certainty(slope, 0.3, -constant, 0.0)
    assert strength(one, 2.0, certainty) + strength(-one, 2.0, opposite) == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(MEMBERS, st.integers(0, 100))
def test_best_first_and_ties_by_id(members: list[Member], seed: int) -> None:
    ranked = best_first(members)
    for before, after in pairwise(ranked):
        assert before.score > after.score or (before.score == after.score and before.id < after.id)
    shuffled = random.Random(seed).sample(members, len(members))
    assert best_first(shuffled) == ranked
    assert grouped(shuffled) == grouped(members)


@settings(max_examples=60, deadline=None)
@given(MEMBERS)
def test_groups_are_as_good_as_their_best_member(members: list[Member]) -> None:
    groups = grouped(members)
    assert [group.id for group in groups] == sorted(
        {one.group for one in members}, key=lambda id_: _place(id_, members)
    )
    assert sorted(one.id for group in groups for one in group.members) == sorted(one.id for one in members)
    for group in groups:
        assert group.members == tuple(best_first(one for one in members if one.group == group.id))
        assert group.score == max(one.score for one in group.members)


def _place(id_: str, members: list[Member]) -> tuple[float, str]:
    return -max(one.score for one in members if one.group == id_), id_


def test_groups_that_tie_stand_in_order_of_id() -> None:
    members = [Member("1", "late", 1.0), Member("2", "early", 1.0), Member("3", "early", 3.0), Member("4", "late", 3.0)]
    assert [group.id for group in grouped(members)] == ["early", "late"]
    assert grouped([]) == []
