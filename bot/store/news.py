"""
What admins are told without being asked: a row from the transaction in which it happens until it is said.

A row stands first once for everybody, then once for each admin who wants to hear it. It is taken before Telegram is
called and removed after that: a bot that dies in between does not know whether it was heard, and says it no more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as put

from bot.store import store
from bot.store.chats import TITLE
from bot.store.content import STORED
from bot.store.states import OFTEN, Occasion
from bot.store.store import Database
from bot.store.tables import chats, listeners, news, posts, publications

N = news.c
# Fixed text: it stands in transactions that bring posts into chats.
OF_POST = insert(news).from_select(
    ["at", "kind", "publication_id", "position", "number", "reason", "since"],
    select(
        bindparam("at", type_=N.at.type),
        bindparam("kind", type_=N.kind.type),
        posts.c.publication_id,
        posts.c.position,
        bindparam("number", type_=N.number.type),
        bindparam("reason", type_=N.reason.type),
        bindparam("since", type_=N.since.type),
    ).where(posts.c.id == bindparam("post")),
)
UNADDRESSED = select(news).where(N.admin.is_(None)).order_by(N.id)
HERE = (posts.c.publication_id == N.publication_id) & (posts.c.position == N.position)
WAITING = (
    select(N.id, N.at, N.admin, N.kind, N.publication_id, N.position, N.number, N.reason, N.since)
    .add_columns(publications.c.title, TITLE, STORED)
    .outerjoin_from(news, publications, publications.c.id == N.publication_id)
    .outerjoin(chats, chats.c.id == publications.c.chat_id)
    .outerjoin(posts, HERE)
    .where(N.admin.is_not(None), N.taken.is_(None))
    .order_by(N.id)
)
THESE = text("news.id IN (SELECT value FROM json_each(:numbers))")


class Item(NamedTuple):
    """
    One thing to tell an admin, with what it is about: `thread` and `chat` by what people call them.

    `number` is of voters, of what was due, or of a chat; `since` is when it began, `at` when it happened. `content` is
    the post as it lies in the database.
    """

    id: int
    at: datetime
    admin: int
    kind: Occasion
    publication: int | None
    position: int | None
    number: int | None
    reason: str | None
    since: datetime | None
    thread: str | None
    chat: str | None
    content: str | None


def of_post(  # noqa: PLR0913 one for each column
    connection: Connection,
    post_id: int,
    kind: Occasion,
    now: datetime,
    *,
    number: int | None = None,
    reason: str | None = None,
    since: datetime | None = None,
) -> None:
    """Something happened to a post, or to its poll."""
    about = {"number": number, "reason": reason, "since": since}
    connection.execute(OF_POST, {"post": post_id, "kind": kind, "at": now, **about})


def add(  # noqa: PLR0913 one for each column
    connection: Connection,
    kind: Occasion,
    now: datetime,
    *,
    publication: int | None = None,
    admin: int | None = None,
    number: int | None = None,
    reason: str | None = None,
    since: datetime | None = None,
) -> None:
    """Something happened to a publication, or to all; an `admin` alone is told."""
    row = {"at": now, "kind": kind, "publication_id": publication, "admin": admin}
    connection.execute(insert(news).values(**row, number=number, reason=reason, since=since))


def begin(database: Database) -> None:
    """A new process: what another was just saying may have been heard."""
    with store.reading(database) as connection:
        left = connection.execute(select(N.id).where(N.taken.is_not(None)).limit(1)).first()
    if left:
        with database.begin() as connection:
            connection.execute(delete(news).where(N.taken.is_not(None)))


def unaddressed(database: Database) -> set[int | None]:
    """The publications of which there is something new; None stands for all."""
    with store.reading(database) as connection:
        return {row.publication_id for row in connection.execute(UNADDRESSED)}


def address(database: Database, people: Mapping[int | None, Collection[int]], *, often: bool) -> None:
    """Whom a publication concerns gets a row of what is new of it, if they want to hear what happens so `often`."""
    with database.begin() as connection:
        wants = wishes(connection)
        new = [dict(row) for row in connection.execute(UNADDRESSED).mappings()]
        fresh = [row for row in new if row["publication_id"] in people]
        numbers = [row.pop("id") for row in fresh]
        concerned = [(row, admin) for row in fresh for admin in people[row["publication_id"]]]
        wanted = [(row, one) for row, one in concerned if wants.get(one, often) or row["kind"] not in OFTEN]
        if wanted:
            connection.execute(insert(news), [{**row, "admin": admin} for row, admin in wanted])
        connection.execute(delete(news).where(THESE), {"numbers": json.dumps(numbers)})


def waiting(database: Database) -> list[Item]:
    """What is to be said, the oldest first."""
    with store.reading(database) as connection:
        rows = connection.execute(WAITING).all()
    return [Item._make(row) for row in rows]


def take(database: Database, items: Sequence[Item], now: datetime) -> None:
    """Commit that these are about to be said: on the disk, for what a power cut takes back would be said twice."""
    with store.durable(database) as connection:
        connection.execute(update(news).where(THESE).values(taken=now), {"numbers": _numbers(items)})


def give_back(database: Database, items: Sequence[Item]) -> None:
    """Telegram surely did nothing."""
    with database.begin() as connection:
        connection.execute(update(news).where(THESE).values(taken=None), {"numbers": _numbers(items)})


def said(database: Database, items: Sequence[Item]) -> None:
    """They were said, or nobody will hear them."""
    with database.begin() as connection:
        connection.execute(delete(news).where(THESE), {"numbers": _numbers(items)})


def _numbers(items: Sequence[Item]) -> str:
    return json.dumps([item.id for item in items])


def wishes(connection: Connection) -> Mapping[int, bool]:
    """Which admins have said whether they want to hear of each post, closing and reveal."""
    rows = connection.execute(select(listeners.c.admin, listeners.c.often))
    return {row.admin: row.often for row in rows}


def wish(connection: Connection, admin: int, *, often: bool) -> None:
    """An admin wants to hear of each, or of none."""
    row = put(listeners).values(admin=admin, often=often)
    connection.execute(row.on_conflict_do_update(index_elements=["admin"], set_={"often": often}))
    if not often:
        connection.execute(delete(news).where(N.admin == admin, N.kind.in_(OFTEN), N.taken.is_(None)))
