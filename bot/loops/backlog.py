"""How many updates wait at Telegram: told to the admin long before any is dropped, and waited for where they count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.loops import words
from bot.loops.intake import Intake
from bot.telegram.answer import line
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
LOOK_S = 60.0
ALARMS = (10_000, 50_000)  # Telegram keeps 100,000

Warn = Callable[..., Awaitable[object]]  # is given a text and its fields


class Backlog:
    """What waited when a poll's votes were asked for: they are all known once that many others have been stored."""

    def __init__(self, wire: Wire, intake: Intake) -> None:
        self.wire = wire
        self.intake = intake
        self._until: dict[int, int] = {}  # by poll: how many numbers will be counted by then

    async def behind(self, poll: int) -> int:
        """
        How many updates, at most, are still to be stored of those that waited at the first call for a poll.

        Those stored but not acknowledged yet count, too, until nothing waits. Raises `NoAnswer`.
        """
        if self.intake.counted is None:
            self.intake.counted = set()
        before = len(self.intake.counted)
        waiting = await _waiting(self.wire)
        until = self._until.setdefault(poll, before + waiting)
        return min(waiting, max(until - len(self.intake.counted), 0))

    def forget(self, poll: int) -> None:
        """Its votes are known."""
        self._until.pop(poll, None)
        if not self._until:
            self.intake.counted = None


async def _waiting(wire: Wire) -> int:
    """How many updates wait; raises `NoAnswer`."""
    match await wire.call("getWebhookInfo"):
        case {"pending_update_count": int(waiting)}:
            return waiting
        case other:
            raise NoAnswer(f"getWebhookInfo answers {line(other)}")


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
    waiting = await _waiting(wire)
    passed = sum(waiting >= alarm for alarm in ALARMS)
    if passed > warned:
        log.warning("updates pile up at Telegram", waiting=waiting)
        if warn:
            await warn(words.BACKLOG, waiting=words.thousands(waiting))
    return passed if waiting < ALARMS[0] // 2 else max(passed, warned)
