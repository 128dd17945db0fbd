"""Publications and their posts: what is planned, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bot.store import store
from bot.store.address import Address, Chat
from bot.store.polls import queue
from bot.store.runs import PREFLIGHT
from bot.store.store import Database
from bot.store.tables import pictures, polls, posts, publications
from bot.thread.model import Late, Post, Thread

UNFINISHED = ("planned", "sending", "unknown", "failed")


@dataclass(frozen=True)
class DuePost:
    """
    A post whose time has come; `late` is what its publication wants when that was more than `late_after` ago.

    `approved`: an admin has said that its poll goes out in spite of the measurement.
    """

    address: Address
    state: str
    due: datetime
    late: Late
    late_after: timedelta
    approved: bool
    post: Post


def schedule(
    database: Database, thread: Thread, chat: Chat, start: datetime, now: datetime, files: Sequence[Sequence[bytes]]
) -> int:
    """Store a publication with all its posts and their pictures (`files`, one list per post); returns its id."""
    with database.begin() as connection:
        row = {"title": thread.title, "language": thread.language, "start": start, "created": now}
        where = {"chat": chat.ref, "chat_id": chat.id, "chat_type": chat.type}
        rule = {"late": thread.late, "late_after_s": int(thread.late_after.total_seconds())}
        publication = _add(connection, publications, {**row, **where, **rule})
        for position, (post, due, contents) in enumerate(zip(thread.posts, thread.due(start), files, strict=True), 1):
            row = {
                "publication_id": publication,
                "position": position,
                "state": "planned",
                "due": due,
                "approved": False,
            }
            post_id = _add(connection, posts, {**row, "content": post.model_dump(mode="json")})
            queue(connection, post.poll.experiment if post.poll else None, PREFLIGHT, due, now)
            for address, content in enumerate(contents):
                connection.execute(insert(pictures).values(post_id=post_id, position=address, content=content))
    return publication


def _add(connection: Connection, table: Any, row: dict[str, Any]) -> int:  # noqa: ANN401 a Table
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def due_posts(database: Database, now: datetime) -> list[DuePost]:
    """
    The next post of each publication, where its time has come.

    Order is kept: a post waits for the one before it, and one `after: polls` for the reveal of every poll before it.
    """
    with store.reading(database) as connection:
        mine = posts.c.state.in_(("planned", "sending")) & (posts.c.due <= now)
        due = [_due(row) for row in connection.execute(_heads().where(mine).order_by(posts.c.due)).all()]
        return [d for d in due if d.post.after != "polls" or not _unrevealed(connection, d.address.publication)]


def _due(row: Any) -> DuePost:  # noqa: ANN401 a row
    return DuePost(
        address=Address(Chat(row.chat, row.chat_id, row.chat_type), row.id, row.publication_id, row.position),
        state=row.state,
        due=row.due,
        late=row.late,
        late_after=timedelta(seconds=row.late_after_s),
        approved=row.approved,
        post=Post(**row.content),
    )


def _heads() -> Any:  # noqa: ANN401 a Select
    """The first unfinished post of each publication, with its chat."""
    first = (
        select(posts.c.publication_id, func.min(posts.c.position).label("position"))
        .where(posts.c.state.in_(UNFINISHED))
        .group_by(posts.c.publication_id)
        .subquery()
    )
    here = (posts.c.publication_id == first.c.publication_id) & (posts.c.position == first.c.position)
    whose = publications.c
    query = select(posts, whose.chat, whose.chat_id, whose.chat_type, whose.late, whose.late_after_s)
    return query.join(first, here).join(publications, publications.c.id == posts.c.publication_id)


def _unrevealed(connection: Connection, publication: int) -> int:
    query = select(func.count()).select_from(polls.join(posts, posts.c.id == polls.c.post_id))
    waiting = (posts.c.publication_id == publication) & (polls.c.state != "revealed")
    return int(connection.execute(query.where(waiting)).scalar_one())


def next_due(database: Database) -> datetime | None:
    """When the next planned post is due or the next open poll closes."""
    with store.reading(database) as connection:
        post = connection.execute(select(func.min(posts.c.due)).where(posts.c.state == "planned")).scalar()
        poll = connection.execute(select(func.min(polls.c.closes)).where(polls.c.state == "open")).scalar()
    return min((at for at in (post, poll) if at), default=None)


def files(database: Database, post_id: int) -> list[bytes]:
    """A post's pictures, in order."""
    query = select(pictures.c.content).where(pictures.c.post_id == post_id).order_by(pictures.c.position)
    with store.reading(database) as connection:
        return list(connection.scalars(query))


def migrate(database: Database, old: int, new: int) -> None:
    """A group has become a supergroup: Telegram gave it another id."""
    with database.begin() as connection:
        moved = update(publications).where(publications.c.chat_id == old)
        connection.execute(moved.values(chat_id=new, chat_type="supergroup"))
