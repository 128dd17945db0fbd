"""How many updates wait at Telegram: seldom asked, and told to the admin long before any is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.loops import words
from bot.telegram.answer import line
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
LOOK_S = 60.0
ALARMS = (10_000, 50_000)  # Telegram keeps 100,000

Warn = Callable[..., Awaitable[object]]  # is given a text and its fields


async def watch(wire: Wire, warn: Warn | None = None, every_s: float = LOOK_S) -> None:
    """Look for ever; `warn` gets a text each time another alarm is passed, and again after a calm."""
    warned = 0
    while True:
        try:
            warned = await _look(wire, warn, warned)
        except NoAnswer as error:  # intake says the same, and more often
            log.debug("backlog not known", reason=str(error))
        await asyncio.sleep(every_s)


async def _look(wire: Wire, warn: Warn | None, warned: int) -> int:
    match await wire.call("getWebhookInfo"):
        case {"pending_update_count": int(waiting)}:
            pass
        case other:
            raise NoAnswer(f"getWebhookInfo answers {line(other)}")
    passed = sum(waiting >= alarm for alarm in ALARMS)
    if passed > warned:
        log.warning("updates pile up at Telegram", waiting=waiting)
        if warn:
            await warn(words.BACKLOG, waiting=words.thousands(waiting))
    return passed if waiting < ALARMS[0] // 2 else max(passed, warned)
