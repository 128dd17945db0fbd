"""
The road to Telegram, the same for messages and updates: straight, or through the proxy that the environment names.

HTTPS_PROXY or HTTP_PROXY, as the server's address begins, else ALL_PROXY; NO_PROXY names hosts without one. A proxy of
http:// or https:// is asked to CONNECT to a server of https://, and handed the request for one of http://. One of
socks5:// is given the server's name, and looks it up itself.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from bot import hidden
from bot.errors import SettingsError
from bot.telegram.peer import HttpError, Peer

PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
SOCKS_REFUSALS = {2: "not allowed", 3: "network unreachable", 4: "host unreachable", 5: "connection refused"}


@dataclass(frozen=True)
class Road:
    """From here to `server`, an http:// or https:// address, by `proxy`."""

    server: SplitResult
    proxy: SplitResult | None = None

    @property
    def host(self) -> str:
        return _host(self.server)

    @property
    def handed(self) -> bool:
        """The proxy sees the request itself, and makes it for us."""
        return bool(self.proxy) and self.server.scheme == "http" and not self._socks

    def head(self, path: str, method: str = "POST") -> str:
        """The first lines of a request."""
        if not self.handed:
            return f"{method} {path} HTTP/1.1\r\nHost: {self.server.netloc}\r\n"
        return f"{method} http://{self.server.netloc}{path} HTTP/1.1\r\nHost: {self.server.netloc}\r\n{self._login}"

    async def open(self) -> Peer:
        """A connection on which the server can be asked; raises `OSError` or, for a name that is none, `ValueError`."""
        near = self.proxy or self.server
        _, peer = await asyncio.get_running_loop().create_connection(Peer, _host(near), _port(near))
        try:
            if near.scheme == "https":
                await peer.secure(_host(near), self._context)
            if self._socks:
                await self._through_socks(peer)
            elif self.proxy and not self.handed:
                await self._through_http(peer)
            if self.proxy and self.server.scheme == "https":
                await peer.secure(self.host, self._context)
        except BaseException:
            peer.transport.abort()
            raise
        return peer

    async def _through_http(self, peer: Peer) -> None:
        far = f"{f'[{self.host}]' if ':' in self.host else self.host}:{_port(self.server)}"
        peer.transport.write(f"CONNECT {far} HTTP/1.1\r\nHost: {far}\r\n{self._login}\r\n".encode())
        reply = await peer.reply(to_connect=True)
        if reply.status != 200:
            raise HttpError(f"the proxy answers {reply.status}")

    async def _through_socks(self, peer: Peer) -> None:
        """RFC 1928, and RFC 1929 for a name and password."""
        name, password = self._credentials
        peer.transport.write(b"\5\1\2" if name else b"\5\1\0")
        version, method = await peer.take(2)
        if version != 5 or method not in ((2,) if name else (0,)):
            raise HttpError("the proxy does not speak SOCKS 5" if version != 5 else "the proxy wants another login")
        if name:
            peer.transport.write(b"\1" + _counted(name) + _counted(password))
            if (await peer.take(2))[1]:
                raise HttpError("the proxy refuses the login")
        peer.transport.write(b"\5\1\0\3" + _counted(self.host) + _port(self.server).to_bytes(2, "big"))
        version, refusal, _, kind = await peer.take(4)
        if version != 5 or refusal:
            raise HttpError(f"the proxy answers {refusal}: {SOCKS_REFUSALS.get(refusal, 'it does not connect')}")
        length = {1: 4, 4: 16}.get(kind) or (await peer.take(1))[0]
        await peer.take(length + 2)  # the address that it calls from: nobody asks

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @property
    def _socks(self) -> bool:
        return self.proxy is not None and self.proxy.scheme.startswith("socks")

    @property
    def _credentials(self) -> tuple[str, str]:
        found = self.proxy or self.server
        return unquote(found.username or ""), unquote(found.password or "")

    @property
    def _login(self) -> str:
        name, password = self._credentials
        if not name:
            return ""
        return f"Proxy-Authorization: Basic {b64encode(f'{name}:{password}'.encode()).decode()}\r\n"


def find(url: str) -> Road:
    """The road to an address; raises `SettingsError` for one that cannot be taken."""
    server = _checked("POLLBOT_API_URL", url, ("http", "https"))
    proxies = getproxies()
    for kind in () if proxy_bypass(_host(server)) else (server.scheme, "all"):
        if named := proxies.get(kind):
            variable = f"{kind}_proxy" if f"{kind}_proxy" in os.environ else f"{kind}_proxy".upper()
            return Road(server, _checked(variable, named if "://" in named else f"http://{named}", tuple(PORTS)))
    return Road(server)


def _checked(variable: str, url: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        found = urlsplit(url)
        usable = found.scheme in schemes and bool(found.hostname) and found.port != 0
    except ValueError:  # a port that is none, a bracket that is not closed
        usable = False
    if not usable:
        allowed = ", ".join(f"{scheme}://…" for scheme in schemes)
        raise SettingsError(f"{variable}={hidden.address(url)!r}: allowed is an address, {allowed}")
    return found


def _host(address: SplitResult) -> str:
    return address.hostname or ""


def _port(address: SplitResult) -> int:
    return address.port or PORTS[address.scheme]


def _counted(words: str) -> bytes:
    """With its length before it, which is a byte."""
    data = words.encode()
    return len(data).to_bytes(1, "big") + data
