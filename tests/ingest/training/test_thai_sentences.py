"""What Thai sentence ends are learnt from, the search for the best cuts, and the shipped weights."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.language import parts_of_speech, tokens
from ingest.text.sentence_ends import LONG, SHIPPED, SentenceGap, ThaiEnds, best_cuts, shipped_ends, thai_breaks
from ingest.training.thai_sentences import SOURCE, TrainingText, learn, read, write

NTREX = Path(__file__).parents[4] / "shared" / "eval" / "ntrex"


def ends_with(pull: float) -> ThaiEnds:
    return ThaiEnds("none", 0.0, typical=2.3, spread=0.5, pull=pull, weights={})


def text_of(sentences: list[str]) -> TrainingText:
    line, ends = sentences[0], set()
    for sentence in sentences[1:]:
        ends.add(len(line))
        line += f" {sentence}"
    return TrainingText(line, frozenset(ends))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.floats(-4, 4), st.booleans()), min_size=1, max_size=9))
def test_no_other_way_to_cut_is_better(spaces: list[tuple[int, float, bool]]) -> None:
    ends = ends_with(0.5)
    words, gaps, scores = 0, [], []
    for step, score, sure in spaces:
        words += step
        gaps.append(SentenceGap(words * 4, words, {}, sure))
        scores.append(score)
    words += 2

    def worth(cuts: list[int]) -> float:
        counts = [0, *(gaps[cut].words for cut in cuts), words]
        return sum(scores[cut] for cut in cuts) + sum(ends.fit(end - start) for start, end in pairwise(counts))

    sure = {number for number, gap in enumerate(gaps) if gap.sure}
    every = [[n for n in range(len(gaps)) if choice >> n & 1] for choice in range(2 ** len(gaps))]
    best = max(worth(cuts) for cuts in every if sure <= set(cuts))
    found = best_cuts(gaps, scores, words * 4, words, ends)
    assert sure <= set(found)
    assert worth(found) == pytest.approx(best)


def test_no_sentence_is_longer_than_the_limit_where_a_space_allows() -> None:
    gaps = [SentenceGap(place, place // 5, {}) for place in range(150, 3000, 150)]
    cuts = best_cuts(gaps, [-50.0] * len(gaps), 3000, 600, ends_with(0.0))
    places = [0, *(gaps[cut].place for cut in cuts), 3000]
    assert max(end - start for start, end in pairwise(places)) <= LONG


def test_what_ends_sentences_is_learnt_and_found_again(tmp_path: Path) -> None:
    sentences = ["เขาไปตลาด กับเพื่อน ทุกวันเสาร์ครับ", "เธอทำงาน ที่บ้าน ของแม่ครับ", "เด็กเล่น กับสุนัข ในสวนครับ"]
    texts = [text_of([sentences[(n + step) % 3] for step in range(6)]) for n in range(15)]
    ends, quality = learn(texts)
    assert quality.f1 == quality.overlap == quality.ratio == 1.0
    line = texts[0].line
    assert set(thai_breaks(line, tokens(line), parts_of_speech(), frozenset(), ends)) == texts[0].ends
    write(ends, tmp_path / "ends.json")
    assert ThaiEnds(**json.loads((tmp_path / "ends.json").read_text(encoding="utf-8"))) == ends


def test_the_shipped_weights_are_few_in_order_and_name_their_sources() -> None:
    ends = shipped_ends()
    assert ends.source == SOURCE
    assert list(ends.weights) == sorted(ends.weights)
    assert len(ends.weights) < 1000
    assert len(SHIPPED.read_text(encoding="utf-8").splitlines()) == len(ends.weights) + 9


@pytest.mark.shared
def test_the_shipped_weights_are_those_that_are_learnt() -> None:
    if not NTREX.exists():
        pytest.skip("the evaluation data is not beside the checkout (../shared/eval/ntrex)")
    ends, quality = learn(read(NTREX))
    shipped = shipped_ends()
    assert ends.constant == pytest.approx(shipped.constant, abs=0.1)
    for name in ends.weights.keys() | shipped.weights.keys():
        assert ends.weights.get(name, 0.0) == pytest.approx(shipped.weights.get(name, 0.0), abs=0.05), name
    assert quality.f1 >= 0.64
    assert quality.overlap >= 0.72
    assert quality.ratio == pytest.approx(1.0, abs=0.02)
