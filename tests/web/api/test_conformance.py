"""Requests made out of `openapi.yaml`, fitting and not, and every answer held against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from ingest.metadata.economies import all_economies
from kb.events import event_slug
from kb.models import ResultPage, SearchQuery
from kb.search.results import validate
from tests.support.library import DRAFTS, Shelf
from web import create_app
from web.api.public import description

QUESTIONS = ["women tourism market", "ท่องเที่ยวชุมชน", "tourism"]
THERE = {  # what the shelf has, by the name of the path's argument
    "document_id": [draft.id for draft in DRAFTS],
    "other_id": [draft.id for draft in DRAFTS],
    "number": [1, 2],
    "batch_id": [1],  # asked for without a key, so that it does not matter what is there
    "item_id": [1],
    "slug": [event_slug(draft.event) for draft in DRAFTS if draft.event],
}
# Refused for how two of them go together, or for how long the document is.
BEYOND_DESCRIPTION = ("year_to", "chars")
SAME_EVERY_TIME = SchemathesisConfig(
    seed=1,
    projects=ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(deterministic=True, database="none"))),
)


class StrictShelf(Shelf):
    """A shelf that refuses what a knowledge base refuses."""

    def search(self, query: SearchQuery) -> ResultPage:
        validate(query)
        return super().search(query)


class OverconfidentShelf(Shelf):
    """A shelf whose answers are not as described."""

    def search(self, query: SearchQuery) -> ResultPage:
        page = super().search(query)
        return replace(page, results=tuple(replace(result, strength=2.0) for result in page.results))


def described(shelf: Shelf) -> BaseSchema:
    """The API of a site over `shelf`, as it describes itself."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(shelf), config=SAME_EVERY_TIME)


API = described(StrictShelf())


@API.hook
def flatmap_query(context: schemathesis.HookContext, query: Any) -> st.SearchStrategy[Any]:
    """Half of the questions are such that something answers them; whole numbers are written without a dot."""
    if not isinstance(query, dict):
        return st.just(query)
    written = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in query.items()
    }
    if isinstance(query.get("q"), str) and len(query["q"]) <= 1000:
        return st.sampled_from([written, *({**written, "q": question} for question in QUESTIONS)])
    return st.just(written)


@API.hook
def flatmap_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> st.SearchStrategy[Any]:
    """Half of what is asked for is there."""
    if not path_parameters:
        return st.just(path_parameters)
    there = {name: st.sampled_from(THERE[name]) for name in path_parameters}
    return st.one_of(st.just(path_parameters), st.fixed_dictionaries(there))


@API.parametrize()
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_answers_to_any_request_are_as_described(case: schemathesis.Case) -> None:
    response = case.call()
    excluded = []
    if response.status_code == 400 and any(name in response.text for name in BEYOND_DESCRIPTION):
        excluded.append(positive_data_acceptance)
    if "" in dict(parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)).values():
        excluded.append(negative_data_rejection)  # blank arguments count as absent, in lists too
    case.validate_response(response, excluded_checks=excluded)


@pytest.mark.parametrize("operation", [found.ok() for found in API.get_all_operations()], ids=str)
def test_requests_that_fit_are_answered(operation: Any) -> None:
    """The test above would say as little as the answers do, were they all errors."""
    statuses = set()

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        statuses.add(case.call().status_code)

    ask()
    needs_key = "security" in operation.definition.raw  # and there are none on a shelf
    assert (401 if needs_key else 200) in statuses


def test_an_answer_that_is_not_as_described_is_noticed() -> None:
    case = described(OverconfidentShelf())["/api/v1/search"]["GET"].Case(query={"q": "market"})
    with pytest.raises(FailureGroup):
        case.call_and_validate()


def test_the_economies_described_are_all_there_are() -> None:
    assert description()["components"]["schemas"]["Economy"]["enum"] == [one.name for one in all_economies()]
