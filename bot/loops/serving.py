"""
Each chat is served by a task of its own, one thing at a time; what goes wrong with one thing is that thing's.

What cannot be done is held, with its reason, and an admin is asked; the others go on.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import PollbotError
from bot.loops import words
from bot.loops.admin import Admins
from bot.loops.pace import Pace, where
from bot.store import messages, questions
from bot.store.address import Address
from bot.store.states import ASKED, Purpose
from bot.store.store import Database

log = structlog.get_logger()
TROUBLE_S = 1.0  # what the database did not let be stored is tried again after this
REFUSALS = 3  # by the database, until what it refuses is held


class Work(NamedTuple):
    """One thing to do: `step` brings it as far as it goes now."""

    address: Address
    purpose: Purpose
    step: Callable[[], Awaitable[None]]


class Serving:
    """`busy` holds the task of each chat that is served just now; `woken` is set when one has come to its end."""

    def __init__(self, database: Database, admins: Admins, pace: Pace, time: Callable[[], datetime]) -> None:
        self.database = database
        self.admins = admins
        self.pace = pace
        self.time = time
        self.busy: dict[int, asyncio.Task[None]] = {}
        self.woken = asyncio.Event()
        self.refused: Counter[int] = Counter()  # by the database, for each post

    def unavailable(self) -> set[int]:
        """Chats that are served just now, or must not be written to yet: nothing of what is due there is looked at."""
        return {*self.busy, *self.pace.waiting()}

    def serve(self, work: Iterable[Work]) -> None:
        """Have it done, in order within each chat; where something is being done already, it is due at a later tick."""
        chats: dict[int, list[Work]] = defaultdict(list)
        for one in work:
            chats[one.address.chat.id].append(one)
        for chat in [chat for chat in chats if chat not in self.busy]:
            self.busy[chat] = asyncio.create_task(self._serve(chat, chats[chat]))

    async def _serve(self, chat: int, work: Sequence[Work]) -> None:
        try:
            for one in work:
                with self.contained(one.address, one.purpose):
                    await one.step()
                if self.pace.stopped or chat in self.pace.waiting():
                    break
        finally:
            del self.busy[chat]
            self.woken.set()

    @contextmanager
    def contained(self, address: Address, purpose: Purpose) -> Iterator[None]:
        """What goes wrong inside is held: this post, or this reveal."""
        try:
            yield
        except DBAPIError as error:
            log.error("not stored", **where(address), reason=str(error.orig), again_in_s=TROUBLE_S)  # noqa: TRY400
            self.pace.rest(address.post_id, TROUBLE_S)
            # A busy or full database is everybody's trouble, and passes; what it refuses again and again is this row's.
            self.refused[address.post_id] += not isinstance(error, OperationalError)
            if self.refused[address.post_id] >= REFUSALS:
                del self.refused[address.post_id]
                self._hold(address, purpose, str(error.orig))
        except Exception as error:
            log.exception("held", **where(address), purpose=purpose)
            reason = str(error) if isinstance(error, PollbotError) else repr(error)
            self.pace.rest(address.post_id, TROUBLE_S)
            self._hold(address, purpose, reason)

    def _hold(self, address: Address, purpose: Purpose, reason: str) -> None:
        said = self.admins.text(words.FAILED, reason=reason)
        try:
            if purpose in ASKED:
                questions.hold(self.database, address, purpose, "broken", said, self.time())
            else:
                messages.without(self.database, address.post_id, purpose, said, self.time())
        except Exception:  # whatever it is, others go on
            log.exception("not held", **where(address), again_in_s=TROUBLE_S)
            self.pace.rest(address.post_id, TROUBLE_S)
