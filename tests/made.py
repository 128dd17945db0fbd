"""Databases that are made already: the migrations run once in each process of pytest, and every test has a copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store import location, store
from bot.store.store import Database


def fresh(url: str) -> Database:
    """What `store.create` gives where there is nothing, for a twentieth of the time."""
    location.of(url).write_bytes(_made())
    return store.create(url)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The same, and none of its connections left open behind."""
    database = fresh(url)
    try:
        yield database
    finally:
        database.dispose()


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        store.create(f"sqlite:///{folder}/made.db").dispose()
        (file,) = Path(folder).iterdir()  # no log lies beside it: all is in the file
        return file.read_bytes()
