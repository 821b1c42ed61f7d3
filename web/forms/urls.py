"""Addresses of searches and of what they found, and the filters that one step adds or takes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote_plus

from flask import url_for

from kb.models import Facets, SearchQuery, Span

SHOWN = 8  # values of a facet that are seen at once; those in use are always among them
View = Literal["list", "columns"]  # results of both languages in one list, or each language's in its own
_NOT_THAI = re.compile("[^ก-๛]+")
Address = Callable[[SearchQuery], str]  # of the page that shows what a query asks for

_FIELDS = {  # of a query, for the facets but for years
    "language": "languages",
    "kind": "kinds",
    "economy": "economies",
    "event": "events",
    "theme": "themes",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: choosing it, or taking it back when it is in use."""

    value: str
    count: int
    active: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, those in use first, then most frequent first (years: latest first).

    `choices` are to be seen at once; `rest` are those beyond the first `SHOWN`.
    """

    name: str  # language, kind, economy, event, theme, year
    choices: tuple[Choice, ...]
    rest: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in use. `value` is a facet's value, or years such as "2019", "2018–2020", "2018–", "–2020".

    `without` is the same search without it, from its first page on.
    """

    name: str
    value: str
    without: SearchQuery
    remove_url: str


def search_arguments(query: SearchQuery) -> dict[str, list[str]]:
    """The arguments of an address that ask this again; those at their default are left out."""
    usual = SearchQuery(text="")
    arguments = {
        "q": [query.text] if query.text else [],
        "lang": list(query.languages) if len(query.languages) == 1 else [],
        "kind": list(query.kinds),
        "economy": list(query.economies),
        "event": list(query.events),
        "theme": list(query.themes),
        "year_from": [] if query.year_from is None else [str(query.year_from)],
        "year_to": [] if query.year_to is None else [str(query.year_to)],
        "sort": [] if query.sort == usual.sort else [str(query.sort)],
        "limit": [] if query.limit == usual.limit else [str(query.limit)],
        "offset": [str(query.offset)] if query.offset else [],
        "explain": ["1"] if query.explain else [],
    }
    return {name: values for name, values in arguments.items() if values}


def search_url(query: SearchQuery, view: View = "list") -> str:
    """The address of the results page of a query."""
    return url_for("search.results") + "?" + _encoded(query, view)


def export_url(query: SearchQuery, suffix: str) -> str:
    """The address of all that a query finds, on whatever page, as a file."""
    everything = replace(query, offset=0, limit=SearchQuery("").limit)
    return url_for("takeaway.export_search", suffix=suffix) + "?" + _encoded(everything, "list")


def document_url(query: SearchQuery, document_id: str, ordinal: int | None = None, view: View = "list") -> str:
    """The address of a document found by a query, opened at its passage number `ordinal`.

    It carries the whole query, so that the page can mark what answers it and lead back to the results.
    """
    page = url_for("documents.document", document_id=document_id)
    anchor = "" if ordinal is None else f"#p-{ordinal}"
    return f"{page}?{_encoded(query, view)}{anchor}"


def cited_url(document_id: str, version: int, span: Span | None = None) -> str:
    """The lasting address of a version of a document, or of some characters of it: its text never changes."""
    place = {} if span is None else {"chars": f"{span.start}-{span.end}", "_anchor": "cited"}
    return url_for("documents.version", document_id=document_id, number=version, _external=True, **place)


def _encoded(query: SearchQuery, view: View) -> str:
    arguments = search_arguments(query) | ({} if view == "list" else {"view": [view]})
    return "&".join(f"{name}={_readable(value)}" for name, values in arguments.items() for value in values)


def _readable(words: str) -> str:
    """Words as they stand in an address: Thai as it is, since browsers encode it and pages are a third as long."""
    return _NOT_THAI.sub(lambda found: quote_plus(found[0], errors="replace"), words)


def facets(found: Facets, query: SearchQuery, address: Address = search_url) -> tuple[Facet, ...]:
    """The facets of what a query found, without those that could not narrow it and are not in use."""
    used = _used(query)
    if query.year_from is not None and query.year_from == query.year_to:
        used["year"] = (str(query.year_from),)
    groups = []
    for name, counts in (
        ("language", found.language),
        ("kind", found.kind),
        ("economy", found.economy),
        ("theme", found.theme),
        ("event", found.event),
        ("year", found.year),
    ):
        active = used.get(name, ())
        if len(counts) > 1 or active:
            counted = dict.fromkeys(active, 0) | dict(counts)
            choices = _choices(query, name, counted, active, address)
            seen = max(SHOWN, len(active))
            groups.append(Facet(name, choices[:seen], choices[seen:]))
    return tuple(groups)


def without_facet(query: SearchQuery, name: str) -> SearchQuery:
    """The same search without the filters of one facet."""
    if name == "year":
        return _with_years(query, None)
    return replace(query, **{_FIELDS[name]: ()}, offset=0)  # type: ignore[arg-type]


def without_filters(query: SearchQuery) -> SearchQuery:
    """The same words, asked of everything."""
    return replace(
        query, languages=(), kinds=(), economies=(), events=(), themes=(), year_from=None, year_to=None, offset=0
    )


def filters(query: SearchQuery, address: Address = search_url) -> tuple[Filter, ...]:
    """The filters in use, each with the address of the same search without it."""
    used = [(name, value, _toggled(query, name, value)) for name, values in _used(query).items() for value in values]
    if query.year_from is not None or query.year_to is not None:
        bounds = dict.fromkeys("" if year is None else str(year) for year in (query.year_from, query.year_to))
        used.append(("year", "–".join(bounds), _with_years(query, None)))
    return tuple(Filter(name, value, without, address(without)) for name, value, without in used)


def _choices(
    query: SearchQuery, name: str, counts: Mapping[str, int], used: tuple[str, ...], address: Address
) -> tuple[Choice, ...]:
    def order(value: str) -> tuple[bool, int, str]:
        return value not in used, -int(value) if name == "year" else -counts[value], value

    return tuple(
        Choice(value, counts[value], value in used, address(_toggled(query, name, value)))
        for value in sorted(counts, key=order)
    )


def _used(query: SearchQuery) -> dict[str, tuple[str, ...]]:
    return {name: getattr(query, field) for name, field in _FIELDS.items()}


def _toggled(query: SearchQuery, name: str, value: str) -> SearchQuery:
    if name == "year":
        year = int(value)
        return _with_years(query, None if query.year_from == query.year_to == year else year)
    if name == "language":  # one language or any
        return replace(query, languages=() if value in query.languages else (value,), offset=0)
    used = _used(query)[name]
    values = tuple(item for item in used if item != value) if value in used else (*used, value)
    return replace(query, **{_FIELDS[name]: values}, offset=0)  # type: ignore[arg-type]


def _with_years(query: SearchQuery, year: int | None) -> SearchQuery:
    return replace(query, year_from=year, year_to=year, offset=0)
