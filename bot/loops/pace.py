"""
Which chats may be written to now: the limits, and the chats that have to wait for another reason.

Waits are moments of a monotonic clock: a clock that is put back an hour blocks nobody for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.store.address import Address
from bot.telegram.limits import Limits

log = structlog.get_logger()


TURN_S = 0.5  # until what waits for something else is looked at again
LOOKS = 50  # at such things in a second: half of what a crowded clock starts, so that others have their turn


class Pace:
    """`waits` says until when a chat, and `rests` until when a post or poll, is left alone."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self.limits = limits
        self.monotonic = monotonic
        self.waits: dict[int, float] = {}
        self.rests: dict[int, float] = {}
        self.born = monotonic()
        self.since: dict[tuple[str, int], float] = {}
        self.stopped = False

    def stop(self) -> None:
        """From now on nobody may be written to: what is under way is finished, nothing is begun."""
        self.stopped = True

    def room(self) -> int:
        """How many messages may go out at once."""
        return self.limits.room(self.monotonic())

    def ready(self, chat_id: int) -> bool:
        """May this chat be written to now? If not, it waits."""
        if self.stopped:
            return False
        now = self.monotonic()
        at = max(self.limits.ready(chat_id, now), self.waits.get(chat_id, now))
        if at > now:
            self.waits[chat_id] = at
        return at <= now

    def take(self, chat_id: int) -> None:
        """A call to this chat is made, which counts."""
        self.limits.take(chat_id)

    def wait(self, address: Address, seconds: float, reason: str | None = None) -> None:
        """Nothing more to this chat for a while."""
        self.waits[address.chat.id] = self.monotonic() + seconds
        if reason:
            log.warning("later", **where(address), again_in_s=round(seconds, 1), reason=reason)

    def rest(self, post_id: int, seconds: float) -> None:
        """Nothing more of this post or its poll for a while; others in its chat go on."""
        self.rests[post_id] = self.monotonic() + seconds

    def turn(self, post_id: int) -> None:
        """What waits for something else lets others go first: the longer, the more such posts there are."""
        self.rest(post_id, TURN_S + len(self.rests) / LOOKS)

    def waiting(self) -> list[int]:
        """The chats that must not be written to yet."""
        return _left(self.waits, self.monotonic())

    def resting(self) -> list[int]:
        """The posts that are left alone for a while."""
        return _left(self.rests, self.monotonic())

    def next(self) -> float | None:
        """In how many seconds the first wait is over."""
        now = self.monotonic()
        return min((at - now for at in (*self.waits.values(), *self.rests.values()) if at > now), default=None)

    def waited(self, what: str, number: int, ago: timedelta = timedelta(0)) -> float:
        """
        For how many seconds something has been waited for, in this process.

        `ago` tells when it began, by the time of day; that counts at the first call alone, and from this process's
        start at most: while the bot is down, nobody waits.
        """
        now = self.monotonic()
        return now - self.since.setdefault((what, number), max(self.born, now - max(ago.total_seconds(), 0.0)))


def _left(waits: dict[int, float], now: float) -> list[int]:
    for key in [key for key, at in waits.items() if at <= now]:
        del waits[key]
    return list(waits)


def where(address: Address) -> dict[str, int]:
    """An address for the log."""
    return {"publication": address.publication, "position": address.position, "chat": address.chat.id}
