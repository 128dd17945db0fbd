"""Ways into a chat: invite links, and requests to join."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from emulator.wire import Json, filled

BEGINNING = "https://t.me/+"


@dataclass
class InviteLink:
    """`creator` is a user's id; `expires` a Unix time, 0 for never; `limit` is how many may come by it, 0 for all."""

    creator: int
    primary: bool = False
    name: str = ""
    expires: int = 0
    limit: int = 0
    by_request: bool = False
    revoked: bool = False
    period: int = 0
    price: int = 0
    joined: int = 0
    url: str = field(default_factory=lambda: f"{BEGINNING}{secrets.token_urlsafe(12)}")

    def json(self, creator: Json, pending: int = 0) -> Json:
        """A ChatInviteLink; `creator` is the User."""
        flags = {"creates_join_request": self.by_request, "is_primary": self.primary, "is_revoked": self.revoked}
        more = {
            "name": self.name,
            "expire_date": self.expires or None,
            "member_limit": self.limit or None,
            "pending_join_request_count": pending or None,
            "subscription_period": self.period or None,
            "subscription_price": self.price or None,
        }
        return {"invite_link": self.url, "creator": creator} | flags | filled(more)

    def opens(self, now: int) -> bool:
        full = bool(self.limit) and self.joined >= self.limit
        return not (self.revoked or full or (self.expires and self.expires <= now))


@dataclass(frozen=True)
class JoinRequest:
    """Who wants to join since when, by which link if by one."""

    user_id: int
    date: int
    link: str | None = None
    bio: str = ""
