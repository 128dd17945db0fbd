"""
The port of the webhook: it takes connections in, and when all places are taken a stranger makes room for the next.

So a delivery always finds a place. Accepting is done here, since asyncio writes a traceback for each connection that
finds no file descriptor, thousands a second.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from functools import partial
from math import inf
from time import monotonic

import structlog

from bot.loops.caller import Caller, Callers

log = structlog.get_logger()
LOOK_S = 1.0  # how often who takes too long is looked for
TOGETHER = 8  # connections taken in before others have their turn
COMPLAINT_S = 60.0  # between two lines in the log about what anybody can bring about


class Port:
    """At most `most` connections are open, and never more than half of the files that this process may open."""

    def __init__(self, listener: socket.socket, callers: Callers, most: int) -> None:
        listener.settimeout(0)
        self.listener = listener
        self.callers = callers
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.most = most if files == resource.RLIM_INFINITY else min(most, files // 2)
        self._complained = -inf

    async def serve(self) -> None:
        """Take connections in, for ever; cancel to stop. All are closed then."""
        hurrying = asyncio.create_task(self._hurry())
        try:
            while True:
                await asyncio.gather(*map(self._take_in, await self._accepted()))
        finally:
            hurrying.cancel()
            await self.callers.end()

    async def _hurry(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.callers.hurry(monotonic())

    async def _accepted(self) -> list[socket.socket]:
        """Who is there, or the next who comes."""
        found: list[socket.socket] = []
        try:
            found.append((await asyncio.get_running_loop().sock_accept(self.listener))[0])
            while len(found) < TOGETHER:
                found.append(self.listener.accept()[0])
        except (BlockingIOError, ConnectionAbortedError):
            pass  # nobody else
        except OSError as error:
            await self._no_room(error)
        return found

    async def _no_room(self, error: OSError) -> None:
        """No more can be opened: a stranger goes, or everybody waits."""
        if monotonic() >= self._complained + COMPLAINT_S:
            self._complained = monotonic()
            log.error("webhook takes in no connection", reason=error.strerror, connections=len(self.callers))
        await asyncio.sleep(0 if self.callers.make_room() else LOOK_S)

    async def _take_in(self, connection: socket.socket) -> None:
        if len(self.callers) >= self.most and not self.callers.make_room():
            connection.close()
            return
        try:
            await asyncio.get_running_loop().connect_accepted_socket(partial(Caller, self.callers), connection)
        except OSError:  # it has gone already
            connection.close()
