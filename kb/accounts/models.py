"""Users and API keys: frozen dataclasses, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class KeyScope(StrEnum):
    """What somebody may do."""

    READ = "read"  # read, where the site is closed; where it is open everybody may
    INGEST = "ingest"  # bring in, review, correct, take out
    ADMIN = "admin"  # purge; accounts, keys, the audit log


class UserRole(StrEnum):
    """What a person is."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[KeyScope]:
        """What a person of this role may do."""
        return frozenset(tuple(KeyScope)[: tuple(UserRole).index(self) + 1])


@dataclass(frozen=True, slots=True)
class User:
    """An account. `session` is in the cookies of its browsers; they end when it changes."""

    name: str
    role: UserRole
    active: bool
    created_at: datetime  # UTC
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the API, without its secret. It may do what its scopes say and no more."""

    id: str
    name: str  # what it is for
    scopes: frozenset[KeyScope]
    created_by: str
    created_at: datetime  # UTC
    used_on: date | None  # UTC
    revoked_at: datetime | None  # UTC

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        return f"key {self.id}"
