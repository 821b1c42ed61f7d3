"""The pages of the ingest desk, a module for each part; `BLUEPRINTS` are all of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, request, url_for
from flask_babel import LazyString, lazy_gettext

from web.security import permissions
from web.views.admin import account, api_keys, audit_log, dashboard, events, review, trash, uploads, users, vocabulary

BLUEPRINTS: tuple[Blueprint, ...] = (
    account.blueprint,
    dashboard.blueprint,
    uploads.blueprint,
    review.blueprint,
    events.blueprint,
    trash.blueprint,
    users.blueprint,
    api_keys.blueprint,
    audit_log.blueprint,
    vocabulary.blueprint,
)
# The parts of the desk in the order of its navigation: the names of their blueprints, and what they are called.
PARTS: dict[str, LazyString] = {
    "dashboard": lazy_gettext("Overview"),
    "bring_in": lazy_gettext("Import"),
    "review": lazy_gettext("Review"),
    "gatherings": lazy_gettext("Events"),
    "words": lazy_gettext("Glossary"),
    "removal": lazy_gettext("Trash"),
    "people": lazy_gettext("Users"),
    "keys": lazy_gettext("API keys"),
    "log": lazy_gettext("Activity log"),
}


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """An entry of the desk's navigation."""

    name: LazyString
    url: str
    here: bool


def install(app: Flask) -> None:
    """Give the templates the desk's navigation; to be called when all blueprints are registered."""
    firsts = {name: first for name in PARTS if (first := _first_page(app, name)) is not None}

    def parts() -> list[NavigationEntry]:
        """Those that who asks may open."""
        return [
            NavigationEntry(PARTS[name], url_for(endpoint), request.blueprint == name)
            for name, endpoint in firsts.items()
            if permissions.may(permissions.PERMISSIONS[endpoint])
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
