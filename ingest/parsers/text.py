"""Plain text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from ingest.metadata.case_fields import field_named
from ingest.metadata.sidecar import facts_of, read_mapping
from ingest.models import Block, BlockRole, ParsedDocument, StatedMetadata
from ingest.text.encoding import decode
from ingest.text.line_wrapping import could_head, is_item, join_lines, paragraphs

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?=\s*[\w-]+\s*:)(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_QUOTE = re.compile(r"\A {0,3}>[ ]?")
_BULLET = re.compile(r"\A\s*[*+-]\s+(?:\[[ xX]\]\s+)?")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]{0,200})\]\([^)]{0,500}\)")
_LINK = re.compile(r"\[([^\]]{1,200})\](?:\([^)]{0,500}\)|\[[^\]]{0,200}\])")
_AUTO_LINK = re.compile(r"<(https?://[^<>\s]+|[^<>\s@]{1,100}@[^<>\s]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|~~)(?=\S)(.{1,200}?)(?<=[^\s\\])\1(?!\w)")
_STARS = re.compile(r"(?<![\\\d])(\*{1,3})(?=\S)([^*\n]{1,200}?)(?<=[^\s\\])\1")  # within a word, as Thai needs it
_CODE = re.compile(r"`+([^`]+)`+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_LONGEST_HEADING = 120
_SHORTEST_BODY = 200


def parse(data: bytes) -> tuple[ParsedDocument, ...]:
    """A plain text: its paragraphs, and as headings the lines that look like titles."""
    texts = list(paragraphs(decode(data).splitlines()))
    return (ParsedDocument("text", tuple(with_headings(texts))),)


def parse_markdown(data: bytes) -> tuple[ParsedDocument, ...]:
    """A Markdown text without its markup; its front matter, where it has some, states the facts."""
    stated, body = split_front_matter(decode(data))
    blocks = _markdown_blocks(_COMMENT.sub("", body).splitlines())
    return (ParsedDocument("markdown", under_title(blocks, stated), stated),)


def looks_like_markdown(text: str) -> bool:
    """Whether plain text uses headings or front matter as Markdown does."""
    if _FRONT_MATTER.match(_unix(text)):
        return True
    above = ""
    for line in text.splitlines():
        if not above and _HEADING.match(line):
            return True
        if re.fullmatch(r"={3,}|-{3,}", line.strip()) and 0 < len(above) <= _LONGEST_HEADING:
            return True
        above = line.strip()
    return False


def split_front_matter(text: str) -> tuple[StatedMetadata, str]:
    """The facts in the front matter of `text`, and the text below it.

    Keys that are not ours are passed over, since other programs write front matter too. Raises what
    `sidecar.facts_of` raises.
    """
    text = _unix(text)
    if (found := _FRONT_MATTER.match(text)) is None:
        return StatedMetadata(), text
    return facts_of(read_mapping(found[1])), text[found.end() :]


def under_title(blocks: Iterable[Block], stated: StatedMetadata) -> tuple[Block, ...]:
    """The blocks; when none of them is a heading, the stated title is put above them as one."""
    below = tuple(blocks)
    if stated.title is None or any(block.role is BlockRole.HEADING for block in below):
        return below
    return (Block(stated.title, BlockRole.HEADING), *below)


def heading_of(line: str) -> str | None:
    """The words of a Markdown heading (`# Words`), or `None` for another line."""
    found = _HEADING.match(line)
    return plain(found[2]) if found else None


def plain(text: str) -> str:
    """Markdown text without the marks of links, emphasis and code."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub("", _AUTO_LINK.sub(r"\1", _CODE.sub(r"\1", text)))
    for marks in (_EMPHASIS, _EMPHASIS, _STARS):  # twice, for emphasis within emphasis
        text = marks.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text).strip()


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_headings(texts: Sequence[str]) -> Iterator[Block]:
    """Paragraphs as blocks; headings are those that look it: short, open-ended, above something longer.

    Further down also those that name a part of a best-practice case.
    """
    texts = [text for text, _ in groupby(texts)]  # a title of a saved page often stands there twice or more
    titled = False
    for text, below in zip_longest(texts, texts[1:], fillvalue=""):
        if not titled:
            is_heading = could_head(text) and below != ""
        else:
            # Further down, a line with digits is rather a date line or a table row.
            short = len(text) <= _LONGEST_HEADING and not any(map(str.isdigit, text))
            names_part = field_named(text) is not None and below != ""
            is_heading = names_part or (could_head(text) and short and len(below) >= _SHORTEST_BODY)
        titled = titled or any(map(str.isalnum, text))
        yield Block(text, BlockRole.HEADING if is_heading else BlockRole.PARAGRAPH)


def _markdown_blocks(lines: list[str]) -> Iterator[Block]:
    group: list[str] = []
    quoted = False
    for line in lines:
        if _FENCE.match(line):
            yield from _flush(group)
        elif (heading := heading_of(line)) is not None:
            yield from _flush(group)
            yield Block(heading, BlockRole.HEADING)
        elif group and _UNDERLINE.match(line) and len(group) == 1 and not is_item(group[0]):
            yield Block(plain(join_lines(group)), BlockRole.HEADING)
            group.clear()
        elif not line.strip() or _RULE.match(line) or _TABLE_RULE.match(line):
            yield from _flush(group)
        else:
            bare = _QUOTE.sub("", line)
            begins_quote = bare != line and not quoted
            quoted = bare != line
            if begins_quote or _BULLET.match(bare) or is_item(bare) or bare.lstrip().startswith("|"):
                yield from _flush(group)
            group.append(bare)
    yield from _flush(group)


def _flush(group: list[str]) -> Iterator[Block]:
    if not group:
        return
    first = group[0].strip()
    if first.startswith("|"):
        text = " | ".join(cell.strip() for cell in first.strip("|").split("|"))
    else:
        text = join_lines([_BULLET.sub("", group[0]), *group[1:]])
    group.clear()
    yield Block(plain(text))
