"""What every template can use: filters and globals."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import urlencode

from flask import Flask, request
from flask_babel import force_locale

from kb.events import event_slug
from kb.models import SearchQuery, Span
from web import i18n
from web.citations.reading_list import item_of
from web.forms import urls
from web.presenters.highlighting import MarkedRun, excerpt, runs, script_language


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        date=lambda date: i18n.date_text(date, i18n.interface_language()),
        year=_years,
        clock=i18n.clock_text,
        lang=_lang,
        economy=lambda name: i18n.economy_name(name, i18n.interface_language()),
        event=lambda name: i18n.event_name(name, i18n.interface_language()),
        theme=lambda name: i18n.theme_name(name, i18n.interface_language()),
        slug=event_slug,
        excerpt=excerpt,
        voices=_voices,
        web_address=_web_address,
    )
    app.jinja_env.globals.update(
        interface_language=i18n.interface_language,
        switch_url=_switch_url,
        document_url=urls.document_url,
        search_url=urls.search_url,
        item_of=item_of,
        kept_arguments=_kept_arguments,
    )
    app.context_processor(lambda: _names(i18n.interface_language()))


def _years(value: int | str) -> str:
    """A year, or a range of years such as "2018–2020", as the interface writes it."""
    language = i18n.interface_language()
    return re.sub(r"\d+", lambda match: i18n.year_text(match[0], language), str(value))


@cache
def _names(language: i18n.InterfaceLanguage) -> dict[str, dict[str, str]]:
    """The names of values in the interface's language, which is that of the request; looked up once."""
    names = {
        "language_names": i18n.LANGUAGE_NAMES,
        "kind_names": i18n.KIND_NAMES,
        "kind_plurals": i18n.KIND_PLURALS,
        "field_names": i18n.FIELD_NAMES,
        "facet_names": i18n.FACET_NAMES,
        "strength_names": i18n.STRENGTH_NAMES,
    }
    with force_locale(language):
        return {name: {key: str(value) for key, value in values.items()} for name, values in names.items()}


def _lang(text: str) -> str:
    """The language of a piece of content for its `lang`; the interface's where it has no letters."""
    return _script_language(text) or i18n.interface_language()


# Lists show the same titles and names again and again.
_script_language = lru_cache(maxsize=8192)(script_language)


@lru_cache(maxsize=8192)
def _voices(text: str) -> tuple[MarkedRun, ...]:
    """A title or a name as runs, each in its language."""
    return runs(text, Span(0, len(text)))


def _switch_url(language: str) -> str:
    """This page in the other language. Relative, so that no path a visitor made up is repeated in a link."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "ui"]
    return "?" + urlencode([*arguments, ("ui", language)])


def _kept_arguments(query: SearchQuery) -> list[tuple[str, str]]:
    """Arguments that a new search from the results page takes along: all but the question and the page."""
    arguments = urls.search_arguments(query)
    return [(name, value) for name, values in arguments.items() if name not in ("q", "offset") for value in values]


def _web_address(source: str) -> bool:
    """Whether a source can be linked: only addresses of the web, never `javascript:` and the like."""
    return re.match(r"https?://", source) is not None
