"""
Who calls the webhook's port: as much of HTTP/1.1 as Telegram and a proxy before us speak, no more for anybody else.

Whoever has not shown the secret is a stranger: ten seconds and a head of 16 KiB, then it is sent away, before a body is
read. Whoever has shown it brings one update after the other; who does not wait for an answer gets one, and no second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from math import inf
from time import monotonic

import httptools

SECRET = b"x-telegram-bot-api-secret-token"
HEAD = 16 << 10  # bytes; Telegram's has some 300
LARGEST = 1 << 20  # bytes of a request; Telegram's updates stay far below
REQUEST_S = 10.0  # for a request to come whole, and for the first one to begin
IDLE_S = 60.0  # between two requests of who knows the secret
LEAVE_S = 1.0  # to read why one is sent away
LEFT = 4 << 20  # bytes that are thrown away meanwhile

ANSWER = b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

OK, FAILED = b"200 OK", b"500 Internal Server Error"
Answer = Callable[[bytes], None]  # is given one of them
Take = Callable[[bytes, Answer], None]


class EnoughError(Exception):
    """Nothing more is read of this caller: the status that it is told, if it has nothing else to hear."""


@dataclass
class Callers:
    """Everybody who is connected; `strangers` in the order in which they came."""

    secret: bytes
    take: Take
    strangers: dict[Caller, None] = field(default_factory=dict)
    known: set[Caller] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.strangers) + len(self.known)

    def recognise(self, caller: Caller) -> None:
        """It has shown the secret."""
        self.strangers.pop(caller, None)
        self.known.add(caller)

    def make_room(self) -> bool:
        """The oldest stranger goes at once, if there is one."""
        stranger = next(iter(self.strangers), None)
        if stranger is None:
            return False
        del self.strangers[stranger]
        stranger.transport.abort()
        return True

    def hurry(self, now: float) -> None:
        """Whoever takes too long goes."""
        for caller in (*self.strangers, *self.known):
            if now >= caller.until:
                caller.transport.abort()

    async def end(self) -> None:
        """Everybody goes; what they were told is on its way."""
        while len(self):
            for caller in (*self.strangers, *self.known):
                caller.transport.abort()
            await asyncio.sleep(0)


class Caller(asyncio.Protocol):
    """One connection; it is given up at `until`, by the monotonic clock."""

    transport: asyncio.Transport

    def __init__(self, callers: Callers) -> None:
        self.callers = callers
        self.until = monotonic() + REQUEST_S
        self._leaves = False  # it has been told its last
        self._impatient = False  # it goes on before it is answered, or has brought too much
        self._waits = False  # for an answer
        self._begin()

    def _begin(self) -> None:
        """What comes next is another request, by the same parser."""
        self._secret: bytes | None = None
        self._headed = False  # its head is whole, and has shown the secret
        self._body = bytearray()
        self._fed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._parser = httptools.HttpRequestParser(self)
        self.callers.strangers[self] = None

    def connection_lost(self, _: Exception | None) -> None:
        self.callers.strangers.pop(self, None)
        self.callers.known.discard(self)

    def data_received(self, data: bytes) -> None:
        if not self._fed and self in self.callers.known and not self._waits:
            self.until = monotonic() + REQUEST_S
        self._fed += len(data)
        if self._leaves:
            if self._fed > LEFT:
                self.transport.abort()
            return
        try:
            self._feed(data)
        except EnoughError as error:
            self._refuse(*error.args)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(b"400 Bad Request")

    def _feed(self, data: bytes) -> None:
        if self._waits:
            raise EnoughError
        if not self._headed:  # no more than a head is looked at
            self._parse(data[:HEAD])
            data = data[HEAD:]
            if not self._headed and self._fed > HEAD:
                raise EnoughError(b"431 Request Header Fields Too Large")
        if data:
            self._parse(data)
        if self._headed and self._fed > LARGEST and not self._waits:
            self._take()  # no update: kept aside as far as it has come
            raise EnoughError

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None

    def on_message_begin(self) -> None:
        if self._waits:
            raise EnoughError

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._secret is None and not self._headed and name.lower() == SECRET:
            self._secret = value

    def on_headers_complete(self) -> None:
        if not compare_digest(self._secret or b"", self.callers.secret):
            raise EnoughError(b"401 Unauthorized")
        self._headed = True
        self.callers.recognise(self)
        if self._parser.get_method() != b"POST":
            raise EnoughError(b"405 Method Not Allowed")

    def on_body(self, data: bytes) -> None:
        self._body += data

    def on_message_complete(self) -> None:
        self._take()

    def _take(self) -> None:
        self._waits = True
        self.until = inf
        self.callers.take(bytes(self._body), self._answer)

    def _answer(self, status: bytes) -> None:
        self._waits = False
        if self.transport.is_closing():  # it has gone
            return
        if self._impatient or not self._parser.should_keep_alive():
            self._leave(status)
            return
        self.transport.write(ANSWER % status)
        self.until = monotonic() + IDLE_S
        self._begin()

    def _refuse(self, status: bytes = b"") -> None:
        """No more is read of it; who waits for an answer is told that, and nothing else."""
        if self._waits:
            self._impatient = True
            self.transport.pause_reading()
        else:
            self._leave(status)

    def _leave(self, status: bytes) -> None:
        """Say it, and throw away what else comes: a connection that is closed before would take the words with it."""
        self._leaves = True
        self._fed = 0
        self.until = monotonic() + LEAVE_S
        self.transport.write(LAST % status)
        self.transport.write_eof()
        self.transport.resume_reading()
