"""Pure functions from scores to a ranking: log-odds, strength, groups, ties."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from index.calibration import Certainty, Merge


def log_odds(late: float, words: float, merge: Merge) -> float:
    """Log-odds that a passage answers, from late interaction (-1 to 1) and shared words (0 to 1)."""
    return merge.late * late + merge.words * words + merge.constant


def strength(odds: float, certainty: Certainty) -> float:
    """How sure it is that a passage answers, 0 to 1, from its log-odds."""
    sure = certainty.slope * odds + certainty.constant
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
class Group(Generic[S]):
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


def grouped(found: Iterable[S]) -> list[Group[S]]:
    """Groups, best first; ties by id."""
    members: dict[str, list[S]] = {}
    for one in best_first(found):
        members.setdefault(one.group, []).append(one)
    groups = [Group(group, tuple(those)) for group, those in members.items()]
    return sorted(groups, key=lambda one: (-one.score, one.id))
