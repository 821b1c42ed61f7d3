"""Lines of printed pages put back together to headings and paragraphs. Pure: knows no file format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.models import Block, BlockRole
from ingest.text.line_wrapping import could_head, is_item, join_lines
from ingest.text.normalise import normalise

_EDGE_LINES = 3  # at the top and the bottom of a page, where running lines stand
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|หน้า(?:ที่)?|p\.)?\W*(?:[0-9๐-๙]{1,3}|[ivx]{1,5})(?:\s*(?:of|/|จาก)\s*[0-9๐-๙]{1,3})?\W*", re.IGNORECASE
)
_DIGITS = re.compile("[0-9๐-๙]+")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_FULL_LINES = 0.8  # so many lines of a column are no longer than a full one
_LONGEST_WORD = 12  # characters of Thai, which has no spaces to tell
_LARGER = 1.1  # than the body: the size of a heading


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as printed: lengths in points from the bottom left corner of its page."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False


def blocks_of(pages: Sequence[Sequence[TextLine]]) -> Iterator[Block]:
    """Headings and paragraphs of `pages`; one that a page break cuts is whole again."""
    bodies = [page for page in _without_running_lines(pages) if page]
    lines = [line for page in bodies for line in page]
    if not lines:
        return
    body_size = _common_size(lines)
    leading = _leading(bodies)
    paragraphs: list[list[TextLine]] = []
    for before, page in zip([[], *bodies], bodies, strict=False):
        for place, line in enumerate(page):
            step = (page[place - 1].base - line.base) / line.size if place else None
            above = page if place else before
            if paragraphs and _goes_on(paragraphs[-1], line, step, leading, above):
                paragraphs[-1].append(line)
            else:
                paragraphs.append([line])
    yield from (_block(paragraph, body_size) for paragraph in paragraphs)


def _without_running_lines(pages: Sequence[Sequence[TextLine]]) -> Iterator[list[TextLine]]:
    """The pages without page numbers, and without lines that half of the pages or more have at an edge."""
    edges = [_edges(page) for page in pages]
    seen = Counter(text for edge in edges for text in {_pattern(line) for line in edge})
    often = {text for text, count in seen.items() if count >= 2 and 2 * count >= len(pages)}
    for page, edge in zip(pages, edges, strict=True):
        running = {id(line) for line in edge if _pattern(line) in often or _PAGE_NUMBER.fullmatch(line.text)}
        yield [line for line in page if id(line) not in running]


def _edges(page: Sequence[TextLine]) -> list[TextLine]:
    by_height = sorted(page, key=lambda line: line.base)
    return by_height[-_EDGE_LINES:] + by_height[: max(0, min(_EDGE_LINES, len(by_height) - _EDGE_LINES))]


def _pattern(line: TextLine) -> str:
    return _DIGITS.sub("#", "".join(normalise(line.text).casefold().split()))


def _common_size(lines: Sequence[TextLine]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _leading(pages: Sequence[Sequence[TextLine]]) -> float:
    """The usual distance of two base lines, in font sizes: the median, of small distances the most."""
    steps = [
        (above.base - line.base) / line.size
        for page in pages
        for above, line in pairwise(page)
        if above.size == line.size and 0.8 * line.size < above.base - line.base < 3 * line.size
    ]
    return median(sorted(steps)[: max(1, 2 * len(steps) // 3)]) if steps else 1.2


def _goes_on(
    paragraph: Sequence[TextLine], line: TextLine, step: float | None, leading: float, page: Sequence[TextLine]
) -> bool:
    """Whether a line continues a paragraph.

    `step` is the way down to it in sizes, `None` to a new page; `page` is that of the line above.
    """
    above = paragraph[-1]
    if abs(above.size - line.size) > 0.1 * line.size or above.bold != line.bold or is_item(line.text):
        return False
    if _ends_early(above, line, page):
        return False
    if step is None or step < 0:  # the next page, the next column
        return not _SENTENCE_END.search(above.text) and not line.text[:1].isupper()
    return step <= 1.25 * leading and _keeps_margin(paragraph, line)


def _ends_early(above: TextLine, line: TextLine, page: Sequence[TextLine]) -> bool:
    """Whether the first word of the next line would have had room: then its writer began a new paragraph."""
    column = sorted(other.right for other in page if other.left < above.right and other.right > above.left)
    room = column[int(_FULL_LINES * len(column))] - above.right
    first_word = min(len(line.text.split(maxsplit=1)[0]), _LONGEST_WORD)
    needed = first_word * (line.right - line.left) / len(line.text)
    return room > needed + (0 if _SENTENCE_END.search(above.text) else 1) * above.size


def _keeps_margin(paragraph: Sequence[TextLine], line: TextLine) -> bool:
    above = paragraph[-1]
    if len(paragraph) == 1:  # its first line may be indented, or hang out with a bullet
        return line.left - above.left < 3 * line.size if is_item(above.text) else line.left <= above.left + 1
    return abs(line.left - above.left) <= line.size


def _block(paragraph: Sequence[TextLine], body_size: float) -> Block:
    text = join_lines([line.text for line in paragraph])
    first = paragraph[0]
    stands_out = first.bold or first.size > _LARGER * body_size
    return Block(text, BlockRole.HEADING if stands_out and could_head(text) else BlockRole.PARAGRAPH)
