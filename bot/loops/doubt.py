"""
A message that was intended and not recorded: whether it arrived is found out by looking (`telegram.probe`).

What is refused while looking may pass: it is tried again for a while before anybody is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.loops import words
from bot.loops.admin import Admins
from bot.loops.pace import Pace, where
from bot.loops.reading import Reading
from bot.store import messages, votes
from bot.store.address import Address
from bot.store.messages import Intent, Part
from bot.store.runs import content_key
from bot.store.store import Database
from bot.telegram import oracle, probe
from bot.telegram.api import Telegram
from bot.telegram.oracle import Standing
from bot.telegram.outcome import EFFECT_S, Migrated, NotSent, Refused
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage
from bot.telegram.probe import Absent, Search
from bot.telegram.result import Sent

log = structlog.get_logger()
PATIENCE_S = 60.0  # what is refused, or cannot be read, is tried again for so long
RETRY_S = 5.0  # and so often
EARLIER = timedelta(minutes=1)  # a call that was given up was begun before


@dataclass(frozen=True)
class Open:
    """Nobody can tell but an admin: why, and which messages it may be."""

    error: str
    candidates: tuple[int, ...] = ()


class Doubts:
    """
    Everything that is in doubt.

    `given_up` holds when this process gave up a call, `seen` first saw a doubt, `refused` was first refused a look;
    `searches` how far each look has come, `others` what the last one in a chat has found there.
    """

    def __init__(
        self, database: Database, telegram: Telegram, admins: Admins, pace: Pace, time: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.admins = admins
        self.pace = pace
        self.time = time
        self.reading = Reading(database, telegram, admins.ids, time)
        self.given_up: dict[Intent, float] = {}
        self.seen: dict[Intent, float] = {}
        self.refused: dict[Intent, float] = {}
        self.searches: dict[Intent, Search] = {}
        self.others: dict[int, dict[int, Standing]] = {}

    def gave_up(self, intent: Intent) -> None:
        """A call has got no answer."""
        self.given_up[intent] = self.pace.monotonic()

    def may_take_effect_s(self, intent: Intent, part: Part) -> float:
        """
        For how many seconds more a call may still take effect.

        What this process gave up is timed by its monotonic clock; what another left behind by the time of day, or
        from when it was first seen here, whichever is over sooner: a clock that was put back makes nobody wait.
        """
        now = self.pace.monotonic()
        if intent in self.given_up:
            return self.given_up[intent] + EFFECT_S - now
        seen = self.seen.setdefault(intent, now)
        return min(seen + EFFECT_S - now, EFFECT_S - (self.time() - part.tried).total_seconds())

    async def look(
        self, address: Address, intent: Intent, message: Outgoing | None, part: Part
    ) -> Sent | Absent | Open:
        """Settle it, or say why that cannot be; raises `NotSent` or `Unclear` where it is to be tried again."""
        try:
            found = await self._looked(address, intent, message, part)
        except Migrated as error:
            found = Open(self.admins.text(words.UNREAD, reason=error))
        except Refused as error:
            found = self._unless_patient(intent, Open(self.admins.text(words.UNREAD, reason=error)))
        if isinstance(found, Absent):
            self.others[address.chat.id] = self.searches[intent].asked
        for known in (self.given_up, self.seen, self.refused, self.searches):
            known.pop(intent, None)
        return found

    def _unless_patient(self, intent: Intent, verdict: Open) -> Open:
        """The verdict, when it has been the same for a while; before that raises `NotSent`."""
        now = self.pace.monotonic()
        if now - self.refused.setdefault(intent, now) < PATIENCE_S:
            raise NotSent(verdict.error, RETRY_S)
        return verdict

    async def _looked(
        self, address: Address, intent: Intent, message: Outgoing | None, part: Part
    ) -> Sent | Absent | Open:
        unsure = Open(self.admins.text(words.UNSURE))
        if part.message_ids:
            return await self._pointed(address, intent, message, part)
        # What was sent then is not what would be sent now, or went to a group that is a supergroup now.
        if message is None or part.digest != digest(message) or part.chat_id != address.chat.id:
            return unsure
        found = await self._search(address, intent, part).look(message, self._reader(address))
        if isinstance(found, probe.Unsure):
            open_ = Open(unsure.error, found.candidates)
            return self._unless_patient(intent, open_) if found.candidates and self.reading.readers else open_
        if isinstance(found, Absent) and part.before is not None:
            return unsure
        if isinstance(found, Absent) and self._poll_id(message, part):
            return self._unless_patient(intent, Open(self.admins.text(words.VOTED)))
        return found

    async def first(self, address: Address, intent: Intent, message: Outgoing | None, sent: Sent) -> Sent:
        """
        What counts of a message that stands: an earlier one of it, if that had arrived though it was not found.

        Then the later ones are deleted. TDLib sends what is alike to a chat in the order of its calls (`ChainId`), so
        what takes effect late, or stood behind too large a hole, stands before what was sent again.
        """
        after, chat = messages.absence(self.database, intent), address.chat.id
        if after is None or message is None:
            return sent
        known = messages.known(self.database, chat)
        search = Search(
            self.telegram, chat, known, after, self.reading.readers, self._go_on, before=min(sent.message_ids)
        )
        search.asked = self.others.pop(chat, {})
        try:
            while isinstance(earlier := await search.look(message, self._reader(address)), Sent):
                for number in sent.message_ids:
                    await self.telegram.delete(chat, number)
                sent, search.before = earlier, min(earlier.message_ids)
        except Refused as error:
            log.warning("not looked before what was sent again", **where(address), reason=str(error))
        return sent

    def _poll_id(self, message: Outgoing | None, part: Part) -> str | None:
        """Under which id a poll that is in doubt has been voted in, if it has."""
        if not isinstance(message, PollMessage):
            return None
        asks = [message.poll.question, *(option.voted for option in message.poll.options)]
        return votes.arrived_as(self.database, asks, part.tried - EARLIER)

    def _search(self, address: Address, intent: Intent, part: Part) -> Search:
        if intent not in self.searches:
            known = messages.known(self.database, address.chat.id)
            after = max((*known, part.behind or 0), default=0)
            self.searches[intent] = Search(
                self.telegram, address.chat.id, known, after, self.reading.readers, self._go_on, before=part.before
            )
        return self.searches[intent]

    def _go_on(self) -> None:
        if self.pace.stopped:
            msg = "the bot stops"
            raise NotSent(msg)

    def _reader(self, address: Address) -> probe.Read:
        return lambda number: self.reading.read(address.chat.id, number)

    async def _pointed(self, address: Address, intent: Intent, message: Outgoing | None, part: Part) -> Sent | Open:
        """An admin has pointed at it: is it this message?"""
        number, chat = part.message_ids[0], address.chat.id
        no = Open(self.admins.text(words.NOT_IT, number=number))
        if await oracle.standing(self.telegram, chat, number) != "own":
            return no
        seen = await self.reading.read(chat, number)
        if message is not None and seen and part.digest == digest(message) and not probe.matches(message, seen):
            return no
        poll_id = seen.poll.id if seen and seen.poll else self._poll_id(message, part)
        if isinstance(message, PollMessage) and not poll_id:
            return self._unless_patient(intent, Open(self.admins.text(words.UNSURE), (number,)))
        return Sent(part.message_ids, poll_id)


def digest(message: Outgoing) -> str:
    """What a message says, in 16 letters."""
    match message:
        case TextMessage(body):
            return content_key(["text", body.text])
        case PhotoMessage(photos, caption):
            return content_key(["photo", len(photos), caption.text])
        case PollMessage(poll):
            said = [message.about.text, len(message.pictures)]
            return content_key(["poll", poll.question, [option.voted for option in poll.options], *filter(None, said)])
