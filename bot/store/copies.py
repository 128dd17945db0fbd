"""Copies: what was forwarded to an admin's private chat to be read, and stands there until it is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from bot.store import store
from bot.store.store import Database
from bot.store.tables import copies


class Copy(NamedTuple):
    """One forward; without `copy_id` nobody knows whether it was made."""

    id: int
    reader: int
    chat_id: int
    message_id: int
    copy_id: int | None
    made: datetime


def intend(database: Database, reader: int, chat_id: int, message_id: int, now: datetime) -> int:
    """Commit that a message is about to be forwarded, so that no power cut leaves a copy; returns the row's id."""
    row = {"reader": reader, "chat_id": chat_id, "message_id": message_id, "made": now}
    with store.durable(database) as connection:
        return int(connection.execute(insert(copies).returning(copies.c.id), row).scalar_one())


def made(database: Database, copy: int, copy_id: int) -> None:
    """It stands there under this id."""
    with database.begin() as connection:
        connection.execute(update(copies).where(copies.c.id == copy).values(copy_id=copy_id))


def gone(database: Database, copy: int) -> None:
    """It was not made, or is deleted."""
    with database.begin() as connection:
        connection.execute(delete(copies).where(copies.c.id == copy))


def left(database: Database) -> list[Copy]:
    """What may still stand somewhere, the oldest first."""
    with store.reading(database) as connection:
        return [Copy._make(row) for row in connection.execute(select(copies).order_by(copies.c.id))]
