"""Accounts and keys: who gets in, and what is kept of secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update

from kb.accounts import passwords
from kb.accounts.api_keys import ApiKeys
from kb.accounts.audit_log import AuditLog
from kb.accounts.models import KeyScope, UserRole
from kb.accounts.users import UserAccounts
from kb.cli.main import main
from kb.errors import BadPassword, Conflict, Invalid, KbError, NotFound
from kb.storage.database import NAME, Database
from kb.storage.schema import api_keys, users
from tests.support.messages import raising, says

GOOD = "seven purple bridges"
OTHER = "eight yellow ferries"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def people(database: Database) -> UserAccounts:
    return UserAccounts(database, AuditLog(database))


@pytest.fixture
def keys(database: Database) -> ApiKeys:
    return ApiKeys(database, AuditLog(database))


def noted(database: Database) -> list[tuple[str, str, str, dict[str, object]]]:
    """The audit log, oldest first."""
    return [(one.actor, one.action, one.subject, one.details) for one in reversed(AuditLog(database).entries())]


# ---- accounts


def test_who_has_the_password_gets_in(people: UserAccounts) -> None:
    made = people.add("shell", "somchai.k", UserRole.EDITOR, GOOD)
    assert (made.name, made.role, made.active) == ("somchai.k", UserRole.EDITOR, True)
    assert people.check("somchai.k", GOOD) == made
    assert people.check("somchai.k", OTHER) is None
    assert people.check("somchai.k", GOOD.upper()) is None
    assert people.check("nobody", GOOD) is None
    assert people.check("", "") is None
    assert people.all() == (made,)
    assert people.person("somchai.k") == made


@pytest.mark.parametrize("typed", ["ตำรากับข้าวชาววัง", "ตํารากับข้าวชาววัง"])
def test_a_thai_password_is_the_same_from_every_keyboard(people: UserAccounts, typed: str) -> None:
    """SARA AM is one sign or two, as the keyboard has it."""
    people.add("shell", "malee", UserRole.READER, "ตำรากับข้าวชาววัง")
    assert people.check("malee", typed) is not None


@pytest.mark.parametrize(
    "name", ["", "a", "Somchai", "สมชาย", "-ab", ".ab", "a b", "a/b", "ab\n", "shell\x00", "a" * 41, "key ab12cd34"]
)
def test_names_that_cannot_be(people: UserAccounts, name: str) -> None:
    with pytest.raises(Invalid, match=" cannot be a username\\. Use 2"):
        people.add("shell", name, UserRole.READER, GOOD)
    assert people.all() == ()


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", BadPassword),
        ("elevensigns", BadPassword),
        ("x" * 10 + "é", BadPassword),
        ("y" * 5 + GOOD * 13, "The password is too long. Use at most "),
        ("password1234", "This password is easy to guess: it is co"),
        ("Password2026!", "This password is easy to guess: it is co"),
        ("รหัสผ่าน123456", "This password is easy to guess: it is co"),
        ("123456789012", "This password is easy to guess: it is co"),
        ("098765432109", "This password is easy to guess: it is co"),
        ("abcdefghijklm", "This password is easy to guess: it is co"),
        ("qwertyuiop[]12"[:10] + "12", "This password is easy to guess: it is co"),
        ("aaaaaaaaaaaa", "This password is easy to guess: it is co"),
        ("abcabcabcabca", "This password is easy to guess: it is co"),
        ("somchai.kamol", "The password must not be the username or"),
        ("somchai.kamol99", "The password must not be the username or"),
        ("saphan202600", "The password must not be the username or"),
    ],
)
def test_weak_passwords_are_not_taken(people: UserAccounts, password: str, error: type[BadPassword]) -> None:
    with pytest.raises(BadPassword) as caught:
        people.add("shell", "somchai.kamol", UserRole.READER, password)
    assert says(caught.value, error)
    assert password == "" or password not in str(caught.value)
    people.add("shell", "somchai.kamol", UserRole.READER, GOOD)
    with raising(error):
        people.set_password("shell", "somchai.kamol", password)
    assert people.check("somchai.kamol", GOOD) is not None


@pytest.mark.parametrize(
    "password", ["94837261548309", "kite" * 2 + "boat", "a" + " " * 3 + "long one here", "x" * 4 + GOOD * 12]
)
def test_no_rules_of_composition(people: UserAccounts, password: str) -> None:
    assert len(password) <= passwords.LONGEST
    people.add("shell", "somchai", UserRole.READER, password)
    assert people.check("somchai", password) is not None


def test_generated_passwords_may_be_taken() -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        passwords.check_choice(one, "somchai")
        assert re.fullmatch("[a-z2-9]{5}(-[a-z2-9]{5}){5}", one)


@pytest.mark.parametrize("name", ["shell", "saphan"])
def test_nobody_has_a_name_that_the_log_has_for_others(people: UserAccounts, name: str) -> None:
    with pytest.raises(Conflict, match="There is already an account named "):
        people.add("somchai", name, UserRole.ADMIN, GOOD)
    assert people.all() == ()


def test_a_name_is_taken_once(people: UserAccounts) -> None:
    people.add("shell", "somchai", UserRole.READER, GOOD)
    with pytest.raises(Conflict, match="There is already an account named "):
        people.add("shell", "somchai", UserRole.ADMIN, OTHER)
    assert people.check("somchai", OTHER) is None


def test_sessions_end_with_the_password_and_with_the_account(people: UserAccounts) -> None:
    people.add("shell", "boss", UserRole.ADMIN, GOOD)
    people.add("shell", "somchai", UserRole.EDITOR, GOOD)
    words = [people.person("somchai").session]
    people.set_role("boss", "somchai", UserRole.READER)
    assert people.person("somchai").session == words[0]
    for change in (
        lambda: people.set_password("boss", "somchai", OTHER),
        lambda: people.deactivate("boss", "somchai"),
        lambda: people.end_sessions("boss", "somchai"),
    ):
        change()
        words.append(people.person("somchai").session)
    assert len(set(words)) == 4
    assert all(len(word) >= 20 for word in words)


def test_a_closed_account_lets_nobody_in_until_it_is_opened(people: UserAccounts) -> None:
    people.add("shell", "somchai", UserRole.EDITOR, GOOD)
    people.deactivate("shell", "somchai")
    assert people.check("somchai", GOOD) is None
    assert not people.person("somchai").active
    people.activate("shell", "somchai")
    assert people.check("somchai", GOOD) is not None


def test_there_is_always_an_admin_who_can_work(people: UserAccounts) -> None:
    assert not people.has_admin()
    people.add("shell", "boss", UserRole.ADMIN, GOOD)
    people.add("shell", "second", UserRole.ADMIN, GOOD)
    people.deactivate("boss", "second")
    assert people.has_admin()
    for change in (lambda: people.deactivate("boss", "boss"), lambda: people.set_role("boss", "boss", UserRole.EDITOR)):
        with pytest.raises(Conflict, match=" is the only active administrator and ca"):
            change()
    assert people.person("boss").role is UserRole.ADMIN
    people.set_role("boss", "second", UserRole.EDITOR)  # who is closed may be anything
    people.activate("boss", "second")
    people.set_role("boss", "second", UserRole.ADMIN)
    people.deactivate("second", "boss")
    with pytest.raises(Conflict, match=" is the only active administrator and ca"):
        people.set_role("second", "second", UserRole.READER)


def test_nobody_is_changed_who_is_not_there(people: UserAccounts) -> None:
    for change in (
        lambda: people.person("x"),
        lambda: people.set_password("shell", "x", GOOD),
        lambda: people.set_role("shell", "x", UserRole.READER),
        lambda: people.deactivate("shell", "x"),
        lambda: people.activate("shell", "x"),
        lambda: people.end_sessions("shell", "x"),
    ):
        with pytest.raises(NotFound, match="There is no account named "):
            change()


def test_passwords_are_kept_as_argon2id_of_rfc_9106_and_renewed(
    people: UserAccounts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
    people.add("shell", "somchai", UserRole.READER, GOOD)

    def kept() -> str:
        with database.reading() as connection:
            return str(connection.execute(select(users.c.password)).scalar_one())

    assert kept().startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # the second recommended option
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    session = people.person("somchai").session
    with database.writing() as connection:
        connection.execute(update(users).values(password=weak))
    assert people.check("somchai", OTHER) is None
    assert kept() == weak
    assert people.check("somchai", GOOD) is not None
    assert kept().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert people.person("somchai").session == session
    with database.writing() as connection:
        connection.execute(update(users).values(password="damaged"))
    assert people.check("somchai", GOOD) is None


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(
    people: UserAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in the parameters of the hashes that are verified, since clocks in tests deceive."""
    people.add("shell", "somchai", UserRole.READER, GOOD)
    verified: list[str] = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str, password: bytes) -> bool:
        verified.append(kept.rsplit("$", 2)[0])
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    assert people.check("somchai", OTHER) is None
    assert people.check("nobody", OTHER) is None
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_what_is_done_to_accounts_is_noted(people: UserAccounts, database: Database) -> None:
    people.add("shell", "boss", UserRole.ADMIN, GOOD)
    people.add("boss", "somchai", UserRole.READER, GOOD)
    people.set_role("boss", "somchai", UserRole.EDITOR)
    people.set_role("boss", "somchai", UserRole.EDITOR)  # changes nothing
    people.set_password("somchai", "somchai", OTHER)
    people.log_in("somchai", OTHER)
    people.log_in("somchai", GOOD)  # wrong
    people.end_sessions("somchai", "somchai")
    people.deactivate("boss", "somchai")
    people.activate("boss", "somchai")
    for refused in (
        lambda: people.add("boss", "somchai", UserRole.READER, GOOD),
        lambda: people.deactivate("boss", "boss"),
    ):
        with pytest.raises(KbError):
            refused()
    assert noted(database) == [
        ("shell", "user.add", "boss", {"role": "admin"}),
        ("boss", "user.add", "somchai", {"role": "reader"}),
        ("boss", "user.role", "somchai", {"before": "reader", "after": "editor"}),
        ("somchai", "user.password", "somchai", {}),
        ("somchai", "user.log_in", "somchai", {}),
        ("somchai", "user.log_out", "somchai", {}),
        ("boss", "user.deactivate", "somchai", {}),
        ("boss", "user.activate", "somchai", {}),
    ]


def test_roles_may_what_those_below_them_may() -> None:
    assert UserRole.READER.scopes == {KeyScope.READ}
    assert UserRole.EDITOR.scopes == {KeyScope.READ, KeyScope.INGEST}
    assert UserRole.ADMIN.scopes == {KeyScope.READ, KeyScope.INGEST, KeyScope.ADMIN}


def test_what_shows_a_person_does_not_show_the_session(people: UserAccounts) -> None:
    person = people.add("shell", "somchai", UserRole.READER, GOOD)
    assert person.session not in repr(person)


# ---- keys


def test_a_key_may_what_was_ticked(keys: ApiKeys) -> None:
    made, token = keys.make("boss", "  nightly\n report ", {KeyScope.INGEST})
    assert re.fullmatch(f"saphan_{made.id}_[0-9a-f]{{64}}", token)  # 64 digits are 256 bits
    assert (made.name, made.scopes, made.created_by) == ("nightly report", {KeyScope.INGEST}, "boss")
    found = keys.check(token)
    assert found is not None
    assert (found.id, found.scopes, found.actor) == (made.id, {KeyScope.INGEST}, f"key {made.id}")
    second, other = keys.make("boss", "other", set(KeyScope))
    assert second.id != made.id
    assert other.rsplit("_", 1)[1] != token.rsplit("_", 1)[1]


def test_what_is_no_key_opens_nothing(keys: ApiKeys) -> None:
    made, token = keys.make("boss", "one", {KeyScope.READ})
    other, another = keys.make("boss", "two", {KeyScope.READ})
    secret = token.rsplit("_", 1)[1]
    wrong = [
        "", " ", made.id, secret, token[:-1], token + "0", token.upper(), token + "\n", f" {token}",
        f"saphan_{other.id}_{secret}", f"saphan_00000000_{secret}", token[:-1] + ("0" if token[-1] != "0" else "1"),
        "saphan_' or 1=1 --_x", another[:-64] + "๐" * 64,
    ]  # fmt: skip
    assert [one for one in wrong if keys.check(one) is not None] == []


def test_a_revoked_key_opens_nothing(keys: ApiKeys, database: Database) -> None:
    made, token = keys.make("boss", "one", {KeyScope.READ})
    keys.revoke("boss", made.id)
    keys.revoke("boss", made.id)
    assert keys.check(token) is None
    (found,) = keys.all()
    assert found.revoked_at is not None
    with pytest.raises(NotFound, match="There is no API key with the id "):
        keys.revoke("boss", "00000000")
    assert noted(database) == [
        ("boss", "key.add", made.id, {"name": "one", "scopes": ["read"]}),
        ("boss", "key.revoke", made.id, {"name": "one"}),
    ]


def test_the_day_of_last_use_is_kept(keys: ApiKeys) -> None:
    made, token = keys.make("boss", "one", {KeyScope.READ})
    assert keys.all()[0].used_on is None
    keys.check(token[:-4] + "0000")
    assert keys.all()[0].used_on is None
    keys.check(token)
    day = keys.all()[0].used_on
    assert day is not None
    assert 0 <= (day - made.created_at.date()).days <= 1


@pytest.mark.parametrize(
    ("name", "scopes"),
    [
        ("", {KeyScope.READ}),
        (" \n", {KeyScope.READ}),
        ("a", set()),
        ("a" * 81, {KeyScope.READ}),
        ("a\x00b", {KeyScope.READ}),
    ],
)
def test_keys_that_cannot_be(keys: ApiKeys, name: str, scopes: set[KeyScope]) -> None:
    with pytest.raises(Invalid, match="Enter the purpose of the key, in at most "):
        keys.make("boss", name, scopes)
    assert keys.all() == ()


def test_no_secret_stands_in_the_database_in_the_open(people: UserAccounts, keys: ApiKeys, database: Database) -> None:
    people.add("shell", "boss", UserRole.ADMIN, GOOD)
    people.set_password("shell", "boss", OTHER)
    _, token = keys.make("boss", "one", {KeyScope.READ})
    keys.check(token)
    with database.writing() as connection:
        assert connection.execute(select(api_keys.c.secret)).scalar_one() not in token
    with database.reading() as connection:
        connection.execute(text("select 1"))
    files = b"".join(path.read_bytes() for path in database.home.glob(f"{NAME}*"))
    assert b"boss" in files
    for secret in (GOOD, OTHER, token, token.rsplit("_", 1)[1]):
        assert secret.encode() not in files


# ---- commands


def kb(home: Path, *words: str, stdin: str | None = None, language: str = "en") -> Result:
    runner = CliRunner(env={"LANG": "C", "KB_LANGUAGE": language})
    result = runner.invoke(main, ["--home", str(home), *words], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_first_admin_is_made_in_the_shell(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "user add" in kb(home, "user", "list").output
    asked = kb(home, "user", "add", "boss", "--role", "admin", stdin=f"{GOOD}\n{GOOD}\n")
    assert asked.exit_code == 0
    assert GOOD not in asked.output
    piped = kb(home, "user", "add", "somchai", "--role", "editor", "--password-stdin", stdin=f"{OTHER}\n")
    assert piped.exit_code == 0
    made = kb(home, "user", "add", "malee", "--role", "reader", "--generate").stdout.splitlines()[-1]
    database = Database(home)
    people = UserAccounts(database, AuditLog(database))
    for name, password in (("boss", GOOD), ("somchai", OTHER), ("malee", made)):
        assert people.check(name, password) is not None
    database.close()
    lines = [json.loads(line) for line in kb(home, "user", "list", "--json").output.splitlines()]
    assert [(line["name"], line["role"], line["active"]) for line in lines] == [
        ("boss", "admin", True),
        ("malee", "reader", True),
        ("somchai", "editor", True),
    ]
    log = kb(home, "log", "--json").output
    assert [json.loads(line)["actor"] for line in log.splitlines()] == ["shell"] * 3
    assert not [secret for secret in (GOOD, OTHER, made) if secret in log]


def test_accounts_are_kept_in_the_shell(tmp_path: Path) -> None:
    for name, role in (("boss", "admin"), ("somchai", "editor")):
        kb(tmp_path, "user", "add", name, "--role", role, "--password-stdin", stdin=GOOD)
    refused = kb(tmp_path, "user", "deactivate", "boss")
    assert (refused.exit_code, "only active administrator" in refused.stderr) == (1, True)
    assert "ผู้ดูแลระบบ" in kb(tmp_path, "user", "role", "boss", "editor", language="th").stderr
    assert kb(tmp_path, "user", "role", "somchai", "admin").exit_code == 0
    assert kb(tmp_path, "user", "deactivate", "boss").exit_code == 0
    assert "boss  admin" in kb(tmp_path, "user", "list").output
    assert "(deactivated)" in kb(tmp_path, "user", "list").output
    assert kb(tmp_path, "user", "activate", "boss").exit_code == 0
    assert kb(tmp_path, "user", "password", "boss", "--password-stdin", stdin=OTHER).exit_code == 0
    assert kb(tmp_path, "user", "password", "none", "--password-stdin", stdin=OTHER).exit_code == 1
    weak = kb(tmp_path, "user", "password", "boss", "--password-stdin", stdin="short")
    assert (weak.exit_code, "at least 12" in weak.stderr) == (1, True)
    both = kb(tmp_path, "user", "password", "boss", "--password-stdin", "--generate", stdin=OTHER)
    assert both.exit_code == 2
    told = kb(tmp_path, "log", "--subject", "boss").output.splitlines()
    assert [line.split("  ")[2] for line in told] == ["user.password", "user.activate", "user.deactivate", "user.add"]


def test_keys_are_kept_in_the_shell(tmp_path: Path) -> None:
    made = kb(tmp_path, "key", "add", "nightly report", "--scope", "ingest", "--scope", "read")
    token = made.stdout.strip()  # alone there, so that a script can take it
    database = Database(tmp_path)
    key = ApiKeys(database, AuditLog(database)).check(token)
    database.close()
    assert key is not None
    assert key.scopes == {KeyScope.READ, KeyScope.INGEST}
    listed = kb(tmp_path, "key", "list").output
    assert f"{key.id}  read,ingest" in listed
    assert token.rsplit("_", 1)[1] not in listed
    assert kb(tmp_path, "key", "revoke", key.id).exit_code == 0
    (line,) = (json.loads(line) for line in kb(tmp_path, "key", "list", "--json").output.splitlines())
    assert line["revoked_at"] is not None
    assert set(line) == {"id", "name", "scopes", "created_by", "created_at", "used_on", "revoked_at"}
    assert kb(tmp_path, "key", "revoke", "00000000").exit_code == 1
    assert token.rsplit("_", 1)[1] not in kb(tmp_path, "log", "--json").output
