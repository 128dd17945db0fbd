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
from hmac import compare_digest
from time import monotonic

import structlog
import uvicorn
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot import points
from bot.errors import SettingsError
from bot.loops.intake import LOOK_S, Intake
from bot.loops.pauses import Pauses
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
LARGEST = 1 << 20  # bytes of an update; Telegram's own stay far below
CONNECTIONS = 100  # the most that Telegram opens; votes of one poll come one after the other all the same
STOP_S = 5


@dataclass
class Receiver:
    """Takes requests, and stores what they bring together."""

    intake: Intake
    secret: str
    _waiting: list[tuple[object, asyncio.Future[bool]]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application. Any path will do: a proxy may change it, and the secret is what counts."""
        response = await self.take(Request(scope, receive))
        await response(scope, receive, send)

    async def take(self, request: Request) -> Response:
        """One update: 200 when it is stored, 500 when not, 401 to whoever does not know the secret."""
        if request.method != "POST":
            return Response(status_code=405)
        secret = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not compare_digest(secret.encode(), self.secret.encode()):
            return Response(status_code=401)
        update = _read(await _body(request))
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, stored))
        self._arrived.set()
        return Response(status_code=200 if await stored else 500)

    async def store(self) -> None:
        """Commit what has arrived, for ever."""
        while True:
            await self._arrived.wait()
            await asyncio.sleep(0)  # so that all requests that are here already come along
            self._arrived.clear()
            taken, self._waiting = self._waiting, []
            done = await self._commit([update for update, _ in taken])
            for _, stored in taken:
                if not stored.done():  # the caller may have gone
                    stored.set_result(done)

    async def _commit(self, updates: list[object]) -> bool:
        points.reach("received")
        try:
            await self.intake.pushed(updates)
        except DBAPIError as error:
            log.error("updates not stored, so not acknowledged", reason=str(error.orig), updates=len(updates))  # noqa: TRY400
            return False
        points.reach("stored")
        return True


async def _body(request: Request) -> bytes:
    """The body, or its beginning where it is absurdly long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            break
    return body


def _read(body: bytes) -> object:
    """The update; as text where it is none."""
    try:
        return json.loads(body)
    except (RecursionError, ValueError):
        return body.decode(errors="replace")


class Server(uvicorn.Server):
    """Leaves the signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(wire: Wire, intake: Intake, token: str, url: str, address: tuple[str, int]) -> None:
    """Listen at `address` for what Telegram sends to `url`; cancel to stop: what has arrived is stored and answered."""
    receiver = Receiver(intake, secret_of(token))
    config = uvicorn.Config(receiver, log_config=None, access_log=False, lifespan="off", ws="none")
    config.proxy_headers = config.server_header = config.date_header = False  # nobody reads them
    config.timeout_graceful_shutdown = STOP_S
    server = Server(config)
    with _listening(*address) as listener:
        async with intake.handling():
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            storing = asyncio.create_task(receiver.store())
            try:
                await _keep_set(wire, intake, url, receiver.secret, {serving, storing})
            finally:
                server.should_exit = True
                await asyncio.wait({serving}, timeout=2 * STOP_S)
                storing.cancel()


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
        listener.listen(1024)
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
