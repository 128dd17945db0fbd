"""
The voter key: with it ids become pseudonyms. POLLBOT_VOTER_KEY, or one made once, in a file beside the database.

The database knows it by its fingerprint alone. Under another key everybody who votes again would be counted twice, so
another one is refused; `rekey` takes a new one when nobody can vote.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import SettingsError, StoreError
from bot.store import key_file, pseudonym, store
from bot.store.store import Database

LONGEST = blake2b.MAX_KEY_SIZE
STANDING = """
    SELECT posts.publication_id, position FROM posts JOIN publications ON publications.id = posts.publication_id
    LEFT JOIN polls ON polls.post_id = posts.id WHERE polls.state IN ('open', 'closing') AND NOT anonymous
    OR posts.state IN ('sending', 'unknown') AND polls.id IS NULL AND chat_type != 'channel'
    AND CASE WHEN json_valid(content) THEN content ->> '$.poll' END IS NOT NULL ORDER BY 1, 2"""
HIDDEN = """
    DELETE FROM strays WHERE CASE WHEN json_valid(content) THEN
        coalesce(json_type(content, '$.hidden'), json_type(content, '$[0].hidden')) END IS NOT NULL"""


def of(database: Database, configured: str, random: Callable[[int], str] = secrets.token_hex) -> bytes:
    """
    The key of this database, made where there is none yet.

    Raises `SettingsError` for one that is too short, `StoreError` for another one, and where it is lost.
    """
    path = _path(database)
    given = _forms(configured)
    with store.durable(database) as connection:  # it writes: two that start at once make one key
        known, voted = store.fact(connection, "fingerprint"), _voted(connection)
        keys = given or [key for key in map(key_file.read, (path, _next(path))) if key]
        if not keys and (known or voted):
            raise StoreError(_lost(path))
        if not keys:
            keys = [random(32).encode()]
            key_file.write(path, keys[0])
        key = next((key for key in keys if pseudonym.fingerprint(key) == known), None)
        if known and key is None:
            raise StoreError(_other(path, configured=bool(given)))
        if key is None:
            key = given[-1] if given and voted else keys[0]
            store.remember(connection, "fingerprint", pseudonym.fingerprint(key))
        if not given and key == key_file.read(_next(path)):
            _next(path).replace(path)  # a death came between
        return key


def rekey(database: Database, configured: str, *, anyway: bool = False) -> Path | None:
    """
    Take the configured key, or make another one, and forget the old one; returns its file where it has one.

    Raises `StoreError` while a poll whose voters are named may be voted in, unless `anyway`: who votes again is then
    counted twice until the poll is closed.
    """
    path, given = _path(database), _forms(configured)
    key = given[0] if given else secrets.token_hex(32).encode()
    with store.durable(database) as connection:
        standing = connection.exec_driver_sql(STANDING).all()
        if standing and not anyway:
            where = ", ".join(f"post {position} of publication {number}" for number, position in standing)
            msg = f"people can vote in {where}, and would be counted twice: wait until these polls are closed"
            raise StoreError(msg)
        connection.exec_driver_sql(HIDDEN)  # with the old key goes what is hidden under it
        if not given:
            key_file.write(_next(path), key)
        store.remember(connection, "fingerprint", pseudonym.fingerprint(key))
    if given:
        return None
    _next(path).replace(path)
    return path


def _path(database: Database) -> Path:
    return key_file.beside(Path(os.path.realpath(database.url.database or "")))


def _next(path: Path) -> Path:
    """Where a key lies that is about to take the place of another."""
    return Path(f"{path}.new")


def _forms(configured: str) -> list[bytes]:
    """The key of a setting. One that is too long was cut until 0008, and is still, where votes were hashed so."""
    key = configured.encode()
    if not key:
        return []
    if len(key) < key_file.SHORTEST:
        msg = f"POLLBOT_VOTER_KEY has {len(key)} bytes, at least {key_file.SHORTEST} are needed: a short one is guessed"
        raise SettingsError(msg)
    return [key] if len(key) <= LONGEST else [blake2b(key).digest(), key[:LONGEST]]


def _voted(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM votes)").scalar())


def _lost(path: Path) -> str:
    return (
        f"the voter key is missing: put {path.name} back to {path}, or set POLLBOT_VOTER_KEY to what it was. "
        "Is it lost, `pollbot rekey` makes another one; nobody can tell then who cast the votes of before"
    )


def _other(path: Path, *, configured: bool) -> str:
    source = "POLLBOT_VOTER_KEY" if configured else str(path)
    away = f", or unset it where {path} is the right one" if configured else ""
    return (
        f"{source} is not the key under which voters are hashed in this database, and people would be counted twice: "
        f"put the right one in its place{away}. `pollbot rekey` takes a new one when no poll is open"
    )
