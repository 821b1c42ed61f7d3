"""`UserAccounts`: the accounts of a site, their roles and passwords."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kb.accounts import passwords
from kb.accounts.audit_log import ITSELF, SHELL, AuditLog
from kb.accounts.models import User, UserRole
from kb.errors import N_, Conflict, Invalid, NotFound
from kb.storage.database import Database
from kb.storage.schema import users

_NAME = re.compile("[a-z0-9][a-z0-9._-]{1,39}")


_NAME_TAKEN = N_("There is already an account named {name!r}. Choose another name, or edit that account.")


class UserAccounts:
    """Keeps the accounts. Threads may share it."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def all(self) -> tuple[User, ...]:
        """All accounts, also those that are not active, by name."""
        with self._database.reading() as connection:
            return tuple(map(_person, connection.execute(select(users).order_by(users.c.name))))

    def person(self, name: str) -> User:
        """The account of that name. Raises `NoSuchPerson`."""
        with self._database.reading() as connection:
            return _person(_row(connection, name))

    def has_admin(self) -> bool:
        """Whether anybody can manage accounts."""
        with self._database.reading() as connection:
            return _admins(connection) > 0

    def add(self, actor: str, name: str, role: UserRole, password: str) -> User:
        """Make an account, under no name that the log has for others. Raises `BadName`, `NameTaken`, `BadPassword`."""
        if not _NAME.fullmatch(name):
            raise Invalid(
                N_(
                    "{name!r} cannot be a username. Use 2 to 40 lower-case letters a–z, digits, dots, "
                    "underscores and hyphens, starting with a letter or a digit."
                ),
                code="bad_name",
                name=name,
            )
        if name in (SHELL, ITSELF):
            raise Conflict(_NAME_TAKEN, code="name_taken", name=name)
        passwords.check_choice(password, name)
        values = {
            "name": name,
            "role": role,
            "password": passwords.hashed(password),  # before the transaction: it takes its time
            "session": _new_session(),
            "active": True,
            "created_at": datetime.now(UTC).replace(tzinfo=None),
        }
        with self._database.writing() as connection:
            if connection.execute(select(users.c.name).where(users.c.name == name)).first():
                raise Conflict(_NAME_TAKEN, code="name_taken", name=name)
            connection.execute(insert(users).values(values))
            self._audit.note(connection, actor, "user.add", name, role=role)
            return _person(_row(connection, name))

    def set_password(self, actor: str, name: str, password: str) -> None:
        """Give an account another password; its sessions end. Raises `NoSuchPerson`, `BadPassword`."""
        passwords.check_choice(password, name)
        kept = passwords.hashed(password)
        with self._database.writing() as connection:
            _row(connection, name)
            _change(connection, name, password=kept, session=_new_session())
            self._audit.note(connection, actor, "user.password", name)

    def set_role(self, actor: str, name: str, role: UserRole) -> None:
        """Give an account another role, at once. Raises `NoSuchPerson`, `LastAdmin`."""
        with self._database.writing() as connection:
            before = _person(_row(connection, name))
            if before.role is role:
                return
            _keep_an_admin(connection, before)
            _change(connection, name, role=role)
            self._audit.note(connection, actor, "user.role", name, before=before.role, after=role)

    def deactivate(self, actor: str, name: str) -> None:
        """Let nobody in by this account any more; its sessions end. Raises `NoSuchPerson`, `LastAdmin`."""
        with self._database.writing() as connection:
            before = _person(_row(connection, name))
            if not before.active:
                return
            _keep_an_admin(connection, before)
            _change(connection, name, active=False, session=_new_session())
            self._audit.note(connection, actor, "user.deactivate", name)

    def activate(self, actor: str, name: str) -> None:
        """Let people in by this account again, with the password that it had. Raises `NoSuchPerson`."""
        with self._database.writing() as connection:
            if _person(_row(connection, name)).active:
                return
            _change(connection, name, active=True)
            self._audit.note(connection, actor, "user.activate", name)

    def end_sessions(self, actor: str, name: str) -> None:
        """End all sessions of an account. Raises `NoSuchPerson`."""
        with self._database.writing() as connection:
            _row(connection, name)
            _change(connection, name, session=_new_session())
            self._audit.note(connection, actor, "user.log_out", name)

    def check(self, name: str, password: str) -> User | None:
        """The active account with that name and password; takes as long where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if not passwords.is_right(password, row.password if row else None) or row is None or not row.active:
            return None
        if passwords.is_outdated(row.password):
            again = passwords.hashed(password)
            same = (users.c.name == name) & (users.c.password == row.password)
            with self._database.writing() as connection:
                connection.execute(update(users).where(same).values(password=again))
        return _person(row)

    def log_in(self, name: str, password: str) -> User | None:
        """The same, noted in the audit log."""
        person = self.check(name, password)
        if person is not None:
            with self._database.writing() as connection:
                self._audit.note(connection, name, "user.log_in", name)
        return person


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(users).where(users.c.name == name)).first()
    if row is None:
        raise NotFound(
            N_("There is no account named {name!r}. `python -m kb user list` and the page Users show all accounts."),
            code="no_such_person",
            name=name,
        )
    return row


def _person(row: Row[Any]) -> User:
    return User(row.name, UserRole(row.role), row.active, row.created_at.replace(tzinfo=UTC), row.session)


def _change(connection: Connection, name: str, **values: object) -> None:
    connection.execute(update(users).where(users.c.name == name).values(values))


def _admins(connection: Connection) -> int:
    active = select(func.count()).where(users.c.role == UserRole.ADMIN, users.c.active)
    return connection.execute(active).scalar_one()


def _keep_an_admin(connection: Connection, person: User) -> None:
    """Raises `LastAdmin` if nobody but `person` can manage accounts."""
    if person.active and person.role is UserRole.ADMIN and _admins(connection) == 1:
        raise Conflict(
            N_("{name!r} is the only active administrator and cannot be changed. Create another one first."),
            code="last_admin",
            name=person.name,
        )


def _new_session() -> str:
    return secrets.token_urlsafe(16)
