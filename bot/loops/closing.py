"""
Closing polls. What stopPoll answers is the final tally; a refusal is checked, not believed.

A Bot API server that failed once may call a poll closed that is still open for everybody, and says "poll can't be
stopped" for lost rights, too. So the poll is read by forwarding it; where nobody can read it, its last known tally
counts, once the votes on their way have come in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from telegram import Poll as TelegramPoll

from bot import points
from bot.loops.delivery import Delivery
from bot.store import polls, questions
from bot.store.polls import StandingPoll, Tally
from bot.store.store import Database
from bot.telegram.api import Migrated, NotSent, Refused, Telegram, Unclear

log = structlog.get_logger()
GRACE = timedelta(seconds=3)  # for votes that are still on their way
RETRY = timedelta(seconds=30)  # for a poll that is open and does not let itself be closed
GONE = "message with poll to stop not found"
DELETED = "the poll's message was deleted, its last known votes count"
LEFT = "the poll stayed behind when its group became a supergroup, its last known votes count"
BARRED = (
    "bot was kicked",
    "not a member",
    "administrator rights",
    "not enough rights",
    "chat not found",
    "was deleted",
)


class Closing:
    """`refused` holds when Telegram first refused a poll, `later` when to ask again, `told` what the admin knows."""

    def __init__(self, database: Database, telegram: Telegram, delivery: Delivery) -> None:
        self.database = database
        self.telegram = telegram
        self.delivery = delivery
        self.refused: dict[int, datetime] = {}
        self.later: dict[int, datetime] = {}
        self.told: set[tuple[int, str]] = set()

    async def close(self, poll: StandingPoll, now: datetime) -> None:
        """Close a poll and keep its final tally; what cannot be done now is due again at a later tick."""
        if self.later.get(poll.id, now) > now:
            return
        polls.closing(self.database, poll.id)
        points.reach("closing")
        tally = await self._stop(poll, poll.message_id, now) if poll.message_id else self._gone(poll, LEFT, now)
        if tally is None:
            return
        points.reach("stopped")
        polls.closed(self.database, poll.id, tally, self.delivery.time())
        points.reach("closed")
        log.info("poll closed", poll=poll.poll.id, publication=poll.address.publication, voters=tally.voters)

    async def _stop(self, poll: StandingPoll, message_id: int, now: datetime) -> Tally | None:
        """The final tally, or None where it has to wait."""
        try:
            return await self.telegram.stop(poll.address.chat.id, message_id)
        except (NotSent, Unclear) as error:  # closing twice does no harm
            self.delivery.wait(poll.address, error.wait_s, str(error))
        except Migrated as error:
            await self.delivery.moved(poll.address.chat.id, error)
        except Refused as error:
            return await self._checked(poll, message_id, str(error), now)
        return None

    async def _checked(self, poll: StandingPoll, message_id: int, reason: str, now: datetime) -> Tally | None:
        """The tally of a poll that Telegram refuses to stop; None while it may still be open."""
        if GONE in reason.casefold():
            return self._gone(poll, DELETED, now)
        if any(words in reason.casefold() for words in BARRED):
            await self._stuck(poll, reason, now)
            return None
        if now - self.refused.setdefault(poll.id, now) < GRACE:
            self.later[poll.id] = self.refused[poll.id] + GRACE
            return None
        try:
            seen = await self.telegram.peek(poll.address.chat.id, message_id, self.delivery.admins.ids)
        except (NotSent, Unclear) as error:  # not to be read now is not the same as not to be read
            self.later[poll.id] = now + GRACE
            log.warning("later", poll=poll.poll.id, reason=str(error))
            return None
        return await self._told(poll, seen.poll if seen else None, reason, now)

    async def _told(self, poll: StandingPoll, seen: TelegramPoll | None, reason: str, now: datetime) -> Tally | None:
        """The tally by what could be read of the poll; None where it is open."""
        if seen is None:
            log.warning("poll not closed by us, its last known tally counts", poll=poll.poll.id, reason=reason)
            return poll.tally
        if seen.is_closed:
            return Tally(tuple(option.voter_count for option in seen.options), seen.total_voter_count)
        await self._stuck(poll, reason, now)
        return None

    async def _stuck(self, poll: StandingPoll, reason: str, now: datetime) -> None:
        """It stays open: try again later, and tell the admin the first time."""
        self.later[poll.id] = now + RETRY
        error = f"poll {poll.poll.id} stays open: {reason}"
        polls.note(self.database, poll.id, error)
        if (poll.id, error) not in self.told:
            outcome = await self.delivery.admins.tell(f"{error}\nTrying again every {RETRY.seconds} s.")
            if outcome != "later":
                self.told.add((poll.id, error))

    def _gone(self, poll: StandingPoll, error: str, now: datetime) -> Tally:
        """Nobody can close it any more: its last known tally counts, and whether to reveal it is the admin's to say."""
        questions.hold(self.database, poll.address, "gone", error, now)
        return poll.tally
