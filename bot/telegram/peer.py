"""The far end of a connection: its bytes as they come, and the HTTP answers that they are."""

from __future__ import annotations

import asyncio
import ssl

import httptools

MOST = 8 << 20  # bytes of an answer, its head included; Telegram's own are 4 MB at most
HEAD = 1 << 16  # bytes before a body begins; Telegram's have some 500
AHEAD = 1 << 18  # so many may wait to be read


class HttpError(OSError):
    """The other side does not speak as it should, or has gone."""


class LongError(HttpError):
    """What comes is more than anybody waits for."""


class Reply:
    """One HTTP answer, fed until it is `whole`; one to CONNECT is whole with its head."""

    def __init__(self, *, to_connect: bool = False) -> None:
        self.body = bytearray()
        self.status = 0
        self.whole = False
        self.kept = False  # the connection may be used again
        self._to_connect = to_connect
        self._measured = False
        self._fed = 0
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take bytes; raises `HttpError` where they are no HTTP, or too many."""
        self._fed += len(data)
        if self._fed > MOST:
            raise LongError(f"an answer of more than {MOST:,} bytes")
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self.whole:
                raise HttpError(f"not HTTP: {error}") from None
            self.kept = False  # what follows is nobody's answer
        if not self.status and self._fed > HEAD:
            raise HttpError(f"a head of more than {HEAD:,} bytes")

    def end(self) -> None:
        """No more bytes: an answer that does not tell its length ends here; raises `HttpError` in any other."""
        if not self.status or self._measured:
            raise HttpError("the connection was closed before the answer had come")
        self.whole = True

    def on_message_begin(self) -> None:
        self.kept = False

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._measured = self._measured or name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        status = int(self._parser.get_status_code())
        if self.whole or status < 200:  # another answer, or a word before the answer
            return
        self.status = status
        self.whole = self._to_connect

    def on_body(self, data: bytes) -> None:
        if not self.whole:
            self.body += data

    def on_message_complete(self) -> None:
        self.kept = not self.whole and self._parser.should_keep_alive()
        self.whole = bool(self.status)


class Peer(asyncio.Protocol):
    """One connection. Every failure of a call is an `OSError`."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._received = bytearray()
        self._ended = False
        self._news = asyncio.Event()
        self._gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._news.set()
        if len(self._received) > AHEAD:
            self.transport.pause_reading()

    def eof_received(self) -> None:
        self._ended = True
        self._news.set()

    def connection_lost(self, _: Exception | None) -> None:
        self.eof_received()
        self._gone.set()

    @property
    def quiet(self) -> bool:
        """It waits for a request: it has not gone, and has said nothing that nobody asked for."""
        return not self._ended and not self._received

    async def read(self) -> bytes:
        """What has come since; nothing at the end."""
        while self.quiet:
            self._news.clear()
            await self._news.wait()
        data, self._received = bytes(self._received), bytearray()
        if not self._ended:
            self.transport.resume_reading()
        return data

    async def take(self, count: int) -> bytes:
        """Exactly so many bytes."""
        data = b""
        while len(data) < count:
            more = await self.read()
            if not more:
                raise HttpError("the connection was closed")
            data += more
        self._received[:0] = data[count:]
        return data[:count]

    async def reply(self, *, to_connect: bool = False) -> Reply:
        """The answer to what was written."""
        reply = Reply(to_connect=to_connect)
        while not reply.whole:
            data = await self.read()
            if data:
                reply.feed(data)
            else:
                reply.end()
        return reply

    async def secure(self, host: str, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self.transport, self, context, server_hostname=host)
        assert transport is not None
        self.transport = transport

    async def close(self) -> None:
        """At once: nothing that matters is on its way."""
        self.transport.abort()
        await self._gone.wait()
