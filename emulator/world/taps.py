"""Buttons tapped: a callback query, and the bot's answer to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from emulator.wire import Json


@dataclass
class Tap:
    id: str
    user_id: int
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def reply(self, answer: Json) -> None:
        self.answer = answer
        self.answered.set()

    async def wait(self, seconds: float) -> Json | None:
        """The bot's answer, or None when it does not come in time."""
        waiting = asyncio.ensure_future(self.answered.wait())
        await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()
        return self.answer
