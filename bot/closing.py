"""
Closing polls. What stopPoll answers is the final tally; a refusal is checked, not believed.

A Bot API server that failed once may call a poll closed that is still open for everybody, and says "poll can't be
stopped" for lost rights, too. So the poll is read by forwarding it; where nobody can read it, its last known tally
counts, once the votes on their way have come in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from telegram import Poll as TelegramPoll

from bot import messages, points, polls
from bot.delivery import Delivery
from bot.polls import StandingPoll, Tally
from bot.telegram import Migrated, NotSent, Refused, Telegram, Unclear

log = structlog.get_logger()
GRACE = timedelta(seconds=3)  # for votes that are still on their way
RETRY = timedelta(seconds=30)  # for a poll that is open and does not let itself be closed
GONE = "message with poll to stop not found"
BARRED = (
    "bot was kicked",
    "not a member",
    "administrator rights",
    "not enough rights",
    "chat not found",
    "was deleted",
)


class Closing:
    """`refused` holds, by poll, when Telegram first refused, and `later` when to ask again."""

    def __init__(self, engine: Engine, telegram: Telegram, delivery: Delivery) -> None:
        self.engine = engine
        self.telegram = telegram
        self.delivery = delivery
        self.refused: dict[int, datetime] = {}
        self.later: dict[int, datetime] = {}

    async def close(self, poll: StandingPoll, now: datetime) -> None:
        """Close a poll and keep its final tally; what cannot be done now is due again at a later tick."""
        if self.later.get(poll.id, now) > now:
            return
        polls.closing(self.engine, poll.id)
        points.reach("closing")
        try:
            tally = await self.telegram.stop(poll.place.chat.id, poll.message_id)
        except (NotSent, Unclear) as error:  # closing twice does no harm
            self.delivery.wait(poll.place, getattr(error, "wait_s", 1.0), str(error))
            return
        except Migrated as error:
            await self.delivery.moved(poll.place.chat.id, error)
            return
        except Refused as error:
            checked = await self._checked(poll, str(error), now)
            if checked is None:
                return
            tally = checked
        points.reach("stopped")
        polls.closed(self.engine, poll.id, tally, self.delivery.time())
        points.reach("closed")
        log.info("poll closed", poll=poll.poll.id, publication=poll.place.publication, voters=tally.voters)

    async def _checked(self, poll: StandingPoll, reason: str, now: datetime) -> Tally | None:
        """The tally of a poll that Telegram refuses to stop; None while it may still be open."""
        if GONE in reason.casefold():
            await self._gone(poll, now)
            return poll.tally
        if any(words in reason.casefold() for words in BARRED):
            await self._stuck(poll, reason, now)
            return None
        if now - self.refused.setdefault(poll.id, now) < GRACE:
            self.later[poll.id] = self.refused[poll.id] + GRACE
            return None
        try:
            seen = await self.telegram.peek(poll.place.chat.id, poll.message_id, self.delivery.admins.ids)
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
        if polls.note(self.engine, poll.id, error):
            await self.delivery.admins.tell(f"{error}\nTrying again every {RETRY.seconds} s.")

    async def _gone(self, poll: StandingPoll, now: datetime) -> None:
        """Somebody deleted it: whether to reveal it nevertheless is the admin's to say."""
        error = "the poll's message was deleted; reveal it nevertheless?"
        messages.hold_reveal(self.engine, poll.place.post_id, error, now)
        await self.delivery.admins.ask(poll.place.publication, poll.place.position, error)
