"""BM25 over the words that are handed in, for one language (Robertson & Zaragoza, 2009; Lucene's idf)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

RowArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

K1 = 1.2  # how soon more of the same word stops counting
B = 0.75  # how much a long passage is held against it


class LexicalIndex:
    """Which words stand in which rows, and how often."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[int, int]] = {}
        self._terms: dict[int, tuple[str, ...]] = {}  # distinct terms of a row, to take it out again
        self._lengths = np.zeros(1024, np.float32)  # words of a row, by row
        self._total = 0.0
        self._arrays: dict[str, tuple[RowArray, FloatArray]] = {}  # postings of asked terms, made on demand

    def __len__(self) -> int:
        return len(self._terms)

    def rows(self) -> list[int]:
        """The rows that are in the index."""
        return list(self._terms)

    def add(self, row: int, terms: Sequence[str]) -> None:
        """Add a new row with its words in their search form."""
        counts = Counter(terms)
        for term, count in counts.items():
            self._postings.setdefault(term, {})[row] = count
            self._arrays.pop(term, None)
        self._terms[row] = tuple(counts)
        if row >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(row + 1, np.float32)])
        self._lengths[row] = len(terms)
        self._total += len(terms)

    def remove(self, row: int) -> None:
        """Take a row out; a row that is not there is ignored."""
        if row not in self._terms:
            return
        for term in self._terms.pop(row):
            posting = self._postings[term]
            del posting[row]
            self._arrays.pop(term, None)
            if not posting:
                del self._postings[term]
        self._total -= float(self._lengths[row])

    def idf(self, term: str) -> float:
        """How telling a word is: the fewer rows have it, the more; a word in no row is the most telling."""
        found = len(self._postings.get(term, ()))
        return math.log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def match(self, terms: Iterable[str]) -> tuple[RowArray, FloatArray]:
        """The rows that have any of the words, ascending, and how much of the question each covers.

        That is its BM25 score as a share of the most that a row could have, 0 to 1, so that questions of any
        length and collections of any size are on one scale.
        """
        asked = sorted(set(terms))
        most = sum(self.idf(term) for term in asked) * (K1 + 1)
        rows, parts = [], []
        for term in asked:
            if term in self._postings:
                having, counts = self._posting(term)
                norm = K1 * (1 - B + B * self._lengths[having] / (self._total / len(self)))
                rows.append(having)
                parts.append(self.idf(term) * counts * (K1 + 1) / (counts + norm))
        if not rows:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores = np.bincount(np.concatenate(rows), weights=np.concatenate(parts))
        found = np.flatnonzero(scores)
        return found, (scores[found] / most).astype(np.float32)

    def _posting(self, term: str) -> tuple[RowArray, FloatArray]:
        """The rows that have a term, and how often."""
        if term not in self._arrays:
            posting = self._postings[term]
            found = np.fromiter(posting, np.int64, len(posting))
            self._arrays[term] = found, np.fromiter(posting.values(), np.float32, len(posting))
        return self._arrays[term]
