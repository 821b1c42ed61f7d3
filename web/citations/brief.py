"""A brief: what a reader took along, quoted and with numbered sources, ready to print."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.models import BlockRole
from kb.cases import case_of
from kb.models import Document, DocumentSummary, Evidence, PassageHit, SearchQuery, SearchResult, Span, Strength
from kb.search.searcher import Searcher
from web.citations import reference_formats
from web.citations.apa import Styled, apa
from web.citations.reading_list import List, ListedDocument, quoted
from web.forms import urls
from web.i18n import InterfaceLanguage
from web.presenters.document import ShownBlock, ShownField, shown_part

SEARCHED = 100  # documents that one search looks at; the others are searched one by one


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the list as the brief shows it: the parts of a case, else a passage.

    `said` is the passage for its speaker, `blocks` its text. `verdict` is that of the search which found it.
    """

    document: DocumentSummary
    source: int  # its number, from 1
    outdated: bool
    parts: tuple[ShownField, ...] = ()
    said: reference_formats.QuotedPassage | None = None
    blocks: tuple[ShownBlock, ...] = ()
    chosen: bool = False  # by the reader, or else by the search, or it is the beginning
    verdict: Strength | None = None


@dataclass(frozen=True, slots=True)
class BriefSource:
    """A reference in the style of APA; `words` end where its address follows."""

    words: tuple[Styled, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Sections in the order of the list, and the sources that they number."""

    sections: tuple[Section, ...]
    sources: tuple[BriefSource, ...]


def brief_of(
    searcher: Searcher, asked: List, question: str, today: datetime.date, language: InterfaceLanguage
) -> Brief:
    """The brief of a list; without a `question`, documents are told by their parts or by their beginning."""
    found = _found(searcher, asked, question) if question else {}
    numbers: dict[str, int] = {}
    sections: list[Section] = []
    sources: list[BriefSource] = []
    for taken in asked.taken:
        result = None if taken.quoted else found.get(taken.item.document_id)
        reference = reference_of(taken, today, result)
        number = numbers.setdefault(reference_formats.key(reference), len(numbers) + 1)
        if number > len(sources):
            sources.append(_source(reference, language))
        sections.append(_section(taken, number, result))
    return Brief(tuple(sections), tuple(sources))


def reference_of(
    taken: ListedDocument, today: datetime.date, result: SearchResult | None = None
) -> reference_formats.Reference:
    """What an entry cites: its passage, else that of the search result, else the document as it is."""
    summary, span, said = taken.document.summary, taken.item.span, taken.quoted
    if result and result.passages:
        span = _span(result.passages[0])
        said = quoted(taken.document, span)
    return reference_formats.Reference(summary, urls.cited_url(summary.id, summary.version, span), today, said)


def parts_of(document: Document) -> tuple[ShownField, ...]:
    """The five parts of a case; nothing for a document that is not told in them."""
    case = case_of(document)
    if case is None:
        return ()
    return tuple(
        ShownField(
            part.name,
            None,  # a brief names the parts by itself
            tuple(shown for block in part.blocks for shown in shown_part(document, Span(block.start, block.end))),
        )
        for part in case.parts
    )


def beginning(document: Document) -> tuple[ShownBlock, ...]:
    """The first passage of a document, without the title."""
    if not document.passages:
        return ()
    first = document.passages[0]
    return _untitled(document, shown_part(document, Span(first.start, first.end)))


def _found(searcher: Searcher, asked: List, question: str) -> dict[str, SearchResult]:
    """The result for each document of the list; strengths are those of a search of everything."""
    wanted = dict.fromkeys(taken.item.document_id for taken in asked.taken if taken.quoted is None)
    if not wanted:
        return {}
    page = searcher.search(SearchQuery(text=question, limit=SEARCHED))
    found = {result.document.id: result for result in page.results if result.document.id in wanted}
    for document_id in wanted:
        if document_id not in found:
            page = searcher.search(SearchQuery(text=question, limit=1, documents=(document_id,)))
            found |= {result.document.id: result for result in page.results}
    return found


def _section(taken: ListedDocument, number: int, result: SearchResult | None) -> Section:
    document = taken.document
    if taken.quoted and taken.item.span:
        blocks = shown_part(document, taken.item.span)
        return Section(document.summary, number, taken.outdated, said=taken.quoted, blocks=blocks, chosen=True)
    if result and result.passages:
        best = result.passages[0]
        blocks = shown_part(document, _span(best), (Evidence(best.evidence.sentence, ()),))
        return Section(
            document.summary,
            number,
            taken.outdated,
            said=quoted(document, _span(best)),
            blocks=_untitled(document, blocks),
            verdict=result.verdict,
        )
    parts = parts_of(document)
    blocks = () if parts else beginning(document)
    return Section(document.summary, number, taken.outdated, parts=parts, blocks=blocks)


def _untitled(document: Document, blocks: Sequence[ShownBlock]) -> tuple[ShownBlock, ...]:
    """Without the heading that the page has as a title already."""
    return tuple(
        block for block in blocks if block.role is not BlockRole.HEADING or block.text.strip() != document.summary.title
    )


def _span(hit: PassageHit) -> Span:
    return Span(hit.passage.start, hit.passage.end)


def _source(reference: reference_formats.Reference, language: InterfaceLanguage) -> BriefSource:
    *before, last = apa(reference, language)
    ending = Styled(last.text.removesuffix(reference.url), last.italic)
    return BriefSource((*before, ending), reference.url)
