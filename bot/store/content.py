"""What is stored of a post: as its author wrote it, whichever version stored it."""

from __future__ import annotations

import json

from pydantic import ValidationError
from sqlalchemy import Connection, Text, select, type_coerce

from bot.errors import UnreadableError
from bot.store.tables import pictures, posts
from bot.thread.model import Post

STORED = type_coerce(posts.c.content, Text)  # as it lies there: what is no JSON must not stop a query for many


def read(connection: Connection, post_id: int) -> Post:
    """A post as the author wrote it. Raises `UnreadableError`."""
    return understood(connection.execute(select(STORED).where(posts.c.id == post_id)).scalar_one())


def plain(connection: Connection, post_id: int) -> object:
    """What lies there, to be kept as it is; nothing where it is no JSON."""
    stored = connection.execute(select(STORED).where(posts.c.id == post_id)).scalar_one()
    try:
        return json.loads(stored)
    except ValueError:
        return None


def pictures_of(connection: Connection, post_id: int, *, first: int = 0) -> list[bytes]:
    """A post's pictures in the order of `Post.shown`, from a position on."""
    mine = (pictures.c.post_id == post_id) & (pictures.c.position >= first)
    return list(connection.scalars(select(pictures.c.content).where(mine).order_by(pictures.c.position)))


def understood(stored: str) -> Post:
    """A post from what is `STORED` of it. Raises `UnreadableError`."""
    try:
        return Post.model_validate_json(stored)
    except ValidationError as error:
        first = error.errors()[0]
        why = ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
        msg = f"this version of pollbot cannot read what is stored of the post: {why}"
        raise UnreadableError(msg) from None
