"""
What admins are told and asked, each in their private chat with the bot.

A question has buttons; all state is in the database, so a tap works after a restart, twice, and from any admin.
Callback data: `v1|again|PUBLICATION|POSITION`, `v1|skip|…`, `v1|there|PUBLICATION|POSITION|MESSAGE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine

from bot import messages, status
from bot.errors import PollbotError
from bot.telegram import Telegram

log = structlog.get_logger()

WORDS = {
    "ru": {
        "where": "«{thread}» → {chat}, пост {position}: {error}",
        "again": "Отправить снова",
        "skip": "Обойтись без него",
        "there": "Оно в чате: № {number}",
        "done again": "Отправлю снова.",
        "done skip": "Обойдусь без него.",
        "done there": "Понял, оно в чате.",
        "late": "Это уже решено.",
    },
    "en": {
        "where": "“{thread}” → {chat}, post {position}: {error}",
        "again": "Send it again",
        "skip": "Go on without it",
        "there": "It is there: no. {number}",
        "done again": "I will send it again.",
        "done skip": "I go on without it.",
        "done there": "Understood: it is there.",
        "late": "That has been settled already.",
    },
}


class Admins:
    """The people of POLLBOT_ADMINS, in the language of POLLBOT_LANGUAGE."""

    def __init__(
        self, engine: Engine, telegram: Telegram, ids: Sequence[int], language: str, time: Callable[[], datetime]
    ) -> None:
        self.engine = engine
        self.telegram = telegram
        self.ids = tuple(ids)
        self.words = WORDS[language]
        self.time = time

    async def tell(self, text: str, buttons: Sequence[tuple[str, str]] = ()) -> None:
        """Write to every admin; one who has never written to the bot cannot be reached, and that is logged."""
        log.warning("for the admin", text=text)
        for admin in self.ids:
            try:
                await self.telegram.tell(admin, text, buttons)
            except PollbotError as error:
                log.warning("admin not reached", admin=admin, reason=str(error))

    async def ask(self, publication: int, position: int, error: str, candidates: Sequence[int] = ()) -> None:
        """Ask how a stopped post goes on; `candidates` are messages that may be it, and that the bot cannot read."""
        where = f"{publication}|{position}"
        found = status.read(self.engine, publication).publications[0]
        text = self.words["where"].format(thread=found.thread, chat=found.chat, position=position, error=error)
        links = [f"\nhttps://t.me/{found.chat.removeprefix('@')}/{n}" for n in candidates if found.chat.startswith("@")]
        buttons = [(self.words["there"].format(number=n), f"v1|there|{where}|{n}") for n in candidates]
        buttons += [(self.words["again"], f"v1|again|{where}"), (self.words["skip"], f"v1|skip|{where}")]
        await self.tell(text + "".join(links), buttons)

    async def handle(self, update: dict[str, Any]) -> None:
        """An update that is no vote: an admin's tap is carried out, a change of the bot's rights is told."""
        query = update.get("callback_query")
        if query and query["from"]["id"] in self.ids and str(query.get("data", "")).startswith("v1|"):
            done = await self._carry_out(query["data"].split("|")[1:])
            await self.telegram.settled(query, self.words[done])
        if member := update.get("my_chat_member"):
            await self._member(member)

    async def _carry_out(self, words: list[str]) -> str:
        """Do what a button says; returns the key of the words that tell it."""
        verb, publication, position = words[0], int(words[1]), int(words[2])
        if verb in ("again", "skip"):
            answer: messages.Answer = "again" if verb == "again" else "skip"
            done = messages.settle(self.engine, publication, position, answer, self.time())
        else:
            done = messages.point(self.engine, publication, position, int(words[3]))
        return f"done {verb}" if done else "late"

    async def _member(self, member: dict[str, Any]) -> None:
        now = member["new_chat_member"]
        mute = now.get("status") == "administrator" and now.get("can_post_messages") is False
        if now.get("status") in ("left", "kicked", "restricted") or mute:
            title = member["chat"].get("title", member["chat"]["id"])
            await self.tell(f"{title}: {now.get('status')}" + (", can_post_messages: false" if mute else ""))
