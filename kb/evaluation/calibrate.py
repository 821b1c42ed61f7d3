"""Make a calibration from bilingual texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from index.calibration import Calibration
from index.encoder import Encoder, load_encoder
from index.errors import IndexingError
from index.training.calibration import learn
from kb.embedding.calibration import calibration_for
from kb.errors import N_, HomeUnusable, Invalid, Unusable
from kb.evaluation.training_texts import TrainingTexts, gather
from kb.models import LANGUAGES
from kb.settings import Settings
from kb.vocabulary.glossary import GlossaryFile

FEWEST = 10  # documents of each language, and questions that they answer, from which something can be learnt


def calibrate_on(
    paths: Sequence[Path],
    settings: Settings,
    source: str = "",
    encoder: Encoder | None = None,
    follow: Callable[[TrainingTexts], None] = lambda texts: None,
    ranking_only: bool = False,
) -> Calibration:
    """A calibration made from bilingual texts: files and folders, or folders in the BEIR layout.

    It is one of `encoder`, by default the model that `settings` name. `follow` is told what was read before
    learning begins, which takes minutes; `source` is what the texts are called in the file, by default the
    names of `paths`. With `ranking_only`, the means and token weights in use are kept, so that no
    document has to be encoded again. Raises `NothingThere`, `BadEvaluationSet`, `NotEnoughTexts`, `Unusable`.
    """
    try:
        encoder = encoder or load_encoder(settings.model, settings.cache.expanduser())
    except IndexingError as error:
        raise Unusable(cause=error) from error
    texts = gather(paths, encoder.count_tokens, GlossaryFile(settings.home).current())
    follow(texts)
    for language in LANGUAGES:
        documents, queries = len(texts.documents(language)), texts.answered(language)
        if min(documents, queries) < FEWEST:
            values = {"language": language, "documents": documents, "queries": queries, "fewest": FEWEST}
            raise Invalid(
                N_(
                    "{path} is not enough to learn {language!r} from: {documents} documents in that language, "
                    "and {queries} questions that they answer. Give texts in both languages, at least {fewest} "
                    "documents in each, of several sentences."
                ),
                code="not_enough_texts",
                path=texts.name,
                **values,
            )
    vectors = None
    if ranking_only:
        dimension = encoder.dimension
        vectors = calibration_for(encoder.name, lambda: dimension, settings)
    return learn(encoder, texts.sets, source or texts.name, vectors)


def write(calibration: Calibration, path: Path) -> None:
    """Write a calibration file, whole or not at all. Raises `HomeUnusable`."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            calibration.save(partial)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise HomeUnusable(home=path.parent, reason=error.strerror) from error
