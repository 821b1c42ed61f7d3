"""How much a request may send: little everywhere, much where documents are brought in.

What is sent is counted while it arrives and never written to a disk here: a file is to be stored in the database
whole, so it is held in memory once, and nothing is left behind when a connection breaks off.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage

from ingest.parsers.registry import MAX_BYTES
from kb.uploads.zip_reader import MOST_FILES

MEGABYTE = 1 << 20
MOST_BYTES = 256 * MEGABYTE  # of all files sent at once
_ENVELOPE = MEGABYTE  # what forms put around files
_ONE_FILE = MAX_BYTES + _ENVELOPE
_BATCH = MOST_BYTES + 4 * MEGABYTE
_JSON = 32 * MEGABYTE  # text only; files come as files
_OTHERWISE = 4 * MEGABYTE
LARGEST: dict[str | None, int] = {  # bytes of a request, by endpoint
    "bring_in.receive": _BATCH,
    "bring_in.mend": _ONE_FILE,
    "api_batches.receive": _BATCH,
    "api_batches.retry": _ONE_FILE,
}
LONGEST_TEXT = 1_000_000  # characters that can be pasted: a book; in UTF-8 three bytes each where they are Thai


class LimitedRequest(Request):
    """A request that reads no more than its endpoint takes; more is 413."""

    max_form_memory_size = 3 * LONGEST_TEXT + 1000  # bytes of one field
    max_form_parts = MOST_FILES + 200

    @property
    def max_content_length(self) -> int | None:
        """Bytes of its body."""
        if self._max_content_length is not None:
            return self._max_content_length
        largest = LARGEST.get(self.endpoint, _OTHERWISE)
        return min(largest, _JSON) if self.is_json else largest

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def bytes_of(file: FileStorage) -> bytes:
    """All bytes of a file that was sent, without a copy where that can be."""
    stream = file.stream
    return stream.getvalue() if isinstance(stream, BytesIO) else stream.read()
