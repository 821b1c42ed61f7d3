"""The words that editors keep: the glossary of names in both languages, and the home's own list of Thai words.

Both are files of the home. Whoever saves says what they started from (`seen`, SHA-256 of the file); when somebody
else has saved meanwhile, nothing is written.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.text.language import asked_in, idle, tokens, words
from ingest.text.normalise import normalise
from kb.accounts.audit_log import AuditLog
from kb.atomic_files import overwrite
from kb.editorial.resegmentation import finish
from kb.errors import BadGlossary, BadWords, KbError, SavedMeanwhile
from kb.knowledge_base import KnowledgeBase
from kb.models import LANGUAGES
from kb.storage import dictionary_state
from kb.vocabulary import custom_dictionary, glossary
from kb.vocabulary.glossary import GlossaryRow
from kb.vocabulary.thesaurus import Concept

LONGEST = 2000  # characters of a sentence that is tried
_TURN = 5.0  # seconds of cutting anew at a time
_NAMED = 50  # names or words in a line of the audit log

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GlossarySheet:
    """The glossary as it stands; without rows and with what is `wrong` when its file is broken."""

    rows: tuple[GlossaryRow, ...]
    seen: str
    wrong: BadGlossary | None = None


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """The own words as their file says them, remarks and all; what is `wrong` when it is broken."""

    text: str
    seen: str
    wrong: BadWords | None = None


@dataclass(frozen=True, slots=True)
class SegmentationPreview:
    """A sentence in tokens as it is cut now and as it would be; joined, both give the sentence again.

    `idle` are the words of the list that change nothing in any text, in order.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionPreview:
    """What search makes of a question: its names with what they may mean, and the question in the other language.

    `translated` is empty where nothing of it could be translated; `language` is the other language.
    """

    named: tuple[tuple[str, tuple[Concept, ...]], ...]
    language: str
    translated: str


class VocabularyService:
    """The glossary and the own words of one knowledge base."""

    def __init__(self, base: KnowledgeBase, audit: AuditLog) -> None:
        self._base, self._audit = base, audit
        self._home = base.settings.home
        self._told = ""  # the fault that the log was told of last

    # ---- the glossary: it acts on questions, so a save counts from the next search

    def glossary(self) -> GlossarySheet:
        """The rows of the home's glossary. Raises `Unreadable`."""
        data = glossary.data_of(self._home)
        try:
            return GlossarySheet(glossary.rows_of(data, self._home / glossary.OWN), _sum(data))
        except BadGlossary as error:
            return GlossarySheet((), _sum(data), error)

    def glossary_file(self) -> bytes:
        """The same as a file. Raises `Unreadable`."""
        return glossary.data_of(self._home)

    def rows_in(self, data: bytes, name: str) -> tuple[GlossaryRow, ...]:
        """The rows of a file called `name` that is to become the glossary. Raises `BadGlossary`."""
        return glossary.rows_of(data, Path(name))

    def save_glossary(self, actor: str, rows: Iterable[GlossaryRow], seen: str) -> None:
        """Write all rows of the glossary into the home; it must read back.

        Raises `SavedMeanwhile`, `BadGlossaryRow`, `NotWritten`.
        """
        path = self._home / glossary.OWN
        data = glossary.csv_of(rows, path)
        with self._base.database.writing() as connection:  # one writer at a time, in any process
            now = glossary.data_of(self._home)
            if _sum(now) != seen:
                raise SavedMeanwhile
            if data == now:
                return
            before, after = Counter(self.glossary().rows), Counter(glossary.rows_of(data, path))
            details = _told(added=_names(after - before), removed=_names(before - after))
            self._audit.note(connection, actor, "glossary.save", "glossary", **details)
            overwrite(path, data)

    def concepts(self, part: str, most: int) -> tuple[Concept, ...]:
        """Concepts of the thesaurus that have `part` in a name. Raises `BadGlossary`, `Unreadable`."""
        return self._base.glossary.current().with_name(normalise(part), most)

    def preview_question(self, question: str) -> QuestionPreview:
        """What search makes of a question. Raises `BadGlossary`, `Unreadable`."""
        thesaurus, text = self._base.glossary.current(), normalise(question)[:LONGEST]
        found = words(text, own=thesaurus.own)
        (other,) = {*LANGUAGES} - {asked_in(found)}
        put = thesaurus.translated(text, found, other)
        return QuestionPreview(thesaurus.named(text, found), other, put.text if put else "")

    # ---- the own words: they act on documents, too, which are cut anew where a word stands that changed

    def word_list(self) -> DictionaryFile:
        """The home's own list of Thai words. Raises `Unreadable`."""
        data = custom_dictionary.data_of(self._home)
        text = data.decode("utf-8-sig", "replace")
        try:
            custom_dictionary.list_of(data)
        except BadWords as error:
            return DictionaryFile(text, _sum(data), error)
        return DictionaryFile(text, _sum(data))

    def preview(self, sentence: str, text: str) -> SegmentationPreview:
        """How the first `LONGEST` characters of a sentence are cut now, and with the list `text`. Raises `BadWords`."""
        own = custom_dictionary.list_of(text.encode("utf-8", "surrogatepass"))
        sentence = normalise(sentence)[:LONGEST]
        with self._base.database.reading() as connection:
            now = dictionary_state.in_force(connection)
        return SegmentationPreview(tuple(tokens(sentence, now)), tuple(tokens(sentence, own)), tuple(sorted(idle(own))))

    def save_words(self, actor: str, text: str, seen: str) -> int:
        """Write the list; returns how many documents are to be cut anew for it, which the worker does.

        Raises `SavedMeanwhile`, `BadWords`, `NotWritten`.
        """
        data = "".join(f"{line.strip()}\n" for line in text.splitlines()).encode("utf-8", "replace")
        own = custom_dictionary.list_of(data)
        with self._base.database.writing() as connection:
            now = custom_dictionary.data_of(self._home)
            if _sum(now) != seen:
                raise SavedMeanwhile
            before = dictionary_state.in_force(connection)
            if data == now and own == before:
                return 0
            details = _told(
                added=sorted(own.added - before.added),
                no_longer_added=sorted(before.added - own.added),
                taken_out=sorted(own.taken_out - before.taken_out),
                no_longer_taken_out=sorted(before.taken_out - own.taken_out),
            )
            self._audit.note(connection, actor, "words.save", "words", **details)
            found = dictionary_state.take_in(connection, own)
            # Last: when it is stopped after that, `kb.editorial.resegmentation.finish` sees the new list all the same.
            overwrite(self._home / custom_dictionary.OWN, data)
        return found

    def finish(self) -> None:
        """Go on for some seconds with what is to be cut anew: a duty of the worker.

        A fault is told in the log, once.
        """
        try:
            finish(self._base, _TURN)
            self._told = ""
        except KbError as error:
            if str(error) != self._told:
                _LOG.error("%s %s", error.message("en"), error.message("th"))
            self._told = str(error)

    def left(self) -> int:
        """How many documents are still to be cut anew."""
        with self._base.database.reading() as connection:
            return dictionary_state.left(connection)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _names(rows: Counter[GlossaryRow]) -> list[str]:
    return sorted(row.name for row in rows.elements())


def _told(**lists: Sequence[str]) -> dict[str, object]:
    """Details for the audit log: what is in each list, but no more than a page of it."""
    return {name: [*found[:_NAMED], *["…"][: len(found) > _NAMED]] for name, found in lists.items() if found}
