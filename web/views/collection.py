"""The whole collection: its documents, its events, what is new in it, what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest.models import Kind
from kb.events import Event, find_event
from kb.models import DocumentSummary
from kb.search.results import facets_of
from web.context import knowledge_base
from web.forms import document_filters, urls
from web.i18n import interface_language
from web.presenters import atom_feed
from web.presenters import event as gatherings
from web.presenters.document_cache import told
from web.presenters.pagination import paging

blueprint = Blueprint("collection", __name__)
blueprint.add_app_template_filter(atom_feed.xml_text)


@blueprint.get("/documents")
def documents() -> str:
    """All documents that pass the filters, newest first."""
    asked = document_filters.browse(request.args)
    query = asked.query
    address = partial(document_filters.address, order=asked.order)
    everything = knowledge_base().catalogue.documents()
    found = document_filters.chosen(asked, everything)
    shown = found[query.offset : query.offset + query.limit]
    cases = query.kinds == (Kind.CASE,)
    return render_template(
        "documents.html",
        query=query,
        order=asked.order,
        order_urls={order: document_filters.address(replace(query, offset=0), order) for order in ("added", "date")},
        shown=shown,
        short={one.id: told(one, document_filters.in_short) for one in shown} if cases else {},
        total=len(found),
        everything=len(everything),
        facets=urls.facets(facets_of(found), query, address),
        filters=urls.filters(query, address),
        unfiltered_url=address(urls.without_filters(query)),
        paging=paging(len(found), query.limit, query.offset, lambda offset: address(replace(query, offset=offset))),
    )


@blueprint.get("/events")
def events() -> str:
    """The events on a line of time, latest first."""
    everything = knowledge_base().catalogue.documents()
    found = knowledge_base().catalogue.events()
    return render_template(
        "events.html",
        years=gatherings.by_year(found),
        counts={event.slug: gatherings.counts(event.documents) for event in found},
        total=len(found),
        papers=sum(len(event.documents) for event in found),
        everything=len(everything),
    )


@blueprint.get("/events/<slug>")
def event(slug: str) -> ResponseReturnValue:
    """One event with its papers; from where it was before it was renamed or merged, on to where it is."""
    all_events = knowledge_base().catalogue.events()
    found = find_event(slug, all_events)
    if found.slug != slug:
        return _moved("collection.event", found.slug)
    place = all_events.index(found)
    return render_template(
        "event.html",
        event=found,
        other_name=found.name if found.thai and interface_language() == "th" else found.thai,
        names=sorted({one.event for one in found.documents if one.event}),
        counts=gatherings.counts(found.documents),
        groups=gatherings.groups(found, gatherings.pairs_of(found, knowledge_base().catalogue.documents())),
        speakers=gatherings.speakers(found),
        later=all_events[place - 1] if place else None,
        earlier=all_events[place + 1] if place + 1 < len(all_events) else None,
    )


@blueprint.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """An Atom feed of the newest documents."""
    return _feed(atom_feed.newest_first(knowledge_base().catalogue.documents()))


@blueprint.get("/events/<slug>/feed.atom")
def event_feed(slug: str) -> ResponseReturnValue:
    """An Atom feed of the newest documents of an event."""
    found = find_event(slug, knowledge_base().catalogue.events())
    if found.slug != slug:
        return _moved("collection.event_feed", found.slug)
    return _feed(atom_feed.newest_first(found.documents), found)


@blueprint.get("/about")
def about() -> str:
    """What this is and what its words mean."""
    return render_template("about.html")


def _moved(endpoint: str, slug: str) -> ResponseReturnValue:
    """On to where a renamed event is now, asking the same of it."""
    asked = request.query_string.decode("ascii", "replace")
    return redirect(url_for(endpoint, slug=slug) + (f"?{asked}" if asked else ""), 301)


def _feed(documents: Sequence[DocumentSummary], event: Event | None = None) -> ResponseReturnValue:
    """Newest first. Readers that hold its ETag or its date are told that nothing is new."""
    language = interface_language()
    place = "collection.event_feed" if event else "collection.feed"
    address = url_for(place, slug=event.slug if event else None, ui=language, _external=True)
    found = atom_feed.feed(documents, address)
    page = render_template("feed.xml", feed=found, event=event, address=address)
    response = Response(page, mimetype="application/atom+xml")
    response.headers["Content-Language"] = language
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    if found.entries:
        response.last_modified = found.updated
    return response.make_conditional(request)
