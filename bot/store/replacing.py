"""A post that has not gone out is replaced by another: what it says, its pictures, what its poll measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import questions
from bot.store.content import plain
from bot.store.measurements import forgo, queue
from bot.store.runs import PREFLIGHT
from bot.store.states import MessageState
from bot.store.tables import audit, messages, pictures, posts
from bot.thread.model import Post

STANDS: tuple[MessageState, ...] = ("sending", "sent", "unknown", "skipped")  # nobody can say that nothing is there


class New(NamedTuple):
    """What a post is to be from now on."""

    position: int
    post: Post
    pictures: Sequence[bytes]


def replaceable(connection: Connection, publication: int) -> list[int]:
    """The positions of the posts of which nothing stands in the chat, nor may stand there."""
    begun = select(messages.c.post_id).where(messages.c.purpose == "post", messages.c.state.in_(STANDS))
    of_it = (posts.c.publication_id == publication) & posts.c.state.in_(("planned", "failed"))
    query = select(posts.c.position).where(of_it, posts.c.id.not_in(begun))
    return list(connection.scalars(query.order_by(posts.c.position)))


def replace(connection: Connection, publication: int, new: New, now: datetime, admin: int | None = None) -> bool:
    """
    Within the caller's transaction; one that was held is planned again, at its time or now. False: it has gone out.

    Nobody has approved the new one, and its answer key is held against its own measurement.
    """
    if new.position not in replaceable(connection, publication):
        return False
    here = (posts.c.publication_id == publication) & (posts.c.position == new.position)
    post_id = connection.execute(select(posts.c.id).where(here)).scalar_one()
    questions.decided(connection, publication=publication, position=new.position, answer="again", now=now)
    before = plain(connection, post_id)
    forgo(connection, post_id, now)
    row = {"content": new.post.model_dump(mode="json"), "after": new.post.after, "approved": False}
    anew = {"error": None, "judged": None, "warned": None, "revision": posts.c.revision + 1}
    connection.execute(update(posts).where(here).values(**row, **anew))
    due = connection.execute(select(posts.c.due).where(here)).scalar_one()
    key = queue(connection, new.post.poll.experiment if new.post.poll else None, PREFLIGHT, due=due, now=now)
    connection.execute(update(posts).where(here).values(run_key=key))
    show(connection, post_id, new.pictures)
    told = {"at": now, "admin": admin, "publication_id": publication, "position": new.position}
    connection.execute(insert(audit).values(**told, action="replace", before=before))
    return True


def show(connection: Connection, post_id: int, files: Sequence[bytes]) -> None:
    """These are a post's pictures from now on."""
    connection.execute(delete(pictures).where(pictures.c.post_id == post_id))
    for number, content in enumerate(files):
        connection.execute(insert(pictures).values(post_id=post_id, position=number, content=content))
