"""
How fast the bot may send: a token bucket for each chat and one for all of them.

Telegram documents no exact limits: about 20 messages a minute in a group or channel, short bursts allowed, and 30 a
second overall. Nobody waits here: the clock is told when to come back. Moments are those of a monotonic clock, in
seconds: what people set their clocks to makes nobody wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Bucket:
    """`burst` messages at once, then `rate` a second."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def ready(self, now: float) -> float:
        """When the next message may go out; `now`, if at once."""
        if self.at is not None:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return now if self.tokens >= 1 else now + (1 - self.tokens) / self.rate

    def take(self) -> None:
        """A message goes out."""
        self.tokens -= 1


class Limits:
    """`per_chat` messages a minute in each chat, `overall` a second in all of them."""

    def __init__(self, per_chat: float, overall: float) -> None:
        self.per_chat = per_chat
        self.all = Bucket(overall, overall)
        self.chats: dict[int, Bucket] = {}

    def room(self, now: float) -> int:
        """How many messages may go out at once, to whatever chats."""
        self.all.ready(now)
        return max(0, int(self.all.tokens))

    def ready(self, chat_id: int, now: float) -> float:
        """When the next message to this chat may go out."""
        return max(self._chat(chat_id).ready(now), self.all.ready(now))

    def take(self, chat_id: int) -> None:
        """A message to this chat goes out."""
        self._chat(chat_id).take()
        self.all.take()

    def _chat(self, chat_id: int) -> Bucket:
        return self.chats.setdefault(chat_id, Bucket(self.per_chat / 60, self.per_chat))
