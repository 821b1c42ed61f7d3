"""The application: routes, languages, errors, and the headers that every answer carries."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

from kb.admin import AdminServices
from kb.knowledge_base import KnowledgeBase
from web import error_handlers, i18n, template_helpers
from web.admin_context import EXTENSION as DESK
from web.api import admin, public
from web.context import EXTENSION
from web.security import permissions, rate_limits, sessions
from web.security.request_limits import LimitedRequest
from web.security.trusted_host import Hosted
from web.views import BLUEPRINTS
from web.views import admin as desk_pages

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a search is nobody else's business
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=31536000"  # seconds: where the address is https, browsers ask by nothing else for a year


def create_app(kb: KnowledgeBase, desk: AdminServices | None = None) -> Flask:
    """The site over `kb`; any WSGI server can run it, in several threads. Without a `desk` it is for reading only."""
    app = Flask(__name__)
    app.request_class = LimitedRequest
    app.extensions[EXTENSION] = kb
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = i18n.A_YEAR  # the address of a static file changes with it
    i18n.install(app)
    error_handlers.install(app)
    template_helpers.install(app)
    for blueprint in (*BLUEPRINTS, public.blueprint, *admin.BLUEPRINTS):
        app.register_blueprint(blueprint)
    if desk is not None:
        _install_desk(app, desk)
    permissions.install(app)
    app.after_request(_finish)
    versions = _versions(Path(app.root_path) / "static")
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=versions[name])
    return app


def _install_desk(app: Flask, desk: AdminServices) -> None:
    """Give the site accounts, the pages of the desk, and its public address."""
    app.extensions[DESK] = desk
    sessions.install(app, desk)
    for blueprint in desk_pages.BLUEPRINTS:
        app.register_blueprint(blueprint)
    desk_pages.install(app)
    rate_limits.install(app)
    address = desk.base.settings.address
    if address:
        app.wsgi_app = Hosted(app.wsgi_app, address)  # type: ignore[assignment, method-assign]
    if address.startswith("https://"):
        app.after_request(_ask_for_https)


def _ask_for_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response


def _finish(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = i18n.interface_language()
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.update(("Accept-Language", "Cookie"))
        i18n.remember_language(response)
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "private, no-cache" if permissions.is_closed() else "no-cache"
    if permissions.is_private():
        response.headers["Cache-Control"] = "no-store"
    return response


def _versions(folder: Path) -> dict[str, str]:
    """For each static file a short checksum, so that a browser keeps it until it changes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in folder.iterdir()}
