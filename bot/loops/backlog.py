"""How many updates wait at Telegram: seldom asked, and told to the admin long before any is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.telegram.answer import line
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
LOOK_S = 60.0
ALARMS = (10_000, 50_000)  # Telegram keeps 100,000

Warn = Callable[[str], Awaitable[object]]


async def watch(wire: Wire, warn: Warn | None = None, every_s: float = LOOK_S) -> None:
    """Look for ever; `warn` gets one sentence each time another alarm is passed, and again after a calm."""
    told = 0
    while True:
        try:
            told = await _look(wire, warn, told)
        except NoAnswer as error:  # intake says the same, and more often
            log.debug("backlog not known", reason=str(error))
        await asyncio.sleep(every_s)


async def _look(wire: Wire, warn: Warn | None, told: int) -> int:
    match await wire.call("getWebhookInfo"):
        case {"pending_update_count": int(waiting)}:
            pass
        case other:
            raise NoAnswer(f"getWebhookInfo answers {line(other)}")
    passed = sum(waiting >= alarm for alarm in ALARMS)
    if passed > told:
        log.warning("updates pile up at Telegram", waiting=waiting)
        if warn:
            await warn(sentence(waiting))
    return passed if waiting < ALARMS[0] // 2 else max(passed, told)


def sentence(waiting: int) -> str:
    """What it means, and what to do."""
    return (
        f"{waiting:,} updates wait at Telegram. It keeps 100,000, and each for 24 hours; then votes are lost without "
        "a word. The bot has just come back and is catching up, or it is too slow, or cannot store: its log says which."
    )
