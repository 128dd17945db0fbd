"""
Publications, their posts and the messages that carry them: what is planned, what was intended, what arrived.

A message is intended (committed as `sending`) before Telegram is called and recorded after. Whatever is still
`sending` when the bot starts is in doubt: it is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, func, insert, select, update

from bot import store
from bot.polls import Opened, open_, revealed
from bot.tables import messages, pictures, polls, posts, publications
from bot.thread import Post, Thread

Purpose = Literal["post", "reveal"]
UNFINISHED = ("planned", "sending", "unknown", "failed")


@dataclass(frozen=True)
class Chat:
    """Where a thread is published: `ref` as the admin wrote it, `id` and `type` as Telegram answered."""

    ref: str
    id: int
    type: str


@dataclass(frozen=True)
class Intent:
    """One message that is about to be sent: part `part` of a post or of its poll's reveal."""

    post_id: int
    purpose: Purpose
    part: int


@dataclass(frozen=True)
class DuePost:
    """A post whose time has come."""

    id: int
    publication_id: int
    position: int
    chat_id: int
    chat_type: str
    post: Post


def schedule(
    engine: Engine, thread: Thread, chat: Chat, start: datetime, now: datetime, files: Sequence[Sequence[bytes]]
) -> int:
    """Store a publication with all its posts and their pictures (`files`, one list per post); returns its id."""
    with engine.begin() as connection:
        row = {"title": thread.title, "language": thread.language, "start": start, "created": now}
        where = {"chat": chat.ref, "chat_id": chat.id, "chat_type": chat.type}
        publication = _add(connection, publications, {**row, **where})
        for position, (post, due, contents) in enumerate(zip(thread.posts, thread.due(start), files, strict=True), 1):
            row = {"publication_id": publication, "position": position, "state": "planned", "due": due}
            post_id = _add(connection, posts, {**row, "content": post.model_dump(mode="json")})
            for place, content in enumerate(contents):
                connection.execute(insert(pictures).values(post_id=post_id, position=place, content=content))
    return publication


def _add(connection: Connection, table: Any, row: dict[str, Any]) -> int:  # noqa: ANN401 a Table
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def due_posts(engine: Engine, now: datetime) -> list[DuePost]:
    """
    The next post of each publication, where its time has come.

    Order is kept: a post waits for the one before it, and one `after: polls` for the reveal of every poll before it.
    """
    with store.reading(engine) as connection:
        rows = connection.execute(_heads().where(posts.c.state == "planned", posts.c.due <= now)).all()
        due = [
            DuePost(row.id, row.publication_id, row.position, row.chat_id, row.chat_type, Post(**row.content))
            for row in rows
        ]
        return [d for d in due if d.post.after != "polls" or not _unrevealed(connection, d.publication_id)]


def _heads() -> Any:  # noqa: ANN401 a Select
    """The first unfinished post of each publication, with its chat."""
    first = (
        select(posts.c.publication_id, func.min(posts.c.position).label("position"))
        .where(posts.c.state.in_(UNFINISHED))
        .group_by(posts.c.publication_id)
        .subquery()
    )
    here = (posts.c.publication_id == first.c.publication_id) & (posts.c.position == first.c.position)
    columns = (posts.c.id, posts.c.publication_id, posts.c.position, posts.c.content, posts.c.due)
    query = select(*columns, publications.c.chat_id, publications.c.chat_type)
    return query.join(first, here).join(publications, publications.c.id == posts.c.publication_id)


def _unrevealed(connection: Connection, publication: int) -> int:
    query = select(func.count()).select_from(polls.join(posts, posts.c.id == polls.c.post_id))
    waiting = (posts.c.publication_id == publication) & (polls.c.state != "revealed")
    return int(connection.execute(query.where(waiting)).scalar_one())


def next_due(engine: Engine) -> datetime | None:
    """When the next planned post is due or the next open poll closes."""
    with store.reading(engine) as connection:
        post = connection.execute(select(func.min(posts.c.due)).where(posts.c.state == "planned")).scalar()
        poll = connection.execute(select(func.min(polls.c.closes)).where(polls.c.state == "open")).scalar()
    return min((at for at in (post, poll) if at), default=None)


def files(engine: Engine, post_id: int) -> list[bytes]:
    """A post's pictures, in order."""
    query = select(pictures.c.content).where(pictures.c.post_id == post_id).order_by(pictures.c.position)
    with store.reading(engine) as connection:
        return list(connection.scalars(query))


def sent_parts(engine: Engine, post_id: int, purpose: Purpose) -> dict[int, list[int]]:
    """The parts of a post or reveal that have arrived already, with their message ids."""
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == purpose) & (messages.c.state == "sent")
    with store.reading(engine) as connection:
        rows = connection.execute(select(messages.c.part, messages.c.message_ids).where(mine))
        return {row.part: row.message_ids for row in rows}


def intend(engine: Engine, intent: Intent, now: datetime) -> None:
    """Commit that a message is about to be sent; only then may Telegram be called."""
    with engine.begin() as connection:
        connection.execute(insert(messages).values(**vars(intent), state="sending", message_ids=[], tried=now))
        if intent.purpose == "post":
            _set_post(connection, intent.post_id, state="sending", error=None)


def arrived(
    engine: Engine,
    intent: Intent,
    message_ids: list[int],
    now: datetime,
    *,
    last: bool,
    opened: Opened | None = None,
) -> None:
    """Record what was sent. The `last` part completes its post or reveal; an opened poll gets its row and its run."""
    with engine.begin() as connection:
        mine = _message(intent)
        connection.execute(update(messages).where(mine).values(state="sent", message_ids=message_ids, sent=now))
        if intent.purpose == "post":
            if opened:
                open_(connection, intent.post_id, opened, now)
            if last:
                _set_post(connection, intent.post_id, state="sent")
        elif last:
            revealed(connection, intent.post_id, now)


def withdraw(engine: Engine, intent: Intent, error: str) -> None:
    """Telegram surely did not get this message: forget the intent, the post is planned again."""
    with engine.begin() as connection:
        connection.execute(messages.delete().where(_message(intent)))
        if intent.purpose == "post":
            _set_post(connection, intent.post_id, state="planned", error=error)


def stop(engine: Engine, intent: Intent, state: Literal["unknown", "failed"], error: str) -> None:
    """A message was refused, or nobody knows whether it arrived: the rest of its thread waits for the admin."""
    with engine.begin() as connection:
        connection.execute(update(messages).where(_message(intent)).values(state=state, error=error))
        _stop_owner(connection, intent.post_id, intent.purpose, state, error)


def doubt(engine: Engine) -> int:
    """Mark what was in flight when the bot stopped as unknown; returns how many messages that were."""
    error = "the bot stopped while this was being sent: look into the chat, then `pollbot mend`"
    with engine.begin() as connection:
        flying = connection.execute(select(messages).where(messages.c.state == "sending")).all()
        for row in flying:
            connection.execute(update(messages).where(messages.c.id == row.id).values(state="unknown", error=error))
            _stop_owner(connection, row.post_id, row.purpose, "unknown", error)
    return len(flying)


def mend(engine: Engine, publication: int, position: int, *, send: bool) -> bool:
    """
    The admin has looked: send the stopped post (or its reveal) again, or take it as done. False: nothing is stopped.

    A poll cannot be taken as done by hand: without its id the votes have no home, so its post is then skipped.
    """
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    stopped = messages.c.state.in_(("unknown", "failed"))
    with engine.begin() as connection:
        row = connection.execute(
            select(messages.c.id, messages.c.post_id, messages.c.purpose).join(posts).where(here, stopped)
        ).first()
        if row is None:
            return False
        connection.execute(messages.delete().where(messages.c.id == row.id))
        if row.purpose == "post":
            _set_post(connection, row.post_id, state="planned" if send else "skipped", error=None)
        else:
            values = {"error": None} if send else {"error": None, "state": "revealed"}
            connection.execute(update(polls).where(polls.c.post_id == row.post_id).values(**values))
    return True


def _stop_owner(connection: Connection, post_id: int, purpose: str, state: str, error: str) -> None:
    if purpose == "post":
        _set_post(connection, post_id, state=state, error=error)
    else:
        connection.execute(update(polls).where(polls.c.post_id == post_id).values(error=f"reveal {state}: {error}"))


def _message(intent: Intent) -> Any:  # noqa: ANN401 a where clause
    mine = (messages.c.post_id == intent.post_id) & (messages.c.purpose == intent.purpose)
    return mine & (messages.c.part == intent.part)


def _set_post(connection: Connection, post_id: int, **values: object) -> None:
    connection.execute(update(posts).where(posts.c.id == post_id).values(**values))
