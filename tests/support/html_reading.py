"""Reading pages as a browser or a screen reader does."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

RUN = "script:not([type='application/ld+json'])"  # scripts that a browser runs: data for search engines are none


def soup(site: FlaskClient, address: str) -> BeautifulSoup:
    """The page at `address`."""
    return BeautifulSoup(site.get(address).text, "lxml")


def text(tag: Tag | None) -> str:
    """The text of a tag that must be there, its white space made one."""
    assert tag is not None
    return " ".join(tag.get_text().split())


def links(page: BeautifulSoup | Tag, where: str) -> dict[str, str]:
    """The links of a part of the page: what they are called, where they lead."""
    return {text(link): str(link["href"]) for link in page.select(f"{where} a")}


def titles(page: BeautifulSoup | Tag) -> list[str]:
    """The titles of the results on the page."""
    return [text(heading) for heading in page.select("article :is(h2, h3)")]


def column(page: BeautifulSoup, language: str) -> Tag:
    """The results of one language, which must have a column of their own."""
    found = page.select_one(f"section.column#{language}")
    assert found is not None
    return found


def misspoken(page: BeautifulSoup) -> list[str]:
    """Texts in the wrong voice: screen readers switch it by `lang`.

    There should be no Thai under "en", and no English phrase by itself under "th".
    """
    found = []
    for words in page.body.find_all(string=True) if page.body else []:
        under = words.find_parent(attrs={"lang": True})
        language = under["lang"] if under else None
        if any("\u0e01" <= sign <= "\u0e4e" for sign in words):
            right = "th"
        elif len(re.findall("[A-Za-z]{2,}", words)) >= 3 and not words.startswith("http"):
            right = "en"
        else:
            continue
        if language != right:
            found.append(str(words))
    return found
