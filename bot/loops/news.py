"""
Admins are told what happens, each in their private chat: a line for each thing, what comes together in one message.

Nobody waits for it: posts, closings and reveals have the limits first, and each admin's chat is on its own. A line is
said once or, where the bot dies while it is being said, perhaps not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

import structlog
from sqlalchemy.exc import DBAPIError

from bot import points
from bot.errors import PollbotError
from bot.loops import ended, naming, news_words, result, words
from bot.loops.admin import LONGEST, Admins
from bot.loops.pace import Pace
from bot.store import ending, news, overdue, store
from bot.store.address import Chat
from bot.store.heartbeat import FACT
from bot.store.news import Item
from bot.store.states import OFTEN, Occasion
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import NotSent
from bot.telegram.outgoing import PhotoMessage
from bot.thread.model import Language
from bot.thread.rich import Rich

log = structlog.get_logger()
GATHER_S, LONGEST_S = 3.0, 15.0  # what comes so soon after the last line goes along, for so long
BACK_S, BACK_LONGEST_S = 15.0, 120.0  # the same while a bot that was down catches up
DOWN = timedelta(minutes=10)  # a shorter downtime is nobody's news
RESERVE = 3  # messages that the limits leave to posts
Saying = tuple[list[Item], Callable[[], Awaitable[object]]]  # what is said, and the call that says it
PICTURED: tuple[Occasion, ...] = ("ended", "picture")


class News:
    """`busy` holds who is being told something, `later` until when an admin's chat is left alone."""

    def __init__(self, database: Database, telegram: Telegram, admins: Admins, pace: Pace) -> None:
        self.database = database
        self.telegram = telegram
        self.admins = admins
        self.pace = pace
        self.busy: dict[int, asyncio.Task[None]] = {}
        self.later: dict[int, float] = {}
        self.addressing: asyncio.Task[None] | None = None
        self.begun = False

    def step(self, now: datetime) -> None:
        """Begin to tell what is to be told."""
        if not self.begun:
            self._begin(now)
        fresh = news.unaddressed(self.database)
        if fresh and self.addressing is None:
            self.addressing = asyncio.create_task(self._address(fresh))
        for admin, items in groupby(sorted(news.waiting(self.database), key=lambda item: item.admin), _admin):
            ripe = self._ripe(list(items), now, more=bool(fresh))
            if ripe and self._free(admin):
                self.busy[admin] = asyncio.create_task(self._tell(admin, ripe, now))

    def _begin(self, now: datetime) -> None:
        """A new process; was there none for a while, though something was due?"""
        news.begin(self.database)
        with store.reading(self.database) as connection:
            last = store.fact(connection, FACT["bot"])
        since = datetime.fromisoformat(last) if last else now
        if now - since > DOWN and (missed := overdue.between(self.database, since, now)):
            with self.database.begin() as connection:
                news.add(connection, "back", now, number=missed, since=since)
        self.begun = True

    async def _address(self, publications: set[int | None]) -> None:
        """Whom something concerns, Telegram may have to be asked."""
        try:
            people = {one: self.admins.ids if one is None else await self.admins.concerned(one) for one in publications}
            news.address(self.database, people, often=self.admins.often)
        except DBAPIError as error:
            log.error("news wait", reason=str(error.orig))  # noqa: TRY400
        except Exception:  # it is tried again at the next tick
            log.exception("news wait")
        finally:
            self.addressing = None

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What is under way."""
        return [*self.busy.values(), *([self.addressing] if self.addressing else [])]

    def _free(self, admin: int) -> bool:
        if admin in self.busy or self.later.get(admin, float("-inf")) > self.pace.monotonic():
            return False
        return self.pace.room() > RESERVE and self.pace.ready(admin)

    def _ripe(self, items: Sequence[Item], now: datetime, *, more: bool) -> list[Item]:
        """What is to be said now in one message: all lines, once nothing more comes along, nor is about to."""
        lines = [item for item in items if item.kind not in PICTURED]
        back = any(item.kind == "back" for item in lines)
        gather, longest = (BACK_S, BACK_LONGEST_S) if back else (GATHER_S, LONGEST_S)
        if not lines:
            return next(([item] for item in items if self._drawn(item, now)), [])
        quiet, whole = (now - lines[-1].at).total_seconds(), (now - lines[0].at).total_seconds()
        return lines if (quiet >= gather and not more) or whole >= longest or min(quiet, whole) < 0 else []

    def _drawn(self, item: Item, now: datetime) -> bool:
        """Is the picture of a result there, or not to be had?"""
        if self.pace.waited("picture", item.id, now - item.at) > ended.DRAWING_S:
            return True
        with store.reading(self.database) as connection:
            return item.publication is None or not ended.undrawn(ending.picture(connection, item.publication))

    async def _tell(self, admin: int, items: list[Item], now: datetime) -> None:
        try:
            await self._say(admin, items, now)
        except DBAPIError as error:
            log.error("news not told", admin=admin, reason=str(error.orig))  # noqa: TRY400
            self.later[admin] = self.pace.monotonic() + GATHER_S
        except Exception:  # a mistake of ours is these lines'
            log.exception("news not told", admin=admin)
            news.said(self.database, items)
        finally:
            del self.busy[admin]

    async def _say(self, admin: int, items: list[Item], now: datetime) -> None:
        said, tell = self._showing(admin, items[0]) if items[0].kind in PICTURED else self._telling(admin, items)
        news.take(self.database, said, now)
        points.reach("taken")
        self.pace.take(admin)
        try:
            await tell()
        except NotSent as error:
            log.info("news are told later", admin=admin, reason=str(error))
            self.later[admin] = self.pace.monotonic() + error.wait_s
            news.give_back(self.database, said)
            return
        except PollbotError as error:  # nobody there, or nobody knows whether it was heard
            log.warning("news not told", admin=admin, reason=str(error))
        points.reach("told")
        news.said(self.database, said)

    def _telling(self, admin: int, items: list[Item]) -> Saying:
        """Lines, as many as one message holds."""
        said, text, verbatim = self._fitting(items)
        silent = all(item.kind in OFTEN for item in said)
        return said, partial(self.telegram.tell, admin, text, verbatim=verbatim, silent=silent)

    def _showing(self, admin: int, item: Item) -> Saying:
        """The result of a thread, with its picture if that can be had."""
        assert item.publication is not None
        language = self.admins.speaks(admin)
        with store.reading(self.database) as connection:
            drawn = ending.picture(connection, item.publication)
            text = result.caption(connection, item.publication, language, ended=item.kind == "ended")
        if drawn is None or drawn.output is None:
            return [item], partial(self.telegram.tell, admin, text, verbatim=[item.thread or ""])
        photo = PhotoMessage((drawn.output,), Rich(text))
        return [item], partial(self.telegram.send, Chat(str(admin), admin, "private"), photo)

    def _fitting(self, items: list[Item]) -> tuple[list[Item], str, list[str]]:
        """As many as one message holds, by publication."""
        told = list(items)
        while True:
            text, verbatim = self._digest(told)
            if len(text) <= LONGEST // 2 or len(told) == 1:
                return told, text, verbatim
            told = told[: len(told) // 2]

    def _digest(self, items: Sequence[Item]) -> tuple[str, list[str]]:
        blocks: list[str] = []
        verbatim: list[str] = []
        language = self.admins.speaks(items[0].admin)
        ordered = sorted(items, key=lambda item: (item.publication or 0, item.id))
        for _, group in groupby(ordered, lambda item: item.publication):
            first, *rest = group
            lines = [_line(item, language) for item in (first, *rest)]
            if first.publication is not None:
                about = {"thread": first.thread, "chat": first.chat}
                lines.insert(0, words.say(news_words.ABOUT, language, **about))
                verbatim += map(str, about.values())
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks), verbatim


def _line(item: Item, language: Language) -> str:
    fields: dict[str, object] = {"position": item.position, "number": item.number, "at": item.at}
    since = item.since or item.at
    fields |= {"since": since, "span": words.duration(item.at - since), "reason": item.reason}
    return words.say(news_words.LINE[item.kind], language, **fields, words=naming.first_words(item.content))


def _admin(item: Item) -> int:
    return item.admin
