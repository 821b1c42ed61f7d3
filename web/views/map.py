"""The collection as a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from ingest.text.language import runs
from kb.errors import BadQuery
from kb.models import DocumentSummary, Facets, SearchQuery, SearchResult
from kb.search.results import MOST, facets_of, validate
from web.context import knowledge_base
from web.forms import document_filters
from web.forms import urls as links
from web.forms.query_params import search_query
from web.presenters import map_chart, map_labels

blueprint = Blueprint("atlas", __name__)


@blueprint.app_template_filter()
def one_voice(text: str) -> str:
    """The language in which to speak a text that cannot be cut: a Thai voice also reads English."""
    return "th" if any(run.language == "th" for run in runs(text)) else "en"


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A line of the legend: a mark and what it stands for, and the map with this filter added or taken back.

    Without a `url` there is nothing to choose, as for `charting.OTHER`.
    """

    mark: str
    value: str | None
    count: int
    active: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MapGroup:
    """Documents of one mark in the list that stands for the picture."""

    mark: str
    value: str | None
    documents: tuple[DocumentSummary, ...]


@blueprint.get("/map")
def show() -> str:
    """All documents as points, those of like content near each other; what answers `q` stands out."""
    query, colour = _asked(request.args)
    placed = knowledge_base().searcher.map()
    everything = [one.document for one in placed]
    results = knowledge_base().searcher.search(query).results if query.text else ()
    passing = document_filters.chosen(document_filters.Browse(query), everything)
    scheme = map_chart.scheme(colour, everything, query)
    picture = map_chart.chart(placed, {one.id for one in passing}, results, scheme)
    address = partial(_address, colour=colour)
    facets = links.facets(_facets(passing, everything, query), query, address)
    shown = [spot for spot in reversed(picture.spots) if spot.standing != "outside"]
    ranks = map_chart.numbered(results)
    return render_template(
        "map.html",
        query=query,
        colour=colour,
        colour_urls={one: _address(query, one) for one in map_chart.COLOURS},
        default_colour=map_chart.COLOURS[0],
        everything=len(everything),
        picture=picture,
        written=map_labels.written(picture.spots),
        urls=_urls([spot.document for spot in picture.spots], results, query),
        legend=_legend(scheme, passing, facets),
        facets=facets,
        filters=links.filters(query, address),
        unfiltered_url=address(links.without_filters(query)),
        known=[result for result in results if ranks[result.document.id].rank],
        weaker=[result for result in results if not ranks[result.document.id].rank],
        unanswered=all(result.verdict == "weak" for result in results),
        groups=_groups((spot for spot in shown if spot.document.id not in ranks), scheme),
        outside=[spot.document for spot in reversed(picture.spots) if spot.standing == "outside"],
        documents_url=document_filters.address(replace(query, limit=document_filters.PER_PAGE)),
    )


def _asked(args: MultiDict[str, str]) -> tuple[SearchQuery, map_chart.Colour]:
    """What to find and what colours stand for; a map has no pages and no order. Raises `BadQuery`."""
    colour = args.get("colour") or map_chart.COLOURS[0]
    if colour not in map_chart.COLOURS:
        raise BadQuery(name="colour", value=colour, allowed=", ".join(map_chart.COLOURS))
    unpaged = ("limit", "offset", "sort", "explain")
    kept = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in unpaged])
    query = replace(search_query(kept), limit=MOST)
    validate(query)
    return query, colour


def _address(query: SearchQuery, colour: map_chart.Colour) -> str:
    arguments = links.search_arguments(replace(query, limit=SearchQuery("").limit))
    if colour != map_chart.COLOURS[0]:
        arguments["colour"] = [colour]
    page = url_for("atlas.show")
    return f"{page}?{urlencode(arguments, doseq=True)}" if arguments else page


def _facets(passing: Sequence[DocumentSummary], everything: Sequence[DocumentSummary], query: SearchQuery) -> Facets:
    """The facets of what passes; a facet in use as it would be without its filter, to choose more of it."""
    found = facets_of(passing)
    for name in {one.name for one in links.filters(query)}:
        wider = document_filters.chosen(document_filters.Browse(links.without_facet(query, name)), everything)
        found = replace(found, **{name: getattr(facets_of(wider), name)})
    return found


def _urls(
    documents: Iterable[DocumentSummary], results: Sequence[SearchResult], query: SearchQuery
) -> Mapping[str, str]:
    """The address of each document, by id; of those found, opened where they answer."""
    asked = replace(query, limit=SearchQuery("").limit)
    pattern = url_for("documents.document", document_id="ID")
    urls = {one.id: pattern.replace("ID", one.id) for one in documents}
    for result in results:
        first = result.passages[0].passage.ordinal if result.passages else None
        urls[result.document.id] = links.document_url(asked, result.document.id, first)
    return urls


def _legend(
    scheme: map_chart.Scheme, passing: Iterable[DocumentSummary], facets: Iterable[links.Facet]
) -> list[MapEntry]:
    facet = next((one for one in facets if one.name == scheme.colour), None)
    choices = {one.value: one for one in (*facet.choices, *facet.rest)} if facet else {}
    counts = Counter(scheme.mark(scheme.value(one)) for one in passing)
    entries = []
    for value in scheme.values:
        mark = scheme.mark(value)
        if value in choices:
            one = choices[value]
            entries.append(MapEntry(mark, value, one.count, one.active, one.url))
        else:
            entries.append(MapEntry(mark, value, counts[mark]))
    others = (MapEntry(mark, None, counts[mark]) for mark in (map_chart.OTHER, map_chart.NONE))
    return [*entries, *(one for one in others if one.count)]


def _groups(spots: Iterable[map_chart.Spot], scheme: map_chart.Scheme) -> list[MapGroup]:
    order = (*map_chart.MARKS, map_chart.OTHER, map_chart.NONE)
    by_mark: dict[str, list[DocumentSummary]] = {}
    for spot in spots:
        by_mark.setdefault(spot.mark, []).append(spot.document)
    return [
        MapGroup(mark, dict(zip(map_chart.MARKS, scheme.values, strict=False)).get(mark), tuple(by_mark[mark]))
        for mark in order
        if mark in by_mark
    ]
