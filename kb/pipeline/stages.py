"""The steps of the path in: bytes to drafts, and drafts' texts to vectors ready to be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal, Protocol

import numpy as np

from index.calibration import Calibration
from index.encoder import Encoder
from index.late_interaction import pack
from index.models import IndexEntry
from ingest.chunking.passages import split
from ingest.errors import IngestError
from ingest.metadata import sidecar
from ingest.metadata.extract import describe
from ingest.models import Manuscript, ParsedDocument, StatedMetadata, Word
from ingest.parsers import registry
from ingest.text.custom_words import WordList
from ingest.text.language import words
from ingest.text.normalise import compose
from kb.errors import NotAdded
from kb.events import event_slug
from kb.storage.records import (
    UNCORRECTED,
    Corrections,
    IncomingDocument,
    IndexRow,
    StoredVectors,
    key_of,
    spelled,
)

_FOLLOWED = 32  # texts that are encoded between two times that somebody who follows is told
CountTokens = Callable[[Sequence[str]], Sequence[int]]
Stage = Literal["read", "described", "split", "encoded"]
ProgressCallback = Callable[
    [Stage, int, int], None
]  # is told of what is done of how many; it may raise, which stops all


def no_progress(stage: Stage, done: int, total: int) -> None:
    """The `ProgressCallback` that does nothing."""


def input_key(data: bytes, stated: StatedMetadata) -> str:
    """A key of what is read and what is stated of it: the same again gives the same documents."""
    return hashlib.sha256(hashlib.sha256(data).digest() + spelled(stated).encode()).hexdigest()


class Editorial(Protocol):
    """What editors settled of documents that are still to come; `kb.storage.repository.DocumentStore` knows it."""

    def corrected(self, identity: str) -> Corrections:
        """What they settled of the document with this identity."""
        ...

    def edited_text(self, identity: str, original: str) -> Manuscript | None:
        """The text that they gave it, if it was read from the file with the SHA-256 `original`."""
        ...

    def event_called(self, slug: str) -> str | None:
        """The name of the event that has or had this slug."""
        ...


def incoming_documents(
    data: bytes,
    name: str,
    origin: str,
    stated: StatedMetadata,
    count_tokens: CountTokens,
    own: WordList,
    editorial: Editorial,
    follow: ProgressCallback = no_progress,
) -> tuple[IncomingDocument, ...]:
    """Read a file: parse, normalise, describe, cut into passages. Raises `NotAdded`, and what `follow` raises.

    The home's `own` words have no say in the description: the same file says the same of itself in any home.
    """
    key, sha256 = input_key(data, stated), hashlib.sha256(data).hexdigest()
    try:
        parsed = registry.read(data, name)
        follow("read", len(parsed), len(parsed))
        described: list[tuple[IncomingDocument, tuple[Word, ...]]] = []
        for one in parsed:
            described.append(_described(one, key, sha256, name, origin, stated, editorial))
            follow("described", len(described), len(parsed))
        whole: list[IncomingDocument] = []
        for draft, said in described:
            whole.append(cut(draft, count_tokens, own, said))
            follow("split", len(whole), len(parsed))
        return tuple(whole)
    except IngestError as error:
        raise NotAdded(error) from error


def cut(
    draft: IncomingDocument, count_tokens: CountTokens, own: WordList, said: tuple[Word, ...] | None = None
) -> IncomingDocument:
    """The draft with its passages, cut with the home's `own` words; `said` are its words cut without, if known."""
    text = draft.manuscript.text
    here = own.within(text)
    if here or said is None:
        said = words(text, own=here)
    return replace(draft, passages=split(draft.manuscript, said, count_tokens, here), own=here)


def _described(
    parsed: ParsedDocument,
    key: str,
    sha256: str,
    name: str,
    origin: str,
    stated: StatedMetadata,
    editorial: Editorial,
) -> tuple[IncomingDocument, tuple[Word, ...]]:
    """A draft without passages, and its words."""
    manuscript = compose(parsed.blocks)
    said = words(manuscript.text)
    description = describe(manuscript, parsed, said, stated)
    named = identity(origin, description.source, parsed.key)
    corrected, edited = editorial.corrected(named), editorial.edited_text(named, sha256)
    corrected = replace(corrected, text=edited is not None)
    if edited:
        manuscript, said = edited, words(edited.text)
    if corrected != UNCORRECTED:
        stated = sidecar.merge(corrected.stated, stated)
        description = corrected.on(describe(manuscript, parsed, said, stated))
    if description.event:
        event = editorial.event_called(event_slug(description.event)) or description.event
        description = replace(description, event=event)
    draft = IncomingDocument(
        identity=named,
        input=key,
        manuscript=manuscript,
        description=description,
        source=description.source or name,
        format=parsed.format,
        sample=bool(sidecar.merge(stated, parsed.stated).sample),
        passages=(),
        corrected=corrected,
    )
    return draft, said


def identity(origin: str, source: str | None, key: str | None) -> str:
    """What makes a later document a new version of an earlier one: its web address, else where it was read."""
    place = source if source and source.startswith(("http://", "https://")) else origin
    return f"{place}#{key}" if key else place


def make_vectors(
    texts: Mapping[str, tuple[str, str]],
    encoder: Encoder,
    calibration: Calibration,
    follow: ProgressCallback = no_progress,
) -> Iterator[tuple[str, StoredVectors]]:
    """Encode texts, given as key to text and language; one after the other, as they are ready.

    With a `follow`, which is to be told soon and may stop it, they are handed to the encoder in small pieces.
    """
    total, done = len(texts), 0
    at_once = total if follow is no_progress else _FOLLOWED
    rest = iter(texts.items())
    while some := list(islice(rest, at_once)):
        follow("encoded", done, total)
        encoded = encoder.encode((text for _, (text, _) in some), "passage")
        for (key, (_, language)), one in zip(some, encoded, strict=True):
            centred = calibration.centred(one.tokens, "passage", language, token=True)
            packed = pack(centred, calibration.rotation)
            done += 1
            follow("encoded", done, total)
            yield key, StoredVectors(one.sentence.tobytes(), packed.tobytes(), one.spans.tobytes())


def texts_of(draft: IncomingDocument) -> dict[str, tuple[str, str]]:
    """The texts of a draft's passages: key to text and language."""
    texts = ((draft.text_of(passage), passage.language) for passage in draft.passages)
    return {key_of(text): (text, language) for text, language in texts}


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
