"""People who come to a site with a desk: their accounts, browsers and keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kb.accounts.models import KeyScope, UserRole
from kb.admin import AdminServices
from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support.encoder import WordEncoder
from web import create_app

PASSWORD = "seven purple bridges"


@dataclass(frozen=True, slots=True)
class Opened:
    """A site with a desk, over a knowledge base of its own."""

    base: KnowledgeBase
    desk: AdminServices
    app: Flask

    def stranger(self) -> FlaskClient:
        """The browser of somebody without an account."""
        return self.app.test_client()

    def browser(self, name: str, role: UserRole = UserRole.EDITOR) -> FlaskClient:
        """A browser in which `name` is logged in; the account is made if it is not there."""
        try:
            person = self.desk.people.person(name)
        except NotFound:
            person = self.desk.people.add("shell", name, role, PASSWORD)
        client = self.stranger()
        with client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = f"{person.name} {person.session}"
        return client

    def key(self, *scopes: KeyScope) -> dict[str, str]:
        """The headers of a program with a key of these scopes."""
        _, token = self.desk.keys.make("shell", "a test", scopes)
        return {"Authorization": f"Bearer {token}"}


def opened(home: Path, **settings: object) -> Opened:
    """A site with a desk over a new and empty knowledge base; to be closed by `base.close()`."""
    base = KnowledgeBase(Settings(home=home, **settings), WordEncoder())  # type: ignore[arg-type]
    desk = AdminServices(base)
    return Opened(base, desk, create_app(base, desk))


def token_of(client: FlaskClient, address: str = "/login") -> str:
    """The token of the forms that a browser is sent."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> None:
    """Log in by the form."""
    form = {"csrf_token": token_of(client), "name": name, "password": password, **more}
    assert client.post("/login", data=form).status_code == 303
