"""The keys of the API, for admins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from kb.accounts.api_keys import LONGEST_NAME
from kb.accounts.models import KeyScope
from kb.errors import Invalid
from web import i18n
from web.admin_context import services
from web.security.permissions import actor

blueprint = Blueprint("keys", __name__)

SCOPE_NAMES = {
    KeyScope.READ: lazy_gettext("Read"),
    KeyScope.INGEST: lazy_gettext("Import and edit"),
    KeyScope.ADMIN: lazy_gettext("Administer"),
}


@blueprint.get("/desk/keys")
def show() -> str:
    """All keys, and a form for a new one."""
    return _keys()


@blueprint.post("/desk/keys")
def make() -> ResponseReturnValue:
    """Make a key, which is shown once."""
    scopes = {KeyScope(value) for value in request.form.getlist("scope") if value in tuple(KeyScope)}
    name = request.form.get("name", "")
    try:
        key, token = services().keys.make(actor(), name, scopes)
    except Invalid as error:
        return _keys(problem=error.message(i18n.interface_language()), given=name, ticked=scopes), 400
    return _keys(made=key, token=token), 201


@blueprint.post("/desk/keys/<id>/revoke")
def revoke(id: str) -> ResponseReturnValue:
    """Let nobody in by this key any more."""
    services().keys.revoke(actor(), id)
    flash(gettext("The key %(id)s was revoked.", id=id))
    return redirect(url_for("keys.show"), 303)


def _keys(**more: object) -> str:
    return render_template(
        "admin/keys.html", keys=services().keys.all(), scopes=SCOPE_NAMES, longest=LONGEST_NAME, **more
    )
