"""The pages of the ingest desk, a module for each part; `BLUEPRINTS` are all of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, request, url_for
from flask_babel import LazyString, lazy_gettext

from web import access
from web.views.desk import account, bring_in, dashboard, gatherings, keys, log, people, removal, review, words

BLUEPRINTS: tuple[Blueprint, ...] = (
    account.blueprint,
    dashboard.blueprint,
    bring_in.blueprint,
    review.blueprint,
    gatherings.blueprint,
    removal.blueprint,
    people.blueprint,
    keys.blueprint,
    log.blueprint,
    words.blueprint,
)
# The parts of the desk in the order of its navigation: the names of their blueprints, and what they are called.
PARTS: dict[str, LazyString] = {
    "dashboard": lazy_gettext("Overview"),
    "bring_in": lazy_gettext("Bring in"),
    "review": lazy_gettext("Review"),
    "gatherings": lazy_gettext("Events"),
    "words": lazy_gettext("Words"),
    "removal": lazy_gettext("Removed"),
    "people": lazy_gettext("People"),
    "keys": lazy_gettext("Keys"),
    "log": lazy_gettext("Log"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of the desk's navigation."""

    name: LazyString
    url: str
    here: bool


def install(app: Flask) -> None:
    """Give the templates the desk's navigation; to be called when all blueprints are registered."""
    firsts = {name: first for name in PARTS if (first := _first_page(app, name)) is not None}

    def parts() -> list[Part]:
        """Those that who asks may open."""
        return [
            Part(PARTS[name], url_for(endpoint), request.blueprint == name)
            for name, endpoint in firsts.items()
            if access.may(access.NEEDS[endpoint])
        ]

    app.jinja_env.globals["desk_parts"] = parts


def _first_page(app: Flask, blueprint: str) -> str | None:
    """The endpoint `show` of a blueprint, else that with the shortest address; None if there is no such blueprint."""
    pages = [
        (not rule.endpoint.endswith(".show"), len(rule.rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{blueprint}.") and not rule.arguments and "GET" in (rule.methods or ())
    ]
    return min(pages)[2] if pages else None
