"""Learns where Thai sentences end: what makes `ingest/data/thai_sentence_ends.json`, in two minutes.

    python -m ingest.training.thai_sentences ../shared/eval/ntrex

reads the Thai documents of a set in the BEIR layout whose texts have one sentence a line, joins the lines by
spaces, and learns at which spaces they were cut. What crfcut, PyThaiNLP's sentence splitter, knows about single
words is one more thing to learn from; reading it needs python-crfsuite, of tests/requirements.txt. It writes the
file and prints how well the method does on documents that it did not learn from, whole and with one thing left
out. Of the texts, only statistics of words are written.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, astuple, dataclass, replace
from itertools import accumulate, pairwise
from math import log
from pathlib import Path
from statistics import fmean, pstdev
from tempfile import TemporaryDirectory

from ingest.text.language import parts_of_speech, pythainlp_file, tokens
from ingest.text.normalise import normalise
from ingest.text.sentence_ends import SHIPPED, SentenceGap, ThaiEnds, best_cuts, english_breaks, thai_gaps

SOURCE = "NTREX-128, MicrosoftTranslator/NTREX, CC BY-SA 4.0; crfcut of PyThaiNLP, CC BY 4.0"
_FOLDS = 5
_LEAST = 8  # times a sign or a word is met, or it has no weight
_STRENGTH = 0.7  # inverse of the L1 penalty
_PULL = 0.5
_CLEAR = 0.3  # from here on a weight counts that is from crfcut alone
_CRFCUT = "sentenceseg_crfcut.model"
# Where crfcut names a word's place from the space on, and the signs that are about the same word.
_PLACES = {"word_1_-1_0": "last", "word_1_1_2": "first"}
_LEFT_OUT = {
    "words": ("last ", "last but one ", "first ", "second ", "prior "),
    "what crfcut knows of words": ("prior ",),
    "parts of speech": ("part of ", "first parts "),
    "lengths of pieces": ("length ",),
}


@dataclass(frozen=True, slots=True)
class TrainingText:
    """A text in one line, and the places in it where its sentences end, but for the last one."""

    line: str
    ends: frozenset[int]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well predicted ends agree with the true ones.

    `ratio` is predicted sentences to true ones; `overlap` the mean over true sentences of their best
    intersection over union with a predicted one, in words.
    """

    precision: float
    recall: float
    f1: float
    ratio: float
    overlap: float


@dataclass(frozen=True, slots=True)
class _Example:
    """A text as what can be learnt from it."""

    words: tuple[str, ...]
    gaps: tuple[SentenceGap, ...]
    length: int  # characters
    true: tuple[int, ...]  # numbers of words before each end, from 0 to those of the whole text
    at: tuple[bool, ...]  # for each gap, whether a sentence ends there

    def cut(self, scores: Sequence[float], ends: ThaiEnds) -> list[int]:
        """Like `true`, as predicted."""
        found = best_cuts(self.gaps, scores, self.length, self.true[-1], ends)
        return [0, *(self.gaps[number].words for number in found), self.true[-1]]


def read(folder: Path) -> list[TrainingText]:
    """The Thai documents of `corpus.jsonl` in the folder. Raises `OSError` when it cannot be read."""
    texts = []
    for row in (folder / "corpus.jsonl").read_text(encoding="utf-8").split("\n"):
        item = json.loads(row or "{}")
        if item.get("lang") == "th":
            lines = [line for line in normalise(item["text"]).split("\n") if line]
            ends = accumulate((len(line) + 1 for line in lines[:-1]), initial=-1)
            texts.append(TrainingText(" ".join(lines), frozenset(end for end in ends if end > 0)))
    return texts


def learn(texts: Sequence[TrainingText], without: Sequence[str] = (), pull: float = _PULL) -> tuple[ThaiEnds, Quality]:
    """Learn from all the texts; the quality is that of five parts, each cut by what the other four teach.

    Signs whose names begin with one of `without` are left out. The constant is such that as many sentences are
    found as there are: in each part by the other four, in the result by all the parts as they were cut.
    """
    examples = [_example(text) for text in texts]
    counts = [last - first for example in examples for first, last in pairwise(example.true)]
    lengths = [log(count) for count in counts if count]
    draft = ThaiEnds(SOURCE, 0.0, round(fmean(lengths), 3), round(pstdev(lengths), 3), pull, {})

    prior = crfcut_words(pythainlp_file(_CRFCUT))
    hidden = tuple(without)
    scored: list[list[tuple[_Example, list[float]]]] = []
    for part in range(_FOLDS):
        ends = _fit([one for n, one in enumerate(examples) if n % _FOLDS != part], draft, prior, hidden)
        scored.append([(one, [ends.score(gap) for gap in one.gaps]) for one in examples[part::_FOLDS]])
    pairs = []
    for part in range(_FOLDS):
        others = [pair for n, one in enumerate(scored) if n != part for pair in one]
        shift = _shift(others, draft)
        pairs += [(one.true, one.cut([score + shift for score in scores], draft)) for one, scores in scored[part]]
    fitted = _fit(examples, draft, prior, hidden)
    constant = fitted.constant + _shift([pair for one in scored for pair in one], draft)
    return replace(fitted, constant=round(constant, 3)), _quality(pairs)


def write(ends: ThaiEnds, path: Path = SHIPPED) -> None:
    """Write the file that `sentence_rules.shipped_ends` reads, one weight a line in the order of their names."""
    text = json.dumps(asdict(ends), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _example(text: TrainingText) -> _Example:
    cut = tokens(text.line)
    gaps = thai_gaps(text.line, cut, parts_of_speech(), frozenset(english_breaks(text.line)))
    places = accumulate(map(len, cut), initial=0)
    counts = dict(zip(places, accumulate((not one.isspace() for one in cut), initial=0), strict=True))
    true = (0, *(counts[end] for end in sorted(text.ends)), counts[len(text.line)])
    return _Example(tuple(cut), tuple(gaps), len(text.line), true, tuple(gap.place in text.ends for gap in gaps))


def crfcut_words(model: Path) -> dict[str, float]:
    """How much each Thai word before or after a space speaks for an end there to crfcut, by names of signs."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(model))
    with TemporaryDirectory() as folder:
        listing = Path(folder) / "weights.txt"
        tagger.dump(str(listing))
        text = listing.read_text(encoding="utf-8", errors="replace")
    known: dict[str, float] = {}
    for place, word, label, weight in re.findall(
        r"\(\d+\) (word_1_-?\d_-?\d)=([\u0e01-\u0e4e]+) --> ([EI]): (-?[\d.]+)", text
    ):
        if place in _PLACES:
            name = f"{_PLACES[place]} {word}"
            known[name] = known.get(name, 0.0) + (float(weight) if label == "E" else -float(weight))
    return known


def _fit(
    examples: Sequence[_Example], draft: ThaiEnds, prior: Mapping[str, float], hidden: tuple[str, ...]
) -> ThaiEnds:
    """Logistic regression with an L1 penalty over the signs that are met often enough and not hidden.

    What `prior` says of the word before and after is one sign each; its weight is then shared out to the words.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    gaps = [(gap, at) for one in examples for gap, at in zip(one.gaps, one.at, strict=True) if not gap.sure]
    rows = [_with_prior(gap.signs, prior) for gap, _ in gaps]
    met = Counter(name for signs in rows for name in signs if not name.startswith(hidden))
    column = {name: n for n, name in enumerate(sorted(name for name in met if met[name] >= _LEAST))}
    cells = [
        (value, row, column[name]) for row, signs in enumerate(rows) for name, value in signs.items() if name in column
    ]
    values, down, across = zip(*cells, strict=True)
    model = LogisticRegression(C=_STRENGTH, l1_ratio=1.0, solver="liblinear", tol=1e-5, max_iter=1000, random_state=0)
    model.fit(csr_matrix((values, (down, across))), [at for _, at in gaps])
    learnt = {name: float(model.coef_[0][n]) for name, n in column.items()}
    common = Counter(word for one in examples for word in one.words)
    weights = _share_out(learnt, prior, {word for word in common if common[word] >= _LEAST})
    return replace(draft, constant=float(model.intercept_[0]), weights=weights)


def _with_prior(signs: Mapping[str, float], prior: Mapping[str, float]) -> dict[str, float]:
    told = {f"prior {name.split()[0]}": prior[name] for name in signs if name in prior}
    return {**signs, **told}


def _share_out(learnt: Mapping[str, float], prior: Mapping[str, float], common: AbstractSet[str]) -> dict[str, float]:
    """The weights that are not 0, in order, with what the prior adds to those of words."""
    weights = {name: weight for name, weight in learnt.items() if weight and not name.startswith("prior ")}
    for name, said in prior.items():
        place, word = name.split()
        added = learnt.get(f"prior {place}", 0.0) * said
        if name in weights or (word in common and abs(added) >= _CLEAR):
            weights[name] = weights.get(name, 0.0) + added
    rounded = {name: round(weights[name], 2) for name in sorted(weights)}
    return {name: weight for name, weight in rounded.items() if weight}


def _shift(scored: Sequence[tuple[_Example, list[float]]], ends: ThaiEnds) -> float:
    """What to add to each score for as many sentences as there are."""
    wanted = sum(len(one.true) for one, _ in scored)
    low, high = -5.0, 5.0
    while high - low > 0.01:
        middle = (low + high) / 2
        found = sum(len(one.cut([score + middle for score in scores], ends)) for one, scores in scored)
        low, high = (low, middle) if found > wanted else (middle, high)
    return (low + high) / 2


def _quality(pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Quality:
    """Of true and predicted cuts, 0 and the end included."""
    hits = sum(len(set(true[1:-1]) & set(predicted[1:-1])) for true, predicted in pairs)
    wanted = sum(len(true) - 2 for true, _ in pairs)
    found = sum(len(predicted) - 2 for _, predicted in pairs)
    overlaps = [
        max(_overlap(one, other) for other in pairwise(predicted))
        for true, predicted in pairs
        for one in pairwise(true)
    ]
    ratio = (found + len(pairs)) / (wanted + len(pairs))
    return Quality(hits / found, hits / wanted, 2 * hits / (found + wanted), ratio, fmean(overlaps))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    union = max(one[1], other[1]) - min(one[0], other[0])
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / union if union else 1.0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Learn where Thai sentences end, and write what was learnt.")
    parser.add_argument("folder", type=Path, help="a set with one sentence a line, such as ../shared/eval/ntrex")
    texts = read(parser.parse_args().folder)
    ends, quality = learn(texts)
    write(ends)
    print("| | precision | recall | F1 | ratio | overlap |\n|---|---|---|---|---|---|")
    _print_row(f"as shipped ({len(ends.weights)} weights)", quality)
    for name, signs in _LEFT_OUT.items():
        _print_row(f"without {name}", learn(texts, without=signs)[1])
    for pull in (0.0, _PULL / 2, 2 * _PULL):
        _print_row(f"lengths of sentences pull by {pull} instead of {_PULL}", learn(texts, pull=pull)[1])


def _print_row(name: str, quality: Quality) -> None:
    figures = (f"{figure:.3f}".removeprefix("0") for figure in astuple(quality))
    print(f"| {name} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
