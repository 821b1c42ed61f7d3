"""The secret of a home: what is signed with it was signed here."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from kb.errors import HomeUnusable

NAME = "secret"


def secret_of(home: Path) -> str:
    """The home's secret, 64 hexadecimal digits, made if it is not there; only its owner can read the file.

    Raises `HomeUnusable`.
    """
    path = home / NAME
    try:
        if not path.exists():
            _make(path)
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HomeUnusable(home=home, reason=f"{NAME}: {error}") from error
    if len(found) < 64:
        raise HomeUnusable(home=home, reason=f"{NAME} is cut off; delete it")
    return found


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; of several that do so at once, the first one's counts."""
    aside = path.with_name(f".{NAME}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        try:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(aside, path)
        finally:
            aside.unlink()
