"""The citation of a document or of a passage, to read, to copy and as files."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, render_template, request, send_file, url_for

from kb.model import Document, Span
from web import citing, links
from web.apa import apa
from web.arguments import chars, version_number
from web.exporting import FORMATS, file_name
from web.i18n import InterfaceLanguage, interface_language
from web.items import Item, quoted
from web.library import library


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a citation for programs: what it is called, and its file."""

    name: str
    mimetype: str
    write: Callable[[citing.Reference], str]


FORMS = {
    "bib": Form("BibTeX", FORMATS["bibtex"].mimetype, lambda one: citing.bibtex([one])),
    "ris": Form("RIS", FORMATS["ris"].mimetype, lambda one: citing.ris([one])),
    "json": Form("CSL-JSON", FORMATS["csl"].mimetype, lambda one: citing.csl_json([one])),
}
TEXT = Form("APA", "text/plain", lambda one: plain(one, interface_language()) + "\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be cited: a document as it was in a version, and which characters of it."""

    document: Document
    span: Span | None

    @property
    def item(self) -> Item:
        """The same as an entry of a reading list."""
        summary = self.document.summary
        return Item(summary.id) if self.span is None else Item(summary.id, summary.version, self.span)


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


def reference(document_id: str) -> citing.Reference:
    """What the arguments of the request cite: a document, or characters of it."""
    return _reference(_asked(document_id))


def _asked(document_id: str) -> Asked:
    document = library().document(document_id)
    number = version_number(request.args)
    if number not in (None, document.summary.version):
        document = library().version(document_id, number)
    return Asked(document, chars(request.args, document.text))


def _reference(asked: Asked) -> citing.Reference:
    document, span = asked.document, asked.span
    summary = document.summary
    url = links.cited_url(summary.id, summary.version, span)
    today = datetime.date.today()
    return citing.Reference(summary, url, today, None if span is None else quoted(document, span))


def plain(reference: citing.Reference, language: InterfaceLanguage) -> str:
    """The reference in the form of APA, without its italics."""
    return "".join(run.text for run in apa(reference, language))
