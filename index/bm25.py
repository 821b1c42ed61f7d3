"""BM25 over the words that are handed in, for one language (Robertson & Zaragoza, 2009; Lucene's idf)."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

RowArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

K1 = 1.2  # how soon more of the same word stops counting
B = 0.75  # how much a long passage is held against it

_NO_ROWS, _NO_SHARES = np.empty(0, np.int64), np.empty(0, np.float32)


class BM25Index:
    """Which words stand in which rows, in what order."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[int, int]] = {}  # how often a term stands in each row that has it
        self._terms: dict[int, tuple[str, ...]] = {}  # the words of a row, in order
        self._lengths = np.zeros(1024, np.float32)  # words of a row, by row
        self._total = 0.0
        # Rows and weights of words, and of words in a row, that were asked for since the last change.
        self._arrays: dict[tuple[str, ...], tuple[RowArray, FloatArray]] = {}

    def __len__(self) -> int:
        return len(self._terms)

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def rows(self) -> list[int]:
        """The rows that are in the index."""
        return list(self._terms)

    def add(self, row: int, terms: Sequence[str]) -> None:
        """Add a new row with its words in their search form, in order."""
        self._terms[row] = tuple(map(sys.intern, terms))
        for term, count in Counter(self._terms[row]).items():
            self._postings.setdefault(term, {})[row] = count
        if row >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(row + 1, np.float32)])
        self._lengths[row] = len(terms)
        self._total += len(terms)
        self._arrays.clear()

    def remove(self, row: int) -> None:
        """Take a row out; a row that is not there is ignored."""
        if row not in self._terms:
            return
        for term in set(self._terms.pop(row)):
            posting = self._postings[term]
            del posting[row]
            if not posting:
                del self._postings[term]
        self._total -= float(self._lengths[row])
        self._arrays.clear()

    def idf(self, *terms: str) -> float:
        """How telling a word, or several in a row, is: the fewer rows have it, the more; what none has, the most."""
        found = len(self._found(terms)[0])
        return math.log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def match(self, terms: Iterable[str]) -> tuple[RowArray, FloatArray]:
        """The rows that have any of the words, ascending, and how much of the question each covers.

        That is its BM25 score as a share of the most that a row could have, 0 to 1, so that questions of any
        length and collections of any size are on one scale.
        """
        asked = sorted(set(terms))
        most = sum(self.idf(term) for term in asked) * (K1 + 1)
        found = [(self.idf(term), *self._found((term,))) for term in asked]
        if not found:
            return _NO_ROWS, _NO_SHARES
        scores = np.bincount(
            np.concatenate([rows for _, rows, _ in found]),
            weights=np.concatenate([idf * factor for idf, _, factor in found]),
        )
        rows = np.flatnonzero(scores)
        return rows, (scores[rows] / most).astype(np.float32)

    def having(self, phrases: Iterable[tuple[str, ...]]) -> RowArray:
        """The rows that have any of the phrases, ascending."""
        return np.unique(np.concatenate([_NO_ROWS, *(self._found(one)[0] for one in phrases)]))

    def met(self, phrases: Iterable[tuple[tuple[str, ...], float]]) -> tuple[RowArray, FloatArray]:
        """The rows that have any of the phrases, ascending, and the highest weight of those that each has."""
        best = np.zeros(len(self._lengths), np.float32)
        for terms, weight in phrases:
            rows = self._found(terms)[0]
            best[rows] = np.maximum(best[rows], np.float32(weight))
        rows = np.flatnonzero(best)
        return rows, best[rows]

    def _found(self, terms: tuple[str, ...]) -> tuple[RowArray, FloatArray]:
        """The rows where the terms stand one after the other, and BM25's factor for how often: 0 to K1 + 1."""
        if not terms or any(term not in self._postings for term in terms):
            return _NO_ROWS, _NO_SHARES
        if terms not in self._arrays:
            posting = dict(self._counted(terms)) if len(terms) > 1 else self._postings[terms[0]]
            having = np.fromiter(posting, np.int64, len(posting))
            counts = np.fromiter(posting.values(), np.float32, len(posting))
            norm = K1 * (1 - B + B * self._lengths[having] / (self._total / len(self)))
            self._arrays[terms] = having, (counts * (K1 + 1) / (counts + norm)).astype(np.float32)
        return self._arrays[terms]

    def _counted(self, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        postings = [self._postings[term] for term in terms]
        for row in min(postings, key=len):
            if all(row in posting for posting in postings):
                count = sum(1 for _ in places_of(terms, self._terms[row]))
                if count:
                    yield row, count


def places_of(phrase: tuple[str, ...], words: tuple[str, ...]) -> Iterator[int]:
    """Where the words of a phrase stand one after the other, as numbers of its first word."""
    place = -1
    for _ in range(words.count(phrase[0])):
        place = words.index(phrase[0], place + 1)
        if words[place : place + len(phrase)] == phrase:
            yield place
