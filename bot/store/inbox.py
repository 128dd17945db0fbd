"""
The inbox: what came and is no vote, a row from the transaction that stores the offset until it is handled.

What an update changes here is committed together with the end of its row, so that it happens once; what is to be said
of it is kept in the row then, and the row ends when that was said. An update that its handler cannot digest is stuck:
it is tried no more until somebody says so, and stops no other.

No stranger fills it: a chat has room for so many of each kind, each kind for so many of all chats, and of what is told
of the bot's own place in a chat only the newest counts.

An update may be delivered again as long as Telegram keeps it (a webhook's 200 may be lost, or the last batch of a long
polling that a webhook follows): its number is `taken` for so long. Both tables are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime
from sqlite3 import Cursor
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.errors import PollbotError
from bot.store import store
from bot.store.store import Database
from bot.store.tables import inbox
from bot.store.updates import QUEUE, Other, Update

ROOM = 3_000  # rows of a kind that wait: no flood fills the disk, nor the place of another kind
CHAT_ROOM = 100  # of these, rows of one chat
LATEST = "my_chat_member"  # the kind of which the newest says all
STUCK = 1_000  # rows that are stuck
TOGETHER = 100  # carried out in one transaction
REASON = 300  # characters of why something is stuck

TAKEN = "SELECT update_id FROM taken WHERE update_id IN (SELECT value FROM json_each(?))"
TAKE = "INSERT INTO taken (update_id) VALUES (?)"
FORGET = "DELETE FROM taken WHERE update_id < ?"
OF_KIND = "SELECT count(*) FROM inbox WHERE state = 'waiting' AND kind = ?"
OF_CHAT = "SELECT count(*) FROM inbox WHERE state = 'waiting' AND kind = ? AND chat_id = ?"
OUTDATED = """
    DELETE FROM inbox WHERE state = 'waiting' AND kind = ? AND chat_id = ? AND update_id < ? AND reply IS NULL"""
KEEP = insert(inbox).on_conflict_do_nothing()  # what is stuck for longer than its number is taken
NEXT = """
    SELECT update_id, chat_id, content FROM inbox WHERE state = 'waiting' AND reply IS NULL
    AND chat_id NOT IN (SELECT value FROM json_each(?)) ORDER BY update_id LIMIT ?"""
REMOVE = "DELETE FROM inbox WHERE update_id = ?"
REPLY = "UPDATE inbox SET reply = ? WHERE update_id = ?"
UNSAID = """
    SELECT min(update_id), chat_id, content, reply FROM inbox WHERE state = 'waiting' AND reply IS NOT NULL
    GROUP BY chat_id ORDER BY 1"""
SET_STUCK = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("number"))
    .values(state="stuck", stuck=bindparam("now"), error=bindparam("why"))
)
TOO_MANY = """
    DELETE FROM inbox WHERE state = 'stuck' AND update_id <=
        (SELECT update_id FROM inbox WHERE state = 'stuck' ORDER BY update_id DESC LIMIT 1 OFFSET ?)"""

Effect = Callable[[Connection, Update], str | None]


class NotYet(PollbotError):  # noqa: N818 a state, not an error in the code
    """What an update may change is known when somebody was asked; `ask` does that, and raises nothing."""

    def __init__(self, ask: Callable[[], Awaitable[None]]) -> None:
        super().__init__("somebody is to be asked first")
        self.ask = ask


class Carried(NamedTuple):
    """How many updates are over with; which are stuck now; in which chats one waits for somebody to be asked."""

    over: int
    stuck: list[tuple[int, Exception]]
    waiting: dict[int, NotYet]


class Unsaid(NamedTuple):
    """What is to be said of an update whose changes are committed."""

    update_id: int
    chat_id: int
    update: Update
    reply: str


class Stuck(NamedTuple):
    """An update that its handler cannot digest."""

    update_id: int
    chat_id: int
    kinds: str
    since: datetime
    error: str


def keep(connection: Connection, others: Sequence[Other], now: datetime) -> int:
    """Store what came, once, within the caller's transaction; returns how many found no room."""
    with store.cursor(connection) as cursor:
        known = {number for (number,) in cursor.execute(TAKEN, (json.dumps([one.update_id for one in others]),))}
        fresh = {one.update_id: one for one in sorted(others) if one.update_id not in known}
        newest = {one.chat_id: one for one in fresh.values() if one.kind == LATEST}
        counting = [one for one in fresh.values() if one.kind != LATEST or newest[one.chat_id] is one]
        cursor.executemany(OUTDATED, [(LATEST, chat, one.update_id) for chat, one in newest.items()])
        kept = list(_housed(cursor, counting))
        cursor.executemany(TAKE, [(number,) for number in fresh])
        cursor.execute(FORGET, (max(one.update_id for one in others) - QUEUE,))
    if kept:
        connection.execute(KEEP, [{**one._asdict(), "state": "waiting", "came": now} for one in kept])
    return len(counting) - len(kept)


def _housed(cursor: Cursor, others: Sequence[Other]) -> Iterator[Other]:
    """Those for whom there is room."""
    of_kind = {kind: cursor.execute(OF_KIND, (kind,)).fetchone()[0] for kind in {one.kind for one in others}}
    pairs = {(one.kind, one.chat_id) for one in others}
    of_chat = {pair: cursor.execute(OF_CHAT, pair).fetchone()[0] for pair in pairs}
    for one in others:
        pair = (one.kind, one.chat_id)
        if of_kind[one.kind] < ROOM and of_chat[pair] < CHAT_ROOM:
            of_kind[one.kind] += 1
            of_chat[pair] += 1
            yield one


def carry_out(database: Database, effect: Effect, now: datetime, but: Collection[int] = ()) -> Carried:
    """
    Have `effect` change what the oldest updates say, in their order; what it returns is to be said of them.

    Nothing of an update that it raises at is changed; at `NotYet` it stays, and so do those behind it in its chat. A
    database that is in trouble is raised: then nothing has been. Chats in `but` are left alone.
    """
    stuck: list[tuple[int, Exception]] = []
    held: dict[int, NotYet] = {}
    over = 0
    with database.begin() as connection, store.cursor(connection) as cursor:
        found = cursor.execute(NEXT, (json.dumps([*but]), TOGETHER)).fetchall()
        for number, chat, content in found:
            if chat in held:
                continue
            cursor.execute("SAVEPOINT one")
            try:
                reply = effect(connection, json.loads(content))
            except NotYet as error:
                cursor.execute("ROLLBACK TO one")
                held[chat] = error
            except Exception as error:
                if store.everybodys(error):
                    raise
                cursor.execute("ROLLBACK TO one")
                _set_stuck(connection, number, error, now)
                stuck.append((number, error))
            else:
                cursor.execute(*((REPLY, (reply, number)) if reply else (REMOVE, (number,))))
            cursor.execute("RELEASE one")
            over += chat not in held
    return Carried(over, stuck, held)


def _set_stuck(connection: Connection, number: int, error: Exception, now: datetime) -> None:
    connection.execute(SET_STUCK, {"number": number, "now": now, "why": repr(error)[:REASON]})
    connection.exec_driver_sql(TOO_MANY, (STUCK,))


def unsaid(database: Database, but: Collection[int]) -> list[Unsaid]:
    """What is to be said next in each chat but these."""
    with store.reading(database) as connection:
        rows = connection.exec_driver_sql(UNSAID).all()
    free = [row for row in rows if row[1] not in but]
    return [Unsaid(number, chat, json.loads(content), reply) for number, chat, content, reply in free]


def said(database: Database, number: int) -> None:
    """It was said, or nobody will hear it."""
    with database.begin() as connection:
        connection.exec_driver_sql(REMOVE, (number,))


def unspeakable(database: Database, number: int, error: Exception, now: datetime) -> None:
    """Its changes stand; what is to be said of it cannot be."""
    with database.begin() as connection:
        _set_stuck(connection, number, error, now)


def stuck(connection: Connection) -> list[Stuck]:
    """What waits for somebody's word, the oldest first."""
    i = inbox.c
    rows = connection.execute(
        select(i.update_id, i.chat_id, i.content, i.stuck, i.error).where(i.state == "stuck").order_by(i.update_id)
    )
    return [Stuck(number, chat, _kinds(content), since, error) for number, chat, content, since, error in rows]


def _kinds(content: str) -> str:
    """What an update is: `message`, `callback_query`."""
    return ", ".join(name for name in json.loads(content) if name != "update_id") or "empty"


def waiting(connection: Connection, since: datetime) -> int:
    """How many have waited from before `since`."""
    query = select(func.count()).select_from(inbox).where(inbox.c.state == "waiting", inbox.c.came < since)
    return connection.execute(query).scalar_one()


def again(database: Database) -> int:
    """Have what is stuck tried again; returns how many that are."""
    with database.begin() as connection:
        stuck = inbox.c.state == "stuck"
        return connection.execute(update(inbox).where(stuck).values(state="waiting", stuck=None, error=None)).rowcount


def drop(database: Database) -> int:
    """Forget what is stuck; returns how many that were."""
    with database.begin() as connection:
        return connection.execute(delete(inbox).where(inbox.c.state == "stuck")).rowcount
