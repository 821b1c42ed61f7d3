"""The SQLite database of a knowledge base: opened, brought up to date (Alembic), read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError

from kb.errors import HomeUnusable
from kb.storage.schema import metadata

HEAD = "0004"  # the newest step in kb/migrations
NAME = "saphan.sqlite"
_PATIENCE = 5000  # milliseconds for which `compact` waits for others

Transaction = Connection  # what `Database.reading` and `Database.writing` give
_BATCH = 500  # keys in one IN list


def batched(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut keys into lists that fit into one IN list."""
    for at in range(0, len(keys), _BATCH):
        yield keys[at : at + _BATCH]


class Database:
    """The database of one home. Threads may share it; each `reading` and `writing` is a transaction of its own."""

    def __init__(self, home: Path) -> None:
        """Open it, made or migrated as needed. Raises `HomeUnusable`."""
        self.home = home
        self._engine = open_database(home)
        self._followers: list[Callable[[], None]] = []

    def on_commit(self, follower: Callable[[], None]) -> None:
        """Call `follower` after each transaction that was written here, in the thread that wrote it."""
        self._followers.append(follower)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that reads the database as it is at one moment. Raises `HomeUnusable`."""
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise HomeUnusable(home=self.home, reason=error.orig) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that writes: all of it is kept or nothing. Raises `HomeUnusable`."""
        try:
            connected = self._engine.connect().execution_options(writing=True)
            with connected as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise HomeUnusable(home=self.home, reason=error.orig) from error
        for follower in self._followers:
            follower()

    def compact(self) -> bool:
        """Write the database anew without what was deleted, and empty its log; others may go on using it.

        Returns False, with nothing lost, when some reader does not let go of what it saw before. Needs as much
        room again as the database has. Raises `HomeUnusable`.
        """
        connection = self._engine.raw_connection()  # outside a transaction, as VACUUM must be
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE}")
            # A reader in the way is found out before the whole database goes into the log.
            if not _emptied_log(cursor):
                return False
            cursor.execute("VACUUM")
            return _emptied_log(cursor)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                return False
            raise HomeUnusable(home=self.home, reason=error) from error
        finally:
            connection.invalidate()  # it waits less than others do
            connection.close()

    def bytes_on_disk(self) -> int:
        """The size of the database files."""
        return sum(path.stat().st_size for path in self.home.glob(NAME + "*"))


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


def _emptied_log(cursor: Any) -> bool:
    """Write what is in the log into the database and cut the log to nothing; False when a reader needs it."""
    (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DatabaseError) else str(error)


def _configure(connection: Any, _record: object) -> None:
    """Settings of a fresh connection.

    What is committed survives a power cut (synchronous=FULL); what is deleted is overwritten (secure_delete).
    """
    connection.isolation_level = None  # SQLAlchemy's "begin" event begins; see _begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin as the caller asked: a writer takes the lock at once, so that none fails half-way."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(engine: Engine) -> None:
    """Make the tables of a new database, or bring an older one up to date. Raises `HomeUnusable`."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            found = None
        elif (found := connection.execute(text("SELECT version_num FROM alembic_version")).scalar()) == HEAD:
            return  # the usual case, without importing Alembic
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        if found is None:
            metadata.create_all(connection)
            command.stamp(config, "head")
        elif found in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}:
            command.upgrade(config, "head")
        else:
            raise HomeUnusable(
                home=engine.url.database, reason=f"its database is of step {found}, which this version does not know"
            )
