"""The JSON API of bringing in: batches sent in by programs, and their items. `openapi.yaml` describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import cast

from flask import Blueprint, Response, jsonify, request, url_for

from ingest.models import StatedMetadata
from kb.errors import BadQuery
from kb.serialise import Json
from kb.uploads.models import ITEM_STATES, BatchProgress, Upload, UploadBatch, UploadItem
from web.admin_context import services
from web.api.request_body import BadBody, from_json, refuse_others, sent_object
from web.forms import upload_form
from web.forms.query_params import list_window
from web.security.permissions import actor
from web.security.request_limits import bytes_of

blueprint = Blueprint("api_batches", __name__, url_prefix="/api/v1")

_NUMBER = "int(min=1, max=9999999999)"
_YES_NO = {"true": True, "false": False, "": False}


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a program wants brought in."""

    sent: list[Upload]
    facts: StatedMetadata
    publish: bool


@blueprint.post("/batches")
def receive() -> tuple[Response, int]:
    """Take files (as multipart/form-data), texts and addresses as a new batch."""
    asked = _asked_json() if request.is_json else _asked_form()
    batch_id = services().batches.receive(actor(), asked.sent, asked.facts, asked.publish)
    response = jsonify(_batch(services().batches.batch(batch_id)))
    response.headers["Location"] = url_for("api_batches.batch", batch_id=batch_id)
    return response, 201


@blueprint.get("/batches")
def batches() -> Response:
    """The newest batches, or those before one."""
    before = request.args.get("before", "").strip()
    if before and not (before.isascii() and before.isdecimal() and 0 < len(before) < 11):
        raise BadQuery(name="before", value=before[:40], allowed="1, 2, …")
    found = services().batches.batches(list_window(request.args).limit, int(before) if before else None)
    return jsonify(batches=[_batch(one) for one in found])


@blueprint.get(f"/batches/<{_NUMBER}:batch_id>")
def batch(batch_id: int) -> Response:
    """A batch and how far it is."""
    found = services().batches.batch(batch_id)
    return jsonify(_batch(found) | {"progress": _progress(services().batches.progress(batch_id))})


@blueprint.get(f"/batches/<{_NUMBER}:batch_id>/items")
def items(batch_id: int) -> Response:
    """Items of a batch, all or those in a state."""
    window, state = list_window(request.args), request.args.get("state", "").strip()
    if state and state not in ITEM_STATES:
        raise BadQuery(name="state", value=state[:40], allowed=", ".join(ITEM_STATES))
    states = (state,) if state else ITEM_STATES
    found = services().batches.items(batch_id, states, window.offset, window.limit)
    counts = services().batches.batch(batch_id).counts
    return jsonify(
        batch=batch_id,
        total=sum(counts[one] for one in states),
        limit=window.limit,
        offset=window.offset,
        items=[_item(one) for one in found],
    )


@blueprint.post(f"/batches/<{_NUMBER}:batch_id>/cancel")
def cancel(batch_id: int) -> Response:
    """Stop a batch; what is in stays in."""
    services().batches.cancel(actor(), batch_id)
    return batch(batch_id)


@blueprint.get(f"/items/<{_NUMBER}:item_id>")
def item(item_id: int) -> Response:
    """An item."""
    return jsonify(_item(services().batches.item(item_id)))


@blueprint.post(f"/items/<{_NUMBER}:item_id>/retry")
def retry(item_id: int) -> Response:
    """Try a failed item again, or a held one: as it is, with other facts, or with another file in its place."""
    books, file = services().batches, request.files.get("file")
    if file is not None:
        return _decided(item_id, lambda: books.replace(actor(), item_id, bytes_of(file)))
    body = sent_object(("facts",)) if request.is_json and request.content_length else {}
    facts = _facts(body["facts"]) if "facts" in body else None
    return _decided(item_id, lambda: books.retry(actor(), [item_id], facts))


@blueprint.post(f"/items/<{_NUMBER}:item_id>/accept")
def accept(item_id: int) -> Response:
    """Bring in a held item all the same."""
    return _decided(item_id, lambda: services().batches.accept(actor(), [item_id]))


@blueprint.post(f"/items/<{_NUMBER}:item_id>/leave-out")
def leave_out(item_id: int) -> Response:
    """Leave out an item that is held, has failed or waits."""
    return _decided(item_id, lambda: services().batches.leave_out(actor(), [item_id]))


def _decided(item_id: int, deed: Callable[[], None]) -> Response:
    deed()
    return item(item_id)


# ---- what is sent


def _asked_form() -> BatchRequest:
    form = request.form
    refuse_others(form, ("title", "text", "address", "facts", "publish"))
    refuse_others(request.files, ("files",))
    publish = form.get("publish", "").strip().lower()
    if publish not in _YES_NO:
        raise BadBody(where="publish", what="true | false")
    stated = form.get("facts", "").strip()
    sent = [
        *upload_form.files_of(request.files.getlist("files")),
        *upload_form.text_of(form.get("title", ""), form.get("text", "")),
        *upload_form.addresses_of(form.getlist("address")),
    ]
    return BatchRequest(sent, _facts(from_json(stated)) if stated else StatedMetadata(), _YES_NO[publish])


def _asked_json() -> BatchRequest:
    body = sent_object(("texts", "addresses", "facts", "publish"))
    publish = body.get("publish", False)
    if not isinstance(publish, bool):
        raise BadBody(where="publish", what="true | false")
    sent = []
    for one in _list(body, "texts"):
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise BadBody(where="texts", what='[{"title": "…", "text": "…"}, …]')
        refuse_others(one, ("title", "text"))
        title = one.get("title") or ""
        if not isinstance(title, str):
            raise BadBody(where="texts", what='[{"title": "…", "text": "…"}, …]')
        sent += upload_form.text_of(title, one["text"])
    addresses = _list(body, "addresses")
    if not all(isinstance(one, str) for one in addresses):
        raise BadBody(where="addresses", what='["https://…", …]')
    sent += upload_form.addresses_of(cast(list[str], addresses))
    return BatchRequest(sent, _facts(body.get("facts", {})), publish)


def _list(body: Mapping[str, object], name: str) -> list[object]:
    found = body.get(name, [])
    if not isinstance(found, list):
        raise BadBody(where=name, what="[…]")
    return found


def _facts(stated: object) -> StatedMetadata:
    if not isinstance(stated, dict):
        raise BadBody(where="facts", what="{…}")
    sample = stated.get("sample")
    if isinstance(sample, bool):
        stated = stated | {"sample": "yes" if sample else "no"}
    return upload_form.facts_of(stated)


# ---- what is told


def _batch(one: UploadBatch) -> Json:
    return {
        "id": one.id,
        "created_at": _moment(one.created_at),
        "actor": one.actor,
        "publish": one.publish,
        "facts": _stated(one.facts),
        "total": one.total,
        "counts": dict(one.counts),
        "finished": one.finished,
    }


def _progress(one: BatchProgress) -> Json:
    return {
        "passages": one.passages,
        "to_encode": one.to_encode,
        "encoded": one.encoded,
        "rate": one.rate,
        "seconds_left": one.seconds_left,
    }


def _item(one: UploadItem) -> Json:
    problem = one.problem
    return {
        "id": one.id,
        "batch": one.batch,
        "name": one.name,
        "address": one.address,
        "facts": _stated(one.facts),
        "size": one.size,
        "stage": one.stage,
        "state": one.state,
        "documents": [{"document_id": made.document_id, "status": made.status} for made in one.documents],
        "passages": one.passages,
        "to_encode": one.to_encode,
        "encoded": one.encoded,
        "problem": problem
        and {"code": problem.code, "message": problem.message("en"), "message_th": problem.message("th")},
        "near": [{"document_id": near.document_id, "likeness": near.likeness, "why": near.why} for near in one.near],
        "accepted": one.accepted,
        "attempts": one.attempts,
        "queued_at": _moment(one.queued_at),
        "started_at": _moment(one.started_at),
        "ended_at": _moment(one.ended_at),
    }


def _stated(facts: StatedMetadata) -> Json:
    """What is stated, and nothing else."""
    values = {field.name: getattr(facts, field.name) for field in fields(StatedMetadata)}
    return {name: value for name, value in values.items() if value not in (None, ())}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
