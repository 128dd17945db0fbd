"""
When something may go out in a chat: rhythms, whose next free time a publication takes.

A time is taken by whatever is planned in that chat within half an hour of it. Who takes one does so in the transaction
that schedules, so nobody else gets the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store.tables import posts, publications, slots
from bot.thread import rhythm
from bot.thread.rhythm import Rhythm

NEAR = timedelta(minutes=30)
FAR = timedelta(days=366)  # no slot is looked for beyond
MOST = 10  # rhythms of a chat
NONE = ("none", "нет", "off", "-")


def read(words: str, zone: str) -> list[Rhythm]:
    """The slots that somebody has written, by the clocks of `zone` where they name none; ValueErrors in words."""
    if words.strip().casefold() in NONE:
        return []
    found = [rhythm.read(part) for part in words.split(";") if part.strip()]
    if not found or len(found) > MOST or not all(one.cron for one in found):
        raise ValueError(f"{words!r}: a chat has 1 to {MOST} slots, such as mon,wed,fri 18:00 Europe/Moscow")
    return [one if one.zone else one.model_copy(update={"zone": zone}) for one in found]


def put(connection: Connection, chat_id: int, rhythms: Sequence[Rhythm]) -> None:
    """These take the place of those that it had."""
    connection.execute(delete(slots).where(slots.c.chat_id == chat_id))
    for one in rhythms:
        connection.execute(insert(slots).values(chat_id=chat_id, rhythm=one.model_dump(mode="json")))


def of(connection: Connection, chat_id: int) -> list[Rhythm]:
    rows = connection.scalars(select(slots.c.rhythm).where(slots.c.chat_id == chat_id).order_by(slots.c.id))
    return [Rhythm.model_validate(row) for row in rows]


def taken(connection: Connection, chat_id: int, at: datetime) -> bool:
    """Whether something is planned in a chat about that time."""
    near = posts.c.due.between(at - NEAR, at + NEAR) & (posts.c.state == "planned")
    found = select(posts.c.id).join(publications).where(near, publications.c.chat_id == chat_id)
    return connection.execute(found.limit(1)).first() is not None


def free(connection: Connection, chat_id: int, now: datetime) -> datetime | None:
    """The next slot of a chat in which nothing is planned; None where it has none, or none within a year."""
    rhythms, at = of(connection, chat_id), now
    while rhythms:
        at = min(one.after(at, now, UTC, exact=False) for one in rhythms)
        if at > now + FAR:
            return None
        if not taken(connection, chat_id, at):
            return at
    return None
