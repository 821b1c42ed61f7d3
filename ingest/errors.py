"""Errors of `ingest`: each says what is wrong with the bytes and what to do.

Messages are English and the ids of a gettext catalogue; whoever shows them to people translates them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802 - the usual name of gettext's marker
    """Mark a message for translation."""
    return message


@dataclass(frozen=True, slots=True)
class Phrase:
    """Part of a message that is translated too."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class IngestError(Exception):
    """Something about the bytes or the facts stated of them keeps a document out.

    `template` is the message with fields for `str.format`, which `values` fill; a value may be an error or a
    `Phrase` itself. Classes that have one kind of message have it as theirs.
    """

    template: str = ""

    def __init__(self, template: str | None = None, **values: object) -> None:
        self.template = template or type(self).template
        self.values = values
        super().__init__(self.template.format(**values))


class NoText(IngestError):
    """There are bytes, but no text to read in them."""

    template = N_(
        "There is no text in the file. If it is a web page, open it in a browser, wait until the "
        "text shows, save it and import it again."
    )


class TooLarge(IngestError):
    """More bytes than a document may have."""

    template = N_("The file has {megabytes} MB; at most {limit} MB can be read. Split it or remove its pictures.")


class UnknownType(IngestError):
    """A kind of file that cannot be read; `what` is a `Phrase` that says what it looks like."""

    template = N_(
        "This looks like {what}, which cannot be read. Save it as HTML, PDF, DOCX, plain text, "
        "Markdown, WebVTT, SRT, CSV or JSON Lines, then import that."
    )


class Damaged(IngestError):
    """The right kind of file, but broken; `format` names the kind."""

    template = N_("The {format} file is damaged and cannot be read. Get a fresh copy, or open and save it again.")


class Encrypted(IngestError):
    """The file opens with a password only."""

    template = N_("The file is protected by a password. Remove the password, then import it again.")


class UnknownEncoding(IngestError):
    """Bytes that are not text in any encoding known here."""

    template = N_("The bytes are not readable text. If it is a text file, save it as UTF-8 and import it again.")


class BadTable(IngestError):
    """A table of cases that cannot be read as a whole."""

    template = N_("The table has no rows below its column names. Add one row for each document.")


class BadRow(BadTable):
    """One row that cannot be read; nothing of the file goes in. `line` counts from 1, `cause` says why."""

    template = N_("Line {line}: {cause} Nothing from this file was imported.")


class BadWordList(IngestError):
    """A list of Thai words that cannot be used. `line` counts from 1, `cause` says why."""

    template = N_("The custom dictionary cannot be used. Line {line}: {cause}")


class BadSidecar(IngestError):
    """A file of facts that is not a YAML mapping of keys to values."""

    template = N_("The details are not “key: value” lines in YAML. Write one detail per line; the keys are: {allowed}.")


class BadFact(IngestError):
    """The value of one fact is not understood."""

    template = N_("The {key} “{value}” is not understood. Correct it or leave it out.")
