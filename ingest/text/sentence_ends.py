"""Where sentences end in one line of text: rules for English, learnt weights for Thai.

A break is the place where the next sentence (or the space before it) begins. `ingest.text.language` puts these
together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from math import inf, log
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "data" / "thai_sentence_ends.json"

LONG = 400  # characters; a longer Thai sentence is cut wherever it can be
_LONGEST_ABBREVIATION = 40  # characters


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = re.compile(r"""(?P<mark>[.!?…]+)["'”’»)\]]*(?:\[\d{1,3}\])*(?P<gap>\s+|$|(?=[A-Z\u0e00-\u0e7f]))""")
_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]]+$")
_NEXT = re.compile(r"[\"'“‘«(\[]*([^\W_]+(?:['’]\w+)?)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_NEVER_LAST = _words(
    "mr mrs ms mx messrs dr prof st mt ft gen sen rep gov pres capt sgt lt col maj hon rev fr sr assoc asst "
    "dept e.g i.e vs cf viz al fig figs eq vol vols art sec ch ed eds approx ca est tel ext det sens reps"
)
_SOMETIMES_LAST = _words(
    "inc ltd co corp bros jr etc u.s u.k u.n e.u a.m p.m d.c u.s.a ph.d m.d b.a m.a m.b.a "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd"
)
_BEFORE_NUMBER = frozenset(["no", "nos", "p", "pp", "para", "art"])
_STARTERS = _words(
    "a all also although among an and another any as at because before both but by despite during each even "
    "every few finally first following for from furthermore he her here his however i if in instead it its last "
    "later many meanwhile moreover most my nearly nevertheless no now of on once one only other our over she "
    "since so some still such that the their then there therefore these they this those though three through "
    "thus to today two under until we what when where whether while who why with yet you your"
)

# An honorific and a first name: what follows the space is the surname or the office.
_NAME = re.compile(r"(?:^|[\s(]|และ|โดย)(?:นาย(?!ก)|นางสาว|นาง|น\.ส\.|ดร\.|คุณ)[\u0e01-\u0e4e]{2,20}$")
_NAME_WITHIN = 40  # characters
_BRACKETED = re.compile(rf"\([^()]{{1,{LONG}}}\)|\[[^\[\]]{{1,{LONG}}}\]")
_THAI = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]")


@dataclass(frozen=True, slots=True)
class SentenceGap:
    """A space where a Thai sentence may end, `words` words into the line, and the signs around it.

    A `sure` gap is a break whatever its signs.
    """

    place: int
    words: int
    signs: Mapping[str, float]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ThaiEnds:
    """What tells where Thai sentences end; `ingest.training.thai_sentences` makes it.

    The weights of signs and their `constant` add up to log-odds. `typical` and `spread` are mean and standard
    deviation of the logarithm of a sentence's words; `pull` is how much lengths count.
    """

    source: str
    constant: float
    typical: float
    spread: float
    pull: float
    weights: Mapping[str, float]

    def score(self, gap: SentenceGap) -> float:
        """How much its signs speak for a break at `gap`."""
        return self.constant + sum(self.weights.get(name, 0.0) * value for name, value in gap.signs.items())

    def fit(self, words: int) -> float:
        """How much speaks for a sentence of that many words: 0 at the typical length, less elsewhere."""
        return -self.pull * ((log(max(words, 0.5)) - self.typical) / self.spread) ** 2 / 2


@cache
def shipped_ends() -> ThaiEnds:
    """What the file in the package says."""
    return ThaiEnds(**json.loads(SHIPPED.read_text(encoding="utf-8")))


def english_breaks(line: str) -> list[int]:
    """Where a stop really ends a sentence: not after "Ms.", "No. 5", initials or before a small letter."""
    found: list[int] = []
    begin = 0
    for match in _STOP.finditer(line):
        if match.end() < len(line) and _ends(line, begin, match):
            begin = match.start("gap")
            found.append(begin)
    return found


def thai_breaks(
    line: str, tokens: Sequence[str], parts: Mapping[str, str], sure: AbstractSet[int], ends: ThaiEnds | None = None
) -> list[int]:
    """The breaks of a line with Thai in it: at spaces only, since Thai ends no sentence with a sign.

    `tokens` join to `line`; `parts` knows parts of speech; `sure` is where the English rules break. `ends` are
    the shipped ones unless given. Of all ways to cut, the one with the highest sum of what the words around each
    cut say and what the length of each sentence says.
    """
    ends = ends or shipped_ends()
    gaps = thai_gaps(line, tokens, parts, sure)
    scores = [ends.score(gap) for gap in gaps]
    words = sum(not token.isspace() for token in tokens)
    return [gaps[number].place for number in best_cuts(gaps, scores, len(line), words, ends)]


def thai_gaps(line: str, tokens: Sequence[str], parts: Mapping[str, str], sure: AbstractSet[int]) -> list[SentenceGap]:
    """Where a Thai sentence may end inside the line, in order; arguments as for `thai_breaks`.

    Never inside brackets, between two Latin words, or between an honorific with a first name and the surname.
    """
    spaces = [i for i, token in enumerate(tokens) if token.isspace() and 0 < i < len(tokens) - 1]
    edges = [-1, *spaces, len(tokens)]
    around = {i: (edges[nth], edges[nth + 2]) for nth, i in enumerate(spaces)}
    bracketed = {place for found in _BRACKETED.finditer(line) for place in range(*found.span())}
    gaps: list[SentenceGap] = []
    place = words = 0
    for i, token in enumerate(tokens):
        if place in sure:
            gaps.append(SentenceGap(place, words, {}, sure=True))
        elif i in around and place not in bracketed and not _in_name(line, place, tokens, i):
            gaps.append(SentenceGap(place, words, _signs(tokens, i, *around[i], parts)))
        words += not token.isspace()
        place += len(token)
    return gaps


def best_cuts(
    gaps: Sequence[SentenceGap], scores: Sequence[float], length: int, words: int, ends: ThaiEnds
) -> list[int]:
    """At which of the gaps to cut a line of `length` characters and `words` words, by dynamic programming.

    Always at the sure ones, and never so that a sentence is longer than `LONG` where it could be shorter.
    """
    places = [0, *(gap.place for gap in gaps), length]
    counts = [0, *(gap.words for gap in gaps), words]
    fits = [ends.fit(count) for count in range(words + 1)]
    best, begins = [0.0], [0]
    for last in range(1, len(places)):
        top, begin = -inf, last - 1
        for first in range(last - 1, -1, -1):
            if first < last - 1 and places[last] - places[first] > LONG:
                break
            value = best[first] + fits[counts[last] - counts[first]]
            if value > top:
                top, begin = value, first
            if first and gaps[first - 1].sure:
                break
        best.append(top + (scores[last - 1] if last <= len(gaps) else 0.0))
        begins.append(begin)
    cuts = [begins[-1]]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    return [cut - 1 for cut in cuts[-2::-1]]


def _ends(line: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the stop that `match` found ends the sentence that began at `begin`."""
    found = _NEXT.match(line, match.end())
    following = found.group(1) if found else ""
    starter = following[:1].isupper() and following.lower() in _STARTERS
    before = _BEFORE.search(line, max(begin, match.start() - _LONGEST_ABBREVIATION), match.start())
    word = before.group() if before else ""
    if not match["gap"]:
        return _glued(word, match["mark"], following, starter)
    if following[:1].islower():
        return False
    if match["mark"] != ".":
        return "." not in match["mark"] or following[:1].isupper() or _THAI.match(following) is not None
    if word.isdigit() and not line[begin : before.start() if before else begin].strip():
        return False  # "3. Next steps": the number belongs to what follows
    key = word.lower()
    if key in _NEVER_LAST or (key in _BEFORE_NUMBER and following[:1].isdigit()):
        return False
    if key in _SOMETIMES_LAST or (_INITIALS.fullmatch(word) and not _THAI.match(word)):
        return starter and following != "I"
    return not (_THAI.search(word) and _abbreviation(word))


def _glued(word: str, mark: str, following: str, starter: bool) -> bool:
    """Whether a stop with no space after it ends a sentence: where a space was lost, "in the region.The"."""
    return mark == "." and starter and len(following) > 1 and re.fullmatch(r"[a-z]{3,}", word) is not None


def _abbreviation(word: str) -> bool:
    """Whether the Thai before a dot looks like "ผอ", "มิ.ย" rather than the end of a sentence."""
    return re.search(r"(?:^|[^\u0e00-\u0e7f])[ก-ฮ]{1,4}$|\.[ก-ฮ]{1,3}$|(?:ผอ|ดร|มิ|มี|เม)$", word) is not None


def _signs(tokens: Sequence[str], i: int, before: int, after: int, parts: Mapping[str, str]) -> dict[str, float]:
    """What stands around the space `i`, as names of weights; `before` and `after` are the spaces next to it."""
    last2, last, first, second = (tokens[at] if 0 <= at < len(tokens) else "" for at in (i - 2, i - 1, i + 1, i + 2))
    part = {token: parts.get(token, "?") if _THAI.search(token) else _shape(token) for token in (last, first, second)}
    names = (
        f"last {_shape(last)}",
        f"last but one {_shape(last2)}",
        f"first {_shape(first)}",
        f"second {_shape(second)}",
        f"part of last {part[last]}",
        f"part of first {part[first]}",
        f"first parts {part[first]} {part[second]}",
    )
    signs = dict.fromkeys(names, 1.0)
    signs["length before"] = min(log(1 + sum(map(len, tokens[before + 1 : i]))), 5)
    signs["length after"] = min(log(1 + sum(map(len, tokens[i + 1 : after]))), 5)
    return signs


def _shape(token: str) -> str:
    """A Thai word or a sign itself; of others their kind, and whether they begin with a capital."""
    if _THAI.search(token):
        return token
    if token[:1].isalpha():
        return "Latin" if token[0].isupper() else "latin"
    return "number" if token[:1].isdigit() else "space" if token.isspace() else token


def _in_name(line: str, place: int, tokens: Sequence[str], i: int) -> bool:
    """Whether the space, token `i` at `place`, is between two Latin words, or before a surname."""
    last, first = tokens[i - 1], tokens[i + 1]
    if last[0].isalpha() and first[0].isalpha() and not _THAI.search(last + first):
        return True
    return _NAME.search(line, max(0, place - _NAME_WITHIN), place) is not None
