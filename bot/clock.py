"""
The clock does what is due: it closes polls, reveals them, and posts.

Each step reads what is due from the database and leaves it in its next state, so a restart is nothing special.
`now` decides what is due; the moment a thing happened is asked from `time` when it has happened.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import outgoing, points, polls, reveal, schedule, store
from bot.outgoing import Outgoing, PollMessage
from bot.polls import Opened, StandingPoll
from bot.schedule import Chat, DuePost, Intent, Purpose
from bot.telegram import NotSent, Refused, Telegram, Unclear, anonymous

log = structlog.get_logger()
T = TypeVar("T", DuePost, StandingPoll)
TICK_S = 0.5  # the longest sleep: a drawing that a worker has finished is seen this soon


class Clock:
    """What is due in every chat; one message at a time within a chat, so that order is kept."""

    def __init__(self, engine: Engine, telegram: Telegram, time: Callable[[], datetime]) -> None:
        self.engine = engine
        self.telegram = telegram
        self.time = time
        self.waits: dict[int, datetime] = {}  # post id -> not before, after Telegram asked to wait

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
        """Everything that is due at `now`; reveals go before new posts."""
        await self.close_due(now)
        await self.reveal_due(now)
        await self.post_due(now)
        with self.engine.begin() as connection:
            store.remember(connection, "tick", now.isoformat())

    async def close_due(self, now: datetime) -> None:
        """Close the polls whose time is over."""
        await self._each(polls.due_to_close(self.engine, now), now, self._close)

    async def reveal_due(self, now: datetime) -> None:
        """Reveal the closed polls whose picture is ready, or cannot be had."""
        await self._each(polls.due_to_reveal(self.engine), now, self._reveal)

    async def post_due(self, now: datetime) -> None:
        """Send the next post of each publication, where its time has come."""
        await self._each(schedule.due_posts(self.engine, now), now, self._post)

    async def _each(self, due: Iterable[T], now: datetime, step: Callable[[T, datetime], Awaitable[None]]) -> None:
        chats: dict[int, list[T]] = defaultdict(list)
        for item in due:
            if self.waits.get(_post_id(item), now) <= now:
                chats[item.chat_id].append(item)

        async def in_order(items: Sequence[T]) -> None:
            for item in items:
                await step(item, now)

        await asyncio.gather(*map(in_order, chats.values()))

    async def _post(self, due: DuePost, _now: datetime) -> None:
        parts = outgoing.of_post(due.post, schedule.files(self.engine, due.id))
        chat = Chat("", due.chat_id, due.chat_type)
        await self._deliver(chat, due.id, "post", parts)

    async def _close(self, poll: StandingPoll, _now: datetime) -> None:
        polls.closing(self.engine, poll.id)
        points.reach("closing")
        try:
            tally = await self.telegram.stop(poll.chat_id, poll.message_id)
        except (NotSent, Unclear) as error:  # closing twice does no harm
            self._wait(poll.post_id, getattr(error, "wait_s", 1.0), str(error))
            return
        except Refused as error:
            log.warning("poll not closed by us, its last known tally counts", poll=poll.poll.id, reason=str(error))
            tally = poll.tally
        points.reach("stopped")
        polls.closed(self.engine, poll.id, tally, self.time())
        points.reach("closed")
        log.info("poll closed", poll=poll.poll.id, chat=poll.chat_id, voters=tally.voters)

    async def _reveal(self, poll: StandingPoll, now: datetime) -> None:
        parts = reveal.prepare(self.engine, poll, now)
        if parts is not None:
            await self._deliver(Chat("", poll.chat_id, ""), poll.post_id, "reveal", parts, reply_to=poll.message_id)

    async def _deliver(
        self, chat: Chat, post_id: int, purpose: Purpose, parts: Sequence[Outgoing], reply_to: int | None = None
    ) -> None:
        """Send the parts that have not arrived yet, each one intended, sent, recorded."""
        there = schedule.sent_parts(self.engine, post_id, purpose)
        for part, message in enumerate(parts):
            if part in there:
                continue
            intent = Intent(post_id, purpose, part)
            if not await self._send(chat, intent, message, reply_to, last=message is parts[-1]):
                return

    async def _send(self, chat: Chat, intent: Intent, message: Outgoing, reply_to: int | None, *, last: bool) -> bool:
        schedule.intend(self.engine, intent, self.time())
        points.reach("intended")
        try:
            sent = await self.telegram.send(chat, message, reply_to)
        except NotSent as error:
            schedule.withdraw(self.engine, intent, str(error))
            self._wait(intent.post_id, error.wait_s, str(error))
            return False
        except (Refused, Unclear) as error:
            state: Literal["failed", "unknown"] = "failed" if isinstance(error, Refused) else "unknown"
            schedule.stop(self.engine, intent, state, str(error))
            log.error("message stopped", **vars(intent), chat=chat.id, state=state, reason=str(error))  # noqa: TRY400
            return False
        points.reach("sent")
        opened = None
        if isinstance(message, PollMessage) and sent.poll_id:
            poll = message.poll
            opened = Opened(sent.poll_id, anonymous(poll, chat), poll.open, poll.experiment)
        schedule.arrived(self.engine, intent, sent.message_ids, self.time(), last=last, opened=opened)
        points.reach("recorded")
        log.info("sent", **vars(intent), chat=chat.id, message_ids=sent.message_ids)
        return True

    def _wait(self, post_id: int, seconds: float, reason: str) -> None:
        self.waits[post_id] = self.time() + timedelta(seconds=seconds)
        log.warning("later", post_id=post_id, again_in_s=seconds, reason=reason)

    def _pause(self, now: datetime) -> float:
        due = schedule.next_due(self.engine)
        ahead = (due - now).total_seconds() if due else TICK_S
        return min(max(ahead, 0.02), TICK_S)


def _post_id(item: DuePost | StandingPoll) -> int:
    return item.id if isinstance(item, DuePost) else item.post_id
