"""Dataclasses to the JSON of the API and of the commands. The shapes are a contract: see `web/openapi.yaml`.

All positions count characters (Unicode code points) of the document's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.model import (
    Document,
    Facets,
    Page,
    Passage,
    PassageHit,
    Query,
    Related,
    Result,
    Span,
    Status,
    Summary,
)

Json = dict[str, Any]


def search_page(page: Page) -> Json:
    """The answer of `/api/v1/search`."""
    return {
        "query": _query(page.query, page.query_language),
        "took_ms": round(page.took_ms, 1),
        "total": page.total,
        "results": [_result(result, page.query.explain) for result in page.results],
        "facets": _facets(page.facets),
    }


def document_list(documents: Sequence[Summary], limit: int, offset: int) -> Json:
    """The answer of `/api/v1/documents`: the part of all `documents` from `offset` on."""
    return {
        "total": len(documents),
        "limit": limit,
        "offset": offset,
        "documents": [summary(document) for document in documents[offset : offset + limit]],
    }


def document(document: Document) -> Json:
    """The answer of `/api/v1/documents/{id}`."""
    return {
        **summary(document.summary),
        "text": document.text,
        "blocks": [
            {
                "start": block.start,
                "end": block.end,
                "role": str(block.role),
                "label": block.label,
                "speaker": block.speaker,
                "starts_at_ms": block.starts_at_ms,
                "ends_at_ms": block.ends_at_ms,
            }
            for block in document.blocks
        ],
        "passages": [
            {
                **_passage(passage),
                "ordinal": passage.ordinal,
                "sentences": [_pair(sentence) for sentence in passage.sentences],
                "ends_at_ms": passage.ends_at_ms,
            }
            for passage in document.passages
        ],
    }


def related(document_id: str, found: Sequence[Related]) -> Json:
    """The answer of `/api/v1/documents/{id}/related`."""
    return {
        "document_id": document_id,
        "related": [
            {**summary(item.document), "score": round(item.score, 4), "same_story": item.same_story}
            for item in found
        ],
    }


def health(status: Status) -> Json:
    """The answer of `/healthz`."""
    return {
        "status": "ok" if status.indexed_change == status.change else "indexing",
        "documents": status.documents,
        "passages": status.passages,
        "model": status.model,
    }


def summary(document: Summary) -> Json:
    """All of a document but its text."""
    return {
        "document_id": document.id,
        "version": document.version,
        "title": document.title,
        "kind": str(document.kind),
        "language": document.language,
        "languages": list(document.languages),
        "date": document.date,
        "event": document.event,
        "economies": list(document.economies),
        "organisations": list(document.organisations),
        "source": document.source,
        "format": document.format,
        "sample": document.sample,
        "added_at": document.added_at.isoformat(),
    }


def _query(query: Query, language: str) -> Json:
    return {
        "q": query.text,
        "language": language,
        "lang": query.languages[0] if len(query.languages) == 1 else "any",
        "kind": list(query.kinds),
        "economy": list(query.economies),
        "event": list(query.events),
        "year_from": query.year_from,
        "year_to": query.year_to,
        "limit": query.limit,
        "offset": query.offset,
    }


def _result(result: Result, explain: bool) -> Json:
    document = result.document
    return {
        "document_id": document.id,
        "title": document.title,
        "language": document.language,
        "kind": str(document.kind),
        "date": document.date,
        "event": document.event,
        "economies": list(document.economies),
        "score": round(result.score, 4),
        "strength": round(result.strength, 4),
        "verdict": result.verdict,
        "passages": [_hit(hit, explain) for hit in result.passages],
    }


def _hit(hit: PassageHit, explain: bool) -> Json:
    evidence = hit.evidence
    answer = {
        **_passage(hit.passage),
        "sentence": _pair(evidence.sentence),
        "highlights": [_pair(mark) for mark in evidence.highlights],
    }
    if explain:
        answer["pairs"] = [
            {
                "query_word": pair.query_word,
                "passage_word": _pair(pair.passage_word),
                "similarity": round(pair.similarity, 4),
            }
            for pair in evidence.pairs
        ]
    return answer


def _passage(passage: Passage) -> Json:
    return {
        "passage_id": passage.id,
        "text": passage.text,
        "language": passage.language,
        "start": passage.start,
        "end": passage.end,
        "speaker": passage.speaker,
        "starts_at_ms": passage.starts_at_ms,
    }


def _facets(facets: Facets) -> Json:
    return {
        "language": dict(facets.language),
        "kind": dict(facets.kind),
        "economy": dict(facets.economy),
        "event": dict(facets.event),
        "year": dict(facets.year),
    }


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]
