"""Chats: channels, groups, supergroups and private ones, with their members and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.wire import Json, filled
from emulator.world.members import PERMISSIONS, Member, User

if TYPE_CHECKING:
    from emulator.world.messages import Message

TYPES = ("channel", "supergroup", "group", "private")
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@dataclass
class Chat:
    """In a private chat `id` is the user's own; `title` is then the user's name."""

    id: int
    type: str
    title: str
    username: str | None = None
    description: str | None = None
    permissions: dict[str, bool] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    subscribers: int | None = None
    migrated_to: int | None = None
    deleted: bool = False

    def json(self) -> Json:
        """A Chat as it stands in messages and updates."""
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return filled({"id": self.id, "type": self.type, **name, "username": self.username})

    def full_json(self) -> Json:
        """A ChatFullInfo, the answer of getChat."""
        more: Json = {
            "accent_color_id": abs(self.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(GIFTS, False),
            "description": self.description,
            "active_usernames": [self.username] if self.username else None,
        }
        if self.type in ("group", "supergroup"):
            more["permissions"] = {p: self.allows(p) for p in PERMISSIONS}
        return self.json() | filled(more)

    def member(self, user: User) -> Member:
        """How the user stands here; whoever never came has "left"."""
        return self.members.get(user.id, Member(user, "left"))

    def put(self, user: User, status: str, rights: dict[str, bool] | None = None) -> Member:
        self.members[user.id] = Member(user, status, rights or {})
        return self.members[user.id]

    def allows(self, permission: str) -> bool:
        """Whether ordinary members may do it."""
        return self.permissions.get(permission, True)

    def member_count(self) -> int:
        return self.subscribers or sum(member.inside for member in self.members.values())
