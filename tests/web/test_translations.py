"""The Thai catalogue is complete, and what is served is what stands in it.

When a text of the interface changes, `make translations` gathers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale

import web
from tests.support.library import Shelf
from web import create_app, i18n

WEB = Path(web.__file__).parent
THAI = WEB / "translations" / "th" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def texts_of_the_interface() -> set[object]:
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
    options = {"templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(WEB, METHODS, options, keywords, strip_comment_tags=True)
    return {message for _, _, message, _, _ in found}


def read_catalogue() -> Catalog:
    with (THAI / "messages.po").open("rb") as file:
        return read_po(file, locale="th")


def test_every_text_of_the_interface_is_translated() -> None:
    catalogue = read_catalogue()
    wanted = texts_of_the_interface()
    assert len(wanted) > 50
    translated = {message.id: message for message in catalogue if message.id}
    assert {message for message in wanted if message not in translated} == set()
    assert {message for message in translated if message not in wanted} == set()
    for message in translated.values():
        assert not message.fuzzy, message.id
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id


def test_translations_are_thai_and_keep_their_places() -> None:
    for message in read_catalogue():
        if not message.id:
            continue
        assert list(message.check(read_catalogue())) == []
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert re.search("[ก-๙]", string), message.id
            assert set(re.findall(r"%\(\w+\)s", string)) == set(re.findall(r"%\(\w+\)s", ids[-1]))


def test_the_compiled_catalogue_is_not_stale() -> None:
    with (THAI / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert _entries(compiled) == _entries(read_catalogue())


def _entries(catalogue: Catalog) -> list[tuple[list[str], list[str]]]:
    def listed(words: object) -> list[str]:
        return [words] if isinstance(words, str) else list(cast(Iterable[str], words))

    return sorted((listed(message.id), listed(message.string)) for message in catalogue if message.id)


@pytest.mark.parametrize("name", ["KIND_NAMES", "FIELD_NAMES", "FACET_NAMES", "STRENGTH_NAMES", "LANGUAGE_NAMES"])
def test_values_have_names_in_both_languages(name: str) -> None:
    with create_app(Shelf()).test_request_context("/"):
        for value in getattr(i18n, name).values():
            with force_locale("en"):
                english = str(value)
            with force_locale("th"):
                thai = str(value)
            assert re.fullmatch("[A-Za-z -]+", english)
            assert re.search("[ก-๙]", thai)
