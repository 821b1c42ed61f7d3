"""The JSON API. `openapi.yaml` describes it; a test holds the two together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, request

from kb import serialise
from web.arguments import list_window, search_query
from web.library import library

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """Documents that answer `q`, with their best passages."""
    return jsonify(serialise.search_page(library().search(search_query(request.args))))


@blueprint.get("/api/v1/documents")
def documents() -> Response:
    """All documents, newest first."""
    window = list_window(request.args)
    return jsonify(serialise.document_list(library().documents(), window.limit, window.offset))


@blueprint.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """A document with its text, blocks and passages."""
    return jsonify(serialise.document(library().document(document_id)))


@blueprint.get("/api/v1/documents/<document_id>/related")
def related(document_id: str) -> Response:
    """Documents close to this one, in both languages."""
    limit = list_window(request.args, default=5).limit
    return jsonify(serialise.related(document_id, library().related(document_id, limit=limit)))


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(description())


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the knowledge base answers, and what it holds."""
    return jsonify(serialise.health(library().status()))


@cache
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    loaded: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8")
    )
    return loaded
