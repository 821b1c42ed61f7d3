"""One document to read, and its file. All routes of a document stand at the end."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from unicodedata import category

from flask import Blueprint, Response, render_template, request, send_file, url_for

from kb.events import event_slug
from kb.models import LANGUAGES, Document, RelatedDocument, StoredFile
from web.citations import json_ld
from web.context import knowledge_base
from web.forms import urls
from web.forms.query_params import VERSION, search_query
from web.presenters.document import arranged, hits_within, matches_of, passage_anchors, shown_blocks
from web.views import citations, side_by_side, versions

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

RELATED = 8


def document(document_id: str) -> str:
    """One document to read, with what answers `q` marked."""
    query = search_query(request.args)
    view: urls.View = "columns" if request.args.get("view") == "columns" else "list"
    found = knowledge_base().reader.document(document_id)
    hits = hits_within(knowledge_base().searcher, document_id, query.text)
    close = knowledge_base().searcher.related(document_id, limit=RELATED)
    blocks = shown_blocks(found, [hit.evidence for hit in hits], passage_anchors(found), matches_of(found, hits))
    return render_template(
        "document.html",
        document=found.summary,
        shown=arranged(found, blocks),
        hits=hits,
        query=query,
        view=view,
        back_url=urls.search_url(query, view),
        same_story=[item for item in close if item.same_story],
        close=_by_language(close),
        json_ld=_json_ld(found, close),
    )


def original(document_id: str) -> Response:
    """The file that the document was read from."""
    return download(knowledge_base().reader.original(document_id), document_id)


def download(file: StoredFile, document_id: str) -> Response:
    """A file to keep; never shown, since it may hold anything."""
    return send_file(
        io.BytesIO(file.data),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name="".join(sign for sign in file.name if category(sign)[0] != "C") or document_id,
        etag=hashlib.sha256(file.data).hexdigest(),
        conditional=True,
        max_age=0,
    )


def _by_language(close: Sequence[RelatedDocument]) -> list[tuple[str, list[RelatedDocument]]]:
    """Related documents other than those of the same story, for each language that has some."""
    others = [item for item in close if not item.same_story]
    groups = ((code, [item for item in others if item.document.language == code]) for code in LANGUAGES)
    return [(code, group) for code, group in groups if group]


def _json_ld(found: Document, close: Sequence[RelatedDocument]) -> json_ld.Json:
    def address(document_id: str) -> str:
        return url_for("documents.document", document_id=document_id, _external=True)

    summary = found.summary
    event = summary.event
    return json_ld.json_ld(
        json_ld.Described(summary, address(summary.id)),
        url_for("collection.event", slug=event_slug(event), _external=True) if event else None,
        [json_ld.Described(item.document, address(item.document.id)) for item in close if item.same_story],
    )


for _rule, _view in (
    ("", document),
    ("/original", original),
    ("/versions", versions.versions),
    (f"/versions/<{VERSION}:number>", versions.version),
    (f"/versions/<{VERSION}:number>/changes", versions.changes),
    ("/beside/<other_id>", side_by_side.beside),
    ("/cite", citations.cite),
    ("/cite.<any(bib,ris,json,txt):suffix>", citations.cite_file),
):
    blueprint.add_url_rule(f"/<document_id>{_rule}", view_func=_view)
