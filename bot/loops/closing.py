"""
Closing polls. What stopPoll answers is the final tally; a refusal is checked, not believed.

A Bot API server that failed once may call a poll closed that is still open for everybody, and says "poll can't be
stopped" for lost rights, too. So the poll is read by forwarding it; where nobody can read it, the votes tell its tally,
once those that wait at Telegram have come in. Where they do not come, it is the admin's to say whether it is revealed.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from telegram import Poll as TelegramPoll

from bot import points
from bot.loops import words
from bot.loops.backlog import Backlog
from bot.loops.delivery import Delivery
from bot.loops.pace import Pace, where
from bot.store import polls, questions
from bot.store.due_polls import DuePoll
from bot.store.polls import Tally
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import Migrated, NotSent, Refused, Unclear
from bot.telegram.wire import NoAnswer
from experiments.measurement import Text

log = structlog.get_logger()
GRACE_S = 3.0  # for votes that are still on their way to where they wait
PATIENCE_S = 600.0  # for votes that wait at Telegram; then an admin is asked
RETRY_S = 30.0  # for a poll that is open and does not let itself be closed
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
    def __init__(
        self, database: Database, telegram: Telegram, delivery: Delivery, pace: Pace, backlog: Backlog
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.delivery = delivery
        self.pace = pace
        self.backlog = backlog

    async def close(self, poll: DuePoll) -> None:
        """Close a poll and keep its final tally; what cannot be done now is due again at a later tick."""
        if poll.message_id and not self.pace.ready(poll.address.chat.id):
            return
        polls.closing(self.database, poll.id)
        points.reach("closing")
        if poll.message_id:
            tally = await self._stop(poll, poll.message_id)
        else:
            tally = await self._gone(poll, words.LEFT_BEHIND)
        if tally is None:
            return
        points.reach("stopped")
        polls.closed(self.database, poll.id, tally, self._now())
        points.reach("closed")
        log.info("poll closed", **where(poll.address), turnout=tally.turnout)

    def _now(self) -> datetime:
        return self.delivery.time()

    async def _stop(self, poll: DuePoll, message_id: int) -> Tally | None:
        """The final tally, or None where it has to wait."""
        self.pace.take(poll.address.chat.id)
        try:
            return await self.telegram.stop(poll.address.chat.id, message_id, poll.options)
        except (NotSent, Unclear) as error:  # closing twice does no harm
            self.pace.wait(poll.address, error.wait_s, str(error))
        except Migrated as error:
            self.delivery.moved(poll.address, error)
        except Refused as error:
            return await self._checked(poll, message_id, str(error))
        return None

    async def _checked(self, poll: DuePoll, message_id: int, reason: str) -> Tally | None:
        """The tally of a poll that Telegram refuses to stop; None while it may still be open or votes are to come."""
        if GONE in reason.casefold():
            return await self._gone(poll, words.DELETED)
        if any(barred in reason.casefold() for barred in BARRED):
            self._stuck(poll, reason)
            return None
        if self._early(poll):
            return None
        try:
            seen = await self.delivery.doubts.reading.read(poll.address.chat.id, message_id)
        except (NotSent, Unclear) as error:  # not to be read now is not the same as not to be read
            self.pace.rest(poll.address.post_id, GRACE_S)
            log.warning("later", **where(poll.address), reason=str(error))
            return None
        return await self._read(poll, seen.poll if seen else None, reason)

    async def _read(self, poll: DuePoll, seen: TelegramPoll | None, reason: str) -> Tally | None:
        """The tally by what could be read of the poll; None where it is open."""
        if seen is None or poll.options not in (None, len(seen.options)):
            if tally := await self._voted(poll):
                log.warning("poll not closed by us, its votes tell the tally", **where(poll.address), reason=reason)
            return tally
        if seen.is_closed:
            return Tally(tuple(option.voter_count for option in seen.options), seen.total_voter_count)
        self._stuck(poll, reason)
        return None

    def _stuck(self, poll: DuePoll, reason: str) -> None:
        """It stays open: try again later, and tell admins the first time."""
        self.pace.rest(poll.address.post_id, RETRY_S)
        error = self.delivery.admins.text(words.STAYS_OPEN, reason=reason)
        polls.stays_open(self.database, poll.id, error, reason, self._now())

    async def _gone(self, poll: DuePoll, why: Text) -> Tally | None:
        """Nobody can close it any more: its votes tell the tally, and whether to reveal it is the admin's to say."""
        if self._early(poll):
            return None
        tally = await self._voted(poll)
        if tally:
            self._hold(poll, why)
        return tally

    def _early(self, poll: DuePoll) -> bool:
        """Has Telegram refused it so lately that votes may not even wait yet? Then it is left alone until they do."""
        left = GRACE_S - self.pace.waited("refused", poll.id)
        if left > 0:
            self.pace.rest(poll.address.post_id, left)
        return left > 0

    async def _voted(self, poll: DuePoll) -> Tally | None:
        """The tally by the votes, once all that wait at Telegram are stored; None until then."""
        try:
            behind = await self.backlog.behind(poll.id)
        except NoAnswer as error:
            log.warning("not known how many votes wait", **where(poll.address), reason=str(error))
            behind = None
        if behind != 0 and self.pace.waited("refused", poll.id) < PATIENCE_S:
            self.pace.rest(poll.address.post_id, GRACE_S)
            return None
        if behind != 0:
            self._hold(poll, words.VOTES_WAIT)
        self.backlog.forget(poll.id)
        return polls.known_tally(self.database, poll.id)

    def _hold(self, poll: DuePoll, why: Text) -> None:
        questions.hold(self.database, poll.address, "reveal", "gone", self.delivery.admins.text(why), self._now())
