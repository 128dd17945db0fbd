"""What admins were told of a chat: the same is told once an hour, also by a bot that is started anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert

from bot.store.tables import told

AGAIN = timedelta(hours=1)


def is_news(connection: Connection, chat_id: int, status: str, now: datetime) -> bool:
    """Whether this was not told of a chat within the last hour; from now on it was."""
    connection.execute(delete(told).where(~told.c.at.between(now - AGAIN, now)))
    row = insert(told).values(chat_id=chat_id, status=status, at=now).on_conflict_do_nothing()
    return connection.execute(row).rowcount > 0
