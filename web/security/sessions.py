"""Sessions of people in the browser (Flask-Login), and what protects them: cookies, CSRF tokens, throttling.

The cookie is signed and holds nothing but the account's name with its session word, a token against forged
forms, and messages to be shown once. When the session word changes in the database, the cookie is worth nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import timedelta

from flask import Flask, Response, request
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from kb.accounts.models import User
from kb.accounts.secret_key import secret_of
from kb.admin import AdminServices
from kb.errors import NotFound

IDLE = timedelta(hours=12)
csrf = CSRFProtect()


class _Account(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of a person."""

    def __init__(self, person: User) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.name} {self.person.session}"


class _Logins(LoginManager):  # type: ignore[misc]
    """Flask-Login without “remember me”, whose check would make every answer vary by the cookie."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


class _Cookies(SecureCookieSessionInterface):
    """Sessions in cookies that pages alone set: files of the site and answers to programs do not."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: BaseResponse) -> None:
        if request.endpoint != "static" and not request.path.startswith("/api/"):
            super().save_session(app, session, response)  # type: ignore[arg-type]


def install(app: Flask, desk: AdminServices) -> None:
    """Give the site sessions. Raises `HomeUnusable` if the home's secret cannot be read or made."""
    secure = desk.base.settings.address.startswith("https://")
    app.secret_key = secret_of(desk.base.settings.home)
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-saphan" if secure else "saphan",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=IDLE,
        WTF_CSRF_CHECK_DEFAULT=False,  # web.security.permissions asks for it, after who asks is known
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as its session
    )
    csrf.init_app(app)
    logins = _Logins(app)
    logins.session_protection = None  # people move between networks; the cookie is HttpOnly

    @logins.user_loader  # type: ignore[untyped-decorator]
    def load(id: str) -> _Account | None:
        name, _, word = id.partition(" ")
        try:
            person = desk.people.person(name)
        except NotFound:
            return None
        alive = person.active and secrets.compare_digest(person.session.encode(), word.encode())
        return _Account(person) if alive else None


def person() -> User | None:
    """Who is logged in."""
    account = current_user._get_current_object()
    return account.person if isinstance(account, _Account) else None


def log_in(person: User) -> None:
    """Begin a new session; nothing of the one before is left in it."""
    cookie.clear()
    cookie.permanent = True
    login_user(_Account(person))
    cookie.pop("_id", None)  # a sum of address and browser, which nothing here asks for


def log_out() -> None:
    """Forget the session in this browser."""
    logout_user()
    cookie.clear()


def network() -> str:
    """Where a request comes from, to count tries by: an IPv4 address, or the network of an IPv6 one."""
    asked_from = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(asked_from)
    except ValueError:
        return asked_from
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else asked_from
