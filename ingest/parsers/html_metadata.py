"""What a web page says of itself: title, date and address, in its metadata or where a reader sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, Tag

from ingest.metadata.dates import parse_date
from ingest.models import StatedMetadata
from ingest.text.normalise import normalise

_TITLE_SEPARATOR = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|»]\s*")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+$", re.IGNORECASE)
_DATE_NAMES = (
    "article:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
)
_ISO_DATE = re.compile(r"(?:19|20|25)\d\d-\d\d(?:-\d\d)?(?=\D|$)")
_DATE_LINE = re.compile(
    r"^(?:วันที่(?:เผยแพร่|ประกาศ|ลงข่าว|โพสต์|ประชาสัมพันธ์)?|เผยแพร่(?:เมื่อ|วันที่)?|โพสต์เมื่อ|ประกาศเมื่อ|"
    r"date(?: of release| posted)?|release date|posted(?: on)?|published(?: on)?|publish date)"
    r"\s*[:：]?\s*(?P<date>.{4,40})$",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(r"(?:^|[-_])(?:date|time|published|posted)(?:$|[-_])", re.IGNORECASE)
_LONGEST_DATE_LINE = 60
_LONGEST_TITLE = 300
_LONGEST_SECTION = 25
_MOST_INNER = 20  # tags and texts within a title or a date line
_DATE_TAGS = ["p", "div", "span", "li", "td", "small", "font", "em", "b", "strong", "h5", "h6"]


def facts_of_page(soup: BeautifulSoup) -> StatedMetadata:
    """Title, date and source that a page states; nothing is guessed from its text."""
    meta = _metadata(soup)
    return StatedMetadata(title=_title(soup, meta), date=_date(soup, meta), source=_source(soup, meta))


def _metadata(soup: BeautifulSoup) -> dict[str, str]:
    """The `<meta>` tags by their names in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        content = normalise(str(tag.get("content") or ""))
        for key in ("property", "name", "itemprop"):
            if content and (name := str(tag.get(key) or "").lower()):
                found.setdefault(name, content)
    return found


def _title(soup: BeautifulSoup, meta: Mapping[str, str]) -> str | None:
    window = _words(soup.title) if soup.title else ""
    candidates = [meta.get("og:title", ""), window, meta.get("twitter:title", ""), meta.get("dc.title", "")]
    # The window's title often ends with the site's name; a heading that begins it has the words alone.
    for tag in soup.find_all(["h1", "h2", "h3"]):
        heading = _words(tag)
        if any(_begins_with(candidate, heading) for candidate in candidates):
            return heading
    if title := _only_h1(soup) or candidates[0]:
        return title[:_LONGEST_TITLE]
    visible = "".join(soup.body.get_text().split()) if soup.body else ""
    parts = [window, *sorted(_TITLE_SEPARATOR.split(window), key=len, reverse=True)]
    seen = (part for part in parts if len(part) > 3 and "".join(part.split()) in visible)
    # A short one that the page does not show names a part of the site: "News".
    return next(seen, window if len(window) > _LONGEST_SECTION else "")[:_LONGEST_TITLE] or None


def _begins_with(title: str, heading: str) -> bool:
    title, heading = ("".join(words.casefold().split()) for words in (title, heading))
    return len(heading) > 3 and title.startswith(heading)


def _only_h1(soup: BeautifulSoup) -> str | None:
    titles = {words for tag in soup.find_all("h1") if (words := _words(tag))}
    return titles.pop() if len(titles) == 1 else None


def _words(tag: Tag) -> str:
    """The words of a tag; none of one with more in it than a title or a date line has."""
    parts: list[str] = []
    waiting: list[PageElement] = [tag]
    for _ in range(_MOST_INNER):
        if not waiting:
            return normalise(" ".join(" ".join(parts).split())).strip(":： ")
        element = waiting.pop()
        if isinstance(element, Tag):
            waiting.extend(reversed(element.contents))
        elif isinstance(element, NavigableString):
            parts.append(str(element))
    return ""


def _date(soup: BeautifulSoup, meta: Mapping[str, str]) -> str | None:
    stated = (date for text in _date_candidates(soup, meta) if (date := _read_date(text)))
    return next(stated, None)


def _date_candidates(soup: BeautifulSoup, meta: Mapping[str, str]) -> Iterator[str]:
    yield from (meta[name] for name in _DATE_NAMES if name in meta)
    yield from _linked_data_dates(soup)
    if isinstance(time := soup.find("time"), Tag):
        yield str(time.get("datetime") or "") or _words(time)
    for tag in soup.find_all(_DATE_TAGS):
        yield from _visible_date(tag)


def _linked_data_dates(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all("script", type="application/ld+json"):
        try:
            data = json.loads(tag.get_text())
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("datePublished"), str):
                yield item["datePublished"]


def _visible_date(tag: Tag) -> Iterator[str]:
    text = _words(tag)
    if not 4 <= len(text) <= _LONGEST_DATE_LINE:
        return
    if found := _DATE_LINE.match(text):
        yield found["date"]
    elif any(_DATE_CLASS.search(name) for name in tag.get_attribute_list("class") if name):
        yield text


def _read_date(text: str) -> str | None:
    if found := _ISO_DATE.match(text.strip()):
        return parse_date(found[0])
    return parse_date(text)


def _source(soup: BeautifulSoup, meta: Mapping[str, str]) -> str | None:
    canonical = soup.find("link", rel="canonical")
    candidates = [str(canonical.get("href") or "") if isinstance(canonical, Tag) else "", meta.get("og:url", "")]
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):  # browsers write it on saving
        if found := _SAVED_FROM.search(str(comment)):
            candidates.append(found[1])
    return next((address for address in candidates if _ADDRESS.match(address.strip())), None)
