"""Learning a calibration from a small bilingual set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from index.calibration import SIGNALS, Calibration, Merge, Signals, load
from index.encoder import FloatArray, Side
from index.ranking import background_of, merged_scores, strength_scale
from index.training.calibration import TrainingPassage, TrainingQuery, TrainingSet, learn, observe
from index.training.ranking_fit import FEWEST_ANSWERED_ELSEWHERE, STAND_OUT
from tests.support.encoder import WordEncoder
from tests.support.random_passages import LANGUAGES

SUBJECTS = ["ปลา fish", "กาแฟ coffee", "ข้าว rice", "ผ้าไหม silk", "น้ำตาล sugar", "เรือ boat", "ร่ม umbrella", "ชา tea"]

CLOSE = np.array(astuple(Signals(0.8, 0.8, 0.8, 1.0, 1.0, 0.8, 0.8)), np.float32)
FAR = np.array(astuple(Signals(0.1, 0.1, 0.1, 0.0, 0.0, 0.1, 0.1)), np.float32)


def query(text: str, language: str, answers: list[str]) -> TrainingQuery:
    terms = tuple(text.split()[1:])
    return TrainingQuery(text, language, terms, dict.fromkeys(answers, 2), terms)


def bilingual_set() -> TrainingSet:
    """Stories that tell the same in both languages around one common word, and a question to each."""
    passages, queries = [], []
    for number, subject in enumerate(SUBJECTS * 3):
        key = f"k{number}"  # a name that both languages write alike
        thai, english = subject.split()
        both = [f"en-{number}", f"th-{number}"]
        for language, document, text in (
            ("en", both[0], f"the people of the village sell {english} {key} to the town"),
            ("th", both[1], f"ชาวบ้าน ใน ชุมชน ขาย {thai} {key} ให้ เมือง"),
        ):
            passages.append(TrainingPassage(text, language, document, tuple(text.split())))
        queries += [query(f"who sells {english} {key}", "en", both), query(f"ใคร ขาย {thai} {key}", "th", both)]
    return TrainingSet(tuple(passages), tuple(queries))


@pytest.fixture(scope="module")
def learnt() -> Calibration:
    return learn(WordEncoder(), [bilingual_set()], "eight villages")


def scores(signals: FloatArray, merge: Merge) -> list[float]:
    """Scores of some signals for a question of three words, when little else is found."""
    background = np.zeros((2, SIGNALS), np.float32)
    return merged_scores(np.stack([signals]), background, 1.0, 3, merge).tolist()


def test_learnt_means_leave_nothing_in_common(learnt: Calibration) -> None:
    those = bilingual_set()
    assert (learnt.model, learnt.source, learnt.languages) == ("words", "eight villages", ("en", "th"))
    sides: tuple[tuple[Side, Sequence[TrainingPassage | TrainingQuery]], ...] = (
        ("query", those.queries),
        ("passage", those.passages),
    )
    for side, samples in sides:
        for language in LANGUAGES:
            texts = [one.text for one in samples if one.language == language]
            vectors = np.stack([one.sentence for one in WordEncoder().encode(texts, "passage")])
            np.testing.assert_allclose((vectors - learnt.means[side, language].sentence).mean(axis=0), 0, atol=1e-6)


def test_learnt_weights_tell_rare_words_from_common_ones(learnt: Calibration) -> None:
    (common, rare) = WordEncoder().encode(["village", "silk"], "passage")
    weights = learnt.token_weights["en"]
    assert weights.of(rare.ids)[0] > 3 * weights.of(common.ids)[0]


def test_learnt_scores_tell_answers_from_others(learnt: Calibration) -> None:
    for merge in (learnt.same_language, learnt.other_language):
        assert scores(CLOSE, merge) > scores(FAR, merge)


def test_learning_is_the_same_every_time_and_survives_its_file(learnt: Calibration, tmp_path: Path) -> None:
    again = learn(WordEncoder(), [bilingual_set()], "eight villages")
    assert again.name == learnt.name
    np.testing.assert_array_equal(again.same_language.weights, learnt.same_language.weights)
    learnt.save(tmp_path / "c.npz")
    loaded = load(tmp_path / "c.npz", "words")
    np.testing.assert_array_equal(loaded.rotation, learnt.rotation)  # token vectors are cut the same
    np.testing.assert_array_equal(loaded.other_language.weights, learnt.other_language.weights)


def test_vectors_can_be_kept(learnt: Calibration) -> None:
    misled = replace(bilingual_set(), queries=bilingual_set().queries[::2])
    found = learn(WordEncoder(), [misled], "half of it", learnt)
    assert found.name == learnt.name
    assert found.means is learnt.means
    assert not np.array_equal(found.same_language.weights, learnt.same_language.weights)


def test_documents_that_answer_are_ranked_first(learnt: Calibration) -> None:
    for one in observe(learnt, WordEncoder(), bilingual_set()):
        assert one.answered_in == {"en", "th"}
        for found, grades in zip(one.found, one.grades, strict=True):
            merge = learnt.other_language if one.is_other(found.language) else learnt.same_language
            background = background_of(found, learnt.floors)
            made = merged_scores(found.values, background, one.share(found.language), one.query.length, merge)
            assert grades[np.argmax(made)] == 2


def test_learnt_certainty_is_surer_of_an_answer_than_of_none(learnt: Calibration) -> None:
    floor = learnt.certainty.floor
    (high,), (low,) = scores(CLOSE, learnt.same_language), scores(FAR, learnt.same_language)
    scale = strength_scale([high, floor, floor, floor], 3, learnt.certainty)
    assert scale.of(high, Signals(*CLOSE.tolist())) > 0.5
    scale = strength_scale([low, low, low, low], 3, learnt.certainty)
    assert scale.of(low, Signals(*FAR.tolist())) < 0.5


def untold(one: TrainingQuery) -> TrainingQuery:
    """A query of which nobody knows what the other language's answer is."""
    return replace(one, answers={key: grade for key, grade in one.answers.items() if key.startswith(one.language)})


def test_without_known_pairs_the_other_language_gets_the_background_of_the_own() -> None:
    those = bilingual_set()
    those = replace(those, queries=tuple(map(untold, those.queries)))
    found = learn(WordEncoder(), [those], "no pairs")
    unrelated: dict[bool, list[float]] = {False: [], True: []}
    for one in observe(found, WordEncoder(), those):
        for part, grades in zip(one.found, one.grades, strict=True):
            merge = found.other_language if one.is_other(part.language) else found.same_language
            background = background_of(part, found.floors)
            made = merged_scores(part.values, background, one.share(part.language), one.query.length, merge)
            unrelated[one.is_other(part.language)] += made[grades == 0].tolist()
    own, across = np.array(unrelated[False]), np.array(unrelated[True])
    assert across.mean() == pytest.approx(own.mean(), abs=0.05)
    assert across.std() == pytest.approx(STAND_OUT * own.std(), rel=0.05)
    # Answers that it was not told of stand out all the same.
    assert scores(CLOSE, found.other_language) > scores(FAR, found.other_language)


def test_a_few_known_pairs_are_not_learnt_from() -> None:
    """The merge is the same with a few known pairs as with none."""
    those = bilingual_set()

    def learnt_from(pairs: int) -> FloatArray:
        queries = (*those.queries[:pairs], *map(untold, those.queries[pairs:]))
        return learn(WordEncoder(), [replace(those, queries=queries)], "").same_language.weights

    few = FEWEST_ANSWERED_ELSEWHERE - 1
    np.testing.assert_allclose(learnt_from(few), learnt_from(0), atol=1e-3)
    assert not np.allclose(learnt_from(few + 1), learnt_from(0), atol=1e-3)
