"""Answers to inquiries: each goes under what a reader has asked, once; where that is gone, its admin is told."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError

from bot.errors import PollbotError
from bot.loops import inquiry_words, words
from bot.loops.delivery import Delivery
from bot.loops.pace import where
from bot.store import inquiries, messages, store
from bot.store.address import Address
from bot.store.inquiries import DueAnswer
from bot.store.messages import Intent, Part
from bot.store.states import Halt, InquiryState
from bot.telegram.outcome import Migrated
from bot.telegram.outgoing import TextMessage
from bot.thread.rich import Entity, Kind, Rich

log = structlog.get_logger()
TROUBLE_S = 1.0
GONE = ("message to be replied not found", "reply_message_id_invalid")  # by TDLib; by the server
KINDS = {kind.value: kind for kind in Kind}


class Responding(Delivery):
    """Like posts and reveals, but that nothing is held: what cannot be sent is open again, with its reason."""

    strict = True

    async def respond(self, due: DueAnswer) -> None:
        """Bring one answer as far as it goes now."""
        try:
            if await self._arrived(due, messages.parts(self.database, due.address.post_id, "answer").get(due.id)):
                inquiries.answered(self.database, due.id, self.time())
        except DBAPIError as error:
            log.error("an answer is not stored", inquiry=due.id, reason=str(error.orig), again_in_s=TROUBLE_S)  # noqa: TRY400
            self.pace.rest(due.address.post_id, TROUBLE_S)
            return
        except Exception as error:  # a mistake of ours is this answer's
            log.exception("not answered", inquiry=due.id, **where(due.address))
            inquiries.failed(self.database, due.intent, "unknown", repr(error))
        await self._tell(due)

    async def _arrived(self, due: DueAnswer, part: Part | None) -> bool:
        message = TextMessage(rich(due))
        if part is None:
            return await self._send(due.address, due.intent, message, due.inquiry, revision=None, last=False)
        if part.state == "sending":
            return await self._resolve(due.address, due.intent, message, part, last=False)
        return part.state == "sent"

    def _stop(self, address: Address, intent: Intent, state: Halt, error: str, candidates: Sequence[int] = ()) -> None:
        found: InquiryState = "unknown" if state == "unknown" else "open"
        if any(known in error.casefold() for known in GONE):
            found = "gone"
        inquiries.failed(self.database, intent, found, error)
        log.error("answer stopped", inquiry=intent.part, state=found, **where(address), reason=error, seen=candidates)

    def moved(self, address: Address, error: Migrated) -> None:
        """In a supergroup nothing of the old group can be answered."""
        inquiries.left(self.database, address.chat.id, str(error))
        super().moved(address, error)

    async def _tell(self, due: DueAnswer) -> None:
        """Who has answered learns why it does not stand; that is on the inquiry's card as well, should this be lost."""
        with store.reading(self.database) as connection:
            now = inquiries.one(connection, due.id)
        if now is None or now.state not in inquiry_words.TOLD or now.admin is None or now.error is None:
            return
        language = self.admins.speaks(now.admin)
        text = words.say(inquiry_words.TOLD[now.state], language, error=now.error, inquiry=now.text)
        try:
            await self.telegram.tell(now.admin, text, verbatim=(now.text,))
        except PollbotError as error:
            log.warning("admin not reached", admin=now.admin, reason=str(error))


def rich(due: DueAnswer) -> Rich:
    """What the admin has written, in their own styles."""
    marks = [mark for mark in due.marks if mark.get("type") in KINDS]
    shown = [
        Entity(
            KINDS[mark["type"]],
            mark.get("offset", 0),
            mark.get("length", 0),
            url=mark.get("url"),
            language=mark.get("language"),
            custom_emoji_id=mark.get("custom_emoji_id"),
        )
        for mark in marks
    ]
    return Rich(due.text, tuple(shown))
