"""Saved web pages: the article, without what surrounds it on its site.

Three steps: take out what its tags and names say is not text (menus, share links, cookie banners, footers);
let trafilatura find where in the rest the article begins and ends; read the blocks between from the page
itself, so that headings, list items and table rows stay apart. Trafilatura alone loses the structure of
short pages, which many ministries write.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import trafilatura
from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, PreformattedString, Tag

from ingest.errors import NoText
from ingest.models import Block, BlockRole, ParsedDocument, StatedMetadata
from ingest.parsers.html_metadata import facts_of_page
from ingest.text.encoding import decode
from ingest.text.line_wrapping import could_head, word_set
from ingest.text.normalise import normalise

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs an error for a page it finds empty

_NEVER_TEXT = word_set(
    "applet audio button canvas dialog embed head iframe input map noscript object option script select "
    "style svg template textarea title video math link meta base frame frameset noframes"
)
_AROUND = frozenset({"nav", "aside", "footer", "menu", "search"})
_AROUND_ROLES = word_set("navigation banner contentinfo complementary dialog alertdialog search menu menubar toolbar")
_AROUND_NAMES = word_set(
    "ad ads advert advertisement backtotop bottombar breadcrumb breadcrumbs btn button buttons comment "
    "comments consent cookie cookies copyright counter disclaimer foot footer fontsize gdpr hitcount "
    "login menu menus modal nav navbar navigation newsletter pager pagination popup print promo "
    "recommend recommended related search share sharing sidebar sitemap skip skiplink social socials "
    "subscribe subscription tags toolbar topbar topnav views widget"
)
_BANNER_NAMES = frozenset({"cookie", "cookies", "consent", "gdpr"})
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BLOCKS = word_set(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot "
    "th thead tr ul"
)
_CELLS = frozenset({"td", "th"})
_BOLD = frozenset({"b", "strong", "big"})
_BOLD_START, _BOLD_END = "\x01", "\x02"  # around bold text until its role is known
_ALL_BOLD = re.compile(r"\s*\x01[^\x01\x02]*\x02\s*$")
_BOLD_MARKS = re.compile("[\x01\x02]")
_CELL_END = "\x00"  # parts the cells of a row until they are put together
_HEADINGS = re.compile(r"h[1-6]$")
_CELL_BLOCKS = ["p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"]
_ACCESS_MARK = re.compile(r"^[:：\s]+$")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright|all rights reserved|สงวนลิขสิทธิ์|ลิขสิทธิ์)", re.IGNORECASE)
_LINK_LISTS = frozenset({"div", "ul", "ol", "p", "section", "td", "tr", "table", "dl", "span", "center"})
_LINKS_FROM = 0.8  # of a tag's letters in links: it is a list of links
_MOST_AROUND = 0.9  # of the page's text: what holds more is the page, whatever its tag
_NOT_NOISE_FROM = 0.5  # of the page's text: what holds so much of it is no menu, whatever its name


@dataclass(frozen=True, slots=True)
class _Measure:
    """What a tag holds: letters, letters within links, links; and whether it lies in an article."""

    letters: int
    linked: int
    links: int
    in_article: bool


def parse(data: bytes) -> tuple[ParsedDocument, ...]:
    """The title, paragraphs, headings, list items and table rows of the article of a page.

    The page's metadata and its visible date line state title, date and source. Raises `NoText`.
    """
    soup = BeautifulSoup(decode(data), "lxml")
    stated = facts_of_page(soup)
    _remove_noise(soup)
    blocks = _article(soup, list(_read(soup)))
    blocks = [block for block in blocks if not _is_leftover(block)]
    if not blocks:
        raise NoText
    return (ParsedDocument("html", tuple(_titled(blocks, stated)), stated),)


def _remove_noise(soup: BeautifulSoup) -> None:
    for node in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        if not isinstance(node, CData):
            node.extract()  # comments, declarations
    _remove([tag for tag in soup.find_all(True) if tag.name in _NEVER_TEXT or _is_hidden(tag)])
    measures = _measure(soup)
    whole = measures[id(soup)].letters
    _remove([tag for tag in soup.find_all(True) if _is_noise(tag, measures[id(tag)], whole)])


def _remove(tags: Sequence[Tag]) -> None:
    for tag in tags:
        if not tag.decomposed:
            tag.decompose()


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def _is_noise(tag: Tag, measure: _Measure, whole: int) -> bool:
    if tag.name in ("html", "body", "main", "article"):
        return False
    attributes = " ".join([str(tag.get("id") or ""), *filter(None, tag.get_attribute_list("class"))])
    names = {part.lower() for part in _NAME_PARTS.findall(attributes)}
    if tag.name in _AROUND or tag.get("role") in _AROUND_ROLES or names & _BANNER_NAMES:
        return measure.letters < _MOST_AROUND * whole
    if measure.letters > _NOT_NOISE_FROM * whole:
        return False
    if names & _AROUND_NAMES or (tag.name == "header" and not measure.in_article):
        return True
    many_links = measure.links > 1 and measure.linked >= _LINKS_FROM * measure.letters > 0
    return many_links and tag.name in _LINK_LISTS


def _measure(soup: BeautifulSoup) -> dict[int, _Measure]:
    """The measure of each tag, by the tag's id: two walks, however deep the page is."""
    tags: list[Tag] = [soup, *soup.find_all(True)]
    in_article: set[int] = set()
    for tag in tags:
        if tag.name in ("article", "main") or id(tag.parent) in in_article:
            in_article.add(id(tag))
    measures: dict[int, _Measure] = {}
    for tag in reversed(tags):  # children before their parents
        inner = [measures[id(child)] for child in tag.children if isinstance(child, Tag)]
        own = sum(sum(map(str.isalnum, child)) for child in tag.children if isinstance(child, NavigableString))
        letters = own + sum(measure.letters for measure in inner)
        is_link = tag.name == "a"
        measures[id(tag)] = _Measure(
            letters,
            linked=letters if is_link else sum(measure.linked for measure in inner),
            links=is_link + sum(measure.links for measure in inner),
            in_article=id(tag) in in_article,
        )
    return measures


def _read(soup: BeautifulSoup) -> Iterator[Block]:
    """The blocks of what is left of the page, in order."""
    layout = _layout_tables(soup)
    tables: list[bool] = []  # of the tables around here, whether each is one of data
    parts: list[str] = []
    role = BlockRole.PARAGRAPH
    for element, opens in _walk(soup):
        if isinstance(element, NavigableString):
            parts.append(re.sub(r"\s+", " ", str(element)))
        elif not isinstance(element, Tag):
            continue
        elif element.name in _BOLD:
            parts.append(_BOLD_START if opens else _BOLD_END)
        elif element.name == "br":
            parts.append("\n" if opens else "")
        elif element.name in _CELLS and tables and tables[-1]:
            parts.append("" if opens else _CELL_END)
        elif element.name in _BLOCKS:
            yield from _flush(parts, role)
            role = BlockRole.HEADING if opens and _HEADINGS.match(element.name) else BlockRole.PARAGRAPH
            if element.name == "table" and opens:
                tables.append(id(element) not in layout)
            elif element.name == "table":
                tables.pop()
    yield from _flush(parts, role)


def _walk(root: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Every element, tags twice: opening and closing. A loop, since pages nest deeper than Python may."""
    waiting: list[tuple[PageElement, bool]] = [(root, True)]
    while waiting:
        element, opens = waiting.pop()
        yield element, opens
        if opens and isinstance(element, Tag):
            waiting.append((element, False))
            waiting.extend((child, True) for child in reversed(element.contents))


def _layout_tables(soup: BeautifulSoup) -> set[int]:
    """The ids of the tables that only arrange the page: around other tables, or around blocks."""
    around: dict[int, int] = {}  # of each tag, the table that it stands in
    layout: set[int] = set()
    for tag in soup.find_all(True):
        parent = tag.parent
        outer = around.get(id(parent), 0) if parent is None or parent.name != "table" else id(parent)
        around[id(tag)] = outer
        if tag.name == "table" and outer:
            layout.add(outer)
    flat = [table for table in soup.find_all("table") if id(table) not in layout]
    return layout | {id(table) for table in flat if table.find("th") is None and _has_blocks(table)}


def _has_blocks(table: Tag) -> bool:
    return table.find(_CELL_BLOCKS) is not None or len(table.find_all("br", limit=3)) == 3


def _flush(parts: list[str], role: BlockRole) -> Iterator[Block]:
    text = "".join(parts)
    parts.clear()
    if _CELL_END in text:
        cells = [" ".join(_BOLD_MARKS.sub("", cell).split()) for cell in text.split(_CELL_END)]
        yield Block(" | ".join(cell for cell in cells if cell), role)
        return
    for paragraph in re.split(r"\s*\n\s*\n\s*", text):  # two line breaks are how old pages part paragraphs
        if words := _BOLD_MARKS.sub("", paragraph).strip():
            bold_line = _ALL_BOLD.match(paragraph) is not None and could_head(words)
            yield Block(words, BlockRole.HEADING if bold_line else role)


def _article(soup: BeautifulSoup, blocks: list[Block]) -> list[Block]:
    """The blocks from the first to the last that trafilatura finds in the article; all, if it finds none."""
    found = trafilatura.extract(
        str(soup), include_comments=False, include_tables=True, deduplicate=False, favor_recall=True
    )
    article = _squeeze(found or "")
    inside = [
        place for place, block in enumerate(blocks) if len(squeezed := _squeeze(block.text)) > 3 and squeezed in article
    ]
    if not inside or 2 * sum(len(blocks[place].text) for place in inside) < len(article):
        return blocks
    first, last = inside[0], inside[-1]
    while first > 0 and blocks[first - 1].role is BlockRole.HEADING:
        first -= 1
    return blocks[first : last + 1]


def _squeeze(text: str) -> str:
    return "".join(character for character in normalise(text).casefold() if character.isalnum())


def _is_leftover(block: Block) -> bool:
    text = normalise(block.text)
    return not text or _ACCESS_MARK.match(text) is not None or _COPYRIGHT.match(text) is not None


def _titled(blocks: Sequence[Block], stated: StatedMetadata) -> Iterator[Block]:
    """The blocks, the title once at their head."""
    title = _squeeze(stated.title or "")
    if stated.title and title:
        yield Block(stated.title, BlockRole.HEADING)
    head = True
    for block in blocks:
        squeezed = _squeeze(block.text)
        head = head and (squeezed == title or not squeezed)
        if not (head and title):
            yield block
