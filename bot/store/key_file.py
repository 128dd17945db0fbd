"""
The file of the voter key, beside the database and never in it: `FILE.voter-key`.

Databases from before 0008 held the key, and names in what could not be read. Both are taken out before anything is
copied: the key is on the disk beside first, and nothing that SQLite had deleted is left in the file or its log.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StoreError
from bot.store import location, pseudonym, schema, shape

SHORTEST = 16  # bytes of a key
GONE = "INSERT INTO facts VALUES ('voter_key', '') ON CONFLICT DO UPDATE SET value = ''"
KNOW = "INSERT INTO facts VALUES ('fingerprint', ?) ON CONFLICT DO UPDATE SET value = excluded.value"


def beside(file: Path) -> Path:
    return Path(f"{file}.voter-key")


def read(path: Path) -> bytes | None:
    """The key in a file, None where there is none. Raises `StoreError` for what is no key."""
    try:
        key = path.read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        msg = f"{path}: {error.strerror}; it holds the voter key, and must be read by this user"
        raise StoreError(msg) from error
    if len(key) < SHORTEST:
        msg = f"{path} holds {len(key)} bytes, and a voter key has at least {SHORTEST}: put the right one in its place"
        raise StoreError(msg)
    return key


def write(path: Path, key: bytes) -> None:
    """The key in a file that is whole or not there, and on the disk; to be called by one process at a time."""
    part = Path(f"{path}.part")
    with location.explained(path):
        part.unlink(missing_ok=True)  # a kill's
        with location.private(part) as out:
            out.write(key + b"\n")
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        location.settle(path.parent)


def take_out(file: Path) -> None:
    """What a database from before holds of its key and of names: out of it, and out of the copies beside it."""
    if location.look(file):
        with _opened(file) as connection:
            if not schema.revision(connection, file):
                return
            held = _facts(connection)
            if held.get("voter_key") or "fingerprint" not in held:
                _take_out(connection, file)
            if "voter_key" in _facts(connection) and _swept(connection, file):
                connection.execute("DELETE FROM facts WHERE name = 'voter_key'")


def _facts(connection: sqlite3.Connection) -> dict[str, str]:
    """The key, empty when it is out and what is left of it is not; and the fingerprint."""
    return dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('voter_key', 'fingerprint')"))


def _take_out(connection: sqlite3.Connection, file: Path) -> None:
    """In one transaction, which also keeps two processes from doing it at once."""
    connection.execute("BEGIN IMMEDIATE")
    key = _facts(connection).get("voter_key", "").encode()
    if key:
        _keep(file, key)
        connection.execute(KNOW, (pseudonym.fingerprint(key),))
    if _unnamed(connection) or key:
        connection.execute(GONE)
    connection.execute("COMMIT")


def _keep(file: Path, key: bytes) -> None:
    path = beside(file)
    there = read(path)
    if there not in (None, key):
        msg = f"{file} holds a voter key, and {path} is another one: votes are hashed under the first; move {path} away"
        raise StoreError(msg)
    if there is None:
        write(path, key)


def _unnamed(connection: sqlite3.Connection) -> int:
    """Updates that could not be read keep their shape; how many had more."""
    kept = connection.execute("SELECT update_id, content FROM strays").fetchall()
    changed = [(found, number) for number, content in kept if (found := _nameless(content)) != content]
    connection.executemany("UPDATE strays SET content = ?, reason = 'cannot be read' WHERE update_id = ?", changed)
    return len(changed)


def _nameless(content: str) -> str:
    try:
        found = json.loads(content)
    except ValueError:  # it was cut
        found = shape.TEXT
    if isinstance(found, dict) and "telegram_id" in found:  # ours, of a poll that is not known: it names nobody
        return content
    return json.dumps(shape.of(found))


def _swept(connection: sqlite3.Connection, file: Path) -> bool:
    """Nothing that was deleted is left in the file, its log and the copies beside it; False: another process reads."""
    for copy in file.parent.glob(f"{file.name}.before-*[!lm]"):  # not what SQLite has beside them: -wal, -shm, -journal
        with _opened(copy) as old:
            if _is_ours(old, copy):
                old.execute("BEGIN IMMEDIATE")
                _unnamed(old)
                old.execute("DELETE FROM facts WHERE name = 'voter_key'")
                old.execute("COMMIT")
                _emptied(old)
    return _emptied(connection)


def _is_ours(connection: sqlite3.Connection, file: Path) -> bool:
    try:
        return schema.revision(connection, file) is not None
    except (StoreError, sqlite3.DatabaseError):
        return False


def _emptied(connection: sqlite3.Connection) -> bool:
    connection.execute("VACUUM")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    address = f"{file.as_uri()}?mode=rw"
    with (
        location.explained(file),
        closing(sqlite3.connect(address, timeout=schema.PATIENCE_S, isolation_level=None, uri=True)) as connection,
    ):
        connection.execute("PRAGMA secure_delete=ON")
        yield connection
