"""What a document is, in the terms of schema.org, for search engines and reference managers. Pure functions.

An event is no creative work, which is what `isPartOf` asks for: a document is part of the papers of its event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.metadata.events import all_events
from kb.models import DocumentSummary, Kind
from web.citations.reference_formats import SAMPLE, TYPES, one_line

_TYPES = {
    Kind.RELEASE: "NewsArticle",
    Kind.REPORT: "Report",
    Kind.CASE: "Article",
    Kind.TRANSCRIPT: "CreativeWork",
    Kind.MENTORING: "CreativeWork",
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """A document with its absolute address."""

    document: DocumentSummary
    url: str


def json_ld(described: Described, event_url: str | None, same_story: Iterable[Described]) -> Json:
    """A document as a JSON-LD object; `event_url` is the absolute address of the papers of its event.

    Of two that tell the same story the later one is the translation; where that is not known, each is
    called a translation of the other.
    """
    document = described.document
    story: dict[str, list[Json]] = {"workTranslation": [], "translationOfWork": []}
    for other in same_story:
        story[_relation(document, other.document)].append(_named(other))
    told: Json = {
        "@context": "https://schema.org",
        **_named(described),
        "headline": one_line(document.title) if document.kind in (Kind.RELEASE, Kind.CASE) else None,
        "genre": TYPES[document.kind].genre,
        "inLanguage": list(document.languages) if len(document.languages) > 1 else document.language,
        "version": document.version,
        "creativeWorkStatus": SAMPLE if document.sample else None,
        "mentions": [{"@type": "Organization", "name": one_line(name)} for name in document.organisations],
        "about": [{"@type": "Thing", "name": one_line(name)} for name in document.themes],
        "spatialCoverage": [{"@type": "Place", "name": one_line(name)} for name in document.economies],
        "isPartOf": _papers(document.event, event_url) if document.event and event_url else None,
        "isBasedOn": document.source if re.match("https?://", document.source) else None,
        **story,
    }
    return {name: value for name, value in told.items() if value}


def _relation(document: DocumentSummary, other: DocumentSummary) -> str:
    """How a document of the same story stands to this one; dates are compared as far as both go."""
    exact = min(len(document.date or ""), len(other.date or ""))
    earlier = (other.date or "")[:exact] < (document.date or "")[:exact]
    return "translationOfWork" if earlier else "workTranslation"


def _named(described: Described) -> Json:
    document = described.document
    named = {
        "@type": _TYPES[document.kind],
        "@id": described.url,
        "url": described.url,
        "name": one_line(document.title),
        "inLanguage": document.language,
        "datePublished": document.date,
    }
    return {name: value for name, value in named.items() if value}


def _papers(event: str, event_url: str) -> Json:
    known = next((one for one in all_events() if one.name == event), None)
    held: Json = {"@type": "Event", "name": one_line(event)}
    if known:
        held |= {"startDate": known.date, "location": {"@type": "Place", "name": known.economy}}
    return {"@type": "Collection", "@id": event_url, "url": event_url, "name": one_line(event), "about": held}
