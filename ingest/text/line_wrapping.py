"""Lines of a text that was wrapped to a width, put back together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def word_set(text: str) -> frozenset[str]:
    """The words of `text`: for sets of words that are read more easily than quoted one by one."""
    return frozenset(text.split())


_THAI = "\u0e01-\u0e5b"
_THAI_SEAM = re.compile(f"[{_THAI}][”’\"')]?$")
_THAI_START = re.compile(f"[“‘\"'(]?[{_THAI}]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_LOWER_START = re.compile(r"[a-z\u00e0-\u00ff]")
# First halves of words that are written with a hyphen; any other was cut by the end of its line.
_COMPOUNDING = word_set(
    "best cross e face follow high large long low medium micro multi non public self semi short small socio "
    "start two well world year"
)
_ITEM = re.compile(r"\s*(?:[•●○▪■◦‣*–—-]|\(?[0-9๐-๙]{1,3}[.)]|\(?[a-zก-ฮ][.)])\s+")
_SENTENCE_END = re.compile(r"[.!?:;,…][”’\"')\]]*$")
_LONGEST_HEADING = 200
_MIN_WIDTH, _MAX_WIDTH = 45, 120


def could_head(text: str) -> bool:
    """Whether a text is short, is no item of a list and does not end as a sentence does."""
    return len(text) <= _LONGEST_HEADING and not (_SENTENCE_END.search(text) or is_item(text) or "\n" in text)


def is_item(line: str) -> bool:
    """Whether a line begins as an item of a list does: with a bullet or a number."""
    return _ITEM.match(line) is not None


def join_lines(lines: Sequence[str]) -> str:
    """One line of many: words cut by a hyphen made whole, Thai joined without a space, the rest with one.

    A Thai line that ends in a space keeps it: that is a pause its writer made.
    """
    text = ""
    for line in lines:
        if not text:
            text = line.lstrip()
            continue
        start = line.lstrip()
        pause = text != text.rstrip()
        if _HYPHEN.search(text) and _LOWER_START.match(start):
            compound = text[:-1].split()[-1].casefold() in _COMPOUNDING
            text = (text if compound else text[:-1]) + start
        elif not pause and _THAI_SEAM.search(text) and _THAI_START.match(start):
            text += start
        else:
            text = f"{text.rstrip()} {start}"
    return text.strip()


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """The paragraphs of a plain text.

    A blank line ends one. Lines without blank ones between them are a paragraph each, unless they look
    wrapped: all but the last nearly as long as the longest, and that no longer than a page is wide.
    """
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            group.append(line)
        elif group:
            yield from _split_group(group)
            group = []


def _split_group(group: Sequence[str]) -> Iterator[str]:
    width = max(len(line.strip()) for line in group)
    wrapped = (
        _MIN_WIDTH <= width <= _MAX_WIDTH
        and all(len(line.strip()) >= 0.6 * width for line in group[:-1])
        and not any(is_item(line) for line in group[1:])
    )
    if wrapped:
        yield join_lines(group)
    else:
        yield from (line.strip() for line in group)
