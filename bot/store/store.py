"""
The database: how it is made, how it is opened, and one way to begin a transaction.

Every query lives in a module named after its rows: `schedule` (publications and posts), `messages`, `polls`, `votes`,
`runs`. One function there is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.store import key_file, location, schema

Synchronous = Literal["NORMAL", "FULL"]
Database = Engine  # SQLAlchemy's word: here, an engine is what measures

# 4,000 pages of log before they are copied: votes touch the same pages again and again, a copy has each of them once.
# While somebody reads, the log grows; when it begins anew it is cut to twice what it needs otherwise.
LOG_LIMIT = 32 << 20
STATEMENT = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
)
PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "wal_autocheckpoint=4000",
    f"journal_size_limit={LOG_LIMIT}",
    "foreign_keys=ON",
    "secure_delete=ON",  # who is forgotten, or was handled, is no more in the file
)


def create(url: str, synchronous: Synchronous = "NORMAL") -> Database:
    """The database at `url`, made or upgraded where it has to be: only `run` and `schedule` do that."""
    file = location.of(url)
    key_file.take_out(file)  # before a copy of it is made
    schema.upgrade(file)
    return _database(url, file, synchronous)


def connect(url: str, synchronous: Synchronous = "NORMAL") -> Database:
    """The database at `url`, as it is; raises `StoreError` where there is none of this very version."""
    file = location.of(url)
    schema.check(file)
    return _database(url, file, synchronous)


@contextmanager
def created(url: str, synchronous: Synchronous = "NORMAL") -> Iterator[Database]:
    """The database as `create` gives it, and none of its connections left open behind."""
    with _disposed(create(url, synchronous)) as database:
        yield database


@contextmanager
def opened(url: str, synchronous: Synchronous = "NORMAL") -> Iterator[Database]:
    """The database as `connect` gives it, and none of its connections left open behind."""
    with _disposed(connect(url, synchronous)) as database:
        yield database


@contextmanager
def _disposed(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.dispose()


def _database(url: str, file: Path, synchronous: Synchronous) -> Database:
    # Never makes a file: a database that is taken away while the bot runs is an error, not an empty one.
    return over(url, partial(_open, f"{file.as_uri()}?mode=rw", synchronous))


def over(url: str, open_: Callable[[], sqlite3.Connection]) -> Database:
    """
    The database behind the connections that `open_` makes: in them nothing begins by itself.

    A write transaction takes the write lock at its beginning, so what it reads cannot change before it writes.
    """
    # As many connections as threads ask for: a query that waits for another's connection fails under load.
    database = create_engine(url, creator=open_, max_overflow=-1)
    event.listen(database, "begin", _begin)
    return database


def _open(address: str, synchronous: Synchronous) -> sqlite3.Connection:
    """In WAL mode; `synchronous` FULL outlives a power cut, NORMAL the death of the process."""
    connection = sqlite3.connect(address, isolation_level=None, check_same_thread=False, uri=True)
    try:
        for pragma in (*PRAGMAS, f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def reading(database: Database) -> AbstractContextManager[Connection]:
    """A transaction that only reads: it never waits for a writer and never makes one wait."""
    return database.execution_options(reads=True).begin()


@contextmanager
def durable(database: Database) -> Iterator[Connection]:
    """A transaction that is on the disk when it ends, with all before it: it outlives a power cut in any case."""
    with database.connect() as connection:
        with cursor(connection) as driver:
            (usual,) = driver.execute("PRAGMA synchronous").fetchone()
            driver.execute("PRAGMA synchronous=FULL")
        try:
            with connection.begin():
                yield connection
        finally:
            with cursor(connection) as driver:
                driver.execute(f"PRAGMA synchronous={usual}")


@contextmanager
def cursor(connection: Connection) -> Iterator[sqlite3.Cursor]:
    """The driver's own cursor within the caller's transaction, for what runs at every vote; errors as usual."""
    try:
        yield cast("sqlite3.Cursor", connection.connection.cursor())
    except sqlite3.Error as error:
        msg = "a statement given to the driver"
        raise OperationalError(msg, None, error) from error


def everybodys(error: Exception) -> bool:
    """A busy or full database passes; what it does not understand, or its tables do not take, is one statement's."""
    code = getattr(error.orig, "sqlite_errorcode", None) if isinstance(error, DBAPIError) else None
    return code is not None and code & 0xFF not in STATEMENT  # what is above tells more


def fact(connection: Connection, name: str, default: str = "") -> str:
    """One remembered value."""
    return connection.exec_driver_sql("SELECT value FROM facts WHERE name = ?", (name,)).scalar() or default


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep one value under its name; the newest wins."""
    keep = "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    connection.exec_driver_sql(keep, (name, value))
