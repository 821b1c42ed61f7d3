"""The list of published documents, and the events that they come from, kept until something changes."""

from __future__ import annotations

from kb.events import Event, MadeEvent, events_of
from kb.models import DocumentSummary
from kb.storage.reader import DocumentReader


class Catalogue:
    """Lists of one knowledge base. Threads may share it."""

    def __init__(self, reader: DocumentReader) -> None:
        self._reader = reader
        self._documents: tuple[int, tuple[DocumentSummary, ...]] = (0, ())  # after which change
        self._events: tuple[tuple[DocumentSummary, ...], tuple[MadeEvent, ...], tuple[Event, ...]] = ((), (), ())

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, newest first."""
        change = self._reader.change()
        if self._documents[0] != change:
            self._documents = (change, tuple(self._reader.summaries()))
        return self._documents[1]

    def events(self) -> tuple[Event, ...]:
        """The events that documents come from, with what editors made of them, latest first."""
        documents, made = self.documents(), self._reader.events()
        kept = self._events
        if kept[:2] != (documents, made):
            self._events = kept = (documents, made, events_of(documents, made))
        return kept[2]
