"""The steps of the path out: filters to a scope, found passages to results with evidence, facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from index.bm25 import places_of
from index.calibration import Calibration, Certainty
from index.encoder import Encoder
from index.evidence import Explainer
from index.models import IndexQuery, Neighbour, QueryAlternative, QueryTranslation, ScoredPassage, SearchScope
from index.ranking import ScoredGroup, StrengthScale
from ingest.metadata.economies import find_economy
from ingest.models import Kind, Span, Word
from ingest.text.language import asked_in, function_words, words
from kb.errors import N_, BadQuery
from kb.models import (
    LANGUAGES,
    DocumentSummary,
    Evidence,
    Facets,
    MatchedPair,
    PassageHit,
    RelatedDocument,
    SearchQuery,
    SearchResult,
    Sort,
    Strength,
)
from kb.storage.records import PassageRow
from kb.vocabulary.thesaurus import Thesaurus

IntArray = npt.NDArray[np.int32]

PASSAGES_SHOWN = 3  # of one document in a result
MOST = 100  # results on a page

MEANT = 0.4  # similarity of vectors from which two words are marked as meaning the same
CLOSE_CONCEPT = 0.5  # weight from which on a name of a narrower or broader concept is marked
SAME_STORY = 0.45  # closeness from which two documents may tell the same story (docs/decisions/0006)
STRONG, POSSIBLE = 0.5, 0.25  # from which strength on a result is called so (docs/quality.md)


def validate(query: SearchQuery) -> None:
    """Raise `BadQuery` when a search asks for something impossible."""
    for language in query.languages:
        if language not in LANGUAGES:
            raise BadQuery(name="lang", value=language, allowed="en, th, any")
    for kind in query.kinds:
        if kind not in set(Kind):
            raise BadQuery(name="kind", value=kind, allowed=", ".join(Kind))
    for economy in query.economies:
        if find_economy(economy) != economy:
            raise BadQuery(
                N_("{value!r} is not an APEC economy. Give its name in English or Thai, or its code, such as THA."),
                value=economy,
            )
    if query.sort not in get_args(Sort):
        raise BadQuery(name="sort", value=query.sort, allowed=", ".join(get_args(Sort)))
    if not 1 <= query.limit <= MOST:
        raise BadQuery(name="limit", value=query.limit, allowed=f"1–{MOST}")
    if query.offset < 0:
        raise BadQuery(name="offset", value=query.offset, allowed="0, 1, 2, …")
    if query.year_from and query.year_to and query.year_from > query.year_to:
        raise BadQuery(name="year_from", value=query.year_from, allowed=f"≤ {query.year_to} (year_to)")


def scope_of(query: SearchQuery, catalogue: dict[str, DocumentSummary]) -> SearchScope:
    """Where a query looks: which passages' languages, which documents."""
    groups = {one.id for one in catalogue.values() if passes(query, one)} if _filtered(query) else None
    return SearchScope(query.languages, groups, query.excluded_documents)


def narrowed(query: SearchQuery) -> bool:
    """Whether a query looks in a part of the collection only."""
    return bool(query.languages) or _filtered(query)


def _filtered(query: SearchQuery) -> bool:
    """Whether a query asks for some documents only."""
    return bool(
        query.documents
        or query.kinds
        or query.economies
        or query.events
        or query.themes
        or query.year_from is not None
        or query.year_to is not None
    )


def passes(query: SearchQuery, document: DocumentSummary) -> bool:
    """Whether a document passes the filters of a query, but for that of languages, which is one of passages."""
    if query.documents and document.id not in query.documents:
        return False
    if query.kinds and document.kind not in query.kinds:
        return False
    if query.economies and not set(query.economies) & set(document.economies):
        return False
    if query.events and document.event not in query.events:
        return False
    if query.themes and not set(query.themes) & set(document.themes):
        return False
    if query.year_from is None and query.year_to is None:
        return True
    year = document.year
    if year is None:
        return False
    return (query.year_from or year) <= year <= (query.year_to or year)


def facets_of(documents: Iterable[DocumentSummary]) -> Facets:
    """How many of the documents carry each value, most first."""
    language: Counter[str] = Counter()
    kind: Counter[str] = Counter()
    economy: Counter[str] = Counter()
    event: Counter[str] = Counter()
    year: Counter[str] = Counter()
    theme: Counter[str] = Counter()
    for document in documents:
        language.update(document.languages)
        kind[document.kind.value] += 1
        economy.update(document.economies)
        if document.event:
            event[document.event] += 1
        if document.date:
            year[document.date[:4]] += 1
        theme.update(document.themes)
    return Facets(*(_by_count(one) for one in (language, kind, economy, event, year, theme)))


def _by_count(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def verdict_of(strength_: float) -> Strength:
    """A strength in a word."""
    if strength_ >= STRONG:
        return "strong"
    return "possible" if strength_ >= POSSIBLE else "weak"


def strength_of(found: ScoredPassage, scale: StrengthScale) -> float:
    """How sure it is that a passage answers, 0 to 1."""
    return scale.of(found.score, found.signals)


def is_weak(found: ScoredPassage, scale: StrengthScale) -> bool:
    """Whether a passage answers only weakly."""
    return verdict_of(strength_of(found, scale)) == "weak"


def answered_in(found: Iterable[ScoredPassage], scale: StrengthScale) -> tuple[str, ...]:
    """The languages of passages that answer not only weakly."""
    best: dict[str, ScoredPassage] = {}
    for one in found:
        if one.language not in best or one.score > best[one.language].score:
            best[one.language] = one
    return tuple(language for language in LANGUAGES if language in best and not is_weak(best[language], scale))


def latest_first(
    groups: Sequence[ScoredGroup[ScoredPassage]], catalogue: Mapping[str, DocumentSummary], scale: StrengthScale
) -> list[ScoredGroup[ScoredPassage]]:
    """Groups by the dates of their documents, those without a date last; after all others the weak ones."""
    by_date = sorted(groups, key=lambda group: catalogue[group.id].date or "", reverse=True)
    return sorted(by_date, key=lambda group: is_weak(group.members[0], scale))


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query's normalised text, the places (n, 2) of its words, what the index is asked, what explains results."""

    text: str
    places: IntArray
    question: IndexQuery
    explainer: Explainer
    certainty: Certainty
    named: frozenset[str]  # words, in search form, that the thesaurus knows


def prepare(text: str, encoder: Encoder, calibration: Calibration, thesaurus: Thesaurus) -> PreparedQuery:
    """Turn a normalised query into what an index is asked."""
    found = words(text, own=thesaurus.own)
    language = asked_in(found)
    put = {
        other: translated
        for other in LANGUAGES
        if other != language and (translated := thesaurus.translated(text, found, other))
    }
    encoded, *others = encoder.encode([text, *(one.text for one in put.values())], "query")
    question = IndexQuery(
        language,
        tuple(word.term for word in found),
        encoded,
        content_of(found),
        thesaurus.alternatives(text, found),
        {other: QueryTranslation(vectors, put[other].share) for other, vectors in zip(put, others, strict=True)},
    )
    places = np.array([[word.start, word.end] for word in found], np.int32).reshape(-1, 2)
    named = frozenset(term for one in question.alternatives for term in one.covers)
    return PreparedQuery(text, places, question, Explainer(question, calibration), calibration.certainty, named)


def content_of(found: Sequence[Word]) -> tuple[str, ...]:
    """The words of a query that say what it is about: no function words, unless there are no others."""
    content = tuple(word.term for word in found if word.term not in function_words())
    return content or tuple(word.term for word in found)


def result_of(
    group: ScoredGroup[ScoredPassage],
    document: DocumentSummary,
    rows: dict[str, PassageRow],
    asked: PreparedQuery,
    scale: StrengthScale,
    *,
    explained: bool,
) -> SearchResult:
    """A document with its best passages and their evidence. `rows` has those passages that are still there."""
    hits = []
    for found in group.members[:PASSAGES_SHOWN]:
        if found.id in rows:
            row = rows[found.id]
            hits.append(PassageHit(row.passage, found.score, evidence_of(row, asked, explained=explained)))
    sure = strength_of(group.members[0], scale)
    return SearchResult(document, group.score, sure, verdict_of(sure), tuple(hits))


def evidence_of(row: PassageRow, asked: PreparedQuery, *, explained: bool) -> Evidence:
    """The best sentence of a passage and the words that met the query's, in characters of the document.

    They met because they are the same or the thesaurus knows them for names of the same, or else by their vectors.
    """
    start = row.passage.start
    spans = np.frombuffer(row.vectors.spans, np.int32).reshape(-1, 2)
    packed = np.frombuffer(row.vectors.tokens, np.uint8).reshape(len(spans), -1)
    sentences = np.array([[one.start - start, one.end - start] for one in row.passage.sentences], np.int32)
    found = asked.explainer.explain(packed, spans, sentences)
    places = np.frombuffer(row.places, np.int32).reshape(-1, 2)
    met = [
        (_span(asked.places, at), _span(places, to), match.similarity)
        for match in found.matches
        for at in _overlapping(asked.places, *match.query)
        for to in _overlapping(places, match.passage[0] + start, match.passage[1] + start)
        if _may_mean(asked.question.terms[at], row.terms[to], match.similarity, asked.named)
    ]
    met += _names(asked, row.terms, places)
    pairs = (MatchedPair(asked.text[of.start : of.end], word, round(near, 4)) for of, word, near in met)
    return Evidence(
        row.passage.sentences[found.sentence],
        _joined({word for _, word, _ in met}),
        tuple(_closest(pairs)) if explained else (),
    )


def _may_mean(asked: str, word: str, similarity: float, named: frozenset[str]) -> bool:
    """Whether a word of a passage may be told to mean one of the query, by the similarity of their vectors alone.

    The encoder guesses small words by their sound (docs/decisions/0023), so of a word that the thesaurus knows only
    its names are believed. Numbers and function words mean nothing but themselves.
    """
    if asked in named or asked == word or {asked, word} & function_words():
        return False  # what is the same is found as a name
    return similarity >= MEANT and not any(map(str.isdigit, asked + word))


def _names(asked: PreparedQuery, terms: tuple[str, ...], places: IntArray) -> Iterator[tuple[Span, Span, float]]:
    """Words of the query and where the passage has them, or another name for the same or for something narrower."""
    same = (QueryAlternative((term,), (term,)) for term in dict.fromkeys(asked.question.content))
    for one in (*same, *asked.question.alternatives):
        if one.weight >= CLOSE_CONCEPT:
            for found in _runs(one.terms, terms, places):
                yield next(_runs(one.covers, asked.question.terms, asked.places)), found, one.weight


def _runs(phrase: tuple[str, ...], terms: tuple[str, ...], places: IntArray) -> Iterator[Span]:
    """The characters of a phrase wherever its words stand one after the other."""
    for at in places_of(phrase, terms):
        yield Span(int(places[at, 0]), int(places[at + len(phrase) - 1, 1]))


def related(
    document: DocumentSummary,
    near: Callable[[str], list[Neighbour]],
    catalogue: Mapping[str, DocumentSummary],
    limit: int,
) -> tuple[RelatedDocument, ...]:
    """The closest documents: the same story in the other language first, then each language's in turn.

    Cosines of one language are higher than those across languages, so one list by cosine would hide the
    other language. Two documents tell the same story when each is the other's closest in its language and
    they are not of different events.
    """
    by_language: dict[str, list[Neighbour]] = {}
    for one in near(document.id):
        if one.group in catalogue and one.language == catalogue[one.group].language:
            by_language.setdefault(one.language, []).append(one)
    twins = {
        those[0].group
        for language, those in by_language.items()
        if language != document.language
        and those[0].score >= SAME_STORY
        and _may_be_of_one_event(document, catalogue[those[0].group])
        and _closest_in(document.language, near(those[0].group), catalogue) == document.id
    }
    ranked = [(rank, one) for those in by_language.values() for rank, one in enumerate(those)]
    ranked.sort(key=lambda pair: (pair[1].group not in twins, pair[0], -pair[1].score, pair[1].group))
    return tuple(RelatedDocument(catalogue[one.group], one.score, one.group in twins) for _, one in ranked[:limit])


def _may_be_of_one_event(one: DocumentSummary, other: DocumentSummary) -> bool:
    """Releases of two events of one series are close, but tell two stories."""
    return one.event is None or other.event is None or one.event == other.event


def _closest_in(language: str, found: list[Neighbour], catalogue: Mapping[str, DocumentSummary]) -> str | None:
    """The closest document whose main language is `language`."""
    return next((one.group for one in found if one.language == language == catalogue[one.group].language), None)


def _span(places: IntArray, at: int) -> Span:
    return Span(int(places[at, 0]), int(places[at, 1]))


def _overlapping(places: IntArray, start: int, end: int) -> range:
    """The numbers of the words that share characters with a token; none when it is punctuation."""
    first = int(np.searchsorted(places[:, 1], start, side="right"))
    last = int(np.searchsorted(places[:, 0], end, side="left"))
    return range(first, last)


def _joined(words: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch made one: Thai words follow each other without a space."""
    joined: list[Span] = []
    for word in sorted(words, key=lambda one: one.start):
        if joined and joined[-1].end >= word.start:
            joined[-1] = Span(joined[-1].start, max(word.end, joined[-1].end))
        else:
            joined.append(word)
    return tuple(joined)


def _closest(pairs: Iterable[MatchedPair]) -> list[MatchedPair]:
    """Each pair of words once, with its highest similarity, closest first."""
    best: dict[tuple[str, Span], MatchedPair] = {}
    for pair in pairs:
        key = (pair.query_word, pair.passage_word)
        if key not in best or pair.similarity > best[key].similarity:
            best[key] = pair
    return sorted(best.values(), key=lambda pair: (-pair.similarity, pair.passage_word.start))
