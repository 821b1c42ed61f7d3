"""The list of documents: which are asked for, in which order, under which address, and what is told of cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from ingest.models import BlockRole, Span
from kb.cases import CasePart, case_of
from kb.errors import BadQuery
from kb.models import Document, DocumentSummary, SearchQuery
from kb.search.results import passes, validate
from web.forms import urls
from web.forms.query_params import list_window, search_query

Order = Literal["added", "date"]  # by when they came in, or by their own date; latest first
PER_PAGE = 25
LINE = 220  # characters that a list shows of a part of a case


@dataclass(frozen=True, slots=True)
class Browse:
    """What a list of documents shows: the filters, and the part of it, of a `query` without words."""

    query: SearchQuery
    order: Order = "added"


@dataclass(frozen=True, slots=True)
class Short:
    """A case in short: the first words of what it met and of what came of it, as far as it tells."""

    challenge: str | None
    results: str | None


def browse(args: MultiDict[str, str], per_page: int = PER_PAGE) -> Browse:
    """The list that an address asks for, with the arguments of the search. Raises `BadQuery`, `UnknownEconomy`."""
    wish = args.get("sort") or "added"
    if wish not in get_args(Order):
        raise BadQuery(name="sort", value=wish, allowed=", ".join(get_args(Order)))
    asked = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in ("q", "sort")])
    window = list_window(args, default=per_page)
    query = replace(search_query(asked), limit=window.limit, offset=window.offset)
    validate(query)
    return Browse(query, cast(Order, wish))


def address(query: SearchQuery, order: Order = "added") -> str:
    """The address of the list of documents that pass the filters of `query`."""
    arguments = urls.search_arguments(replace(query, text="", limit=SearchQuery("").limit))
    if order != "added":
        arguments["sort"] = [order]
    if query.limit != PER_PAGE:
        arguments["limit"] = [str(query.limit)]
    page = url_for("collection.documents")
    return f"{page}?{urlencode(arguments, doseq=True)}" if arguments else page


def chosen(asked: Browse, documents: Iterable[DocumentSummary]) -> list[DocumentSummary]:
    """Those of `documents`, which come newest first, that pass the filters; in the order asked for.

    Documents without a date come last when sorted by it.
    """
    wanted = set(asked.query.languages)
    found = [
        one for one in documents if passes(asked.query, one) and (not wanted or not wanted.isdisjoint(one.languages))
    ]
    if asked.order == "date":
        found.sort(key=lambda one: one.date or "", reverse=True)
    return found


def in_short(document: Document) -> Short:
    """A case in two lines."""
    case = case_of(document)
    words = {part.name: _part(document, part) for part in case.parts} if case else {}
    return Short(words.get("challenge"), words.get("results"))


def opening(document: Document, most: int = 300) -> str:
    """The first whole sentences, at most `most` characters of them, or part of a longer one.

    Headings are left out, and what stands before the first turn of a transcript.
    """
    blocks = [block for block in document.blocks if block.start < block.end and block.role is not BlockRole.HEADING]
    turns = [block for block in blocks if block.role is BlockRole.TURN]
    told = next(iter(turns or blocks), None)
    return _first_words(document, Span(told.start, len(document.text)), most) if told else ""


def _part(document: Document, part: CasePart) -> str | None:
    if not part.blocks:
        return None
    return _first_words(document, Span(part.blocks[0].start, part.blocks[-1].end), LINE)


def _first_words(document: Document, span: Span, most: int) -> str:
    text = document.text[span.start : span.end]
    ends = sorted(
        sentence.end - span.start
        for passage in document.passages
        for sentence in passage.sentences
        if span.start < sentence.end <= min(span.end, span.start + most)
    )
    if ends:
        return " ".join(text[: ends[-1]].split())
    if len(text) <= most:
        return " ".join(text.split())
    space = text.rfind(" ", 0, most)  # Thai has none inside a phrase
    return " ".join(text[: space if space > 0 else most].split()) + " …"
