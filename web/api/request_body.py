"""What programs send as JSON, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from flask import request

from kb.errors import N_, Invalid


class BadBody(Invalid):
    """What a program sent is not as described."""

    code = "bad_body"
    template = N_("{where} should be {what} here. The description at /api/v1/openapi.json says what may be sent.")


def sent_object(allowed: Collection[str]) -> dict[str, object]:
    """The JSON object that a request brings, with none but the `allowed` fields. Raises `BadBody`."""
    found = from_json(request.get_data(as_text=False).decode("utf-8", "replace"))
    if not isinstance(found, dict):
        raise BadBody(where="JSON", what="{…}")
    refuse_others(found, allowed)
    return found


def from_json(text: str) -> object:
    """What a text of JSON says. Halves of characters, which JSON can write and nobody else, become question marks.

    Raises `BadBody`.
    """
    try:
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise BadBody(where="Content-Type: application/json", what="JSON") from error


def refuse_others(body: Mapping[str, object], allowed: Collection[str]) -> None:
    """Raise `BadBody` for a field that is none of `allowed`."""
    for name in body:
        if name not in allowed:
            raise BadBody(
                N_("There is no field “{name}” here. Allowed: {allowed}. See /api/v1/openapi.json."),
                name=name[:40],
                allowed=", ".join(allowed),
            )
