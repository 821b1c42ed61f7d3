"""Names beside points of the picture: shortened, broken into lines, and set where they cover nothing.

Pure. Lengths are in em of the letters, or in percent of the picture as in `web.presenters.map_chart`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Literal

from ingest.text.language import tokens
from web.presenters.map_chart import Spot

Anchor = Literal["start", "middle", "end"]

LINES = 2  # that a name may take
LINE_HEIGHT = 1.35  # em; Thai has marks above and below its letters
CLEAR = 0.35  # em between names
TELLING = 8.0  # em; what stands before a colon is a name by itself if it is as long as this
SHARED = 2  # titles that begin with the same words before a colon, from which on these tell nothing
COVERED = 2  # points that the name of a result may lie over
TRIED = 2  # landmarks that are tried for each that is written
CROWD = 60  # a landmark may lie over one point for each so many that there are


@dataclass(frozen=True, slots=True)
class Size:
    """A size of the picture, in em of its letters where it is smallest, and how much is written into it."""

    name: str
    width: float
    height: float
    names: int
    line: float  # longest line of a name


# Kept in step with the widths and heights in pages.css.
SIZES = (Size("wide", 66, 37, 16, 14), Size("middle-sized", 43, 32, 9, 12), Size("narrow", 22, 25, 5, 8.5))


@dataclass(frozen=True, slots=True)
class MapLabel:
    """What is written beside a point: `lines`, the first `down` em below it, all `across` em beside it."""

    spot: Spot
    lines: tuple[str, ...]
    anchor: Anchor
    across: float
    down: float


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def width(text: str) -> float:
    """About how wide the text is, in em of a usual sans serif; Thai marks above and below take no room.

    >>> width("ที่"), round(width("Women"), 2)
    (0.6, 3.06)
    """
    return sum(map(_sign_width, text))


def _sign_width(sign: str) -> float:
    if unicodedata.category(sign) in ("Mn", "Cf"):
        return 0.0
    if sign in " .,:;'|!ijlItfr()-":
        return 0.34
    if sign in "mwMW—…":
        return 0.88
    return 0.66 if sign.isupper() else 0.56 if sign.isascii() else 0.6


def short_title(title: str, heads: Counter[str]) -> str:
    """A title without a beginning that several have ("Mentoring note:"), and without its subtitle.

    `heads` are what stands before the colons of all titles, as `heads_of` gives it.
    """
    title = " ".join(title.split())
    head, colon, tail = title.partition(":")
    if colon and tail.strip():
        if heads[head] >= SHARED or width(head) < TELLING:
            tail = tail.strip()
            return tail[0].upper() + tail[1:]
        return head
    return title.split(" / ")[0].strip() or title


def heads_of(titles: Iterable[str]) -> Counter[str]:
    """How many titles begin with the same words before a colon."""
    return Counter(" ".join(title.partition(":")[0].split()) for title in titles if ":" in title)


def broken(title: str, line: float, lines: int = LINES) -> tuple[str, ...]:
    """The title in at most so many lines of at most `line` em, broken between words, cut with "…"."""
    found = [""]
    for token in tokens(title):
        if width((found[-1] + token).rstrip()) <= line or not found[-1]:
            found[-1] += token
        else:
            found.append(token.lstrip())
    found = [one.strip() for one in found if one.strip()]
    if len(found) > lines:
        found = [*found[: lines - 1], _cut(found[lines - 1], line)]
    return tuple(one if width(one) <= line + 1 else _cut(one, line) for one in found)


def _cut(words: str, line: float) -> str:
    kept = tokens(words)
    while len(kept) > 1 and width("".join(kept).rstrip() + "…") > line + 1:
        kept.pop()
    text = "".join(kept).rstrip()
    while width(text) > line:  # one word longer than a line; whole characters with their marks
        text = text[:-1].rstrip()
    return text.rstrip(" :,–-") + "…"


def written(spots: Sequence[Spot]) -> dict[str, tuple[MapLabel, ...]]:
    """What to write into the picture in each of `SIZES`: the results with their numbers, else some landmarks.

    A result whose title finds no room has its number alone.
    """
    heads = heads_of(spot.document.title for spot in spots)
    wanted = sorted((spot for spot in spots if spot.rank), key=lambda spot: spot.rank or 0)
    if not wanted:
        most = TRIED * max(size.names for size in SIZES)
        wanted = landmarks([spot for spot in spots if spot.standing == "plain"], most)
    titles = {spot.document.id: short_title(spot.document.title, heads) for spot in wanted}
    return {size.name: tuple(_names(wanted, titles, _Room(spots, size), size)) for size in SIZES}


def _names(spots: Sequence[Spot], titles: Mapping[str, str], room: _Room, size: Size) -> Iterator[MapLabel]:
    left = size.names
    for spot in spots if spots and spots[0].rank else spots[: size.names * TRIED]:
        number = f"{spot.rank}\u2002" if spot.rank else ""
        name = room.place(spot, broken(number + titles[spot.document.id], size.line)) if left else None
        left -= name is not None
        if name is None and number:
            name = room.place(spot, (number.strip(),))
        if name:
            yield name


def landmarks(spots: Sequence[Spot], most: int) -> list[Spot]:
    """Points spread over the picture: the most central, then always the one farthest from those taken."""
    if not spots:
        return []
    middle = (sum(spot.left for spot in spots) / len(spots), sum(spot.top for spot in spots) / len(spots))
    first = min(spots, key=lambda spot: hypot(spot.left - middle[0], spot.top - middle[1]))
    taken = [first]
    distances = [hypot(spot.left - first.left, spot.top - first.top) for spot in spots]
    while len(taken) < min(most, len(spots)):
        farthest = max(range(len(spots)), key=distances.__getitem__)
        if distances[farthest] == 0:
            break
        taken.append(spots[farthest])
        for at, spot in enumerate(spots):
            away = hypot(spot.left - taken[-1].left, spot.top - taken[-1].top)
            distances[at] = min(distances[at], away)
    return taken


class _Room:
    """What of a picture is taken: names may not meet, nor lie over results, nor over many points."""

    def __init__(self, spots: Iterable[Spot], size: Size) -> None:
        self._size = size
        self._taken: list[_Box] = []
        self._held: list[_Box] = []
        self._plain: list[_Box] = []
        for spot in spots:
            box = self._around(spot)
            if spot.rank:
                self._held.append(box)
            elif spot.standing != "outside":
                self._plain.append(box)

    def place(self, spot: Spot, lines: tuple[str, ...]) -> MapLabel | None:
        """The lines at the side of the point where they cover least, if there is room."""
        best: tuple[int, MapLabel, _Box] | None = None
        near = self._near(spot)
        allowed = COVERED if spot.rank else len(self._plain) // CROWD
        for name in _sides(spot, lines):
            box = self._box(name)
            if not self._inside(box) or any(box.meets(other) for other in self._taken):
                continue
            if any(box.meets(other) for other in self._held):
                continue
            covered = sum(box.meets(other) for other in near)
            if covered <= allowed and (best is None or covered < best[0]):
                best = (covered, name, box)
        if best is None:
            return None
        self._taken.append(best[2])
        return best[1]

    def _near(self, spot: Spot) -> list[_Box]:
        """Points that a name of this one could lie over at all."""
        x, y = self._at(spot)
        wide, tall = self._size.line + 3, LINE_HEIGHT * (LINES + 2)
        reach = _Box(x - wide, y - tall, x + wide, y + tall)
        return [box for box in self._plain if reach.meets(box)]

    def _at(self, spot: Spot) -> tuple[float, float]:
        return spot.left / 100 * self._size.width, spot.top / 100 * self._size.height

    def _around(self, spot: Spot) -> _Box:
        x, y = self._at(spot)
        radius = _radius(spot) - 0.1
        return _Box(x - radius, y - radius, x + radius, y + radius)

    def _inside(self, box: _Box) -> bool:
        return box.left >= 0 and box.top >= 0 and box.right <= self._size.width and box.bottom <= self._size.height

    def _box(self, name: MapLabel) -> _Box:
        x, y = self._at(name.spot)
        wide = max(map(width, name.lines)) + CLEAR
        start = {"start": 0.0, "middle": wide / 2, "end": wide}[name.anchor]
        left = x + name.across - start
        top = y + name.down - 1.0  # letters rise about an em above their line, Thai ones with their marks
        return _Box(left, top, left + wide, top + LINE_HEIGHT * len(name.lines))


def _radius(spot: Spot) -> float:
    return 0.95 if spot.standing == "lit" else 0.55


def _sides(spot: Spot, lines: tuple[str, ...]) -> Iterable[MapLabel]:
    """The name beside its point, best place first."""
    away = _radius(spot) + 0.15
    tall = LINE_HEIGHT * (len(lines) - 1)
    level, above, below = 0.35 - tall / 2, -away - tall - 0.25, away + 0.8
    places: tuple[tuple[float, Anchor, float], ...] = (
        (away, "start", level),
        (-away, "end", level),
        (0.0, "middle", below),
        (0.0, "middle", above),
        (away * 0.6, "start", below - 0.35),
        (away * 0.6, "start", above + 0.35),
        (-away * 0.6, "end", below - 0.35),
        (-away * 0.6, "end", above + 0.35),
    )
    for across, anchor, down in places:
        yield MapLabel(spot, lines, anchor, round(across, 2), round(down, 2))
