"""
Reading a message: it is forwarded to an admin's private chat without a sound, read, and deleted there.

A copy has a row from before the call until it is deleted, so that none is left behind by a crash. One whose forward
was never answered has no id: it is looked for just before the next copy of the same message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from telegram import Message

from bot import points
from bot.store import copies
from bot.store.copies import Copy
from bot.store.store import Database
from bot.telegram import oracle
from bot.telegram.api import Telegram
from bot.telegram.outcome import EFFECT_S, Later, NotSent, Refused

log = structlog.get_logger()
NEAR = 20  # messages before the next copy, among which one is looked for whose id nobody knows


class Reading:
    """`readers` are private chats to which a message may be forwarded; `begun`, copies in this process's hands."""

    def __init__(
        self, database: Database, telegram: Telegram, readers: Sequence[int], time: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.readers = tuple(readers)
        self.time = time
        self.begun: set[int] = set()

    async def read(self, chat_id: int, message_id: int) -> Message | None:
        """What a message says; None where nobody may be shown it. Raises `NotSent` or `Unclear`."""
        for reader in self.readers:
            try:
                seen = await self._copied(reader, chat_id, message_id)
            except Refused:
                continue
            return seen
        return None

    async def _copied(self, reader: int, chat_id: int, message_id: int) -> Message:
        copy = copies.intend(self.database, reader, chat_id, message_id, self.time())
        self.begun.add(copy)
        try:
            seen = await self.telegram.forward(reader, chat_id, message_id)
            points.reach("copied")
            copies.made(self.database, copy, seen.message_id)
            await self._remove(copy, reader, seen.message_id)
        except (NotSent, Refused):
            copies.gone(self.database, copy)
            raise
        finally:
            self.begun.discard(copy)
        return seen

    async def _remove(self, copy: int, reader: int, copy_id: int) -> None:
        """Delete a copy, or leave that to `tidy`."""
        try:
            await self.telegram.delete(reader, copy_id)
        except Later as error:
            log.warning("copy not deleted yet", reader=reader, message=copy_id, reason=str(error))
            return
        except Refused as error:  # it is gone already, or nobody can delete it any more
            log.warning("copy not deleted", reader=reader, message=copy_id, reason=str(error))
        copies.gone(self.database, copy)

    async def tidy(self) -> None:
        """Delete what was left behind. Raises `Later` where Telegram is in trouble."""
        # Copies of copies first: what one was made of must stand until it is found.
        for copy in sorted(copies.left(self.database), key=lambda one: one.chat_id != one.reader):
            if copy.id in self.begun:
                continue
            if copy.copy_id is not None:
                await self._remove(copy.id, copy.reader, copy.copy_id)
            elif (self.time() - copy.made).total_seconds() >= EFFECT_S:
                await self._find(copy)
            elif copy.chat_id == copy.reader:
                return

    async def _find(self, lost: Copy) -> None:
        """
        A copy without an id: the same message is copied once more, and what stands just before that copy is read.

        What is the same forward of the same message came from this bot, or from the admin to show it: either may go.
        """
        try:
            again = await self._copied(lost.reader, lost.chat_id, lost.message_id)
            near = range(max(again.message_id - oracle.BATCH, 0) + 1, again.message_id)
            for number in await self._forwards(lost.reader, near):
                if same(again, await self._copied(lost.reader, lost.reader, number)):
                    await self.telegram.delete(lost.reader, number)
                    break
            else:
                log.warning("copy not found", reader=lost.reader, chat=lost.chat_id, message=lost.message_id)
        except Refused as error:
            log.warning("copy not found", reader=lost.reader, reason=str(error))
        copies.gone(self.database, lost.id)

    async def _forwards(self, reader: int, ids: range) -> list[int]:
        """The last of these messages that the bot cannot edit, as it cannot edit what it forwarded."""
        found: list[int] = []
        there = bool(ids) and (not self.telegram.counts or await oracle.counted(self.telegram, reader, ids, reader) > 0)
        for number in reversed(ids) if there else ():
            if len(found) < NEAR and await oracle.standing(self.telegram, reader, number) == "other":
                found.append(number)
        return found


def same(one: Message, other: Message) -> bool:
    """Are both the same forward of the same message?"""
    told = [{name: m.to_dict().get(name) for name in ("forward_origin", "text", "caption")} for m in (one, other)]
    polls = [m.poll and m.poll.id for m in (one, other)]
    return one.forward_origin is not None and told[0] == told[1] and polls[0] == polls[1]
