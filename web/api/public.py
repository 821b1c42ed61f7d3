"""The JSON API. `openapi.yaml` describes it; a test holds the two together."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, request

from kb import serialise
from kb.events import find_event
from kb.models import SearchQuery
from web import i18n
from web.admin_context import services
from web.api import prometheus
from web.citations import reference_formats
from web.context import knowledge_base
from web.forms import document_filters
from web.forms.query_params import VERSION, list_window, search_query
from web.presenters import diff
from web.search_log import log_search
from web.security.permissions import is_closed
from web.views import citations
from web.views import documents as documents_views

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """Documents that answer `q`, with their best passages."""
    query = search_query(request.args)
    hint = None if query.offset else knowledge_base().searcher.hint(query.text)
    page = knowledge_base().searcher.search(query)
    log_search(page)
    return jsonify(serialise.search_page(page, hint))


@blueprint.get("/api/v1/search/by-language")
def by_language() -> Response:
    """The same with the passages of each language by themselves."""
    pages = knowledge_base().searcher.by_language(search_query(request.args))
    log_search(pages[0])
    return jsonify(serialise.by_language(pages))


@blueprint.get("/api/v1/documents")
def documents() -> Response:
    """The documents that pass the filters."""
    asked = document_filters.browse(request.args, per_page=SearchQuery("").limit)
    found = document_filters.chosen(asked, knowledge_base().catalogue.documents())
    return jsonify(serialise.document_list(found, asked.query.limit, asked.query.offset))


@blueprint.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """A document with its text, blocks and passages."""
    return jsonify(serialise.document(knowledge_base().reader.document(document_id)))


@blueprint.get("/api/v1/documents/<document_id>/related")
def related(document_id: str) -> Response:
    """Documents close to this one, in both languages."""
    limit = list_window(request.args, default=5).limit
    return jsonify(serialise.related(document_id, knowledge_base().searcher.related(document_id, limit=limit)))


@blueprint.get("/api/v1/documents/<document_id>/versions")
def versions(document_id: str) -> Response:
    """The versions of a document, newest first."""
    return jsonify(serialise.version_list(document_id, knowledge_base().reader.versions(document_id)))


@blueprint.get(f"/api/v1/documents/<document_id>/versions/<{VERSION}:number>")
def version(document_id: str, number: int) -> Response:
    """A document as it was."""
    return jsonify(serialise.document(knowledge_base().reader.version(document_id, number)))


@blueprint.get(f"/api/v1/documents/<document_id>/versions/<{VERSION}:number>/changes")
def changes(document_id: str, number: int) -> Response:
    """What changed from the version before."""
    before, after = knowledge_base().reader.changed_version(document_id, number)
    found = diff.changes(before.text, after.text)
    facts = diff.changed_facts(before.summary, after.summary)
    return jsonify(
        document_id=document_id,
        version=number,
        facts=[asdict(fact) for fact in facts],
        paragraphs=[asdict(change) for change in found],
    )


@blueprint.get("/api/v1/documents/<document_id>/original")
def original(document_id: str) -> Response:
    """The file that a document was read from."""
    return documents_views.original(document_id)


@blueprint.get("/api/v1/documents/<document_id>/aligned/<other_id>")
def aligned(document_id: str, other_id: str) -> Response:
    """The paragraphs of two documents beside each other."""
    return jsonify(serialise.aligned(document_id, other_id, knowledge_base().searcher.aligned(document_id, other_id)))


@blueprint.get("/api/v1/documents/<document_id>/citation")
def citation(document_id: str) -> Response:
    """The citation of a document, or of the characters `chars` of a `version`, in every form."""
    reference = citations.reference(document_id)
    return jsonify(
        document_id=document_id,
        url=reference.url,
        apa={language: citations.plain(reference, language) for language in i18n.LANGUAGES},
        bibtex=reference_formats.bibtex([reference]),
        ris=reference_formats.ris([reference]),
        csl=reference_formats.csl_item(reference),
    )


@blueprint.get("/api/v1/events")
def events() -> Response:
    """The events that documents come from, latest first."""
    return jsonify(serialise.event_list(knowledge_base().catalogue.events()))


@blueprint.get("/api/v1/events/<slug>")
def event(slug: str) -> Response:
    """An event with its documents."""
    return jsonify(serialise.event(find_event(slug, knowledge_base().catalogue.events())))


@blueprint.get("/api/v1/map")
def collection_map() -> Response:
    """The documents' places on the map."""
    return jsonify(serialise.placed(knowledge_base().searcher.map()))


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(description())


@blueprint.get("/api/v1/metrics")
def metrics_json() -> Response:
    """What the knowledge base holds and how it works, in numbers."""
    return jsonify(prometheus.as_json(services().metrics.figures()))


@blueprint.get("/metrics")
def metrics_text() -> Response:
    """The same for Prometheus."""
    text, content_type = prometheus.as_prometheus(services().metrics.figures(), request.headers.get("Accept", ""))
    return Response(text, content_type=content_type)


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the knowledge base answers, and what it holds; of a closed site only the first."""
    status = knowledge_base().status()
    told = serialise.health(status)
    return jsonify({"status": told["status"]} if is_closed() else told)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8"))
    return loaded
