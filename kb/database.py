"""Opens the SQLite database of a knowledge base and brings it up to date (Alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError

from kb.errors import HomeUnusable

HEAD = "0002"  # the newest step in kb/migrations
NAME = "saphan.sqlite"


def open_database(home: Path) -> Engine:
    """Open the database in `home`, made or migrated as needed. Raises `HomeUnusable`."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        engine = create_engine(URL.create("sqlite", database=str(home / NAME)))
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        _migrate(engine)
    except (OSError, DatabaseError) as error:
        raise HomeUnusable(home=home, reason=_reason(error)) from error
    return engine


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DatabaseError) else str(error)


def _configure(connection: Any, _record: object) -> None:
    """Settings of a fresh connection. What is committed survives a power cut (synchronous=FULL)."""
    connection.isolation_level = None  # SQLAlchemy's "begin" event begins; see _begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin as the caller asked: a writer takes the lock at once, so that none fails half-way."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found == HEAD:
                return  # the usual case, without importing Alembic
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
