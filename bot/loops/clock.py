"""
The clock does what is due: it closes polls, reveals them, and posts.

Each step reads what is due from the database and leaves it in its next state, so a restart is nothing special. A tick
starts what is due and waits for nothing: a slow chat delays no other (`loops.serving`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.loops import answer_key, ended, reminder, result, reveal, words
from bot.loops.admin import Admins
from bot.loops.backlog import Backlog
from bot.loops.closing import Closing
from bot.loops.correcting import Correcting
from bot.loops.delivery import Delivery
from bot.loops.moving import Moving
from bot.loops.news import News
from bot.loops.pace import Pace, where
from bot.loops.responding import Responding
from bot.loops.serving import Serving, Work
from bot.store import (
    correcting,
    due_polls,
    ending,
    heartbeat,
    inquiries,
    measurements,
    messages,
    overdue,
    polls,
    questions,
    schedule,
)
from bot.store.due_polls import DueReminder, DueReveal
from bot.store.ending import Unshown
from bot.store.schedule import DuePost
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later
from bot.telegram.outgoing import Outgoing
from bot.thread.model import Poll

log = structlog.get_logger()
TICK_S = 0.5  # the longest sleep
SHORTEST_S = 0.02  # and the shortest
CROWDED_S = 0.1  # while more is due than may go out: each tick then starts a few
DRAWN_S = 0.05  # while a closed poll waits for its picture: people wait for it
BATCH = 10  # posts, and as many polls, that one tick starts: votes wait for no more than that
OVERDUE_S = 600.0  # until admins are told that a post is late, though nothing but time was needed
REVEALS = 100  # that one tick looks at


class Clock:
    """What is due in every chat; `serving` does it."""

    def __init__(  # noqa: PLR0913, PLR0917 what it works with
        self,
        database: Database,
        key: bytes,
        telegram: Telegram,
        admins: Admins,
        pace: Pace,
        backlog: Backlog,
        time: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.time = time
        self.admins = admins
        self.pace = pace
        self.delivery = Delivery(database, key, telegram, admins, pace, time)
        self.responding = Responding(database, key, telegram, admins, pace, time)
        self.closing = Closing(database, telegram, self.delivery, pace, backlog)
        self.correcting = Correcting(self.delivery, self._rendered)
        self.news = News(database, telegram, admins, pace)
        self.moving = Moving(database, telegram, admins, pace)
        self.serving = Serving(database, admins, pace, time)
        self.asking: asyncio.Task[None] | None = None
        self.awaited = False  # the worker, by a reveal that this tick looked at
        self.crowded = False  # more is due than this tick could start
        # Rendering a long text takes longer than votes should wait; one at a time, the renderer is not for two threads.
        self._beside = ThreadPoolExecutor(1, "render")

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set; what has begun is finished, so nothing is left in doubt."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            self.serving.woken.clear()
            now = self.time()
            try:
                self.tick(now)
                pause = self._pause(now)
            except OperationalError as error:
                log.error("the database is not usable", reason=str(error.orig), again_in_s=TICK_S)  # noqa: TRY400
                pause = TICK_S
            except Exception:  # nobody's in particular: the next tick may fare better
                log.exception("the clock stumbled", again_in_s=TICK_S)
                pause = TICK_S
            # While more is due than may go out, a chat that has been served is no reason to look again at once.
            waking = asyncio.create_task(stop.wait() if self.crowded else self.serving.woken.wait())
            await asyncio.wait({stopping, waking}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
        self.pace.stop()
        if self.asking:
            self.asking.cancel()  # who was not asked is asked again
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until no chat is served, and no admin is asked or told anything."""
        while running := [
            *self.serving.busy.values(),
            *self.news.tasks,
            *self.moving.busy.values(),
            *([self.asking] if self.asking else []),
        ]:
            await asyncio.wait(running)
            await asyncio.sleep(0)

    def tick(self, now: datetime) -> None:
        """Start everything that is due at `now`: polls are closed first, reveals go before posts; admins are asked."""
        self.crowded = False
        steps = (self.close_due, self.reveal_due, self.correct_due, self.remind_due, self.judge_due, self.post_due)
        told = (self.end_due, self.result_due, self.warn_due, self.news.step, self.moving.step)
        for step in (*steps, self.answer_due, *told):
            try:
                step(now)
            except OperationalError:
                raise
            except Exception:  # nobody's in particular; the other steps may fare better
                log.exception("the clock stumbled", step=step.__name__)
        self.ask_due()
        self.beat(now)

    def close_due(self, now: datetime) -> None:
        """Close the polls whose time is over, the most overdue first."""
        room = min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        found = due_polls.to_close(self.database, now, limit=room, **passed) if room else []
        self.serving.serve(Work(poll.address, "reveal", partial(self.closing.close, poll)) for poll in found)
        self.crowded |= room == 0 or len(found) == room

    def reveal_due(self, now: datetime) -> None:
        """Reveal the closed polls whose picture is ready, or cannot be had; queue the drawings of the others."""
        self.awaited, ready, queued, room = False, [], 0, min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        for due in due_polls.to_reveal(self.database, limit=REVEALS, **passed):
            with self.serving.contained(due.address, "reveal"):
                if reveal.awaits(due, self.pace.waited("reveal", due.id, now - due.closed)):
                    self.awaited = True
                elif due.drawn is not None:
                    ready.append(Work(due.address, "reveal", partial(self._reveal, due)))
                elif queued < BATCH:
                    queued += 1
                    reveal.queue_drawing(self.database, polls.closed_poll(self.database, due.id), now)
                    self.awaited = True
        self.serving.serve(ready[:room])
        self.crowded |= len(ready) > room

    def correct_due(self, now: datetime) -> None:
        """Edit what stands and is corrected, once its picture is drawn."""
        room = min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        found = correcting.due(self.database, limit=REVEALS, **passed)
        waits = [due for due in found if self.correcting.awaits(due, now)]
        ready = [due for due in found if due not in waits]
        self.awaited |= bool(waits)
        self.serving.serve(
            Work(due.address, due.purpose, partial(self.correcting.advance, due)) for due in ready[:room]
        )
        self.crowded |= len(ready) > room

    def judge_due(self, now: datetime) -> None:
        """Hold answer keys against what has been measured since: long before their posts are due, or after all."""
        for address in measurements.unjudged(self.database, BATCH):
            with self.serving.contained(address, "post"):
                poll = schedule.content(self.database, address.post_id).post.poll
                if error := answer_key.judge(self.database, poll, self.admins.language):
                    log.error("key contradicted", poll=poll and poll.id, **where(address), reason=error)
                    questions.hold(self.database, address, "post", "key", error, now)
                elif questions.settle(self.database, address.post_id, now):
                    log.info("key confirmed", poll=poll and poll.id, **where(address))
                measurements.judged(self.database, address.post_id, now)

    def remind_due(self, now: datetime) -> None:
        """Tell those who have not voted yet that a poll closes soon."""
        room = min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        found = due_polls.to_remind(self.database, now, limit=room, **passed) if room else []
        self.serving.serve(Work(due.address, "remind", partial(self._remind, due, now)) for due in found)

    async def _remind(self, due: DueReminder, now: datetime) -> None:
        """Once, and not of what is over or nearly so; what may stand in the chat is looked for in any case."""
        begun = messages.parts(self.database, due.address.post_id, "remind")
        if not begun and (due.state != "open" or due.late(now) or due.message_id is None):
            error = self.admins.text(words.NO_REMINDER)
            messages.without(self.database, due.address.post_id, "remind", error, now)
        else:
            await self.delivery.deliver(due.address, "remind", [reminder.message(due)], reply_to=due.message_id)

    def end_due(self, now: datetime) -> None:
        """Notice what has ended, and have the pictures of its results drawn."""
        for publication in ending.notice(self.database, now, BATCH):
            log.info("ended", publication=publication)
        for publication in ending.undrawn(self.database):
            ending.drawing(self.database, publication, result.drawing(self.database, publication), now)

    def result_due(self, now: datetime) -> None:
        """Show the result of what has ended in its chat, where its author wants that; its picture is waited for."""
        ready = []
        for due in ending.to_show(self.database):
            waited_s = self.pace.waited("result", due.address.publication, now - due.ended)
            if due.address.chat.id not in self.serving.unavailable() and not ended.awaits(self.database, due, waited_s):
                ready.append(Work(due.address, "result", partial(self._result, due, now)))
        self.serving.serve(ready[: min(self.pace.room(), BATCH)])

    async def _result(self, due: Unshown, now: datetime) -> None:
        begun = messages.parts(self.database, due.address.post_id, "result")
        parts = await self._rendered(partial(ended.compose, self.database, due.address.publication, begun))
        if parts or begun:
            await self.delivery.deliver(due.address, "result", parts)
        else:
            messages.without(self.database, due.address.post_id, "result", self.admins.text(words.NO_RESULT), now)

    def warn_due(self, now: datetime) -> None:
        """Tell in time what will be, or is, in the way: a measurement that has failed, a post that is overdue."""
        for address, reason in overdue.unmeasured(self.database, BATCH):
            overdue.failed(self.database, address.post_id, reason, now)
        for address, due in overdue.overdue(self.database, now - timedelta(seconds=TICK_S), BATCH):
            if self.pace.waited("overdue", address.post_id) >= OVERDUE_S:
                log.warning("overdue", **where(address), due=due.isoformat())
                overdue.late(self.database, address.post_id, due, now)

    def post_due(self, now: datetime) -> None:
        """Send the next post of each publication, where its time has come."""
        room = min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        found = schedule.due_posts(self.database, now, limit=room, **passed) if room else []
        self.serving.serve(Work(due.address, "post", partial(self._post, due, now)) for due in found)
        self.crowded |= room == 0 or len(found) == room

    def answer_due(self, _: datetime) -> None:
        """Put under readers' inquiries what admins have answered; those that came before their post find it."""
        inquiries.adopt(self.database, self.delivery.key)
        room = min(self.pace.room(), BATCH)
        passed = {"chats": self.serving.unavailable(), "without": self.pace.resting()}
        found = inquiries.to_answer(self.database, limit=room, **passed) if room else []
        self.serving.serve(Work(due.address, "answer", partial(self.responding.respond, due)) for due in found)

    def ask_due(self) -> None:
        """Ask admins what has not been asked yet, beside all else: Telegram may take its time."""
        if self.asking is None:
            self.asking = asyncio.create_task(self._ask())

    def beat(self, now: datetime) -> None:
        """Say that the bot lives."""
        heartbeat.beat(self.database, "bot", now)

    async def _ask(self) -> None:
        try:
            await self.admins.ask_due()
            await self.delivery.doubts.reading.tidy()
        except Later as error:
            log.warning("copies not deleted yet", reason=str(error))
        except DBAPIError as error:
            log.error("admins not asked", reason=str(error.orig))  # noqa: TRY400
        except Exception:  # one question may be odd: it is asked again, and everything else goes on
            log.exception("admins not asked")
        finally:
            self.asking = None

    async def _post(self, due: DuePost, now: datetime) -> None:
        if not self.pace.ready(due.address.chat.id):
            return
        if due.state == "planned" and messages.ordered(self.database, due.address.post_id, due.revision):
            return
        if due.state == "planned" and due.late != "post" and now - due.due > due.late_after:
            self._late(due, now)
            return
        content = schedule.content(self.database, due.address.post_id)
        if due.state == "planned" and not self._checked(due, content.post.poll, now):
            return
        post = answer_key.told(self.database, due.address.post_id, content.post)
        parts = await self._rendered(partial(outgoing.of_post, post, content.pictures))
        await self.delivery.deliver(due.address, "post", parts, fresh=due.revision if due.state == "planned" else None)

    def _checked(self, due: DuePost, poll: Poll | None, now: datetime) -> bool:
        """Does the measurement agree with the poll's key? Where it does not, the admin is asked."""
        if poll is None or due.approved:
            return True
        waited, language = self.pace.waited("post", due.address.post_id, now - due.due), self.admins.language
        fine, error = answer_key.verdict(self.database, poll, due, now=now, waited_s=waited, language=language)
        if error:
            log.error("key not confirmed", poll=poll.id, **where(due.address), reason=error)
            questions.hold(self.database, due.address, "post", "key", error, now)
        elif not fine:
            self.pace.turn(due.address.post_id)
        return fine

    def _late(self, due: DuePost, now: datetime) -> None:
        error = self.admins.text(words.LATE, span=words.duration(now - due.due))
        log.warning("late", error=error, **where(due.address), rule=due.late)
        if due.late == "skip":
            messages.skip(self.database, due.address.post_id, error, now)
        else:
            questions.hold(self.database, due.address, "post", "late", error, now)

    async def _reveal(self, due: DueReveal) -> None:
        if not self.pace.ready(due.address.chat.id):
            return
        poll = polls.closed_poll(self.database, due.id)
        begun = messages.parts(self.database, due.address.post_id, "reveal")
        parts = await self._rendered(partial(reveal.compose, self.database, poll, begun))
        fresh = None if begun else poll.revision
        await self.delivery.deliver(due.address, "reveal", parts, reply_to=due.message_id, fresh=fresh)

    async def _rendered(self, render: Callable[[], list[Outgoing]]) -> list[Outgoing]:
        return await asyncio.get_running_loop().run_in_executor(self._beside, render)

    def _pause(self, now: datetime) -> float:
        """Until the next thing is due or a chat may be written to again, in seconds."""
        if self.crowded:
            return CROWDED_S
        due = schedule.next_due(self.database, now)
        ahead = ((due - now).total_seconds() if due else None, self.pace.next())
        longest = DRAWN_S if self.awaited else TICK_S
        soonest = min((at for at in ahead if at is not None), default=longest)
        return max(min(soonest, longest), SHORTEST_S)
