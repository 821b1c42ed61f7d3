"""A second `PassageIndex`, with nothing but numpy: it weighs every passage and owes the first one no code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
import pytest

from index.calibration import Calibration, Signals
from index.encoder import FloatArray, Side
from index.models import EVERYWHERE, ByteArray, IndexEntry, IndexQuery, Neighbour, ScoredPassage, SearchScope

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

    def search(self, question: IndexQuery, scope: SearchScope = EVERYWHERE) -> list[ScoredPassage]:
        if len(question.encoded.tokens) == 0:
            return []
        found = []
        for entry in self._within(scope):
            signals = self.signals(question, entry)
            same = entry.language == question.language
            merge = self._calibration.same_language if same else self._calibration.other_language
            weighed = zip(astuple(merge)[:-1], astuple(signals), strict=True)
            score = sum(weight * value for weight, value in weighed) + merge.constant
            found.append(ScoredPassage(entry.id, entry.group, entry.language, score, signals))
        return sorted(found, key=lambda one: (-one.score, one.id))

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
        query = self._centre(question.encoded.sentence, "query", question.language)
        return float(query @ self._centre(entry.sentence, "passage", entry.language))

    def signals(self, question: IndexQuery, entry: IndexEntry) -> Signals:
        count = max(1, round(len(entry.tokens) / BLOCK))
        block = [at * count // len(entry.tokens) for at in range(len(entry.tokens))]
        windows = [[one in (nth, nth + 1) for one in block] for nth in range(count)]
        best = max(self.late(question, entry.tokens[window]) for window in windows)
        return Signals(self.late(question, entry.tokens), best, self.words(question, entry))

    def late(self, question: IndexQuery, packed: ByteArray) -> float:
        means = self._calibration.means["query", question.language]
        weights = dict(
            zip(
                self._calibration.token_weights[question.language].ids.tolist(),
                self._calibration.token_weights[question.language].weights.tolist(),
                strict=True,
            )
        )
        unseen = self._calibration.token_weights[question.language].unseen
        signs = np.unpackbits(packed, axis=1)[:, : self._dimension] * 2.0 - 1
        total = weighed = 0.0
        for token, number in zip(question.encoded.tokens, question.encoded.ids.tolist(), strict=True):
            rotated = _unit(token - means.token) @ self._calibration.rotation
            weight = weights.get(number, unseen)
            total += weight
            weighed += weight * float((signs @ rotated).max()) / np.sqrt(self._dimension)
        return weighed / total

    def words(self, question: IndexQuery, entry: IndexEntry) -> float:
        others = [one for one in self._all() if one.language == entry.language]
        score = most = 0.0
        for term in set(question.terms):
            best = _saturated((term,), entry, others)
            for one in question.alternatives:
                if term in one.covers:
                    own = sum(_idf((covered,), others) for covered in set(one.covers))
                    telling = min(1, _idf(one.terms, others) / min(own, np.log(2 * len(others) + 2)))
                    best = max(best, telling * _saturated(one.terms, entry, others))
            score += _idf((term,), others) * best
            most += _idf((term,), others) * (K1 + 1)
        return score / most if most else 0.0

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
