"""What editors do with documents that are there: drafts published, facts and text corrected, going back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select

from ingest.metadata.provenance import Basis, Provenance, TracedValue, provenance_of
from ingest.text.language import languages
from kb.accounts.audit_log import AuditLog
from kb.editorial import corrections, text_markup
from kb.editorial.models import FACT_NAMES, LISTS, FactChanges, FactName, ReviewedFact, ReviewSheet
from kb.editorial.revert_fact import as_without
from kb.errors import NoSuchDocument, NotADraft, SavedMeanwhile
from kb.events import event_slug
from kb.knowledge_base import KnowledgeBase
from kb.models import Document, DocumentSummary, DocumentVersion, StoredFile
from kb.storage import writer
from kb.storage.records import DocumentRevision, IncomingDocument
from kb.storage.row_mapping import DRAFTS, NOT_REMOVED
from kb.storage.schema import originals

# A sheet is looked at again and again; of a long text this takes seconds.
_places = lru_cache(maxsize=8)(provenance_of)
_TRIES = 5  # at a correction, while others change the same documents


class Review:
    """Documents of any state but removed, for editors. Threads may share it."""

    def __init__(self, base: KnowledgeBase, audit: AuditLog) -> None:
        self._base, self._audit = base, audit
        self._reader = base.reader

    # ---- looking

    def drafts(self) -> tuple[DocumentSummary, ...]:
        """The documents that wait to be published, newest first."""
        return tuple(self._reader.summaries(states=DRAFTS))

    def summaries(self, ids: Collection[str]) -> tuple[DocumentSummary, ...]:
        """Drafts and published documents of `ids`, newest first; to show a selection. Others are left out."""
        return tuple(self._reader.summaries(ids, NOT_REMOVED))

    def document(self, document_id: str) -> Document:
        """A draft or published document. Raises `NoSuchDocument`."""
        return self._reader.document(document_id, NOT_REMOVED)

    def original(self, document_id: str) -> StoredFile:
        """The file that a draft or published document was read from. Raises `NoSuchDocument`."""
        return self._reader.original(document_id, NOT_REMOVED)

    def versions(self, document_id: str) -> tuple[DocumentVersion, ...]:
        """All versions of a draft or published document, newest first. Raises `NoSuchDocument`."""
        return self._reader.versions(document_id, NOT_REMOVED)

    def version(self, document_id: str, number: int) -> Document:
        """A draft or published document as it was, without passages. Raises `NoSuchDocument`, `NoSuchVersion`."""
        return self._reader.version(document_id, number, NOT_REMOVED)

    def changed_version(self, document_id: str, number: int) -> tuple[Document, Document]:
        """The version before `number`, and that version. Raises `NoSuchDocument`, `NoSuchVersion`."""
        return self._reader.changed_version(document_id, number, NOT_REMOVED)

    def sheet(self, document_id: str) -> ReviewSheet:
        """A draft or published document with its facts, and where they stand. Raises `NoSuchDocument`."""
        document, stored = self.document(document_id), self._reader.revision(document_id)
        draft = stored.draft
        places = _places(draft.manuscript, draft.description, draft.format)
        with self._base.database.reading() as connection:
            query = select(originals.c.name).where(originals.c.sha256 == stored.original)
            file = connection.scalar(query) or ""
        return ReviewSheet(
            document=document,
            facts=tuple(_fact(name, draft, places) for name in FACT_NAMES),
            languages=places.languages,
            speakers=places.speakers,
            parts=places.parts,
            corrected_text=draft.corrected.text,
            file=file,
        )

    # ---- drafts

    def publish(self, actor: str, document_ids: Collection[str]) -> None:
        """Let readers find drafts: all of them or none. Raises `NotADraft`."""
        ids = tuple(dict.fromkeys(document_ids))
        try:
            with self._base.database.writing() as connection:
                writer.publish(connection, ids)
                self._audit.note_each(connection, actor, "document.publish", ids)
        except NoSuchDocument as error:
            raise NotADraft(id=error.values["id"]) from error

    def discard(self, actor: str, document_ids: Collection[str]) -> None:
        """Remove drafts, which can be undone as any removal: all of them or none. Raises `NotADraft`."""
        ids = tuple(dict.fromkeys(document_ids))
        try:
            with self._base.database.writing() as connection:
                writer.remove(connection, ids, DRAFTS)
                self._audit.note_each(connection, actor, "document.discard", ids)
        except NoSuchDocument as error:
            raise NotADraft(id=error.values["id"]) from error

    # ---- facts

    def correct(self, actor: str, document_ids: Collection[str], changes: FactChanges) -> tuple[str, ...]:
        """Correct facts of one or many documents: of all of them or, when anything is wrong, of none.

        Corrected facts win over what later versions of the file say. Each document of which something is told
        otherwise gets a new version. Returns the ids of those that something was changed of, be it only that
        a fact is settled now. Raises `BadCorrection` (names the field), `NoSuchDocument`, `SavedMeanwhile`.
        """
        ids = tuple(dict.fromkeys(document_ids))
        if not ids:
            return ()
        first = self._reader.revision(ids[0])
        (summary,) = self._reader.summaries(ids[:1], NOT_REMOVED)
        wanted = corrections.read(changes, summary, self._event_now)
        for _ in range(_TRIES):
            before = [first if one == first.draft.id else self._reader.revision(one) for one in ids]
            after = [corrections.applied(one, wanted, self._as_without) for one in before]
            pairs = list(corrections.changed(before, after))
            with self._base.database.writing() as connection:
                if writer.revise(connection, [new for _, new in pairs]):
                    for old, new in pairs:
                        told = corrections.differences(old.draft, new.draft)
                        self._audit.note(connection, actor, "document.correct", new.draft.id, changed=told)
                    return tuple(new.draft.id for _, new in pairs)
            first = self._reader.revision(ids[0])
        raise SavedMeanwhile

    def _event_now(self, name: str) -> str:
        return self._reader.event_called(event_slug(name)) or name

    def _as_without(self, stored: DocumentRevision, name: str) -> IncomingDocument:
        draft = as_without(self._reader, stored, name)
        event = draft.description.event
        return _named(draft, self._event_now(event)) if event else draft

    # ---- text

    def edited(self, identity: str) -> bool:
        """Whether the text of the document with this identity is an editor's."""
        return self._reader.corrected(identity).text

    def text_of(self, document_id: str) -> str:
        """The text to be edited, with its marks (`kb.editorial.text_markup`). Raises `NoSuchDocument`."""
        return text_markup.text_of(self._reader.revision(document_id).draft.manuscript)

    def correct_text(self, actor: str, document_id: str, text: str, seen_version: int) -> int:
        """Put an edited text in place as a new version; facts stay as they are, languages are found anew.

        Returns the number of the current version, which is `seen_version` when nothing was changed. Raises
        `BadText` (with the line), `SavedMeanwhile`, `NoSuchDocument`, `ModelMismatch`, `Unusable`.
        """
        stored = self._reader.revision(document_id)
        if stored.number != seen_version:
            raise SavedMeanwhile
        manuscript = text_markup.manuscript_of(text)
        if text_markup.text_of(manuscript) == text_markup.text_of(stored.draft.manuscript):
            return seen_version
        draft = stored.draft
        edited = replace(
            draft,
            manuscript=manuscript,
            description=replace(draft.description, languages=languages(manuscript.text)),
            corrected=replace(draft.corrected, text=True),
        )
        self._write(actor, "document.text", replace(stored, draft=edited), cut=True, version=seen_version + 1)
        return seen_version + 1

    def go_back(self, actor: str, document_id: str, number: int) -> int:
        """Make version `number`, its text and its facts, the current one again, as a new version.

        Returns the number of the current version, which stays the same when it is like that one already.
        Raises `NoSuchDocument`, `NoSuchVersion`, `SavedMeanwhile`, `ModelMismatch`, `Unusable`.
        """
        now, then = self._reader.revision(document_id), self._reader.revision(document_id, number=number)
        back = _back(now, then, self._event_now)
        if back == now:
            return now.number
        cut = back.draft.manuscript != now.draft.manuscript
        self._write(actor, "document.go_back", back, cut=cut, to=number)
        return self._reader.revision(document_id).number

    def _write(self, actor: str, action: str, revision: DocumentRevision, *, cut: bool, **details: object) -> None:
        """Write a new version; `cut` when its text is another one. Raises `SavedMeanwhile`."""
        ingestor = self._base.ingestor
        if cut:
            revision, made = ingestor.prepare_revision(revision)
        with self._base.database.writing() as connection:
            if cut:
                made = ingestor.complete(connection, [revision.draft], made)
            if not writer.revise(connection, [revision], made if cut else {}, self._base.model.name if cut else ""):
                raise SavedMeanwhile
            self._audit.note(connection, actor, action, revision.draft.id, **details)


def _fact(name: FactName, draft: IncomingDocument, places: Provenance) -> ReviewedFact:
    corrected = name in draft.corrected.names
    if name == "sample":
        return ReviewedFact(name, (TracedValue("true", Basis.STATED, (), 0),) if draft.sample else (), corrected)
    traced = getattr(places, name)
    values = traced if name in LISTS else (traced,) if traced else ()
    return ReviewedFact(name, values, corrected)


def _named(draft: IncomingDocument, event: str) -> IncomingDocument:
    return replace(draft, description=replace(draft.description, event=event))


def _back(now: DocumentRevision, then: DocumentRevision, event_now: Callable[[str], str]) -> DocumentRevision:
    """The version of `then` as the current one.

    It counts as read from the file that is there `now`, so that bringing that in again does not undo going back.
    """
    draft = then.draft
    from_other = then.original != now.original and draft.input != now.draft.input
    corrected = replace(draft.corrected, text=draft.corrected.text or from_other)
    draft = replace(draft, input=now.draft.input, corrected=corrected)
    if event := draft.description.event:
        draft = _named(draft, event_now(event))
    return DocumentRevision(now.number, draft, then.original)
