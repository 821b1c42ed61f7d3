"""What makes languages comparable for one model: means, token weights, and the scale of the merge.

An encoder puts the language of a text into its vector before its meaning, so each language's mean is taken
away, for queries and passages apart. A query's tokens are weighted by how rare they are in its language. What
speaks for a passage then becomes one score, with weights of their own for a passage in the query's language and
for one in another (docs/decisions/0004, 0023).

The file is an `.npz` without pickles, `VERSION` 3; `kb calibrate` makes it from any bilingual text.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoder import Encoded, Side
from index.errors import CalibrationUnusable
from index.late_interaction import random_rotation

VERSION = 3
SEED = 2019  # of the rotation

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Means:
    """The mean sentence vector (d,) and the mean token vector (d,) of one language, on one side."""

    sentence: FloatArray
    token: FloatArray


@dataclass(frozen=True, slots=True)
class TokenWeights:
    """Weights of token ids in one language: `weights` (n,) of sorted `ids` (n,); `unseen` of any other."""

    ids: IntArray
    weights: FloatArray
    unseen: float

    def of(self, ids: IntArray) -> FloatArray:
        """The weight of each token id."""
        if len(self.ids) == 0:
            return np.ones(len(ids), np.float32)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[places] == ids
        return np.where(known, self.weights[places], np.float32(self.unseen)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage.

    `late` (-1 to 1) is its late interaction with the query, `window` (-1 to 1) that of its best window, `meaning`
    (-1 to 1) the cosine of the sentence vectors, `words` (0 to 1) how much of the query its words cover, `concepts`
    (0 to 1) how much of it stands there by any name in any language. The last two are `window` and `meaning` of the
    query put in the passage's language; for a passage in the query's own language they are those of the query.
    """

    late: float
    window: float
    meaning: float
    words: float
    concepts: float
    translated_window: float
    translated_meaning: float


SIGNALS = len(fields(Signals))


@dataclass(frozen=True, slots=True)
class Merge:
    """Weights that make one score of what speaks for a passage, for passages in the query's language or in another.

    Columns of `weights` (2, 3 * SIGNALS): the passage's signals; what the query finds in that language anyway; the
    best that it finds there. The second row is divided by the number of the query's content words. `offsets` (4,)
    are a constant, one times the share of the query that could be translated, and both divided by that number.
    """

    weights: FloatArray
    offsets: FloatArray


@dataclass(frozen=True, slots=True)
class Certainty:
    """Weights of the log-odds that what was found answers at all.

    The merge weighs passages against each other; this weighs "the best of them answers" against "nothing here
    does" (Platt, "Probabilistic outputs for support vector machines", 1999). Columns of `weights` (2, 4 + SIGNALS):
    a constant, the score, the score of what the query finds anyway (`index.ranking.baseline_score`), the lead over the
    best of the others (negative behind it), the signals.
    The second row is divided by the number of content words. `floor` is what a query finds anyway in a collection
    too small to tell.
    """

    weights: FloatArray
    floor: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything above for one model; `source` says which texts it was made from."""

    model: str
    source: str
    rotation: FloatArray  # (d, d), applied before token vectors are cut to their signs
    means: dict[tuple[Side, str], Means]
    token_weights: dict[str, TokenWeights]
    same_language: Merge
    other_language: Merge
    floors: FloatArray  # (SIGNALS,) of what a query finds anyway, in a collection too small to tell
    certainty: Certainty

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it knows."""
        return tuple(sorted(self.token_weights))

    @property
    def name(self) -> str:
        """A name that changes whenever stored token vectors would."""
        digest = hashlib.sha256(self.rotation.tobytes())
        for language in self.languages:
            digest.update(self.means["passage", language].token.tobytes())
        return digest.hexdigest()[:8]

    def centred(self, vectors: FloatArray, side: Side, language: str, *, token: bool) -> FloatArray:
        """Vectors (…, d) without their language's mean, at unit length again."""
        means = self.means[side, language]
        moved = vectors - (means.token if token else means.sentence)
        norms = np.linalg.norm(moved, axis=-1, keepdims=True)
        centred: FloatArray = (moved / np.maximum(norms, 1e-12)).astype(np.float32)
        return centred

    def query_tokens(self, encoded: Encoded, language: str) -> tuple[FloatArray, FloatArray]:
        """A query's tokens (n, d) as late interaction takes them, centred and rotated, and their weights (n,)."""
        tokens = self.centred(encoded.tokens, "query", language, token=True)
        return tokens @ self.rotation, self.token_weights[language].of(encoded.ids)

    def save(self, path: Path) -> None:
        """Write the file; half precision is enough for means and rotation."""
        head = {
            "version": VERSION,
            "model": self.model,
            "source": self.source,
            "languages": self.languages,
            "unseen": {language: self.token_weights[language].unseen for language in self.languages},
            "floor": self.certainty.floor,
        }
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "rotation": self.rotation.astype(np.float16),
            "floors": self.floors,
            "certainty": self.certainty.weights,
        }
        for name, merge in (("same", self.same_language), ("other", self.other_language)):
            arrays |= {f"{name}.weights": merge.weights, f"{name}.offsets": merge.offsets}
        for (side, language), means in self.means.items():
            arrays[f"{side}.{language}.sentence"] = means.sentence.astype(np.float16)
            arrays[f"{side}.{language}.token"] = means.token.astype(np.float16)
        for language, weights in self.token_weights.items():
            arrays[f"{language}.ids"] = weights.ids
            arrays[f"{language}.weights"] = weights.weights.astype(np.float16)
        with path.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, head=np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays
            )


def load(path: Path, model: str) -> Calibration:
    """Read a calibration of `model`. Raises `CalibrationUnusable`."""
    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is not a calibration file, or only a part of one")
            with np.load(file, allow_pickle=False) as archive:
                arrays = {key: archive[key] for key in archive.files}
        head = json.loads(arrays["head"].tobytes())
        found = _from(head, arrays)
    except Exception as error:  # damage shows in whatever reads it first: zipfile, zlib, numpy, json
        raise CalibrationUnusable(path=path, reason=str(error)) from error
    if found.model != model:
        raise CalibrationUnusable(path=path, reason=f"it was made for {found.model}, not for {model}")
    return found


def _from(head: dict[str, Any], arrays: dict[str, npt.NDArray[np.float32]]) -> Calibration:
    if head["version"] not in (2, VERSION):
        raise ValueError(f"its version is {head['version']}, not {VERSION}")
    languages, unseen = head["languages"], head["unseen"]
    sides: tuple[Side, Side] = ("query", "passage")
    common = Calibration(
        model=str(head["model"]),
        source=str(head["source"]),
        rotation=arrays["rotation"].astype(np.float32),
        means={
            (side, language): Means(
                arrays[f"{side}.{language}.sentence"].astype(np.float32),
                arrays[f"{side}.{language}.token"].astype(np.float32),
            )
            for side in sides
            for language in languages
        },
        token_weights={
            language: TokenWeights(
                arrays[f"{language}.ids"].astype(np.int32),
                arrays[f"{language}.weights"].astype(np.float32),
                float(unseen[language]),
            )
            for language in languages
        },
        same_language=NEUTRAL_SAME,
        other_language=NEUTRAL_OTHER,
        floors=np.zeros(SIGNALS, np.float32),
        certainty=NEUTRAL_CERTAINTY,
    )
    if head["version"] == 2:  # of version 0.1 of Saphan: its vectors are as today's, its merge knew three signals
        return replace(
            common,
            same_language=_of_three(*head["same_language"]),
            other_language=_of_three(*head["other_language"]),
            certainty=simple_certainty(*head["certainty"]),
        )
    return replace(
        common,
        same_language=Merge(arrays["same.weights"], arrays["same.offsets"]),
        other_language=Merge(arrays["other.weights"], arrays["other.offsets"]),
        floors=arrays["floors"],
        certainty=Certainty(arrays["certainty"], float(head["floor"])),
    )


def simple_merge(signals: Signals, constant: float) -> Merge:
    """A merge that is the same for queries of any length, whatever else they find."""
    weights = np.zeros((2, 3 * SIGNALS), np.float32)
    weights[0, :SIGNALS] = astuple(signals)
    return Merge(weights, np.array([constant, 0, 0, 0], np.float32))


def _of_three(late: float, window: float, words: float, constant: float) -> Merge:
    """A merge of version 0.1, whose `words` counted other names of the same as well."""
    return simple_merge(Signals(late, window, 0.0, words / 2, words / 2, 0.0, 0.0), constant)


def simple_certainty(slope: float, usual: float, constant: float, floor: float) -> Certainty:
    """A certainty of scores alone."""
    weights = np.zeros((2, 4 + SIGNALS), np.float32)
    weights[0, :3] = constant, slope, usual
    return Certainty(weights, floor)


NEUTRAL_SAME = simple_merge(Signals(4.0, 4.0, 0.0, 4.0, 4.0, 0.0, 0.0), -9.0)
NEUTRAL_OTHER = simple_merge(Signals(8.0, 8.0, 0.0, 0.0, 4.0, 0.0, 0.0), -10.0)
NEUTRAL_CERTAINTY = simple_certainty(1.0, 0.0, 0.0, 0.0)


def neutral(model: str, dimension: int, languages: Sequence[str]) -> Calibration:
    """A calibration that changes nothing: where no text to learn from is at hand yet."""
    zero = np.zeros(dimension, np.float32)
    sides: tuple[Side, Side] = ("query", "passage")
    return Calibration(
        model=model,
        source="none",
        rotation=random_rotation(dimension, SEED),
        means={(side, language): Means(zero, zero) for side in sides for language in languages},
        token_weights={
            language: TokenWeights(np.empty(0, np.int32), np.empty(0, np.float32), 1.0) for language in languages
        },
        same_language=NEUTRAL_SAME,
        other_language=NEUTRAL_OTHER,
        floors=np.zeros(SIGNALS, np.float32),
        certainty=NEUTRAL_CERTAINTY,
    )


def means_of(encoded: Sequence[Encoded]) -> Means:
    """The means of some texts of one language."""
    return Means(
        np.mean([one.sentence for one in encoded], axis=0).astype(np.float32),
        np.concatenate([one.tokens for one in encoded]).mean(axis=0).astype(np.float32),
    )


def token_weights_of(encoded: Sequence[Encoded]) -> TokenWeights:
    """Square root of the inverse document frequency of each token id over some passages of one language.

    The root, because a name is several rare tokens, which would outweigh all the rest (docs/decisions/0004).
    """
    counts = Counter(token for one in encoded for token in set(one.ids.tolist()))
    ids = np.array(sorted(counts), np.int32)
    found = np.array([counts[token] for token in ids.tolist()], np.float32)
    idf = np.maximum(np.log((len(encoded) + 1) / (found + 0.5)), 0.05)
    return TokenWeights(ids, np.sqrt(idf).astype(np.float32), float(np.sqrt(np.log((len(encoded) + 1) / 0.5))))
