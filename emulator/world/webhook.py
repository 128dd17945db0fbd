"""Delivery of updates to a bot's address: in order within each queue, again and again until taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from emulator.wire import Json
from emulator.world.updates import Update, Updates

SLOWEST_RETRY_S = 60
Reply = Callable[[Json], Awaitable[None]]


@dataclass
class Webhook:
    """
    `on_reply` runs the method call that an answer's body may carry. Where the address is not `here`, on this machine,
    nothing is ever sent there.
    """

    url: str
    updates: Updates
    on_reply: Reply
    secret: str = ""
    max_connections: int = 40
    here: bool = True
    certified: bool = False
    address: str = ""
    last_error: tuple[int, str] | None = None
    _queues: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.max_connections)
        self.updates.on_new = self._start
        for update in self.updates.pending:
            self._start(update)

    def close(self) -> None:
        """Deliver no more; what was not taken stays in the queue."""
        self.updates.on_new = None
        for task in self._queues.values():
            task.cancel()

    def _start(self, update: Update) -> None:
        running = self._queues.get(update.queue)
        if running is None or running.done():
            self._queues[update.queue] = asyncio.ensure_future(self._drain(update.queue))

    async def _drain(self, queue: str) -> None:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            while waiting := [update for update in self.updates.pending if update.queue == queue]:
                await self._deliver(client, waiting[0])

    async def _deliver(self, client: httpx.AsyncClient, update: Update) -> None:
        """Until the bot takes it: at once, then after 2, 4, 8 ... seconds."""
        failures = 0
        while not await self._try(client, update):
            failures += 1
            await asyncio.sleep(min(2 ** (failures - 1), SLOWEST_RETRY_S) if failures > 1 else 0)
        self.updates.drop(update)

    async def _try(self, client: httpx.AsyncClient, update: Update) -> bool:
        if not self.here:
            self._failed("Connection failed: the emulator delivers to 127.0.0.1, localhost and [::1] only")
            return False
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with self._slots:
                answer = await client.post(self.url, json=update.json(), headers=headers)
        except httpx.HTTPError as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return False
        if not answer.is_success:
            self._failed(f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
            return False
        await self._run_reply(answer)
        return True

    def _failed(self, reason: str) -> None:
        self.last_error = (int(time.time()), reason)

    async def _run_reply(self, answer: httpx.Response) -> None:
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return
        body = answer.json()
        if isinstance(body, dict) and "method" in body:
            await self.on_reply(body)
