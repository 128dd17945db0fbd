"""
Who may steer what: the people of POLLBOT_ADMINS everything, the administrators of a chat of ours who may post there
what goes to it. Asked of Telegram, and forgotten after five minutes, or when somebody's place in the chat changes.

A chat is ours where one of POLLBOT_ADMINS has brought the bot or had it publish: whoever brings it elsewhere, and runs
that chat, may nothing. What Telegram does not answer is not allowed.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, true

from bot.store import chats, store
from bot.store.inbox import NotYet
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later, Refused

log = structlog.get_logger()
KNOWN_S = 300.0  # no answer is believed for longer, by a monotonic clock, from the moment that it was asked for
SOON_S = 10.0  # until Telegram is asked again when it did not answer
ANSWER_S = 5.0
TRIES = 3  # while who runs a chat changes under the question
TOGETHER = 8  # chats that are asked for at once


class Known(NamedTuple):
    """Who may post in a chat, as it was `asked` for at that moment; None: Telegram did not tell."""

    asked: float
    people: frozenset[int] | None


class Rights:
    """Those of everybody. What it remembers is asked anew by another process."""

    def __init__(
        self, database: Database, telegram: Telegram, ids: Sequence[int], monotonic: Callable[[], float]
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.ids = frozenset(ids)
        self.monotonic = monotonic
        self._known: dict[int, Known] = {}
        self._changes: Counter[int] = Counter()  # of a chat's administrators, as far as was told
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._few = asyncio.Semaphore(TOGETHER)

    def of(self, connection: Connection, person: int) -> Person:
        """What somebody may, to be asked within this transaction."""
        everything = person in self.ids
        return Person(person, self, frozenset() if everything else chats.ours(connection), everything)

    async def settled(self, person: int, chat_id: int | None = None, *, anew: bool = False) -> Person:
        """The same when Telegram was asked: of this chat, now if it shall be `anew`, or of all that are ours."""
        with store.reading(self.database) as connection:
            found = self.of(connection, person)
        if found.everything:
            return found
        if anew and chat_id is not None:
            self.changed(chat_id)
        await self.ask([chat_id] if chat_id in found.ours else found.ours)
        return found

    def changed(self, chat_id: int) -> None:
        """Somebody's place in a chat has changed: what is known of it counts no more, nor what was just asked."""
        if chat_id in self._locks:  # it was asked for: whose place changes in others is nothing to us
            self._known.pop(chat_id, None)
            self._changes[chat_id] += 1

    def known(self, chat_ids: Collection[int]) -> dict[int, Known]:
        """Who may post in these chats; raises `NotYet` where Telegram is to be asked first."""
        found = self.remembered(chat_ids)
        if missing := [chat_id for chat_id in chat_ids if chat_id not in found]:
            raise NotYet(partial(self.ask, missing))
        return found

    def remembered(self, chat_ids: Collection[int]) -> dict[int, Known]:
        """What is known of these chats without asking."""
        found = {chat_id: self._fresh(chat_id) for chat_id in chat_ids}
        return {chat_id: known for chat_id, known in found.items() if known}

    def _fresh(self, chat_id: int) -> Known | None:
        known = self._known.get(chat_id)
        if known is None:
            return None
        age_s = self.monotonic() - known.asked
        return known if age_s < (KNOWN_S if known.people is not None else SOON_S) else None

    async def ask(self, chat_ids: Collection[int]) -> None:
        """Know who runs these chats, or that Telegram does not tell."""
        await asyncio.gather(*map(self._ask, chat_ids))

    async def _ask(self, chat_id: int) -> None:
        async with self._locks[chat_id]:
            for _ in range(TRIES):
                if self._fresh(chat_id):
                    return
                changes, begun = self._changes[chat_id], self.monotonic()
                async with self._few:
                    people = await self._people(chat_id)
                if self._changes[chat_id] == changes:
                    self._known[chat_id] = Known(begun, people)
            if not self._fresh(chat_id):
                self._known[chat_id] = Known(self.monotonic(), None)

    async def _people(self, chat_id: int) -> frozenset[int] | None:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self.telegram.administrators(chat_id)
        except Refused as error:  # the bot is not there any more, or the chat is not
            log.info("nobody runs a chat", chat=chat_id, reason=str(error))
            return frozenset()
        except (Later, TimeoutError) as error:
            log.warning("who runs a chat is not known", chat=chat_id, reason=str(error) or "no answer in time")
            return None


@dataclass(frozen=True)
class Person:
    """Somebody, and what they may; each question raises `NotYet` where Telegram is to be asked first."""

    id: int
    rights: Rights
    ours: frozenset[int]  # chats
    everything: bool

    def may(self, chat_id: int) -> bool:
        """Whether they steer what goes to this chat. A private chat is its person's, who runs another chat of ours."""
        if self.everything:
            return True
        if chat_id == self.id:
            return self.something
        return chat_id in self.ours and self.id in (self.rights.known([chat_id])[chat_id].people or ())

    @property
    def something(self) -> bool:
        """Whether they run any chat of ours."""
        return self.everything or bool(self._run(self.rights.remembered(self.ours)) or self._runs())

    def _runs(self) -> frozenset[int]:
        return self._run(self.rights.known(self.ours))

    def _run(self, known: dict[int, Known]) -> frozenset[int]:
        return frozenset(chat_id for chat_id, one in known.items() if self.id in (one.people or ()))

    def among(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """For a query: whether the chat in this column is one of theirs."""
        if self.everything:
            return true()
        runs = self._runs()
        return column.in_(sorted(runs | {self.id}) if runs else ())

    def untold(self, chat_id: int | None = None) -> bool:
        """Whether they may not, but Telegram did not tell whether they may: in this chat, or in any."""
        if self.everything:
            return False
        known = self.rights.known(self.ours if chat_id in (None, self.id) else self.ours & {chat_id})
        return any(one.people is None for one in known.values())
