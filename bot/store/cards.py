"""The card that each admin has opened last: it is edited while people vote, until it is opened long enough."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store import store
from bot.store.store import Database
from bot.store.tables import cards

C = cards.c
EVERY = select(C.admin, C.message_id, C.publication_id, C.opened, C.edited, C.digest)  # made once: asked at each tick


class Opened(NamedTuple):
    """A card in an admin's private chat; `digest` tells what it shows."""

    admin: int
    message_id: int
    publication: int
    opened: datetime
    edited: datetime
    digest: str


def opened(connection: Connection, card: Opened) -> None:
    """An admin sees this card now, and it is the one that moves."""
    row = {**card._asdict(), "publication_id": card.publication}
    del row["publication"]
    put = insert(cards).values(**row)
    connection.execute(put.on_conflict_do_update(index_elements=["admin"], set_=row))


def left(connection: Connection, admin: int, message_id: int) -> None:
    """In that message something else stands now."""
    connection.execute(delete(cards).where(C.admin == admin, C.message_id == message_id))


def every(database: Database) -> list[Opened]:
    """All that are open."""
    with store.reading(database) as connection:
        return [Opened._make(row) for row in connection.execute(EVERY)]


def shows(database: Database, card: Opened, digest: str, now: datetime) -> None:
    """It was edited, or nothing has changed; unless its admin has gone on meanwhile."""
    with database.begin() as connection:
        this = (C.admin == card.admin) & (C.message_id == card.message_id) & (C.opened == card.opened)
        connection.execute(update(cards).where(this).values(digest=digest, edited=now))


def close(database: Database, card: Opened) -> None:
    """It moves no more."""
    with database.begin() as connection:
        left(connection, card.admin, card.message_id)
