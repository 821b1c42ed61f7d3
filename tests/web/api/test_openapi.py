"""The API and its description cannot drift apart."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from kb.models import SearchQuery
from tests.support.openapi import differences
from web.api.public import description
from web.forms.urls import search_arguments

ANSWERS = [
    ("/api/v1/search?q=women tourism market&explain=1", "/api/v1/search", 200),
    ("/api/v1/search?q=zzzz&lang=th&year_from=2019", "/api/v1/search", 200),
    ("/api/v1/search?q=x&limit=many", "/api/v1/search", 400),
    ("/api/v1/search?q=toursim&sort=date", "/api/v1/search", 200),
    ("/api/v1/search?q=x&sort=size", "/api/v1/search", 400),
    ("/api/v1/search/by-language?q=women tourism market&explain=1", "/api/v1/search/by-language", 200),
    ("/api/v1/documents", "/api/v1/documents", 200),
    ("/api/v1/documents?kind=case&economy=Thailand&sort=date", "/api/v1/documents", 200),
    ("/api/v1/documents?sort=size", "/api/v1/documents", 400),
    ("/api/v1/documents?offset=-1", "/api/v1/documents", 400),
    ("/api/v1/documents/d-panel", "/api/v1/documents/{document_id}", 200),
    ("/api/v1/documents/d-hostile", "/api/v1/documents/{document_id}", 200),
    ("/api/v1/documents/none", "/api/v1/documents/{document_id}", 404),
    ("/api/v1/documents/d-market/related", "/api/v1/documents/{document_id}/related", 200),
    ("/api/v1/documents/none/related", "/api/v1/documents/{document_id}/related", 404),
    ("/api/v1/documents/d-panel/versions", "/api/v1/documents/{document_id}/versions", 200),
    ("/api/v1/documents/none/versions", "/api/v1/documents/{document_id}/versions", 404),
    ("/api/v1/documents/d-panel/versions/1", "/api/v1/documents/{document_id}/versions/{number}", 200),
    ("/api/v1/documents/d-panel/versions/3", "/api/v1/documents/{document_id}/versions/{number}", 404),
    ("/api/v1/documents/d-panel/versions/2/changes", "/api/v1/documents/{document_id}/versions/{number}/changes", 200),
    ("/api/v1/documents/d-panel/versions/1/changes", "/api/v1/documents/{document_id}/versions/{number}/changes", 404),
    ("/api/v1/documents/d-market/aligned/d-talad", "/api/v1/documents/{document_id}/aligned/{other_id}", 200),
    ("/api/v1/documents/d-market/aligned/none", "/api/v1/documents/{document_id}/aligned/{other_id}", 404),
    ("/api/v1/documents/d-hostile/citation", "/api/v1/documents/{document_id}/citation", 200),
    ("/api/v1/documents/d-panel/citation?version=1&chars=0-20", "/api/v1/documents/{document_id}/citation", 200),
    ("/api/v1/documents/d-panel/citation?chars=20-0", "/api/v1/documents/{document_id}/citation", 400),
    ("/api/v1/events", "/api/v1/events", 200),
    ("/api/v1/events/report-รายงาน", "/api/v1/events/{slug}", 200),
    ("/api/v1/events/none", "/api/v1/events/{slug}", 404),
    ("/api/v1/map", "/api/v1/map", 200),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
    ("/healthz", "/healthz", 200),
    # What a key is needed for is held against its description where there are keys.
    ("/api/v1/metrics", "/api/v1/metrics", 401),
    ("/metrics", "/metrics", 401),
]

ORIGINAL = "/api/v1/documents/{document_id}/original"


def test_it_is_valid_openapi(site: FlaskClient) -> None:
    answer = site.get("/api/v1/openapi.json").json
    assert answer == description()
    assert list(OpenAPIV31SpecValidator(answer).iter_errors()) == []


def test_every_route_is_described_and_every_description_has_a_route(app: Flask) -> None:
    routes = {
        re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api")
    }
    assert routes == set(description()["paths"])


def test_every_path_is_tried_below() -> None:
    keyed = {path for path, its in description()["paths"].items() if any("security" in one for one in its.values())}
    assert {path for _, path, _ in ANSWERS} | {ORIGINAL} | keyed == set(description()["paths"])


def test_a_file_is_given_as_it_came(site: FlaskClient) -> None:
    answer = site.get(ORIGINAL.format(document_id="d-panel"))
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == site.get("/documents/d-panel/original").data
    missing = site.get(ORIGINAL.format(document_id="none"))
    assert missing.status_code == 404
    assert differences(missing.json, ORIGINAL, 404) == []


def test_the_arguments_of_a_search_are_those_described() -> None:
    full = SearchQuery(
        "x", ("en",), ("case",), ("Thailand",), ("Forum",), ("Food",), 2018, 2020, 5, 5, "date", explain=True
    )
    parameters = description()["components"]["parameters"]
    described = {
        parameter.get("name") or parameters[parameter["$ref"].rpartition("/")[2]]["name"]
        for parameter in description()["paths"]["/api/v1/search"]["get"]["parameters"]
    }
    assert described == set(search_arguments(full))


@pytest.mark.parametrize(("address", "path", "status"), ANSWERS)
def test_answers_are_as_described(site: FlaskClient, address: str, path: str, status: int) -> None:
    answer = site.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert differences(answer.json, path, status) == []
