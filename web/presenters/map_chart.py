"""The picture of the collection: from places and results to marks of a colour and a shape, and their legend.

Pure. Places are percentages of the picture's width and height, so that it fits every window while letters and
marks keep their size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from ingest.models import Kind
from kb.models import LANGUAGES, DocumentSummary, MapPoint, SearchQuery, SearchResult

Colour = Literal["kind", "language", "economy", "theme"]  # what colours and shapes stand for
COLOURS: tuple[Colour, ...] = get_args(Colour)
# Found, found weakly, not asked for, not in the filters.
Standing = Literal["lit", "weak", "plain", "outside"]

# Each a colour and a shape; see pages.css and map.html.
MARKS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8")
OTHER, NONE = "other", "none"  # the marks of all rarer values, and of documents that have none
LINKED = 1000  # points that are links; a page of more is slow to load, and nobody can tell them apart
CLOSEST = 5  # results that are numbered when none is more than weak

_MARGINS = (3.5, 5.0)  # percent of the picture's width and height left free at each side
_DRAWN: tuple[Standing, ...] = ("outside", "plain", "weak", "lit")  # from below to the top
_ORDER = {"kind": tuple(Kind), "language": LANGUAGES}


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which value each mark stands for: the first of `values` for the first of `MARKS`, and so on.

    A document of several values has the first of those in `wanted`, else its first.
    """

    colour: Colour
    values: tuple[str, ...]
    wanted: frozenset[str] = frozenset()

    def value(self, document: DocumentSummary) -> str | None:
        """The value that the document's mark tells."""
        own = values_of(document, self.colour)
        return next((one for one in own if one in self.wanted), next(iter(own), None))

    def mark(self, value: str | None) -> str:
        """The mark of a value; `NONE` of None."""
        if value is None:
            return NONE
        return MARKS[self.values.index(value)] if value in self.values else OTHER


@dataclass(frozen=True, slots=True)
class MapStanding:
    """How a document stands, and its number among the results if it is shown."""

    standing: Standing
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A document's point, a link: its place in percent, its mark, and its number among the results."""

    document: DocumentSummary
    left: float
    top: float
    mark: str
    value: str | None
    standing: Standing
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Points that are only seen: those of one mark, or all outside the filters, as data of an SVG path.

    Its units are hundredths of the picture's width and height.
    """

    mark: str
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture. `spots` in the order in which they are drawn, the last on top; `dots` lie under all of them.

    `unlinked` documents that pass the filters are only dots.
    """

    spots: tuple[Spot, ...]
    dots: tuple[Dots, ...]
    unlinked: int


def values_of(document: DocumentSummary, colour: Colour) -> tuple[str, ...]:
    """What the document has of that which colours stand for, the most prominent first."""
    if colour == "kind":
        return (document.kind,)
    if colour == "language":
        return (document.language,)
    return document.economies if colour == "economy" else document.themes


def scheme(colour: Colour, documents: Iterable[DocumentSummary], query: SearchQuery) -> Scheme:
    """Marks for the most frequent values of all documents, the same whatever the filters are.

    Values filtered for always have marks, in place of the rarest.
    """
    filtered = {"kind": query.kinds, "language": query.languages, "economy": query.economies, "theme": query.themes}
    wanted = filtered[colour]
    counts = Counter(str(value) for document in documents for value in values_of(document, colour))
    if colour in _ORDER:
        values = [str(value) for value in _ORDER[colour] if value in counts]
    else:
        values = sorted(counts, key=lambda value: (-counts[value], value))
    kept = values[: len(MARKS)]
    for value in wanted[: len(MARKS)]:
        if value in counts and value not in kept:
            rarest = next(one for one in reversed(kept) if one not in wanted)
            kept[kept.index(rarest)] = value
    return Scheme(colour, tuple(kept), frozenset(wanted))


def numbered(results: Sequence[SearchResult]) -> dict[str, MapStanding]:
    """How each document found stands, by id; when all are weak, the closest have a number nevertheless."""
    good = any(result.verdict != "weak" for result in results)
    found: dict[str, MapStanding] = {}
    for rank, result in enumerate(results, 1):
        weak = result.verdict == "weak"
        known = rank <= CLOSEST if not good else not weak
        found[result.document.id] = MapStanding("weak" if weak else "lit", rank if known else None)
    return found


def chart(placed: Sequence[MapPoint], passing: Collection[str], results: Sequence[SearchResult], of: Scheme) -> Chart:
    """The points of all documents, `passing` being the ids of those in the filters.

    At most `LINKED` are links: results first, then those in the filters, newest first; those outside only when
    there is room for all.
    """
    found = numbered(results)
    spots = [_spot(one, passing, found, of) for one in placed]
    spots.sort(key=lambda spot: spot.document.added_at, reverse=True)
    spots.sort(key=lambda spot: (-_DRAWN.index(spot.standing), spot.rank or 0))
    within = sum(spot.standing != "outside" for spot in spots)
    linked = len(spots) if len(spots) <= LINKED else min(within, LINKED)
    return Chart(tuple(reversed(spots[:linked])), _dots(spots[linked:]), max(0, within - linked))


def _spot(one: MapPoint, passing: Collection[str], found: Mapping[str, MapStanding], of: Scheme) -> Spot:
    known = found.get(one.document.id, MapStanding("plain" if one.document.id in passing else "outside"))
    value = of.value(one.document)
    across, down = _MARGINS
    return Spot(
        document=one.document,
        left=round(across + one.x * (100 - 2 * across), 2),
        top=round(down + one.y * (100 - 2 * down), 2),
        mark=of.mark(value),
        value=value,
        standing=known.standing,
        rank=known.rank,
    )


def _dots(spots: Iterable[Spot]) -> tuple[Dots, ...]:
    def mark(spot: Spot) -> str:
        return "outside" if spot.standing == "outside" else spot.mark

    groups = groupby(sorted(spots, key=mark), key=mark)
    return tuple(Dots(name, "".join(f"M{spot.left:g} {spot.top:g}h0" for spot in those)) for name, those in groups)
