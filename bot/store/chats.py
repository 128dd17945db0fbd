"""The chats that an admin may choose from: where an admin has brought the bot, or has had it publish."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.tables import chats, publications

# What people call the chat of a publication, as far as anybody has told; to be joined with `chats`.
TITLE = func.coalesce(chats.c.title, publications.c.chat_title, publications.c.chat)
MOST = 100  # that are remembered
CHOICES = 10  # of these, with a button


class Known(NamedTuple):
    """A chat by what Telegram takes, and by what people call it."""

    id: int
    ref: str
    title: str


def keep(connection: Connection, chat: Known, now: datetime) -> None:
    """The bot is there; the chats that were named the longest ago make room."""
    row = {"ref": chat.ref, "title": chat.title, "at": now}
    connection.execute(insert(chats).values(id=chat.id, **row).on_conflict_do_update(index_elements=["id"], set_=row))
    newest = select(chats.c.id).order_by(chats.c.at.desc(), chats.c.id).limit(MOST)
    connection.execute(delete(chats).where(chats.c.id.not_in(newest)))


def forget(connection: Connection, chat_id: int) -> None:
    """The bot is not there any more."""
    connection.execute(delete(chats).where(chats.c.id == chat_id))


def ours(connection: Connection) -> frozenset[int]:
    """Those whose administrators may steer what goes there."""
    return frozenset(one.id for one in known(connection, MOST))


def move(connection: Connection, old: int, new: int) -> None:
    """A chat has another id now."""
    connection.execute(delete(chats).where(chats.c.id == new))
    connection.execute(update(chats).where(chats.c.id == old).values(id=new))


def known(connection: Connection, most: int) -> list[Known]:
    """The newest first."""
    p = publications.c
    newest = func.max(p.created)
    used = (
        select(p.chat_id, p.chat, func.coalesce(func.max(p.chat_title), p.chat), newest)
        .where(p.chat_type != "private")
        .group_by(p.chat_id)
    )
    found = {row.id: (row.at, Known(row.id, row.ref, row.title)) for row in connection.execute(select(chats))}
    for chat_id, ref, called, at in connection.execute(used.order_by(newest.desc()).limit(MOST)):
        before = found.get(chat_id)
        title = before[1].title if before else called
        found[chat_id] = (max(at, before[0]) if before else at, Known(chat_id, ref, title))
    return [chat for _, chat in sorted(found.values(), key=lambda one: one[0], reverse=True)][:most]
