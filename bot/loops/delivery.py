"""
Delivery of a post or reveal, part by part: intent, send, record.

A part that was intended but not recorded (the bot died, or the answer was lost) is looked for before anything else
goes to its chat. One chat takes one message at a time, as fast as the limits allow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot import points
from bot.loops.admin import Admins
from bot.store import messages, questions, schedule
from bot.store.address import Address
from bot.store.messages import Intent, Part, Purpose
from bot.store.polls import Opened
from bot.store.runs import content_key
from bot.store.store import Database
from bot.telegram import probe
from bot.telegram.api import Migrated, NotSent, Refused, Sent, Telegram, Unclear, anonymous
from bot.telegram.limits import Limits
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage

log = structlog.get_logger()
SETTLE = timedelta(seconds=5)  # a call that was given up may still take effect: so long nothing is looked for


class Delivery:
    """Everything that goes to chats; `waits` holds the chats that must not be written to yet."""

    def __init__(
        self, database: Database, telegram: Telegram, admins: Admins, limits: Limits, time: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.admins = admins
        self.limits = limits
        self.time = time
        self.waits: dict[int, datetime] = {}

    async def deliver(
        self, address: Address, purpose: Purpose, parts: Sequence[Outgoing], reply_to: int | None = None
    ) -> None:
        """Bring a post or reveal as far as it goes now; what is missing is due again at the next tick."""
        tried = messages.parts(self.database, address.post_id, purpose)
        for number, message in enumerate(parts):
            intent = Intent(address.post_id, purpose, number)
            part = tried.get(number)
            if part is None:
                arrived = await self._send(address, intent, message, reply_to)
            elif part.state == "sending":
                arrived = await self._settle(address, intent, message, part)
            else:
                arrived = part.state in ("sent", "skipped")
            if not arrived:
                return
        messages.complete(self.database, address.post_id, purpose, self.time())
        log.info("delivered", purpose=purpose, **_where(address))

    async def _send(self, address: Address, intent: Intent, message: Outgoing, reply_to: int | None) -> bool:
        if messages.doubted(self.database, address.chat.id):
            return False  # its own post or reveal settles it, in this tick or a later one
        now = self.time()
        ready = self.limits.ready(address.chat.id, now)
        if ready > now:
            self.waits[address.chat.id] = ready
            return False
        messages.intend(self.database, intent, address.chat.id, digest(message), now)
        points.reach("intended")
        self.limits.take(address.chat.id)
        try:
            sent = await self.telegram.send(address.chat, message, reply_to)
        except NotSent as error:
            messages.withdraw(self.database, intent, str(error))
            self.wait(address, error.wait_s, str(error))
        except Unclear as error:
            messages.unclear(self.database, intent, f"{error}; looking whether it arrived", self.time())
            self.wait(address, error.wait_s, str(error))
        except Migrated as error:
            messages.withdraw(self.database, intent, str(error))
            await self.moved(address.chat.id, error)
        except Refused as error:
            self._stop(address, intent, "failed", str(error))
        else:
            points.reach("sent")
            self._record(address, intent, message, sent)
            return True
        return False

    async def _settle(self, address: Address, intent: Intent, message: Outgoing, part: Part) -> bool:
        """A part that was intended and not recorded: adopt what stands in the chat, or make it planned again."""
        age = self.time() - part.tried
        if timedelta(0) <= age < SETTLE:
            self.wait(address, (SETTLE - age).total_seconds(), None)
            return False
        try:
            found = await self._look(address, message, part)
        except (NotSent, Unclear) as error:
            self.wait(address, error.wait_s, str(error))
        except Refused as error:
            self._stop(address, intent, "unknown", f"cannot look whether it arrived: {error}")
        else:
            if isinstance(found, Sent):
                self._record(address, intent, message, found)
                return True
            if isinstance(found, probe.Absent):
                messages.withdraw(self.database, intent, "it did not arrive")
            else:
                self._stop(address, intent, "unknown", "may have arrived", found.candidates)
        return False

    async def _look(self, address: Address, message: Outgoing, part: Part) -> Sent | probe.Absent | probe.Unsure:
        readers = self.admins.ids
        if part.message_ids:  # an admin has pointed at it
            seen = await self.telegram.peek(address.chat.id, part.message_ids[0], readers)
            if isinstance(message, PollMessage) and not (seen and seen.poll):
                return probe.Unsure(tuple(part.message_ids))
            return Sent(part.message_ids, seen.poll.id if seen and seen.poll else None)
        # What was sent then is not what would be sent now, or went to a group that is a supergroup now.
        if part.digest != digest(message) or part.chat_id != address.chat.id:
            return probe.Unsure(())
        known = messages.known(self.database, address.chat.id)
        found = await probe.look(self.telegram, address.chat.id, known, message, readers)
        if isinstance(found, probe.Absent) and address.chat.type == "group":
            return probe.Unsure(())  # a basic group shares its ids with private chats: no gap proves an end
        return found

    def _record(self, address: Address, intent: Intent, message: Outgoing, sent: Sent) -> None:
        opened = None
        if isinstance(message, PollMessage) and sent.poll_id:
            poll = message.poll
            opened = Opened(sent.poll_id, anonymous(poll, address.chat), poll.open, poll.experiment)
        messages.arrived(self.database, intent, sent.message_ids, self.time(), opened)
        points.reach("recorded")
        poll_id = message.poll.id if isinstance(message, PollMessage) else None
        log.info("sent", **vars(intent), **_where(address), message_ids=sent.message_ids, poll=poll_id)

    def _stop(
        self, address: Address, intent: Intent, state: questions.Halt, error: str, candidates: Sequence[int] = ()
    ) -> None:
        questions.stop(self.database, intent, state, error, candidates)
        log.error("message stopped", **vars(intent), **_where(address), state=state, reason=error)

    async def moved(self, chat_id: int, error: Migrated) -> None:
        """The chat has another id now: go on there."""
        schedule.migrate(self.database, chat_id, error.chat_id)
        await self.admins.tell(f"chat {chat_id} is a supergroup now, {error.chat_id}: going on there")

    def wait(self, address: Address, seconds: float, reason: str | None) -> None:
        """Nothing more to this chat for a while."""
        self.waits[address.chat.id] = self.time() + timedelta(seconds=seconds)
        if reason:
            log.warning("later", **_where(address), again_in_s=round(seconds, 1), reason=reason)


def digest(message: Outgoing) -> str:
    """What a message says, in 16 letters."""
    match message:
        case TextMessage(body):
            return content_key(["text", body.text])
        case PhotoMessage(photos, caption):
            return content_key(["photo", len(photos), caption.text])
        case PollMessage(poll):
            return content_key(["poll", poll.question, [option.text for option in poll.options]])


def _where(address: Address) -> dict[str, int]:
    return {"publication": address.publication, "position": address.position, "chat": address.chat.id}
