"""Text typed with the keyboard set to the other language: US English and Thai Kedmanee."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf

from ingest.spelling.word_frequency import cut, english, latin_cost, thai_cost
from ingest.text.language import words
from ingest.text.normalise import normalise

# PyThaiNLP has this table too, but for the key of 1 (ๅ and +).
_US = (
    "`1234567890-=~!@#$%^&*()_+"
    "qwertyuiop[]\\QWERTYUIOP{}|"
    "asdfghjkl;'ASDFGHJKL:\""
    "zxcvbnm,./ZXCVBNM<>?"
)  # fmt: skip
_KEDMANEE = (
    "_ๅ/-ภถุึคตจขช%+๑๒๓๔ู฿๕๖๗๘๙"
    "ๆไำพะัีรนยบลฃ๐\"ฎฑธํ๊ณฯญฐ,ฅ"
    "ฟหกดเ้่าสวงฤฆฏโฌ็๋ษศซ."
    "ผปแอิืทมใฝ()ฉฮฺ์?ฒฬฦ"
)  # fmt: skip
_TO_THAI = str.maketrans(_US, _KEDMANEE)
_TO_LATIN = str.maketrans(_KEDMANEE, _US)

_THAI = re.compile("[ก-ฺเ-๎]")
_THAI_RUN = re.compile("[ก-ฺเ-๎]+")
_LATIN = re.compile("[A-Za-z]")
_LATIN_WORD = re.compile("[A-Za-z]+")
_LATIN_CHUNK = re.compile(r"[\"'(]*[A-Za-z]+(?:['\-/][A-Za-z]+)*[.,?!:;)\"']*")
_SURE = 15.0  # nats that a chunk must win by before anything is taken for mistyped
_LEAST = 4  # characters of such a chunk: "OK" and "กก" are words of the other layout too
_SURE_WITH_NAMES, _LEAST_WITH_NAMES = 30.0, 8  # or more of both,
_LISTED = 0.75  # and this share of its letters in listed words
_FLUENT = 3.0  # nats for each character of Thai, which costs half of it; below this no chunk is English
_BY_CHANCE = 3  # letters that a collection may have as a word by chance
_DOUBT = 15.0  # nats that a chunk may lose by and still go with others, when most of the text gains
# What `normalise` changes in English that was typed as Thai marks: "ee" is ำำ, "hu" is ้ี.
_WORN = re.compile("([eybnuhjgcw])\\1|[hj][ybnu]|e[hj]")
_RARE = 14.5  # words dearer than this are not looked for among worn ones


def retyped(text: str, is_known: Callable[[str], bool]) -> str | None:
    """`text` with those of its chunks that make sense only on the other keyboard typed there; None if none does.

    A chunk is what stands between spaces. Once one is surely mistyped, others of its script go with it on less.
    A chunk whose words `is_known` all knows stays as it is, unless it has three letters or fewer.
    """
    chunks = [_Chunk.of(typed, is_known) for typed in re.split(r"(\s+)", text)]
    sure = [chunk for chunk in chunks if chunk.is_sure(is_known)]
    if not sure:
        return None
    most = 2 * sum(len(chunk.typed) for chunk in chunks if chunk.gain > 0) > len(text)
    thai = {chunk.is_thai for chunk in sure}
    found = normalise("".join(chunk.meant(most) if chunk.is_thai in thai else chunk.typed for chunk in chunks))
    return found if found != text else None


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What was typed, what the other keyboard writes for it, and by how many nats that is likelier."""

    typed: str
    other: str
    gain: float
    is_thai: bool

    @classmethod
    def of(cls, typed: str, is_known: Callable[[str], bool]) -> _Chunk:
        is_thai = _THAI.search(typed) is not None
        if not typed.strip() or _all_known(typed, is_known):
            return cls(typed, typed, 0.0, is_thai)
        before = thai_cost(typed) if is_thai else latin_cost(typed)
        if is_thai and before < _FLUENT * len(typed):
            return cls(typed, typed, 0.0, is_thai)
        other = _other(typed)
        after = latin_cost(other) if is_thai else thai_cost(other)
        return cls(typed, other, before - after, is_thai)

    def is_sure(self, is_known: Callable[[str], bool]) -> bool:
        if self.other == self.typed or (self.is_thai and not _LATIN_CHUNK.fullmatch(self.other)):
            return False
        listed = _listed(self.other, is_known)
        if self.gain >= _SURE and len(self.typed) >= _LEAST and listed == 1.0:
            return True
        return self.gain >= _SURE_WITH_NAMES and len(self.typed) >= _LEAST_WITH_NAMES and listed >= _LISTED

    def meant(self, most: bool) -> str:
        """What to write beside a sure chunk of the same script; `most` when most of the text gains by it.

        Latin words among Thai may be right as they are, so they do not go with others at a loss.
        """
        needed = -_DOUBT if most and self.is_thai else 0.0
        return self.other if self.gain > needed else self.typed


def _other(chunk: str) -> str:
    """`chunk` as the other keyboard writes it; itself when it has letters of both."""
    if not _THAI.search(chunk):
        return chunk.translate(_TO_THAI)
    if _LATIN.search(chunk):
        return chunk
    return _LATIN_WORD.sub(_mended, chunk.translate(_TO_LATIN))


def _all_known(chunk: str, is_known: Callable[[str], bool]) -> bool:
    """Whether the collection has all words of `chunk`; three letters or fewer may be there by chance."""
    found = words(chunk)
    return sum(word.end - word.start for word in found) > _BY_CHANCE and all(is_known(word.term) for word in found)


def _listed(chunk: str, is_known: Callable[[str], bool]) -> float:
    """The share of the letters of `chunk` that are in words of a list or of the collection."""
    if _THAI.search(chunk):
        runs = _THAI_RUN.findall(chunk)
        inside = sum(piece.end - piece.start for run in runs for piece in cut(run) if piece.listed)
        return inside / sum(map(len, runs))
    found = [word.casefold() for word in _LATIN_WORD.findall(chunk)]
    inside = sum(len(word) for word in found if word in english() or is_known(word))
    return inside / max(1, sum(map(len, found)))


def _mended(found: re.Match[str]) -> str:
    word = found.group()
    small = word.casefold()
    whole = _worn().get(small, small)
    if whole == small or english().get(small, inf) <= english()[whole]:
        return word
    return whole.capitalize() if word[0].isupper() else whole


@cache
def _worn() -> dict[str, str]:
    """English words by what `normalise` leaves of them when they are typed as Thai; the commonest word wins."""
    worn: dict[str, str] = {}
    for word, cost in english().items():
        if cost < _RARE and _WORN.search(word):
            for form in (word, word.capitalize()):
                left = normalise(form.translate(_TO_THAI)).translate(_TO_LATIN).casefold()
                if left != word:
                    worn.setdefault(left, word)
    return worn
