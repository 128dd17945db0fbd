"""Topics of a forum: a supergroup in which each message belongs to one."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.wire import Json, filled

GENERAL = 1  # where everything stands that belongs to no other; sent there without a thread
COLOURS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


@dataclass
class Topic:
    """`id` is that of the message that began it; `creator` made it, and may steer it without a right."""

    id: int
    name: str
    colour: int = COLOURS[0]
    emoji: str = ""
    creator: int | None = None
    closed: bool = False
    hidden: bool = False

    def json(self) -> Json:
        """A ForumTopic."""
        return {"message_thread_id": self.id, **self.created()}

    def created(self) -> Json:
        """A ForumTopicCreated."""
        return filled({"name": self.name, "icon_color": self.colour, "icon_custom_emoji_id": self.emoji or None})
