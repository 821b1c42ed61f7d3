"""The embedded `PassageIndex`: FAISS and BM25 in memory, late interaction over what they find."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from index.bm25 import BM25Index
from index.calibration import SIGNALS, Calibration, Signals
from index.dense import DenseIndex
from index.encoder import Encoded
from index.late_interaction import LateInteractionScores, late_interaction
from index.models import (
    EVERYWHERE,
    Background,
    IndexEntry,
    IndexQuery,
    LanguageSignals,
    Neighbour,
    ScoredPassage,
    SearchScope,
)
from index.ranking import background_of, best_first, merged_scores

RowArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]

CANDIDATES = 30  # passages of each language taken from dense search, and as many from words


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of an entry beside the two searchable forms."""

    id: str
    group: str
    language: str
    tokens: ByteArray


@dataclass(frozen=True, slots=True)
class _ContentWord:
    """A content word of a question: its share of the whole, and what may stand for it with what weight."""

    weight: float
    phrases: tuple[tuple[tuple[str, ...], float], ...]


class InMemoryIndex:
    """Passages of each language in an exact dense index and a word index of their own."""

    def __init__(self, dimension: int, calibration: Calibration) -> None:
        self._dimension, self._calibration = dimension, calibration
        self._dense = {language: DenseIndex(dimension) for language in calibration.languages}
        self._words = {language: BM25Index() for language in calibration.languages}
        self._rows: dict[int, _Row] = {}
        self._groups: dict[str, list[int]] = {}
        self._next = 0
        self._threads = ThreadPoolExecutor(len(self._dense))  # languages are searched side by side

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self) -> set[str]:
        """The ids of the passages that it holds."""
        return {row.id for row in self._rows.values()}

    def replace(self, group: str, entries: Sequence[IndexEntry]) -> None:
        """Make `entries` all that it holds of a group; none takes the group out."""
        for language in self._dense:
            old = [row for row in self._groups.get(group, ()) if self._rows[row].language == language]
            new = [entry for entry in entries if entry.language == language]
            self._remove(language, old)
            self._add(language, group, new)
        if not self._groups.get(group):
            self._groups.pop(group, None)

    def _remove(self, language: str, rows: list[int]) -> None:
        if not rows:
            return
        self._dense[language].remove(np.array(rows, np.int64))
        for row in rows:
            self._words[language].remove(row)
            self._groups[self._rows[row].group].remove(row)
            del self._rows[row]

    def _add(self, language: str, group: str, entries: list[IndexEntry]) -> None:
        if not entries:
            return
        rows = list(range(self._next, self._next + len(entries)))
        self._next += len(entries)
        sentences = np.stack([entry.sentence for entry in entries])
        centred = self._calibration.centred(sentences, "passage", language, token=False)
        self._dense[language].add(np.array(rows, np.int64), centred)
        for row, entry in zip(rows, entries, strict=True):
            self._words[language].add(row, entry.terms)
            self._rows[row] = _Row(entry.id, group, language, entry.tokens)
            self._groups.setdefault(group, []).append(row)

    def inconsistencies(self) -> list[str]:
        """The ids of passages that one of its parts holds and another does not."""
        wrong: set[int] = set()
        for language, dense in self._dense.items():
            kept = {row for row, one in self._rows.items() if one.language == language}
            wrong |= kept ^ set(dense.rows().tolist())
            wrong |= kept ^ set(self._words[language].rows())
        return sorted(self._rows[row].id if row in self._rows else f"row {row}" for row in wrong)

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        """The passages that may answer, best first, ties by id; none for a question without tokens.

        `background` is that of the question without filters, where `scope` has some: no filter changes a score.
        """
        found = self.signals(question, scope)
        background = background or self._background_of(found)
        scored: list[ScoredPassage] = []
        for one in found:
            same = one.language == question.language
            merge = self._calibration.same_language if same else self._calibration.other_language
            translation = question.translations.get(one.language)
            share = translation.share if translation else 0.0
            made = merged_scores(one.values, background[one.language], share, question.length, merge)
            rows = zip(one.ids, one.groups, made.tolist(), one.values.tolist(), strict=True)
            scored += [
                ScoredPassage(id_, group, one.language, score, Signals(*values)) for id_, group, score, values in rows
            ]
        return best_first(scored)

    def background(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> Background:
        """What the question finds in each language anyway."""
        return self._background_of(self.signals(question, scope))

    def _background_of(self, found: Sequence[LanguageSignals]) -> Background:
        return {one.language: background_of(one, self._calibration.floors) for one in found}

    def signals(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[LanguageSignals]:
        """What speaks for the candidates in each language of the scope; nothing for a question without tokens."""
        if len(question.encoded.tokens) == 0:
            return []
        asked = self._content(question)
        return list(
            self._threads.map(
                lambda language: self._in_language(question, asked, language, self._allowed(language, scope)),
                self._in_scope(scope),
            )
        )

    def missing(self, question: IndexQuery) -> frozenset[str]:
        """The content words of a question that stand in no passage by any name, whatever the scope."""
        found = set(question.content)
        for lexical in self._words.values():
            found -= {term for term in found if len(lexical.having(_names(question, term)))}
        return frozenset(found)

    def _content(self, question: IndexQuery) -> list[_ContentWord]:
        """The content words of a question, with what may stand for each; their weights add up to 1."""
        found = []
        for term in sorted(set(question.content)):
            phrases = [
                ((term,), 1.0),
                *((one.terms, one.weight) for one in question.alternatives if term in one.covers),
            ]
            same = [terms for terms, weight in phrases if weight == 1]
            having = sum(len(lexical.having(same)) for lexical in self._words.values())
            idf = math.log(1 + (len(self) - having + 0.5) / (having + 0.5))  # on one scale for all languages
            found.append((idf, phrases))
        total = sum(idf for idf, _ in found)
        return [_ContentWord(idf / total, tuple(phrases)) for idf, phrases in found]

    def _in_scope(self, scope: SearchScope) -> list[str]:
        return [language for language in self._dense if not scope.languages or language in scope.languages]

    def _allowed(self, language: str, scope: SearchScope) -> RowArray | None:
        """The rows of a language in the scope; None when that is all of them."""
        if scope.groups is None and not scope.excluded:
            return None
        groups = self._groups if scope.groups is None else scope.groups
        rows = [
            row
            for group in groups
            if group not in scope.excluded
            for row in self._groups.get(group, ())
            if self._rows[row].language == language
        ]
        return np.array(rows, np.int64)

    def _in_language(
        self, question: IndexQuery, asked: list[_ContentWord], language: str, allowed: RowArray | None
    ) -> LanguageSignals:
        words, concepts = self._words[language].match(question.terms), self._concepts(asked, language)
        asking = [(question.language, question.encoded)]
        if language in question.translations:
            asking.append((language, question.translations[language].encoded))
        nearest = [self._nearest(*one, language, allowed, CANDIDATES)[0] for one in asking]
        rows = np.unique(np.concatenate([*nearest, _first(*words, allowed), _first(*concepts, allowed)]))
        if len(rows) == 0:
            return LanguageSignals(language, (), (), np.empty((0, SIGNALS), np.float32))
        by_vectors = [self._by_vectors(*one, language, rows) for one in asking]
        (late, meaning), (put_late, put_meaning) = by_vectors[0], by_vectors[-1]
        by_words = [_values_at(rows, *one) for one in (words, concepts)]
        values = np.stack([late.whole, late.window, meaning, *by_words, put_late.window, put_meaning], axis=1)
        held = [self._rows[row] for row in rows.tolist()]
        return LanguageSignals(language, tuple(one.id for one in held), tuple(one.group for one in held), values)

    def _concepts(self, asked: list[_ContentWord], language: str) -> tuple[RowArray, FloatArray]:
        """The rows that have any content word by any name, ascending, and how much of the question each has."""
        met = [(one.weight, *self._words[language].met(one.phrases)) for one in asked]
        if not met:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        shares = np.bincount(
            np.concatenate([rows for _, rows, _ in met]),
            weights=np.concatenate([weight * best for weight, _, best in met]),
        )
        rows = np.flatnonzero(shares)
        return rows, shares[rows].astype(np.float32)

    def _nearest(
        self, spoken: str, encoded: Encoded, language: str, allowed: RowArray | None, limit: int
    ) -> tuple[RowArray, FloatArray]:
        """The rows of `language` closest in meaning to a query in the language `spoken`."""
        query = self._calibration.centred(encoded.sentence, "query", spoken, token=False)
        return self._dense[language].search(query, limit, allowed)

    def _by_vectors(
        self, spoken: str, encoded: Encoded, language: str, rows: RowArray
    ) -> tuple[LateInteractionScores, FloatArray]:
        """Late interaction of a query in the language `spoken` with rows of `language`, and its cosines with them."""
        sentence = self._calibration.centred(encoded.sentence, "query", spoken, token=False)
        tokens, weights = self._calibration.query_tokens(encoded, spoken)
        packed = [self._rows[row].tokens for row in rows.tolist()]
        starts = np.cumsum([0, *(len(one) for one in packed[:-1])]).astype(np.int64)
        late = late_interaction(tokens, weights, np.concatenate(packed), starts)
        return late, self._dense[language].cosines(sentence, rows)

    def near(self, entries: Sequence[IndexEntry], scope: SearchScope = EVERYWHERE) -> list[Neighbour]:
        """The groups closest in meaning to some entries together, best first, ties by id."""
        if not entries:
            return []
        centred = self._calibration.centred
        vectors = np.stack([centred(one.sentence, "passage", one.language, token=False) for one in entries])
        # To look among all and pass a few over is several times as fast as to look among all others.
        passed_over = sum(len(self._groups.get(group, ())) for group in scope.excluded)
        limit = CANDIDATES + (passed_over if scope.groups is None else 0)
        found = []
        for language in self._in_scope(scope):
            totals: dict[str, float] = {}
            allowed = None if scope.groups is None else self._allowed(language, scope)
            for rows, scores in self._dense[language].search_each(vectors, limit, allowed):
                for group, score in self._closest(rows, scores, scope.excluded).items():
                    totals[group] = totals.get(group, 0.0) + score
            found += [Neighbour(group, language, total / len(entries)) for group, total in totals.items()]
        return sorted(found, key=lambda one: (-one.score, one.group))

    def knows(self, term: str) -> bool:
        """Whether a word, in search form, stands in any passage."""
        return any(term in lexical for lexical in self._words.values())

    def centres(self) -> dict[str, FloatArray]:
        """What each group is about: the direction (d,) of the mean of its passages, centred for their languages."""
        sums: dict[str, FloatArray] = {}
        for dense in self._dense.values():
            rows, vectors = dense.vectors()
            for row, vector in zip(rows.tolist(), vectors, strict=True):
                group = self._rows[row].group
                sums[group] = sums[group] + vector if group in sums else vector
        return {group: total / (np.linalg.norm(total) or 1.0) for group, total in sums.items()}

    def _closest(self, rows: RowArray, scores: FloatArray, excluded: Collection[str]) -> dict[str, float]:
        """The groups of the first `CANDIDATES` rows that are not excluded, with the score of each one's nearest."""
        best: dict[str, float] = {}
        groups = ((self._rows[row].group, score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True))
        for group, score in islice((one for one in groups if one[0] not in excluded), CANDIDATES):
            best.setdefault(group, score)
        return best


def _names(question: IndexQuery, term: str) -> list[tuple[str, ...]]:
    """A word of a question and the other names of the same."""
    return [(term,), *(one.terms for one in question.alternatives if term in one.covers and one.weight == 1)]


def _values_at(rows: RowArray, known: RowArray, values: FloatArray) -> FloatArray:
    """The value of each row, 0 where it is not among the `known` ones, which ascend."""
    if len(known) == 0:
        return np.zeros(len(rows), np.float32)
    places = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    return np.where(known[places] == rows, values[places], 0).astype(np.float32)


def _first(rows: RowArray, shares: FloatArray, allowed: RowArray | None) -> RowArray:
    """The `CANDIDATES` rows with the highest shares, of those that are allowed."""
    if allowed is not None:
        kept = np.isin(rows, allowed)
        rows, shares = rows[kept], shares[kept]
    return rows[np.lexsort((rows, -shares))[:CANDIDATES]]
