"""From what a form or a program sends to what the desk takes in: one reading for the pages and for the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage

from ingest.errors import BadSidecar, IngestError
from ingest.metadata import sidecar
from ingest.models import StatedMetadata
from kb.errors import N_, Invalid, NotAdded
from kb.uploads.models import Upload, UploadedAddress, UploadedFile, UploadedText
from web.security.request_limits import LONGEST_TEXT, bytes_of


def files_of(sent: Iterable[FileStorage]) -> list[Upload]:
    """The files of a form; inputs that were left empty send one without a name and without bytes."""
    files = [(file.filename or "", bytes_of(file)) for file in sent]
    return [UploadedFile(name, data) for name, data in files if name or data]


def text_of(title: str, text: str) -> list[Upload]:
    """Pasted text, if there is any. Raises `Invalid`."""
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            N_("The text has more than {limit} characters. Save it as a file and import that, or split it."),
            code="text_too_long",
            limit=LONGEST_TEXT,
        )
    return [UploadedText(title, text)] if text.strip() else []


def addresses_of(lines: Iterable[str]) -> list[Upload]:
    """Web addresses, blank ones left out."""
    return [UploadedAddress(address) for line in lines if (address := line.strip())]


def facts_of(values: Mapping[str, object]) -> StatedMetadata:
    """Stated facts, in any way a sidecar may state them. Raises `NotAdded`, whose cause says which is wrong."""
    try:
        for key in values:
            if key not in sidecar.KEYS:
                raise BadSidecar(
                    N_("The detail “{key}” is not recognised. Use one of: {allowed}."),
                    key=key,
                    allowed=", ".join(sidecar.KEYS),
                )
        return sidecar.facts_of(values)
    except IngestError as error:
        raise NotAdded(cause=error) from error
