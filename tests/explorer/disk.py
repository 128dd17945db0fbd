"""A real SQLite in memory, whose every commit is seen; and what a power cut may leave of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store import store
from bot.store.store import Database

# What says nothing of what the bot will do: what is said to people, what never changes, times of day, numbers of rows.
SILENT = {
    "alembic_version": "*",
    "sqlite_sequence": "*",
    "pictures": "*",
    "publications": ("title", "language", "start", "created", "late", "late_after_s", "chat", "chat_title"),
    "posts": ("error", "after", "publication_id", "position"),
    "messages": ("id", "error", "sent"),
    "polls": ("error", "reveal_error", "opened", "revealed"),
    "runs": ("input", "output", "created", "started", "finished", "note", "error", "limit_s", "due"),
    "history": ("at",),
    "snapshots": ("at",),
    "strays": ("at", "reason"),
    "inbox": ("error", "content"),
    "copies": ("id", "copy_id"),
    "audit": ("id", "at"),
    "chats": ("at",),
    "drafts": ("came", "file_id", "message_id", "shown"),
    "corrections": ("audit_id", "error", "made"),
    "news": ("id", "at", "number", "reason", "since"),
    "inquiries": ("asked", "edited", "answered", "error"),
}
BEATS = ("tick", "beat")  # facts that are only times
AGE_S = 5.0  # nothing in the bot asks whether something was longer ago than this, but for patience with a worker
FULL = 2


class Connection(sqlite3.Connection):
    """Tells of each commit that has written something."""

    committed: Callable[[int], None]
    written = 0

    def commit(self) -> None:
        super().commit()
        if self.total_changes != self.written:
            self.written = self.total_changes
            self.committed(self.execute("PRAGMA synchronous").fetchone()[0])


class Disk:
    """
    `content` is what is committed, `look` tells it apart.

    `back` is what a power cut may bring back instead, of what was committed since it was loaded; what was committed
    before that may come back, too, unless it is `synced` since.
    """

    def __init__(self, now: Callable[[], datetime], committed: Callable[[], None]) -> None:
        self.now = now
        self.committed = committed
        self.content = self.look = b""
        self.back: tuple[bytes, ...] = ()
        self.synced = False
        self.connection: Connection | None = None
        self.database: Database = store.over("sqlite:///explorer", self._open)

    def load(self, content: bytes) -> None:
        """Go on from here, with a new connection: old statements do not survive it that their database is another."""
        self.close()
        self.content, self.back, self.synced = content, (), False
        self.connection = opened(content, Connection)
        self.see()
        self.connection.committed = self.keep

    def see(self) -> None:
        """It looks otherwise when time has gone by."""
        assert self.connection is not None
        self.look = digest(rows(self.connection, self.now()))

    def _open(self) -> Connection:
        assert self.connection is not None
        for pragma in ("foreign_keys=ON", "synchronous=NORMAL"):
            self.connection.execute(f"PRAGMA {pragma}")
        return self.connection

    def keep(self, level: int) -> None:
        """After a commit: at FULL it is on the disk, and so is all before it."""
        assert self.connection is not None
        before = self.look
        self.see()
        if self.look == before:  # but for times of day
            return
        self.synced |= level >= FULL
        self.back = () if level >= FULL else (*self.back, self.content)
        self.content = self.connection.serialize()
        self.committed()

    def close(self) -> None:
        self.database.dispose()
        if self.connection is not None:
            self.connection.close()  # nobody may have asked for it


def digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=12).digest()


def opened(content: bytes, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=factory)
    connection.deserialize(content)
    return connection


def rows(connection: sqlite3.Connection, now: datetime) -> list[object]:
    """All that the bot may remember, whatever the time of day."""
    return [
        (table, [tuple(_aged(value, now) if at in times else value for at, value in enumerate(row)) for row in found])
        for table, query, times in _queries(connection)
        for found in [connection.execute(query).fetchall()]
    ]


def _queries(connection: sqlite3.Connection) -> list[tuple[str, str, frozenset[int]]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return _made(tuple(name for (name,) in tables if SILENT.get(name) != "*"), Columns(connection))


class Columns:
    """The columns of a database's tables; all our databases have the same."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Columns)

    def of(self, table: str) -> list[tuple[str, str]]:
        return [(row[1], row[2]) for row in self.connection.execute(f"PRAGMA table_info({table})")]


@cache
def _made(tables: tuple[str, ...], columns: Columns) -> list[tuple[str, str, frozenset[int]]]:
    made = []
    for table in tables:
        kept = [(name, kind) for name, kind in columns.of(table) if name not in SILENT.get(table, ())]
        names = ", ".join(name for name, _ in kept)
        where = f"WHERE name NOT IN {BEATS}" if table == "facts" else ""
        times = frozenset(at for at, (_, kind) in enumerate(kept) if kind == "DATETIME")
        made.append((table, f"SELECT {names} FROM {table} {where} ORDER BY {names}", times))
    return made


def _aged(value: str | None, now: datetime) -> float | None:
    """Seconds ahead; what is over is all alike after a while."""
    if value is None:
        return None
    return max((datetime.fromisoformat(value) - now.replace(tzinfo=None)).total_seconds(), -AGE_S)


@cache
def empty() -> bytes:
    """A database as `store.create` makes it, in small pages."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        store.create(f"sqlite:///{file}").dispose()
        connection = sqlite3.connect(file, isolation_level=None)
        for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=512", "VACUUM"):
            connection.execute(statement)
        connection.close()
        return file.read_bytes()
