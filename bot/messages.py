"""
The messages that carry a post or a reveal: what was intended, what arrived, what is in doubt.

A message is committed as `sending` before Telegram is called and recorded after. One that is still `sending` when
nothing is in flight is in doubt: the bot looks for it in the chat (`bot.probe`) and adopts it or sends it again; only
where it cannot know does it become `unknown` and wait for the admin's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.dialects import sqlite

from bot import store
from bot.polls import Opened, open_, revealed
from bot.tables import messages, polls, posts, publications

Purpose = Literal["post", "reveal"]
Answer = Literal["again", "skip"]
Halt = Literal["unknown", "failed"]


@dataclass(frozen=True)
class Intent:
    """One message that is about to be sent: part `part` of a post or of its poll's reveal."""

    post_id: int
    purpose: Purpose
    part: int


@dataclass(frozen=True)
class Part:
    """How one message stands; `digest` tells what was meant to be sent."""

    state: str
    message_ids: list[int]
    digest: str
    tried: datetime


def parts(engine: Engine, post_id: int, purpose: Purpose) -> dict[int, Part]:
    """The parts of a post or reveal that have been tried, by number."""
    columns = (messages.c.part, messages.c.state, messages.c.message_ids, messages.c.digest, messages.c.tried)
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == purpose)
    with store.reading(engine) as connection:
        rows = connection.execute(select(*columns).where(mine))
        return {row.part: Part(row.state, row.message_ids, row.digest, row.tried) for row in rows}


def known(engine: Engine, chat_id: int) -> set[int]:
    """The ids of every message of ours in a chat."""
    query = select(messages.c.message_ids).join(posts, posts.c.id == messages.c.post_id).join(publications)
    with store.reading(engine) as connection:
        rows = connection.scalars(query.where(publications.c.chat_id == chat_id))
        return {message_id for ids in rows for message_id in ids}


def doubted(engine: Engine, chat_id: int) -> bool:
    """Is a message to this chat in doubt? Until that is settled, nothing else may take the id that it has."""
    query = select(messages.c.id).join(posts, posts.c.id == messages.c.post_id).join(publications)
    mine = (publications.c.chat_id == chat_id) & (messages.c.state == "sending")
    with store.reading(engine) as connection:
        return connection.execute(query.where(mine).limit(1)).first() is not None


def intend(engine: Engine, intent: Intent, digest: str, now: datetime) -> None:
    """Commit that a message is about to be sent; only then may Telegram be called."""
    row = {**vars(intent), "digest": digest, "state": "sending", "message_ids": [], "tried": now}
    with engine.begin() as connection:
        connection.execute(insert(messages).values(**row))
        if intent.purpose == "post":
            _set_post(connection, intent.post_id, state="sending", error=None)


def arrived(engine: Engine, intent: Intent, message_ids: list[int], now: datetime, opened: Opened | None) -> None:
    """Record what stands in the chat; an opened poll gets its row and its run in the same transaction."""
    with engine.begin() as connection:
        there = {"state": "sent", "message_ids": message_ids, "sent": now, "error": None}
        connection.execute(update(messages).where(_this(intent)).values(**there))
        if opened:
            open_(connection, intent.post_id, opened, now)


def complete(engine: Engine, post_id: int, purpose: Purpose, now: datetime) -> None:
    """Every part has arrived."""
    with engine.begin() as connection:
        if purpose == "post":
            _set_post(connection, post_id, state="sent", error=None)
        else:
            revealed(connection, post_id, now)


def withdraw(engine: Engine, intent: Intent, error: str) -> None:
    """Telegram surely did not do it: forget the intent. A post of which nothing has arrived is planned again."""
    begun = (messages.c.post_id == intent.post_id) & (messages.c.purpose == "post")
    with engine.begin() as connection:
        connection.execute(messages.delete().where(_this(intent)))
        if intent.purpose == "post":
            left = connection.execute(select(messages.c.id).where(begun)).first()
            _set_post(connection, intent.post_id, state="sending" if left else "planned", error=error)


def unclear(engine: Engine, intent: Intent, error: str, now: datetime) -> None:
    """The answer is lost: the message stays `sending` until it has been looked for, some time after it was given up."""
    with engine.begin() as connection:
        connection.execute(update(messages).where(_this(intent)).values(error=error, tried=now))
        _note(connection, intent, error)


def stop(engine: Engine, intent: Intent, state: Halt, error: str) -> None:
    """Only the admin can tell how it goes on: the rest of its thread waits."""
    with engine.begin() as connection:
        connection.execute(update(messages).where(_this(intent)).values(state=state, error=error))
        if intent.purpose == "post":
            _set_post(connection, intent.post_id, state=state)
        _note(connection, intent, error)


def settle(engine: Engine, publication: int, position: int, answer: Answer, now: datetime) -> bool:
    """
    The admin has spoken about a stopped post or reveal: send it again, or go on without it. False: nothing is stopped.

    A poll that is skipped has no votes here, whatever stands in the chat: without its id they have no home.
    """
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    with engine.begin() as connection:
        post = connection.execute(select(posts.c.id, posts.c.state).where(here)).first()
        if post is None:
            return False
        halted = (messages.c.post_id == post.id) & messages.c.state.in_(("unknown", "failed"))
        purpose = connection.execute(select(messages.c.purpose).where(halted)).scalar()
        connection.execute(messages.delete().where(halted))
        if purpose == "reveal":
            again = {"error": None} if answer == "again" else {"error": None, "state": "revealed", "revealed": now}
            connection.execute(update(polls).where(polls.c.post_id == post.id).values(**again))
        elif purpose or post.state in ("unknown", "failed"):
            _set_post(connection, post.id, **_planned(now) if answer == "again" else {"state": "skipped"})
        return bool(purpose) or post.state in ("unknown", "failed")


def point(engine: Engine, publication: int, position: int, message_id: int) -> bool:
    """
    The admin has found a stopped message in the chat: it stands there under this id.

    It goes back to `sending` with its id, so that the clock reads it, adopts it, goes on. False: nothing is stopped.
    """
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    with engine.begin() as connection:
        post = connection.execute(select(posts.c.id).where(here)).scalar()
        halted = (messages.c.post_id == post) & (messages.c.state == "unknown")
        row = connection.execute(select(messages.c.id, messages.c.purpose).where(halted)).first()
        if row is None:
            return False
        pointed = {"state": "sending", "message_ids": [message_id]}
        connection.execute(update(messages).where(messages.c.id == row.id).values(**pointed))
        if row.purpose == "post":
            connection.execute(update(posts).where(posts.c.id == post).values(state="sending"))
    return True


def halt(engine: Engine, post_id: int, error: str) -> None:
    """A post that must not go out by itself: the admin is asked."""
    with engine.begin() as connection:
        _set_post(connection, post_id, state="failed", error=error)


def hold_reveal(engine: Engine, post_id: int, error: str, now: datetime) -> None:
    """A reveal that must not go out by itself: the admin is asked. Holding it twice changes nothing."""
    intent = Intent(post_id, "reveal", 0)
    row = {**vars(intent), "digest": "", "state": "failed", "message_ids": [], "tried": now, "error": error}
    with engine.begin() as connection:
        connection.execute(sqlite.insert(messages).values(**row).on_conflict_do_nothing())
        _note(connection, intent, error)


def skip(engine: Engine, post_id: int, error: str) -> None:
    """A post that is given up, by its publication's rule."""
    with engine.begin() as connection:
        _set_post(connection, post_id, state="skipped", error=error)


def _planned(now: datetime) -> dict[str, Any]:
    """Due anew, so that it is not late because the admin took their time."""
    return {"state": "planned", "due": now, "error": None}


def _note(connection: Connection, intent: Intent, error: str) -> None:
    if intent.purpose == "post":
        _set_post(connection, intent.post_id, error=error)
    else:
        mine = polls.c.post_id == intent.post_id
        connection.execute(update(polls).where(mine).values(error=f"reveal: {error}"))


def _this(intent: Intent) -> Any:  # noqa: ANN401 a where clause
    mine = (messages.c.post_id == intent.post_id) & (messages.c.purpose == intent.purpose)
    return mine & (messages.c.part == intent.part)


def _set_post(connection: Connection, post_id: int, **values: object) -> None:
    connection.execute(update(posts).where(posts.c.id == post_id).values(**values))
