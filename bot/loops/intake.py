"""
Telegram updates in: a batch is committed before it is acknowledged, so no vote is lost however the bot dies.

Long polling with the bot's own loop: asking for the next offset is the acknowledgement, and it is asked only after
the rows and that offset stand in the database, in one transaction. Only votes are decoded; the rest goes to the inbox.

What is asked for: `poll_answer` always, since Telegram filters when a vote arrives, and a vote filtered away is lost.
`poll` only while an anonymous poll is open or about to be: else every vote would come twice, and half of a batch would
be of no use. A `poll` missed while the list changes is harmless: the next one has all the counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError

from bot import points
from bot.loops.inbox import Handler, Inbox
from bot.loops.pauses import Pauses
from bot.store import votes
from bot.store.store import Database
from bot.store.updates import Update
from bot.store.votes import Stored
from bot.telegram.wire import NoAnswer, Wire

log = structlog.get_logger()
WAIT_S = 50  # Telegram holds an empty answer back this long at most
LOOK_S = 1.0  # how soon a list of kinds that has changed is told to Telegram
PAUSE_S = 1.0  # the same offset again within half a second would bring a single update
ALWAYS = ("poll_answer", "callback_query", "my_chat_member", "chat_member", "message", "edited_message")


@dataclass
class Intake:
    """Updates into the database, however they come. What is no vote waits there for the handler."""

    database: Database
    key: bytes
    time: Callable[[], datetime]
    handler: Handler | None = None
    monotonic: Callable[[], float] = monotonic
    counted: set[int] | None = None  # the numbers of what is stored, while somebody waits for it
    _kinds: list[str] = field(default_factory=list)
    _looked: float = -LOOK_S
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def kinds(self) -> list[str]:
        """What Telegram shall send; looked up once a second, for it is asked fifty times."""
        if self.monotonic() >= self._looked + LOOK_S:
            self._kinds = [*ALWAYS, "poll"] if votes.anonymous_open(self.database, self.time()) else list(ALWAYS)
            self._looked = self.monotonic()
        return self._kinds

    async def polled(self, updates: Sequence[object], asked: int) -> int:
        """Store what getUpdates answered to `asked`; returns the next offset. Raises what the database does."""
        stored = votes.record(self.database, updates, self.key, self.time(), asked)
        self._tell(stored)
        return max(stored.batch.ids) + 1 if stored.batch.ids else asked

    async def pushed(self, updates: Sequence[object]) -> None:
        """Store what a webhook brought; raises what the database does."""
        self._tell(votes.record_pushed(self.database, updates, self.key, self.time()))

    def _tell(self, stored: Stored) -> None:
        batch = stored.batch
        if self.counted is not None:
            self.counted.update(batch.ids)
        if stored.restarted:
            log.warning("Telegram numbers updates anew: its queue was lost, or the token is new", first=min(batch.ids))
        log.debug("updates stored", votes=len(batch.votes), snapshots=len(batch.snapshots))
        for stray in batch.strays:
            log.warning("update kept aside", update_id=stray.update_id, reason=stray.reason)
        if stored.refused:
            log.warning("the inbox is full: updates that are no votes are dropped", updates=stored.refused)
        if batch.others:
            self._arrived.set()

    @asynccontextmanager
    async def handling(self) -> AsyncIterator[None]:
        """While this block runs, what is no vote is handled; a handler that fails or takes long stops no vote."""
        if self.handler is None:
            yield
            return
        inbox = Inbox(self.database, self.handler, self.time, self._arrived)
        task = asyncio.create_task(inbox.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def run(wire: Wire, intake: Intake) -> None:
    """Take updates for ever; cancel to stop. What was not committed is delivered again at the next start."""
    offset = votes.offset(intake.database)
    webhook = True  # one may be left from the time before
    pauses = Pauses()
    async with intake.handling():
        while True:
            try:
                if webhook:
                    await wire.call("deleteWebhook")
                    webhook = False
                offset = await _take(wire, intake, offset)
                pauses.success()
            except NoAnswer as error:
                pause_s = pauses.after_failure(error.wait_s)
                log.warning("no updates", reason=str(error), again_in_s=pause_s)
                await asyncio.sleep(pause_s)
            except DBAPIError as error:
                log.error("updates not stored, so not acknowledged", reason=str(error.orig), again_in_s=PAUSE_S)  # noqa: TRY400
                await asyncio.sleep(PAUSE_S)


async def _take(wire: Wire, intake: Intake, offset: int) -> int:
    """One batch, stored; returns the next offset."""
    updates = await _ask(wire, intake, offset)
    if not updates:
        return offset
    points.reach("received")
    following = await intake.polled(updates, offset)
    points.reach("stored")
    if following == offset:  # not one of them has a number, so none can be acknowledged
        await asyncio.sleep(PAUSE_S)
    return following


async def _ask(wire: Wire, intake: Intake, offset: int) -> list[Update]:
    """What waits. A request that waits keeps its list of kinds, so it is given up when another is needed."""
    kinds = intake.kinds()
    request = asyncio.create_task(wire.updates(offset, WAIT_S, kinds))
    try:
        while not request.done():
            await asyncio.wait({request}, timeout=LOOK_S)
            if not request.done() and intake.kinds() != kinds:
                return []
        return await request
    finally:
        request.cancel()
