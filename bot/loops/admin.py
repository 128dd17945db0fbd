"""
What admins are told and asked, each in their private chat with the bot.

A question has buttons; all state is in the database (`store.questions`): a tap works after a restart, twice, and from
any admin. It comes by the inbox, as everything does that anybody asks for: `dispatch` says who may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Connection

from bot.errors import PollbotError
from bot.loops import comparing_words, draft_desk, naming, tongue, words
from bot.loops.dispatch import Dispatch
from bot.loops.reply import Reply
from bot.loops.rights import Rights
from bot.store import correcting, inquiries, keeping, questions, schedule, steering, store, topics
from bot.store.correcting import Undelivered
from bot.store.questions import Question
from bot.store.states import Why
from bot.store.store import Database
from bot.store.told import is_news
from bot.telegram import heard
from bot.telegram.answer import line
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later, NotSent, Unclear
from bot.thread.model import Language
from experiments.measurement import Text
from languages.text import verbatim

log = structlog.get_logger()
LONGEST = 4000  # UTF-16 units of a text; Telegram takes 4096
STRANGER_S = 600.0  # until an admin whom the bot may not write to has perhaps written to it

AGAIN: dict[Why | None, Text] = {
    "late": words.SEND_NOW,
    "key": words.PUBLISH,
    "gone": words.REVEAL,
    "broken": words.TRY_AGAIN,
    None: words.SEND_AGAIN,
}
LOST = {"left": words.LEFT, "kicked": words.KICKED, "restricted": words.RESTRICTED, "mute": words.MUTE}
TITLE = 128  # characters of a chat's title: Telegram's own limit
Told = Literal["told", "later", "nobody"]


class Admins:
    """The people of POLLBOT_ADMINS, in the language of POLLBOT_LANGUAGE."""

    def __init__(  # noqa: PLR0913 what it works with
        self,
        database: Database,
        telegram: Telegram,
        ids: Sequence[int],
        language: Language,
        time: Callable[[], datetime],
        monotonic: Callable[[], float],
        *,
        often: bool = True,
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.ids = tuple(ids)
        self.language = language
        self.time = time
        self.monotonic = monotonic
        self.rights = Rights(database, telegram, ids, monotonic)
        self.dispatch = Dispatch(self.rights, language)
        self.often = often  # who has not said otherwise hears of each post, closing and reveal
        self.dispatch.often = often
        self.later = float("-inf")  # nobody is asked before, by the monotonic clock

    def text(self, text: Text, /, **fields: object) -> str:
        """What is said or stored for an admin, in the admins' language."""
        return words.say(text, self.language, **fields)

    def speaks(self, person: int) -> Language:
        """The language in which an admin is spoken to."""
        with store.reading(self.database) as connection:
            return tongue.chosen(connection, person, self.dispatch.kept) or self.language

    async def concerned(self, publication: int) -> tuple[int, ...]:
        """Whom to tell of a publication: the people of POLLBOT_ADMINS, and who scheduled it while they may steer it."""
        with store.reading(self.database) as connection:
            scheduler, chat = steering.scheduler(connection, publication), schedule.chat_of(connection, publication)
        if scheduler is None or chat is None or scheduler in self.ids:
            return self.ids
        person = await self.rights.settled(scheduler, chat[0])
        return (*self.ids, scheduler) if person.may(chat[0]) else self.ids

    async def tell(self, text: Text, /, **fields: object) -> Told:
        """Say something to every admin that asks for no answer; where a `publication` is named, to its own as well."""
        match fields:
            case {"publication": int(publication)}:
                return await self._write(text.of(**fields), await self.concerned(publication))
        return await self._write(text.of(**fields), self.ids)

    async def _write(self, text: Text, people: Sequence[int], buttons: Sequence[tuple[Text, str]] = ()) -> Told:
        """
        Write to each of these, in the language that they have chosen.

        "later": Telegram is in trouble, so that somebody may not have got it; `self.later` says when to try again.
        """
        outcomes = await self._each(text, people, buttons)
        return "later" if "later" in outcomes else "told" if "told" in outcomes else "nobody"

    async def _each(
        self, text: Text, people: Sequence[int], buttons: Sequence[tuple[Text, str]] = (), verbatim: Sequence[str] = ()
    ) -> set[Told]:
        """What became of it; one who has never written to the bot cannot be reached, and that is logged."""
        log.warning("for the admin", text=text[self.language])
        outcomes: set[Told] = set()
        for admin in people:
            try:
                language = self.speaks(admin)
                words = text[language].encode("utf-16-le", "surrogatepass")[: 2 * LONGEST].decode("utf-16-le", "ignore")
                await self.telegram.tell(admin, words, [(label[language], data) for label, data in buttons], verbatim)
            except (NotSent, Unclear) as error:
                log.warning("admin not reached", admin=admin, reason=str(error))
                self.later = self.monotonic() + error.wait_s
                outcomes.add("later")
            except PollbotError as error:
                log.warning("admin not reached", admin=admin, reason=str(error))
            else:
                outcomes.add("told")
        return outcomes

    async def ask_due(self) -> None:
        """Ask what has not been asked yet, until somebody has got it; twice does no harm, and one bars no other."""
        for undone in correcting.untold(self.database) if self.later <= self.monotonic() else ():
            if await self._tell_undone(undone) == "told":
                correcting.told(self.database, undone.id, self.time())
        for question in questions.unasked(self.database) if self.later <= self.monotonic() else ():
            outcome = await self._ask(question)
            if outcome == "later":
                return
            if outcome == "told":
                questions.asked(self.database, question, self.time())
            else:
                self.later = self.monotonic() + STRANGER_S

    async def _tell_undone(self, undone: Undelivered) -> Told:
        """What could not be edited in a chat, and what to do."""
        fields = {"thread": undone.thread, "chat": undone.chat, "position": undone.position, "reason": undone.error}
        text = comparing_words.UNDONE.of(**fields, hint=comparing_words.HINT[undone.why])
        buttons = [(comparing_words.BUTTON[one], f"c1|{one}|{undone.id}") for one in ("again", "leave")]
        return await self._write(text, await self.concerned(undone.publication), buttons)

    async def _ask(self, question: Question) -> Told:
        part = words.PART.of(number=question.part + 1) if question.part else ""
        error: object = question.error
        if question.state == "unknown":
            error = words.IN_DOUBT.of(error=error)
        text = words.QUESTION.of(
            thread=question.thread,
            chat=question.title,
            position=question.position,
            words=naming.first_words(question.content),
            part=part,
            error=error,
        )
        name = question.chat.removeprefix("@") if question.chat.startswith("@") else None
        links = [f"\nhttps://t.me/{name}/{n}" for n in question.candidates if name]
        people = await self.concerned(question.publication)
        linked = verbatim("{text}{links}").of(text=text, links="".join(links))
        return await self._write(linked, people, self._buttons(question))

    def _buttons(self, question: Question) -> list[tuple[Text, str]]:
        message = f"{question.publication}|{question.position}|{question.name}"
        candidates = [(words.IT_IS_THERE.of(number=n), f"v1|there|{message}|{n}") for n in question.candidates]
        again, skip = AGAIN[question.why], words.GO_ON
        return [*candidates, (again, f"v1|again|{message}"), (skip, f"v1|skip|{message}")]

    def carry_out(self, connection: Connection, update: dict[str, Any]) -> str | None:
        """What somebody asks for is done, where they may; a change of the bot's rights told; returns what is said."""
        if "inquiry" in update or "topic" in update:
            self._overheard(connection, update)
            return None
        if what := heard.wrong(update):
            log.warning("an update of another form", update_id=update.get("update_id"), reason=what)
            return None
        said: Reply | None = None
        now = self.time()
        if query := update.get("callback_query"):
            said = self.dispatch.tapped(connection, query, now)
        elif message := update.get("message"):
            said = self.dispatch.written(connection, message, now)
        elif message := update.get("edited_message"):
            said = self.dispatch.written(connection, message, now, edited=True)
        elif member := update.get("my_chat_member"):
            self.rights.changed(member["chat"]["id"])
            draft_desk.moved(connection, member, self.ids, now)
            said = self._lost(connection, member)
        elif member := update.get("chat_member"):
            self.rights.changed(member["chat"]["id"])
        return said.stored() if said else None

    def _overheard(self, connection: Connection, update: dict[str, Any]) -> None:
        """What a reader asks in a group, where votes are kept at all; an admin asks nothing. Or what a topic is."""
        if told := update.get("topic"):
            topics.learn(connection, told, self.time())
        elif (kept := self.dispatch.kept) and update["inquiry"]["from"]["id"] not in self.ids:
            inquiries.hear(connection, update["inquiry"], kept.key, self.time())

    async def reply(self, update: dict[str, Any], words: str) -> None:
        """Say what was carried out: where the tapped button is, to who wrote, else to every admin until one has it."""
        said = Reply.model_validate_json(words)
        if said.erased:  # what was erased is then no more in the file
            await asyncio.to_thread(keeping.sweep, self.database)
        if query := update.get("callback_query"):
            if said.card:
                await self.telegram.show(query, said.text, said.buttons, said.notice or None, said.verbatim)
            else:
                await self.telegram.answer_tap(query, said.text)
        elif message := update.get("message") or update.get("edited_message"):
            await self.telegram.tell(message["chat"]["id"], said.text, said.buttons, said.verbatim)
        else:
            title = (_title(update["my_chat_member"]["chat"]),)
            if await self._each(verbatim(said.text), self.ids, verbatim=title) == {"later"}:
                raise Later("no admin was reached", self.later - self.monotonic())

    def _lost(self, connection: Connection, member: dict[str, Any]) -> Reply | None:
        """What the bot may not do any more, where it still has something to do: else any stranger could ring."""
        chat, now = member["chat"], member["new_chat_member"]
        mute = now.get("status") == "administrator" and now.get("can_post_messages") is False
        status = "mute" if mute else now.get("status")
        if status not in LOST or not schedule.busy(connection, chat["id"]):
            return None
        news = is_news(connection, chat["id"], status, self.time())
        return Reply(text=self.text(LOST[status], chat=_title(chat))) if news else None


def _title(chat: dict[str, Any]) -> str:
    """What a chat is called, in one line; it is a stranger's words."""
    return line(chat.get("title") or "")[:TITLE] or str(chat["id"])
