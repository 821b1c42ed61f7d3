"""The best sentence and the words that met, on tokens whose similarities are known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from index.calibration import Calibration, Means, TokenWeights, neutral
from index.encoder import Encoded, Side
from index.evidence import CLOSE, TELLING, Explainer, Explanation
from index.late_interaction import late_interaction, pack
from index.models import IndexQuery
from tests.support.random_passages import unit

DIMENSION = 256
WORDS = unit(np.random.default_rng(1).normal(size=(8, DIMENSION)))  # all but at right angles to each other


def calibration(weights: dict[int, float]) -> Calibration:
    plain = neutral("m", DIMENSION, ("en", "th"))
    ids = np.array(sorted(weights), np.int32)
    known = TokenWeights(ids, np.array([weights[one] for one in ids.tolist()], np.float32), 1.0)
    plain.token_weights["en"] = known
    return plain


def explain(
    asked: list[int], passage: list[int], sentences: list[tuple[int, int]], weights: dict[int, float] | None = None
) -> Explanation:
    """Words by number, ten characters each in the passage and five in the query."""
    scale = calibration(weights or {})
    spans = np.array([[5 * at, 5 * at + 4] for at in range(len(asked))], np.int32).reshape(-1, 2)
    encoded = Encoded(WORDS[0], WORDS[asked], np.array(asked, np.int32), spans)
    places = np.array([[10 * at, 10 * at + 9] for at in range(len(passage))], np.int32)
    explainer = Explainer(IndexQuery("en", ("word",), encoded), scale)
    return explainer.explain(pack(WORDS[passage], scale.rotation), places, np.array(sentences, np.int32))


def test_words_that_met_in_characters_of_both_texts() -> None:
    found = explain([3, 5], [0, 5, 1, 3], [(0, 40)])
    assert {(match.query, match.passage) for match in found.matches} == {((0, 4), (30, 39)), ((5, 9), (10, 19))}
    assert all(CLOSE <= match.similarity <= 1 for match in found.matches)


def test_the_closest_match_stands_first() -> None:
    similarities = [match.similarity for match in explain([1, 2, 3, 4], [4, 3, 2, 1], [(0, 40)]).matches]
    assert len(similarities) == 4
    assert similarities == sorted(similarities, reverse=True)


def test_words_that_are_not_there_meet_nothing() -> None:
    found = explain([6, 7], [0, 1, 2, 3], [(0, 20), (20, 40)])
    assert found.matches == ()
    assert found.sentence in (0, 1)


def test_the_best_sentence_holds_most_of_the_question() -> None:
    assert explain([3, 5], [3, 0, 1, 3, 5, 2], [(0, 30), (30, 60)]).sentence == 1
    assert explain([3, 5], [5, 3, 1, 3, 0, 2], [(0, 30), (30, 60)]).sentence == 0


def test_of_equal_sentences_the_first() -> None:
    assert explain([3], [0, 3, 0, 3], [(0, 20), (20, 40)]).sentence == 0


def test_a_heavier_word_decides_the_sentence() -> None:
    passage, sentences = [3, 0, 5, 0], [(0, 20), (20, 40)]
    assert explain([3, 5], passage, sentences, {3: 2.0, 5: 1.0}).sentence == 0
    assert explain([3, 5], passage, sentences, {3: 1.0, 5: 2.0}).sentence == 1


def test_a_word_that_says_little_shows_nothing_but_still_helps_to_choose() -> None:
    found = explain([3, 5], [0, 3, 5, 0], [(0, 40)], {3: 1.0, 5: TELLING - 0.01})
    assert [match.query for match in found.matches] == [(0, 4)]
    both = explain([3, 5], [3, 0, 3, 5], [(0, 20), (20, 40)], {3: 1.0, 5: TELLING - 0.01})
    assert both.sentence == 1


def test_a_token_belongs_to_the_sentence_that_holds_its_middle() -> None:
    # The token at 10 to 19 has its middle in the second sentence.
    assert explain([3], [0, 3, 0], [(0, 13), (13, 30)]).sentence == 1
    assert explain([3], [0, 3, 0], [(0, 16), (16, 30)]).sentence == 0


def test_a_sentence_without_tokens_is_never_the_best() -> None:
    assert explain([6], [0, 1], [(100, 120), (0, 20)]).sentence == 1


def test_the_best_sentence_is_the_one_that_late_interaction_scores_best() -> None:
    random = np.random.default_rng(11)
    for _ in range(30):
        asked = random.integers(0, 8, 3).tolist()
        passage = random.integers(0, 8, 12).tolist()
        scale = calibration({})
        packed = pack(WORDS[passage], scale.rotation)
        scores = late_interaction(
            WORDS[asked] @ scale.rotation, np.ones(3, np.float32), packed, np.array([0, 4, 8], np.int64)
        )
        best = int(np.argmax(scores.whole))
        assert explain(asked, passage, [(0, 40), (40, 80), (80, 120)]).sentence == best


def test_means_are_taken_from_the_query() -> None:
    side: Side = "query"
    scale = calibration({})
    shift = (WORDS[7] * 3).astype(np.float32)
    scale.means[side, "en"] = Means(np.zeros(DIMENSION, np.float32), shift)
    asked = WORDS[[2]] + shift
    encoded = Encoded(WORDS[0], asked, np.array([2], np.int32), np.array([[0, 4]], np.int32))
    packed = pack(WORDS[[7, 2]], scale.rotation)
    places = np.array([[0, 9], [10, 19]], np.int32)
    found = Explainer(IndexQuery("en", (), encoded), scale).explain(packed, places, np.array([[0, 19]], np.int32))
    assert [match.passage for match in found.matches] == [(10, 19)]
    assert found.matches[0].similarity == pytest.approx(0.8, abs=0.1)  # of equal vectors: √(2/π)


def test_a_question_without_tokens_meets_nothing() -> None:
    found = explain([], [0, 1], [(0, 10), (10, 20)])
    assert found == Explanation(0, ())
