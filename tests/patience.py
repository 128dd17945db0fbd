"""Waiting for what will be true. Nobody knows how fast a machine is: the limit tells a hang from a slow machine."""

import asyncio
import inspect
import time

PATIENCE_S = 240.0  # on a busy machine, each process imports torch for half a minute
LOOK_S = 0.01


async def until(holds) -> None:
    """Return as soon as it holds; `holds` may be a coroutine function. Raises `TimeoutError` when it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not await _value(holds()):  # noqa: ASYNC110 what is awaited stands in a database, or at the emulator
            await asyncio.sleep(LOOK_S)


async def _value(found):
    return await found if inspect.isawaitable(found) else found


def eventually(holds):
    """What `holds` says as soon as that is something; when it never is, what it said last."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    return found
