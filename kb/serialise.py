"""Dataclasses to the JSON of the API and of the commands. The shapes are a contract: see `web/api/openapi.yaml`.

All positions count characters (Unicode code points) of the document's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.spelling.suggest import SpellingHint
from kb.cases import Case, case_of
from kb.events import Event
from kb.models import (
    LANGUAGES,
    AlignedPair,
    CollectionStatus,
    Document,
    DocumentSummary,
    DocumentVersion,
    Facets,
    MapPoint,
    Passage,
    PassageHit,
    RelatedDocument,
    ResultPage,
    SearchQuery,
    SearchResult,
    Span,
)
from kb.search.results import facets_of
from kb.storage.json_forms import from_description

Json = dict[str, Any]

_SHOWN = ("document_id", "title", "language", "kind", "date", "event", "economies", "themes")  # of a result


def search_page(page: ResultPage, hint: SpellingHint | None) -> Json:
    """The answer of `/api/v1/search`."""
    return {
        "query": _query(page.query, page.query_language),
        "took_ms": round(page.took_ms, 1),
        "total": page.total,
        "results": _results(page),
        "facets": facets(page.facets),
        "hint": {"text": hint.text, "reason": hint.reason} if hint else None,
        "missing": list(page.missing),
    }


def by_language(pages: Sequence[ResultPage]) -> Json:
    """The answer of `/api/v1/search/by-language`, from a page for each of `LANGUAGES`."""
    last = pages[-1]
    return {
        "query": _query(last.query, last.query_language),
        "took_ms": round(last.took_ms, 1),
        "pages": {
            language: {"total": page.total, "results": _results(page)}
            for language, page in zip(LANGUAGES, pages, strict=True)
        },
        "facets": facets(last.facets),
    }


def document_list(documents: Sequence[DocumentSummary], limit: int, offset: int) -> Json:
    """The answer of `/api/v1/documents`: the part of all `documents` from `offset` on, and counts of all."""
    return {
        "total": len(documents),
        "limit": limit,
        "offset": offset,
        "documents": [summary(document) for document in documents[offset : offset + limit]],
        "facets": facets(facets_of(documents)),
    }


def version_list(document_id: str, versions: Sequence[DocumentVersion]) -> Json:
    """The answer of `/api/v1/documents/{id}/versions`."""
    return {
        "document_id": document_id,
        "versions": [
            {**summary(version.summary), "created_at": version.created_at.isoformat()} for version in versions
        ],
    }


def aligned(document_id: str, other_id: str, rows: Sequence[AlignedPair]) -> Json:
    """The answer of `/api/v1/documents/{id}/aligned/{other_id}`."""
    return {
        "document_id": document_id,
        "other_id": other_id,
        "rows": [
            {
                "left": _pair(row.left) if row.left else None,
                "right": _pair(row.right) if row.right else None,
                "similarity": row.similarity,
            }
            for row in rows
        ],
    }


def event_list(events: Sequence[Event]) -> Json:
    """The answer of `/api/v1/events`."""
    return {"events": [{**_event(event), "documents": len(event.documents)} for event in events]}


def event(event: Event) -> Json:
    """The answer of `/api/v1/events/{slug}`."""
    return {**_event(event), "documents": [summary(document) for document in event.documents]}


def placed(places: Sequence[MapPoint]) -> Json:
    """The answer of `/api/v1/map`."""
    return {"places": [{"x": one.x, "y": one.y, **summary(one.document)} for one in places]}


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
        "case": _case(case_of(document)),
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


def related(document_id: str, found: Sequence[RelatedDocument]) -> Json:
    """The answer of `/api/v1/documents/{id}/related`."""
    return {
        "document_id": document_id,
        "related": [
            {**summary(item.document), "score": round(item.score, 4), "same_story": item.same_story} for item in found
        ],
    }


def health(status: CollectionStatus) -> Json:
    """The answer of `/healthz`."""
    return {
        "status": "ok" if status.indexed_change == status.change else "indexing",
        "documents": status.documents,
        "passages": status.passages,
        "model": status.model,
    }


def summary(document: DocumentSummary) -> Json:
    """All of a document but its text."""
    return {
        **from_description(document),
        "document_id": document.id,
        "version": document.version,
        "language": document.language,
        "source": document.source,
        "format": document.format,
        "sample": document.sample,
        "added_at": document.added_at.isoformat(),
    }


def _event(event: Event) -> Json:
    return {"slug": event.slug, "name": event.name, "name_th": event.thai, "date": event.date, "economy": event.economy}


def _case(case: Case | None) -> Json | None:
    """Where each part of a case stands; none for what is not told."""
    if case is None:
        return None
    return {part.name: [[block.start, block.end] for block in part.blocks] for part in case.parts}


def _query(query: SearchQuery, language: str) -> Json:
    return {
        "q": query.text,
        "language": language,
        "lang": query.languages[0] if len(query.languages) == 1 else "any",
        "kind": list(query.kinds),
        "economy": list(query.economies),
        "event": list(query.events),
        "theme": list(query.themes),
        "year_from": query.year_from,
        "year_to": query.year_to,
        "sort": query.sort,
        "limit": query.limit,
        "offset": query.offset,
    }


def _results(page: ResultPage) -> list[Json]:
    return [_result(result, page.query.explain) for result in page.results]


def _result(result: SearchResult, explain: bool) -> Json:
    told = summary(result.document)
    return {
        **{name: told[name] for name in _SHOWN},
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


def facets(facets: Facets) -> Json:
    """How many documents carry each value."""
    return {
        "language": dict(facets.language),
        "kind": dict(facets.kind),
        "economy": dict(facets.economy),
        "event": dict(facets.event),
        "year": dict(facets.year),
        "theme": dict(facets.theme),
    }


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]
