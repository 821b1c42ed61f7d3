"""The home's own list of Thai words: `words.txt`, UTF-8, as `ingest.text.custom_words` reads it."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import BadWordList
from ingest.text.custom_words import NO_WORDS, WordList, read
from kb.errors import N_, BadWords, Unreadable
from kb.vocabulary.reloading_file import ReloadingFile

OWN = "words.txt"


class CustomDictionaryFile(ReloadingFile[WordList]):
    """The list of a home, empty without one; read anew when the file has changed."""

    def __init__(self, home: Path) -> None:
        super().__init__(home / OWN, lambda path: list_of(data_of(path.parent)), lambda: NO_WORDS)


def data_of(home: Path) -> bytes:
    """The file as it is; nothing when there is none. Raises `Unreadable`."""
    try:
        return (home / OWN).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise Unreadable(path=home / OWN, reason=error.strerror) from error


def list_of(data: bytes) -> WordList:
    """The list in the bytes of such a file. Raises `BadWords`, which names the line."""
    try:
        return read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadWords(
            cause=BadWordList(line=line, cause=BadWordList(N_("this is not UTF-8 text. Save the file as UTF-8.")))
        ) from error
    except BadWordList as error:
        raise BadWords(cause=error) from error
