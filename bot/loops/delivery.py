"""
Delivery of a post or reveal, part by part: intent, send, record.

A part that was intended but not recorded (the bot died, or the answer was lost) is looked for before anything else
goes to its chat. One chat takes one message at a time, as fast as the limits allow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot import points
from bot.loops import topic_words, words
from bot.loops.admin import Admins
from bot.loops.doubt import Doubts, digest
from bot.loops.pace import Pace, where
from bot.store import messages, questions, schedule, topics
from bot.store.address import Address
from bot.store.messages import Intent, Part
from bot.store.polls import Opened
from bot.store.states import ASKED, Halt, Purpose
from bot.store.store import Database
from bot.telegram import probe
from bot.telegram.api import Telegram, anonymous
from bot.telegram.outcome import EFFECT_S, Migrated, NotSent, Refused, Unclear
from bot.telegram.outgoing import Outgoing, PollMessage
from bot.telegram.result import Sent

log = structlog.get_logger()


class Delivery:
    """
    Everything that goes to chats.

    `unrecorded` holds what stands in a chat though the database has not taken it yet; `key` is the voters', for a poll
    may have votes before it is recorded.
    """

    strict = False  # what it replies to must be there

    def __init__(
        self,
        database: Database,
        key: bytes,
        telegram: Telegram,
        admins: Admins,
        pace: Pace,
        time: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.key = key
        self.telegram = telegram
        self.admins = admins
        self.pace = pace
        self.time = time
        self.doubts = Doubts(database, telegram, admins, pace, time)
        self.unrecorded: dict[Intent, Sent] = {}

    async def deliver(
        self,
        address: Address,
        purpose: Purpose,
        parts: Sequence[Outgoing | None],
        *,
        reply_to: int | None = None,
        fresh: int | None = None,
    ) -> None:
        """
        Bring a post or reveal as far as it goes now; what is missing is due again at the next tick.

        Of what is `fresh`, a post or its reveal as they were read at this revision, no part has been tried.
        """
        tried = {} if fresh is not None else messages.parts(self.database, address.post_id, purpose)
        # What another version sent may have had more parts: none of them may stay in doubt.
        count = max(len(parts), *(number + 1 for number in tried), 0)
        for number in range(count):
            message = parts[number] if number < len(parts) else None
            intent = Intent(address.post_id, purpose, number)
            part, last = tried.get(number), number == count - 1
            if part is None:
                assert message is not None, "parts are tried in their order"
                revision = fresh if number == 0 else None  # what has begun is finished
                arrived = await self._send(address, intent, message, reply_to, revision=revision, last=last)
            elif part.state == "sending":
                arrived = await self._resolve(address, intent, message, part, last=last)
            else:
                arrived = part.state in ("sent", "skipped")
                if arrived and last:
                    messages.complete(self.database, address.post_id, purpose, self.time())
            if not arrived:
                return
        if not count:
            messages.complete(self.database, address.post_id, purpose, self.time())

    async def _send(
        self,
        address: Address,
        intent: Intent,
        message: Outgoing,
        reply_to: int | None,
        *,
        revision: int | None,
        last: bool,
    ) -> bool:
        chat = address.chat
        if not self.pace.ready(chat.id):
            return False
        shared, said, now = chat.type in messages.SHARED, digest(message), self.time()
        behind = reply_to if self.strict else None
        if not messages.intend(
            self.database,
            intent,
            chat_id=chat.id,
            digest=said,
            now=now,
            kind=message.kind,
            shared=shared,
            revision=revision,
            behind=behind,
        ):
            self.pace.turn(address.post_id)  # something there is in doubt, or it is to be read anew
            return False
        points.reach("intended")
        self.pace.take(chat.id)
        try:
            sent = await self.telegram.send(chat, message, reply_to, strict=self.strict)
        except NotSent as error:
            messages.withdraw(self.database, intent, str(error), self.time())
            self.pace.wait(address, error.wait_s, str(error))
        except Unclear as error:
            self.doubts.gave_up(intent)
            messages.unclear(self.database, intent, self.admins.text(words.LOOKING, reason=error), self.time())
            self.pace.wait(address, error.wait_s, str(error))
        except Migrated as error:
            messages.withdraw(self.database, intent, str(error), self.time())
            self.moved(address, error)
        except Refused as error:
            text = topic_words.refused(chat, str(error))
            closed = self.admins.text(text, topic=chat.topic or topics.GENERAL) if text else None
            why = closed or self.admins.text(words.REFUSED, reason=error)
            self._stop(address, intent, "failed", why)
        else:
            points.reach("sent")
            return await self._settle(address, intent, message, sent, last=last)
        return False

    async def _resolve(
        self, address: Address, intent: Intent, message: Outgoing | None, part: Part, *, last: bool
    ) -> bool:
        """A part that was intended and not recorded: adopt what stands in the chat, or make it planned again."""
        if intent in self.unrecorded:
            return await self._settle(address, intent, message, self.unrecorded[intent], last=last)
        early = self.doubts.may_take_effect_s(intent, part)
        if early > 0:
            self.pace.wait(address, early)
            return False
        try:
            found = await self.doubts.look(address, intent, message, part)
        except (NotSent, Unclear) as error:
            self.pace.wait(address, error.wait_s, str(error))
        else:
            if isinstance(found, Sent):
                return await self._settle(address, intent, message, found, last=last)
            if isinstance(found, probe.Absent):
                messages.absent(self.database, intent, self.admins.text(words.ABSENT), found.after, self.time())
            else:
                self._stop(address, intent, "unknown", found.error, found.candidates)
        return False

    async def _settle(
        self, address: Address, intent: Intent, message: Outgoing | None, sent: Sent, *, last: bool
    ) -> bool:
        """It stands in the chat: record it, or the first of it."""
        self.unrecorded[intent] = sent
        try:
            first = await self.doubts.first(address, intent, message, sent)
        except (NotSent, Unclear) as error:
            self.pace.wait(address, error.wait_s, str(error))
            return False
        self._record(address, intent, message, first, last=last)
        return True

    def _record(self, address: Address, intent: Intent, message: Outgoing | None, sent: Sent, *, last: bool) -> None:
        opened, poll = None, message.poll if isinstance(message, PollMessage) else None
        if poll and sent.poll_id:
            opened = Opened(sent.poll_id, anonymous(poll, address.chat), poll.open, poll.experiment, poll.remind)
        messages.arrived(self.database, intent, sent.message_ids, self.time(), opened, key=self.key, last=last)
        self.unrecorded.pop(intent, None)
        points.reach("recorded")
        what = {"purpose": intent.purpose, "part": intent.part, "poll": poll and poll.id}
        log.info("sent", **what, **where(address), message_ids=sent.message_ids)

    def _stop(self, address: Address, intent: Intent, state: Halt, error: str, candidates: Sequence[int] = ()) -> None:
        if intent.purpose in ASKED:
            questions.stop(self.database, intent, state, error, candidates)
        else:
            messages.without(self.database, intent.post_id, intent.purpose, error, self.time())
        what = {"purpose": intent.purpose, "part": intent.part, "state": state}
        log.error("message stopped", **what, **where(address), reason=error)

    def moved(self, address: Address, error: Migrated) -> None:
        """The chat has another id now: go on there, and no more where it was."""
        schedule.migrate(self.database, address.chat.id, error.chat_id, self.time())
        self.pace.wait(address, EFFECT_S)
