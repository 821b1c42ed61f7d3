"""The application: routes, languages, errors, and the headers that every answer carries."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

from web import api, errors, i18n, templating
from web.library import EXTENSION, Library
from web.views import BLUEPRINTS

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a search is nobody else's business
}


def create_app(kb: Library) -> Flask:
    """The site over `kb`; any WSGI server can run it, in several threads."""
    app = Flask(__name__)
    app.extensions[EXTENSION] = kb
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = i18n.A_YEAR  # the address of a static file changes with it
    i18n.install(app)
    errors.install(app)
    templating.install(app)
    for blueprint in (*BLUEPRINTS, api.blueprint):
        app.register_blueprint(blueprint)
    app.after_request(_finish)
    versions = _versions(Path(app.root_path) / "static")
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=versions[name])
    return app


def _finish(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = i18n.interface_language()
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.update(("Accept-Language", "Cookie"))
        i18n.remember_language(response)
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _versions(folder: Path) -> dict[str, str]:
    """For each static file a short checksum, so that a browser keeps it until it changes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in folder.iterdir()}
