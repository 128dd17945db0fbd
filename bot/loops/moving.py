"""
Cards move: the one that an admin has opened last is edited while people vote, at most once in a few seconds.

An edit may happen twice after a death, and shows the same. It stops when the card was opened long ago, when nothing
more becomes of its publication, and when its message is there no more.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.loops import card
from bot.loops.admin import Admins
from bot.loops.pace import Pace
from bot.loops.reply import Reply
from bot.store import cards, schedule, store
from bot.store.cards import Opened
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later, Refused

log = structlog.get_logger()
EVERY = timedelta(seconds=4)  # between two edits of one card
STAYS = timedelta(hours=1)  # that a card moves after it was opened
RESERVE = 5  # messages that the limits leave to posts, and to what admins are told


class Moving:
    """`busy` holds whose card is being edited, `later` until when one is left alone."""

    def __init__(self, database: Database, telegram: Telegram, admins: Admins, pace: Pace) -> None:
        self.database = database
        self.telegram = telegram
        self.admins = admins
        self.pace = pace
        self.busy: dict[int, asyncio.Task[None]] = {}
        self.later: dict[int, float] = {}

    def step(self, now: datetime) -> None:
        """Begin to edit what has changed."""
        for one in cards.every(self.database):
            if one.admin in self.busy or self.later.get(one.admin, float("-inf")) > self.pace.monotonic():
                continue
            if not timedelta(0) <= now - one.opened < STAYS:
                cards.close(self.database, one)
            elif not timedelta(0) <= now - one.edited < EVERY:
                self._look(one, now)

    def _look(self, one: Opened, now: datetime) -> None:
        language = self.admins.speaks(one.admin)
        with store.reading(self.database) as connection:
            shown = card.card(connection, one.publication, language)
        if shown is None:
            cards.close(self.database, one)
        elif shown.digest == one.digest:
            cards.shows(self.database, one, one.digest, now)
        elif self.pace.room() > RESERVE and self.pace.ready(one.admin):
            self.busy[one.admin] = asyncio.create_task(self._edit(one, shown, now))

    async def _may(self, one: Opened) -> bool:
        """Who may not steer it any more sees it move no more."""
        with store.reading(self.database) as connection:
            chat = schedule.chat_of(connection, one.publication)
        if chat is None:
            return False
        person = await self.admins.rights.settled(one.admin, chat[0])
        return person.may(chat[0])

    async def _edit(self, one: Opened, shown: Reply, now: datetime) -> None:
        try:
            if not await self._may(one):
                cards.close(self.database, one)
                return
            self.pace.take(one.admin)
            await self.telegram.edit((one.admin, one.message_id), shown.text, shown.buttons, shown.verbatim)
            cards.shows(self.database, one, shown.digest, now)
        except Later as error:
            self.later[one.admin] = self.pace.monotonic() + max(error.wait_s, EVERY.total_seconds())
        except Refused as error:
            log.info("a card moves no more", admin=one.admin, reason=str(error))
            cards.close(self.database, one)
        except DBAPIError as error:
            log.error("a card's edit not stored", admin=one.admin, reason=str(error.orig))  # noqa: TRY400
            self.later[one.admin] = self.pace.monotonic() + EVERY.total_seconds()
        except Exception:  # a mistake of ours is that card's
            log.exception("a card moves no more", admin=one.admin)
            cards.close(self.database, one)
        finally:
            del self.busy[one.admin]
