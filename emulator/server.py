"""The emulator as a running server, on loopback only."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.world.world import World

KEEP_S = 3600  # who speaks seldom, on a busy machine, is not cut off in the middle of a sentence


class Protocol(H11Protocol):
    """Hands the connection to the application, which may have to break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            await inner({**scope, "emulator.transport": transport}, receive, send)

        self.app = app


class Server(uvicorn.Server):
    """Ends what waits before it waits for what is running."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(app, http=Protocol, log_level="warning", ws="none", lifespan="on", loop="asyncio")
        config.timeout_keep_alive = KEEP_S
        super().__init__(config)
        self.world: World = app.state.world
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def end(self) -> None:
        """From another thread: end at once, where uvicorn itself looks ten times a second whether it shall."""
        self.should_exit = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._ended.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        looking, ended = asyncio.create_task(super().main_loop()), asyncio.create_task(self._ended.wait())
        await asyncio.wait({looking, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in (looking, ended):
            task.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.world.stop()
        await super().shutdown(sockets)


def listen(port: int) -> tuple[socket.socket, str]:
    """A listening socket and its address; port 0 takes any free one. Raises OSError when the port is taken."""
    # asyncio turns Nagle's delay off only where the protocol is named: 40 ms for every answer otherwise
    sock = socket.socket(proto=socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
        sock.listen(256)
    except OSError:
        sock.close()
        raise
    return sock, _address(sock)


def inherit(number: int) -> tuple[socket.socket, str]:
    """The same from a file descriptor that came with the process. Raises OSError when it is no socket."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=number)
    return sock, _address(sock)


def _address(sock: socket.socket) -> str:
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def serve_in_thread(app: Starlette, port: int = 0) -> Iterator[str]:
    """Serve in a thread while the block runs; yields the base URL. Requests wait in the socket until it is up."""
    sock, url = listen(port)
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="emulator", daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.end()
        thread.join(10)
        sock.close()
