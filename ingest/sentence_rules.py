"""Where sentences end: rules over one line of text, for English, and for Thai on top of a first guess.

A break is the place where the next sentence (or the space before it) begins. `ingest.language` puts these
together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate, pairwise
from math import log

Guess = Callable[[int, int], Iterable[int]]

LONG = 400  # characters; a longer Thai "sentence" is split where a clause begins
_SHORT = 5  # words; a shorter piece of Thai goes with its neighbour
_LONGEST_ABBREVIATION = 40  # characters
_CONTEXT = 50  # characters on both sides of a place that the splitter is shown
_LEAST = 80  # characters: a long sentence is not split closer to its ends


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

# What a space in Thai text says about a sentence ending there: kinds of words before and after it.
_LAST = _words(
    "กล่าว รายงาน อธิบาย เสริม เผย นี้ นั้น เลย อยู่ ไป นะ แล้ว ด้วย เท่านั้น ขึ้น ลง ไว้ อีก ใหม่ บ้าง ได้ มาก กัน หมด เอง "
    "เช่นกัน เหมือนกัน หรือไม่ อย่างไร ครับ ค่ะ คะ ต่อไป ต่อมา ที่ผ่านมา เกิดขึ้น มากขึ้น เพิ่มขึ้น ลดลง ทั้งสิ้น ที่สุด ในที่สุด "
    "ก็ตาม ต่อเนื่อง ยั่งยืน ทั่วถึง เป็นต้น ฯลฯ"
)
_WANTS_MORE = _words(
    "และ หรือ ที่ ซึ่ง อัน ของ กับ แก่ ต่อ ให้ ว่า คือ เป็น ได้แก่ เช่น อาทิ เพื่อ โดย จาก ถึง ใน จะ ผ่าน แห่ง ณ ตาม ระหว่าง "
    "นาย นาง นางสาว คุณ ดร. ผอ. ผู้อำนวยการ เมือง จังหวัด ร้อยละ จำนวน ประมาณ ราว กว่า มากกว่า เพียง อายุ วัย วันที่ ปี "
    "เดือน พ.ศ. ค.ศ. แต่ เมื่อ หาก ถ้า เพราะ เพราะฉะนั้น เนื่องจาก ดังนั้น นอกจากนี้ อย่างไรก็ตาม ทั้งนี้ สำหรับ ตลอดจน รวมถึง "
    "รวมทั้ง กล่าวว่า"
)
_GOES_ON = _words(
    "และ หรือ ที่ ซึ่ง อัน ของ กับ แก่ แด่ ต่อ ให้ ว่า จึง ก็ คือ เป็น ได้แก่ เช่น ตลอดจน รวมถึง รวมทั้ง อาทิ ด้วย จาก จน จนถึง "
    "ถึง ผ่าน โดย เพื่อ จะ ทั้ง สู่ ขึ้น ไว้ ไป มา อยู่ แล้ว นี้ นั้น เอง กัน อย่าง ๆ ฯ ฯลฯ ได้ ยัง ไม่ ระบุ กล่าว กล่าวว่า เผย ชี้ พร้อม "
    "พร้อมทั้ง ร้อยละ เปอร์เซ็นต์ บาท คน ปี ล้าน พันล้าน กว่า"
)
_FIRST = _words(
    "อย่างไรก็ตาม อย่างไรก็ดี จากนั้น ต่อมา นอกจากนี้ นอกจากนั้น ดังนั้น ทั้งนี้ ขณะเดียวกัน ในขณะเดียวกัน ปัจจุบัน ล่าสุด "
    "สุดท้าย ตอนนี้ แน่นอน บางที หาก แม้ ถึงแม้ว่า ทำไม นี่ สิ่ง เหล่า ประการ ด้าน แหล่งข่าว นาย นาง นางสาว ท่าน คุณ เขา เธอ "
    "ผม ฉัน มัน เรา พวกเขา พวกเรา"
)
_CLAUSE = _words("แต่ ขณะที่ ในขณะที่ เพราะ เนื่องจาก เมื่อ หลัง หลังจาก ก่อน แม้ว่า ถ้า ตั้งแต่ ตาม สำหรับ ส่วน ใน การ มี")
_GUESSED = 0.71  # what it adds that the splitter would cut there
_WEIGHTS = {
    "bias": -2.7,
    "last": 0.85,
    "wants more": -2.82,
    "goes on": -1.74,
    "first": 0.54,
    "clause": -0.08,
    "closing": 0.36,
    "opening": 1.30,
    "bracket": -2.56,
    "comma": -2.72,
    "latin before": -0.75,
    "digit after": -1.63,
    "enclosed": -1.0,
    "length before": 0.41,
    "length after": 0.38,
}
_CLOSING, _OPENING = "”’»\"'", "“‘«\"'"
# An honorific and a first name: what follows the space is the surname or the office.
_NAME = re.compile(r"(?:^|[\s(]|และ|โดย)(?:นาย(?!ก)|นางสาว|นาง|น\.ส\.|ดร\.|คุณ)[\u0e01-\u0e4e]{2,20}$")
_NAME_WITHIN = 40  # characters
_PAIRS = {"“": "”", "(": ")", "[": "]", "«": "»", "‘": "’", '"': '"'}
_THAI = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]")


def english_breaks(line: str) -> list[int]:
    """Where a stop really ends a sentence: not after "Ms.", "No. 5", initials or before a small letter."""
    found: list[int] = []
    begin = 0
    for match in _STOP.finditer(line):
        if match.end() < len(line) and _ends(line, begin, match):
            begin = match.start("gap")
            found.append(begin)
    return found


def thai_breaks(line: str, tokens: Sequence[str], guess: Guess, sure: Sequence[int]) -> list[int]:
    """The breaks of a line with Thai in it: at spaces only, since Thai ends no sentence with a sign.

    `tokens` join to `line`; `sure` is where the English rules break. `guess(begin, end)` tells where a splitter
    would begin sentences among those characters; it is slow, so it is asked only where it can decide.
    """
    likely = _likelihoods(line, tokens)
    for begin, end in _windows(
        [place for place, score in likely.items() if -_GUESSED < score <= 0], len(line)
    ):
        for place in guess(begin, end):
            while place > begin and line[place - 1].isspace():
                place -= 1
            if place in likely:
                likely[place] += _GUESSED
    kept = {place for place, score in likely.items() if score > 0} | set(sure)
    found: list[int] = []
    places = sorted(likely)
    for begin, end in pairwise([0, *_join_short(tokens, kept, set(sure)), len(line)]):
        found.extend(_split_long(begin, end, places, likely))
        found.append(end)
    return found[:-1]


def _windows(places: Sequence[int], length: int) -> list[tuple[int, int]]:
    """What is around the places, as few stretches in order."""
    found: list[tuple[int, int]] = []
    for place in places:
        begin, end = max(0, place - _CONTEXT), min(length, place + _CONTEXT)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


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


def _likelihoods(line: str, tokens: Sequence[str]) -> dict[int, float]:
    """For each space inside the line, how likely a Thai sentence ends there: log-odds, a break above 0.

    The weights are those of a logistic regression on 9,896 spaces of the Thai side of NTREX-128
    (MicrosoftTranslator, CC BY-SA 4.0), its sentences joined by spaces: F1 .55 on unseen halves, where the bare
    splitter has .45. Bias and "enclosed" lean to fewer breaks, as official prose has longer sentences than news.
    """
    starts = list(accumulate(map(len, tokens), initial=0))
    spaces = [i for i, token in enumerate(tokens) if token.isspace() and 0 < i < len(tokens) - 1]
    edges = [0, *(starts[i] for i in spaces), len(line)]
    enclosed = _enclosed(line)
    scores: dict[int, float] = {}
    for nth, i in enumerate(spaces):
        begin = starts[i]
        if _NAME.search(line, max(0, begin - _NAME_WITHIN), begin):
            continue
        score = _WEIGHTS["bias"]
        score += _WEIGHTS["enclosed"] * enclosed[begin]
        score += _WEIGHTS["length before"] * min(log(begin - edges[nth]), 5)
        score += _WEIGHTS["length after"] * min(log(edges[nth + 2] - begin), 5)
        score += sum(_WEIGHTS[sign] for sign in _signs(tokens[i - 1], tokens[i + 1]))
        scores[begin] = score
    return scores


def _signs(before: str, after: str) -> Iterator[str]:
    """What the words around a space say, as names of weights."""
    kinds = {
        "last": before in _LAST,
        "wants more": before in _WANTS_MORE,
        "goes on": after in _GOES_ON,
        "first": after in _FIRST,
        "clause": after in _CLAUSE,
        "closing": before in _CLOSING,
        "opening": after in _OPENING,
        "bracket": after[0] in "([-–—/&+%",
        "comma": before[-1] in ",:;-–—/&+",
        "latin before": before[-1].isascii() and before[-1].isalpha(),
        "digit after": after[0].isdigit(),
    }
    return (name for name, holds in kinds.items() if holds)


def _enclosed(line: str) -> list[bool]:
    """For each character, whether a quote or bracket that closes again is open there."""
    inside = [False] * (len(line) + 1)
    place = 0
    while place < len(line):
        closing = _PAIRS.get(line[place])
        end = line.find(closing, place + 1, place + LONG) if closing else -1
        if end >= 0:
            inside[place + 1 : end + 1] = [True] * (end - place)
            place = end
        place += 1
    return inside


def _join_short(tokens: Sequence[str], kept: AbstractSet[int], sure: AbstractSet[int]) -> list[int]:
    """The breaks without those that leave fewer than five words on one side; a stop is always a break."""
    result: list[int] = []
    counts = [0]  # words of each sentence so far
    place = 0
    for token in tokens:
        if place in kept and (place in sure or counts[-1] >= _SHORT):
            if len(counts) > 1 and counts[-1] < _SHORT and result[-1] not in sure:
                result.pop()
                last = counts.pop()
                counts[-1] += last
            result.append(place)
            counts.append(0)
        counts[-1] += any(map(str.isalnum, token))
        place += len(token)
    if result and counts[-1] < _SHORT and result[-1] not in sure:
        result.pop()
    return result


def _split_long(begin: int, end: int, places: Sequence[int], likely: Mapping[int, float]) -> Iterator[int]:
    """Where to split a sentence that is longer than `LONG`: the likeliest of `places` at a fair distance."""
    while end - begin > LONG:
        first = bisect_left(places, begin + _LEAST)
        near = places[first : bisect_right(places, min(begin + LONG, end - _LEAST))]
        if not near:
            return
        begin = max(near, key=lambda place: likely[place])
        yield begin
