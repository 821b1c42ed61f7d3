"""Fits the merges and the certainty of a calibration to observed queries and passages (docs/decisions/0023).

The merges are fitted listwise: of all that a query finds, the documents that answer shall have the highest scores
(ListNet with one choice: Cao et al., "Learning to rank: from pairwise approach to listwise approach", ICML 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from index.calibration import SIGNALS, Certainty, Merge, Signals
from index.models import FloatArray, IndexQuery, LanguageSignals
from index.ranking import USUAL, background_of, merged_scores, strength_scale

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

# See docs/decisions/0013.
FEWEST_ANSWERED_ELSEWHERE = 20  # queries; from fewer the merge across languages is not learnt
STAND_OUT = 1.4  # how much less an answer in the other language stands out from what is unrelated
FLOOR = 20  # percentile of what training queries find anyway, under which a small collection may not fall
NAMED = 4.0  # added to the weight of concepts, over the words of the question (docs/decisions/0023)
SHRINKAGE = 3e-3  # of the weights of the merges, in units of a signal's spread


CONCEPTS = [one.name for one in fields(Signals)].index("concepts")


@dataclass(frozen=True, slots=True)
class Observations:
    """What one query found: a row for each passage of a language."""

    query: IndexQuery
    found: tuple[LanguageSignals, ...]
    grades: tuple[IntArray, ...]  # of the documents of these passages: 0, 1 or 2

    def is_other(self, language: str) -> bool:
        """Whether a language is not the query's."""
        return language != self.query.language

    def share(self, language: str) -> float:
        """How much of the query could be put in a language."""
        translation = self.query.translations.get(language)
        return translation.share if translation else 0.0

    @property
    def answered_in(self) -> frozenset[str]:
        """The languages of documents that answer."""
        pairs = zip(self.found, self.grades, strict=True)
        return frozenset(one.language for one, grades in pairs if (grades > 0).any())


def observed(query: IndexQuery, found: Sequence[LanguageSignals], answers: Mapping[str, int]) -> Observations:
    """What a query found, with the grades of the documents that answer it."""
    grades = tuple(np.array([answers.get(group, 0) for group in one.groups], np.int64) for one in found)
    return Observations(query, tuple(found), grades)


def fit(seen: Sequence[Observations]) -> tuple[Merge, Merge, FloatArray, Certainty]:
    """The merge for the query's language, that for others, the floors of backgrounds, and the certainty.

    Where too few queries are known to have answers in another language, the merge for others is brought onto the
    scale of the first by what is unrelated in both.
    """
    floors = _floors(seen)
    answered = [one for one in seen if one.answered_in]
    if sum(bool(one.answered_in - {one.query.language}) for one in answered) >= FEWEST_ANSWERED_ELSEWHERE:
        same, other = _listwise(answered, floors)
    else:
        own = [_only(one, one.query.language) for one in answered if one.query.language in one.answered_in]
        same, _ = _listwise(own, floors)
        other = _on_the_scale_of(same, seen, floors)
    return same, other, floors, _certainty(seen, same, other, floors)


def _floors(seen: Sequence[Observations]) -> FloatArray:
    none = np.full(SIGNALS, np.nan, np.float32)
    usual = [background_of(one, none)[0] for each in seen for one in each.found if one.groups]
    known = np.array([one for one in usual if not np.isnan(one).any()] or [np.zeros(SIGNALS)])
    floors: FloatArray = np.percentile(known, FLOOR, axis=0).astype(np.float32)
    return floors


def _only(one: Observations, language: str) -> Observations:
    kept = [at for at, found in enumerate(one.found) if found.language == language]
    return Observations(one.query, tuple(one.found[at] for at in kept), tuple(one.grades[at] for at in kept))


# ---- the merges


def _row_features(one: Observations, floors: FloatArray) -> tuple[FloatArray, IntArray, BoolArray]:
    """For all passages that a query found: what the merges weigh, their grades, whether the language is another.

    Columns are those of `Merge.weights`, by their share for a long query and by that for one of a single word, for the
    query's language and then for others; the offsets.
    """
    parts = []
    for found in one.found:
        background = np.broadcast_to(background_of(found, floors).ravel(), (len(found.groups), 2 * SIGNALS))
        values = np.concatenate([found.values, background], axis=1)
        short = 1 / one.query.length
        both = np.concatenate([values * (1 - short), values * short], axis=1)
        nothing = np.zeros_like(both)
        other = one.is_other(found.language)
        share, length = one.share(found.language), one.query.length
        offsets = np.array([1, share, 1 / length, share / length]) * other
        parts.append(
            np.concatenate(
                [nothing if other else both, both if other else nothing, np.tile(offsets, (len(values), 1))], axis=1
            )
        )
    is_other = np.concatenate([np.full(len(one_.groups), one.is_other(one_.language)) for one_ in one.found])
    return np.concatenate(parts).astype(np.float32), np.concatenate(one.grades), is_other


def _lists(seen: Sequence[Observations], floors: FloatArray) -> Iterator[tuple[FloatArray, IntArray]]:
    """The lists that are to be ranked: what each query found; without the answers in its own language; without others.

    Documents that answer in one language only must be found as well as those that are there in both.
    """
    for one in seen:
        features, grades, other = _row_features(one, floors)
        for kept in (np.ones_like(other), other | (grades == 0), ~other | (grades == 0)):
            if (grades[kept] > 0).any() and (grades[kept] == 0).any():
                yield features[kept], grades[kept]


def _listwise(seen: Sequence[Observations], floors: FloatArray) -> tuple[Merge, Merge]:
    """Weights under which the documents that answer have the highest scores of what their query found."""
    from scipy.optimize import minimize

    lists = list(_lists(seen, floors))
    features = np.concatenate([one for one, _ in lists]).astype(np.float64)
    starts = np.cumsum([0, *(len(one) for one, _ in lists[:-1])])
    of = np.repeat(np.arange(len(lists)), [len(one) for one, _ in lists])
    gains = np.concatenate([2.0**grades - 1 for _, grades in lists])
    wanted = gains / np.add.reduceat(gains, starts)[of]
    spread = features.std(axis=0)
    spread[spread < 1e-6] = np.inf  # what never differs gets no weight
    scaled = features / spread

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = scaled @ weights
        scores -= np.maximum.reduceat(scores, starts)[of]
        shares = np.exp(scores)
        totals = np.add.reduceat(shares, starts)
        shares /= totals[of]
        value = float((np.log(totals).sum() - wanted @ scores) / len(lists) + SHRINKAGE * weights @ weights)
        return value, scaled.T @ (shares - wanted) / len(lists) + 2 * SHRINKAGE * weights

    # What speaks for a passage never counts against it, in a query of any length.
    bounds = [(0.0, None) if at % (3 * SIGNALS) < SIGNALS else (None, None) for at in range(12 * SIGNALS)]
    bounds += [(None, None)] * (features.shape[1] - len(bounds))
    start = np.zeros(features.shape[1])
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    weights = (fitted.x / spread).astype(np.float32)
    merges = []
    for at in (0, 6 * SIGNALS):
        long, single = weights[at : at + 6 * SIGNALS].reshape(2, 3 * SIGNALS)
        merge = np.stack([long, single - long])
        merge[1, CONCEPTS] += NAMED
        merges.append(merge)
    same, other = merges
    return Merge(same, np.zeros(4, np.float32)), Merge(other, weights[12 * SIGNALS :])


def _on_the_scale_of(same: Merge, seen: Sequence[Observations], floors: FloatArray) -> Merge:
    """A merge for other languages under which unrelated documents score as those of the query's own.

    Their scores get the same mean; the spread gets wider by `STAND_OUT`, because an answer in the other language
    stands out that much less.
    """
    unrelated: dict[bool, list[npt.NDArray[np.floating]]] = {False: [np.zeros(1)], True: [np.zeros(1)]}
    for one in seen:
        for found, grades in zip(one.found, one.grades, strict=True):
            background = background_of(found, floors)
            scores = merged_scores(found.values, background, one.share(found.language), one.query.length, same)
            unrelated[one.is_other(found.language)].append(scores[grades == 0])
    own, other = (np.concatenate(unrelated[at]) for at in (False, True))
    wider = STAND_OUT * float(own.std() / max(float(other.std()), 1e-6))
    constant = float(own.mean()) - wider * float(other.mean())
    return Merge((wider * same.weights).astype(np.float32), np.array([constant, 0, 0, 0], np.float32))


# ---- the certainty


@dataclass(frozen=True, slots=True)
class _First:
    """The first document that a query finds: its best passage, and whether it answers; `scores` of all, best first."""

    query: IndexQuery
    scores: list[float]
    signals: FloatArray
    answers: bool


def _certainty(seen: Sequence[Observations], same: Merge, other: Merge, floors: FloatArray) -> Certainty:
    """Tell the first document where it answers from the first one where it does not, or where no answer is there.

    The answers in one language, and in all, are taken out in turn, so that an answer in either language counts.
    """
    from sklearn.linear_model import LogisticRegression

    firsts: list[_First] = []
    for one in seen:
        languages = sorted(one.answered_in)
        for hidden in {(), *((each,) for each in languages), tuple(languages)}:
            firsts += _first(one, hidden, same, other, floors)
    floor = float(np.percentile([np.mean(one.scores[USUAL] or one.scores[-1:]) for one in firsts], FLOOR))
    unknown = Certainty(np.zeros((2, 4 + SIGNALS), np.float32), floor)
    scales = [strength_scale(one.scores, one.query.length, unknown) for one in firsts]
    plain = np.array(
        [
            [1, one.scores[0], scale.usual, scale.lead(one.scores[0]), *one.signals]
            for one, scale in zip(firsts, scales, strict=True)
        ]
    )
    lengths = np.array([[one.query.length] for one in firsts])
    features = np.concatenate([plain, plain / lengths], axis=1)
    spread = features.std(axis=0)
    spread[spread < 1e-6] = 1.0
    answers = np.array([one.answers for one in firsts])
    fitted = LogisticRegression(fit_intercept=False, class_weight="balanced", max_iter=5000)
    fitted.fit(features / spread, answers)
    return Certainty((fitted.coef_[0] / spread).reshape(2, -1).astype(np.float32), floor)


def _first(one: Observations, hidden: Sequence[str], same: Merge, other: Merge, floors: FloatArray) -> Iterator[_First]:
    """The first document that a query finds when the answers in the `hidden` languages are not there, if any is."""
    best: dict[str, tuple[float, FloatArray, bool]] = {}
    for found, grades in zip(one.found, one.grades, strict=True):
        kept = np.flatnonzero((grades == 0) | (found.language not in hidden))
        left = LanguageSignals(
            found.language,
            tuple(found.ids[at] for at in kept),
            tuple(found.groups[at] for at in kept),
            found.values[kept],
        )
        merge, share = (other if one.is_other(found.language) else same), one.share(found.language)
        scores = merged_scores(left.values, background_of(left, floors), share, one.query.length, merge)
        for group, score, values, grade in zip(left.groups, scores.tolist(), left.values, grades[kept], strict=True):
            if group not in best or score > best[group][0]:
                best[group] = score, values, bool(grade == 2)
    if best:
        ordered = sorted(best.values(), key=lambda each: -each[0])
        yield _First(one.query, [score for score, _, _ in ordered], ordered[0][1], ordered[0][2])
