"""The collection as a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from ingest.language import runs
from kb.answer import MOST, check, facets_of
from kb.errors import BadQuery
from kb.model import Facets, Query, Result, Summary
from web import browsing, charting, lettering, links
from web.arguments import search_query
from web.library import library

blueprint = Blueprint("atlas", __name__)


@blueprint.app_template_filter()
def one_voice(text: str) -> str:
    """The language in which to speak a text that cannot be cut: a Thai voice also reads English."""
    return "th" if any(run.language == "th" for run in runs(text)) else "en"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: a mark and what it stands for, and the map with this filter added or taken back.

    Without a `url` there is nothing to choose, as for `charting.OTHER`.
    """

    mark: str
    value: str | None
    count: int
    active: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Documents of one mark in the list that stands for the picture."""

    mark: str
    value: str | None
    documents: tuple[Summary, ...]


@blueprint.get("/map")
def show() -> str:
    """All documents as points, those of like content near each other; what answers `q` stands out."""
    query, colour = _asked(request.args)
    placed = library().placed()
    everything = [one.document for one in placed]
    results = library().search(query).results if query.text else ()
    passing = browsing.chosen(browsing.Browse(query), everything)
    scheme = charting.scheme(colour, everything, query)
    picture = charting.chart(placed, {one.id for one in passing}, results, scheme)
    address = partial(_address, colour=colour)
    facets = links.facets(_facets(passing, everything, query), query, address)
    shown = [spot for spot in reversed(picture.spots) if spot.standing != "outside"]
    ranks = charting.numbered(results)
    return render_template(
        "map.html",
        query=query,
        colour=colour,
        colour_urls={one: _address(query, one) for one in charting.COLOURS},
        default_colour=charting.COLOURS[0],
        everything=len(everything),
        picture=picture,
        written=lettering.written(picture.spots),
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
        documents_url=browsing.address(replace(query, limit=browsing.PER_PAGE)),
    )


def _asked(args: MultiDict[str, str]) -> tuple[Query, charting.Colour]:
    """What to find and what colours stand for; a map has no pages and no order. Raises `BadQuery`."""
    colour = args.get("colour") or charting.COLOURS[0]
    if colour not in charting.COLOURS:
        raise BadQuery(name="colour", value=colour, allowed=", ".join(charting.COLOURS))
    unpaged = ("limit", "offset", "sort", "explain")
    kept = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in unpaged])
    query = replace(search_query(kept), limit=MOST)
    check(query)
    return query, colour


def _address(query: Query, colour: charting.Colour) -> str:
    arguments = links.search_arguments(replace(query, limit=Query("").limit))
    if colour != charting.COLOURS[0]:
        arguments["colour"] = [colour]
    page = url_for("atlas.show")
    return f"{page}?{urlencode(arguments, doseq=True)}" if arguments else page


def _facets(passing: Sequence[Summary], everything: Sequence[Summary], query: Query) -> Facets:
    """The facets of what passes; a facet in use as it would be without its filter, to choose more of it."""
    found = facets_of(passing)
    for name in {one.name for one in links.filters(query)}:
        wider = browsing.chosen(browsing.Browse(links.without_facet(query, name)), everything)
        found = replace(found, **{name: getattr(facets_of(wider), name)})
    return found


def _urls(documents: Iterable[Summary], results: Sequence[Result], query: Query) -> Mapping[str, str]:
    """The address of each document, by id; of those found, opened where they answer."""
    asked = replace(query, limit=Query("").limit)
    pattern = url_for("documents.document", document_id="ID")
    urls = {one.id: pattern.replace("ID", one.id) for one in documents}
    for result in results:
        first = result.passages[0].passage.ordinal if result.passages else None
        urls[result.document.id] = links.document_url(asked, result.document.id, first)
    return urls


def _legend(
    scheme: charting.Scheme, passing: Iterable[Summary], facets: Iterable[links.Facet]
) -> list[Entry]:
    facet = next((one for one in facets if one.name == scheme.colour), None)
    choices = {one.value: one for one in (*facet.choices, *facet.rest)} if facet else {}
    counts = Counter(scheme.mark(scheme.value(one)) for one in passing)
    entries = []
    for value in scheme.values:
        mark = scheme.mark(value)
        if value in choices:
            one = choices[value]
            entries.append(Entry(mark, value, one.count, one.active, one.url))
        else:
            entries.append(Entry(mark, value, counts[mark]))
    others = (Entry(mark, None, counts[mark]) for mark in (charting.OTHER, charting.NONE))
    return [*entries, *(one for one in others if one.count)]


def _groups(spots: Iterable[charting.Spot], scheme: charting.Scheme) -> list[Group]:
    order = (*charting.MARKS, charting.OTHER, charting.NONE)
    by_mark: dict[str, list[Summary]] = {}
    for spot in spots:
        by_mark.setdefault(spot.mark, []).append(spot.document)
    return [
        Group(mark, dict(zip(charting.MARKS, scheme.values, strict=False)).get(mark), tuple(by_mark[mark]))
        for mark in order
        if mark in by_mark
    ]
