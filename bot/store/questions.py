"""
Questions to the admin: messages that are stopped until somebody says how they go on.

A stopped message is `unknown` (it may stand in the chat) or `failed` (it does not), and everything its question needs
stands beside it: so a question outlives a crash and a Telegram that does not answer, and an answer is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import sqlite

from bot.store import store
from bot.store.address import Address
from bot.store.messages import Intent, Purpose, due_as, note, set_post, this
from bot.store.polls import forgo
from bot.store.store import Database
from bot.store.tables import messages, polls, posts, publications

Answer = Literal["again", "skip"]
Halt = Literal["unknown", "failed"]
HALTED = ("unknown", "failed")
Why = Literal["late", "key", "gone"]
WHOLE = ("late", "key", "gone")  # the digest of a post or reveal that is held before any of its parts was tried: why


@dataclass(frozen=True)
class Question:
    """How does this message go on? `candidates` may be it, in its chat, and the bot cannot read them."""

    message: int
    thread: str
    chat: str
    publication: int
    position: int
    purpose: Purpose
    part: int
    why: str
    error: str
    candidates: tuple[int, ...]

    @property
    def name(self) -> str:
        """Which message of its post: an old button must not settle another one."""
        return f"{self.purpose}.{self.part}"


def stop(database: Database, intent: Intent, state: Halt, error: str, candidates: Sequence[int] = ()) -> None:
    """Only the admin can tell how this message goes on: the rest of its thread waits."""
    stopped = {"state": state, "error": error, "candidates": list(candidates), "asked": None}
    with database.begin() as connection:
        connection.execute(update(messages).where(this(intent)).values(**stopped))
        _halted(connection, intent, state, error)


def hold(database: Database, address: Address, why: Why, error: str, now: datetime) -> None:
    """
    A post, or its poll's reveal where the poll is gone, must not go out by itself: it is asked about as a whole.

    Holding it twice changes nothing.
    """
    intent = Intent(address.post_id, "reveal" if why == "gone" else "post", 0)
    row = {
        **vars(intent),
        "chat_id": address.chat.id,
        "digest": why,
        "state": "failed",
        "message_ids": [],
        "tried": now,
    }
    with database.begin() as connection:
        held = sqlite.insert(messages).values(**row, error=error, candidates=[]).on_conflict_do_nothing()
        if connection.execute(held).rowcount:
            _halted(connection, intent, "failed", error)


def _halted(connection: Connection, intent: Intent, state: Halt, error: str) -> None:
    if intent.purpose == "post":
        set_post(connection, intent.post_id, state=state)
    note(connection, intent, error)


def unasked(database: Database) -> list[Question]:
    """Questions that no admin has got yet, the oldest first."""
    m = messages.c
    where = (publications.c.title.label("thread"), publications.c.chat, posts.c.publication_id.label("publication"))
    what = (posts.c.position, m.purpose, m.part, m.digest.label("why"), m.error, m.candidates)
    query = select(m.id.label("message"), *where, *what).order_by(m.tried)
    query = query.join(posts, posts.c.id == m.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id)
    with store.reading(database) as connection:
        rows = connection.execute(query.where(m.state.in_(HALTED), m.asked.is_(None))).mappings().all()
        return [Question(**{**row, "candidates": tuple(row["candidates"])}) for row in rows]


def asked(database: Database, question: Question, now: datetime) -> None:
    """An admin has got it."""
    with database.begin() as connection:
        connection.execute(update(messages).where(messages.c.id == question.message).values(asked=now))


def settle(
    database: Database, publication: int, position: int, answer: Answer, now: datetime, name: str | None = None
) -> bool:
    """
    The admin has spoken about a stopped message: send it again, or go on without it. False: it is not stopped.

    Without it the parts behind it still go out, unless nothing of the post was ever tried or let in: then the whole
    post is skipped. A poll that is skipped has no votes here, whatever stands in the chat: without its id they have no
    home.
    """
    with database.begin() as connection:
        row = _stopped(connection, publication, position, name)
        if row is None:
            return False
        alone = row.digest in WHOLE or (row.state == "failed" and row.part == 0)
        given_up = answer == "skip" and alone
        if answer == "skip" and not alone:
            connection.execute(update(messages).where(messages.c.id == row.id).values(state="skipped"))
        else:
            connection.execute(messages.delete().where(messages.c.id == row.id))
        if row.purpose == "reveal":
            done = {"state": "revealed", "revealed": now} if given_up else {}
            connection.execute(update(polls).where(polls.c.post_id == row.post_id).values(error=None, **done))
        elif given_up:
            set_post(connection, row.post_id, state="skipped")
            forgo(connection, row.post_id, now)
        else:
            # Due anew, so that it is not late because the admin took their time.
            again: dict[str, Any] = {"state": due_as(connection, row.post_id), "due": now, "error": None}
            again |= {"approved": True} if row.digest == "key" else {}
            set_post(connection, row.post_id, **again)
    return True


def point(database: Database, publication: int, position: int, message_id: int, name: str) -> bool:
    """
    The admin has found a stopped message in the chat: it stands there under this id.

    It goes back to `sending` with its id, so that the clock reads it, adopts it, goes on. False: it is not stopped.
    """
    with database.begin() as connection:
        row = _stopped(connection, publication, position, name)
        if row is None or row.state != "unknown":
            return False
        pointed = {"state": "sending", "message_ids": [message_id]}
        connection.execute(update(messages).where(messages.c.id == row.id).values(**pointed))
        if row.purpose == "post":
            set_post(connection, row.post_id, state="sending")
    return True


def _stopped(connection: Connection, publication: int, position: int, name: str | None) -> Any:  # noqa: ANN401 a row
    """The stopped message of a post; there is never more than one, as nothing behind it is tried."""
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    query = select(messages).join(posts, posts.c.id == messages.c.post_id).where(here & messages.c.state.in_(HALTED))
    row = connection.execute(query).first()
    return row if row and name in (None, f"{row.purpose}.{row.part}") else None
