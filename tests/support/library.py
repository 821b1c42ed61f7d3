"""A small library of six documents for tests of the site: a second implementation of `web.context.Library`.

It finds passages by words and a glossary, so that it needs no model and its answers are known in advance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from ingest.models import BlockRole, Kind, PlacedBlock, Span
from ingest.spelling.suggest import SpellingHint
from kb.errors import BadQuery, NoSuchDocument, NoSuchVersion
from kb.events import Event, events_of
from kb.models import (
    LANGUAGES,
    AlignedPair,
    CollectionStatus,
    Document,
    DocumentSummary,
    DocumentVersion,
    Evidence,
    Facets,
    MapPoint,
    MatchedPair,
    Passage,
    PassageHit,
    RelatedDocument,
    ResultPage,
    SearchQuery,
    SearchResult,
    StoredFile,
)
from kb.storage.reader import DocumentReader

GLOSSARY = {
    "women": "สตรี",
    "market": "ตลาด",
    "markets": "ตลาด",
    "community": "ชุมชน",
    "tourism": "ท่องเที่ยว",
    "innovation": "นวัตกรรม",
}
BANGKOK = "APEC Local Innovation Ecosystem Forum, Bangkok"
MAKATI = "APEC Local Innovation Ecosystem Forum, Makati"
WOMEN = "Women's empowerment"
TOURISM = "Tourism and food ecosystems"
FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">\'"&amp;'


@dataclass(frozen=True, slots=True)
class Draft:
    """What a test writes of a document; the rest is made."""

    id: str
    title: str
    kind: Kind
    blocks: tuple[tuple[BlockRole, str, str | None], ...]  # role, text, label of a field or speaker of a turn
    date: str | None = "2019-08-02"
    event: str | None = BANGKOK
    economies: tuple[str, ...] = ("Thailand",)
    themes: tuple[str, ...] = ()
    sample: bool = False
    source: str = "paper.html"
    earlier: tuple[tuple[BlockRole, str, str | None], ...] = ()  # the blocks of its first version, if it has two


DRAFTS = (
    Draft(
        "d-mixed",
        "Open discussion / ช่วงอภิปราย",
        Kind.REPORT,
        (
            (BlockRole.PARAGRAPH, "The word สะพาน means a bridge.", None),
            (
                BlockRole.PARAGRAPH,
                "เวที APEC Local Innovation Ecosystem Forum ของ SMEA และ สสว. เปิดแล้ววันนี้ที่กรุงเทพฯ",
                None,
            ),
        ),
        date="2020",
        event="Report / รายงาน",
        economies=("Russia",),
    ),
    Draft(
        "d-market",
        "Women lead the riverside market",
        Kind.CASE,
        (
            (BlockRole.FIELD, "Shops closed and young people left the riverside town.", "challenge"),
            (BlockRole.FIELD, "Women of the town opened a weekly market. They sold sweets and woven bags.", "approach"),
            (BlockRole.FIELD, "Sales doubled in one year.", "results"),
        ),
        themes=(WOMEN,),
        sample=True,
    ),
    Draft(
        "d-talad",
        "สตรีผู้นำตลาดริมน้ำ",
        Kind.CASE,
        (
            (BlockRole.FIELD, "ร้านค้าปิดตัวลงและคนรุ่นใหม่ย้ายออกจากเมืองริมน้ำ", "challenge"),
            (BlockRole.FIELD, "กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์ ขายขนมและกระเป๋าสานของชุมชน", "approach"),
        ),
        date="2019-08",
        themes=(WOMEN,),
    ),
    Draft(
        "d-panel",
        "Panel on tourism in small towns",
        Kind.TRANSCRIPT,
        (
            (BlockRole.TURN, "Welcome. How does tourism help a community that is growing old?", "Moderator"),
            (BlockRole.TURN, "Tourism brings guests, but the innovation is in who keeps the income.", "Village elder"),
        ),
        date="2019-10-29",
        event=MAKATI,
        economies=("The Philippines", "Thailand"),
        themes=(TOURISM, "Ageing communities and young people returning"),
        source="https://example.org/panel.html?a=1&b=2",
        earlier=(
            (BlockRole.TURN, "Welcome. How does tourism help a community?", "Moderator"),
            (BlockRole.TURN, "Tourism brings guests, but the innovation is in who keeps the income.", "Village elder"),
        ),
    ),
    Draft(
        "d-chumchon",
        "การท่องเที่ยวโดยชุมชน",
        Kind.RELEASE,
        (
            (BlockRole.HEADING, "การท่องเที่ยวโดยชุมชน", None),
            (BlockRole.PARAGRAPH, "การท่องเที่ยวสร้างรายได้ให้ชุมชนและเปิดตลาดใหม่ให้สินค้าท้องถิ่น", None),
        ),
        date="2019",
        economies=("Thailand", "Chinese Taipei"),
        themes=(TOURISM,),
    ),
    Draft(
        "d-hostile",
        HOSTILE,
        Kind.REPORT,
        (
            (BlockRole.HEADING, HOSTILE, None),
            (BlockRole.PARAGRAPH, f"A tourism report {HOSTILE} that means harm.", None),
        ),
        date=None,
        event=HOSTILE,
        economies=(),
        source="javascript:alert(1)",
    ),
)


class Shelf:
    """Documents in memory; the newest is the last one drafted."""

    def __init__(self, drafts: Iterable[Draft] = DRAFTS) -> None:
        drafts = tuple(drafts)
        self.shelved = {draft.id: _made(draft, number) for number, draft in enumerate(drafts)}
        self.earlier = {
            draft.id: replace(_made(replace(draft, blocks=draft.earlier, earlier=()), number), passages=())
            for number, draft in enumerate(drafts)
            if draft.earlier
        }

    @property
    def reader(self) -> Shelf:
        return self

    searcher = catalogue = reader

    def document(self, document_id: str) -> Document:
        if document_id not in self.shelved:
            raise NoSuchDocument(id=document_id)
        return self.shelved[document_id]

    def documents(self) -> tuple[DocumentSummary, ...]:
        return tuple(document.summary for document in reversed(self.shelved.values()))

    def events(self) -> tuple[Event, ...]:
        return events_of(self.documents())

    def versions(self, document_id: str) -> tuple[DocumentVersion, ...]:
        now = self.document(document_id).summary
        versions = [DocumentVersion(now, now.added_at + timedelta(days=now.version - 1))]
        if document_id in self.earlier:
            versions.append(DocumentVersion(self.earlier[document_id].summary, now.added_at))
        return tuple(versions)

    changed_version = DocumentReader.changed_version

    def version(self, document_id: str, number: int, states: object = None) -> Document:
        now = self.document(document_id)
        if number == now.summary.version:
            return replace(now, passages=())
        if number == 1:
            return self.earlier[document_id]
        raise NoSuchVersion(id=document_id, number=number)

    def original(self, document_id: str) -> StoredFile:
        return StoredFile(f"{document_id} ต้นฉบับ.html", self.document(document_id).text.encode())

    def aligned(self, document_id: str, other_id: str) -> tuple[AlignedPair, ...]:
        """Paragraph by paragraph, as far as both go."""
        pairs = zip_longest(self.document(document_id).blocks, self.document(other_id).blocks)
        return tuple(
            AlignedPair(
                Span(left.start, left.end) if left else None,
                Span(right.start, right.end) if right else None,
                0.8 if left and right else 0.0,
            )
            for left, right in pairs
        )

    def map(self) -> tuple[MapPoint, ...]:
        last = max(1, len(self.shelved) - 1)
        return tuple(MapPoint(one, at / last, at % 2) for at, one in enumerate(self.documents()))

    def hint(self, text: str) -> SpellingHint | None:
        """It knows one spelling error, and one word typed on the wrong keyboard layout."""
        if text == "toursim":
            return SpellingHint("tourism", "spelling")
        return SpellingHint("ชุมชน", "layout") if text == "=6,=o" else None

    def related(self, document_id: str, limit: int = 5) -> tuple[RelatedDocument, ...]:
        title = self.document(document_id).summary.title
        others = [summary for summary in self.documents() if summary.id != document_id]
        twins = {"Women lead the riverside market", "สตรีผู้นำตลาดริมน้ำ"}
        related = [RelatedDocument(item, 0.5, {item.title, title} == twins) for item in others]
        return tuple(sorted(related, key=lambda one: not one.same_story)[:limit])

    def status(self) -> CollectionStatus:
        documents = self.shelved.values()
        return CollectionStatus(
            documents=len(documents),
            passages=sum(len(document.passages) for document in documents),
            vectors=0,
            samples=1,
            by_language=Counter(document.summary.language for document in documents),
            by_kind=Counter(document.summary.kind for document in documents),
            model="words",
            model_in_use="words",
            change=len(documents),
            indexed_change=len(documents),
            bytes_on_disk=0,
        )

    def by_language(self, query: SearchQuery) -> tuple[ResultPage, ...]:
        whole = self.search(replace(query, limit=100, offset=0))
        pages = []
        for language in LANGUAGES:
            those = [one for one in whole.results if one.document.language == language]
            shown = tuple(those[query.offset : query.offset + query.limit])
            pages.append(replace(whole, query=query, total=len(those), results=shown))
        return tuple(pages)

    def search(self, query: SearchQuery) -> ResultPage:
        if query.sort not in ("relevance", "date"):
            raise BadQuery(name="sort", value=query.sort, allowed="relevance, date")
        if unknown := set(query.languages) - {"en", "th"}:
            raise BadQuery(name="lang", value=unknown.pop(), allowed="en, th")
        found = [
            result
            for document in self.shelved.values()
            if document.summary.id not in query.excluded_documents and _allowed(document.summary, query)
            for result in _results(document, query)
        ]
        found.sort(key=lambda result: (-result.score, result.document.id))
        if query.sort == "date":
            found.sort(key=lambda result: result.document.date or "", reverse=True)
            found.sort(key=lambda result: result.verdict == "weak")
        good = {hit.passage.language for one in found if one.verdict != "weak" for hit in one.passages}
        return ResultPage(
            query=query,
            query_language="th" if re.search("[ก-๙]", query.text) else "en",
            total=len(found),
            results=tuple(found[query.offset : query.offset + query.limit]),
            facets=_facets([result.document for result in found]),
            took_ms=1.25,
            answered_in=tuple(sorted(good)),
            missing=() if good else tuple(query.text.split()[:1]),
        )


def many(number: int) -> Shelf:
    """A shelf of `number` documents that all speak of a market."""
    return Shelf(replace(DRAFTS[1], id=f"m-{place}", title=f"Market {place}") for place in range(number))


def _made(draft: Draft, number: int) -> Document:
    text = "\n\n".join(words for _, words, _ in draft.blocks)
    blocks, passages, at = [], [], 0
    for ordinal, (role, words, name) in enumerate(draft.blocks):
        end = at + len(words)
        turn = role is BlockRole.TURN
        speaker, label, time = (name, None, ordinal * 65_000) if turn else (None, name, None)
        blocks.append(PlacedBlock(at, end, role, label, speaker, time, time))
        passages.append(
            Passage(
                id=f"{draft.id}-{ordinal}",
                document_id=draft.id,
                ordinal=ordinal,
                start=at,
                end=end,
                language="th" if re.search("[ก-๙]", words) else "en",
                text=words,
                sentences=tuple(_sentences(words, at)),
                speaker=speaker,
                starts_at_ms=time,
                ends_at_ms=time,
            )
        )
        at = end + 2
    language = passages[-1].language
    summary = DocumentSummary(
        id=draft.id,
        version=2 if draft.earlier else 1,
        title=draft.title,
        kind=draft.kind,
        language=language,
        languages=(language,),
        date=draft.date,
        event=draft.event,
        economies=draft.economies,
        organisations=("SMEA",),
        themes=draft.themes,
        source=draft.source,
        format="html",
        sample=draft.sample,
        added_at=FIRST_DAY + timedelta(days=number),
    )
    return Document(summary, text, tuple(blocks), tuple(passages))


def _sentences(words: str, start: int) -> Iterable[Span]:
    for match in re.finditer(r"[^.?]+[.?]?", words):
        yield Span(start + match.start(), start + match.end())


def _results(document: Document, query: SearchQuery) -> list[SearchResult]:
    terms = [word for word in query.text.casefold().split() if len(word) > 3]
    wanted = {term: term for term in terms} | {GLOSSARY[term]: term for term in terms if term in GLOSSARY}
    wanted |= {english: thai for english, thai in GLOSSARY.items() if thai in query.text}
    hits = []
    for passage in document.passages:
        marks = {
            Span(passage.start + match.start(), passage.start + match.end()): met
            for term, met in wanted.items()
            for match in re.finditer(re.escape(term), passage.text.casefold())
        }
        if not marks:
            continue
        first = min(mark.start for mark in marks)
        sentence = next(span for span in passage.sentences if span.start <= first < span.end)
        pairs = tuple(MatchedPair(met, mark, 0.75) for mark, met in marks.items()) if query.explain else ()
        hits.append(PassageHit(passage, float(len(marks)), Evidence(sentence, tuple(marks), pairs)))
    if not hits:
        return []
    hits.sort(key=lambda hit: -hit.score)
    strength = min(1.0, hits[0].score / 3)
    verdict = "strong" if strength > 0.6 else "possible" if strength > 0.4 else "weak"
    return [SearchResult(document.summary, hits[0].score, strength, verdict, tuple(hits[:3]))]


def _allowed(summary: DocumentSummary, query: SearchQuery) -> bool:
    return (
        (not query.documents or summary.id in query.documents)
        and (not query.languages or summary.language in query.languages)
        and (not query.kinds or summary.kind in query.kinds)
        and (not query.economies or bool(set(summary.economies) & set(query.economies)))
        and (not query.events or summary.event in query.events)
        and (not query.themes or bool(set(summary.themes) & set(query.themes)))
        and (query.year_from is None or (summary.year is not None and summary.year >= query.year_from))
        and (query.year_to is None or (summary.year is not None and summary.year <= query.year_to))
    )


def _facets(found: list[DocumentSummary]) -> Facets:
    return Facets(
        language=Counter(summary.language for summary in found),
        kind=Counter(str(summary.kind) for summary in found),
        economy=Counter(name for summary in found for name in summary.economies),
        event=Counter(summary.event for summary in found if summary.event),
        year=Counter(str(summary.year) for summary in found if summary.year),
        theme=Counter(name for summary in found for name in summary.themes),
    )
