"""A database that takes nothing for a while, as on a disk that has become read-only."""

from contextlib import contextmanager

from sqlalchemy import event

from bot.store.store import Database


@contextmanager
def refusing(database: Database):
    """Whatever is to be written while this block runs is refused."""

    def read_only(connection, _record, _proxy):
        connection.execute("PRAGMA query_only=1")

    event.listen(database, "checkout", read_only)
    try:
        yield
    finally:
        event.remove(database, "checkout", read_only)
        database.dispose()
