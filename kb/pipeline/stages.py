"""The steps of the path in, from bytes to documents cut into passages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.chunking.passages import split
from ingest.errors import IngestError
from ingest.metadata import sidecar
from ingest.metadata.extract import describe
from ingest.models import ParsedDocument, StatedMetadata, Word
from ingest.parsers import registry
from ingest.text.custom_words import WordList
from ingest.text.language import words
from ingest.text.normalise import compose
from kb.errors import NotAdded
from kb.events import event_slug
from kb.progress import ProgressCallback, no_progress
from kb.storage.json_forms import input_key
from kb.storage.reader import DocumentReader
from kb.storage.records import UNCORRECTED, IncomingDocument

CountTokens = Callable[[Sequence[str]], Sequence[int]]


def incoming_documents(
    data: bytes,
    name: str,
    origin: str,
    stated: StatedMetadata,
    count_tokens: CountTokens,
    own: WordList,
    reader: DocumentReader,
    progress: ProgressCallback = no_progress,
) -> tuple[IncomingDocument, ...]:
    """Read a file: parse, normalise, describe, cut into passages. Raises `NotAdded`, and what `progress` raises.

    The home's `own` words have no say in the description: the same file says the same of itself in any home.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    key = input_key(sha256, stated)
    try:
        parsed = registry.read(data, name)
        progress("read", len(parsed), len(parsed))
        described: list[tuple[IncomingDocument, tuple[Word, ...]]] = []
        for one in parsed:
            described.append(_described(one, key, sha256, name, origin, stated, reader))
            progress("described", len(described), len(parsed))
        whole: list[IncomingDocument] = []
        for draft, said in described:
            whole.append(cut(draft, count_tokens, own, said))
            progress("split", len(whole), len(parsed))
        return tuple(whole)
    except IngestError as error:
        raise NotAdded(cause=error) from error


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
    reader: DocumentReader,
) -> tuple[IncomingDocument, tuple[Word, ...]]:
    """A draft without passages, and its words."""
    manuscript = compose(parsed.blocks)
    said = words(manuscript.text)
    description = describe(manuscript, parsed, said, stated)
    named = identity(origin, description.source, parsed.key)
    corrected, edited = reader.corrected(named), reader.edited_text(named, sha256)
    corrected = replace(corrected, text=edited is not None)
    if edited:
        manuscript, said = edited, words(edited.text)
    if corrected != UNCORRECTED:
        stated = sidecar.merge(corrected.stated, stated)
        description = corrected.on(describe(manuscript, parsed, said, stated))
    if description.event:
        event = reader.event_called(event_slug(description.event)) or description.event
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
