"""HTTP/1.1 as far as the Bot API needs it: POST, GET for files, kept connections, one for each call at a time."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import NamedTuple, Protocol

from bot.telegram import road
from bot.telegram.peer import HttpError, Peer

CONNECT_S = 5.0
KEPT_S = 5.0  # servers close what is not used; who asks in that moment does not know what became of the question
KEPT = 16


class Answer(NamedTuple):
    status: int
    body: bytes


class NotConnected(OSError):  # noqa: N818 a state, not an error in the code
    """There is no connection, so nothing was asked."""


class Transport(Protocol):
    """What asks Telegram: `Http`, or whatever stands in its place; `path` is what the server's address begins with."""

    path: str

    async def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer:
        """Ask and wait; every failure is an `OSError`, and one before anything was sent `NotConnected`."""

    async def get(self, path: str) -> Answer:
        """What lies there; every failure is an `OSError`."""

    async def close(self) -> None:
        """Nothing more is asked."""


class Http:
    """The server at `url`; every failure of a call is an `OSError`, and one before anything was sent `NotConnected`."""

    def __init__(self, url: str) -> None:
        self.road = road.find(url)
        self.path = self.road.server.path.rstrip("/")
        self._idle: list[tuple[Peer, float]] = []

    async def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer:
        """Ask and wait; how long is the caller's affair."""
        head = f"{self.road.head(path)}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self._ask(head.encode() + body)

    async def get(self, path: str) -> Answer:
        """What lies there, where it is no larger than any answer may be."""
        return await self._ask(f"{self.road.head(path, 'GET')}\r\n".encode())

    async def _ask(self, request: bytes) -> Answer:
        peer = self._kept() or await self._open()
        kept = False
        try:
            peer.transport.write(request)
            reply = await peer.reply()
            kept = reply.kept and peer.quiet and len(self._idle) < KEPT
        finally:
            if kept:
                self._idle.append((peer, monotonic()))
            else:
                peer.transport.abort()
        return Answer(reply.status, bytes(reply.body))

    async def close(self) -> None:
        while self._idle:
            peer, _ = self._idle.pop()
            await peer.close()

    def _kept(self) -> Peer | None:
        while self._idle:
            peer, since = self._idle.pop()
            if peer.quiet and monotonic() < since + KEPT_S:
                return peer
            peer.transport.abort()
        return None

    async def _open(self) -> Peer:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await self.road.open()
        except (OSError, ValueError) as error:  # ValueError: a name that is none
            raise NotConnected(reason(error)) from None


def reason(error: Exception) -> str:
    """In a few words, what went wrong."""
    return str(error) if isinstance(error, (HttpError, NotConnected)) else type(error).__name__
