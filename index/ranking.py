"""Pure functions from signals to a ranking: scores, strength, groups, ties."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from index.calibration import SIGNALS, Certainty, Merge, Signals
from index.models import FloatArray, LanguageSignals

USUAL = slice(3, 11)  # ranks: after those that may answer together, before those that nothing speaks for


def background_of(found: LanguageSignals, floors: FloatArray) -> FloatArray:
    """What a query finds in a language anyway, and the best of it, for each signal (2, SIGNALS).

    Each group counts once, with its highest value. The first is the mean of the ranks `USUAL`; where there are not
    so many groups, `floors` (SIGNALS,) stand for those that are missing.
    """
    if not found.groups:
        return np.stack([floors, floors])
    _, of = np.unique(found.groups, return_inverse=True)
    best = np.full((of.max() + 1, found.values.shape[1]), -np.inf, np.float32)
    np.maximum.at(best, of, found.values)
    ordered = -np.sort(-best, axis=0)
    there = ordered[USUAL]
    missing = (USUAL.stop - USUAL.start) - len(there)
    usual = (there.sum(axis=0) + missing * floors) / (USUAL.stop - USUAL.start)
    return np.stack([usual, ordered[0]]).astype(np.float32)


def merged_scores(found: FloatArray, background: FloatArray, share: float, length: int, merge: Merge) -> FloatArray:
    """One score for each passage (n,) of signals (n, SIGNALS) in one language.

    `background` (2, SIGNALS) is that language's, `share` how much of the query could be put in it, `length` the number
    of the query's content words.
    """
    weights = merge.weights[0] + merge.weights[1] / length
    offset = merge.offsets @ np.array([1, share, 1 / length, share / length], np.float32)
    made: FloatArray = found @ weights[:SIGNALS] + (background.ravel() @ weights[SIGNALS:] + offset)
    return made


def baseline_score(found: Sequence[float], floor: float) -> float:
    """The score of what a query finds anyway, from those of all groups found, best first.

    It is the mean of the ranks `USUAL`, none of them below `floor`, which stands for those that are not there.
    """
    there = [max(one, floor) for one in found[USUAL]]
    wanted = USUAL.stop - USUAL.start
    return (sum(there) + (wanted - len(there)) * floor) / wanted


@dataclass(frozen=True, slots=True)
class StrengthScale:
    """How sure it is that what one query found answers it.

    `scores` are those of the first two groups, or of as many as were found; `usual` is the score of what the query
    finds anyway, `length` the number of its content words.
    """

    scores: tuple[float, ...]
    usual: float
    length: int
    certainty: Certainty

    def of(self, score: float, signals: Signals) -> float:
        """The strength of a passage, 0 to 1."""
        weights = self.certainty.weights[0] + self.certainty.weights[1] / self.length
        sure = float(weights @ np.array([1, score, self.usual, self.lead(score), *astuple(signals)], np.float32))
        return 1 / (1 + math.exp(-sure)) if sure >= 0 else math.exp(sure) / (1 + math.exp(sure))

    def lead(self, score: float) -> float:
        """How far a score is before the best of the others, or behind it."""
        others = self.scores[1:] if self.scores and score >= self.scores[0] else self.scores
        return score - (others[0] if others else self.certainty.floor)


def strength_scale(scores: Sequence[float], length: int, certainty: Certainty) -> StrengthScale:
    """The scale for a query of `length` content words that found groups with these scores, best first."""
    return StrengthScale(tuple(scores[:2]), baseline_score(scores, certainty.floor), length, certainty)


class Scored(Protocol):
    """Anything with an id, the group that it belongs to, and a score."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def group(self) -> str:
        """The group's id."""

    @property
    def score(self) -> float:
        """Higher is better."""


S = TypeVar("S", bound=Scored)


@dataclass(frozen=True, slots=True)
class ScoredGroup(Generic[S]):
    """The members of a group that were found, best first; the group is as good as its best member."""

    id: str
    members: tuple[S, ...]

    @property
    def score(self) -> float:
        """The score of its best member."""
        return self.members[0].score


def best_first(found: Iterable[S]) -> list[S]:
    """By score, best first; ties by id, so that the order in which things came in does not matter."""
    return sorted(found, key=lambda one: (-one.score, one.id))


def grouped(found: Iterable[S]) -> list[ScoredGroup[S]]:
    """Groups, best first; ties by id."""
    members: dict[str, list[S]] = {}
    for one in best_first(found):
        members.setdefault(one.group, []).append(one)
    groups = [ScoredGroup(group, tuple(those)) for group, those in members.items()]
    return sorted(groups, key=lambda one: (-one.score, one.id))
