"""Waiting for what will be true. Nobody knows how fast a machine is: the limit tells a hang from a slow machine."""

import asyncio
import inspect
import time

PATIENCE_S = 240.0  # on a busy machine, each process imports torch for half a minute
LOOK_S = 0.01
REST = 9  # times as long as a look has taken: what is waited for needs the processor more than who waits


async def until(holds) -> None:
    """Return as soon as it holds; `holds` may be a coroutine function. Raises `TimeoutError` when it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not await _value(holds()):  # noqa: ASYNC110 what is awaited stands in a database, or at the emulator
            await asyncio.sleep(LOOK_S)


async def _value(found):
    return await found if inspect.isawaitable(found) else found


def eventually(holds):
    """What `holds` says as soon as that is something; when it never is, what it said last."""
    deadline, looked = time.monotonic() + PATIENCE_S, time.thread_time()
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(max(LOOK_S, REST * (time.thread_time() - looked)))
        looked = time.thread_time()
    return found
