"""A second `PassageIndex`, with nothing but numpy: it weighs every passage and owes the first one no code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
import pytest

from index.calibration import Calibration, Signals
from index.encoder import Encoded, FloatArray, Side
from index.models import (
    EVERYWHERE,
    Background,
    ByteArray,
    IndexEntry,
    IndexQuery,
    Neighbour,
    ScoredPassage,
    SearchScope,
)

K1, B = 1.2, 0.75
BLOCK = 24


class BruteIndex:
    """All passages in a dict, each one weighed for every question. Exact, and as slow as that."""

    def __init__(self, dimension: int, calibration: Calibration) -> None:
        self._dimension, self._calibration = dimension, calibration
        self._entries: dict[str, tuple[IndexEntry, ...]] = {}

    def __len__(self) -> int:
        return len(self._all())

    def ids(self) -> set[str]:
        return {entry.id for entry in self._all()}

    def replace(self, group: str, entries: Sequence[IndexEntry]) -> None:
        self._entries.pop(group, None)
        if entries:
            self._entries[group] = tuple(entries)

    def search(
        self, question: IndexQuery, scope: SearchScope = EVERYWHERE, background: Background | None = None
    ) -> list[ScoredPassage]:
        if len(question.encoded.tokens) == 0:
            return []
        background = background or self.background(question, scope)
        found = []
        for entry in self._within(scope):
            signals = self.signals(question, entry)
            same = entry.language == question.language
            merge = self._calibration.same_language if same else self._calibration.other_language
            values = [*astuple(signals), *background[entry.language].ravel().tolist()]
            share = question.translations[entry.language].share if entry.language in question.translations else 0
            score = 0.0
            for row, divisor in ((0, 1), (1, question.length)):
                score += sum(float(w) * v for w, v in zip(merge.weights[row], values, strict=True)) / divisor
                score += (float(merge.offsets[2 * row]) + float(merge.offsets[2 * row + 1]) * share) / divisor
            found.append(ScoredPassage(entry.id, entry.group, entry.language, score, signals))
        return sorted(found, key=lambda one: (-one.score, one.id))

    def background(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> Background:
        background = {}
        floors = self._calibration.floors.tolist()
        for language in self._calibration.languages:
            best: dict[str, list[float]] = {}
            for entry in self._within(scope):
                if entry.language == language:
                    values = list(astuple(self.signals(question, entry)))
                    best[entry.group] = [max(pair) for pair in zip(values, best.get(entry.group, values), strict=True)]
            usual, top = [], []
            for nth, floor in enumerate(floors):
                ordered = sorted((values[nth] for values in best.values()), reverse=True)
                usual.append(sum((ordered + [floor] * 11)[3:11]) / 8 if best else floor)
                top.append(ordered[0] if best else floor)
            background[language] = np.array([usual, top], np.float32)
        return background

    def missing(self, question: IndexQuery) -> frozenset[str]:
        names = {
            term: [(term,), *(one.terms for one in question.alternatives if term in one.covers and one.weight == 1)]
            for term in question.content
        }
        return frozenset(t for t, those in names.items() if not any(_count(n, e) for n in those for e in self._all()))

    def near(self, entries: Sequence[IndexEntry], scope: SearchScope = EVERYWHERE) -> list[Neighbour]:
        vectors = [self._centre(one.sentence, "passage", one.language) for one in entries]
        members: dict[tuple[str, str], list[FloatArray]] = {}
        for entry in self._within(scope) if vectors else ():
            own = self._centre(entry.sentence, "passage", entry.language)
            members.setdefault((entry.group, entry.language), []).append(own)
        found = [
            Neighbour(
                group, language, sum(max(float(vector @ own) for own in those) for vector in vectors) / len(vectors)
            )
            for (group, language), those in members.items()
        ]
        return sorted(found, key=lambda one: (-one.score, one.group, one.language))

    def knows(self, term: str) -> bool:
        return any(term in entry.terms for entry in self._all())

    def centres(self) -> dict[str, FloatArray]:
        centres = {}
        for group, entries in self._entries.items():
            mean = np.mean([self._centre(one.sentence, "passage", one.language) for one in entries], axis=0)
            centres[group] = mean / np.linalg.norm(mean)
        return centres

    def cosine(self, question: IndexQuery, entry: IndexEntry) -> float:
        return self._cosine(question.encoded, question.language, entry)

    def _cosine(self, encoded: Encoded, spoken: str, entry: IndexEntry) -> float:
        query = self._centre(encoded.sentence, "query", spoken)
        return float(query @ self._centre(entry.sentence, "passage", entry.language))

    def signals(self, question: IndexQuery, entry: IndexEntry) -> Signals:
        put, spoken = question.encoded, question.language
        if entry.language in question.translations:
            put, spoken = question.translations[entry.language].encoded, entry.language
        return Signals(
            self.late(question.encoded, question.language, entry.tokens),
            self.window(question.encoded, question.language, entry),
            self.cosine(question, entry),
            self.words(question, entry),
            self.concepts(question, entry),
            self.window(put, spoken, entry),
            self._cosine(put, spoken, entry),
        )

    def window(self, encoded: Encoded, spoken: str, entry: IndexEntry) -> float:
        count = max(1, round(len(entry.tokens) / BLOCK))
        block = [at * count // len(entry.tokens) for at in range(len(entry.tokens))]
        windows = [[one in (nth, nth + 1) for one in block] for nth in range(count)]
        return max(self.late(encoded, spoken, entry.tokens[window]) for window in windows)

    def late(self, encoded: Encoded, spoken: str, packed: ByteArray) -> float:
        means, table = self._calibration.means["query", spoken], self._calibration.token_weights[spoken]
        weights = dict(zip(table.ids.tolist(), table.weights.tolist(), strict=True))
        signs = np.unpackbits(packed, axis=1)[:, : self._dimension] * 2.0 - 1
        total = weighed = 0.0
        for token, number in zip(encoded.tokens, encoded.ids.tolist(), strict=True):
            rotated = _unit(token - means.token) @ self._calibration.rotation
            weight = weights.get(number, table.unseen)
            total += weight
            weighed += weight * float((signs @ rotated).max()) / np.sqrt(self._dimension)
        return weighed / total

    def words(self, question: IndexQuery, entry: IndexEntry) -> float:
        others = [one for one in self._all() if one.language == entry.language]
        score = most = 0.0
        for term in set(question.terms):
            score += _idf((term,), others) * _saturated((term,), entry, others)
            most += _idf((term,), others) * (K1 + 1)
        return score / most if most else 0.0

    def concepts(self, question: IndexQuery, entry: IndexEntry) -> float:
        met = total = 0.0
        for term in set(question.content):
            names = [((term,), 1.0), *((one.terms, one.weight) for one in question.alternatives if term in one.covers)]
            same = [name for name, weight in names if weight == 1]
            having = sum(any(_count(name, one) for name in same) for one in self._all())
            idf = float(np.log(1 + (len(self) - having + 0.5) / (having + 0.5)))
            total += idf
            met += idf * max((weight for name, weight in names if _count(name, entry)), default=0.0)
        return met / total if total else 0.0

    def _all(self) -> list[IndexEntry]:
        return [entry for entries in self._entries.values() for entry in entries]

    def _within(self, scope: SearchScope) -> list[IndexEntry]:
        return [
            entry
            for entry in self._all()
            if (not scope.languages or entry.language in scope.languages)
            and (scope.groups is None or entry.group in scope.groups)
            and entry.group not in scope.excluded
        ]

    def _centre(self, vector: FloatArray, side: Side, language: str) -> FloatArray:
        return _unit(vector - self._calibration.means[side, language].sentence)


def _count(phrase: tuple[str, ...], entry: IndexEntry) -> int:
    return sum(entry.terms[at : at + len(phrase)] == phrase for at in range(len(entry.terms)))


def _idf(phrase: tuple[str, ...], others: list[IndexEntry]) -> float:
    having = sum(_count(phrase, one) > 0 for one in others)
    return float(np.log(1 + (len(others) - having + 0.5) / (having + 0.5)))


def _saturated(phrase: tuple[str, ...], entry: IndexEntry, others: list[IndexEntry]) -> float:
    average = sum(len(one.terms) for one in others) / len(others)
    count = _count(phrase, entry)
    return count * (K1 + 1) / (count + K1 * (1 - B + B * len(entry.terms) / average))


def _unit(vector: FloatArray) -> FloatArray:
    unit: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


def assert_same(found: list[ScoredPassage], wanted: list[ScoredPassage]) -> None:
    """The same passages with the same scores, but for the last bits of a float, and each list in its order."""
    by_id = {one.id: one for one in wanted}
    assert {one.id for one in found} == by_id.keys()
    for one in found:
        other = by_id[one.id]
        assert (one.group, one.language) == (other.group, other.language)
        np.testing.assert_allclose(
            [one.score, *astuple(one.signals)], [other.score, *astuple(other.signals)], atol=5e-5
        )
    for those in (found, wanted):
        assert those == sorted(those, key=lambda one: (-one.score, one.id))


def assert_as_near(found: list[Neighbour], wanted: list[Neighbour]) -> None:
    scores = {(one.group, one.language): one.score for one in wanted}
    assert {(one.group, one.language) for one in found} == scores.keys()
    for one in found:
        assert one.score == pytest.approx(scores[one.group, one.language], abs=2e-5)
    for those in (found, wanted):
        assert [one.score for one in those] == sorted((one.score for one in those), reverse=True)
