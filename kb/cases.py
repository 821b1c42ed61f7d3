"""Best-practice cases as cards: challenge, approach, actors, results, evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.metadata.case_fields import FIELDS, field_named
from ingest.models import BlockRole, Kind, PlacedBlock
from kb.models import Document


@dataclass(frozen=True, slots=True)
class CasePart:
    """A part of a case as its document tells it: `blocks` in order, none where it is not told.

    `heading` is the block that names it; fields of a table have none.
    """

    name: str  # challenge, approach, actors, results, evidence
    heading: PlacedBlock | None
    blocks: tuple[PlacedBlock, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A document's five parts, and the blocks that belong to none of them, in order."""

    parts: tuple[CasePart, ...]
    rest: tuple[PlacedBlock, ...]


def case_of(document: Document) -> Case | None:
    """The card of a case; None for another kind, or when fewer than two of its parts are told.

    A part is a field of a table, or what follows a heading that names it, up to the next heading.
    """
    if document.summary.kind is not Kind.CASE:
        return None
    blocks = sorted((one for one in document.blocks if one.start < one.end), key=lambda one: one.start)
    headings: dict[str, PlacedBlock] = {}
    parts: dict[str, list[PlacedBlock]] = {name: [] for name in FIELDS}
    rest: list[PlacedBlock] = []
    into = rest
    for block in blocks:
        if block.role is BlockRole.FIELD:
            parts.get(block.label or "", rest).append(block)
        elif block.role is not BlockRole.HEADING:
            into.append(block)
        elif (name := field_named(document.text[block.start : block.end])) and name not in headings:
            headings[name] = block
            into = parts[name]
        else:
            into = rest
            rest.append(block)
    if sum(bool(those) for those in parts.values()) < 2:
        return None
    return Case(tuple(CasePart(name, headings.get(name), tuple(those)) for name, those in parts.items()), tuple(rest))
