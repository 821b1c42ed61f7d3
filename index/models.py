"""What an index takes and gives: plain dataclasses, and the Protocol that every engine implements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
    """What may stand for some words of a query: a passage that has `terms`, one after the other, has them too.

    `weight` is 1 for another name of the same, less for what is narrower or broader.
    """

    covers: tuple[str, ...]
    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class QueryTranslation:
    """A query put in another language, as vectors; `share` (0 to 1) of its content words could be translated."""

    encoded: Encoded
    share: float


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A query: its language, its words in search form, its vectors as they came from the encoder.

    `content` are its words less function words, if any are left; `translations` are by language.
    """

    language: str
    terms: tuple[str, ...]
    encoded: Encoded
    content: tuple[str, ...] = ()
    alternatives: tuple[QueryAlternative, ...] = ()
    translations: Mapping[str, QueryTranslation] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many content words it has, at least 1."""
        return max(1, len(self.content))


@dataclass(frozen=True, slots=True)
class LanguageSignals:
    """Passages of one language with what speaks for each: `values` (n, signals), in the order of `Signals`."""

    language: str
    ids: tuple[str, ...]
    groups: tuple[str, ...]
    values: FloatArray


Background = Mapping[str, FloatArray]  # by language: what a query finds there anyway, and the best (2, signals)


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage that was found; `score`, higher is better, is made of its `signals`."""

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

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        """The passages that may answer, best first, ties by id; none for a question without tokens.

        `background` is that of the question without filters, where `scope` has some: no filter changes a score.
        """

    def background(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> Background:
        """What the question finds in each language anyway."""

    def missing(self, question: IndexQuery) -> frozenset[str]:
        """The content words of a question that stand in no passage by any name, whatever the scope."""

    def near(self, entries: Sequence[IndexEntry], scope: SearchScope = EVERYWHERE) -> list[Neighbour]:
        """The groups closest in meaning to some entries together, best first, ties by id."""

    def knows(self, term: str) -> bool:
        """Whether a word, in search form, stands in any passage. May be asked while another thread writes."""

    def centres(self) -> dict[str, FloatArray]:
        """What each group is about: the direction (d,) of the mean of its passages, centred for their languages."""


MakeIndex = Callable[[int, Calibration], PassageIndex]  # an empty one, for vectors of that dimension
