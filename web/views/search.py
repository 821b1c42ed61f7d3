"""The search: the first page and the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest.models import Kind
from kb.models import LANGUAGES, Facets, ResultPage, SearchQuery
from web.context import knowledge_base
from web.forms import urls
from web.forms.query_params import search_query
from web.presenters.match_explanation import matched
from web.presenters.pagination import paging
from web.search_log import log_search

blueprint = Blueprint("search", __name__)
blueprint.add_app_template_filter(matched)

NEWEST = 6  # documents on the first page
FORMATS = {"csv": "CSV", "jsonl": "JSON Lines", "ris": "RIS", "bib": "BibTeX"}
TRIED = 6  # filters that are tried without, when nothing good was found
EXAMPLES = (
    "How do small towns bring young people back?",
    "How can women entrepreneurs reach global buyers?",
    "helping small producers accept digital payments",
    "การท่องเที่ยวโดยชุมชนสร้างรายได้อย่างไร",
    "กิจการเพื่อสังคมดูแลผู้สูงอายุ",
    "ตลาดสดรับชำระเงินดิจิทัลได้อย่างไร",
)


@dataclass(frozen=True, slots=True)
class Wider:
    """The same search without a filter, or without any (None), that finds more; and how many documents."""

    without: urls.Filter | None
    total: int
    url: str


@blueprint.get("/")
def home() -> str:
    """The search box, examples, and what is new."""
    documents = knowledge_base().catalogue.documents()
    return render_template(
        "home.html",
        examples=EXAMPLES,
        total=len(documents),
        newest=documents[:NEWEST],
        event=next(iter(knowledge_base().catalogue.events()), None),
    )


@blueprint.get("/search")
def results() -> ResponseReturnValue:
    """Results; without a question there are none, so back to the first page."""
    query = replace(search_query(request.args), explain=False)
    if not query.text:
        return redirect(url_for("search.home"))
    view: urls.View = "columns" if request.args.get("view") == "columns" else "list"
    address = partial(urls.search_url, view=view)
    pages = _pages(query, view)
    log_search(pages[0])
    total = max(page.total for page in pages)
    hint = None if query.offset else knowledge_base().searcher.hint(query.text)
    good = any(result.verdict != "weak" for page in pages for result in page.results)
    return render_template(
        "results.html",
        pages=pages,
        languages=LANGUAGES if view == "columns" else (None,),
        total=total,
        shown=any(page.results for page in pages),
        query=query,
        view=view,
        view_urls={one: urls.search_url(replace(query, offset=0), one) for one in ("list", "columns")},
        sort_urls={one: address(replace(query, sort=one, offset=0)) for one in ("relevance", "date")},
        facets=urls.facets(_facets(pages[0].facets, query), query, address),
        filters=urls.filters(query, address),
        unfiltered_url=address(urls.without_filters(query)),
        without_language_url=address(urls.without_facet(query, "language")),
        paging=paging(total, query.limit, query.offset, lambda offset: address(replace(query, offset=offset))),
        hint=hint,
        hint_url=address(replace(query, text=hint.text)) if hint else None,
        unanswered=not query.offset and not good,
        wider=() if query.offset or good else _wider(query, address, total),
        examples=EXAMPLES,
        exports={name: urls.export_url(query, suffix) for suffix, name in FORMATS.items()},
        cases=sum(result.document.kind is Kind.CASE for page in pages for result in page.results),
    )


def _pages(query: SearchQuery, view: urls.View) -> tuple[ResultPage, ...]:
    """What answers: one page, or one for each of `LANGUAGES`. With the matched words, which cost next to nothing."""
    explained = replace(query, explain=True)
    return (
        knowledge_base().searcher.by_language(explained)
        if view == "columns"
        else (knowledge_base().searcher.search(explained),)
    )


def _facets(found: Facets, query: SearchQuery) -> Facets:
    """The facets of what was found; a facet in use as it would be without its filter, to choose more of it."""
    used = {one.name for one in urls.filters(query)}
    others = {
        name: getattr(knowledge_base().searcher.search(replace(urls.without_facet(query, name), limit=1)).facets, name)
        for name in used
    }
    return replace(found, **others)


def _wider(query: SearchQuery, address: urls.Address, total: int) -> Sequence[Wider]:
    """Searches with fewer filters that do better: when nothing was found, whatever finds anything."""
    used = urls.filters(query, address)
    tries: list[tuple[urls.Filter | None, SearchQuery]] = [(one, one.without) for one in used[:TRIED]]
    if len(used) > 1:
        tries.append((None, urls.without_filters(query)))
    wider = []
    for without, asked in tries:
        found = knowledge_base().searcher.search(replace(asked, limit=1))
        if found.results and (not total or found.results[0].verdict != "weak"):
            wider.append(Wider(without, found.total, address(asked)))
    return wider
