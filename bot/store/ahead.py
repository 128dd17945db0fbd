"""What goes out soon, of all publications into some chats."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.steering import Among
from bot.store.tables import posts, publications


class Ahead(NamedTuple):
    """A post that is planned, and the publication that it belongs to."""

    due: datetime
    publication: int
    title: str
    chat: str
    paused: bool
    position: int


def until(connection: Connection, end: datetime, among: Among) -> list[Ahead]:
    """What is planned before `end`, in its order; what is overdue comes first."""
    p = publications.c
    query = select(posts.c.due, p.id, p.title, p.chat, p.paused.is_not(None), posts.c.position).join(publications)
    wanted = query.where(posts.c.state == "planned", posts.c.due < end, among(p.chat_id))
    return [Ahead(*row) for row in connection.execute(wanted.order_by(posts.c.due, p.id, posts.c.position))]
