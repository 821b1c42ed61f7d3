"""Script runs, tokens, words and sentences of English, Thai and mixed text.

The only importer of PyThaiNLP, which is loaded with the first Thai text and never asks a network: what is used
of it comes with the package. Whatever cuts text further on (passages, highlights) cuts where tokens meet.

A home may have words of its own, `own`: whoever cuts hands them over, so that homes beside each other in one
process, and threads, do not meet. What is compared (a question, names, passages) must be cut with the same ones.
"""

from __future__ import annotations

import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer

from ingest.models import Span, Word
from ingest.text import sentence_ends
from ingest.text.custom_words import NO_WORDS, WordList

_DATA = Path(__file__).parents[1] / "data"
_WORD_LIST, _FUNCTION_WORDS = _DATA / "thai_words.txt", _DATA / "function_words.txt"

_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"  # letters, vowels, marks, ๆ and ฯ; neither ฿ nor digits
_LETTER = rf"[^\W\d_{_THAI}]"
_LATIN = rf"(?:{_LETTER}[\u0300-\u036f]*|\d)"
_PIECE = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<thai>[{_THAI}]+(?:\.(?:[{_THAI}]{{1,4}}\.)*)?)
  | (?P<initials>(?<![^\W\d_])(?:[A-Za-z]\.){{2,}})
  | (?P<number>\d+(?:,\d{{3}}(?!\d))*(?:\.\d+)*(?!{_LETTER}|\d))
  | (?P<latin>(?<!{_LETTER})[A-Z]&[A-Z](?!{_LETTER})|{_LATIN}+(?:['’\-\u2010\u2011]{_LATIN}+)*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_THAI_LETTER = re.compile(rf"[{_THAI}]")
_SCRIPT = re.compile(rf"(?P<thai>[{_THAI}]+)|{_LETTER}+")
_THAI_CONSONANT = re.compile("[ก-ฮ]")
_LEADING_VOWELS = "เแโใไ"
_INITIALS = re.compile(r"[ก-ฮ]{1,5}\.(?:[ก-ฮ]{1,3}\.)*")
_HYPHEN = "\\-\u2010\u2011"
_HYPHENATED = re.compile(rf"(?:.[{_HYPHEN}])?[^{_HYPHEN}]+|[{_HYPHEN}]")  # "e-" stays with what follows
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_REAL_SHARE = 0.15  # of the letters: from here on a second language counts
_REAL_PARAGRAPH = 120  # letters of one line: a whole paragraph, however long the rest is

# The stemmer keeps the word it works on in itself: one thread at a time.
_STEMMER = snowballstemmer.stemmer("english")
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """Characters `start` up to `end` in one script: `language` "th" for Thai, "en" for any other."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """What cuts Thai: a trie of words, the inner boundaries of compounds, and a pattern of abbreviations."""

    trie: Any
    parts: dict[str, tuple[str, ...]]
    abbreviations: re.Pattern[str]


class _Dictionary:
    """The trie of the lexicon as a home's own words change it, in the shape that PyThaiNLP asks.

    A compound of the field cannot be taken out.
    """

    def __init__(self, lexicon: _Lexicon, own: WordList) -> None:
        self._known, self._added = lexicon.trie, type(lexicon.trie)(own.added)
        self._taken_out = frozenset(word for word in own.taken_out if len(lexicon.parts.get(word, ())) < 2)

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """The words that `text` goes on with from `start`, short ones first."""
        found = {word for word in self._known.prefixes(text, start) if word not in self._taken_out}
        return sorted(found.union(self._added.prefixes(text, start)), key=len)


def tokens(text: str, own: WordList = NO_WORDS) -> list[str]:
    """Cut `text` into words, numbers, abbreviations, spaces and single signs; joined they give `text` again.

    Compounds of the field are one token. No token begins or ends inside a character cluster.
    """
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        if match.lastgroup == "thai":
            pieces.extend(_thai_tokens(match.group(), own))
        else:
            pieces.append(match.group())
    return _whole_clusters(pieces)


def words(text: str, start: int = 0, end: int | None = None, own: WordList = NO_WORDS) -> tuple[Word, ...]:
    """The words among the characters `start` up to `end`, in search form, counted in the whole text.

    Case-folded without accents, English stemmed, digits as Arabic ones, abbreviations without their dots.
    A compound ("best-practice", "ระบบนิเวศนวัตกรรม") gives each of its words. Signs, spaces and the Thai
    repetition mark give none.
    """
    found: list[Word] = []
    place = start
    for token in tokens(text[start:end], own):
        for offset, part in _parts(token):
            if term := _term(part):
                found.append(Word(place + offset, place + offset + len(part), term))
        place += len(token)
    return tuple(found)


def sentences(text: str, start: int = 0, end: int | None = None, own: WordList = NO_WORDS) -> tuple[Span, ...]:
    """The sentences among the characters `start` up to `end`: in order, trimmed, all that is not space.

    A line's end always ends a sentence.
    """
    stop = len(text) if end is None else end
    found: list[Span] = []
    for line in re.finditer(r"[^\n\r\v\f\x85\u2028\u2029]+", text[start:stop]):
        found.extend(_line_sentences(line.group(), start + line.start(), own))
    return tuple(found)


def runs(text: str) -> tuple[ScriptRun, ...]:
    """Cut `text` where its script changes; signs, digits and spaces go with what is before them."""
    found: list[ScriptRun] = []
    begin, language = 0, ""
    for match in _SCRIPT.finditer(text):
        now = "th" if match.lastgroup == "thai" else "en"
        if language and now != language:
            found.append(ScriptRun(begin, match.start(), language))
            begin = match.start()
        language = now
    if begin < len(text):
        found.append(ScriptRun(begin, len(text), language or "en"))
    return tuple(found)


def idle(own: WordList) -> frozenset[str]:
    """The words of a list that change nothing: added ones that are known, others that are not; compounds."""
    known, parts = _lexicon().trie, _lexicon().parts
    free = {word for word in own.taken_out if word in known and len(parts.get(word, ())) < 2}
    return frozenset(word for word in own.added if word in known) | (own.taken_out - free)


@cache
def function_words() -> frozenset[str]:
    """Words, in search form, that say nothing of what a question is about."""
    text = _FUNCTION_WORDS.read_text(encoding="utf-8")
    listed = " ".join(line for line in text.splitlines() if not line.startswith("#")).split()
    return frozenset(_term(word) for word in listed)


@cache
def parts_of_speech() -> Mapping[str, str]:
    """The commonest part of speech of Thai words, by the names of Universal Dependencies ("NOUN").

    It is the dictionary of PyThaiNLP's unigram tagger, read directly: the tagger searches it as a list.
    """
    path = pythainlp_file("pos_tud_unigram.json")
    return dict(json.loads(path.read_text(encoding="utf-8-sig")))


def pythainlp_file(name: str) -> Path:
    """Where a model or word list that PyThaiNLP carries lies."""
    _pythainlp()
    from pythainlp.corpus import corpus_path

    return Path(corpus_path()) / name


def dominant(text: str) -> str:
    """The language of most letters: "th" or "en" (also for a text without letters)."""
    thai, other = _letters(text)
    return "th" if thai > other else "en"


def asked_in(found: Sequence[Word]) -> str:
    """The language of a question by its words: "th" when at least half of them are Thai, else "en".

    Not by its letters: a Thai question about "Millennial Northern Hemisphere temperature" has more Latin ones.
    Numbers are of no language.
    """
    thai = [_THAI_LETTER.match(word.term) is not None for word in found if not word.term[0].isdigit()]
    return "th" if thai and 2 * sum(thai) >= len(thai) else "en"


def languages(text: str) -> tuple[str, ...]:
    """The languages of `text`, the one with most letters first.

    The second one counts from 15 % of the letters on, or when a whole paragraph is written in it.
    """
    thai, other = _letters(text)
    first, second = ("th", "en") if thai > other else ("en", "th")
    if min(thai, other) >= _REAL_SHARE * max(1, thai + other):
        return first, second
    for line in text.splitlines():
        if dominant(line) == second and sum(_letters(line)) >= _REAL_PARAGRAPH:
            return first, second
    return (first,)


def _letters(text: str) -> tuple[int, int]:
    """How many letters are Thai, and how many are not."""
    thai = len(_THAI_LETTER.findall(text))
    return thai, sum(map(str.isalpha, _THAI_LETTER.sub("", text)))


def _thai_tokens(run: str, own: WordList) -> Iterator[str]:
    """Cut a Thai run that may hold the dots of abbreviations."""
    known = _lexicon().abbreviations
    place = 0
    while place < len(run):
        match = (_INITIALS.match(run) if place == 0 else None) or known.search(run, place)
        stop = match.start() if match else len(run)
        for bit in re.findall(r"\.|[^.]+", run[place:stop]):
            yield from (bit,) if bit == "." else _cut_thai(bit, own)
        if match:
            yield match.group()
        place = match.end() if match else stop


@lru_cache(maxsize=16384)  # sentences and words of a document ask for the same runs
def _cut_thai(run: str, own: WordList) -> tuple[str, ...]:
    return tuple(_pythainlp().word_tokenize(run, custom_dict=_dictionary(own), engine="newmm-safe"))


def _whole_clusters(pieces: list[str]) -> list[str]:
    """Join what damaged text lets fall apart: a mark to its base, a leading Thai vowel to its consonant."""
    whole: list[str] = []
    for piece in pieces:
        if whole and _clings(whole[-1], piece):
            whole[-1] += piece
        else:
            whole.append(piece)
    return whole


def _clings(before: str, piece: str) -> bool:
    if before[-1].isspace() or piece[0].isspace():
        return False
    if unicodedata.category(piece[0])[0] == "M" or piece[0] in "\u0e33\u200d" or before[-1] == "\u200d":
        return True
    return before[-1] in _LEADING_VOWELS and _THAI_CONSONANT.match(piece[0]) is not None


def _parts(token: str) -> Iterator[tuple[int, str]]:
    """The words of a token, each with its offset: of a compound more than one."""
    known: Iterable[str] = _HYPHENATED.findall(token)
    if _THAI_LETTER.match(token):
        known = _lexicon().parts.get(token, (token,))
    offset = 0
    for part in known:
        yield offset, part
        offset += len(part)


@lru_cache(maxsize=65536)
def _term(part: str) -> str:
    """The search form of a word; empty when it carries none."""
    if _THAI_LETTER.match(part):
        return re.sub("[.ๆฯ]", "", part) if _THAI_CONSONANT.search(part) and part != "ฯลฯ" else ""
    if not any(map(str.isalnum, part)):
        return ""
    term = "".join(c for c in unicodedata.normalize("NFKD", part.casefold()) if not unicodedata.combining(c))
    term = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in term).replace("’", "'")
    if term[:1].isdigit():
        return term.replace(",", "") if _THOUSANDS.fullmatch(term) else term
    term = re.sub(rf"[.{_HYPHEN}]", "", term)
    with _ONE_AT_A_TIME:
        return str(_STEMMER.stemWord(term))


def _line_sentences(line: str, offset: int, own: WordList) -> Iterator[Span]:
    """The sentences of one line that begins at `offset`."""
    breaks = sentence_ends.english_breaks(line)
    if _THAI_LETTER.search(line):
        breaks = sentence_ends.thai_breaks(line, tokens(line, own), parts_of_speech(), set(breaks))
    begin = 0
    for place in [*breaks, len(line)]:
        piece = line[begin:place]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield Span(offset + begin + lead, offset + begin + len(piece.rstrip()))
        begin = place


@cache
def _pythainlp() -> Any:
    os.environ.setdefault("PYTHAINLP_OFFLINE", "1")
    if "PYTHAINLP_READ_MODE" not in os.environ:  # the library refuses to have both
        os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    from pythainlp import tokenize

    return tokenize


@cache
def _lexicon() -> _Lexicon:
    _pythainlp()
    from pythainlp.corpus import thai_words
    from pythainlp.util import Trie

    lines = _WORD_LIST.read_text(encoding="utf-8").splitlines()
    entries = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    parts = {entry.replace("|", ""): tuple(entry.split("|")) for entry in entries if "." not in entry}
    short = sorted((entry for entry in entries if "." in entry), key=len, reverse=True)
    dotless = {entry[:-1] for entry in short if "." not in entry[:-1] and len(entry) > 3}
    known = {word for word in thai_words() if "." not in word and " " not in word}
    known.update(parts, dotless, *parts.values())
    return _Lexicon(Trie(known), parts, re.compile("|".join(map(re.escape, short))))


@lru_cache(maxsize=64)
def _dictionary(own: WordList) -> Any:
    return _Dictionary(_lexicon(), own) if own else _lexicon().trie
