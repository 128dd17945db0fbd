"""
The schema of a database file: which revision it has, and how it becomes the newest.

A migration is one transaction, whole or not at all, and what it replaces is kept in a copy beside the file. Foreign
keys are off in it, as Alembic changes a table of SQLite by dropping it and renaming another; its end checks them.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import chain, count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.errors import StoreError
from bot.store import location

SCRIPTS = Path(__file__).parents[2] / "migrations"
OURS = {"alembic_version", "facts", "publications"}  # in every revision: a file without them is another program's
PATIENCE_S = 60  # how long a process waits while another one migrates
TRY_S = 0.01


def check(file: Path, scripts: Path = SCRIPTS) -> None:
    """Raises `StoreError` unless `file` is a database of this very version; changes nothing."""
    makes = "`pollbot schedule` or `pollbot run` makes it"
    if not location.look(file):
        msg = f"no database at {file}; {makes}, or POLLBOT_DATABASE_URL says where it is"
        raise StoreError(msg)
    found, needed = _stored(file, scripts), revisions(scripts)[-1]
    if found is None:
        msg = f"no database at {file}, the file is empty; {makes}"
        raise StoreError(msg)
    if found != needed:
        versions = f"{found}; this one needs {needed}"
        msg = f"{file} was made by another version of pollbot ({versions}): `pollbot run` upgrades it"
        raise StoreError(msg)


def upgrade(file: Path, scripts: Path = SCRIPTS) -> None:
    """Make the database, or bring it to the newest revision; leaves one that has it alone. Raises `StoreError`."""
    if location.look(file) and _stored(file, scripts) == revisions(scripts)[-1]:
        return
    from alembic import command

    with migration(file, scripts) as connection:
        command.upgrade(alembic_config(connection, scripts), "head")


@contextmanager
def migration(file: Path, scripts: Path = SCRIPTS) -> Iterator[Connection]:
    """
    The one transaction in which the schema may change; nobody else writes while it lasts. Raises `StoreError`.

    Where it changes the revision of a database that has one, what was there before lies in `FILE.before-REVISION`.
    """
    if location.look(file):
        _stored(file, scripts)  # nothing is changed of what is not ours
    database = create_engine("sqlite://", creator=lambda: _logging(_open(file, "rwc")), poolclass=NullPool)
    event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    kept: Path | None = None
    with location.explained(file):
        try:
            with database.begin() as connection:
                driver = cast("sqlite3.Connection", connection.connection.driver_connection)
                before = revision(driver, file, scripts)
                yield connection
                _check_references(driver, file)
                after = revision(driver, file, scripts)
                if before not in (None, after):
                    kept = _copy(file, after or "base")
        except DatabaseError as error:
            if kept:
                kept.unlink()  # the commit failed: what was copied still stands in the file
            raise error.orig or error from error


def revisions(scripts: Path = SCRIPTS) -> list[str]:
    """All that this version knows, the newest last: the file of a migration begins with its revision."""
    return sorted(path.name.partition("_")[0] for path in (scripts / "versions").glob("[0-9]*_*.py"))


def revision(connection: sqlite3.Connection, file: Path, scripts: Path = SCRIPTS) -> str | None:
    """What a database has, None while it is empty. Raises `StoreError` where it is a newer pollbot's, or not one's."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables <= {"alembic_version"}:
        return None
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if tables >= OURS else []
    if not rows:
        some = ", ".join(sorted(tables)[:5])
        msg = f"{file} is another program's database (its tables: {some}); POLLBOT_DATABASE_URL says where pollbot's is"
        raise StoreError(msg)
    known = revisions(scripts)
    if rows[0][0] not in known:
        msg = f"{file} was written by a newer pollbot ({rows[0][0]}); this one knows {known[-1]}: install the newer one"
        raise StoreError(msg)
    return str(rows[0][0])


def alembic_config(connection: Connection, scripts: Path = SCRIPTS) -> Any:  # noqa: ANN401 alembic is imported late
    """Alembic's configuration, bound to an open connection."""
    from alembic.config import Config

    config = Config(stdout=sys.stdout)  # else the one that was there when alembic was loaded
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _stored(file: Path, scripts: Path) -> str | None:
    with location.explained(file), closing(_open(file, "rw")) as connection:
        connection.execute("BEGIN")
        return revision(connection, file, scripts)


def _open(file: Path, mode: str) -> sqlite3.Connection:
    """A connection on which foreign keys are off and nothing begins by itself."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode={mode}", timeout=PATIENCE_S, isolation_level=None, uri=True)
    connection.execute("PRAGMA foreign_keys=OFF")
    return connection


def _logging(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The same in WAL mode, which SQLite refuses at once, whatever the timeout, while another process takes it up."""
    until = monotonic() + PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                connection.close()
                raise
            sleep(TRY_S)
        else:
            return connection


def _check_references(connection: sqlite3.Connection, file: Path) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        rows = ", ".join(f"{table} {row} names no row of {parent}" for table, row, parent, _ in broken)
        msg = f"{file} stays as it was: {rows}; restore a backup, or mend these rows"
        raise StoreError(msg)


def _copy(file: Path, label: str) -> Path:
    """The file as it was before the transaction: nobody else sees yet what that has changed."""
    numbers = chain([""], (f".{n}" for n in count(2)))  # an older copy is never lost
    kept = next(path for n in numbers if not (path := Path(f"{file}.before-{label}{n}")).exists())
    part = Path(f"{file}.part")
    _remove(part)  # a kill's
    part.touch(mode=0o600)
    try:
        with closing(_open(file, "rw")) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        return part.rename(kept)
    except BaseException:
        _remove(part)
        raise


def _remove(part: Path) -> None:
    for path in (part, Path(f"{part}-journal")):
        path.unlink(missing_ok=True)
