"""What readers take along: the reading list, the brief, cases compared, exports."""

from __future__ import annotations

import datetime
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext

from ingest.models import Kind
from kb.errors import N_, BadQuery
from kb.models import DocumentSummary, SearchQuery
from web.citations.brief import beginning, brief_of, parts_of
from web.citations.export import FORMATS, ExportedPassage, ExportRow, file_name, row_of
from web.citations.reading_list import MOST, ListedDocument, ListItem, item_of, items_in, take
from web.context import knowledge_base
from web.forms import urls
from web.forms.query_params import search_query
from web.i18n import interface_language
from web.presenters.document import ShownBlock, ShownField, shown_part

blueprint = Blueprint("takeaway", __name__)

EXPORTED = 100  # results in a file, unless fewer are asked for
FEWEST_COMPARED, MOST_COMPARED = 2, 4
FORMAT_NAMES = {"csv": "CSV", "jsonl": "JSON Lines", "ris": "RIS", "bibtex": "BibTeX", "csl": "CSL-JSON"}

_BY_SUFFIX = {form.suffix.removeprefix("."): form for form in FORMATS.values()}
_SUFFIX = f"<any({','.join(_BY_SUFFIX)}):suffix>"

blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        most_items=MOST, most_compared=MOST_COMPARED, cited_url=urls.cited_url
    )
)


@dataclass(frozen=True, slots=True)
class ReadingListEntry:
    """An entry as the list shows it. Addresses are of the list without it, or with it moved where it can be.

    `comparable` tells whether its document can be chosen for comparison here: a case, at its first entry.
    """

    taken: ListedDocument
    blocks: tuple[ShownBlock, ...]
    remove_url: str
    up_url: str | None
    down_url: str | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A document in a comparison: the five parts of a case, or else how it begins.

    `without_url` is that of the comparison without it, where enough would be left.
    """

    document: DocumentSummary
    parts: tuple[ShownField, ...]
    begins: tuple[ShownBlock, ...]
    without_url: str | None


@blueprint.get("/list")
def reading_list() -> str:
    """The reading list that the address holds."""
    asked, question = items_in(request.args), _question()
    found = take(knowledge_base().reader, asked)
    items = [taken.item for taken in found.taken]
    entries = list(_entries(found.taken, question))
    return render_template(
        "list.html",
        asked=asked,
        entries=entries,
        missing=len(found.missing),
        question=question,
        asked_again=SearchQuery(question),
        comparable=sum(entry.comparable for entry in entries),
        exports=[
            (FORMAT_NAMES[name], _address("export_list", items, question, suffix=form.suffix[1:]))
            for name, form in FORMATS.items()
        ],
    )


@blueprint.get("/brief")
def brief() -> str:
    """The list as a brief to print; with a question, documents are quoted where they answer it."""
    asked, question = items_in(request.args), _question()
    found = take(knowledge_base().reader, asked)
    today = datetime.date.today()
    made = brief_of(knowledge_base().searcher, found, question, today, interface_language())
    documents = {section.document.id: section.document for section in made.sections}.values()
    return render_template(
        "brief.html",
        brief=made,
        question=question,
        today=today.isoformat(),
        missing=len(found.missing),
        samples=sum(document.sample for document in documents),
        by_language=Counter(document.language for document in documents),
        list_url=_address("reading_list", asked, question),
    )


@blueprint.get("/compare")
def compare() -> str:
    """Two to four documents side by side; with fewer or more, a page that helps to choose them."""
    asked = items_in(request.args)
    found = take(knowledge_base().reader, asked)
    firsts: dict[str, ListedDocument] = {}
    for taken in found.taken:
        firsts.setdefault(taken.item.document_id, taken)
    chosen = list(firsts.values())
    enough = FEWEST_COMPARED <= len(chosen) <= MOST_COMPARED
    return render_template(
        "compare.html",
        chosen=[taken.document.summary for taken in chosen],
        columns=[_column(taken, chosen) for taken in chosen] if enough else [],
        fewest=FEWEST_COMPARED,
        most=MOST_COMPARED,
        missing=len(found.missing),
        today=datetime.date.today().isoformat(),
        list_url=_address("reading_list", asked),
    )


@blueprint.get(f"/search.{_SUFFIX}")
def export_search(suffix: str) -> Response:
    """Results as a file: all up to `EXPORTED`, or those that `limit` and `offset` ask for."""
    query = search_query(request.args)
    if not query.text:
        raise BadQuery(
            N_("Results can be exported only for a question. Search first, and export the results from there.")
        )
    if not request.args.get("limit", "").strip():
        query = replace(query, limit=EXPORTED)
    rows = []
    for rank, result in enumerate(knowledge_base().searcher.search(query).results, query.offset + 1):
        document = result.document
        best = next((hit.passage for hit in result.passages), None)
        address = urls.cited_url(document.id, document.version)
        quoted = urls.cited_url(document.id, document.version, item_of(document, best).span)
        rows.append(row_of(result, rank, address, quoted))
    return _file(rows, suffix, query.text)


@blueprint.get(f"/list.{_SUFFIX}")
def export_list(suffix: str) -> Response:
    """A reading list as a file."""
    found = take(knowledge_base().reader, items_in(request.args))
    return _file([_row(taken) for taken in found.taken], suffix, _question() or gettext("Reading list"))


def _question() -> str:
    return search_query(request.args).text


def _address(
    view: str, items: Sequence[ListItem], question: str = "", suffix: str | None = None, anchor: str | None = None
) -> str:
    words = [str(item) for item in items]
    place = f"{blueprint.name}.{view}"
    return url_for(place, item=words, q=question or None, suffix=suffix, _anchor=anchor)


def _entries(taken: Sequence[ListedDocument], question: str) -> Iterator[ReadingListEntry]:
    items = [one.item for one in taken]
    met: set[str] = set()
    for at, one in enumerate(taken):
        document_id = one.item.document_id
        yield ReadingListEntry(
            taken=one,
            blocks=shown_part(one.document, one.item.span) if one.item.span else (),
            remove_url=_address("reading_list", [*items[:at], *items[at + 1 :]], question),
            up_url=_moved_url(items, at, at - 1, question),
            down_url=_moved_url(items, at, at + 1, question),
            comparable=one.document.summary.kind is Kind.CASE and document_id not in met,
        )
        met.add(document_id)


def _moved_url(items: Sequence[ListItem], at: int, to: int, question: str) -> str | None:
    if not 0 <= to < len(items):
        return None
    moved = [*items[:at], *items[at + 1 :]]
    moved.insert(to, items[at])
    return _address("reading_list", moved, question, anchor=f"entry-{to + 1}")


def _column(taken: ListedDocument, chosen: Sequence[ListedDocument]) -> Column:
    document = taken.document
    parts = parts_of(document)
    others = [one.item for one in chosen if one is not taken]
    enough = len(others) >= FEWEST_COMPARED
    return Column(
        document=document.summary,
        parts=parts,
        begins=() if parts else beginning(document),
        without_url=_address("compare", others) if enough else None,
    )


def _row(taken: ListedDocument) -> ExportRow:
    document = taken.document.summary
    address = urls.cited_url(document.id, document.version)
    if taken.quoted is None:
        return ExportRow(document, address)
    return ExportRow(
        document,
        address,
        excerpt=ExportedPassage(taken.quoted, urls.cited_url(document.id, document.version, taken.item.span)),
    )


def _file(rows: Sequence[ExportRow], suffix: str, subject: str) -> Response:
    today, form = datetime.date.today(), _BY_SUFFIX[suffix]
    return send_file(
        io.BytesIO(form.write(rows, today)),
        mimetype=form.mimetype,
        as_attachment=True,
        download_name=file_name(subject, f"-{today.isoformat()}{form.suffix}"),
    )
