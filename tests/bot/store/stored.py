"""Databases for the tests of migrations: one that was stored at 0001, what is in a file, a revision made for tests."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import NullPool, create_engine, inspect

from bot.store import schema

FIRST = schema.SCRIPTS / "versions" / "0001_first_tables.py"
Rows = dict[str, list[dict[str, str]]]  # by table
STORED = Path(__file__).parent / "databases" / "0001.sql"

# What every database in use refused: tables that others point to are made anew, with a constraint and a column more.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("posts", "polls"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("why", sa.Text()))
            batch.create_check_constraint("state_known", "state != 'lost'")
    op.execute("{sql}")


def downgrade() -> None:
    for table in ("polls", "posts"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint("state_known", type_="check")
            batch.drop_column("why")
"""


def load(file: Path) -> Path:
    """The database of 0001, as a file in use is: in WAL mode."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(STORED.read_text("utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return file


def next_scripts(folder: Path, sql: str = "UPDATE polls SET why = error") -> Path:
    """A folder of migrations that ends with a 0002 of the tests' own, which also runs `sql`."""
    scripts = folder / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(schema.SCRIPTS / name, scripts)
    shutil.copy(FIRST, scripts / "versions")
    (scripts / "versions" / "0002_next.py").write_text(NEXT.format(sql=sql))
    return scripts


def move(file: Path, scripts: Path, revision: str) -> None:
    """As `alembic upgrade` or `alembic downgrade` by hand would."""
    with schema.migration(file, scripts) as connection:
        config = schema.alembic_config(connection, scripts)
        forth = revision > (revision_of(file, scripts) or "")
        (command.upgrade if forth else command.downgrade)(config, revision)


def revision_of(file: Path, scripts: Path) -> str | None:
    """The revision that is committed."""
    with closing(sqlite3.connect(file)) as connection:
        return schema.revision(connection, file, scripts)


def contents(file: Path) -> Rows:
    """Every row of every table but Alembic's, each value as it is written: 1 is not 1.0."""
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {table: _rows(connection, table) for (table,) in names if table != "alembic_version"}


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, str]]:
    found = connection.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in found.description]
    return sorted((dict(zip(columns, map(repr, row), strict=True)) for row in found), key=str)


def shape(file: Path) -> dict[str, list[str]]:
    """Tables, columns, keys, constraints and indices."""
    kinds = ("columns", "foreign_keys", "indexes", "unique_constraints", "check_constraints")
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).connect() as connection:
        seen = inspect(connection)
        return {
            f"{table}: {kind}": sorted(json.dumps(one, default=str) for one in getattr(seen, f"get_{kind}")(table))
            for table in seen.get_table_names()
            for kind in kinds
        }


def shared(one: Rows, other: Rows, but: set[str]) -> list[tuple[str, list[str], list[str]]]:
    """Of `one`, the tables and columns that `other` has as well, without those named in `but`."""
    kept = []
    for table in sorted(one.keys() & other.keys()):
        mine, yours = ((rows[table] or [{}])[0] for rows in (one, other))  # of an empty one, the number
        names = [n for n in mine if n in yours and f"{table}.{n}" not in but]
        kept.append((table, names, sorted(str([row[name] for name in names]) for row in one[table])))
    return kept
