"""Logging in and out, and one's own password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kb.accounts import passwords
from kb.errors import N_, BadPassword, Invalid
from web import i18n
from web.admin_context import services
from web.security import sessions
from web.security.permissions import actor
from web.views.admin.users import ROLE_NAMES

blueprint = Blueprint("account", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """The log-in page; a POST with the right name and password begins a session."""
    wanted = own_path(request.values.get("next", ""))
    if request.method != "POST":
        return render_template("admin/login.html", next=wanted)
    name = request.form.get("name", "").strip().lower()
    person = services().people.log_in(name, request.form.get("password", ""))
    if person is None:
        current_app.logger.warning("a log-in from %s failed", sessions.network())
        problem = Invalid(
            N_("The username or the password is incorrect. Check both; an administrator can reset your password."),
            code="wrong_password",
        ).message(i18n.interface_language())
        return render_template("admin/login.html", next=wanted, name=name, problem=problem), 401
    sessions.log_in(person)
    return redirect(wanted or url_for("search.home"), 303)


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the sessions of the person, in all browsers."""
    name = actor()
    services().people.end_sessions(name, name)
    sessions.log_out()
    flash(gettext("You have been logged out."))
    return redirect(url_for("account.log_in"), 303)


@blueprint.get("/account")
def show() -> str:
    """One's own account."""
    return _account()


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Take another password for oneself; sessions in other browsers end."""
    name, language = actor(), i18n.interface_language()
    old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
    problem = ""
    if new != again:
        problem = gettext("The two new passwords do not match. Enter the same password twice.")
    elif services().people.check(name, old) is None:
        problem = gettext("The current password is incorrect.")
    else:
        try:
            services().people.set_password(name, name, new)
        except BadPassword as error:
            problem = error.message(language)
    if problem:
        return _account(problem), 400
    sessions.log_in(services().people.person(name))
    flash(gettext("Your password was changed. You have been logged out in other browsers."))
    return redirect(url_for("account.show"), 303)


def _account(problem: str = "") -> str:
    return render_template("admin/account.html", problem=problem, roles=ROLE_NAMES, shortest=passwords.SHORTEST)


def own_path(next: str) -> str:
    """A path of this site, as it is; nothing for whatever might lead elsewhere.

    >>> own_path("/search?q=a"), own_path("//evil.example/"), own_path("https://evil.example/")
    ('/search?q=a', '', '')
    """
    strange = any(sign <= " " or sign == "\\" or sign == "\x7f" for sign in next)
    if strange or not next.startswith("/") or next.startswith("//"):
        return ""
    try:
        parts = urlsplit(next)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else next
