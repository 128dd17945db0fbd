"""A closed poll is asked again: a publication of its own, of that post alone, with the same answer key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Connection, insert, select

from bot.store import schedule
from bot.store.address import Chat
from bot.store.content import pictures_of, read
from bot.store.tables import audit, polls, posts, publications
from bot.thread.model import Thread

Refusal = Literal["unknown", "unclosed"]


class Asked(NamedTuple):
    """The new publication; or why there is none."""

    refusal: Refusal | None
    publication: int = 0


def ask(
    connection: Connection, publication: int, position: int, start: datetime, now: datetime, admin: int | None = None
) -> Asked:
    """Within the caller's transaction. Raises `UnreadableError` where this version cannot read the post."""
    p = publications.c
    about = select(p.title, p.language, p.late, p.late_after_s, p.chat, p.chat_id, p.chat_type, p.trial)
    row = connection.execute(about.where(p.id == publication)).first()
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    asked = connection.execute(select(posts.c.id, polls.c.state).join(polls).where(here)).first()
    if row is None or row.trial:
        return Asked("unknown")
    if asked is None or asked.state not in ("closed", "revealed"):
        return Asked("unclosed")
    post = read(connection, asked.id).model_copy(update={"after": "post", "begins": False})
    rule = {"late": row.late, "late_after": timedelta(seconds=row.late_after_s)}
    thread = Thread(title=row.title, language=row.language, posts=(post,), **rule)
    chat = Chat(row.chat, row.chat_id, row.chat_type)
    files = [pictures_of(connection, asked.id)]
    new = schedule.plan(connection, thread, chat, start=start, now=now, files=files)
    told = {"at": now, "admin": admin, "publication_id": publication, "position": position, "action": "again"}
    connection.execute(insert(audit).values(**told))
    return Asked(None, new)
