"""What an index takes and gives: plain dataclasses, and the Protocol that every engine implements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.calibration import Calibration, Signals
from index.encoder import Encoded

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A passage to be found: `group` is its document, `terms` its words in their search form.

    `sentence` (d,) is the encoder's vector as it came; `tokens` (n, d / 8) are centred and packed.
    """

    id: str
    group: str
    language: str
    terms: tuple[str, ...]
    sentence: FloatArray
    tokens: ByteArray


@dataclass(frozen=True, slots=True)
class QueryAlternative:
    """Another name for some words of a query: a passage that has `terms`, one after the other, has them too."""

    covers: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A query: its language, its words in search form, its vectors as they came from the encoder.

    `alternatives` are other names for what some of its words name.
    """

    language: str
    terms: tuple[str, ...]
    encoded: Encoded
    alternatives: tuple[QueryAlternative, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage that was found; `score` is the log-odds that it answers, made of its `signals`."""

    id: str
    group: str
    language: str
    score: float
    signals: Signals


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A group close to some entries: the mean, over the entries, of the centred cosine to its closest passage.

    A group that is not among an entry's nearest counts 0 for it.
    `language` is that of its passages; a group with passages in two languages is a neighbour in each.
    """

    group: str
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Where to look: passages of some languages (all, if empty) and of some groups (all, if None)."""

    languages: tuple[str, ...] = ()
    groups: Collection[str] | None = None
    excluded: frozenset[str] = frozenset()  # groups that are passed over


EVERYWHERE = SearchScope()


class PassageIndex(Protocol):
    """Finds passages by their vectors and words. It is a cache: its owner can always fill it again."""

    def __len__(self) -> int:
        """How many passages it holds."""

    def ids(self) -> set[str]:
        """The ids of the passages that it holds."""

    def replace(self, group: str, entries: Sequence[IndexEntry]) -> None:
        """Make `entries` all that it holds of a group; none takes the group out."""

    def inconsistencies(self) -> list[str]:
        """The ids of passages that one of its parts holds and another does not."""

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        """The passages that may answer, best first, ties by id; none for a question without tokens."""

    def near(self, entries: Sequence[IndexEntry], scope: SearchScope = EVERYWHERE) -> list[Neighbour]:
        """The groups closest in meaning to some entries together, best first, ties by id."""

    def knows(self, term: str) -> bool:
        """Whether a word, in search form, stands in any passage. May be asked while another thread writes."""

    def centres(self) -> dict[str, FloatArray]:
        """What each group is about: the direction (d,) of the mean of its passages, centred for their languages."""


MakeIndex = Callable[[int, Calibration], PassageIndex]  # an empty one, for vectors of that dimension
