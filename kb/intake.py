"""The steps of the path in: bytes to drafts, and drafts' texts to vectors ready to be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from index.calibration import Calibration
from index.encoder import Encoder
from index.model import Entry
from index.tokens import pack
from ingest import reader, sidecar
from ingest.describe import describe
from ingest.errors import IngestError
from ingest.language import words
from ingest.model import Facts, Parsed
from ingest.normalise import compose
from ingest.passages import split
from kb.errors import NotAdded
from kb.records import Draft, IndexRow, StoredVectors, key_of, spelled


def input_key(data: bytes, stated: Facts) -> str:
    """A key of what is read and what is stated of it: the same again gives the same documents."""
    return hashlib.sha256(hashlib.sha256(data).digest() + spelled(stated).encode()).hexdigest()


def drafts(
    data: bytes,
    name: str,
    origin: str,
    stated: Facts,
    count_tokens: Callable[[Sequence[str]], Sequence[int]],
) -> tuple[Draft, ...]:
    """Read a file: parse, normalise, describe, cut into passages. Raises `NotAdded`."""
    try:
        return tuple(
            _draft(parsed, input_key(data, stated), name, origin, stated, count_tokens)
            for parsed in reader.read(data, name)
        )
    except IngestError as error:
        raise NotAdded(error) from error


def _draft(
    parsed: Parsed,
    key: str,
    name: str,
    origin: str,
    stated: Facts,
    count_tokens: Callable[[Sequence[str]], Sequence[int]],
) -> Draft:
    manuscript = compose(parsed.blocks)
    said = words(manuscript.text)
    description = describe(manuscript, parsed, said, stated)
    return Draft(
        identity=identity(origin, description.source, parsed.key),
        input=key,
        manuscript=manuscript,
        description=description,
        source=description.source or name,
        format=parsed.format,
        sample=bool(sidecar.merge(stated, parsed.stated).sample),
        passages=split(manuscript, said, count_tokens),
    )


def identity(origin: str, source: str | None, key: str | None) -> str:
    """What makes a later document a new version of an earlier one: its web address, else where it was read."""
    place = source if source and source.startswith(("http://", "https://")) else origin
    return f"{place}#{key}" if key else place


def make_vectors(
    texts: Mapping[str, tuple[str, str]], encoder: Encoder, calibration: Calibration
) -> Iterator[tuple[str, StoredVectors]]:
    """Encode texts, given as key to text and language; one after the other, as they are ready."""
    encoded = encoder.encode((text for text, _ in texts.values()), "passage")
    for (key, (_, language)), one in zip(texts.items(), encoded, strict=True):
        centred = calibration.centred(one.tokens, "passage", language, token=True)
        packed = pack(centred, calibration.rotation)
        yield key, StoredVectors(one.sentence.tobytes(), packed.tobytes(), one.spans.tobytes())


def texts_of(draft: Draft) -> dict[str, tuple[str, str]]:
    """The texts of a draft's passages: key to text and language."""
    texts = ((draft.text_of(passage), passage.language) for passage in draft.passages)
    return {key_of(text): (text, language) for text, language in texts}


def to_entry(row: IndexRow) -> Entry:
    """A stored passage as an index takes it."""
    sentence = np.frombuffer(row.vectors.sentence, np.float32)
    width = -(-len(sentence) // 8)  # bytes of a packed token vector
    return Entry(
        id=row.id,
        group=row.document_id,
        language=row.language,
        terms=row.terms,
        sentence=sentence,
        tokens=np.frombuffer(row.vectors.tokens, np.uint8).reshape(-1, width),
    )
