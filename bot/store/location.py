"""Where the database lies: the file that an address names, and what keeps it from being used, in sentences."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot import hidden
from bot.errors import StoreError

SCHEME = "sqlite:///"
# What SQLite's own words leave open.
WORDS = {
    sqlite3.SQLITE_NOTADB: "{file} is not a SQLite database; POLLBOT_DATABASE_URL says where pollbot's is",
    sqlite3.SQLITE_CORRUPT: "{file} is damaged ({error}); stop the bot and put the last backup in its place",
    sqlite3.SQLITE_BUSY: "{file} is held by another program ({error}); try again when that has ended",
    sqlite3.SQLITE_CONSTRAINT: "{file} stays as it was: what is in it does not fit this version ({error})",
    sqlite3.SQLITE_FULL: "{file} cannot grow ({error}); make room on its disk",
}


def of(url: str) -> Path:
    """The file itself, with its folder; raises `StoreError` for an address that names none."""
    name = url.removeprefix(SCHEME)
    if name in ("", url) or name.startswith((":memory:", "file:")) or not set(name).isdisjoint("?\0"):
        msg = f"POLLBOT_DATABASE_URL={hidden.address(url)!r} names no SQLite file; write for example {SCHEME}pollbot.db"
        raise StoreError(msg)
    return Path(os.path.realpath(name))  # as SQLite does: its log lies beside the file that a link names


def look(file: Path) -> bool:
    """Is it there? Raises `StoreError` where there can be no database that is read and written."""
    folder = file.parent
    with explained(file):
        exists = os.path.lexists(file)
        if not folder.is_dir():
            msg = f"{file}: there is no folder {folder}; make it, or let POLLBOT_DATABASE_URL name another"
        elif exists and not file.is_file():
            msg = f"{file} is no file; let POLLBOT_DATABASE_URL name one in a folder"
        elif exists and not os.access(file, os.R_OK | os.W_OK):
            msg = f"{file} may not be read and written by this user; change its owner or its mode"
        elif not os.access(folder, os.W_OK | os.X_OK):
            msg = f"the folder {folder} may not be written by this user, and SQLite keeps its log beside {file.name}"
        else:
            return exists
    raise StoreError(msg)


def private(file: Path) -> BinaryIO:
    """A new file that nobody else may read, whatever the umask; raises `FileExistsError` also where a link stands."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def settle(folder: Path) -> None:
    """The names in this folder outlive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """What cannot be done with `file` becomes a `StoreError` that says so."""
    try:
        yield
    except OSError as error:
        msg = f"{file}: {error.strerror}"
        raise StoreError(msg) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what is special about it
        raise StoreError(WORDS.get(code, "{file}: {error}").format(file=file, error=error)) from error
