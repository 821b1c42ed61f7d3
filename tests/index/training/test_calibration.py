"""Learning a calibration from a small bilingual set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.calibration import Calibration, Merge, Signals, load
from index.ranking import log_odds, strength
from index.training.calibration import TrainingSample, _observations, learn
from index.training.logistic_fit import FEWEST_ANSWERED_IN_BOTH, STAND_OUT, Observations
from tests.support.encoder import WordEncoder
from tests.support.random_passages import LANGUAGES

SUBJECTS = ["ปลา fish", "กาแฟ coffee", "ข้าว rice", "ผ้าไหม silk", "น้ำตาล sugar", "เรือ boat", "ร่ม umbrella", "ชา tea"]

CLOSE, FAR = Signals(late=0.8, window=0.8, words=1.0), Signals(late=0.1, window=0.1, words=0.0)


def sample(text: str, language: str, story: str) -> TrainingSample:
    return TrainingSample(text, language, frozenset([story]), tuple(text.split()))


def bilingual_set() -> tuple[list[TrainingSample], list[TrainingSample]]:
    """Stories that tell the same in both languages around one common word, and a question to each."""
    passages, queries = [], []
    for number, subject in enumerate(SUBJECTS * 3):
        english, thai = f"en-{number}", f"th-{number}"
        key = f"k{number}"  # a name that both languages write alike
        passages.append(sample(f"the people of the village sell {subject.split()[1]} {key} to the town", "en", english))
        passages.append(sample(f"ชาวบ้าน ใน ชุมชน ขาย {subject.split()[0]} {key} ให้ เมือง", "th", thai))
        both = frozenset([english, thai])
        queries.append(TrainingSample(f"who sells {subject.split()[1]} {key}", "en", both, (subject.split()[1], key)))
        queries.append(TrainingSample(f"ใคร ขาย {subject.split()[0]} {key}", "th", both, (subject.split()[0], key)))
    return passages, queries


@pytest.fixture(scope="module")
def learnt() -> Calibration:
    passages, queries = bilingual_set()
    return learn(WordEncoder(), passages, queries, "eight villages")


def test_learnt_means_leave_nothing_in_common(learnt: Calibration) -> None:
    passages, queries = bilingual_set()
    assert (learnt.model, learnt.source, learnt.languages) == ("words", "eight villages", ("en", "th"))
    for side, samples in (("query", queries), ("passage", passages)):
        for language in LANGUAGES:
            texts = [one.text for one in samples if one.language == language]
            vectors = np.stack([one.sentence for one in WordEncoder().encode(texts, "passage")])
            mean = learnt.means["query" if side == "query" else "passage", language].sentence
            np.testing.assert_allclose((vectors - mean).mean(axis=0), 0, atol=1e-6)


def test_learnt_weights_tell_rare_words_from_common_ones(learnt: Calibration) -> None:
    (common, rare) = WordEncoder().encode(["village", "silk"], "passage")
    weights = learnt.token_weights["en"]
    assert weights.of(rare.ids)[0] > 3 * weights.of(common.ids)[0]


def test_learnt_odds_tell_answers_from_others(learnt: Calibration) -> None:
    for merge in (learnt.same_language, learnt.other_language):
        assert merge.late > 0
        assert min(merge.window, merge.words) >= 0
        assert log_odds(CLOSE, merge) > 0 > log_odds(FAR, merge)


def test_learning_is_the_same_every_time_and_survives_its_file(learnt: Calibration, tmp_path: Path) -> None:
    passages, queries = bilingual_set()
    again = learn(WordEncoder(), passages, queries, "eight villages")
    assert again.name == learnt.name
    assert again.same_language == learnt.same_language
    learnt.save(tmp_path / "c.npz")
    loaded = load(tmp_path / "c.npz", "words")
    np.testing.assert_array_equal(loaded.rotation, learnt.rotation)  # token vectors are cut the same


def test_words_that_speak_against_an_answer_are_left_out() -> None:
    """Where sharing words is no sign of an answer, they do not count, rather than count against."""
    passages, queries = bilingual_set()
    misled = [
        replace(query, terms=tuple(f"k{(number // 2 + 1) % (len(queries) // 2)}" for _ in range(1)))
        for number, query in enumerate(queries)
    ]
    found = learn(WordEncoder(), passages, misled, "misleading words")
    for merge in (found.same_language, found.other_language):
        assert merge.words == 0
        assert merge.late + merge.window > 0


def test_learnt_certainty_is_surer_of_an_answer_than_of_none(learnt: Calibration) -> None:
    ordinary = learnt.certainty.floor
    answer = strength(log_odds(CLOSE, learnt.same_language), ordinary, learnt.certainty)
    none = strength(log_odds(FAR, learnt.same_language), ordinary, learnt.certainty)
    assert learnt.certainty.slope > 0 >= learnt.certainty.ordinary
    assert answer > 0.5 > none


def without_pairs() -> tuple[list[TrainingSample], list[TrainingSample]]:
    """The same set, of which nobody knows what the other language's answer is."""
    passages, queries = bilingual_set()
    own = [
        replace(query, documents=frozenset(one for one in query.documents if one.startswith(query.language)))
        for query in queries
    ]
    return passages, own


def test_without_known_pairs_the_other_language_gets_the_background_of_the_own() -> None:
    passages, queries = without_pairs()
    found = learn(WordEncoder(), passages, queries, "no pairs")
    same, other = found.same_language, found.other_language
    assert other.late + other.window > 0
    assert other.words == 0
    encoded = list(WordEncoder().encode((one.text for one in passages), "passage"))
    asked = list(WordEncoder().encode((one.text for one in queries), "query"))
    seen = _observations(found, passages, encoded, queries, asked)
    own = odds_of(seen.where(~seen.other & ~seen.answers), same)
    across = odds_of(seen.where(seen.other), other)
    assert across.mean() == pytest.approx(own.mean(), abs=1e-3)
    assert across.std() == pytest.approx(STAND_OUT * own.std(), rel=1e-3)
    # Answers that it was not told of stand out all the same.
    assert log_odds(CLOSE, other) > log_odds(FAR, other)


def odds_of(seen: Observations, merge: Merge) -> np.ndarray:
    return np.array([log_odds(Signals(*row), merge) for row in seen.signals.tolist()])


def test_a_few_known_pairs_are_not_learnt_from() -> None:
    """The merge is the same with a few known pairs as with none, but for the background without them."""
    passages, told = bilingual_set()
    _, untold = without_pairs()
    few = told[: FEWEST_ANSWERED_IN_BOTH - 1] + untold[FEWEST_ANSWERED_IN_BOTH - 1 :]
    enough = told[:FEWEST_ANSWERED_IN_BOTH] + untold[FEWEST_ANSWERED_IN_BOTH:]
    none = learn(WordEncoder(), passages, untold, "none")
    assert learn(WordEncoder(), passages, few, "few").same_language == none.same_language
    assert learn(WordEncoder(), passages, enough, "enough").same_language != none.same_language
