"""
What admins are told and asked, each in their private chat with the bot.

A question has buttons; all state is in the database (`store.questions`): a tap works after a restart, twice, and from
any admin. Callback data: `v1|again|PUBLICATION|POSITION|NAME`, `v1|skip|…`, `v1|there|…|MESSAGE ID`; NAME tells which
message of the post is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog

from bot.errors import PollbotError
from bot.store import questions
from bot.store.questions import Question
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import NotSent, Unclear
from bot.thread.model import Language

log = structlog.get_logger()
LONGEST = 4000  # UTF-16 units of a text; Telegram takes 4096
STRANGER_S = 600.0  # until an admin whom the bot may not write to has perhaps written to it

WORDS = {
    "ru": {
        "where": "«{thread}» → {chat}, пост {position}{part}: {error}",
        "part": ", часть {number}",
        "again": "Отправить снова",
        "again late": "Отправить сейчас",
        "again key": "Опубликовать как есть",
        "again gone": "Ответ всё равно нужен",
        "again broken": "Попробовать снова",
        "skip": "Обойтись без него",
        "there": "Оно в чате: № {number}",
        "done again": "Отправлю.",
        "done skip": "Обойдусь без него.",
        "done there": "Понял, оно в чате.",
        "late": "Это уже решено.",
    },
    "en": {
        "where": "“{thread}” → {chat}, post {position}{part}: {error}",
        "part": ", part {number}",
        "again": "Send it again",
        "again late": "Send it now",
        "again key": "Publish it as it is",
        "again gone": "Reveal it nevertheless",
        "again broken": "Try again",
        "skip": "Go on without it",
        "there": "It is there: no. {number}",
        "done again": "I will send it.",
        "done skip": "I go on without it.",
        "done there": "Understood: it is there.",
        "late": "That has been settled already.",
    },
}


class Admins:
    """The people of POLLBOT_ADMINS, in the language of POLLBOT_LANGUAGE."""

    def __init__(
        self,
        database: Database,
        telegram: Telegram,
        ids: Sequence[int],
        language: Language,
        time: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.ids = tuple(ids)
        self.language = language
        self.words = WORDS[language]
        self.time = time
        self.monotonic = monotonic
        self.later = float("-inf")  # nobody is asked before, by the monotonic clock

    async def tell(self, text: str, buttons: Sequence[tuple[str, str]] = ()) -> Literal["told", "later", "nobody"]:
        """
        Write to every admin; one who has never written to the bot cannot be reached, and that is logged.

        "later": Telegram is in trouble, so that somebody may not have got it; `self.later` says when to try again.
        """
        log.warning("for the admin", text=text)
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST].decode("utf-16-le", "ignore")
        outcome: Literal["told", "later", "nobody"] = "nobody"
        for admin in self.ids:
            try:
                await self.telegram.tell(admin, text, buttons)
            except (NotSent, Unclear) as error:
                log.warning("admin not reached", admin=admin, reason=str(error))
                self.later = self.monotonic() + error.wait_s
                outcome = "later"
            except PollbotError as error:
                log.warning("admin not reached", admin=admin, reason=str(error))
            else:
                outcome = "told" if outcome == "nobody" else outcome
        return outcome

    async def ask_due(self) -> None:
        """Ask what has not been asked yet, until somebody has got it; twice does no harm, and one bars no other."""
        for question in questions.unasked(self.database) if self.later <= self.monotonic() else ():
            outcome = await self._ask(question)
            if outcome == "later":
                return
            if outcome == "told":
                questions.asked(self.database, question, self.time())
            else:
                self.later = self.monotonic() + STRANGER_S

    async def _ask(self, question: Question) -> Literal["told", "later", "nobody"]:
        where = f"{question.publication}|{question.position}|{question.name}"
        part = self.words["part"].format(number=question.part + 1) if question.part else ""
        named = {"thread": question.thread, "chat": question.chat, "position": question.position, "part": part}
        text = self.words["where"].format(**named, error=question.error)
        name = question.chat.removeprefix("@") if question.chat.startswith("@") else None
        links = [f"\nhttps://t.me/{name}/{n}" for n in question.candidates if name]
        buttons = [(self.words["there"].format(number=n), f"v1|there|{where}|{n}") for n in question.candidates]
        again = self.words.get(f"again {question.why}", self.words["again"])
        buttons += [(again, f"v1|again|{where}"), (self.words["skip"], f"v1|skip|{where}")]
        return await self.tell(text + "".join(links), buttons)

    async def handle(self, update: dict[str, Any]) -> None:
        """An update that is no vote: an admin's tap is carried out, a change of the bot's rights is told."""
        query = update.get("callback_query")
        if query and query["from"]["id"] in self.ids and str(query.get("data", "")).startswith("v1|"):
            done = await self._carry_out(query["data"].split("|")[1:])
            try:
                await self.telegram.settled(query, self.words[done])
            except PollbotError as error:
                log.warning("tap carried out, not answered", data=query["data"], reason=str(error))
        if member := update.get("my_chat_member"):
            await self._member(member)

    async def _carry_out(self, words: list[str]) -> str:
        """Do what a button says; returns the key of the words that tell it."""
        verb, publication, position, name = words[0], int(words[1]), int(words[2]), words[3]
        if verb in ("again", "skip"):
            answer: questions.Answer = "again" if verb == "again" else "skip"
            done = questions.decide(
                self.database, publication=publication, position=position, answer=answer, now=self.time(), name=name
            )
        else:
            done = questions.point(
                self.database, publication=publication, position=position, message_id=int(words[4]), name=name
            )
        return f"done {verb}" if done else "late"

    async def _member(self, member: dict[str, Any]) -> None:
        now = member["new_chat_member"]
        mute = now.get("status") == "administrator" and now.get("can_post_messages") is False
        if now.get("status") in ("left", "kicked", "restricted") or mute:
            title = member["chat"].get("title", member["chat"]["id"])
            await self.tell(f"{title}: {now.get('status')}" + (", can_post_messages: false" if mute else ""))
