"""The citation of a document or of a passage, to read, to copy and as files."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, render_template, request, send_file, url_for

from kb.models import Document, Span
from web.citations import reference_formats
from web.citations.apa import apa
from web.citations.export import FORMATS, file_name
from web.citations.reading_list import ListItem, quoted
from web.context import knowledge_base
from web.forms import urls
from web.forms.query_params import chars, version_number
from web.i18n import InterfaceLanguage, interface_language


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a citation for programs: what it is called, and its file."""

    name: str
    mimetype: str
    write: Callable[[reference_formats.Reference], str]


FORMS = {
    "bib": Form("BibTeX", FORMATS["bibtex"].mimetype, lambda one: reference_formats.bibtex([one])),
    "ris": Form("RIS", FORMATS["ris"].mimetype, lambda one: reference_formats.ris([one])),
    "json": Form("CSL-JSON", FORMATS["csl"].mimetype, lambda one: reference_formats.csl_json([one])),
}
TEXT = Form("APA", "text/plain", lambda one: plain(one, interface_language()) + "\n")


@dataclass(frozen=True, slots=True)
class CitationRequest:
    """What is to be cited: a document as it was in a version, and which characters of it."""

    document: Document
    span: Span | None

    @property
    def item(self) -> ListItem:
        """The same as an entry of a reading list."""
        summary = self.document.summary
        return ListItem(summary.id) if self.span is None else ListItem(summary.id, summary.version, self.span)


def cite(document_id: str) -> str:
    """The citation in the form of APA and in those that programs read."""
    asked = _asked(document_id)
    reference = _reference(asked)
    summary = asked.document.summary

    def file_url(suffix: str) -> str:
        return url_for(
            "documents.cite_file",
            document_id=document_id,
            suffix=suffix,
            version=summary.version,
            chars=request.args.get("chars"),
        )

    return render_template(
        "cite.html",
        document=summary,
        reference=reference,
        item=asked.item,
        apa=apa(reference, interface_language()),
        forms=[(suffix, form.name, form.write(reference)) for suffix, form in FORMS.items()],
        file_url=file_url,
    )


def cite_file(document_id: str, suffix: str) -> Response:
    """The citation as a file."""
    asked = _asked(document_id)
    form = FORMS.get(suffix, TEXT)
    response = send_file(
        io.BytesIO(form.write(_reference(asked)).encode()),
        mimetype=form.mimetype,
        as_attachment=True,
        download_name=file_name(asked.document.summary.title, f".{suffix}"),
    )
    if form is TEXT:
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def reference(document_id: str) -> reference_formats.Reference:
    """What the arguments of the request cite: a document, or characters of it."""
    return _reference(_asked(document_id))


def _asked(document_id: str) -> CitationRequest:
    document = knowledge_base().reader.document(document_id)
    number = version_number(request.args)
    if number not in (None, document.summary.version):
        document = knowledge_base().reader.version(document_id, number)
    return CitationRequest(document, chars(request.args, document.text))


def _reference(asked: CitationRequest) -> reference_formats.Reference:
    document, span = asked.document, asked.span
    summary = document.summary
    url = urls.cited_url(summary.id, summary.version, span)
    today = datetime.date.today()
    return reference_formats.Reference(summary, url, today, None if span is None else quoted(document, span))


def plain(reference: reference_formats.Reference, language: InterfaceLanguage) -> str:
    """The reference in the form of APA, without its italics."""
    return "".join(run.text for run in apa(reference, language))
