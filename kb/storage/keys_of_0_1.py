"""The keys of version 0.1, which were made of the `repr` of dataclasses, for homes and exports that have them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ingest.models import Description, Kind, Manuscript, StatedMetadata

PREFIX = "0.1:"  # before an input key that version 0.1 made: what was stated is not kept, so it cannot be made anew


def input_key(sha256: str, stated: StatedMetadata) -> str:
    """The input key as version 0.1 made it of a file's SHA-256 and what is stated of it, with `PREFIX`."""
    return PREFIX + _sha256(bytes.fromhex(sha256) + _facts("Facts", stated).encode())


def without_inferred_source(
    content: str, manuscript: Manuscript, description: Description, sample: bool
) -> Description:
    """The description of a version that version 0.1 stored with that content key.

    Where nobody stated a source, the name of the file stood in its place, and only the key told.
    """
    unsourced = replace(description, source=None)
    return unsourced if _content_key(manuscript, unsourced, sample) == content else description


def _content_key(manuscript: Manuscript, description: Description, sample: bool) -> str:
    blocks = tuple(
        _Verbatim(
            f"PlacedBlock(start={one.start!r}, end={one.end!r}, "
            f"role=<Role.{one.role.value.upper()}: {one.role.value!r}>, label={one.label!r}, "
            f"speaker={one.speaker!r}, starts_at_ms={one.starts_at_ms!r}, ends_at_ms={one.ends_at_ms!r})"
        )
        for one in manuscript.blocks
    )
    described = _facts("Description", replace(description, themes=()))
    key = _sha256(f"(Manuscript(text={manuscript.text!r}, blocks={blocks!r}), {described}, {sample!r})".encode())
    themes = list(description.themes)
    return _sha256(f"{key} {themes!r}".encode()) if themes else key


def _facts(name: str, told: StatedMetadata | Description) -> str:
    parts = [
        f"title={told.title!r}",
        f"kind={_kind(told.kind)}",
        *([f"languages={told.languages!r}"] if isinstance(told, Description) else []),
        f"date={told.date!r}",
        f"event={told.event!r}",
        f"economies={told.economies!r}",
        f"organisations={told.organisations!r}",
        *([f"themes={told.themes!r}"] if told.themes else []),
        f"source={told.source!r}",
        *([f"sample={told.sample!r}"] if isinstance(told, StatedMetadata) else []),
    ]
    return f"{name}({', '.join(parts)})"


def _kind(kind: Kind | None) -> str:
    return f"<Kind.{kind.value.upper()}: {kind.value!r}>" if kind else "None"


class _Verbatim:
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
