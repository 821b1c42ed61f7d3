"""The pages: search, results, document, list, about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest.model import PlacedBlock, Role
from kb.model import Document, Evidence, Passage, PassageHit, Query, Span
from web import i18n, links
from web.arguments import list_window, search_query
from web.library import library
from web.marking import Anchor, Run, excerpt, runs, script_language
from web.paging import paging

blueprint = Blueprint("pages", __name__)

NEWEST = 6  # documents on the first page
RELATED = 6
EXAMPLES = (
    "How do small towns bring young people back?",
    "How can women entrepreneurs reach global buyers?",
    "helping small producers accept digital payments",
    "ชุมชนใช้การท่องเที่ยวสร้างรายได้อย่างไร",
    "กิจการเพื่อสังคมดูแลผู้สูงอายุ",
    "เพิ่มมูลค่าผลผลิตทางการเกษตรที่ล้นตลาด",
)


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block of a document, cut for showing."""

    role: Role
    label: str | None
    speaker: str | None
    starts_at_ms: int | None
    language: str | None
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its whole text."""
        return "".join(piece.text for run in self.runs for piece in run.pieces)


@blueprint.get("/")
def home() -> str:
    """The search box, examples, and what is new."""
    documents = library().documents()
    return render_template("home.html", examples=EXAMPLES, total=len(documents), newest=documents[:NEWEST])


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Results; without a question there are none, so back to the first page."""
    query = search_query(request.args)
    if not query.text:
        return redirect(url_for("pages.home"))
    page = library().search(query)
    return render_template(
        "results.html",
        page=page,
        query=query,
        facets=links.facets(page),
        filters=links.filters(query),
        unfiltered_url=links.search_url(links.without_filters(query)),
        paging=paging(
            page.total,
            query.limit,
            query.offset,
            lambda offset: links.search_url(replace(query, offset=offset)),
        ),
        unanswered=not query.offset and all(result.verdict == "weak" for result in page.results),
    )


@blueprint.get("/documents")
def documents() -> str:
    """All documents, newest first."""
    window = list_window(request.args, default=25)
    found = library().documents()
    shown = found[window.offset : window.offset + window.limit]
    return render_template(
        "documents.html",
        shown=shown,
        total=len(found),
        paging=paging(
            len(found),
            window.limit,
            window.offset,
            lambda offset: url_for("pages.documents", limit=request.args.get("limit"), offset=offset),
        ),
    )


@blueprint.get("/documents/<document_id>")
def document(document_id: str) -> str:
    """One document to read, with what answers `q` marked."""
    query = search_query(request.args)
    found = library().document(document_id)
    hits = _hits_within(document_id, query.text) if query.text else ()
    close = library().related(document_id, limit=RELATED)
    return render_template(
        "document.html",
        document=found.summary,
        blocks=_shown_blocks(found, [hit.evidence for hit in hits]),
        hits=sorted(hits, key=lambda hit: hit.passage.ordinal),
        query=query,
        back_url=links.search_url(query),
        same_story=[item for item in close if item.same_story],
        close=[item for item in close if not item.same_story],
    )


@blueprint.get("/about")
def about() -> str:
    """What this is and what its words mean."""
    return render_template("about.html")


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        date=lambda date: i18n.date_text(date, i18n.interface_language()),
        year=_years,
        clock=i18n.clock_text,
        lang=_lang,
        economy=lambda name: i18n.economy_name(name, i18n.interface_language()),
        excerpt=excerpt,
        voices=lambda text: runs(text, Span(0, len(text))),
        web_address=_web_address,
    )
    app.jinja_env.globals.update(
        interface_language=i18n.interface_language,
        switch_url=_switch_url,
        document_url=links.document_url,
        kept_filters=_kept_filters,
        language_names=i18n.LANGUAGE_NAMES,
        kind_names=i18n.KIND_NAMES,
        field_names=i18n.FIELD_NAMES,
        facet_names=i18n.FACET_NAMES,
        strength_names=i18n.STRENGTH_NAMES,
    )


def _hits_within(document_id: str, text: str) -> tuple[PassageHit, ...]:
    """The passages of one document that answer best."""
    page = library().search(Query(text=text, limit=1, documents=(document_id,)))
    return page.results[0].passages if page.results else ()


def _shown_blocks(document: Document, evidence: list[Evidence]) -> list[ShownBlock]:
    blocks = sorted((block for block in document.blocks if block.start < block.end), key=lambda b: b.start)
    anchors = _anchors(blocks, document.passages)
    return [
        ShownBlock(
            role=block.role,
            label=block.label,
            speaker=block.speaker,
            starts_at_ms=block.starts_at_ms,
            language=script_language(document.text[block.start : block.end]),
            runs=runs(document.text, Span(block.start, block.end), evidence, anchors),
        )
        for block in blocks
    ]


def _anchors(blocks: Sequence[PlacedBlock], passages: Iterable[Passage]) -> list[Anchor]:
    """Where passages begin; one that begins between two blocks is given the start of the second."""
    ends = [block.end for block in blocks]
    anchors = []
    for passage in passages:
        place = bisect_right(ends, passage.start)
        start = blocks[place].start if place < len(blocks) else passage.start
        anchors.append(Anchor(passage.ordinal, max(start, passage.start)))
    return sorted(anchors, key=lambda anchor: anchor.start)


def _years(value: int | str) -> str:
    """A year, or a range of years such as "2018–2020", as the interface writes it."""
    language = i18n.interface_language()
    return re.sub(r"\d+", lambda match: i18n.year_text(match[0], language), str(value))


def _lang(text: str) -> str:
    """The language of a piece of content for its `lang`; the interface's where it has no letters."""
    return script_language(text) or i18n.interface_language()


def _switch_url(language: str) -> str:
    """This page in the other language. Relative, so that no path a visitor made up is repeated in a link."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "ui"]
    return "?" + urlencode([*arguments, ("ui", language)])


def _kept_filters(query: Query) -> list[tuple[str, str]]:
    """Arguments that a new search from the results page takes along."""
    arguments = links.search_arguments(replace(query, text="", offset=0))
    return [(name, value) for name, values in arguments.items() if name != "q" for value in values]


def _web_address(source: str) -> bool:
    """Whether a source can be linked: only addresses of the web, never `javascript:` and the like."""
    return re.match(r"https?://", source) is not None
