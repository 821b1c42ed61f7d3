"""Every route, called by everybody who might come, against one table of who may do what.

The table here is written by addresses and says nothing that the code under test says.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kb.accounts.models import KeyScope, UserRole
from tests.support.library import Shelf
from tests.support.visitors import PASSWORD, Opened, log_in, opened, token_of
from web import create_app
from web.security.permissions import PERMISSIONS

# Which methods of which addresses ask for what; the first line that fits counts.
ADDRESSES = (
    ("open", r"\w+ (/static/|/login$|/healthz$)"),
    ("person", r"\w+ (/account|/logout$)"),
    ("admin", r"\w+ (/desk/(people|keys|log)|/desk/removed/purge$|/metrics$|/api/v1/metrics$)"),
    ("admin", "POST /desk/gaps/"),
    ("ingest", r"\w+ (/desk|/api/v1/(batches|items))"),
    ("ingest", "(POST|PUT|PATCH|DELETE) "),
    ("read", r"\w+ /"),
)
# What becomes of somebody on a page of each kind: "in", "403", or "login" (sent there, or told with 401).
OPEN_SITE = {
    "nobody": {"open": "in", "read": "in", "person": "login", "ingest": "login", "admin": "login"},
    "reader": {"open": "in", "read": "in", "person": "in", "ingest": "403", "admin": "403"},
    "editor": {"open": "in", "read": "in", "person": "in", "ingest": "in", "admin": "403"},
    "admin": {"open": "in", "read": "in", "person": "in", "ingest": "in", "admin": "in"},
    "disabled": {"open": "in", "read": "in", "person": "login", "ingest": "login", "admin": "login"},
}
CLOSED_SITE = {
    **OPEN_SITE,
    "nobody": OPEN_SITE["nobody"] | {"read": "login"},
    "disabled": OPEN_SITE["disabled"] | {"read": "login"},
}
# The same for a program with a key, where programs come in: the API, the metrics, the feeds.
KEYS_ON_OPEN = {
    "key read": {"open": "in", "read": "in", "ingest": "403", "admin": "403"},
    "key ingest": {"open": "in", "read": "in", "ingest": "in", "admin": "403"},
    "key admin": {"open": "in", "read": "in", "ingest": "403", "admin": "in"},
    "key none": {"open": "in", "read": "login", "ingest": "login", "admin": "login"},  # revoked
}
KEYS_ON_CLOSED = {
    **KEYS_ON_OPEN,
    "key ingest": KEYS_ON_OPEN["key ingest"] | {"read": "403"},
    "key admin": KEYS_ON_OPEN["key admin"] | {"read": "403"},
}
PROGRAMS = re.compile(r"/api/|/metrics$|/healthz$|.*/?feed\.atom$")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
PEOPLE = ("nobody", "reader", "editor", "admin", "disabled")


@dataclass
class Site:
    """A site with all sorts of people and keys."""

    opened: Opened
    closed: bool
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    def come(self, who: str) -> FlaskClient:
        """The browser of one of `PEOPLE`, with what was in it before anything happened."""
        if who == "nobody":
            return self.opened.stranger()
        role = UserRole.ADMIN if who == "disabled" else UserRole(who)
        client = self.opened.browser(who, role)
        if who == "disabled":
            self.opened.desk.people.deactivate("shell", who)
        return client


@pytest.fixture(scope="module", params=[False, True], ids=["open", "closed"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = opened(tmp_path_factory.mktemp("site") / "home", closed=request.param)
    there = Site(made, request.param)
    there.keys = {f"key {scope}": made.key(scope) for scope in KeyScope}
    there.keys["key none"] = made.key(*KeyScope)
    made.desk.keys.revoke("shell", made.desk.keys.check(there.keys["key none"]["Authorization"][7:]).id)  # type: ignore[union-attr]
    yield there
    made.base.close()


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, address with something filled in, and the address as it is written, of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, _filled(rule))
        found += [(method, address, rule.rule) for method in (rule.methods or set()) - {"OPTIONS"}]
    return sorted(found)


def _filled(rule: Rule) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        values[name] = {"IntegerConverter": 1, "AnyConverter": next(iter(getattr(converter, "items", [0])), 0)}.get(
            kind, "saphan.css" if name == "filename" else "xx"
        )
    return values


def kind_of(method: str, rule: str) -> str:
    return next(kind for kind, pattern in ADDRESSES if re.match(pattern, f"{method} {rule}"))


def outcome(answer: TestResponse) -> str:
    if answer.status_code == 401:
        return "login"
    if answer.status_code == 403:
        return "403"
    if answer.status_code in (302, 303) and re.match("/login([?]|$)", answer.headers["Location"]):
        return "login"
    assert answer.status_code < 500, answer.text
    return "in"


def test_every_route_has_a_need_and_every_need_a_route(site: Site) -> None:
    there = {rule.endpoint for rule in site.opened.app.url_map.iter_rules()}
    assert sorted(there - PERMISSIONS.keys()) == []
    assert sorted(PERMISSIONS.keys() - there) == []


@pytest.mark.parametrize("who", PEOPLE)
def test_people_on_every_route(site: Site, who: str) -> None:
    table = CLOSED_SITE if site.closed else OPEN_SITE
    client, wrong = site.come(who), []
    form = {"csrf_token": token_of(client, "/login")}
    for method, address, rule in routes(site.opened.app):
        expected = table[who][kind_of(method, rule)]
        if PROGRAMS.match(address) and method in UNSAFE:
            expected = "login"  # a cookie changes nothing where programs come in
        if (method, expected) == ("POST", "in") and rule in ("/login", "/logout", "/account/password"):
            continue  # they end in /login and 401 of their own accord: tests/web/security/test_sessions.py
        answer = client.open(address, method=method, data=form if method in UNSAFE else None)
        if outcome(answer) != expected:
            wrong.append((method, rule, expected, answer.status))
    assert wrong == []


def test_strangers_are_not_told_what_methods_there_are(site: Site) -> None:
    table, there = CLOSED_SITE if site.closed else OPEN_SITE, routes(site.opened.app)
    kinds: dict[str, set[str]] = {}  # of an address
    for method, address, rule in there:
        kinds.setdefault(address, set()).add(kind_of(method, rule))
    for address, found in kinds.items():
        answer = site.opened.stranger().open(address, method="OPTIONS")
        assert outcome(answer) in {table["nobody"][kind] for kind in found}, address


@pytest.mark.parametrize("who", KEYS_ON_OPEN)
def test_programs_on_every_route(site: Site, who: str) -> None:
    table = KEYS_ON_CLOSED if site.closed else KEYS_ON_OPEN
    pages = CLOSED_SITE if site.closed else OPEN_SITE
    wrong = []
    for method, address, rule in routes(site.opened.app):
        answer = site.opened.stranger().open(address, method=method, headers=site.keys[who])
        mine = table[who] if PROGRAMS.match(address) else pages["nobody"]  # a key opens no page
        expected = mine[kind_of(method, rule)]
        if outcome(answer) != expected:
            wrong.append((method, rule, expected, answer.status))
        elif expected == "login" and PROGRAMS.match(address):
            assert answer.headers["WWW-Authenticate"] == "Bearer", rule
            assert method == "HEAD" or answer.json["error"]["code"] == "no_key", rule
    assert wrong == []


def test_there_is_something_of_each_kind(site: Site) -> None:
    found = {(kind_of(method, rule), method in UNSAFE) for method, _, rule in routes(site.opened.app)}
    assert found >= {("open", False), ("person", True), ("admin", True), ("ingest", True), ("read", False)}
    assert len(routes(site.opened.app)) > 100


def test_nothing_is_changed_without_the_token_of_a_form(site: Site) -> None:
    client = site.come("admin")
    wrong = []
    for method, address, rule in routes(site.opened.app):
        if method not in UNSAFE or PROGRAMS.match(address):
            continue
        for form in ({}, {"csrf_token": ""}, {"csrf_token": "made-up"}):
            answer = client.open(address, method=method, data=form)
            if answer.status_code != 400 or "form_expired" not in answer.text:
                wrong.append((method, rule, answer.status))
    assert wrong == []


def test_the_token_of_another_is_worth_nothing(site: Site) -> None:
    theirs = token_of(site.opened.stranger())
    answer = site.come("admin").post("/desk/keys", data={"csrf_token": theirs, "name": "x", "scope": "read"})
    assert (answer.status_code, "form_expired" in answer.text) == (400, True)


def test_an_address_without_a_need_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for app in (create_app(Shelf()), opened(tmp_path / "home").app):
        app.add_url_rule("/forgotten", "forgotten", lambda: "all the secrets")
        answer = app.test_client().get("/forgotten")
        assert answer.status_code == 403
        assert "secrets" not in answer.text
        assert "forgotten is not in the table" in caplog.text


def test_a_site_without_a_desk_is_for_reading() -> None:
    app = create_app(Shelf())
    client = app.test_client()
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/desk", "/login", "/account"))]
    assert client.get("/login").status_code == 404
    assert client.get("/api/v1/documents", headers={"Authorization": "Bearer saphan_x"}).status_code == 200
    page = client.get("/")
    assert "Log in" not in page.text
    assert "Set-Cookie" not in page.headers


def test_a_closed_account_is_out_at_once(site: Site) -> None:
    people = site.opened.desk.people
    client = site.opened.browser("leaving", UserRole.EDITOR)
    assert client.get("/account").status_code == 200
    people.set_role("shell", "leaving", UserRole.READER)
    assert client.get("/desk/words").status_code == 403
    people.deactivate("shell", "leaving")
    assert client.get("/account").status_code == 302
    people.activate("shell", "leaving")
    assert client.get("/account").status_code == 302  # its sessions are over


def test_strangers_are_sent_to_log_in_and_from_there_to_where_they_were_going(site: Site) -> None:
    client = site.opened.stranger()
    answer = client.get("/desk/people?a=1&b=%E0%B8%81")
    site.come("admin")
    assert answer.headers["Location"] == "/login?next=/desk/people?a%3D1%26b%3D%25E0%25B8%2581"
    page = client.get(answer.headers["Location"])
    wanted = re.search('name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    assert wanted[1].replace("&amp;", "&") == "/desk/people?a=1&b=%E0%B8%81"


def test_nobody_is_told_what_a_closed_site_holds(tmp_path: Path) -> None:
    made = opened(tmp_path / "home", closed=True)
    added = made.base.ingestor.add(b"Sekrit fish curry of the village.", name="fish.txt", origin="fish.txt")
    id_ = added[0].document_id
    client = made.stranger()
    for address in (
        "/", "/search?q=fish", f"/documents/{id_}", f"/documents/{id_}/original", "/documents/none", "/feed.atom",
        "/search.csv?q=fish", f"/documents/{id_}/cite.bib", f"/api/v1/documents/{id_}", "/api/v1/search?q=fish",
        "/map", "/about", "/healthz", "/nothing",
    ):  # fmt: skip
        answer = client.get(address)
        assert "ekrit" not in answer.text, address
        assert id_ not in answer.text.replace(f"/documents/{id_}", ""), address
    assert set(client.get("/healthz").json) == {"status"}
    assert client.get("/documents/none").status_code == client.get(f"/documents/{id_}").status_code == 302
    assert "Sekrit" in made.browser("malee", UserRole.READER).get(f"/documents/{id_}").text
    made.base.close()


# ---- headers and cookies


EVERYWHERE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KINDS = (
    "/", "/search?q=x", "/documents/none", "/feed.atom", "/list.csv", "/api/v1/documents", "/api/v1/documents/none",
    "/healthz", "/static/saphan.css", "/login", "/account", "/desk/people", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "reader", "admin"])
def test_headers_of_every_kind_of_answer(site: Site, who: str) -> None:
    client = site.come(who)
    for address in KINDS:
        answer = client.get(address)
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE, address
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in answer.headers  # the site is not known to be under https
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers


@pytest.mark.parametrize("who", ["nobody", "reader", "admin"])
def test_what_may_be_kept_and_where(site: Site, who: str) -> None:
    client = site.come(who)
    for address in ("/login", "/account", "/desk/people", "/desk/keys", "/desk/log"):
        assert client.get(address).headers["Cache-Control"] == "no-store", address
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    programs = "private, no-cache" if site.closed else "no-cache"
    for address in ("/feed.atom", "/api/v1/documents", "/api/v1/documents/none"):
        assert client.get(address).headers["Cache-Control"] == programs, address
    static = client.get("/static/saphan.css").headers
    assert "public" in static["Cache-Control"] or "max-age" in static["Cache-Control"]


def test_readers_get_no_cookie_and_answers_to_all_do_not_vary_by_it(site: Site) -> None:
    client = site.come("nobody")
    for address in KINDS:
        answer = client.get(address)
        assert ("Set-Cookie" in answer.headers) is (address == "/login"), address
        if address.startswith("/static") or (not site.closed and address.startswith(("/api/", "/healthz"))):
            assert "Cookie" not in answer.vary, address
        client = site.come("nobody")


def test_files_of_the_site_and_answers_to_programs_set_no_cookie(site: Site) -> None:
    client = site.come("admin")
    for address in ("/static/saphan.css", "/api/v1/documents", "/api/v1/search?q=x"):
        assert "Set-Cookie" not in client.get(address).headers, address
    assert "Set-Cookie" in client.get("/about").headers  # the session goes on


# ---- secrets


def test_secrets_are_nowhere_to_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """All that is told while passwords, keys and tokens are used rightly and wrongly."""
    caplog.set_level(logging.DEBUG)
    made = opened(tmp_path / "home")
    told: list[str] = []
    made.app.after_request(lambda answer: told.append(str(answer.headers)) or answer)  # type: ignore[func-returns-value]
    boss = made.desk.people.add("shell", "boss", UserRole.ADMIN, PASSWORD)
    wrong, new = "a wrong password typed", "another long password"
    client = made.stranger()
    answers = [
        client.post("/login", data={"csrf_token": token_of(client), "name": name, "password": password})
        for name, password in (("boss", wrong), (wrong, PASSWORD), ("none", PASSWORD))
    ]
    log_in(client, "boss")
    token = token_of(client, "/account")
    made_key = client.post("/desk/keys", data={"csrf_token": token, "name": "a program", "scope": "read"})
    key = re.search("saphan_[0-9a-f]{8}_[0-9a-f]{64}", made_key.text)
    assert key is not None
    made_person = client.post("/desk/people", data={"csrf_token": token, "name": "malee", "role": "reader"})
    given = re.search("<code>([a-z2-9-]{35})</code>", made_person.text)
    assert given is not None
    answers += [
        client.post("/account/password", data={"csrf_token": token, "old": wrong, "new": new, "again": new}),
        client.post("/account/password", data={"csrf_token": token, "old": PASSWORD, "new": new, "again": new}),
        client.get("/api/v1/documents", headers={"Authorization": f"Bearer {key[0]}"}),
        client.get("/api/v1/documents", headers={"Authorization": f"Bearer {key[0][:-1]}x"}),
        *(client.get(address) for address in ("/desk/people", "/desk/people/malee", "/desk/keys", "/desk/log")),
    ]
    audit = str(made.desk.audit.entries())
    assert "key.add" in audit
    hashes = []
    with made.base.database.reading() as connection:
        for table in ("users", "api_keys"):
            for row in connection.exec_driver_sql(f"select * from {table}").mappings():
                hashes += [row["password"], row["session"]] if table == "users" else [row["secret"]]
    everything = "\n".join([*(answer.text for answer in answers), caplog.text, audit])
    secrets = [PASSWORD, new, given[1], key[0], key[0].rsplit("_", 1)[1], made.app.secret_key, boss.session, *hashes]
    assert [secret for secret in secrets if str(secret) in everything] == []
    assert wrong not in caplog.text + audit
    assert [head for head in told if any(str(secret) in head for secret in (*secrets[:6], *hashes[::2]))] == []
    made.base.close()
