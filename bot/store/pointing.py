"""
Pointing: an admin shows where a message stands, by its link or by forwarding it.

What they point at is only a claim until the bot has read it there (`loops.doubt`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from bot.store.states import Purpose
from bot.store.tables import messages, posts, publications

LINK = re.compile(
    r"(?:https?://)?(?:t|telegram)\.me/(?:c/(\d{1,15})|(?:s/)?([A-Za-z]\w{3,31}))/(?:\d{1,10}/)?(\d{1,10})\b"
)
UNKNOWN = text("messages.state = 'unknown'")  # as it stands in the index of these alone
SUPERGROUPS = -(10**12)  # what stands before the id in a link


class Place(NamedTuple):
    """A message, by its chat (an id, or a name in small letters) and its number there."""

    chat: int | str
    number: int


class Doubtful(NamedTuple):
    """A message that may stand in its chat; an admin has been asked."""

    publication: int
    position: int
    purpose: Purpose
    part: int
    chat: str
    chat_id: int
    chat_type: str

    @property
    def name(self) -> str:
        """Which message of its post."""
        return f"{self.purpose}.{self.part}"

    def at(self, place: Place) -> bool:
        """May it stand there? A chat may have a name that is not known here."""
        if isinstance(place.chat, int):
            return place.chat == self.chat_id
        return not self.chat.startswith("@") or self.chat[1:].lower() == place.chat


def linked(words: str) -> Place | None:
    """The first link to a message in a text: t.me/name/N or t.me/c/ID/N, with a topic between or not."""
    found = LINK.search(words)
    if found is None:
        return None
    private, name, number = found.groups()
    return Place(SUPERGROUPS - int(private) if private else name.lower(), int(number))


def forwarded(message: Mapping[str, Any]) -> Place | None:
    """Where a forwarded message stood; only a channel's tells it."""
    match message.get("forward_origin"):
        case {"type": "channel", "chat": {"id": int(chat)}, "message_id": int(number)}:
            return Place(chat, number)
    return None


def doubtful(connection: Connection) -> list[Doubtful]:
    """What an admin may point at."""
    query = select(posts.c.publication_id, posts.c.position, messages.c.purpose, messages.c.part)
    query = query.add_columns(publications.c.chat, publications.c.chat_id, publications.c.chat_type)
    joined = query.join_from(messages, posts, posts.c.id == messages.c.post_id)
    whole = joined.join(publications, publications.c.id == posts.c.publication_id).where(UNKNOWN)
    return [Doubtful._make(row) for row in connection.execute(whole.order_by(messages.c.id))]
