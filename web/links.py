"""Addresses of searches and of what they found, and the filters that one step adds or takes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import url_for

from kb.model import Page, Query

SHOWN = 8  # values of a facet that a page lists; those in use are always among them


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: choosing it, or taking it back when it is in use."""

    value: str
    count: int
    active: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, most frequent first (years: latest first)."""

    name: str  # language, kind, economy, event, year
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in use. `value` is a facet's value, or years such as "2019", "2018–2020", "2018–", "–2020"."""

    name: str
    value: str
    remove_url: str


def search_arguments(query: Query) -> dict[str, list[str]]:
    """The arguments of an address that ask this again; those at their default are left out."""
    arguments = {
        "q": [query.text],
        "lang": list(query.languages) if len(query.languages) == 1 else [],
        "kind": list(query.kinds),
        "economy": list(query.economies),
        "event": list(query.events),
        "year_from": [] if query.year_from is None else [str(query.year_from)],
        "year_to": [] if query.year_to is None else [str(query.year_to)],
        "limit": [] if query.limit == Query(text="").limit else [str(query.limit)],
        "offset": [str(query.offset)] if query.offset else [],
        "explain": ["1"] if query.explain else [],
    }
    return {name: values for name, values in arguments.items() if values}


def search_url(query: Query) -> str:
    """The address of the results page of a query."""
    return url_for("pages.search") + "?" + urlencode(search_arguments(query), doseq=True)


def document_url(query: Query, document_id: str, ordinal: int | None = None) -> str:
    """The address of a document found by a query, opened at its passage number `ordinal`.

    It carries the whole query, so that the page can mark what answers it and lead back to the results.
    """
    page = url_for("pages.document", document_id=document_id)
    anchor = "" if ordinal is None else f"#p-{ordinal}"
    return f"{page}?{urlencode(search_arguments(query), doseq=True)}{anchor}"


def facets(page: Page) -> tuple[Facet, ...]:
    """The facets of a result page, without those that could not narrow it and are not in use."""
    found, query = page.facets, page.query
    used = _used(query)
    if query.year_from is not None and query.year_from == query.year_to:
        used["year"] = (str(query.year_from),)
    groups = []
    for name, counts in (
        ("language", found.language),
        ("kind", found.kind),
        ("economy", found.economy),
        ("event", found.event),
        ("year", found.year),
    ):
        active = used.get(name, ())
        if len(counts) > 1 or active:
            counted = dict.fromkeys(active, 0) | dict(counts)
            groups.append(Facet(name, _choices(query, name, counted, active)))
    return tuple(groups)


def without_filters(query: Query) -> Query:
    """The same words, asked of everything."""
    return replace(
        query, languages=(), kinds=(), economies=(), events=(), year_from=None, year_to=None, offset=0
    )


def filters(query: Query) -> tuple[Filter, ...]:
    """The filters in use, each with the address of the same search without it."""
    used = [
        Filter(name, value, search_url(_toggled(query, name, value)))
        for name, values in _used(query).items()
        for value in values
    ]
    if query.year_from is not None or query.year_to is not None:
        bounds = dict.fromkeys("" if year is None else str(year) for year in (query.year_from, query.year_to))
        used.append(Filter("year", "–".join(bounds), search_url(_with_years(query, None))))
    return tuple(used)


def _choices(query: Query, name: str, counts: Mapping[str, int], used: tuple[str, ...]) -> tuple[Choice, ...]:
    def order(value: str) -> tuple[bool, int, str]:
        return value not in used, -int(value) if name == "year" else -counts[value], value

    return tuple(
        Choice(value, counts[value], value in used, search_url(_toggled(query, name, value)))
        for value in sorted(counts, key=order)[: max(SHOWN, len(used))]
    )


def _used(query: Query) -> dict[str, tuple[str, ...]]:
    return {
        "language": query.languages,
        "kind": query.kinds,
        "economy": query.economies,
        "event": query.events,
    }


def _toggled(query: Query, name: str, value: str) -> Query:
    if name == "year":
        year = int(value)
        return _with_years(query, None if query.year_from == query.year_to == year else year)
    if name == "language":  # one language or any
        return replace(query, languages=() if value in query.languages else (value,), offset=0)
    used = _used(query)[name]
    values = tuple(item for item in used if item != value) if value in used else (*used, value)
    if name == "kind":
        return replace(query, kinds=values, offset=0)
    if name == "economy":
        return replace(query, economies=values, offset=0)
    return replace(query, events=values, offset=0)


def _with_years(query: Query, year: int | None) -> Query:
    return replace(query, year_from=year, year_to=year, offset=0)
