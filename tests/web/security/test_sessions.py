"""Logging in and out, sessions and their cookie, throttling, accounts and keys on their pages."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import waitress
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from kb.accounts.models import KeyScope, UserRole
from kb.accounts.secret_key import NAME as SECRET
from kb.cli.serve import proxy
from kb.editorial.models import FactChanges
from kb.settings import Settings
from tests.support.html_reading import misspoken, soup, text
from tests.support.visitors import PASSWORD, Opened, log_in, opened, token_of
from web.views.admin.account import own_path
from web.views.admin.audit_log import ACTIONS

OTHER = "eight yellow ferries"
DESK = Path(kb.__file__).parent


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Opened]:
    made = opened(tmp_path / "home")
    made.desk.people.add("shell", "boss", UserRole.ADMIN, PASSWORD)
    yield made
    made.base.close()


def try_in(client: FlaskClient, name: str, password: str, **more: Any) -> Any:
    form = {"csrf_token": token_of(client), "name": name, "password": password}
    return client.post("/login", data=form, **more)


# ---- in and out


def test_in_and_out(site: Opened) -> None:
    client = site.stranger()
    assert "Log in" in client.get("/").text
    entered = try_in(client, " Boss ", PASSWORD)  # as a phone's keyboard writes it
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    page = soup(client, "/")
    assert "Account (boss)" in text(page.select_one("header"))
    assert page.find("a", string="Log in") is None
    form = page.select_one("header form[method=post]")
    assert form is not None
    token = form.select_one("input[name=csrf_token]")
    assert token is not None
    assert client.get("/logout").status_code == 405  # a link, a picture or a crawler logs nobody out
    left = client.post(str(form["action"]), data={"csrf_token": token["value"]})
    assert (left.status_code, left.headers["Location"]) == (303, "/login")
    assert "You have been logged out" in client.get("/login").text
    assert client.get("/account").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_logging_out(site: Opened) -> None:
    client, thief = site.stranger(), site.stranger()
    log_in(client, "boss")
    cookie = client.get_cookie("saphan")
    assert cookie is not None
    thief.set_cookie("saphan", cookie.value)
    assert thief.get("/desk/people").status_code == 200
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    assert thief.get("/desk/people").status_code == 302


@pytest.mark.parametrize(
    ("name", "password"),
    [("boss", OTHER), ("boss", ""), ("nobody", PASSWORD), ("", ""), ("closed", PASSWORD), ("x" * 9000, "y" * 90_000)],
)
def test_it_is_not_told_which_accounts_there_are(site: Opened, name: str, password: str) -> None:
    site.desk.people.add("shell", "closed", UserRole.EDITOR, PASSWORD)
    site.desk.people.deactivate("shell", "closed")
    client = site.stranger()
    for language, words in (("en", "The username or the password is incorr"), ("th", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถ")):
        client.get(f"/?ui={language}")
        answer = try_in(client, name, password)
        assert answer.status_code == 401
        page = BeautifulSoup(answer.text, "lxml")
        assert words in text(page.select_one("[role=alert]"))
        assert [field.get("value") for field in page.select("input[type=password]")] == [None]


def test_logging_in_begins_a_new_session(site: Opened) -> None:
    """Who slips somebody a cookie beforehand does not have that session afterwards."""
    client = site.stranger()
    planted = token_of(client)
    before = client.get_cookie("saphan")
    log_in(client, "boss")
    after = client.get_cookie("saphan")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with client.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_permanent"}
        assert session["_user_id"].split(" ")[0] == "boss"
    assert client.post("/desk/keys", data={"csrf_token": planted}).status_code == 400


def test_a_session_ends_after_twelve_hours_of_nothing(site: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    import itsdangerous.timed

    client = site.stranger()
    now = itsdangerous.timed.time.time()
    log_in(client, "boss")
    for hours, status in ((11.9, 200), (23.5, 200), (35.6, 302)):  # each visit lengthens it
        monkeypatch.setattr(itsdangerous.timed.time, "time", lambda at=now + hours * 3600: at)
        assert client.get("/account").status_code == status, hours


def test_a_changed_cookie_is_no_cookie(site: Opened) -> None:
    client = site.browser("boss")
    cookie = client.get_cookie("saphan")
    assert cookie is not None
    for wrong in (cookie.value[:-2], "boss", "a.b.c", cookie.value.replace(cookie.value[3], "x", 1), "é" * 30):
        stranger = site.stranger()
        stranger.set_cookie("saphan", wrong)
        assert stranger.get("/account").status_code == 302
        assert stranger.get("/").status_code == 200


def test_the_secret_of_a_home_is_its_own(tmp_path: Path, site: Opened) -> None:
    other = opened(tmp_path / "other")
    path = site.base.settings.home / SECRET
    assert path.stat().st_mode & 0o777 == 0o600
    assert site.app.secret_key == path.read_text().strip() != other.app.secret_key
    person = other.desk.people.add("shell", "boss", UserRole.ADMIN, PASSWORD)
    forged = other.stranger()
    with forged.session_transaction() as session:
        session["_user_id"] = f"boss {site.desk.people.person('boss').session}"
    cookie = forged.get_cookie("saphan")
    assert cookie is not None
    client = site.stranger()
    client.set_cookie("saphan", cookie.value)
    assert client.get("/account").status_code == 302
    assert person.session != site.desk.people.person("boss").session
    other.base.close()


# ---- the cookie


def test_the_cookie_over_http(site: Opened) -> None:
    answer = try_in(site.stranger(), "boss", PASSWORD)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    parts = cookie.split("; ")
    assert parts[0].startswith("saphan=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert "Secure" not in parts
    assert "Domain" not in cookie


def test_the_cookie_and_the_links_of_a_site_under_https(tmp_path: Path) -> None:
    made = opened(tmp_path / "home", address="https://saphan.example.org")
    made.desk.people.add("shell", "boss", UserRole.ADMIN, PASSWORD)
    (added,) = made.base.ingestor.add(b"A village bakes rice crackers.", name="rice.txt", origin="rice.txt")
    client = made.app.test_client()
    there = {"base_url": "http://saphan.example.org"}  # as a proxy asks, which took off the encryption
    page = client.get("/login", **there)  # type: ignore[arg-type]
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-saphan=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    token = re.search('name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    bare = made.app.test_client(use_cookies=False)
    form = {"csrf_token": token[1], "name": "boss", "password": PASSWORD}
    browser = {"Cookie": cookie.split(";")[0], "Referer": "https://saphan.example.org/login"}
    for headers, status in ((browser, 303), (browser | {"Referer": "https://evil.example/"}, 400)):
        assert bare.post("/login", data=form, headers=headers, **there).status_code == status  # type: ignore[arg-type]
    for address in ("/", "/feed.atom", "/api/v1/documents", "/static/saphan.css", "/nothing"):
        headers = made.stranger().get(address, **there).headers  # type: ignore[arg-type]
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), address
    feed = made.stranger().get("/feed.atom", **there).text  # type: ignore[arg-type]
    assert f"https://saphan.example.org/documents/{added.document_id}" in feed
    assert "http://saphan" not in feed
    chosen = made.stranger().get("/?ui=th", **there).headers["Set-Cookie"]  # type: ignore[arg-type]
    assert "Secure" in chosen
    made.base.close()


@pytest.mark.parametrize(
    "name", ["evil.example", "saphan.example.org.evil.example", "127.0.0.1:8000", "saphan.example.org:81", ""]
)
def test_a_site_answers_to_its_own_name_only(tmp_path: Path, name: str) -> None:
    made = opened(tmp_path / "home", address="http://saphan.example.org")
    client = made.stranger()
    answer = client.get("/feed.atom", headers={"Host": name})
    assert answer.status_code == 421
    assert "http://saphan.example.org/" in answer.text
    assert "เว็บไซต์นี้อยู่ที่" in answer.text
    assert name == "" or name not in answer.text.replace("saphan.example.org/", "")
    assert client.get("/healthz", headers={"Host": name}).status_code == 200
    for right in ("saphan.example.org", "SAPHAN.example.org:80"):
        assert client.get("/feed.atom", headers={"Host": right}).status_code == 200
    made.base.close()


def test_forwarded_headers_count_from_the_proxy_only() -> None:
    """Asked over a real connection from 127.0.0.1, under the settings that `kb serve` gives its server."""
    forged = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
              "Forwarded": "for=192.0.2.7;host=evil.example"}  # fmt: skip
    for told, expected in (
        (Settings(), ("127.0.0.1", "http", "localhost")),
        (Settings(proxy="10.0.0.1"), ("127.0.0.1", "http", "localhost")),
        (Settings(proxy="127.0.0.1"), ("192.0.2.7", "https", "localhost")),
        (Settings(proxy="127.0.0.1", address="https://a.example"), ("192.0.2.7", "https", "evil.example")),
    ):
        assert seen(told, forged) == expected


def seen(told: Settings, headers: dict[str, str]) -> tuple[str, str, str]:
    """Who asks, how, and by what name, as the site sees it."""
    found: list[tuple[str, str, str]] = []

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        found.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]))
        start("204 No Content", [])
        return []

    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    server = waitress.create_server(app, sockets=[bound], threads=1, **proxy(told))

    def serve() -> None:
        with suppress(OSError):  # it is closed below while it waits
            server.run()

    threading.Thread(target=serve, daemon=True).start()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"Host": "localhost", **headers})
    connection.getresponse().read()
    connection.close()
    server.close()
    return found[0]


# ---- where to go afterwards


OWN = ["/", "/desk", "/search?q=%E0%B8%81&lang=th", "/documents/d-1#p-3", "/a//b", "/x?next=https://b.example/"]
FOREIGN = [
    "", "desk", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example/",
    "https:evil.example", "javascript:alert(1)", "/\t/evil.example", "\n//evil.example", " //evil.example",
    "/ /evil.example", "//[::1", "http:///evil.example", "/\x00/", "//evil.example/..",
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_one_goes_on_to_pages_of_the_site(site: Opened, path: str) -> None:
    client = site.stranger()
    form = {"csrf_token": token_of(client), "name": "boss", "password": PASSWORD, "next": path}
    assert client.post("/login", data=form).headers["Location"] == path


@pytest.mark.parametrize("path", FOREIGN)
def test_and_to_no_other(path: str) -> None:
    assert own_path(path) == ""


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="/\\:.@#?ab \t\n%", max_size=12))
def test_whatever_is_taken_stays_on_the_site(path: str) -> None:
    """By the rules by which browsers read addresses: tabs and line ends vanish, backslashes are slashes."""
    taken = own_path(path)
    read = re.sub("[\t\r\n]", "", taken).strip().replace("\\", "/")
    assert taken in ("", path)
    assert read == "" or re.match("/(?!/)", read)


# ---- throttling


def test_guessing_is_slowed_down_by_where_it_comes_from(site: Opened) -> None:
    client = site.stranger()
    answers = [try_in(client, f"guess{number}", OTHER).status_code for number in range(12)]
    assert answers == [401] * 10 + [429] * 2
    told = try_in(client, "boss", PASSWORD)
    assert told.status_code == 429
    assert "Wait ten minutes" in told.text
    client.get("/?ui=th")
    assert "โปรดรอสิบนาที" in try_in(client, "boss", PASSWORD).text
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    assert try_in(client, "boss", PASSWORD, **elsewhere).status_code == 303


def test_guessing_one_name_is_slowed_down_from_everywhere(site: Opened) -> None:
    client = site.stranger()

    def guess(name: str, number: int, password: str = OTHER) -> int:
        where = {"REMOTE_ADDR": f"198.51.{number}.7"}
        return int(try_in(client, name, password, environ_overrides=where).status_code)

    for name in ("boss", "nobody"):  # alike, or the limit would tell who is there
        assert [guess(name, number) for number in range(12)] == [401] * 10 + [429] * 2
    assert guess("BOSS ", 99, PASSWORD) == 429
    site.desk.people.add("shell", "malee", UserRole.READER, PASSWORD)
    assert guess("malee", 99, PASSWORD) == 303


def test_one_ipv6_network_is_one_place(site: Opened) -> None:
    client = site.stranger()
    answers = [
        try_in(client, f"g{number}x", OTHER, environ_overrides={"REMOTE_ADDR": f"2001:db8::{number}"}).status_code
        for number in range(1, 12)
    ]
    assert answers == [401] * 10 + [429]


def test_a_room_full_of_people_logs_in(site: Opened) -> None:
    for _ in range(15):
        log_in(site.stranger(), "boss")


def test_the_present_password_cannot_be_guessed_from_a_session_either(site: Opened) -> None:
    client = site.browser("boss")
    form = {"csrf_token": token_of(client, "/account"), "old": OTHER, "new": OTHER, "again": OTHER}
    assert [client.post("/account/password", data=form).status_code for _ in range(12)] == [400] * 10 + [429] * 2


# ---- one's own password


def test_a_password_is_changed_by_who_knows_it(site: Opened) -> None:
    client, second = site.stranger(), site.browser("boss")
    log_in(client, "boss")
    token = token_of(client, "/account")

    def change(old: str, new: str, again: str) -> Any:
        form = {"csrf_token": token, "old": old, "new": new, "again": again}
        return client.post("/account/password", data=form)

    for old, new, again, words in (
        (OTHER, OTHER, OTHER, "current password is incorrect"),
        (PASSWORD, OTHER, OTHER + "x", "two new passwords do not match"),
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, "password1234", "password1234", "easy to guess"),
    ):
        answer = change(old, new, again)
        assert (answer.status_code, words in answer.text) == (400, True)
    assert second.get("/account").status_code == 200
    assert change(PASSWORD, OTHER, OTHER).status_code == 303
    assert client.get("/account").status_code == 200  # here one stays logged in
    assert second.get("/account").status_code == 302
    assert site.desk.people.check("boss", OTHER) is not None


# ---- accounts and keys


def test_an_admin_makes_an_account_and_hands_over_its_password(site: Opened) -> None:
    admin = site.browser("boss")
    token = token_of(admin, "/desk/people")
    made = admin.post("/desk/people", data={"csrf_token": token, "name": "malee", "role": "editor"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    password = text(BeautifulSoup(made.text, "lxml").select_one(".secret code"))
    assert password not in admin.get("/desk/people/malee").text
    malee = site.stranger()
    log_in(malee, "malee", password)
    assert site.desk.people.person("malee").role is UserRole.EDITOR
    again = admin.post("/desk/people", data={"csrf_token": token, "name": "malee", "role": "admin"})
    assert (again.status_code, "is already an account named" in again.text) == (400, True)
    bad = admin.post("/desk/people", data={"csrf_token": token, "name": "<b>มาลี", "role": "chief"})
    assert (bad.status_code, "<b>มาลี" in bad.text) == (400, False)
    new = admin.post("/desk/people/malee/password", data={"csrf_token": token})
    other = text(BeautifulSoup(new.text, "lxml").select_one(".secret code"))
    assert malee.get("/account").status_code == 302
    log_in(malee, "malee", other)
    assert admin.post("/desk/people/none/password", data={"csrf_token": token}).status_code == 404


def test_an_account_is_changed_and_closed(site: Opened) -> None:
    admin, malee = site.browser("boss"), site.browser("malee", UserRole.EDITOR)
    token = token_of(admin, "/desk/people/malee")

    def change(what: str, name: str = "malee", **form: str) -> Any:
        return admin.post(f"/desk/people/{name}/{what}", data={"csrf_token": token, **form})

    assert change("role", role="reader").status_code == 303
    assert "The role was changed" in admin.get("/desk/people/malee").text
    assert malee.get("/desk/words").status_code == 403
    assert change("deactivate").status_code == 303
    assert malee.get("/account").status_code == 302
    assert change("activate").status_code == 303
    for answer in (change("deactivate", "boss"), change("role", "boss", role="reader")):
        assert (answer.status_code, "only active administrator" in answer.text) == (400, True)
    assert admin.get("/account").status_code == 200


def test_an_unknown_role_is_not_the_highest(site: Opened) -> None:
    admin = site.browser("boss")
    token = token_of(admin, "/desk/people")
    admin.post("/desk/people", data={"csrf_token": token, "name": "malee", "role": "owner"})
    assert site.desk.people.person("malee").role is UserRole.READER


def test_an_admin_makes_a_key_and_revokes_it(site: Opened) -> None:
    admin = site.browser("boss")
    token = token_of(admin, "/desk/keys")
    form = {"csrf_token": token, "name": "รายงานรายวัน <b>", "scope": ["read", "ingest", "root"]}
    made = admin.post("/desk/keys", data=form)
    assert made.status_code == 201
    key = text(BeautifulSoup(made.text, "lxml").select_one(".secret code"))
    (kept,) = site.desk.keys.all()
    assert (kept.scopes, kept.created_by) == ({KeyScope.READ, KeyScope.INGEST}, "boss")
    assert site.desk.keys.check(key) is not None
    page = admin.get("/desk/keys").text
    assert key not in page
    assert "<b>" not in page
    assert admin.post("/desk/keys", data={"csrf_token": token, "name": "x"}).status_code == 400
    assert admin.post(f"/desk/keys/{kept.id}/revoke", data={"csrf_token": token}).status_code == 303
    assert site.desk.keys.check(key) is None
    assert admin.post("/desk/keys/none/revoke", data={"csrf_token": token}).status_code == 404


def test_the_log_tells_who_did_what(site: Opened) -> None:
    admin = site.browser("boss")
    token = token_of(admin, "/desk/people")
    admin.post("/desk/people", data={"csrf_token": token, "name": "malee", "role": "editor"})
    rows = [text(row) for row in soup(admin, "/desk/log").select("tbody tr")]
    assert "boss Created the account malee Role: editor" in rows[0]
    assert "shell Created the account boss" in rows[1]
    (added,) = site.base.ingestor.add("# ตลาด\n\nตลาดริมน้ำ".encode(), name="market.md")
    site.desk.review.correct("boss", [added.document_id], FactChanges(set={"date": "2019-08"}))
    corrected = soup(admin, "/desk/log").select_one("tbody tr")
    assert corrected is not None
    assert "boss Edited details ตลาด Date: – → 2019-08" in text(corrected)
    only = soup(admin, "/desk/log?subject=malee").select("tbody tr")
    assert len(only) == 1
    with site.base.database.writing() as connection:
        for number in range(120):
            site.desk.audit.note(connection, "boss", "odd.deed", f"e{number}", values={"a": [number]}, who="มาลี")
    seen, address = [], "/desk/log"
    while address:
        page = soup(admin, address)
        seen += [text(row.select("td")[3]) for row in page.select("tbody tr")]
        older = page.select_one(".pages a")
        address = "/desk/log" + str(older["href"]).removeprefix("/desk/log") if older else ""
    assert seen == [f"e{number}" for number in reversed(range(120))] + ["ตลาด", "malee", "boss"]
    assert admin.get("/desk/log?before=x&subject=<b>").status_code == 200


def test_every_deed_has_words_in_the_log() -> None:
    nouns = "user|key|document|event|batch|item|glossary|words|gaps"
    code = "\n".join(path.read_text(encoding="utf-8") for path in DESK.rglob("*.py"))
    noted = set(re.findall(rf'"((?:{nouns})\.(?!csv|txt)[a-z_]+)"', code))
    assert noted == ACTIONS.keys()


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize(
    "address", ["/login?next=/desk", "/account", "/desk/people", "/desk/people/boss", "/desk/keys", "/desk/log"]
)
def test_pages_speak_their_language_and_can_be_walked_through(site: Opened, address: str, language: str) -> None:
    site.key(KeyScope.READ)
    client = site.browser("boss")
    page = soup(client, f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert misspoken(page) == []
    assert len(page.select("h1")) == 1
    levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for field in page.select("main :is(input, select, textarea):not([type=hidden])"):
        assert page.select_one(f"label[for='{field['id']}']"), field
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for form in page.select("form[method=post]"):
        assert form.select_one("input[name=csrf_token][value]"), form


def test_the_desk_shows_the_parts_that_one_may_open(site: Opened) -> None:
    parts = {
        role: [str(link["href"]) for link in soup(site.browser(f"a-{role}", role), "/account").select("nav.desk a")]
        for role in UserRole
    }
    assert parts[UserRole.READER] == []
    assert parts[UserRole.EDITOR]
    assert not {"/desk/people", "/desk/keys", "/desk/log"} & set(parts[UserRole.EDITOR])
    assert set(parts[UserRole.ADMIN]) == {*parts[UserRole.EDITOR], "/desk/people", "/desk/keys", "/desk/log"}
    for role, links in parts.items():
        client = site.browser(f"a-{role}", role)
        assert [client.get(link).status_code for link in links] == [200] * len(links)
