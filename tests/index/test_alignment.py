"""Two translations side by side: beads in order that cover both, and the right ones where these are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import mean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import bundled_model
from index.alignment import CHUNK, LONGEST, SHAPES, Bead, Units, align, units_of
from index.calibration import load
from index.encoder import Encoder
from index.late_interaction import FloatArray, pack, random_rotation
from kb.embedding.calibration import SHIPPED
from tests.support.random_passages import unit

DIMENSION = 64
LONG = 14  # tokens of a sentence
ROTATION = random_rotation(DIMENSION, 0)
Sentence = tuple[int, ...]


class Translator:
    """Sentences of numbered words, and what two languages make of them: near vectors, in another order."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._meanings = unit(self._random.normal(size=(400, DIMENSION)))

    def sentences(self, count: int, length: int = LONG) -> list[Sentence]:
        return [tuple(self._random.integers(0, 400, length).tolist()) for _ in range(count)]

    def vectors(self, sentence: Sentence) -> FloatArray:
        words = self._meanings[self._random.permutation(list(sentence)).astype(np.int64)]
        return unit(words + self._random.normal(size=words.shape) * 0.08)

    def text(self, units: Sequence[Sentence]) -> Units:
        tokens = [pack(self.vectors(one), ROTATION) for one in units if one]
        of = np.repeat(np.arange(len(units)), [len(one) for one in units])
        packed = np.concatenate(tokens) if tokens else np.zeros((0, DIMENSION // 8), np.uint8)
        return Units(packed, of, len(units))


def pairs(beads: Sequence[Bead]) -> list[tuple[list[int], list[int]]]:
    return [(list(bead.left), list(bead.right)) for bead in beads]


def one_to_one(count: int) -> list[tuple[list[int], list[int]]]:
    return [([at], [at]) for at in range(count)]


def test_sentence_by_sentence() -> None:
    translator = Translator(1)
    sentences = translator.sentences(20)
    beads = align(translator.text(sentences), translator.text(sentences))
    assert pairs(beads) == one_to_one(20)
    assert all(bead.similarity > 0.2 for bead in beads)


def test_what_one_translator_made_one_sentence_of() -> None:
    translator = Translator(2)
    a, b, c, d, e, f, g = translator.sentences(7)
    left = translator.text([a, b, c, d, e, f, g])
    right = translator.text([a, b + c, d + e + f, g])
    expected = [([0], [0]), ([1, 2], [1]), ([3, 4, 5], [2]), ([6], [3])]
    assert pairs(align(left, right)) == expected
    assert pairs(align(right, left)) == [(theirs, ours) for ours, theirs in expected]


def test_sentences_that_were_cut_in_other_places() -> None:
    translator = Translator(3)
    a, b, c, d, e = translator.sentences(5)
    left, right = translator.text([a, b + c[:7], c[7:] + d, e]), translator.text([a, b, c + d, e])
    assert pairs(align(left, right)) == [([0], [0]), ([1, 2], [1, 2]), ([3], [3])]


def test_what_the_other_text_lacks_stands_alone() -> None:
    translator = Translator(4)
    sentences = translator.sentences(12)
    left, right = translator.text(sentences[2:]), translator.text([*sentences[:5], *sentences[8:]])
    beads = align(left, right)
    assert pairs(beads) == [
        ([], [0]),
        ([], [1]),
        *(([at], [at + 2]) for at in range(3)),
        *(([at], []) for at in (3, 4, 5)),
        *(([at], [at - 1]) for at in (6, 7, 8, 9)),
    ]
    assert all((bead.similarity == 0) == (not bead.left or not bead.right) for bead in beads)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_a_text_with_itself(count: int) -> None:
    translator = Translator(count)
    text = translator.text(translator.sentences(count))
    beads = align(text, text)
    assert pairs(beads) == one_to_one(count)
    assert [bead.similarity for bead in beads] == pytest.approx([1] * count, abs=1e-5)


def test_a_refrain_is_paired_in_its_order() -> None:
    translator = Translator(5)
    verse, refrain, other = translator.sentences(3)
    text = translator.text([verse, refrain, refrain, other, refrain])
    assert pairs(align(text, text)) == one_to_one(5)


def test_units_that_say_nothing_are_paired_as_they_come() -> None:
    translator = Translator(6)
    a, b = translator.sentences(2)
    assert pairs(align(translator.text([(), ()]), translator.text([(), ()]))) == one_to_one(2)
    assert pairs(align(translator.text([a, (), b]), translator.text([a, (), b]))) == one_to_one(3)
    assert pairs(align(translator.text([a, (), b]), translator.text([a, b]))) == [([0], [0]), ([1], []), ([2], [1])]


def test_nothing_beside_something() -> None:
    translator = Translator(7)
    some, none = translator.text(translator.sentences(3)), translator.text([])
    assert align(none, none) == ()
    assert pairs(align(some, none)) == [([at], []) for at in range(3)]
    assert pairs(align(none, some)) == [([], [at]) for at in range(3)]


def test_more_tokens_than_are_compared_at_a_time() -> None:
    translator = Translator(8)
    sentences = [*translator.sentences(30, CHUNK // 10), *translator.sentences(1, 2 * CHUNK), *translator.sentences(1)]
    beads = align(translator.text(sentences), translator.text([*sentences[:11], *sentences[12:]]))
    expected = [*one_to_one(11), ([11], []), *(([at], [at - 1]) for at in range(12, 32))]
    assert pairs(beads) == expected


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    left=st.lists(st.integers(0, 9), max_size=12),
    right=st.lists(st.integers(0, 9), max_size=12),
    shared=st.booleans(),
)
def test_every_unit_is_in_one_bead_in_order(seed: int, left: list[int], right: list[int], shared: bool) -> None:
    """Whatever the texts are: unrelated, or one the beginnings of the sentences of the other."""
    translator = Translator(seed)
    longest = translator.sentences(12, 9)
    others = longest if shared else translator.sentences(12, 9)
    ours = translator.text([one[:size] for one, size in zip(longest, left, strict=False)])
    theirs = translator.text([one[:size] for one, size in zip(others, right, strict=False)])
    beads = align(ours, theirs)
    assert [at for bead in beads for at in bead.left] == list(range(len(left)))
    assert [at for bead in beads for at in bead.right] == list(range(len(right)))
    for bead in beads:
        assert (len(bead.left), len(bead.right)) in {*SHAPES, (1, 0), (0, 1)}
        assert -1 - 1e-5 <= bead.similarity <= 1 + 1e-5
        assert max(len(bead.left), len(bead.right)) <= LONGEST
    assert beads == align(ours, theirs)


def share_found_again(seed: int) -> float:
    """One translation has sentences of the other joined or left out: how many of the beads are the right ones."""
    translator, chance = Translator(seed), Random(seed)
    sentences = translator.sentences(24)
    right: list[Sentence] = []
    expected: list[tuple[list[int], list[int]]] = []
    at = 0
    for shape in chance.choices([1, 1, 1, 2, 3, 0], k=8):
        theirs = [len(right)] if shape else []
        own = list(range(at, at + max(shape, 1)))
        expected.append((own, theirs))
        if shape:
            right.append(tuple(word for one in own for word in sentences[one]))
        at += max(shape, 1)
    found = pairs(align(translator.text(sentences[:at]), translator.text(right)))
    return len([one for one in found if one in expected]) / len(expected)


def test_known_beads_are_found_again() -> None:
    """On the whole; of a single text by chance a few may go wrong."""
    shares = [share_found_again(seed) for seed in range(60)]
    print(f"beads found again: mean {mean(shares):.3f}, least {min(shares):.3f}")
    assert mean(shares) >= 0.9


# ---- real translations

STORIES = ("003", "026", "065")  # news of 11 to 15 lines


def spoken(encoder: Encoder, story: str, shared: Path, language: str, joined: Sequence[int]) -> Units:
    """A story, encoded as one passage for every three lines; the lines numbered in `joined` go with the one before."""
    corpus = (shared / "eval" / "ntrex" / "corpus.jsonl").read_text("utf-8").splitlines()
    (text,) = (one["text"] for one in map(json.loads, corpus) if one["_id"] == f"{language}-{story}")
    lines = [line for line in text.split("\n") if line.strip()]
    calibration = load(SHIPPED, bundled_model.name())
    packed, spans, units, place = [], [], [], 0
    for at in range(0, len(lines), 3):
        passage = "\n".join(lines[at : at + 3])
        (encoded,) = encoder.encode([passage], "passage")
        centred = calibration.centred(encoded.tokens, "passage", language, token=True)
        packed.append(pack(centred, calibration.rotation))
        spans.append(encoded.spans + place)
        for number, line in enumerate(lines[at : at + 3], at):
            begin = units.pop()[0] if number in joined else place
            place += len(line) + 1
            units.append([begin, place - 1])
    return units_of(np.concatenate(packed), np.concatenate(spans), np.array(units, np.int32))


@pytest.mark.model
@pytest.mark.shared
def test_the_lines_of_translated_news_are_found(encoder: Encoder, shared: Path) -> None:
    right = wanted = 0
    for story in STORIES:
        left = spoken(encoder, story, shared, "en", ())
        beads = align(left, spoken(encoder, story, shared, "th", (2, 6, 7)))
        expected = [([0], [0]), ([1, 2], [1]), ([3], [2]), ([4], [3]), ([5, 6, 7], [4])]
        expected += [([at], [at - 3]) for at in range(8, left.count)]
        right += len([one for one in pairs(beads) if one in expected])
        wanted += len(expected)
    assert right >= 0.85 * wanted


# ---- tokens to units


def test_a_token_belongs_to_the_unit_that_its_middle_is_in() -> None:
    packed = np.arange(6, dtype=np.uint8)[:, None]
    spans = np.array([[0, 2], [3, 6], [6, 11], [11, 12], [14, 16], [19, 22]], np.int32)
    units = np.array([[0, 5], [5, 10], [10, 10], [13, 20]], np.int32)
    found = units_of(packed, spans, units)
    # The third token reaches over the end of its unit, the fourth is between units, the sixth ends outside.
    assert found.tokens[:, 0].tolist() == [0, 1, 2, 4]
    assert found.of.tolist() == [0, 0, 1, 3]
    assert found.count == 4


def test_no_units_or_no_tokens() -> None:
    packed, spans = np.zeros((2, 3), np.uint8), np.array([[0, 1], [2, 3]], np.int32)
    assert units_of(packed, spans, np.zeros((0, 2), np.int32)).count == 0
    found = units_of(packed[:0], spans[:0], np.array([[0, 4]], np.int32))
    assert (found.count, len(found.tokens), len(found.of)) == (1, 0, 0)
