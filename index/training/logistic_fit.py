"""Fits the merge and the certainty of a calibration to observed queries and documents (docs/decisions/0004)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.calibration import Certainty, Merge
from index.ranking import ORDINARY, baseline_score

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

# See docs/decisions/0013.
FEWEST_ANSWERED_IN_BOTH = 20  # queries; from fewer the merge across languages is not learnt
STAND_OUT = 1.4  # how much less an answer in the other language stands out from what is unrelated
FLOOR = 20  # percentile of what calibration queries find anyway, under which a small collection may not fall


@dataclass(frozen=True, slots=True)
class Observations:
    """One row for each query and document: what was seen, and whether the document answers."""

    query: npt.NDArray[np.int64]  # (r,) numbers from 0
    signals: FloatArray  # (r, 3) late, window, words
    other: BoolArray  # (r,) the document is in another language than the query
    answers: BoolArray  # (r,)

    def where(self, rows: BoolArray) -> Observations:
        """Some of the rows."""
        return Observations(self.query[rows], self.signals[rows], self.other[rows], self.answers[rows])


def fit(seen: Observations) -> tuple[Merge, Merge, Certainty]:
    """The merge for documents in the query's language, that for those in another, and the certainty.

    Where enough queries have answers in both languages, all are fitted on these, so that they are on one
    scale. Otherwise the other language's is brought onto the scale of the first by its background.
    """
    own = _answered(seen, ~seen.other)[seen.query]
    both = own & _answered(seen, seen.other)[seen.query]
    if len(np.unique(seen.query[both])) >= FEWEST_ANSWERED_IN_BOTH:
        known = seen.where(both)
        same, other = _merge(known.where(~known.other)), _merge(known.where(known.other))
    else:
        known = seen.where(own & ~seen.other)
        same = _merge(known)
        other = _on_the_scale_of(same, seen)
    odds = np.where(known.other, _odds(known.signals, other), _odds(known.signals, same))
    return same, other, _certainty(known, odds)


def _odds(signals: FloatArray, merge: Merge) -> npt.NDArray[np.float64]:
    odds: npt.NDArray[np.float64] = signals @ np.array([merge.late, merge.window, merge.words])
    return odds + merge.constant


def _answered(seen: Observations, rows: BoolArray) -> BoolArray:
    """For each query, whether one of these rows answers it."""
    answered = np.zeros(int(seen.query.max()) + 1, np.bool_)
    answered[seen.query[rows & seen.answers]] = True
    return answered


def _merge(seen: Observations) -> Merge:
    """Logistic regression whose weights are not negative: a signal that would speak against is left out."""
    kept = [0, 1, 2]
    while True:
        weights, constant = _logistic(seen.signals[:, kept], seen.answers)
        least = int(np.argmin(weights))
        if weights[least] >= 0 or len(kept) == 1:
            break
        del kept[least]
    late, window, words = (dict(zip(kept, weights, strict=True)).get(at, 0.0) for at in range(3))
    return Merge(late, window, words, constant)


def _on_the_scale_of(same: Merge, seen: Observations) -> Merge:
    """A merge for the other language under which its unrelated documents score as those of the query's own.

    Their log-odds get the same mean; the spread gets wider by `STAND_OUT`, because an answer in the other
    language stands out that much less.
    """
    own = _odds(seen.signals, same)[~seen.other & ~seen.answers]
    other = _odds(seen.signals, Merge(same.late, same.window, 0.0, 0.0))[seen.other & ~seen.answers]
    wider = STAND_OUT * float(own.std() / max(float(other.std()), 1e-6))
    constant = float(own.mean()) - wider * float(other.mean())
    return Merge(wider * same.late, wider * same.window, 0.0, constant)


def _certainty(seen: Observations, odds: npt.NDArray[np.floating]) -> Certainty:
    """Tell the best document for a query with an answer from the best for it when the answers are taken out.

    The answers in one language are taken out too, so that an answer in either language counts.
    """
    with_answer, without = [], []
    for alone, answers, other in _by_query(seen, odds):
        without.append(_ranked(alone[~answers]))
        for hidden in (np.zeros_like(answers), answers & other, answers & ~other):
            if (answers & ~hidden).any():
                with_answer.append(_ranked(alone[~hidden]))
    floor = float(np.percentile([np.mean(one[ORDINARY] or one[-1:]) for one in without], FLOOR))
    features = np.array([[one[0], baseline_score(one, floor)] for one in with_answer + without])
    known = np.arange(len(features)) < len(with_answer)
    weight = np.where(known, len(without) / len(with_answer), 1.0)
    (slope, of_ordinary), constant = _logistic(features, known, weight)
    return Certainty(slope, min(of_ordinary, 0.0), constant, floor)


def _by_query(
    seen: Observations, odds: npt.NDArray[np.floating]
) -> Iterator[tuple[npt.NDArray[np.floating], BoolArray, BoolArray]]:
    """The log-odds of each query's documents, which of them answer, and which are in another language."""
    order = np.argsort(seen.query, kind="stable")
    cuts = np.flatnonzero(np.diff(seen.query[order])) + 1
    for rows in np.split(order, cuts):
        if seen.answers[rows].any() and not seen.answers[rows].all():
            yield odds[rows], seen.answers[rows], seen.other[rows]


def _ranked(odds: npt.NDArray[np.floating]) -> list[float]:
    found: list[float] = np.sort(odds)[::-1].tolist()
    return found


def _logistic(
    features: npt.NDArray[np.floating], classes: BoolArray, weight: npt.NDArray[np.floating] | None = None
) -> tuple[list[float], float]:
    """Weights and constant of a logistic regression, nearly unregularised."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=10, max_iter=1000).fit(features, classes, weight)
    return [float(one) for one in fitted.coef_[0]], float(fitted.intercept_[0])
