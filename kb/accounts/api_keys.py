"""`ApiKeys`: the keys of the API. A key's secret is shown once and kept as a hash.

A secret has 256 random bits, so that one round of SHA-256 keeps it well; passwords need more (`passwords`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from kb.accounts.audit_log import AuditLog
from kb.accounts.models import ApiKey, KeyScope
from kb.errors import N_, Invalid, NotFound
from kb.storage.database import Database
from kb.storage.schema import api_keys

LONGEST_NAME = 80  # characters
_TOKEN = re.compile("saphan_([0-9a-f]{8})_([0-9a-f]{64})")


class ApiKeys:
    """Keeps the API keys. Threads may share it."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def all(self) -> tuple[ApiKey, ...]:
        """All keys, also those that are revoked, newest first."""
        newest = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        with self._database.reading() as connection:
            return tuple(map(_key, connection.execute(newest)))

    def make(self, actor: str, name: str, scopes: Collection[KeyScope]) -> tuple[ApiKey, str]:
        """A new key and the word that opens the API, which cannot be had again. Raises `BadKey`."""
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or not scopes:
            raise Invalid(
                N_(
                    "Enter the purpose of the key, in at most {longest} characters, and select at least one permission."
                ),
                code="bad_key",
                longest=LONGEST_NAME,
            )
        id_, secret = secrets.token_hex(4), secrets.token_hex(32)
        told = [scope for scope in KeyScope if scope in scopes]
        values = {
            "id": id_,
            "name": name,
            "scopes": told,
            "secret": _sum(secret),
            "created_by": actor,
            "created_at": datetime.now(UTC).replace(tzinfo=None),
        }
        with self._database.writing() as connection:
            connection.execute(insert(api_keys).values(values))
            self._audit.note(connection, actor, "key.add", id_, name=name, scopes=told)
            made = connection.execute(select(api_keys).where(api_keys.c.id == id_)).one()
        return _key(made), f"saphan_{id_}_{secret}"

    def check(self, token: str) -> ApiKey | None:
        """The key that `token` is the word of, unless it is revoked; notes the day."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == parts[1])).first()
        if row is None or not hmac.compare_digest(_sum(parts[2]), row.secret) or row.revoked_at is not None:
            return None
        today = datetime.now(UTC).date().isoformat()
        if row.used_on != today:
            with self._database.writing() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(used_on=today))
        return _key(row)

    def revoke(self, actor: str, id: str) -> None:
        """Let nobody in by this key any more. Raises `NoSuchKey`."""
        with self._database.writing() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == id)).first()
            if row is None:
                raise NotFound(
                    N_(
                        "There is no API key with the id {id!r}. `python -m kb key list` and the page API keys "
                        "show all keys."
                    ),
                    code="no_such_key",
                    id=id,
                )
            if row.revoked_at is None:
                now = datetime.now(UTC).replace(tzinfo=None)
                connection.execute(update(api_keys).where(api_keys.c.id == id).values(revoked_at=now))
                self._audit.note(connection, actor, "key.revoke", id, name=row.name)


def _sum(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        frozenset(map(KeyScope, row.scopes)),
        row.created_by,
        row.created_at.replace(tzinfo=UTC),
        date.fromisoformat(row.used_on) if row.used_on else None,
        row.revoked_at.replace(tzinfo=UTC) if row.revoked_at else None,
    )
