"""Concepts of the field by their names in English and Thai: what they make of a question.

In the spirit of SKOS (W3C, 2009): a concept has one preferred name in each language, other names, and may have a
broader concept. The one that ships is a CSV a field in `thesaurus/`; a home's glossary adds concepts of its own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from index.models import QueryAlternative
from ingest.models import Word
from ingest.text.custom_words import NO_WORDS, WordList
from ingest.text.language import function_words, words

FOLDER = Path(__file__).with_name("thesaurus")
COLUMNS = ("en", "th", "en_alt", "th_alt", "broader")
BETWEEN = "|"  # names in one cell

NARROWER, BROADER = 0.8, 0.35  # weights of a name that says more than what is asked, or less, for each step
_STEPS = 2  # up to so far
_SHORT = 3  # letters of an abbreviation that only its capitals tell from a word: "US" from "us"
_CAPITALS = re.compile("([A-Z]{2,})s?")
_QUALIFIER = re.compile(r" \([^)]*\)$")
_THAI = re.compile("[ก-ฮ]")


@dataclass(frozen=True, slots=True)
class ConceptName:
    """One name of a concept: its words in search form; `capitals` when it counts only as `written`."""

    written: str
    language: str
    terms: tuple[str, ...]
    capitals: bool


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the field: its names, the preferred one of each language first, and what is broader, by label.

    The `label` is the preferred English name, else the Thai one. A qualifier in parentheses tells concepts of one
    name apart ("bank (river)"); it is no part of the name.
    """

    label: str
    names: tuple[ConceptName, ...]
    broader: str = ""


@dataclass(frozen=True, slots=True)
class TranslatedQuery:
    """A question put in another language word by word; `share` (0 to 1) of its content words could be."""

    text: str
    share: float


class Thesaurus:
    """Concepts by their names. Two are never equal; each stands for one reading of its files.

    `own` are the home's words that its names are cut with; a query must be cut with the same.
    """

    def __init__(self, concepts: Iterable[Concept], own: WordList = NO_WORDS) -> None:
        self.own = own
        self._concepts = tuple(concepts)
        self._by_first: dict[str, list[tuple[ConceptName, int]]] = {}
        numbers: dict[str, int] = {}
        for number, concept in enumerate(self._concepts):
            numbers.setdefault(concept.label, number)
            for name in concept.names:
                self._by_first.setdefault(name.terms[0], []).append((name, number))
        self._above: dict[int, int] = {}
        self._below: dict[int, list[int]] = {}
        for number, concept in enumerate(self._concepts):
            above = numbers.get(concept.broader, number)
            if above != number:
                self._above[number] = above
                self._below.setdefault(above, []).append(number)
        self._weighted = lru_cache(maxsize=4096)(self._weighted_names)

    def __len__(self) -> int:
        return len(self._concepts)

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """All concepts."""
        return self._concepts

    def with_name(self, part: str, most: int) -> tuple[Concept, ...]:
        """The first `most` concepts that have `part` in a name; those that are called so first."""
        wanted = part.casefold()
        having = (one for one in self._concepts if any(wanted in name.written.casefold() for name in one.names))
        called = sorted(having, key=lambda one: all(wanted != name.written.casefold() for name in one.names))
        return tuple(called[:most])

    def cut_with(self, own: WordList) -> Thesaurus:
        """The same concepts, their names cut with other words of the home."""
        if own == self.own:
            return self
        return Thesaurus(
            (
                replace(one, names=tuple(replace(name, terms=search_form(name.written, own)) for name in one.names))
                for one in self._concepts
            ),
            own,
        )

    def alternatives(self, text: str, found: Sequence[Word]) -> tuple[QueryAlternative, ...]:
        """What may stand for what a query names; `found` are the words of the query, `text`.

        Other names of the same, in both languages, and those of narrower and broader concepts at less weight.
        """
        best: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = {}
        for start, end, numbers in self._named(text, found):
            covers = tuple(word.term for word in found[start:end])
            for number in numbers:
                for terms, weight in self._weighted(number):
                    if terms != covers:
                        best[covers, terms] = max(weight, best.get((covers, terms), 0.0))
        return tuple(QueryAlternative(covers, terms, weight) for (covers, terms), weight in best.items())

    def translated(self, text: str, found: Sequence[Word], language: str) -> TranslatedQuery | None:
        """A query put in `language`: for each name the preferred one, function words left out, names and numbers kept.

        None when nothing of it could be translated.
        """
        spans: dict[int, tuple[int, int]] = {}  # the longest name from each word on, and its first concept
        for start, end, numbers in self._named(text, found):
            for number in numbers:
                if end > spans.get(start, (0, 0))[0] and self._name_in(number, language):
                    spans[start] = end, number
        parts: list[str] = []
        content = put = at = 0
        while at < len(found):
            end, number = spans.get(at, (at + 1, -1))
            size = sum(word.term not in function_words() for word in found[at:end])
            content += size
            if number >= 0:
                parts.append(self._name_in(number, language))
                put += size
            elif size and not _THAI.search(found[at].term):  # a name or a number, which is the same in Thai text
                parts.append(text[found[at].start : found[at].end])
                put += found[at].term.isdigit()
            at = end
        return TranslatedQuery(" ".join(parts), put / content) if put else None

    def named(self, text: str, found: Sequence[Word]) -> tuple[tuple[str, tuple[Concept, ...]], ...]:
        """The names in a query as they stand there, in order, each with the concepts that it may mean."""
        return tuple(
            (text[found[start].start : found[end - 1].end], tuple(self._concepts[number] for number in numbers))
            for start, end, numbers in self._named(text, found)
        )

    def _named(self, text: str, found: Sequence[Word]) -> Iterable[tuple[int, int, list[int]]]:
        """The concepts that words of a query, from one number to another, are names of."""
        terms = tuple(word.term for word in found)
        named: dict[tuple[int, int], list[int]] = {}
        for at, term in enumerate(terms):
            for name, number in self._by_first.get(term, ()):
                end = at + len(name.terms)
                if terms[at:end] != name.terms:
                    continue
                if len(terms) > 1 and not name.capitals and function_words().issuperset(name.terms):
                    continue  # in a question of several words, "can" is no tin
                if name.capitals and len(terms) > 1 and text[found[at].start : found[at].end] != name.written:
                    continue
                named.setdefault((at, end), []).append(number)
        return [(start, end, numbers) for (start, end), numbers in named.items()]

    def _name_in(self, number: int, language: str) -> str:
        """The preferred name of a concept in a language; "" if it has none."""
        return next((name.written for name in self._concepts[number].names if name.language == language), "")

    def _weighted_names(self, number: int) -> tuple[tuple[tuple[str, ...], float], ...]:
        """The names of a concept and of those narrower and broader, in search form, with their weights."""
        weights = {number: 1.0}
        level = [number]
        while level := [below for one in level for below in self._below.get(one, ()) if below not in weights]:
            weights |= dict.fromkeys(level, NARROWER)
        above = number
        for step in range(1, _STEPS + 1):
            if above not in self._above:
                break
            above = self._above[above]
            weights.setdefault(above, BROADER**step)
        names: dict[tuple[str, ...], float] = {}
        for one, weight in weights.items():
            for name in self._concepts[one].names:
                if name.terms[0] not in function_words() or len(name.terms) > 1:
                    names[name.terms] = max(weight, names.get(name.terms, 0.0))
        return tuple(names.items())


def names_of(written: Iterable[tuple[str, str]], own: WordList = NO_WORDS) -> tuple[ConceptName, ...]:
    """The names in some texts, each with its language, once each; of an abbreviation the singular and plural too."""
    names: dict[tuple[str, ...], ConceptName] = {}
    for text, language in written:
        name = _QUALIFIER.sub("", text.strip())
        capitals = _CAPITALS.fullmatch(name)
        for form in (capitals[1], f"{capitals[1]}s") if capitals else (name,):
            terms = search_form(form, own)
            counts = capitals is not None and len(capitals[1]) <= _SHORT
            if terms and not (terms in names and (counts or not names[terms].capitals)):
                names[terms] = ConceptName(form, language, terms, counts)
    return tuple(names.values())


def search_form(name: str, own: WordList = NO_WORDS) -> tuple[str, ...]:
    """The words of a name in search form."""
    return tuple(word.term for word in words(name, own=own))


def read(path: Path) -> list[Concept]:
    """The concepts of one file of the thesaurus."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_concept(row) for row in csv.DictReader(file)]


def _concept(row: Mapping[str, str]) -> Concept:
    written = [
        (name, language)
        for language in ("en", "th")
        for cell in (row[language], row[f"{language}_alt"])
        for name in cell.split(BETWEEN)
        if name.strip()
    ]
    return Concept(row["en"], names_of(written), row["broader"])


@cache
def shipped() -> tuple[Concept, ...]:
    """The concepts that ship."""
    return tuple(concept for path in sorted(FOLDER.glob("*.csv")) for concept in read(path))
