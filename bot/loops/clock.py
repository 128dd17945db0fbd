"""
The clock does what is due: it closes polls, reveals them, and posts.

Each step reads what is due from the database and leaves it in its next state, so a restart is nothing special.
`now` decides what is due; the moment a thing happened is asked from `time` when it has happened.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError

from bot.loops import keys, reveal
from bot.loops.admin import Admins
from bot.loops.closing import Closing
from bot.loops.delivery import Delivery
from bot.store import messages, polls, questions, schedule, store
from bot.store.polls import StandingPoll
from bot.store.schedule import DuePost
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.telegram.limits import Limits

log = structlog.get_logger()
T = TypeVar("T", DuePost, StandingPoll)
TICK_S = 0.5  # the longest sleep
DRAWN_S = 0.05  # while a closed poll waits for its picture: people wait for it


class Clock:
    """What is due in every chat; one message at a time within a chat, so that order is kept."""

    def __init__(
        self, database: Database, telegram: Telegram, time: Callable[[], datetime], admins: Admins, limits: Limits
    ) -> None:
        self.database = database
        self.time = time
        self.admins = admins
        self.delivery = Delivery(database, telegram, admins, limits, time)
        self.closing = Closing(database, telegram, self.delivery)
        self.awaited = False  # the worker, by a reveal that this tick looked at

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set; a tick that has begun is finished, so nothing is left in doubt."""
        while not stop.is_set():
            now = self.time()
            try:
                await self.tick(now)
                pause = self._pause(now)
            except OperationalError as error:
                log.error("the database is not usable", reason=str(error.orig), again_in_s=TICK_S)  # noqa: TRY400
                pause = TICK_S
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                continue

    async def tick(self, now: datetime) -> None:
        """Everything that is due at `now`; polls are closed first, reveals go before posts, then admins are asked."""
        await self.close_due(now)
        await self.reveal_due(now)
        await self.post_due(now)
        await self.admins.ask_due()
        with self.database.begin() as connection:
            store.remember(connection, "tick", now.isoformat())

    async def close_due(self, now: datetime) -> None:
        """Close the polls whose time is over, the most overdue first."""
        await self._each(polls.due_to_close(self.database, now), now, self.closing.close)

    async def reveal_due(self, now: datetime) -> None:
        """Reveal the closed polls whose picture is ready, or cannot be had."""
        self.awaited = False
        await self._each(polls.due_to_reveal(self.database), now, self._reveal)

    async def post_due(self, now: datetime) -> None:
        """Send the next post of each publication, where its time has come."""
        await self._each(schedule.due_posts(self.database, now), now, self._post)

    async def _each(self, due: Iterable[T], now: datetime, step: Callable[[T, datetime], Awaitable[None]]) -> None:
        """In order within a chat, chats side by side; a chat that has to wait is passed over."""
        chats: dict[int, list[T]] = defaultdict(list)
        for item in due:
            chats[item.address.chat.id].append(item)

        async def in_order(items: Sequence[T]) -> None:
            for item in items:
                if self.delivery.waits.get(item.address.chat.id, now) <= now:
                    await step(item, now)

        for failure in await asyncio.gather(*map(in_order, chats.values()), return_exceptions=True):
            if failure is not None:  # only when all have come to rest: nothing may run on beside the next tick
                raise failure

    async def _post(self, due: DuePost, now: datetime) -> None:
        if due.state == "planned" and due.late != "post" and now - due.due > due.late_after:
            await self._late(due, now)
            return
        if due.state == "planned" and not self._checked(due, now):
            return
        parts = outgoing.of_post(due.post, schedule.files(self.database, due.address.post_id))
        await self.delivery.deliver(due.address, "post", parts)

    def _checked(self, due: DuePost, now: datetime) -> bool:
        """Does the measurement agree with the poll's key? Where it does not, the admin is asked."""
        if due.post.poll is None or due.approved:
            return True
        fine, error = keys.verdict(self.database, due.post.poll, due.due, now, self.admins.language)
        if error:
            log.error("key not confirmed", poll=due.post.poll.id, publication=due.address.publication, reason=error)
            questions.hold(self.database, due.address, "key", error, now)
        return fine

    async def _late(self, due: DuePost, now: datetime) -> None:
        error = f"late by {str(now - due.due).partition('.')[0]}"
        address = due.address
        log.warning("late", error=error, publication=address.publication, position=address.position, rule=due.late)
        if due.late == "skip":
            messages.skip(self.database, address.post_id, error, now)
        else:
            questions.hold(self.database, address, "late", error, now)

    async def _reveal(self, poll: StandingPoll, now: datetime) -> None:
        parts = reveal.prepare(self.database, poll, now)
        if parts is None:
            self.awaited = True  # not asked anew for the pause: what ends in between would be overslept
        else:
            await self.delivery.deliver(poll.address, "reveal", parts, reply_to=poll.message_id)

    def _pause(self, now: datetime) -> float:
        """Until the next thing is due or a chat may be written to again."""
        due = schedule.next_due(self.database)
        ahead = [(at - now).total_seconds() for at in (due, *self.delivery.waits.values()) if at and at > now]
        longest = DRAWN_S if self.awaited else TICK_S
        return min(max(min(ahead, default=longest), 0.02), longest)
