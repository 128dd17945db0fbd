"""Where a thread is published, and which of its posts is meant."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import Select, bindparam, func

from bot.store.tables import posts, publications


@dataclass(frozen=True)
class Chat:
    """
    `ref` as the admin wrote it, `id` and `type` as Telegram answered; its `title`, and whether it is a `forum`, where
    that was just asked. `topic`: which of a forum's is meant; none is the general one.
    """

    ref: str
    id: int
    type: str
    title: str = field(default="", compare=False)
    topic: int | None = None
    forum: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Address:
    """One post of a publication, and the chat that it goes to."""

    chat: Chat
    post_id: int
    publication: int
    position: int

    @classmethod
    def of(cls, *row: Any) -> Self:  # noqa: ANN401 as a row is
        """From a row of `COLUMNS`."""
        ref, chat_id, chat_type, topic, post_id, publication, position = row
        return cls(Chat(ref, chat_id, chat_type, topic=topic), post_id, publication, position)


COLUMNS = (
    publications.c.chat,
    publications.c.chat_id,
    publications.c.chat_type,
    publications.c.topic,
    posts.c.id,
    posts.c.publication_id,
    posts.c.position,
)
N = len(COLUMNS)


def given(name: str) -> Select[Any]:
    """The numbers of a parameter: as many as there are, in a statement that stays the same."""
    return func.json_each(bindparam(name)).table_valued("value").select()


def passed_over(chats: Collection[int], posts: Collection[int]) -> dict[str, str]:
    """The parameters `chats` and `without` of what is due."""
    return {"chats": json.dumps([*chats]), "without": json.dumps([*posts])}
