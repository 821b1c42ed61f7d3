"""How unlikely words are: costs in nats (-log of a word's share of all words), from lists that packages carry.

English: the 82 765 words of symspellpy, British spelling first. Thai: Phupha, the words of PyThaiNLP's
dictionary as counted in Common Crawl. Both are read when they are first asked for (some 0.1 s each).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, log

from ingest.text.language import pythainlp_file

_ENGLISH = "frequency_dictionary_en_82_765.txt"
_THAI = "phupha_word_freqs.txt"
_PROVINCES, _ROMAN = "thailand_provinces_th.csv", 2  # file and column
_THAI_RUN = re.compile("(?P<thai>[ก-ฺเ-๎]+)|(?P<number>[0-9๐-๙]+)|.", re.DOTALL)
_LATIN_RUN = re.compile(r"[^\W_]+|.", re.DOTALL)
_NUMBER = 6.0  # nats
_EDGES = ".,?!:;()\"'"  # signs that any text may begin or end with
_LONGEST = 20  # characters of a Thai word that is looked for

# What no list has. A name is likelier than its letters one by one, and still dearer than any listed word.
_UNKNOWN_WORD, _UNKNOWN_LATIN, _UNKNOWN_THAI = 10.0, 3.0, 7.0
_PROVINCE = 14.0  # as a rare word
_SIGN, _JOINT = 8.0, 2.0  # a sign within a word: "l;ylfu"; one that may be there


@dataclass(frozen=True, slots=True)
class WordPiece:
    """Characters `start` up to `end` of a Thai run: a word of the list, or what lies between two of them."""

    start: int
    end: int
    cost: float
    listed: bool


@cache
def english() -> dict[str, float]:
    """English words in small letters, with their costs; the names of Thai provinces are among them."""
    lines = files("symspellpy").joinpath(_ENGLISH).read_text(encoding="utf-8-sig").splitlines()
    costs = _costs(line.rsplit(" ", 1) for line in lines)
    with pythainlp_file(_PROVINCES).open(encoding="utf-8-sig") as provinces:
        for row in csv.reader(provinces):
            for name in re.findall("[a-z]+", row[_ROMAN].casefold()):
                costs.setdefault(name, _PROVINCE)
    return costs


@cache
def thai() -> dict[str, float]:
    """Thai words with their costs; single consonants, which the counts have from broken words, only ณ."""
    lines = pythainlp_file(_THAI).read_text(encoding="utf-8-sig").splitlines()
    costs = _costs(line.split("\t") for line in lines if "\t" in line)
    return {word: cost for word, cost in costs.items() if len(word) > 1 or word in "ณๆฯ"}


def cut(run: str) -> list[WordPiece]:
    """The cheapest way to cut a Thai run into listed words and what lies between them."""
    listed = thai()
    best: list[float] = [0.0, *[inf] * len(run)]
    came = [(0, True)] * (len(run) + 1)  # where the last piece up to here begins, and whether it is listed
    for start in range(len(run)):
        so_far = best[start]
        odd = so_far + (_UNKNOWN_WORD if came[start][1] else _UNKNOWN_THAI)
        if odd < best[start + 1]:
            best[start + 1], came[start + 1] = odd, (start, False)
        for end in range(start + 1, min(len(run), start + _LONGEST) + 1):
            cost = listed.get(run[start:end])
            if cost is not None and so_far + cost < best[end]:
                best[end], came[end] = so_far + cost, (start, True)
    pieces: list[WordPiece] = []
    place = len(run)
    while place:
        start, is_listed = came[place]
        piece = WordPiece(start, place, best[place] - best[start], is_listed)
        place = start
        if pieces and not is_listed and not pieces[-1].listed:
            after = pieces.pop()
            piece = WordPiece(start, after.end, piece.cost + after.cost, False)
        pieces.append(piece)
    return pieces[::-1]


def latin_cost(chunk: str) -> float:
    """The cost of a piece of text without Thai: its words, and the signs that stand within it."""
    listed = english()
    total = 0.0
    for found in _LATIN_RUN.finditer(chunk.strip(_EDGES)):
        word = found.group().casefold()
        if not word[0].isalnum():
            total += _JOINT if word in "-'’/&" else _SIGN
        elif word.isdecimal():
            total += _NUMBER
        else:
            total += listed.get(word, _UNKNOWN_WORD + _UNKNOWN_LATIN * len(word))
    return total


def thai_cost(chunk: str) -> float:
    """The cost of a piece of Thai text, signs and digits among it."""
    total = 0.0
    for found in _THAI_RUN.finditer(chunk.strip(_EDGES)):
        if found["thai"]:
            total += sum(piece.cost for piece in cut(found.group()))
        else:
            total += _NUMBER if found["number"] else _SIGN
    return total


def _costs(rows: Iterable[list[str]]) -> dict[str, float]:
    counts = {word: int(count) + 1 for word, count in rows}
    whole = log(sum(counts.values()))
    return {word: whole - log(count) for word, count in counts.items()}
