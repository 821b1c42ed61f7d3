"""From the arguments of an address to a `SearchQuery`: one reading for the pages and for the API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from werkzeug.datastructures import MultiDict

from ingest.metadata.economies import find_economy
from kb.errors import N_, BadQuery
from kb.models import SearchQuery, Sort, Span

LONGEST_QUERY = 1000  # characters; a question or a paragraph, not a whole document
LARGEST_LIMIT = 100
LARGEST_OFFSET = 1_000_000
LARGEST_VERSION = 999_999_999
VERSION = f"int(min=1, max={LARGEST_VERSION})"  # the converter of a version's number in an address
MOST_VALUES = 50  # of one filter: a page links to itself without each of them


_NO_NUMBER = N_("“{name}” must be a whole number from {low} to {high}. Correct it in the address and try again.")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for."""

    limit: int
    offset: int


def search_query(args: MultiDict[str, str]) -> SearchQuery:
    """The search that `args` asks for. Blank arguments count as absent, `lang=any` as no filter.

    Raises BadNumber, QueryTooLong and TooManyValues; whether there is such a kind, economy or order is for the
    knowledge base to say.
    """
    text = args.get("q", "")
    if len(text) > LONGEST_QUERY:
        raise BadQuery(
            N_("The search text is too long. Shorten it to {longest} characters or fewer and search again."),
            longest=LONGEST_QUERY,
        )
    explain = args.get("explain", "").strip()
    if explain not in ("", "0", "1"):
        raise BadQuery(name="explain", value=explain, allowed="0, 1")
    window = list_window(args)
    return SearchQuery(
        text=text.strip(),
        languages=tuple(value for value in _values(args, "lang") if value != "any"),
        kinds=_values(args, "kind"),
        economies=tuple(find_economy(name) or name for name in _values(args, "economy")),
        events=_values(args, "event"),
        themes=_values(args, "theme"),
        year_from=_number(args, "year_from", None, 1, 9999),
        year_to=_number(args, "year_to", None, 1, 9999),
        limit=window.limit,
        offset=window.offset,
        sort=cast(Sort, args.get("sort") or "relevance"),
        explain=explain == "1",
    )


def list_window(args: MultiDict[str, str], default: int = 10) -> Window:
    """The part of a list that `limit` and `offset` ask for; raises BadNumber."""
    limit = _number(args, "limit", default, 1, LARGEST_LIMIT)
    offset = _number(args, "offset", 0, 0, LARGEST_OFFSET)
    assert limit is not None
    assert offset is not None
    return Window(limit, offset)


def version_number(args: MultiDict[str, str]) -> int | None:
    """The version that `version` asks for; raises BadNumber."""
    return _number(args, "version", None, 1, LARGEST_VERSION)


def chars(args: MultiDict[str, str], text: str) -> Span | None:
    """The characters of `text` that `chars` asks for, such as 120-480; raises BadSpan where there is nothing."""
    value = args.get("chars", "").strip()
    if not value:
        return None
    parts = re.fullmatch(r"(\d{1,9})-(\d{1,9})", value, re.ASCII)
    span = Span(int(parts[1]), int(parts[2])) if parts else Span(0, 0)
    if span.end > len(text) or not text[span.start : span.end].strip():
        raise BadQuery(
            N_(
                "“{value}” is not a range of this text, which has {length} characters. Write "
                "chars=START-END, such as chars=0-80, or remove it from the address."
            ),
            value=value[:40],
            length=len(text),
        )
    return span


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    stripped = (value.strip() for value in args.getlist(name))
    values = tuple(dict.fromkeys(value for value in stripped if value))
    if len(values) > MOST_VALUES:
        raise BadQuery(
            N_("“{name}” can have at most {most} values. Remove some from the address and try again."),
            name=name,
            most=MOST_VALUES,
        )
    return values


def _number(args: MultiDict[str, str], name: str, default: int | None, low: int, high: int) -> int | None:
    value = args.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise BadQuery(_NO_NUMBER, name=name, low=low, high=high) from None
    if not low <= number <= high:
        raise BadQuery(_NO_NUMBER, name=name, low=low, high=high)
    return number
