"""Polls that are due, to be closed or revealed: found without reading what they hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    select,
    text,
)

from bot.store import store
from bot.store.address import COLUMNS, Address, N, given, passed_over
from bot.store.states import HALTED, UNDONE, PollState, RunState, Why
from bot.store.store import Database
from bot.store.tables import messages, polls, posts, publications
from bot.store.tables import runs as run_rows
from bot.thread.model import Language


class DuePoll(NamedTuple):
    """A poll whose time is over; no `message_id` when it was left behind in an old group; `options` as in its row."""

    id: int
    address: Address
    message_id: int | None
    options: int | None = None


class DueReveal(NamedTuple):
    """A closed poll; `measured` and `drawn` are the states of its runs, None where there is none."""

    id: int
    address: Address
    message_id: int | None
    closed: datetime
    measured: RunState | None
    drawn: RunState | None


class DueReminder(NamedTuple):
    """A poll whose end is near, as it is told in `language` by the clocks of `zone`."""

    id: int
    address: Address
    message_id: int | None
    state: PollState
    reminds: datetime
    closes: datetime
    language: Language
    zone: str | None

    def late(self, now: datetime) -> bool:
        """Is more than half of the time over that the reminder was to leave?"""
        return now > self.reminds + (self.closes - self.reminds) / 2


def _held(*why: Why) -> ColumnElement[bool]:
    """Does the reveal of a poll wait for the admin (for one of these reasons)?"""
    m = messages.alias("holds")
    held = (m.c.post_id == polls.c.post_id) & (m.c.purpose == "reveal") & m.c.state.in_(HALTED)
    return exists().where(held & m.c.why.in_(why) if why else held)


def _due(*columns: ColumnElement[Any]) -> Select[Any]:
    """Polls with their address, the message that carries them and the chat it was sent to, and `columns`."""
    parts = messages.alias("parts")
    its = (parts.c.post_id == polls.c.post_id) & (parts.c.purpose == "post")
    last = select(func.max(parts.c.part)).where(its).scalar_subquery()  # a post's poll comes after its text
    carries = (messages.c.post_id == polls.c.post_id) & (messages.c.purpose == "post") & (messages.c.part == last)
    query = select(*COLUMNS, polls.c.id, messages.c.message_ids, messages.c.chat_id, *columns)
    query = query.join_from(polls, posts, posts.c.id == polls.c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id).join(messages, carries)
    query = query.where(polls.c.post_id.not_in(given("without")))
    return query.limit(bindparam("limit", type_=Integer))


def _to_close() -> Select[Any]:
    over = (polls.c.state == "closing") | ((polls.c.state == "open") & (polls.c.closes <= bindparam("now")))
    free = publications.c.chat_id.not_in(given("chats"))
    return _due(polls.c.options).where(over, ~_held("broken"), free).order_by(polls.c.closes, polls.c.id)


def _to_reveal() -> Select[Any]:
    measured, drawn = run_rows.alias("measured"), run_rows.alias("drawn")
    query = _due(polls.c.closed, measured.c.state, drawn.c.state)
    query = query.outerjoin(measured, measured.c.key == polls.c.run_key)
    query = query.outerjoin(drawn, drawn.c.key == polls.c.drawing_key)
    free = drawn.c.state.is_(None) | publications.c.chat_id.not_in(given("chats"))
    undone = drawn.c.state.in_(UNDONE) | (drawn.c.state.is_(None) & measured.c.state.in_(UNDONE))
    query = query.where(polls.c.state == "closed", ~_held(), free)
    return query.order_by(func.coalesce(undone, 0), polls.c.closes, polls.c.id)


def _to_remind() -> Select[Any]:
    query = _due(polls.c.state, polls.c.reminds, polls.c.closes, publications.c.language, publications.c.zone)
    near = text("polls.reminds IS NOT NULL") & (polls.c.reminds <= bindparam("now"))
    return query.where(near, publications.c.chat_id.not_in(given("chats"))).order_by(polls.c.reminds)


# Made once: what runs at every tick takes several times as long when it is put together anew each time.
TO_CLOSE, TO_REVEAL, TO_REMIND = _to_close(), _to_reveal(), _to_remind()


def to_close(
    database: Database, now: datetime, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DuePoll]:
    """
    Open polls whose time is over, and those that a stop of the bot left half closed; the most overdue first.

    At most `limit`; those in `chats`, and of posts `without` which it shall go on, are passed over.
    """
    asked = {"now": now, "limit": limit, **passed_over(chats, without)}
    with store.reading(database) as connection:
        rows = connection.execute(TO_CLOSE, asked).all()
    return [DuePoll(row[N], Address.of(*row[:N]), _message(row[1], *row[N + 1 : N + 3]), row[N + 3]) for row in rows]


def to_reveal(
    database: Database, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DueReveal]:
    """
    Closed polls whose reveal does not wait for the admin, at most `limit`; those that wait for a worker come last.

    Those in `chats` are passed over once their drawing is queued, and those of posts `without` which it shall go on.
    """
    asked = {"limit": limit, **passed_over(chats, without)}
    with store.reading(database) as connection:
        rows = connection.execute(TO_REVEAL, asked).all()
    return [
        DueReveal(row[N], Address.of(*row[:N]), _message(row[1], *row[N + 1 : N + 3]), *row[N + 3 :]) for row in rows
    ]


def to_remind(
    database: Database, now: datetime, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DueReminder]:
    """Polls of whose end is to be reminded, or was just being, whatever has become of them since."""
    asked = {"now": now, "limit": limit, **passed_over(chats, without)}
    with store.reading(database) as connection:
        rows = connection.execute(TO_REMIND, asked).all()
    return [
        DueReminder(row[N], Address.of(*row[:N]), _message(row[1], *row[N + 1 : N + 3]), *row[N + 3 :]) for row in rows
    ]


def _message(chat_id: int, message_ids: list[int], sent_to: int) -> int | None:
    """The message of a poll; a group that has become a supergroup since has left it behind."""
    return message_ids[0] if sent_to == chat_id else None
