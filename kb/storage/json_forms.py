"""The JSON of what is stored and exported, and the keys made of it.

Every name is written out: renaming a class or a field in the code changes nothing that is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ingest.models import BlockRole, Description, Kind, Manuscript, PlacedBlock, StatedMetadata

_KEY_VERSION = 2  # 1: the `repr` of dataclasses (`kb.storage.keys_of_0_1`)


def from_blocks(blocks: Iterable[PlacedBlock]) -> list[dict[str, Any]]:
    """Blocks to JSON, without what is not set."""
    return [
        _set(
            start=block.start,
            end=block.end,
            role=block.role.value,
            label=block.label,
            speaker=block.speaker,
            starts_at_ms=block.starts_at_ms,
            ends_at_ms=block.ends_at_ms,
        )
        for block in blocks
    ]


def to_blocks(stored: Iterable[Mapping[str, Any]]) -> tuple[PlacedBlock, ...]:
    """From the JSON of `from_blocks`."""
    return tuple(
        PlacedBlock(
            start=block["start"],
            end=block["end"],
            role=BlockRole(block["role"]),
            label=block.get("label"),
            speaker=block.get("speaker"),
            starts_at_ms=block.get("starts_at_ms"),
            ends_at_ms=block.get("ends_at_ms"),
        )
        for block in stored
    )


def from_facts(facts: StatedMetadata) -> dict[str, Any]:
    """Stated facts to JSON, without what is not stated."""
    return _set(
        title=facts.title,
        kind=facts.kind.value if facts.kind else None,
        date=facts.date,
        event=facts.event,
        economies=list(facts.economies) or None,
        organisations=list(facts.organisations) or None,
        themes=list(facts.themes) or None,
        source=facts.source,
        sample=facts.sample,
    )


def to_facts(stored: Mapping[str, Any]) -> StatedMetadata:
    """From the JSON of `from_facts`."""
    return StatedMetadata(
        title=stored.get("title"),
        kind=Kind(stored["kind"]) if "kind" in stored else None,
        date=stored.get("date"),
        event=stored.get("event"),
        economies=tuple(stored.get("economies", ())),
        organisations=tuple(stored.get("organisations", ())),
        themes=tuple(stored.get("themes", ())),
        source=stored.get("source"),
        sample=stored.get("sample"),
    )


def from_description(description: Description) -> dict[str, Any]:
    """A description to the columns of a version, but for the source, which the caller settles."""
    return {
        "title": description.title,
        "kind": description.kind.value,
        "languages": list(description.languages),
        "date": description.date,
        "event": description.event,
        "economies": list(description.economies),
        "organisations": list(description.organisations),
        "themes": list(description.themes),
    }


def text_key(passage_text: str) -> str:
    """The key under which the vectors of a text are kept."""
    return hashlib.sha256(passage_text.encode()).hexdigest()


def input_key(sha256: str, stated: StatedMetadata) -> str:
    """A key of the file with that SHA-256 and what is stated of it: the same again gives the same documents."""
    return _key({"file": sha256, "stated": from_facts(stated)})


def content_key(manuscript: Manuscript, description: Description, sample: bool) -> str:
    """A key that changes whenever the text or the description of a document does."""
    return _key(
        {
            "text": manuscript.text,
            "blocks": from_blocks(manuscript.blocks),
            **from_description(description),
            "source": description.source,
            "sample": sample,
        }
    )


def _set(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _key(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(
        {"version": _KEY_VERSION, **content}, ensure_ascii=True, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
