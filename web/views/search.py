"""The search: the first page and the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest.model import Kind
from kb.model import LANGUAGES, Facets, Page, Query
from web import links
from web.arguments import search_query
from web.explaining import matched
from web.library import library
from web.paging import paging
from web.searched import searched

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

    without: links.Filter | None
    total: int
    url: str


@blueprint.get("/")
def home() -> str:
    """The search box, examples, and what is new."""
    documents = library().documents()
    return render_template(
        "home.html",
        examples=EXAMPLES,
        total=len(documents),
        newest=documents[:NEWEST],
        event=next(iter(library().events()), None),
    )


@blueprint.get("/search")
def results() -> ResponseReturnValue:
    """Results; without a question there are none, so back to the first page."""
    query = replace(search_query(request.args), explain=False)
    if not query.text:
        return redirect(url_for("search.home"))
    view: links.View = "columns" if request.args.get("view") == "columns" else "list"
    address = partial(links.search_url, view=view)
    pages = _pages(query, view)
    searched(pages[0])
    total = max(page.total for page in pages)
    hint = None if query.offset else library().hint(query.text)
    good = any(result.verdict != "weak" for page in pages for result in page.results)
    return render_template(
        "results.html",
        pages=pages,
        languages=LANGUAGES if view == "columns" else (None,),
        total=total,
        shown=any(page.results for page in pages),
        query=query,
        view=view,
        view_urls={one: links.search_url(replace(query, offset=0), one) for one in ("list", "columns")},
        sort_urls={one: address(replace(query, sort=one, offset=0)) for one in ("relevance", "date")},
        facets=links.facets(_facets(pages[0].facets, query), query, address),
        filters=links.filters(query, address),
        unfiltered_url=address(links.without_filters(query)),
        without_language_url=address(links.without_facet(query, "language")),
        paging=paging(
            total, query.limit, query.offset, lambda offset: address(replace(query, offset=offset))
        ),
        hint=hint,
        hint_url=address(replace(query, text=hint.text)) if hint else None,
        unanswered=not query.offset and not good,
        wider=() if query.offset or good else _wider(query, address, total),
        examples=EXAMPLES,
        exports={name: links.export_url(query, suffix) for suffix, name in FORMATS.items()},
        cases=sum(result.document.kind is Kind.CASE for page in pages for result in page.results),
    )


def _pages(query: Query, view: links.View) -> tuple[Page, ...]:
    """What answers: one page, or one for each of `LANGUAGES`. With the matched words, which cost next to nothing."""
    explained = replace(query, explain=True)
    return library().by_language(explained) if view == "columns" else (library().search(explained),)


def _facets(found: Facets, query: Query) -> Facets:
    """The facets of what was found; a facet in use as it would be without its filter, to choose more of it."""
    used = {one.name for one in links.filters(query)}
    others = {
        name: getattr(library().search(replace(links.without_facet(query, name), limit=1)).facets, name)
        for name in used
    }
    return replace(found, **others)


def _wider(query: Query, address: links.Address, total: int) -> Sequence[Wider]:
    """Searches with fewer filters that do better: when nothing was found, whatever finds anything."""
    used = links.filters(query, address)
    tries: list[tuple[links.Filter | None, Query]] = [(one, one.without) for one in used[:TRIED]]
    if len(used) > 1:
        tries.append((None, links.without_filters(query)))
    wider = []
    for without, asked in tries:
        found = library().search(replace(asked, limit=1))
        if found.results and (not total or found.results[0].verdict != "weak"):
            wider.append(Wider(without, found.total, address(asked)))
    return wider
