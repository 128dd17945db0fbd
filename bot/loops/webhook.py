"""
Updates by webhook: Telegram calls, and gets 200 only after the commit.

Many requests share one commit: what arrives while one runs is stored by the next. A failed commit is answered with
500, so that Telegram tries again. What cannot be read, though it knows the secret, is kept aside and answered with
200: it would not become better, and would hold up the votes of its poll for 24 hours.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError

from bot import points
from bot.errors import SettingsError
from bot.loops.caller import FAILED, OK, Answer, Callers
from bot.loops.intake import LOOK_S, Intake
from bot.loops.pauses import Pauses
from bot.loops.port import Port
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
CONNECTIONS = 100  # the most that Telegram opens; votes of one poll come one after the other all the same
BACKLOG = 128  # connections that the kernel keeps until they are taken in


@dataclass
class Receiver:
    """Takes what callers bring, and stores together what comes together."""

    intake: Intake
    _waiting: list[tuple[object, Answer]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, body: bytes, answer: Answer) -> None:
        """One update; whether it is stored is answered after the commit."""
        self._waiting.append((_read(body), answer))
        self._arrived.set()

    async def store(self) -> None:
        """Commit what has arrived, for ever."""
        while True:
            await self._arrived.wait()
            await asyncio.sleep(0)  # so that all requests that are here already come along
            await self.flush()

    async def flush(self) -> None:
        """Commit what has arrived."""
        self._arrived.clear()
        taken, self._waiting = self._waiting, []
        done = bool(taken) and await self._commit([update for update, _ in taken])
        for _, answer in taken:
            answer(OK if done else FAILED)

    async def _commit(self, updates: list[object]) -> bool:
        points.reach("received")
        try:
            await self.intake.pushed(updates)
        except DBAPIError as error:
            log.error("updates not stored, so not acknowledged", reason=str(error.orig), updates=len(updates))  # noqa: TRY400
            return False
        points.reach("stored")
        return True


def _read(body: bytes) -> object:
    """The update; as text where it is none."""
    try:
        return json.loads(body)
    except (RecursionError, ValueError):
        return body.decode(errors="replace")


async def run(wire: Wire, intake: Intake, token: str, url: str, address: tuple[str, int]) -> None:
    """Listen at `address` for what Telegram sends to `url`; cancel to stop: what has arrived is stored and answered."""
    receiver, secret = Receiver(intake), secret_of(token)
    with _listening(*address) as listener:
        port = Port(listener, Callers(secret.encode(), receiver.take), 2 * CONNECTIONS)
        async with intake.handling():
            storing = asyncio.create_task(receiver.store())
            serving = asyncio.create_task(port.serve())
            try:
                await _keep_set(wire, intake, url, secret, {serving, storing})
            finally:
                storing.cancel()
                await receiver.flush()
                serving.cancel()
                await asyncio.wait({serving, storing})


def secret_of(token: str) -> str:
    """The secret that Telegram shows with each update; made of the token, so that it outlives a restart."""
    return blake2b(token.encode(), key=b"pollbot webhook", digest_size=32).hexdigest()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named
    with socket.socket(family, proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            msg = f"POLLBOT_WEBHOOK_HOST={host!r}, POLLBOT_WEBHOOK_PORT={port}: {error.strerror}; choose another"
            raise SettingsError(msg) from None
        listener.listen(BACKLOG)
        yield listener


async def _keep_set(wire: Wire, intake: Intake, url: str, secret: str, working: set[asyncio.Task[None]]) -> None:
    """Tell Telegram where to send which kinds, and again when they change; returns when one of `working` ends."""
    asked: list[str] = []
    pauses, later = Pauses(), 0.0
    while True:
        try:
            kinds = intake.kinds()
            if kinds != asked and monotonic() >= later:
                hook = {"url": url, "secret_token": secret, "max_connections": CONNECTIONS, "allowed_updates": kinds}
                await wire.call("setWebhook", hook)
                asked = kinds
                pauses.success()
                log.info("webhook set", url=url, kinds=kinds)
        except NoAnswer as error:
            pause_s = pauses.after_failure(error.wait_s)
            later = monotonic() + pause_s
            log.warning("webhook not set", reason=f"POLLBOT_WEBHOOK_URL={url!r}: {error}", again_in_s=pause_s)
        except DBAPIError as error:
            log.error("the database is not usable", reason=str(error.orig), again_in_s=LOOK_S)  # noqa: TRY400
        done, _ = await asyncio.wait(working, timeout=LOOK_S)
        for task in done:
            task.result()
            return
