"""A document as it was, and what has become of it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for

from kb.models import Document, DocumentVersion, Evidence
from web.context import knowledge_base
from web.forms.query_params import chars, list_window
from web.presenters import diff
from web.presenters.document import anchored, arranged, shown_blocks
from web.presenters.pagination import paging

LISTED = 20  # versions on a page of the list, where each is compared with the one before


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to the next: how many paragraphs of each sort, and which facts."""

    changed: int
    added: int
    removed: int
    facts: tuple[str, ...]  # names of `differing.FactChange`


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version in the list; the first one differs from nothing."""

    version: DocumentVersion
    difference: Difference | None


def versions(document_id: str) -> str:
    """The versions of a document, newest first, `LISTED` on a page."""
    found = knowledge_base().reader.versions(document_id)
    offset = list_window(request.args).offset
    return render_template(
        "versions.html",
        document=found[0].summary,
        listed=listed_of(found, offset, lambda number: knowledge_base().reader.version(document_id, number)),
        total=len(found),
        paging=paging(
            len(found),
            LISTED,
            offset,
            lambda start: url_for("documents.versions", document_id=document_id, offset=start or None),
        ),
    )


def version(document_id: str, number: int) -> str:
    """A document as it was, with the characters set off that `chars` names."""
    current = knowledge_base().reader.document(document_id).summary
    found = knowledge_base().reader.version(document_id, number)
    span = chars(request.args, found.text)
    evidence = [] if span is None else [Evidence(span, ())]
    anchors = [] if span is None else anchored(found, [(0, span.start)])
    shown = arranged(found, shown_blocks(found, evidence, anchors))
    came_in = next(one for one in knowledge_base().reader.versions(document_id) if one.summary.version == number)
    return render_template(
        "version.html", document=found.summary, current=current, came_in=came_in.created_at, shown=shown, cited=span
    )


def changes(document_id: str, number: int) -> str:
    """What changed from the version before to this one."""
    before, after = knowledge_base().reader.changed_version(document_id, number)
    current = knowledge_base().reader.document(document_id).summary
    return render_template(
        "changes.html",
        room="documents",
        document=after.summary,
        current=current,
        difference=difference(before, after),
        changes=diff.folded(diff.changes(before.text, after.text)),
        facts=diff.changed_facts(before.summary, after.summary),
    )


def listed_of(
    found: Sequence[DocumentVersion], offset: int, version_of: Callable[[int], Document]
) -> list[ListedVersion]:
    """`LISTED` of the versions from `offset` on, which come newest first; `version_of` gives one by its number."""
    # With the one after them, from which the last one differs.
    compared = found[offset : offset + LISTED + 1]
    states = [version_of(one.summary.version) for one in compared]
    return [
        ListedVersion(one, difference(before, after) if before else None)
        for one, after, before in zip(compared, states, [*states[1:], None], strict=True)
    ][:LISTED]


def difference(before: Document, after: Document) -> Difference:
    """What changed between two versions, counted."""
    kinds = Counter(change.kind for change in diff.changes(before.text, after.text))
    facts = diff.changed_facts(before.summary, after.summary)
    return Difference(kinds["changed"], kinds["added"], kinds["removed"], tuple(fact.name for fact in facts))
