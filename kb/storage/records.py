"""What passes between `kb.knowledge_base` and `kb.storage.repository`: frozen dataclasses, no I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace

from ingest.models import Description, Manuscript, StatedMetadata
from ingest.models import PassageSpan as CutPassage
from ingest.text.custom_words import NO_WORDS, WordList
from kb.models import Passage
from kb.storage.json_forms import content_key


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """The vectors of a passage's text as bytes: float32 sentence, packed tokens, int32 spans."""

    sentence: bytes
    tokens: bytes
    spans: bytes

    @property
    def checksum(self) -> str:
        """SHA-256 of the three."""
        return hashlib.sha256(self.sentence + self.tokens + self.spans).hexdigest()


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file as it came in, and how many documents it gave."""

    name: str
    data: bytes
    documents: int

    @property
    def sha256(self) -> str:
        """Its key."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Corrections:
    """What editors settled of a document; it wins over what its file says, now and later.

    `cleared` names facts of `stated` that are not known, whatever the text says. `text`: the text is an editor's.
    """

    stated: StatedMetadata = field(default_factory=StatedMetadata)
    cleared: tuple[str, ...] = ()
    text: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The facts that are settled."""
        told = {one.name for one in fields(StatedMetadata) if getattr(self.stated, one.name) not in (None, ())}
        return frozenset(told | {*self.cleared})

    def on(self, description: Description) -> Description:
        """The description with the facts that are settled."""
        told = {name: getattr(self.stated, name) for name in self.names - {"sample"}}
        return replace(description, **told)


UNCORRECTED = Corrections()


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """A document on its way in. `identity` says where it came from, `input` what was read and stated.

    `own` are those of the home's words that stand in the text; the passages are cut with them. `corrected` is
    what editors settled, which is in the rest already.
    """

    identity: str
    input: str
    manuscript: Manuscript
    description: Description
    source: str
    format: str
    sample: bool
    passages: tuple[CutPassage, ...]
    own: WordList = NO_WORDS
    corrected: Corrections = UNCORRECTED

    @property
    def id(self) -> str:
        """The document's id: the same for the same identity, in any knowledge base."""
        return hashlib.sha256(self.identity.encode()).hexdigest()[:12]

    @property
    def content(self) -> str:
        """A key that changes whenever the text or the description does."""
        return content_key(self.manuscript, self.description, self.sample)

    def text_of(self, passage: CutPassage) -> str:
        """The text of one of its passages."""
        return self.manuscript.text[passage.start : passage.end]


@dataclass(frozen=True, slots=True)
class DocumentRevision:
    """The current version of a document: its number, its draft without passages, and its file's SHA-256."""

    number: int
    draft: IncomingDocument
    original: str


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document that is already there."""

    id: str
    title: str
    passages: int


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file that was read: the documents that are already there, or else the drafts of its documents."""

    known: tuple[KnownDocument, ...]
    drafts: tuple[IncomingDocument, ...]
    original: OriginalFile


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A passage as an index needs it."""

    id: str
    document_id: str
    language: str
    terms: tuple[str, ...]
    vectors: StoredVectors


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as a result needs it: with its words, their places and its vectors."""

    passage: Passage
    terms: tuple[str, ...]  # its words in search form, in order
    places: bytes  # int32 pairs: where they stand in the document's text
    vectors: StoredVectors


@dataclass(frozen=True, slots=True)
class IntegrityProblem:
    """Something that `verify` found wrong; `kb.cli.messages` has a sentence for each code."""

    code: str
    where: str  # the passage's id, or what the database says of itself
