"""A copy of the database as it is at one moment, and the proof that such a copy is whole."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import DatabaseError

from kb.atomic_files import shown
from kb.errors import HomeUnusable, NotWritten
from kb.storage.database import open_database

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ")
# Triggers, views and virtual tables, none of which are ours, have no page: code that a copy must not bring.
_WITHOUT_PAGES = "SELECT count(*) FROM sqlite_master WHERE coalesce(rootpage, 0) = 0"


def copy(home: Path, target: Path) -> None:
    """Write to `target` what the database of `home` holds now; others may go on reading and writing it.

    Pages that nothing uses are left behind, and what was deleted with them. Raises `HomeUnusable`,
    `NotWritten`.
    """
    engine = open_database(home)
    try:
        connection = engine.raw_connection()  # outside a transaction, as VACUUM must be
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(target),))
        except UnicodeEncodeError as error:
            raise NotWritten(path=shown(target), reason="the name is not UTF-8") from error
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "") in _DAMAGED:
                raise HomeUnusable(home=home, reason=error) from error
            raise NotWritten(path=shown(target), reason=error) from error
        finally:
            connection.close()
    finally:
        engine.dispose()


def schema_of(path: Path) -> str | None:
    """The step of `kb/migrations` that a copy of a database is at; None when it is not whole. Only reads.

    Whole means: SQLite finds no fault with its pages and keys, and nothing in it runs by itself.
    """
    where = f"file:{quote(os.fsencode(path))}"
    options = {"mode": "ro", "immutable": "1", "uri": "true"}
    engine = create_engine(URL.create("sqlite", database=where, query=options))
    try:
        with engine.connect() as connection:
            connection.execute(text("PRAGMA trusted_schema=OFF"))
            if connection.scalar(text(_WITHOUT_PAGES)):
                return None
            if connection.execute(text("PRAGMA integrity_check")).scalars().all() != ["ok"]:
                return None
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                return None
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    except DatabaseError:
        return None
    finally:
        engine.dispose()
