"""
The reading end of the inbox: updates that are no votes are carried out in order, and replied to.

Carrying out changes rows of our database and nothing else, in the transaction that ends the update's own row: it
happens once, however the bot dies. A reply calls Telegram, chats side by side and in order within a chat: a bot that
dies between the call and its record replies again, so it must do no harm twice. Votes never wait for either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import PollbotError
from bot.loops.pauses import Pauses
from bot.store import inbox
from bot.store.inbox import NotYet, Unsaid
from bot.store.store import Database
from bot.store.updates import Update
from bot.telegram.outcome import Later

log = structlog.get_logger()
LOOK_S = 1.0  # how soon something that another process has tried again is seen
TRIES = 8  # of a reply, two minutes together, while Telegram is in trouble


class Handler(Protocol):
    """What becomes of updates that are no votes; what it raises at is stuck."""

    def carry_out(self, connection: Connection, update: Update) -> str | None:
        """
        Change what the update says, within this transaction; returns what is to be said of it, if anything.

        Raises `NotYet` where somebody is to be asked first: then it is carried out when that was done.
        """

    async def reply(self, update: Update, words: str) -> None:
        """Say it. Raises `Later` where that is worth trying again, another `PollbotError` where it is not."""


@dataclass
class Inbox:
    """One for a process. `arrived` is set when there may be something new."""

    database: Database
    handler: Handler
    time: Callable[[], datetime]
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _replying: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # by chat
    _asking: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # by the chat that waits for it

    async def run(self) -> None:
        """Handle what comes, for ever."""
        try:
            while True:
                self.arrived.clear()
                if self.step():
                    await asyncio.sleep(0)  # votes come first
                else:
                    await self._something()
        finally:
            tasks = [*self._replying.values(), *self._asking.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def quiet(self) -> None:
        """Handle what is there."""
        while self.step() or self._replying or self._asking:
            await asyncio.gather(*self._replying.values(), *self._asking.values())

    async def _something(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self.arrived.wait()

    def step(self) -> bool:
        """Carry out the oldest updates, begin the next reply in each chat; False when there is nothing to carry out."""
        try:
            carried = inbox.carry_out(self.database, self.handler.carry_out, self.time(), self._asking)
            unsaid = inbox.unsaid(self.database, self._replying)
        except DBAPIError as error:
            log.error("inbox not read", reason=str(error.orig), again_in_s=LOOK_S)  # noqa: TRY400
            return False
        for place, (number, why) in enumerate(carried.stuck):
            trace = why if place == 0 else None  # a thousand of them would hold up votes, and say the same
            log.error("update is stuck", update_id=number, reason=repr(why), exc_info=trace)
        for one in unsaid:
            self._replying[one.chat_id] = asyncio.create_task(self._reply(one))
        for chat_id, what in carried.waiting.items():
            self._asking[chat_id] = asyncio.create_task(self._ask(chat_id, what))
        return carried.over > 0

    async def _ask(self, chat_id: int, what: NotYet) -> None:
        """What is in this chat waits for that, and nothing else does."""
        try:
            await what.ask()
        finally:
            del self._asking[chat_id]
            self.arrived.set()

    async def _reply(self, one: Unsaid) -> None:
        try:
            await self._say(one)
        except DBAPIError as error:
            log.error("reply not recorded", reason=str(error.orig), again_in_s=LOOK_S)  # noqa: TRY400
            await asyncio.sleep(LOOK_S)
        finally:
            del self._replying[one.chat_id]
            self.arrived.set()

    async def _say(self, one: Unsaid) -> None:
        try:
            await self._try(one)
        except PollbotError as error:
            log.warning("carried out, not replied to", update_id=one.update_id, reply=one.reply, reason=str(error))
        except Exception as error:  # a mistake in a handler is that update's
            log.exception("reply is stuck", update_id=one.update_id)
            inbox.unspeakable(self.database, one.update_id, error, self.time())
            return
        inbox.said(self.database, one.update_id)

    async def _try(self, one: Unsaid) -> None:
        pauses = Pauses()
        for left in reversed(range(TRIES)):
            try:
                await self.handler.reply(one.update, one.reply)
                break
            except Later as error:
                if not left:
                    raise
                await asyncio.sleep(pauses.after_failure(error.wait_s))
