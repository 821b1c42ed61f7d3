"""Errors of a knowledge base: each says what is wrong and what to do.

Messages are English and the ids of the gettext catalogue in `kb/locale`. There is a class for what callers treat
differently; what programs tell apart is the `code`.
"""

from __future__ import annotations

from kb.i18n import N_, render

__all__ = ["N_"]


class KbError(Exception):
    """Something that the caller asked for cannot be done.

    `template` is the message with fields for `str.format`, which `values` fill; a value may be an error itself, of
    a lower layer too. Classes that have one kind of message have it, and their `code`, as theirs.
    """

    code: str = "error"
    template: str = "{cause}"

    def __init__(self, template: str | None = None, /, *, code: str | None = None, **values: object) -> None:
        self.template = template or type(self).template
        self.code = code or type(self).code
        self.values = values
        super().__init__(self.template.format(**values))

    def message(self, language: str) -> str:
        """The message in `language`, "en" or "th"."""
        return render(self, language)


class Invalid(KbError):
    """What is asked for is impossible, or what was sent is not as it should be."""


class NotFound(KbError):
    """What is asked for is not there."""


class Conflict(KbError):
    """What is there, or was done meanwhile, stands against it."""


class TooMuch(KbError):
    """More was sent than is taken."""


class Unavailable(KbError):
    """The knowledge base cannot be used until somebody mends it."""


# ---- what is asked for is impossible


class NotAdded(Invalid):
    """A document cannot be brought in."""

    code = "not_added"


class BadQuery(Invalid):
    """A search asks for something impossible; `allowed` says what is possible."""

    code = "bad_query"
    template = N_("{name} cannot be {value!r}. Allowed: {allowed}.")


class BadCorrection(Invalid):
    """A fact cannot be corrected so; nothing of the selection was changed."""

    code = "bad_correction"
    template = N_("{field} of “{title}” ({id}): {cause} Nothing was changed.")


class BadText(Invalid):
    """An edited text cannot be taken, to begin with since no words are left; nothing was changed."""

    code = "bad_text"
    template = N_("The text is empty. Enter some text, or move the document to the trash.")


class BadTimes(BadText):
    """The times of a turn make no sense. `line` counts from 1."""

    template = N_(
        "Line {line}: the times are not understood. Write them as [00:01:02.500] or [00:01:02.500 - 00:01:07.000]."
    )


class BadEvent(Invalid):
    """An event cannot have such a value; nothing was changed."""

    code = "bad_event"
    template = N_("{field}: {cause} Nothing was changed.")


class SameEvent(Invalid):
    """An event would be merged into itself."""

    code = "same_event"
    template = N_("“{name}” cannot be merged into itself. Choose another event.")


class BadPassword(Invalid):
    """A password that cannot be taken, to begin with since it is too short."""

    code = "bad_password"
    template = N_("The password is too short. Use at least {shortest} characters; a few words in a row work well.")


class BadAddress(Invalid):
    """What was given is not the address of a web page, or a strange form of one."""

    code = "bad_address"
    template = N_(
        "“{address}” is not a web address that can be downloaded. Copy the whole address from "
        "the address bar of your browser; it begins with https://."
    )


class BadFolder(Invalid):
    """A folder cannot be taken at all, to begin with since it holds no document; none of its files was."""

    code = "bad_folder"
    template = N_("There are no files to import in {name}. Check what was packed.")


class BadEntry(Invalid):
    """One file of a folder cannot be taken, to begin with since its bytes are damaged."""

    code = "bad_entry"
    template = N_("{path} is damaged within the ZIP file. Pack the folder again, or import this file separately.")


class BadGlossaryRow(Invalid):
    """A row that cannot be saved. `row` counts from 1, `name` is one of its names, `cause` says why."""

    code = "bad_glossary_row"
    template = N_("Row {row} (“{name}”): {cause} Nothing was saved.")


# ---- it is not there


class NoSuchDocument(NotFound):
    """There is no document with that id."""

    code = "no_such_document"
    template = N_("There is no document {id!r}. It may have been removed; `python -m kb list` shows all documents.")


class NoSuchVersion(NotFound):
    """The document has no version of that number."""

    code = "no_such_version"
    template = N_("Document {id!r} has no version {number}. Leave out the number to read the newest version.")


class NoSuchEvent(NotFound):
    """No document is of that event."""

    code = "no_such_event"
    template = N_("There is no event “{name}”. Look for it in the list of events.")


class NoSuchBatch(NotFound):
    """There is no batch with that number."""

    code = "no_such_batch"
    template = N_("There is no batch {id}. `python -m kb queue` and the page Import show all batches.")


# ---- something else is there, or was done meanwhile


class SavedMeanwhile(Conflict):
    """Somebody else saved what an editor was changing; nothing was written."""

    code = "saved_meanwhile"
    template = N_(
        "Someone else saved changes while you were editing, so yours are not saved yet. They are "
        "still here: check the current state, then save again."
    )


class NotADraft(Conflict):
    """A document is not there as a draft."""

    code = "not_a_draft"
    template = N_("{id} is not a draft; it may already be published or removed. Check the list of drafts.")


class NotRemoved(Conflict):
    """A document is not among the removed ones."""

    code = "not_removed"
    template = N_("{id} is not in the trash. `python -m kb removed` and the page Trash show the documents in it.")


class EventThere(Conflict):
    """An event of that name is there already, or was before it was renamed or merged."""

    code = "event_there"
    template = N_("There is already an event “{name}”. Choose another name, or merge the two events.")


class OtherHistory(Conflict):
    """A document has become another one here than in the export; it stays as it is here."""

    code = "other_history"
    template = N_(
        "Document {id!r} ({title}) differs from the exported one from version {number} on, and "
        "stays as it is. To use the exported one, remove it here (`python -m kb remove {id}`) "
        "and import again."
    )


# ---- the knowledge base cannot be used as it is


class BadGlossary(Unavailable):
    """The glossary cannot be used. `line` counts from 1, `cause` says why."""

    code = "bad_glossary"
    template = N_("The glossary {path} cannot be used. Line {line}: {cause}")


class BadWords(Unavailable):
    """The home's own list of Thai words cannot be used."""

    code = "bad_words"


class Unusable(Unavailable):
    """The model or its calibration cannot be used."""

    code = "model_unusable"


class ModelMismatch(Unavailable):
    """The stored vectors were made by another model."""

    code = "model_mismatch"
    template = N_(
        "This knowledge base was made with the model {stored}, but the settings name {current}. Run "
        "`python -m kb reindex` to encode its documents with {current}, or set `model` back."
    )


class HomeUnusable(KbError):
    """The folder or the database cannot be read or written."""

    code = "home_unusable"
    template = N_(
        "The knowledge base in {home} cannot be used: {reason}. Check the folder's permissions and the free space."
    )


class BadSetting(KbError):
    """A setting has a value that it cannot have."""

    code = "bad_setting"
    template = N_("{name} cannot be {value!r}. Use `yes` or `no`.")


class WorkerElsewhere(KbError):
    """Another process works on what was sent in to this home."""

    code = "worker_elsewhere"
    template = N_("Another process, such as `kb serve`, is processing the imports of {home}. Stop it first.")


# ---- files and addresses


class Unreadable(KbError):
    """A file or folder cannot be read."""

    code = "unreadable"
    template = N_("{path} cannot be read ({reason}). Check its permissions, then try again.")


class NotWritten(KbError):
    """A file or folder cannot be written; nothing of it is there."""

    code = "not_written"
    template = N_(
        "{path} cannot be written ({reason}). Check that the folder exists, its permissions and the free space."
    )


class BadBackup(KbError):
    """A file cannot be restored from, to begin with since it is no backup; nothing was put in place."""

    code = "bad_backup"
    template = N_("{path} is not a backup. Name a file that `python -m kb backup` wrote.")


class BadExport(KbError):
    """A folder cannot be imported, to begin with since a file of an export is missing."""

    code = "bad_export"
    template = N_(
        "{path} is not a complete export: the file {name} is missing or not a regular file. Copy "
        "the whole folder again."
    )


class AddressUnreachable(KbError):
    """No connection to it can be made, or it is lost."""

    code = "address_unreachable"
    template = N_(
        "{host} cannot be reached ({reason}). Try again later, or save the page in your browser and import the file."
    )


# ---- an item that was sent in


class WentWrong(KbError):
    """A fault of ours while an item was worked on; the log has more."""

    code = "went_wrong"
    template = N_(
        "Saphan failed to process this file. Try again; if it fails again, ask the administrator "
        "to check the server log."
    )


class BroughtDown(KbError):
    """Work on an item ended several times with the end of the worker."""

    code = "brought_down"
    template = N_(
        "Processing of this file stopped {times} times, perhaps because it needs too much "
        "memory. Split it or save it in another format, then upload that instead."
    )
