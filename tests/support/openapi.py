"""Holding answers of the API against its description."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from web.api.public import description


def differences(answer: Any, path: str, status: int, method: str = "get") -> list[str]:
    """How the JSON of an answer differs from what is described for `method`, `path` and `status`."""
    pointer = f"/paths/{path.replace('/', '~1')}/{method}/responses/{status}/content/application~1json/schema"
    if str(status) not in description()["paths"][path][method]["responses"]:
        pointer = "/components/responses/Error/content/application~1json/schema"
    registry = Registry().with_resource("urn:saphan", Resource(description(), DRAFT202012))
    validator = Draft202012Validator(
        {"$ref": f"urn:saphan#{pointer}"}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [error.message for error in validator.iter_errors(answer)]
