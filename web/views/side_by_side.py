"""Two documents side by side, each paragraph with the one that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.models import Document, Evidence, Span
from web.context import knowledge_base
from web.forms.query_params import search_query
from web.presenters.document import ShownBlock, hits_within, shown_part

LOOKED_AT = 20  # related documents among which the same story is looked for


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """What stands on one level; either side may be empty."""

    left: tuple[ShownBlock, ...]
    right: tuple[ShownBlock, ...]


def beside(document_id: str, other_id: str) -> ResponseReturnValue:
    """Two documents side by side, with what answers `q` marked in both."""
    left, right = knowledge_base().reader.document(document_id), knowledge_base().reader.document(other_id)
    if document_id == other_id:
        return redirect(url_for("documents.document", document_id=document_id))
    query = search_query(request.args)
    left_evidence, right_evidence = (_evidence(one.summary.id, query.text) for one in (left, right))
    rows = (
        AlignedRow(_part(left, pair.left, left_evidence), _part(right, pair.right, right_evidence))
        for pair in knowledge_base().searcher.aligned(document_id, other_id)
    )
    same_story = any(
        item.same_story and item.document.id == other_id
        for item in knowledge_base().searcher.related(document_id, limit=LOOKED_AT)
    )
    return render_template(
        "beside.html",
        left=left.summary,
        right=right.summary,
        rows=[row for row in rows if not _titles(row, left.summary.title, right.summary.title)],
        same_story=same_story,
        query=query,
    )


def _titles(row: AlignedRow, left: str, right: str) -> bool:
    """Whether a level holds no more than the titles, which stand above the columns; or nothing."""
    return all(block.text == left for block in row.left) and all(block.text == right for block in row.right)


def _evidence(document_id: str, text: str) -> list[Evidence]:
    return [hit.evidence for hit in hits_within(knowledge_base().searcher, document_id, text)]


def _part(document: Document, span: Span | None, evidence: list[Evidence]) -> tuple[ShownBlock, ...]:
    return () if span is None else shown_part(document, span, evidence)
