"""The interface in English and Thai: which one to speak, names of values, dates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, cast

from babel.dates import get_month_names
from flask import Flask, Response, g, request
from flask_babel import Babel, lazy_gettext

from ingest.metadata.economies import all_economies
from ingest.metadata.themes import all_themes
from kb.events import event_slug
from web.context import knowledge_base

InterfaceLanguage = Literal["en", "th"]

LANGUAGES: tuple[InterfaceLanguage, ...] = ("en", "th")
COOKIE = "ui"
A_YEAR = 365 * 24 * 3600  # seconds
BUDDHIST_ERA = 543  # years ahead of the common era

LANGUAGE_NAMES = {"en": lazy_gettext("English"), "th": lazy_gettext("Thai")}
KIND_NAMES = {
    "release": lazy_gettext("Press release"),
    "transcript": lazy_gettext("Transcript"),
    "case": lazy_gettext("Best-practice case"),
    "mentoring": lazy_gettext("Mentoring note"),
    "report": lazy_gettext("Report"),
}
KIND_PLURALS = {
    "release": lazy_gettext("Press releases"),
    "transcript": lazy_gettext("Transcripts"),
    "case": lazy_gettext("Best-practice cases"),
    "mentoring": lazy_gettext("Mentoring notes"),
    "report": lazy_gettext("Reports"),
}
FIELD_NAMES = {
    "challenge": lazy_gettext("Challenge"),
    "approach": lazy_gettext("Approach"),
    "actors": lazy_gettext("Actors"),
    "results": lazy_gettext("Results"),
    "evidence": lazy_gettext("Evidence"),
}
FACET_NAMES = {
    "language": lazy_gettext("Language"),
    "kind": lazy_gettext("Kind"),
    "economy": lazy_gettext("Economy"),
    "event": lazy_gettext("Event"),
    "theme": lazy_gettext("Theme"),
    "year": lazy_gettext("Year"),
}
STRENGTH_NAMES = {
    "strong": lazy_gettext("Strong match"),
    "possible": lazy_gettext("Possible match"),
    "weak": lazy_gettext("Weak match"),
}


def interface_language() -> InterfaceLanguage:
    """The language asked for (`?ui=`), else the remembered one, else the browser's, else English."""
    if "interface_language" not in g:
        wishes = (request.args.get("ui"), request.cookies.get(COOKIE))
        wish = next((value for value in wishes if value in LANGUAGES), None)
        g.interface_language = wish or request.accept_languages.best_match(LANGUAGES, default="en")
    return cast(InterfaceLanguage, g.interface_language)


def remember_language(response: Response) -> Response:
    """Keep the language that was asked for in a cookie."""
    wish = request.args.get("ui")
    if wish in LANGUAGES:
        response.set_cookie(
            COOKIE, wish, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
        )
    return response


def year_text(year: int | str, language: str) -> str:
    """A year of the common era as the interface writes it: Buddhist in Thai.

    >>> year_text(2019, "th")
    '2562'
    """
    return str(int(year) + BUDDHIST_ERA) if language == "th" else str(year)


def date_text(date: str, language: str) -> str:
    """A partial ISO 8601 date in words, no more exact than it is.

    >>> date_text("2019-08-02", "en"), date_text("2019-08", "th"), date_text("2019", "th")
    ('2 August 2019', 'สิงหาคม 2562', 'พ.ศ. 2562')
    """
    year, *rest = date.split("-")
    written = year_text(year, language)
    if not rest:
        return f"พ.ศ. {written}" if language == "th" else written
    month = get_month_names("wide", locale=language)[int(rest[0])]
    return " ".join([*(str(int(day)) for day in rest[1:]), month, written])


def economy_name(name: str, language: str) -> str:
    """The name of an economy in the interface's language, from its official English one.

    >>> economy_name("Thailand", "th"), economy_name("Thailand", "en")
    ('ไทย', 'Thailand')
    """
    return _thai_economies().get(name, name) if language == "th" else name


def event_name(name: str, language: str) -> str:
    """The name of an event in the interface's language, as far as it is known in it."""
    return (_thai_events().get(event_slug(name)) if language == "th" else None) or name


def theme_name(name: str, language: str) -> str:
    """The name of a theme in the interface's language, from its English one."""
    return _thai_themes().get(name, name) if language == "th" else name


def _thai_events() -> Mapping[str, str]:
    """The Thai names of events, by their slugs of now and of before; read once a request."""
    if "thai_events" not in g:
        named = [one for one in knowledge_base().catalogue.events() if one.thai]
        g.thai_events = {slug: one.thai for one in named for slug in (*one.former, one.slug)}
    found: Mapping[str, str] = g.thai_events
    return found


@cache
def _thai_themes() -> dict[str, str]:
    return {theme.name: theme.thai for theme in all_themes()}


@cache
def _thai_economies() -> dict[str, str]:
    return {economy.name: economy.thai for economy in all_economies()}


def clock_text(milliseconds: int) -> str:
    """A time in a recording.

    >>> clock_text(65_000), clock_text(3_725_000)
    ('1:05', '1:02:05')
    """
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def install(app: Flask) -> None:
    """Give the application its catalogues."""
    Babel(app, locale_selector=interface_language, default_locale="en")
