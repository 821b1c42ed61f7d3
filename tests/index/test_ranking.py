"""From signals to a ranking: scores, probabilities, groups and ties."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.calibration import SIGNALS, Certainty, Merge, Signals, simple_certainty
from index.models import LanguageSignals
from index.ranking import (
    StrengthScale,
    background_of,
    baseline_score,
    best_first,
    grouped,
    merged_scores,
    strength_scale,
)


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


def test_scores_worked_by_hand() -> None:
    weights = np.zeros((2, 3 * SIGNALS), np.float32)
    weights[0, [0, SIGNALS, 2 * SIGNALS]] = 8, -2, 1  # late: of the passage, anyway, at best
    weights[1, 0] = 4
    merge = Merge(weights, np.array([1, 10, 6, 100], np.float32))
    found = np.zeros((2, SIGNALS), np.float32)
    found[:, 0] = 0.5, 0.25
    background = np.zeros((2, SIGNALS), np.float32)
    background[:, 0] = 0.125, 0.5
    context = -2 * 0.125 + 0.5 + 1 + 10 * 0.3 + (6 + 100 * 0.3) / 2
    assert merged_scores(found, background, 0.3, 2, merge).tolist() == pytest.approx(
        [0.5 * (8 + 4 / 2) + context, 0.25 * (8 + 4 / 2) + context]
    )


def test_a_background_is_what_groups_have_after_the_first_and_the_best() -> None:
    groups = tuple(f"g{at // 2}" for at in range(24))  # twelve groups of two passages
    values = np.repeat(np.arange(24, dtype=np.float32)[:, None], SIGNALS, axis=1)
    found = LanguageSignals("en", groups, groups, values)
    usual, best = background_of(found, np.full(SIGNALS, -1, np.float32))
    assert best.tolist() == [23.0] * SIGNALS
    assert usual.tolist() == [sum(range(3, 19, 2)) / 8] * SIGNALS  # 23, 21, 19 may answer; 17 to 3 are anyway there
    few = LanguageSignals("en", groups[:8], groups[:8], values[:8])
    usual, best = background_of(few, np.full(SIGNALS, -1, np.float32))
    assert (usual[0], best[0]) == ((1 - 7) / 8, 7.0)
    none = LanguageSignals("en", (), (), values[:0])
    assert background_of(none, np.full(SIGNALS, -1, np.float32)).tolist() == [[-1.0] * SIGNALS] * 2


NO_SIGNALS = Signals(*[0.0] * SIGNALS)


def scale_of(scores: list[float], certainty: Certainty, length: int = 1) -> StrengthScale:
    return strength_scale(scores, length, certainty)


def test_strength_is_a_probability() -> None:
    scale = scale_of([], simple_certainty(1.0, 0.0, 0.0, 0.0))
    for score, wanted in ((0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (5000, 1), (-5000, 0)):
        assert scale.of(score, NO_SIGNALS) == pytest.approx(wanted)


def test_certainty_is_linear_in_scores_and_signals_and_differs_by_length() -> None:
    weights = np.zeros((2, 4 + SIGNALS), np.float32)
    weights[0, :5] = -1.5, 0.5, -0.25, 0, 2  # constant, score, what is found anyway, lead, late
    weights[1, 1] = 1
    certainty = Certainty(weights, 0.0)
    assert scale_of([], certainty).of(1, NO_SIGNALS) == 0.5
    assert scale_of([], certainty, 2).of(1.5, NO_SIGNALS) == 0.5
    usual = scale_of([9.0] * 3 + [6.0] * 8, certainty)
    assert usual.usual == 6
    assert usual.of(2, NO_SIGNALS) == 0.5
    assert scale_of([9.0] * 3 + [10.0] * 8, certainty).of(2, replace(NO_SIGNALS, late=0.5)) == 0.5


def test_a_lead_is_before_the_best_of_the_others_or_behind_it() -> None:
    certainty = simple_certainty(1.0, 0.0, 0.0, -7.0)
    scale = scale_of([5.0, 3.0, 2.0], certainty)
    assert [scale.lead(score) for score in (5.0, 3.0, 2.0)] == [2.0, -2.0, -3.0]
    assert scale_of([5.0], certainty).lead(5.0) == 12.0  # nothing else is found: before what is anyway


def test_the_usual_are_the_ranks_after_those_that_may_answer_together() -> None:
    odds = [9.0, 8.0, 7.0, *map(float, range(0, -8, -1)), -50.0]
    assert baseline_score(odds, floor=-100.0) == sum(range(0, -8, -1)) / 8
    assert baseline_score([90.0, 80.0, 70.0, *odds[3:]], floor=-100.0) == baseline_score(odds, floor=-100.0)


def test_a_small_collection_is_taken_to_have_the_usual_of_the_floor() -> None:
    assert baseline_score([], floor=-2.0) == baseline_score([5.0, 4.0, 3.0], floor=-2.0) == -2.0
    assert baseline_score([5.0, 4.0, 3.0, 2.0], floor=-2.0) == (2.0 - 7 * 2.0) / 8
    assert baseline_score([5.0, 4.0, 3.0, *[-90.0] * 8], floor=-2.0) == -2.0


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 3), st.floats(-5, 5), st.integers(1, 30))
def test_strength_keeps_the_order_of_the_scores(
    one: float, other: float, slope: float, constant: float, length: int
) -> None:
    scale = scale_of([2.0], simple_certainty(slope, -0.3, constant, 0.0), length)
    lower, higher = (scale.of(score, NO_SIGNALS) for score in sorted((one, other)))
    assert 0 <= lower <= higher <= 1


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
