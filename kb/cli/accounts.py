"""The commands about who may come in: user, key, log. No logic, as in `kb.cli.main`; the log calls them "shell"."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from kb.accounts import passwords
from kb.accounts.api_keys import ApiKeys
from kb.accounts.audit_log import SHELL, AuditLog
from kb.accounts.models import ApiKey, KeyScope, User, UserRole
from kb.accounts.users import UserAccounts
from kb.cli.context import ending, say
from kb.cli.output import as_json
from kb.i18n import N_, translate
from kb.settings import Settings
from kb.storage.database import Database

JSON = click.option("--json", "json_lines", is_flag=True, help="print JSON Lines")
ROLE = click.Choice([role.value for role in UserRole])
STDIN = click.option("--password-stdin", "from_stdin", is_flag=True, help="read the password from standard input")
GENERATE = click.option("--generate", is_flag=True, help="create a password and print it once")


@click.group()
def user() -> None:
    """Manage user accounts and their roles."""


@click.group()
def key() -> None:
    """Manage API keys, for programs."""


@user.command(name="add")
@click.argument("name")
@click.option("--role", type=ROLE, required=True)
@STDIN
@GENERATE
@click.pass_obj
def add_user(settings: Settings, name: str, role: str, from_stdin: bool, generate: bool) -> None:
    """Create an account; asks for its password unless one is given or generated."""
    with _people(settings) as people:
        password = _password(settings, from_stdin, generate)
        made = people.add(SHELL, name, UserRole(role), password)
        say(settings, N_("Created the account {name} ({role})."), name=made.name, role=made.role)
        _tell(password, generate)


@user.command(name="list")
@JSON
@click.pass_obj
def list_users(settings: Settings, json_lines: bool) -> None:
    """List the accounts."""
    with _people(settings) as people:
        found = people.all()
        for one in found:
            click.echo(as_json(_user(one)) if json_lines else _user_line(one, settings.language))
        if not found and not json_lines:
            say(
                settings,
                N_("There is no administrator yet. `python -m kb user add NAME --role admin` creates the first one."),
            )


@user.command(name="password")
@click.argument("name")
@STDIN
@GENERATE
@click.pass_obj
def change_password(settings: Settings, name: str, from_stdin: bool, generate: bool) -> None:
    """Change the password of an account and log it out everywhere."""
    with _people(settings) as people:
        people.person(name)  # before asking for a password in vain
        password = _password(settings, from_stdin, generate)
        people.set_password(SHELL, name, password)
        say(settings, N_("The password of {name} was changed; the account is logged out everywhere."), name=name)
        _tell(password, generate)


@user.command(name="role")
@click.argument("name")
@click.argument("role", type=ROLE)
@click.pass_obj
def change_role(settings: Settings, name: str, role: str) -> None:
    """Change the role of an account."""
    with _people(settings) as people:
        people.set_role(SHELL, name, UserRole(role))
        say(settings, N_("{name} is now {role}."), name=name, role=role)


@user.command()
@click.argument("name")
@click.pass_obj
def deactivate(settings: Settings, name: str) -> None:
    """Deactivate an account and log it out everywhere."""
    with _people(settings) as people:
        people.deactivate(SHELL, name)
        say(settings, N_("The account {name} was deactivated and logged out everywhere."), name=name)


@user.command()
@click.argument("name")
@click.pass_obj
def activate(settings: Settings, name: str) -> None:
    """Reactivate an account."""
    with _people(settings) as people:
        people.activate(SHELL, name)
        say(settings, N_("The account {name} was reactivated, with the same password as before."), name=name)


@key.command(name="add")
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice([scope.value for scope in KeyScope]), multiple=True, required=True)
@click.pass_obj
def add_key(settings: Settings, name: str, scopes: tuple[str, ...]) -> None:
    """Create a key for the purpose NAME and print it once."""
    with _keys(settings) as keys:
        made, token = keys.make(SHELL, name, set(map(KeyScope, scopes)))
        say(
            settings,
            N_("Created the key {id}. Keep the following text: it cannot be shown again."),
            err=True,
            id=made.id,
        )
        click.echo(token)


@key.command(name="list")
@JSON
@click.pass_obj
def list_keys(settings: Settings, json_lines: bool) -> None:
    """List the keys, without their secrets."""
    with _keys(settings) as keys:
        for one in keys.all():
            click.echo(as_json(_key(one)) if json_lines else _key_line(one, settings.language))


@key.command()
@click.argument("id")
@click.pass_obj
def revoke(settings: Settings, id: str) -> None:
    """Revoke a key."""
    with _keys(settings) as keys:
        keys.revoke(SHELL, id)
        say(settings, N_("The key {id} was revoked."), id=id)


@click.command()
@click.option("--subject", help="only actions on this document, account, key, …: its id")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@JSON
@click.pass_obj
def log(settings: Settings, subject: str | None, limit: int, json_lines: bool) -> None:
    """Show the activity log, newest first."""
    with _database(settings) as database:
        for one in AuditLog(database).entries(limit=limit, subject=subject):
            if json_lines:
                click.echo(as_json({**asdict(one), "at": one.at.isoformat()}))
            else:
                line = f"{one.at:%Y-%m-%d %H:%M:%S}  {one.actor}  {one.action}  {one.subject}"
                click.echo(f"{line}  {as_json(one.details)}" if one.details else line)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The database alone: no model and no index is loaded for these."""
    with ending(settings):
        database = Database(settings.home)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _people(settings: Settings) -> Iterator[UserAccounts]:
    with _database(settings) as database:
        yield UserAccounts(database, AuditLog(database))


@contextmanager
def _keys(settings: Settings) -> Iterator[ApiKeys]:
    with _database(settings) as database:
        yield ApiKeys(database, AuditLog(database))


def _password(settings: Settings, from_stdin: bool, generate: bool) -> str:
    """The password that is made, read or asked for; it never stands in the command line, which others can see."""
    if from_stdin and generate:
        raise click.UsageError("Give --password-stdin or --generate, not both.")
    if generate:
        return passwords.generated()
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = translate(N_("Password, at least {shortest} characters"), settings.language, shortest=passwords.SHORTEST)
    again = translate(N_("Repeat the password"), settings.language)
    typed: str = click.prompt(asked, hide_input=True, confirmation_prompt=again)
    return typed


def _tell(password: str, generated: bool) -> None:
    if generated:
        click.echo(password)


def _user(person: User) -> dict[str, Any]:
    created = person.created_at.isoformat()
    return {"name": person.name, "role": person.role, "active": person.active, "created_at": created}


def _user_line(person: User, language: str) -> str:
    line = f"{person.name}  {person.role}  {person.created_at:%Y-%m-%d}"
    return line if person.active else line + "  " + translate(N_("(deactivated)"), language)


def _key(one: ApiKey) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "scopes": [scope for scope in KeyScope if scope in one.scopes],
        "created_by": one.created_by,
        "created_at": one.created_at.isoformat(),
        "used_on": one.used_on.isoformat() if one.used_on else None,
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
    }


def _key_line(one: ApiKey, language: str) -> str:
    scopes = ",".join(scope for scope in KeyScope if scope in one.scopes)
    line = f"{one.id}  {scopes}  {one.created_at:%Y-%m-%d}  {one.created_by}  {one.name}"
    return line + "  " + translate(N_("(revoked)"), language) if one.revoked_at else line
