"""
The menu of commands in everybody's Telegram: what may be asked of the bot, in the languages that it speaks.

Everybody's has what is for anybody, an admin's own chat has the admins' as well. Telegram is told what differs from
what it was told before, and a Telegram that does not listen stops nothing: it is told later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError

from bot.loops import actions
from bot.loops.pauses import Pauses
from bot.loops.rights import Rights
from bot.store import menus, store
from bot.store.store import Database
from bot.telegram.api import Button, Telegram
from bot.telegram.outcome import Later, Refused
from bot.thread.model import Language
from languages.catalogue import languages

log = structlog.get_logger()
LOOK_S = 5.0  # how soon somebody who has asked for help has the menu
AGAIN_S = 3600.0  # until it is asked who is an administrator still, and what was refused is tried again


class Whose(NamedTuple):
    """A menu: of one person (None: of everybody) whose Telegram speaks this language (empty: any other)."""

    bot: int
    person: int | None
    language: str

    @property
    def name(self) -> str:
        return f"{self.bot} {self.person or ''} {self.language}"

    @classmethod
    def of(cls, name: str) -> Whose:
        bot, person, language = name.split(" ")
        return cls(int(bot), int(person) if person else None, language)


class Menu:
    """Keeps it true."""

    def __init__(
        self, database: Database, telegram: Telegram, rights: Rights, language: Language, monotonic: Callable[[], float]
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.rights = rights
        self.language = language
        self.monotonic = monotonic
        self._refused: set[Whose] = set()
        self._looked = float("-inf")

    async def run(self) -> None:
        """For ever; cancel to stop."""
        pauses = Pauses()
        while True:
            pause_s = LOOK_S
            try:
                await self.step()
                pauses.success()
            except Later as error:
                pause_s = pauses.after_failure(error.wait_s)
                log.warning("the menu of commands waits", reason=str(error), again_in_s=pause_s)
            except DBAPIError as error:
                log.error("the menu of commands not stored", reason=str(error.orig), again_in_s=pause_s)  # noqa: TRY400
            await asyncio.sleep(pause_s)

    async def step(self) -> None:
        """Tell Telegram what it has not been told; raises `Later` where it does not listen."""
        if self.monotonic() >= self._looked + AGAIN_S:
            await self._look()
        with store.reading(self.database) as connection:
            people, told = menus.wanted(connection), menus.told(connection)
        for one in self.rights.ids.intersection(people):  # who was not to be reached has written
            self._refused = {whose for whose in self._refused if whose.person != one}
            with self.database.begin() as connection:
                menus.forget(connection, one)
        shown = dict(self._shown([*sorted(self.rights.ids), *people]))
        for whose, menu in shown.items():
            if told.get(whose.name) != _digest(menu):
                await self._tell(whose, menu)
        for whose in map(Whose.of, told):
            if whose not in shown:
                await self._tell(whose, [])

    async def _look(self) -> None:
        """Whoever may steer nothing any more has everybody's menu."""
        with store.reading(self.database) as connection:
            people = menus.wanted(connection)
        for one in people:
            person = await self.rights.settled(one)
            if not (person.something or person.untold()):
                with self.database.begin() as connection:
                    menus.forget(connection, one)
        self._refused.clear()
        self._looked = self.monotonic()

    def _shown(self, people: list[int]) -> Iterator[tuple[Whose, list[Button]]]:
        bot = self.telegram.bot.id
        for person in (None, *people):
            for code in ("", *languages()):
                told = actions.menu(admin=person is not None)
                yield Whose(bot, person, code), [(name, text[code or self.language]) for name, text in told]

    async def _tell(self, whose: Whose, menu: list[Button]) -> None:
        """A menu that is empty is nobody's any more; one of another bot, whose token this was, is nothing to us."""
        if whose in self._refused:
            return
        try:
            if menu:
                await self.telegram.set_commands(menu, whose.person, whose.language)
            elif whose.bot == self.telegram.bot.id and whose.person is not None:
                await self.telegram.delete_commands(whose.person, whose.language)
        except Refused as error:  # who has never written to the bot has no chat with it
            log.info("no menu of commands", person=whose.person, reason=str(error))
            self._refused.add(whose)
            return
        with self.database.begin() as connection:
            menus.tell(connection, whose.name, _digest(menu) if menu else None)


def _digest(menu: list[Button]) -> str:
    return blake2b(repr(menu).encode(), digest_size=8).hexdigest()
