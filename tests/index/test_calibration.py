"""The calibration: what it does to vectors, its file, the one that ships, and how one is learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from index import bundled_model
from index.calibration import SIGNALS, Calibration, Signals, TokenWeights, load, means_of, neutral, token_weights_of
from index.encoder import Encoded
from index.errors import CalibrationUnusable
from kb.embedding.calibration import SHIPPED
from kb.i18n import render
from tests.support.random_passages import DIMENSION, LANGUAGES, SIDES, World, unit


@pytest.fixture
def calibration() -> Calibration:
    return World(5).calibration


def encoded(vectors: list[list[float]], ids: list[int]) -> Encoded:
    tokens = np.array(vectors, np.float32)
    spans = np.array([[at, at + 1] for at in range(len(ids))], np.int32)
    return Encoded(tokens.mean(axis=0), tokens, np.array(ids, np.int32), spans)


# ---- what it does


def test_a_neutral_one_changes_nothing() -> None:
    plain = neutral("m", DIMENSION, LANGUAGES)
    vectors = unit(np.random.default_rng(0).normal(size=(4, DIMENSION)))
    for side in SIDES:
        for token in (True, False):
            np.testing.assert_allclose(plain.centred(vectors, side, "th", token=token), vectors, atol=1e-6)
    assert plain.token_weights["en"].of(np.array([3, 9], np.int32)).tolist() == [1, 1]
    np.testing.assert_array_equal(plain.rotation, neutral("other", DIMENSION, LANGUAGES).rotation)


def test_centring_takes_the_mean_of_that_side_and_language_away(calibration: Calibration) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(6, DIMENSION)))
    for (side, language), means in calibration.means.items():
        for token, mean in ((True, means.token), (False, means.sentence)):
            found = calibration.centred(vectors, side, language, token=token)
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, unit(vectors - mean), atol=1e-6)
            alone = calibration.centred(vectors[0], side, language, token=token)
            np.testing.assert_allclose(alone, found[0], atol=1e-6)


def test_centring_a_vector_that_is_the_mean_gives_zeros(calibration: Calibration) -> None:
    mean = calibration.means["query", "en"].sentence
    assert not calibration.centred(mean, "query", "en", token=False).any()


def test_means() -> None:
    texts = [encoded([[1, 0], [0, 1]], [1, 2]), encoded([[1, 1]], [1]), encoded([[4, 0]], [1])]
    found = means_of(texts)
    np.testing.assert_allclose(found.sentence, [5.5 / 3, 0.5])  # every text counts once
    np.testing.assert_allclose(found.token, [6 / 4, 2 / 4])  # every token counts once


def test_token_weights_worked_by_hand() -> None:
    texts = [encoded([[1, 0]] * 3, [7, 7, 2]), encoded([[1, 0]], [7]), encoded([[1, 0]] * 2, [7, 30])]
    found = token_weights_of(texts)
    assert found.ids.tolist() == [2, 7, 30]
    # Three texts: one of them has 2, all have 7, one has 30.
    np.testing.assert_allclose(found.weights**2, np.log([4 / 1.5, 4 / 3.5, 4 / 1.5]), rtol=1e-6)
    assert found.unseen**2 == pytest.approx(np.log(4 / 0.5))
    asked = found.of(np.array([30, 1, 7, 99, 2], np.int32))
    np.testing.assert_allclose(asked**2, np.log([4 / 1.5, 8, 4 / 3.5, 8, 4 / 1.5]), rtol=1e-6)


def test_a_token_in_every_text_keeps_a_little_weight() -> None:
    found = token_weights_of([encoded([[1, 0]], [7])] * 1000)
    assert (found.weights**2).tolist() == pytest.approx([0.05])


# ---- its file


def test_save_and_load(calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "calibration.npz"
    calibration.save(path)
    found = load(path, calibration.model)
    assert (found.model, found.source, found.languages) == ("world", "random numbers", ("en", "th"))
    for name in ("same_language", "other_language"):
        merge, saved = getattr(calibration, name), getattr(found, name)
        np.testing.assert_array_equal(saved.weights, merge.weights)
        np.testing.assert_array_equal(saved.offsets, merge.offsets)
    np.testing.assert_array_equal(found.floors, calibration.floors)
    np.testing.assert_array_equal(found.certainty.weights, calibration.certainty.weights)
    assert found.certainty.floor == calibration.certainty.floor
    np.testing.assert_allclose(found.rotation, calibration.rotation, atol=1e-3)
    assert found.means.keys() == calibration.means.keys()
    for key, means in calibration.means.items():
        np.testing.assert_allclose(found.means[key].sentence, means.sentence, atol=1e-3)
        np.testing.assert_allclose(found.means[key].token, means.token, atol=1e-3)
    for language, weights in calibration.token_weights.items():
        np.testing.assert_array_equal(found.token_weights[language].ids, weights.ids)
        np.testing.assert_allclose(found.token_weights[language].weights, weights.weights, rtol=1e-3)
        assert found.token_weights[language].unseen == weights.unseen


def test_what_was_loaded_is_saved_the_same(calibration: Calibration, tmp_path: Path) -> None:
    first, second = tmp_path / "1.npz", tmp_path / "2.npz"
    calibration.save(first)
    loaded = load(first, "world")
    loaded.save(second)
    assert load(second, "world").name == loaded.name


def test_the_name_changes_when_stored_vectors_would_and_only_then(calibration: Calibration) -> None:
    name = calibration.name
    assert name == replace(calibration, source="elsewhere", same_language=calibration.other_language).name
    query = {**calibration.means, ("query", "en"): calibration.means["query", "th"]}
    assert replace(calibration, means=query).name == name
    passage = {**calibration.means, ("passage", "en"): calibration.means["passage", "th"]}
    assert replace(calibration, means=passage).name != name
    assert replace(calibration, rotation=calibration.rotation[::-1].copy()).name != name


def test_one_for_another_model_is_refused(calibration: Calibration, tmp_path: Path) -> None:
    calibration.save(tmp_path / "c.npz")
    with pytest.raises(CalibrationUnusable, match="it was made for world, not for bundled"):
        load(tmp_path / "c.npz", "bundled")


def _drop(array: str) -> Callable[[bytes, Path], bytes]:
    def damage(data: bytes, path: Path) -> bytes:
        path.write_bytes(data)
        with np.load(path) as archive:
            kept = {name: archive[name] for name in archive.files if name != array}
        with path.open("wb") as file:
            np.savez(file, **kept)
        return path.read_bytes()

    return damage


def _head(new: bytes) -> Callable[[bytes, Path], bytes]:
    def damage(data: bytes, path: Path) -> bytes:
        path.write_bytes(data)
        with np.load(path) as archive:
            kept = {name: archive[name] for name in archive.files} | {"head": np.frombuffer(new, np.uint8)}
        with path.open("wb") as file:
            np.savez(file, **kept)
        return path.read_bytes()

    return damage


DAMAGES: dict[str, Callable[[bytes, Path], bytes]] = {
    "empty": lambda data, path: b"",
    "cut off": lambda data, path: data[: len(data) // 2],
    "a changed byte": lambda data, path: data[:2000] + bytes([data[2000] ^ 0xFF]) + data[2001:],
    "another file": lambda data, path: b"title: not a calibration\n",
    "no means": _drop("query.th.token"),
    "no head": _drop("head"),
    "a head that is no JSON": _head(b"{"),
    "a head that is a list": _head(b"[1]"),
    "a later version": _head(b'{"version": 4}'),
    "languages that are none": _head(b'{"version": 3, "languages": 3, "unseen": {}, "floor": 0}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_one_gives_one_clear_error(calibration: Calibration, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "calibration.npz"
    calibration.save(path)
    path.write_bytes(DAMAGES[damage](path.read_bytes(), path))
    with pytest.raises(CalibrationUnusable) as caught:
        load(path, "world")
    for language in ("en", "th"):
        assert str(path) in render(caught.value, language)
        assert "kb calibrate" in render(caught.value, language)


def test_one_that_is_not_there_gives_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CalibrationUnusable, match="No such file"):
        load(tmp_path / "none.npz", "world")


def test_an_object_inside_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (ran,)

    path = tmp_path / "trap.npz"
    with path.open("wb") as file:
        np.savez(file, head=np.array([Trap()], dtype=object))
    with pytest.raises(CalibrationUnusable):
        load(path, "world")
    assert not ran.exists()


def test_the_one_that_ships_fits_the_bundled_model() -> None:
    shipped = load(SHIPPED, bundled_model.name())
    assert shipped.languages == ("en", "th")
    dimension = len(shipped.rotation)
    assert dimension == 384
    np.testing.assert_allclose(shipped.rotation @ shipped.rotation.T, np.eye(dimension), atol=0.01)
    for means in shipped.means.values():
        assert means.sentence.shape == means.token.shape == (dimension,)
        assert 0 < np.linalg.norm(means.sentence) < 1
    for weights in shipped.token_weights.values():
        assert len(weights.ids) > 1000
        assert (np.diff(weights.ids) > 0).all()
        assert (weights.weights > 0).all()
        assert weights.unseen >= weights.weights.max() - 0.01
    assert shipped.floors.shape == (SIGNALS,)
    for merge in (shipped.same_language, shipped.other_language):
        assert merge.weights.shape == (2, 3 * SIGNALS)
        assert merge.offsets.shape == (4,)
        for length in (1, 2, 5, 20):  # what speaks for a passage never counts against it
            together = merge.weights[0] + merge.weights[1] / length
            assert (together[:SIGNALS] >= -1e-4).all()


def test_one_that_version_0_1_wrote_ranks_as_it_did(calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    calibration.save(path)
    name = load(path, "world").name
    head = (
        b'{"version": 2, "model": "world", "source": "s", "languages": ["en", "th"], "unseen": {"en": 1, "th": 1},'
        b' "same_language": [6.8, 6.5, 7.4, -9.8], "other_language": [14, 14, 2, -12], "certainty": [0.5, -0.2, 1, -8]}'
    )
    path.write_bytes(_head(head)(path.read_bytes(), path))
    found = load(path, "world")
    assert found.name == name  # vectors need not be made again
    weights = found.same_language.weights[0, :SIGNALS]
    np.testing.assert_allclose(weights, astuple(Signals(6.8, 6.5, 0, 3.7, 3.7, 0, 0)), rtol=1e-6)
    assert not found.same_language.weights[0, SIGNALS:].any()
    np.testing.assert_allclose(found.other_language.offsets, [-12, 0, 0, 0])
    np.testing.assert_allclose(found.certainty.weights[0, :3], [1, 0.5, -0.2], rtol=1e-6)
    assert found.certainty.floor == -8


def test_unknown_tokens_of_an_empty_table_weigh_one() -> None:
    assert TokenWeights(np.empty(0, np.int32), np.empty(0, np.float32), 9.0).of(
        np.arange(2, dtype=np.int32)
    ).tolist() == [1, 1]
