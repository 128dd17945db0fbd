"""Whose clocks people go by: an admin's own, kept by the private chat, or those of a chat."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.tables import publications, zones


def choose(connection: Connection, chat_id: int, zone: str) -> None:
    row = {"zone": zone}
    added = insert(zones).values(chat_id=chat_id, **row)
    connection.execute(added.on_conflict_do_update(index_elements=["chat_id"], set_=row))


def chosen(connection: Connection, *chat_ids: int) -> str | None:
    """The zone of the first of these that has one."""
    found = {row.chat_id: row.zone for row in connection.execute(select(zones).where(zones.c.chat_id.in_(chat_ids)))}
    return next((str(found[one]) for one in chat_ids if one in found), None)


def usual(connection: Connection, admin: int) -> str:
    """The zone that an admin has chosen, or else the newest publication's."""
    newest = select(publications.c.zone).order_by(publications.c.id.desc()).limit(1)
    return chosen(connection, admin) or connection.scalar(newest) or "UTC"
