"""The accounts of the site, for admins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from kb.accounts import passwords
from kb.accounts.models import UserRole
from kb.errors import KbError
from web import i18n
from web.admin_context import services
from web.security import sessions
from web.security.permissions import actor

blueprint = Blueprint("people", __name__)

ROLE_NAMES = {
    UserRole.READER: lazy_gettext("Reader"),
    UserRole.EDITOR: lazy_gettext("Editor"),
    UserRole.ADMIN: lazy_gettext("Administrator"),
}


@blueprint.get("/desk/people")
def show() -> str:
    """All accounts, and a form for a new one."""
    return _people()


@blueprint.post("/desk/people")
def add() -> ResponseReturnValue:
    """Make an account with a password that is shown once."""
    name, password = request.form.get("name", "").strip(), passwords.generated()
    try:
        made = services().people.add(actor(), name, _role(), password)
    except KbError as error:
        return _people(error.message(i18n.interface_language()), name), 400
    return _shown_once(made.name, password), 201


@blueprint.get("/desk/people/<name>")
def person(name: str) -> str:
    """One account."""
    return _person(name)


@blueprint.post("/desk/people/<name>/role")
def change_role(name: str) -> ResponseReturnValue:
    """Give an account another role."""
    try:
        services().people.set_role(actor(), name, _role())
    except KbError as error:
        return _person(name, error.message(i18n.interface_language())), 400
    flash(gettext("The role was changed."))
    return redirect(url_for("people.person", name=name), 303)


@blueprint.post("/desk/people/<name>/password")
def change_password(name: str) -> ResponseReturnValue:
    """Give an account a new password, which is shown once."""
    password = passwords.generated()
    services().people.set_password(actor(), name, password)
    if name == actor():
        sessions.log_in(services().people.person(name))
    return _shown_once(name, password)


@blueprint.post("/desk/people/<name>/deactivate")
def deactivate(name: str) -> ResponseReturnValue:
    """Let nobody in by this account any more."""
    try:
        services().people.deactivate(actor(), name)
    except KbError as error:
        return _person(name, error.message(i18n.interface_language())), 400
    flash(gettext("The account was deactivated and logged out everywhere."))
    return redirect(url_for("people.person", name=name), 303)


@blueprint.post("/desk/people/<name>/activate")
def activate(name: str) -> ResponseReturnValue:
    """Let people in by this account again."""
    services().people.activate(actor(), name)
    flash(gettext("The account was reactivated, with the same password as before."))
    return redirect(url_for("people.person", name=name), 303)


def _role() -> UserRole:
    """The role that the form names; the least one for what is none."""
    given = request.form.get("role", "")
    return UserRole(given) if given in tuple(UserRole) else UserRole.READER


def _people(problem: str = "", name: str = "") -> str:
    return render_template(
        "admin/people.html", people=services().people.all(), roles=ROLE_NAMES, problem=problem, given=name
    )


def _person(name: str, problem: str = "") -> str:
    person = services().people.person(name)
    own = [key for key in services().keys.all() if key.created_by == name and key.revoked_at is None]
    return render_template("admin/person.html", person=person, roles=ROLE_NAMES, keys=own, problem=problem, password="")


def _shown_once(name: str, password: str) -> str:
    return render_template(
        "admin/person.html",
        person=services().people.person(name),
        roles=ROLE_NAMES,
        keys=[],
        problem="",
        password=password,
    )
