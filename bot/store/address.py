"""Where a thread is published, and which of its posts is meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chat:
    """`ref` as the admin wrote it, `id` and `type` as Telegram answered."""

    ref: str
    id: int
    type: str


@dataclass(frozen=True)
class Address:
    """One post of a publication, and the chat that it goes to."""

    chat: Chat
    post_id: int
    publication: int
    position: int
