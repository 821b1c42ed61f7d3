"""Which calibration a knowledge base uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import bundled
from index.calibration import Calibration, load, neutral
from index.encoder import load_encoder
from index.errors import IndexFault
from index.learn import Sample, learn
from ingest.language import dominant, words
from ingest.model import Block
from ingest.normalise import compose, normalise
from ingest.passages import split
from kb import beir
from kb.errors import NotEnoughTexts, Unusable
from kb.model import LANGUAGES
from kb.settings import Settings

SHIPPED = Path(__file__).with_name("calibration-bundled.npz")
OWN = "calibration.npz"  # in the home, written by `kb calibrate`


def calibration_for(model: str, dimension: Callable[[], int], settings: Settings) -> Calibration:
    """The calibration of `model`: the one that the settings name, else the home's, else the one that ships.

    A model without any gets one that changes nothing, for which its vectors' `dimension` is asked. Raises
    `CalibrationUnusable`.
    """
    path = file_for(settings)
    if path is not None:
        return load(path, model)
    if model == bundled.name():
        return load(SHIPPED, model)
    return neutral(model, dimension(), LANGUAGES)


def file_for(settings: Settings) -> Path | None:
    """The calibration file that the settings name, else the home's; None when there is neither."""
    if settings.calibration:
        return Path(settings.calibration).expanduser()
    own = settings.home / OWN
    return own if own.exists() else None


def calibrate_on(folder: Path, settings: Settings, source: str) -> Calibration:
    """A calibration of the model of `settings`, made from a bilingual BEIR folder.

    Raises `BadEvaluationSet`, `NotEnoughTexts`, `Unusable`.
    """
    data = beir.load(folder)
    try:
        encoder = load_encoder(settings.model, settings.cache.expanduser())
    except IndexFault as error:
        raise Unusable(error) from error
    passages = []
    for item in data.documents.values():
        manuscript = compose([Block(part) for part in item.text.split("\n")])
        for passage in split(manuscript, encoder.count_tokens):
            text = manuscript.text[passage.start : passage.end]
            terms = tuple(word.term for word in passage.words)
            passages.append(Sample(text, passage.language, frozenset([item.id]), terms))
    queries = []
    for key, item in data.queries.items():
        text = normalise(item.text)
        terms = tuple(word.term for word in words(text))
        queries.append(Sample(text, dominant(text), data.relevant[key], terms))
    for language in LANGUAGES:
        if not _is_enough(data, language):
            raise NotEnoughTexts(path=folder, language=language)
    return learn(encoder, passages, queries, source or data.name)


def _is_enough(data: beir.EvaluationSet, language: str) -> bool:
    """Whether queries in a language have answers, and wrong documents beside them, in each language."""
    asked = [key for key, one in data.queries.items() if one.language == language]
    there = {other: sum(one.language == other for one in data.documents.values()) for other in LANGUAGES}
    return all(
        any(0 < len(data.relevant_in(key, other)) < there[other] for key in asked) for other in LANGUAGES
    )
