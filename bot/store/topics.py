"""
The topics of forums, as far as the bot has been told of them: by what happens to them, and by what it hears there.

Nobody can ask Telegram which there are. Those of a chat that no admin has brought the bot into are not kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.tables import chats, publications, topics

GENERAL = 1  # where all else stands; nothing is sent there by this number
MOST = 100  # of a chat, that are remembered
T = topics.c


class Topic(NamedTuple):
    """Nobody may have told its name."""

    thread: int
    name: str | None
    closed: bool


def learn(connection: Connection, told: dict[str, Any], now: datetime) -> None:
    """Keep what was told of a topic: its name, and whether it is closed; what was not told stays as it was."""
    chat_id, thread = told["chat"]["id"], told["thread"]
    ours = select(exists().where(chats.c.id == chat_id) | exists().where(publications.c.chat_id == chat_id))
    if not connection.scalar(ours):
        return
    known = {name: told[name] for name in ("name", "closed") if told[name] is not None}
    row = {"chat_id": chat_id, "thread": thread, "closed": False, "at": now, **known}
    fresh = insert(topics).values(row)
    here = ["chat_id", "thread"]
    connection.execute(fresh.on_conflict_do_update(index_elements=here, set_={**known, "at": now}))
    newest = select(T.thread).where(T.chat_id == chat_id).order_by(T.at.desc(), T.thread.desc()).limit(MOST)
    connection.execute(delete(topics).where(T.chat_id == chat_id, T.thread.not_in(newest)))


def known(connection: Connection, chat_id: int, most: int = MOST) -> list[Topic]:
    """Those of a chat that have a name, the newest first."""
    query = select(T.thread, T.name, T.closed).where(T.chat_id == chat_id, T.name.is_not(None))
    rows = connection.execute(query.order_by(T.at.desc(), T.thread.desc()).limit(most))
    return [Topic(*row) for row in rows]


def one(connection: Connection, chat_id: int, thread: int) -> Topic:
    """A topic by its number, whatever is known of it."""
    query = select(T.thread, T.name, T.closed).where(T.chat_id == chat_id, T.thread == thread)
    row = connection.execute(query).first()
    return Topic(*row) if row else Topic(thread, None, closed=False)


def label(topic: Topic) -> str:
    return topic.name or str(topic.thread)
