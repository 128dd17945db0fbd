"""A bot's queue of updates, and getUpdates' rules for reading it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.wire import Json, conflict

UNASKED = ("chat_member", "message_reaction", "message_reaction_count")  # sent only to who names them
SILENCE_MAX_S = 50
FORGET_AHEAD = 10
FORGET_BEHIND = 100_000


@dataclass(frozen=True)
class Update:
    """`queue` is what webhook delivery keeps in order: the poll's id, or the chat's."""

    id: int
    kind: str
    content: Json
    queue: str

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.content}


@dataclass
class Updates:
    """`on_new` is called with every update, for whoever delivers instead of waiting to be asked."""

    next_id: int = field(default_factory=lambda: random.randint(2_000_001, 1_000_000_000))  # noqa: S311
    pending: list[Update] = field(default_factory=list)
    allowed: list[str] | None = None
    on_new: Callable[[Update], None] | None = None
    _waiting: asyncio.Future[str] | None = None

    def add(self, kind: str, content: Json, queue: str) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        if kind in UNASKED if not self.allowed else kind not in self.allowed:
            return
        update = Update(self.next_id, kind, content, queue)
        self.next_id += 1
        self.pending.append(update)
        self.wake("")
        if self.on_new:
            self.on_new(update)

    async def read(self, offset: int, limit: int, wait_s: int) -> list[Update]:
        """Forget what is acknowledged, then answer with what is there, or wait for the first one."""
        self.wake("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._forget(offset)
        start = offset if offset > 0 and self._known(offset) else 0
        if not self._from(start) and wait_s > 0:
            await self._wait(min(wait_s, SILENCE_MAX_S))
        return self._from(start)[: limit if 1 <= limit <= 100 else 100]

    def wake(self, reason: str) -> None:
        """End the waiting call, if any: with a conflict where there is a reason, else with what is there."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(reason)

    def drop(self, update: Update) -> None:
        self.pending.remove(update)

    async def _wait(self, seconds: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait({waiting}, timeout=seconds)
        if waiting.done() and waiting.result():
            raise conflict(waiting.result())

    def _from(self, start: int) -> list[Update]:
        return [update for update in self.pending if update.id >= start]

    def _known(self, offset: int) -> bool:
        """An offset far from every update is taken for a mistake and ignored."""
        head = self.pending[0].id if self.pending else self.next_id
        return head - FORGET_BEHIND <= offset <= self.next_id + FORGET_AHEAD

    def _forget(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0 and self._known(offset):
            self.pending = self._from(offset)
