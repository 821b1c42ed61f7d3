"""The collection as open files: what lies in an exported folder, and the lines of its files. No I/O.

    README.txt        what is what, in both languages
    collection.json   the format, its version, counts
    documents.jsonl   a document with all its versions a line, by id
    originals.jsonl   a line for each file that documents were read from, by SHA-256
    originals/        these files, named by SHA-256 and what they are
    SHA256SUMS        the sums of all these, as `sha256sum` writes and checks them

The same collection gives the same bytes: order, names of fields and ends of lines are fixed, and no date of
export is told.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from ingest.models import BlockRole, Description, Kind, Manuscript, PlacedBlock, StatedMetadata
from kb.models import LANGUAGES
from kb.storage.json_forms import content_key, from_blocks, to_blocks
from kb.storage.keys_of_0_1 import PREFIX, without_inferred_source
from kb.storage.records import Corrections
from kb.storage.row_mapping import from_corrections, to_corrections

FORMAT, VERSION = "saphan-collection", 3
README, HEADER, SUMS = "README.txt", "collection.json", "SHA256SUMS"
DOCUMENTS, ORIGINALS = "documents.jsonl", "originals.jsonl"
FOLDER = "originals"
# How a file is named that documents of a format were read from; the names that came with files may be anything.
_ENDINGS = {"markdown": "md", "text": "txt", "transcript": "txt"}
_PLAIN = ("csv", "docx", "html", "jsonl", "pdf", "srt", "vtt")
FILE_NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{64}}\.[a-z]{{2,5}}")


@dataclass(frozen=True, slots=True)
class ExportedVersion:
    """A version of a document with all that is kept of it; `original` is the SHA-256 of the file it came from.

    `corrected` is what editors had settled by then; exports of format version 1 do not tell it. Those before 3 do
    not tell `source_stated`, and have the keys of version 0.1.
    """

    number: int
    created_at: datetime  # UTC
    title: str
    kind: str
    languages: tuple[str, ...]
    date: str | None
    event: str | None
    economies: tuple[str, ...]
    organisations: tuple[str, ...]
    themes: tuple[str, ...]
    source: str  # the name of the file, where none is stated
    source_stated: bool
    format: str
    sample: bool
    text: str
    blocks: tuple[PlacedBlock, ...]
    content: str
    input: str
    original: str
    corrected: Corrections

    @property
    def manuscript(self) -> Manuscript:
        """Its text with its blocks."""
        return Manuscript(self.text, self.blocks)

    @property
    def description(self) -> Description:
        """What is known of it."""
        told = {one.name: getattr(self, one.name) for one in fields(Description)}
        return Description(**told | {"kind": Kind(self.kind), "source": self.source if self.source_stated else None})


@dataclass(frozen=True, slots=True)
class ExportedDocument:
    """A document with all its versions, oldest first; `version` is the number of the current one.

    `state` is "draft" or "published", `removed_at` says when it was removed, if it was, and `public_from` is the
    number of the first version that readers see. Exports of format version 1 do not tell these three.
    """

    id: str
    identity: str
    version: int
    added_at: datetime  # UTC
    versions: tuple[ExportedVersion, ...]
    state: str
    removed_at: datetime | None  # UTC
    public_from: int

    @property
    def current(self) -> ExportedVersion:
        """Its current version."""
        return next(one for one in self.versions if one.number == self.version)


@dataclass(frozen=True, slots=True)
class ExportedOriginal:
    """What is kept of a file beside its bytes; `file` is where these lie in the folder."""

    sha256: str
    name: str
    documents: int  # how many the file gave; 0: text in its place
    file: str


@dataclass(frozen=True, slots=True)
class Header:
    """What `collection.json` says."""

    format: str
    version: int
    documents: int
    originals: int


class FormatError(ValueError):
    """A line, or a field of it, is not as an export writes it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def file_name(sha256: str, format_: str) -> str:
    """Where a file lies in the folder: small letters, digits and one dot, which any system takes."""
    ending = format_ if format_ in _PLAIN else _ENDINGS.get(format_, "bin")
    return f"{FOLDER}/{sha256}.{ending}"


def line_of(kept: ExportedDocument | ExportedOriginal) -> bytes:
    """A line of `documents.jsonl` or `originals.jsonl`."""
    values = asdict(kept)
    if isinstance(kept, ExportedDocument):
        for version, told in zip(kept.versions, values["versions"], strict=True):
            told["blocks"] = from_blocks(version.blocks)
            told["corrected"] = from_corrections(version.corrected)
    told_in_full = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_moment)
    return told_in_full.encode() + b"\n"


def header_of(header: Header) -> bytes:
    """The text of `collection.json`."""
    return json.dumps(asdict(header), indent=2).encode() + b"\n"


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# ---- reading: whatever the bytes, a record or `FormatError`


def header_from(data: bytes) -> Header:
    """What `collection.json` says; of a newer version only that. Raises `FormatError`."""
    values = _object(data)
    if values.get("format") != FORMAT or not _is_count(values.get("version")):
        raise FormatError("format")
    if values["version"] > VERSION:
        return Header(FORMAT, values["version"], 0, 0)
    _check(values, {"format": _is_text, "version": _is_count, "documents": _is_whole, "originals": _is_whole})
    return Header(**values)


def original_from(line: bytes) -> ExportedOriginal:
    """From a line of `originals.jsonl`. Raises `FormatError`."""
    values = _object(line)
    _check(values, {"sha256": _is_sum, "name": _is_text, "documents": _is_whole, "file": _is_text})
    kept = ExportedOriginal(**values)
    if not FILE_NAME.fullmatch(kept.file) or kept.file[len(FOLDER) + 1 :].split(".")[0] != kept.sha256:
        raise FormatError("file")
    return kept


def document_from(line: bytes) -> ExportedDocument:
    """From a line of `documents.jsonl`. Raises `FormatError`."""
    values = _UNTOLD | _object(line)
    _check(values, _DOCUMENT)
    versions = tuple(map(_version, values.pop("versions")))
    values["added_at"] = datetime.fromisoformat(values["added_at"])
    if values["removed_at"]:
        values["removed_at"] = datetime.fromisoformat(values["removed_at"])
    kept = ExportedDocument(versions=versions, **values)
    if hashlib.sha256(kept.identity.encode()).hexdigest()[:12] != kept.id:
        raise FormatError("id")
    numbers = [one.number for one in versions]
    if kept.version not in numbers or any(later <= earlier for earlier, later in pairwise(numbers)):
        raise FormatError("version")
    return kept


def _version(values: Any) -> ExportedVersion:
    if not isinstance(values, dict):
        raise FormatError("versions")
    of_0_1 = "source_stated" not in values
    values = {"corrected": {}, "source_stated": True} | values
    _check(values, _VERSION)
    for name in ("languages", "economies", "organisations", "themes"):
        values[name] = tuple(values[name])
    values["created_at"] = datetime.fromisoformat(values["created_at"])
    end = 0
    for block in values["blocks"]:
        if not _is_block(block) or not end <= block["start"] <= block["end"] <= len(values["text"]):
            raise FormatError("blocks")
        end = block["end"]
    values["blocks"] = to_blocks(values["blocks"])
    values["corrected"] = to_corrections(values["corrected"])
    version = ExportedVersion(**values)
    return _with_keys_of_today(version) if of_0_1 else version


def _with_keys_of_today(told: ExportedVersion) -> ExportedVersion:
    """A version of an export that Saphan 0.1 wrote."""
    description = without_inferred_source(told.content, told.manuscript, told.description, told.sample)
    return replace(
        told,
        content=content_key(told.manuscript, description, told.sample),
        input=PREFIX + told.input,
        source_stated=description.source is not None,
    )


def _object(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FormatError("JSON") from error
    if not isinstance(values, dict):
        raise FormatError("JSON")
    return values


def _check(values: dict[str, Any], wanted: Mapping[str, Callable[[Any], bool]]) -> None:
    for name in sorted(values.keys() ^ wanted.keys()):
        raise FormatError(name[:40].encode("ascii", "backslashreplace").decode())
    for name, is_right in wanted.items():
        if not is_right(values[name]):
            raise FormatError(name)


def _is_text(value: object) -> bool:
    """Lone surrogates can be written in JSON, but are no text."""
    return isinstance(value, str) and value == value.encode("utf-8", "ignore").decode()


def _is_text_or_none(value: object) -> bool:
    return value is None or _is_text(value)


def _is_manuscript(value: object) -> bool:
    return _is_text(value) and isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _is_sum(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_whole(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_count(value: object) -> bool:
    return _is_whole(value) and value != 0


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_languages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(one in LANGUAGES for one in value)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and _moment(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):
        return False


def _is_date(value: object) -> bool:
    """Partial ISO 8601: "2019", "2019-08" or "2019-08-02"."""
    if value is None:
        return True
    try:
        return isinstance(value, str) and bool(date.fromisoformat((value + "-01-01")[:10]))
    except ValueError:
        return False


def _is_block(value: object) -> bool:
    known = {field.name for field in fields(PlacedBlock)}
    if not isinstance(value, dict) or not {"start", "end", "role"} <= value.keys() <= known:
        return False
    numbers = (value.get(name, 0) for name in ("start", "end", "starts_at_ms", "ends_at_ms"))
    texts = (value.get(name, "") for name in ("label", "speaker"))
    return all(map(_is_whole, numbers)) and all(map(_is_text, texts)) and value["role"] in [*BlockRole]


def _is_corrections(value: object) -> bool:
    known = {field.name for field in fields(StatedMetadata)} | {"text"}
    return isinstance(value, dict) and value.keys() <= known and all(map(_is_correction, value.items()))


def _is_correction(told: tuple[str, object]) -> bool:
    name, value = told
    if name in ("date", "event") and value is None:
        return True
    if name == "text":
        return value is True
    if name in ("economies", "organisations", "themes"):
        return _is_texts(value)
    if name in ("sample", "kind"):
        return _VERSION[name](value)
    return _is_text(value) and (name != "date" or _is_date(value))


_UNTOLD: dict[str, Any] = {"state": "published", "removed_at": None, "public_from": 1}  # in format version 1
_DOCUMENT: Mapping[str, Callable[[Any], bool]] = {
    "id": _is_text,
    "identity": _is_text,
    "version": _is_count,
    "added_at": _is_moment,
    "versions": lambda value: isinstance(value, list),
    "state": lambda value: value in ("draft", "published"),
    "removed_at": lambda value: value is None or _is_moment(value),
    "public_from": _is_count,
}
_VERSION: Mapping[str, Callable[[Any], bool]] = {
    "number": _is_count,
    "created_at": _is_moment,
    "title": _is_text,
    "kind": lambda value: value in [*Kind],
    "languages": _is_languages,
    "date": _is_date,
    "event": _is_text_or_none,
    "economies": _is_texts,
    "organisations": _is_texts,
    "themes": _is_texts,
    "source": _is_text,
    "source_stated": lambda value: isinstance(value, bool),
    "format": _is_text,
    "sample": lambda value: isinstance(value, bool),
    "text": _is_manuscript,
    "blocks": lambda value: isinstance(value, list),
    "content": _is_sum,
    "input": lambda value: isinstance(value, str) and _is_sum(value.removeprefix(PREFIX)),
    "original": _is_sum,
    "corrected": _is_corrections,
}
