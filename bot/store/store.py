"""
The database: one way to open it, one way to begin a transaction, and the schema kept at its newest version.

Every query lives in a module named after its rows: `schedule` (publications, posts, messages, polls), `votes`, `runs`.
One function there is one transaction.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from bot.errors import StoreError
from bot.store.tables import facts

Database = Engine  # SQLAlchemy's word: here, an engine is what measures

# 4,000 pages of log before they are copied: votes touch the same pages again and again, a copy has each of them once.
PRAGMAS = ("journal_mode=WAL", "wal_autocheckpoint=4000", "foreign_keys=ON", "busy_timeout=5000")


def connect(url: str, synchronous: Literal["NORMAL", "FULL"] = "NORMAL") -> Database:
    """
    The database at `url`, with the schema upgraded to the newest version.

    SQLite runs in WAL mode; a write transaction takes the write lock at its beginning, so what it reads cannot
    change before it writes. `synchronous` FULL outlives a power cut, NORMAL the death of the process. Raises
    `StoreError` with a sentence that names the file.
    """
    try:
        database = create_engine(make_url(url))
    except ArgumentError:
        msg = f"POLLBOT_DATABASE_URL={url!r} is no database address; write for example sqlite:///pollbot.db"
        raise StoreError(msg) from None
    if database.dialect.name == "sqlite":
        pragmas = (*PRAGMAS, f"synchronous={synchronous}")
        event.listen(database, "connect", lambda connection, _record: _prepare(connection, pragmas))
        event.listen(database, "begin", _begin)
    try:
        upgrade(database)
    except DatabaseError as error:
        msg = f"the database {url!r} cannot be opened: {error.orig}; check that its folder exists and is writable"
        raise StoreError(msg) from None
    return database


def _prepare(connection: Any, pragmas: Sequence[str]) -> None:  # noqa: ANN401 the driver's own type
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def reading(database: Database) -> AbstractContextManager[Connection]:
    """A transaction that only reads: it never waits for a writer and never makes one wait."""
    return database.execution_options(reads=True).begin()


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`, in one transaction."""
    from alembic import command

    with database.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Any:  # noqa: ANN401 alembic is imported late, it costs 0.1 s
    """Alembic's configuration, bound to an open connection."""
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


def voter_key(database: Database, configured: str) -> bytes:
    """The secret under which voters are hashed: the configured one, else one made on first start and kept."""
    if configured:
        return configured.encode()[:64]
    with database.begin() as connection:
        keep = insert(facts).values(name="voter_key", value=secrets.token_hex(32)).on_conflict_do_nothing()
        connection.execute(keep)
        return fact(connection, "voter_key").encode()


@contextmanager
def cursor(connection: Connection) -> Iterator[sqlite3.Cursor]:
    """The driver's own cursor within the caller's transaction, for what runs at every vote; errors as usual."""
    try:
        yield cast("sqlite3.Cursor", connection.connection.cursor())
    except sqlite3.Error as error:
        msg = "a statement given to the driver"
        raise OperationalError(msg, None, error) from error


def fact(connection: Connection, name: str, default: str = "") -> str:
    """One remembered value."""
    return connection.exec_driver_sql("SELECT value FROM facts WHERE name = ?", (name,)).scalar() or default


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep one value under its name; the newest wins."""
    keep = "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    connection.exec_driver_sql(keep, (name, value))
