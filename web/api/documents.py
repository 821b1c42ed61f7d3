"""The JSON API of review and removal: documents corrected, published, removed, brought back. See `openapi.yaml`.

Drafts too; a document that was removed is answered about by `undo` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Blueprint, Response, jsonify

from kb import serialise
from kb.editorial.models import FACT_NAMES, FactChanges
from web.admin_context import services
from web.api.request_body import BadBody, sent_object
from web.security.permissions import actor

blueprint = Blueprint("api_documents", __name__, url_prefix="/api/v1/documents/<document_id>")

_CHANGES = ("set", "add", "take", "clear", "release")


@blueprint.patch("")
def correct(document_id: str) -> Response:
    """Correct facts of a document."""
    changed = services().review.correct(actor(), [document_id], _changes(sent_object(_CHANGES)))
    return _answer(document_id, changed=bool(changed))


@blueprint.post("/publish")
def publish(document_id: str) -> Response:
    """Let readers find a draft."""
    services().review.document(document_id)  # one that is not there is another error than one that is no draft
    services().review.publish(actor(), [document_id])
    return _answer(document_id, changed=True)


@blueprint.delete("")
def remove(document_id: str) -> Response:
    """Take a document out."""
    services().removal.remove(actor(), [document_id])
    return jsonify(document_id=document_id, state="removed")


@blueprint.post("/undo")
def undo(document_id: str) -> Response:
    """Bring a removed document back as it was."""
    services().removal.undo(actor(), [document_id])
    return _answer(document_id, changed=True)


def _answer(document_id: str, *, changed: bool) -> Response:
    sheet = services().review.sheet(document_id)
    summary = sheet.document.summary
    corrected = [fact.name for fact in sheet.facts if fact.corrected]
    return jsonify(document=serialise.summary(summary), state=summary.state, corrected=corrected, changed=changed)


def _changes(body: Mapping[str, object]) -> FactChanges:
    return FactChanges(
        set={name: _value(name, value) for name, value in _mapping(body, "set").items()},
        add={name: _words(f"add.{name}", value) for name, value in _mapping(body, "add").items()},
        take={name: _words(f"take.{name}", value) for name, value in _mapping(body, "take").items()},
        clear=_words("clear", body.get("clear", [])),
        release=_names(_words("release", body.get("release", []))),
    )


def _mapping(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise BadBody(where=name, what="{…}")
    return found


def _value(name: str, value: object) -> str | Sequence[str]:
    if isinstance(value, bool) and name == "sample":
        return "true" if value else "false"
    return value if isinstance(value, str) else _words(f"set.{name}", value)


def _words(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadBody(where=name[:40], what="[…]")
    return tuple(cast(list[str], value))


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Facts once each, in their order; and whatever else there is, to be refused by its name."""
    known = [name for name in FACT_NAMES if name in names]
    return (*known, *(name for name in names if name not in FACT_NAMES))
