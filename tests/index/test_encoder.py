"""What every encoder promises, asked of the model and of the one without a model; and loading."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import bundled_model
from index.encoder import Encoder, load_encoder
from index.errors import ModelUnavailable
from kb.i18n import render
from tests.support.encoder import WordEncoder

TEXTS = ["APEC local innovation", "  ระบบนิเวศนวัตกรรม (สสว.) ในไทย ", "น้ำแข็ง", "a " * 700, "APEC local innovation"]


@pytest.fixture(params=["words", pytest.param("bundled", marks=pytest.mark.model)])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    return WordEncoder() if request.param == "words" else request.getfixturevalue("encoder")


def test_vectors_have_the_dimension_and_unit_length(any_encoder: Encoder) -> None:
    for one in any_encoder.encode(TEXTS, "passage"):
        assert one.sentence.shape == (any_encoder.dimension,)
        assert one.tokens.shape == (len(one.ids), any_encoder.dimension)
        assert len(one.ids) >= 1
        np.testing.assert_allclose(np.linalg.norm(one.sentence), 1, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(one.tokens, axis=1), 1, atol=1e-5)


def test_spans_are_inside_the_text_and_in_order(any_encoder: Encoder) -> None:
    for text, one in zip(TEXTS, any_encoder.encode(TEXTS, "passage"), strict=True):
        assert (one.spans[:, 0] >= 0).all()
        assert (one.spans[:, 1] <= len(text)).all()
        assert (one.spans[:, 0] < one.spans[:, 1]).all()
        assert (np.diff(one.spans[:, 0]) >= 0).all()


def test_spans_cover_the_letters(any_encoder: Encoder) -> None:
    (one,) = any_encoder.encode([TEXTS[1]], "passage")
    covered = {place for start, end in one.spans.tolist() for place in range(start, end)}
    assert all(place in covered for place, letter in enumerate(TEXTS[1]) if letter.isalpha())


def test_order_and_company_do_not_change_a_vector(any_encoder: Encoder) -> None:
    together = list(any_encoder.encode(TEXTS, "passage"))
    for text, one in zip(TEXTS, together, strict=True):
        (alone,) = any_encoder.encode([text], "passage")
        np.testing.assert_allclose(alone.sentence, one.sentence, atol=1e-4)
    np.testing.assert_allclose(together[0].sentence, together[4].sentence, atol=1e-4)


def test_counts(any_encoder: Encoder) -> None:
    assert any_encoder.count_tokens([]) == []
    assert all(count >= 1 for count in any_encoder.count_tokens(TEXTS))


def test_threads_may_share_it(any_encoder: Encoder) -> None:
    (alone,) = any_encoder.encode([TEXTS[0]], "query")

    def work(turn: int) -> None:
        if turn % 2:
            any_encoder.count_tokens(TEXTS)
        else:
            (one,) = any_encoder.encode([TEXTS[0]], "query")
            np.testing.assert_allclose(one.sentence, alone.sentence, atol=1e-4)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(24)))


@pytest.mark.model
def test_query_and_passage_have_their_own_prompts(encoder: Encoder) -> None:
    (query,) = encoder.encode(["cold chain"], "query")
    (passage,) = encoder.encode(["cold chain"], "passage")
    assert float(query.sentence @ passage.sentence) < 0.999


@pytest.mark.model
def test_a_local_folder_is_a_model(encoder: Encoder, cache: Path) -> None:
    folder = cache / "models" / bundled_model.name().replace("/", "-")
    local = load_encoder(str(folder), cache)
    assert local.name == str(folder)
    (ours,) = encoder.encode(["ตลาดสด"], "query")
    (theirs,) = local.encode(["ตลาดสด"], "query")
    np.testing.assert_allclose(ours.sentence, theirs.sentence, atol=1e-6)


@pytest.mark.parametrize("model", ["/no/such/folder", "no-such-organisation/no-such-model"])
def test_a_model_that_cannot_be_loaded_gives_one_clear_error(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(model, tmp_path)
    for language in ("en", "th"):
        message = render(caught.value, language)
        assert model in message
        assert "bundled" in message
        assert "\n" not in message


def test_a_damaged_folder_gives_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{")
    with pytest.raises(ModelUnavailable):
        load_encoder(str(tmp_path), tmp_path)
