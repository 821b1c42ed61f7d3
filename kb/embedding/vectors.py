"""The vectors of passages: made, stored and handed to an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import numpy as np

from index.calibration import Calibration
from index.encoder import Encoder
from index.late_interaction import pack
from index.models import IndexEntry
from kb.progress import ProgressCallback, no_progress
from kb.storage.json_forms import text_key
from kb.storage.records import IncomingDocument, IndexRow, StoredVectors

_TOLD_EACH = 32  # texts that are encoded between two calls of a progress callback


def make_vectors(
    texts: Mapping[str, tuple[str, str]],
    encoder: Encoder,
    calibration: Calibration,
    progress: ProgressCallback = no_progress,
) -> Iterator[tuple[str, StoredVectors]]:
    """Encode texts, given as key to text and language; one after the other, as they are ready.

    With a `progress`, which is to be told soon and may stop it, they are handed to the encoder in small pieces.
    """
    total, done = len(texts), 0
    at_once = total if progress is no_progress else _TOLD_EACH
    rest = iter(texts.items())
    while some := list(islice(rest, at_once)):
        progress("encoded", done, total)
        encoded = encoder.encode((text for _, (text, _) in some), "passage")
        for (key, (_, language)), one in zip(some, encoded, strict=True):
            centred = calibration.centred(one.tokens, "passage", language, token=True)
            packed = pack(centred, calibration.rotation)
            done += 1
            progress("encoded", done, total)
            yield key, StoredVectors(one.sentence.tobytes(), packed.tobytes(), one.spans.tobytes())


def texts_of(documents: Iterable[IncomingDocument]) -> dict[str, tuple[str, str]]:
    """The texts of the documents' passages: key to text and language."""
    texts = {}
    for document in documents:
        for passage in document.passages:
            text = document.text_of(passage)
            texts[text_key(text)] = (text, passage.language)
    return texts


def to_entry(row: IndexRow) -> IndexEntry:
    """A stored passage as an index takes it."""
    sentence = np.frombuffer(row.vectors.sentence, np.float32)
    width = -(-len(sentence) // 8)  # bytes of a packed token vector
    return IndexEntry(
        id=row.id,
        group=row.document_id,
        language=row.language,
        terms=row.terms,
        sentence=sentence,
        tokens=np.frombuffer(row.vectors.tokens, np.uint8).reshape(-1, width),
    )
