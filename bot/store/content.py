"""What is stored of a post: as its author wrote it, whichever version stored it."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import (
    Connection,
    select,
)

from bot.errors import UnreadableError
from bot.store.tables import posts
from bot.thread.model import Post


def read(connection: Connection, post_id: int) -> Post:
    """A post as the author wrote it. Raises `UnreadableError`."""
    return understood(connection.execute(select(posts.c.content).where(posts.c.id == post_id)).scalar_one())


def understood(content: object) -> Post:
    """A post from what is stored of it. Raises `UnreadableError`."""
    try:
        return Post.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        msg = f"this version of pollbot cannot read what is stored of the post: {where}: {first['msg']}"
        raise UnreadableError(msg) from None
    except (ValueError, TypeError) as error:
        msg = f"this version of pollbot cannot read what is stored of the post: {error}"
        raise UnreadableError(msg) from None
