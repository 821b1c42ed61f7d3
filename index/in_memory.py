"""The embedded `PassageIndex`: FAISS and BM25 in memory, late interaction over what they find."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from index.bm25 import BM25Index
from index.calibration import Calibration, Signals
from index.dense import DenseIndex
from index.late_interaction import LateInteractionScores, late_interaction
from index.models import EVERYWHERE, IndexEntry, IndexQuery, Neighbour, ScoredPassage, SearchScope
from index.ranking import best_first, log_odds

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

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        """The passages that may answer, best first, ties by id; none for a question without tokens."""
        if len(question.encoded.tokens) == 0:
            return []
        found = self._threads.map(
            lambda language: self._search_language(question, language, self._allowed(language, scope)),
            self._in_scope(scope),
        )
        return best_first(chain.from_iterable(found))

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

    def _search_language(self, question: IndexQuery, language: str, allowed: RowArray | None) -> list[ScoredPassage]:
        calibration = self._calibration
        by_meaning, _ = self._nearest(question, language, allowed, CANDIDATES)
        matched, coverage = self._words[language].match(question.terms, question.alternatives)
        if allowed is not None:
            kept = np.isin(matched, allowed)
            matched, coverage = matched[kept], coverage[kept]
        by_words = matched[np.lexsort((matched, -coverage))[:CANDIDATES]]
        rows = np.union1d(by_meaning, by_words)
        if len(rows) == 0:
            return []
        late = self._late(question, rows)
        words = _values_at(rows, matched, coverage)
        same = language == question.language
        merge = calibration.same_language if same else calibration.other_language
        found = []
        signals = map(Signals, late.whole.tolist(), late.window.tolist(), words.tolist())
        for row, one in zip(rows.tolist(), signals, strict=True):
            passage = self._rows[row]
            found.append(ScoredPassage(passage.id, passage.group, language, log_odds(one, merge), one))
        return found

    def _nearest(
        self, question: IndexQuery, language: str, allowed: RowArray | None, limit: int
    ) -> tuple[RowArray, FloatArray]:
        sentence = question.encoded.sentence
        query = self._calibration.centred(sentence, "query", question.language, token=False)
        return self._dense[language].search(query, limit, allowed)

    def _late(self, question: IndexQuery, rows: RowArray) -> LateInteractionScores:
        tokens, weights = self._calibration.query_tokens(question.encoded, question.language)
        packed = [self._rows[row].tokens for row in rows.tolist()]
        starts = np.cumsum([0, *(len(one) for one in packed[:-1])]).astype(np.int64)
        return late_interaction(tokens, weights, np.concatenate(packed), starts)

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


def _values_at(rows: RowArray, known: RowArray, values: FloatArray) -> FloatArray:
    """The value of each row, 0 where it is not among the `known` ones, which ascend."""
    if len(known) == 0:
        return np.zeros(len(rows), np.float32)
    places = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    return np.where(known[places] == rows, values[places], 0).astype(np.float32)
