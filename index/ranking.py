"""Pure functions from scores to a ranking: log-odds, strength, groups, ties."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from index.calibration import Certainty, Merge, Signals

ORDINARY = slice(3, 11)  # ranks: after those that may answer together, before those that nothing speaks for


def log_odds(signals: Signals, merge: Merge) -> float:
    """Log-odds that a passage answers."""
    return merge.late * signals.late + merge.window * signals.window + merge.words * signals.words + merge.constant


def baseline_score(odds: Sequence[float], floor: float) -> float:
    """The log-odds of what a query finds anyway, from those of all groups found, best first.

    It is the mean of the ranks `ORDINARY`, none of them below `floor`, which stands for those that are not there.
    """
    there = [max(one, floor) for one in odds[ORDINARY]]
    wanted = ORDINARY.stop - ORDINARY.start
    return (sum(there) + (wanted - len(there)) * floor) / wanted


def strength(odds: float, ordinary_: float, certainty: Certainty) -> float:
    """How sure it is that a group answers, 0 to 1, from its log-odds and those of the ordinary."""
    sure = certainty.slope * odds + certainty.ordinary * ordinary_ + certainty.constant
    return 1 / (1 + math.exp(-sure)) if sure >= 0 else math.exp(sure) / (1 + math.exp(sure))


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
