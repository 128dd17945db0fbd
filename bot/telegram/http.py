"""
One kept HTTP/1.1 connection, for a call at a time: what asking for updates needs, and little of what a library costs.

Over TLS where the address says https, and through the proxy that the environment names for it (HTTPS_PROXY).
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

BUFFER = 1 << 20  # Telegram's answers are some 30 KB, at most 4 MB


class Answer(NamedTuple):
    status: int
    body: bytes


class HttpError(OSError):
    """The other side does not speak HTTP as it should."""


class Connection:
    """Opened by the first call, and again after a failure; every failure is an `OSError` or an `EOFError`."""

    def __init__(self, url: str) -> None:
        self.server = urlsplit(url)
        self.proxy = _proxy(self.server)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes) -> Answer:
        """Send JSON and wait for the answer; when that does not come whole, the connection is closed."""
        if self._streams and self._streams[0].at_eof():  # the server closed what nobody used
            self.close()
        reader, writer = self._streams = self._streams or await self._open()
        whole = False
        try:
            head = f"POST {path} HTTP/1.1\r\nHost: {self.server.netloc}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, fields = await _head(reader)
            answer = Answer(status, await _body(reader, fields))
            whole = fields.get(b"connection", b"").lower() != b"close"
        finally:
            if not whole:
                self.close()
        return answer

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def end(self) -> None:
        """Close, and wait until it is done."""
        if self._streams:
            writer = self._streams[1]
            self.close()
            with suppress(OSError):  # the other side was faster
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = self.server.scheme == "https"
        host, port = self.server.hostname or "", self.server.port or (443 if secure else 80)
        context = ssl.create_default_context() if secure else None
        if not self.proxy:
            return await asyncio.open_connection(host, port, ssl=context, limit=BUFFER)
        reader, writer = await asyncio.open_connection(self.proxy.hostname, self.proxy.port or 80, limit=BUFFER)
        try:
            await _tunnel(reader, writer, f"{host}:{port}", _login(self.proxy))
            if context:
                await writer.start_tls(context, server_hostname=host)
        except BaseException:
            writer.close()
            raise
        return reader, writer


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, far: str, login: str) -> None:
    writer.write(f"CONNECT {far} HTTP/1.1\r\nHost: {far}\r\n{login}\r\n".encode())
    status, _ = await _head(reader)
    if status != 200:
        msg = f"the proxy answers {status}"
        raise HttpError(msg)


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[bytes, bytes]]:
    """The status and the header fields, their names in small letters."""
    try:
        first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
        fields = (line.partition(b":") for line in lines)
        return int(first.split(b" ", 2)[1]), {name.lower(): value.strip() for name, _, value in fields}
    except (IndexError, ValueError, asyncio.LimitOverrunError) as error:
        msg = f"not HTTP: {error}"
        raise HttpError(msg) from None


async def _body(reader: asyncio.StreamReader, fields: dict[bytes, bytes]) -> bytes:
    try:
        if b"chunked" not in fields.get(b"transfer-encoding", b"").lower():
            return await reader.readexactly(int(fields[b"content-length"]))
        body = b""
        while size := int((await reader.readline()).partition(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    except (KeyError, ValueError) as error:
        msg = f"an answer without its length: {error}"
        raise HttpError(msg) from None
    return body


def _proxy(server: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for this address."""
    named = getproxies().get(server.scheme)
    return urlsplit(named) if named and not proxy_bypass(server.hostname or "") else None


def _login(proxy: SplitResult) -> str:
    if proxy.username is None:
        return ""
    return (
        f"Proxy-Authorization: Basic {b64encode(f'{proxy.username}:{proxy.password or str()}'.encode()).decode()}\r\n"
    )
