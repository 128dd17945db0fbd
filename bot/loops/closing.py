"""
Closing polls. What stopPoll answers is the final tally; a refusal is checked, not believed.

A Bot API server that failed once may call a poll closed that is still open for everybody, and says "poll can't be
stopped" for lost rights, too. So the poll is read by forwarding it; where nobody can read it, its last known tally
counts, once the votes on their way have come in.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from telegram import Poll as TelegramPoll

from bot import points
from bot.loops import words
from bot.loops.delivery import Delivery
from bot.loops.pace import Pace, where
from bot.store import polls, questions
from bot.store.due_polls import DuePoll
from bot.store.polls import Tally
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import Migrated, NotSent, Refused, Unclear
from experiments.measurement import Text

log = structlog.get_logger()
GRACE_S = 3.0  # for votes that are still on their way
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
    """`reported` is what the admin knows of polls that stay open."""

    def __init__(self, database: Database, telegram: Telegram, delivery: Delivery, pace: Pace) -> None:
        self.database = database
        self.telegram = telegram
        self.delivery = delivery
        self.pace = pace
        self.reported: set[tuple[int, str]] = set()

    async def close(self, poll: DuePoll) -> None:
        """Close a poll and keep its final tally; what cannot be done now is due again at a later tick."""
        if poll.message_id and not self.pace.ready(poll.address.chat.id):
            return
        polls.closing(self.database, poll.id)
        points.reach("closing")
        tally = await self._stop(poll, poll.message_id) if poll.message_id else self._gone(poll, words.LEFT_BEHIND)
        if tally is None:
            return
        points.reach("stopped")
        polls.closed(self.database, poll.id, tally, self._now())
        points.reach("closed")
        log.info("poll closed", **where(poll.address), voters=tally.voters)

    def _now(self) -> datetime:
        return self.delivery.time()

    async def _stop(self, poll: DuePoll, message_id: int) -> Tally | None:
        """The final tally, or None where it has to wait."""
        self.pace.take(poll.address.chat.id)
        try:
            return await self.telegram.stop(poll.address.chat.id, message_id)
        except (NotSent, Unclear) as error:  # closing twice does no harm
            self.pace.wait(poll.address, error.wait_s, str(error))
        except Migrated as error:
            await self.delivery.moved(poll.address, error)
        except Refused as error:
            return await self._checked(poll, message_id, str(error))
        return None

    async def _checked(self, poll: DuePoll, message_id: int, reason: str) -> Tally | None:
        """The tally of a poll that Telegram refuses to stop; None while it may still be open."""
        if GONE in reason.casefold():
            return self._gone(poll, words.DELETED)
        if any(barred in reason.casefold() for barred in BARRED):
            await self._stuck(poll, reason)
            return None
        left = GRACE_S - self.pace.waited("refused", poll.id)
        if left > 0:
            self.pace.rest(poll.address.post_id, left)
            return None
        try:
            seen = await self.telegram.peek(poll.address.chat.id, message_id, self.delivery.admins.ids)
        except (NotSent, Unclear) as error:  # not to be read now is not the same as not to be read
            self.pace.rest(poll.address.post_id, GRACE_S)
            log.warning("later", **where(poll.address), reason=str(error))
            return None
        return await self._read(poll, seen.poll if seen else None, reason)

    async def _read(self, poll: DuePoll, seen: TelegramPoll | None, reason: str) -> Tally | None:
        """The tally by what could be read of the poll; None where it is open."""
        if seen is None:
            log.warning("poll not closed by us, its last known tally counts", **where(poll.address), reason=reason)
            return polls.known_tally(self.database, poll.id)
        if seen.is_closed:
            return Tally(tuple(option.voter_count for option in seen.options), seen.total_voter_count)
        await self._stuck(poll, reason)
        return None

    async def _stuck(self, poll: DuePoll, reason: str) -> None:
        """It stays open: try again later, and tell the admin the first time."""
        self.pace.rest(poll.address.post_id, RETRY_S)
        admins = self.delivery.admins
        error = admins.text(words.STAYS_OPEN, reason=reason)
        polls.note(self.database, poll.id, error)
        if (poll.id, error) not in self.reported:
            chat, publication, position = poll.address.chat.ref, poll.address.publication, poll.address.position
            outcome = await admins.tell(
                words.STUCK, chat=chat, publication=publication, position=position, error=error, seconds=RETRY_S
            )
            if outcome != "later":
                self.reported.add((poll.id, error))

    def _gone(self, poll: DuePoll, why: Text) -> Tally:
        """Nobody can close it any more: its last known tally counts, and whether to reveal it is the admin's to say."""
        questions.hold(self.database, poll.address, "reveal", "gone", self.delivery.admins.text(why), self._now())
        return polls.known_tally(self.database, poll.id)
