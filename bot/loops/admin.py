"""
What admins are told and asked, each in their private chat with the bot.

A question has buttons; all state is in the database (`store.questions`): a tap works after a restart, twice, and from
any admin. It comes by the inbox. Callback data: `v1|again|PUBLICATION|POSITION|NAME`, `v1|skip|…`,
`v1|there|…|MESSAGE ID`; NAME tells which message of the post is meant. Of a correction that is not in the chat:
`c1|again|ID`, `c1|leave|ID`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Connection

from bot.errors import PollbotError
from bot.loops import card_words, comparing_words, desk, draft_desk, words
from bot.loops.reply import Button, Reply
from bot.store import correcting, pointing, questions, schedule
from bot.store.correcting import Undelivered
from bot.store.messages import SHARED
from bot.store.questions import Question
from bot.store.states import Why
from bot.store.store import Database
from bot.store.told import is_news
from bot.telegram.answer import line
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later, NotSent, Unclear
from bot.thread.model import Language
from experiments.measurement import Text

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
DONE = {"again": words.WILL_SEND, "skip": words.GOES_ON, "there": words.UNDERSTOOD}
LOST = {"left": words.LEFT, "kicked": words.KICKED, "restricted": words.RESTRICTED, "mute": words.MUTE}
TITLE = 128  # characters of a chat's title: Telegram's own limit
N = r"(\d{1,9})"
ANSWER = re.compile(rf"v1\|(?:(again|skip)\|{N}\|{N}\|(\w+\.\d+)|(there)\|{N}\|{N}\|(\w+\.\d+)\|(\d{{1,18}}))")
MENDS = re.compile(rf"c1\|(again|leave)\|{N}")
Told = Literal["told", "later", "nobody"]


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
        self.time = time
        self.monotonic = monotonic
        self.later = float("-inf")  # nobody is asked before, by the monotonic clock

    def text(self, text: Text, /, **fields: object) -> str:
        """What is said or stored for an admin, in the admins' language."""
        return words.say(text, self.language, **fields)

    async def tell(self, text: Text, /, **fields: object) -> Told:
        """Say something to every admin that asks for no answer; see `_write`."""
        return await self._write(self.text(text, **fields))

    async def _write(self, text: str, buttons: Sequence[tuple[str, str]] = ()) -> Told:
        """
        Write to every admin.

        "later": Telegram is in trouble, so that somebody may not have got it; `self.later` says when to try again.
        """
        outcomes = await self._each(text, buttons)
        return "later" if "later" in outcomes else "told" if "told" in outcomes else "nobody"

    async def _each(self, text: str, buttons: Sequence[Button] = (), verbatim: Sequence[str] = ()) -> set[Told]:
        """What became of it; one who has never written to the bot cannot be reached, and that is logged."""
        log.warning("for the admin", text=text)
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST].decode("utf-16-le", "ignore")
        outcomes: set[Told] = set()
        for admin in self.ids:
            try:
                await self.telegram.tell(admin, text, buttons, verbatim)
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
        text = self.text(comparing_words.UNDONE, **fields, hint=comparing_words.HINT[undone.why])
        verbs = ("again", "leave")
        return await self._write(
            text, [(self.text(comparing_words.BUTTON[one]), f"c1|{one}|{undone.id}") for one in verbs]
        )

    async def _ask(self, question: Question) -> Told:
        part = self.text(words.PART, number=question.part + 1) if question.part else ""
        error = question.error
        if question.state == "unknown":
            error = self.text(words.IN_DOUBT, error=error)
        text = self.text(
            words.QUESTION,
            thread=question.thread,
            chat=question.chat,
            position=question.position,
            part=part,
            error=error,
        )
        name = question.chat.removeprefix("@") if question.chat.startswith("@") else None
        links = [f"\nhttps://t.me/{name}/{n}" for n in question.candidates if name]
        return await self._write(text + "".join(links), self._buttons(question))

    def _buttons(self, question: Question) -> list[tuple[str, str]]:
        message = f"{question.publication}|{question.position}|{question.name}"
        candidates = [(self.text(words.IT_IS_THERE, number=n), f"v1|there|{message}|{n}") for n in question.candidates]
        again, skip = self.text(AGAIN[question.why]), self.text(words.GO_ON)
        return [*candidates, (again, f"v1|again|{message}"), (skip, f"v1|skip|{message}")]

    def carry_out(self, connection: Connection, update: dict[str, Any]) -> str | None:
        """An admin's tap or message is carried out, a change of the bot's rights told; returns what is to be said."""
        said: Reply | None = None
        if query := update.get("callback_query"):
            said = self._tapped(connection, query)
        elif message := update.get("message"):
            said = self._written(connection, message)
        elif message := update.get("edited_message"):
            said = self._edited(connection, message)
        elif member := update.get("my_chat_member"):
            draft_desk.moved(connection, member, self.ids, self.time())
            said = self._lost(connection, member)
        return said.stored() if said else None

    async def reply(self, update: dict[str, Any], words: str) -> None:
        """Say what was carried out: where the tapped button is, to who wrote, else to every admin until one has it."""
        said = Reply.model_validate_json(words)
        if query := update.get("callback_query"):
            if said.card:
                await self.telegram.show(query, said.text, said.buttons, said.notice or None, said.verbatim)
            else:
                await self.telegram.answer_tap(query, said.text)
        elif message := update.get("message") or update.get("edited_message"):
            await self.telegram.tell(message["chat"]["id"], said.text, said.buttons, said.verbatim)
        elif await self._each(said.text, verbatim=(_title(update["my_chat_member"]["chat"]),)) == {"later"}:
            raise Later("no admin was reached", self.later - self.monotonic())

    def _tapped(self, connection: Connection, query: dict[str, Any]) -> Reply | None:
        """A stranger's tap is nobody's: no button of ours is shown to one."""
        data, admin = str(query.get("data", "")), query["from"]["id"]
        if admin not in self.ids:
            return None
        if answer := ANSWER.fullmatch(data):
            return Reply(text=self.text(self._decide(connection, *filter(None, answer.groups()))))
        if mends := MENDS.fullmatch(data):
            again = mends[1] == "again"
            done = correcting.answered(connection, int(mends[2]), again=again)
            told = comparing_words.AGAIN if again else comparing_words.LEFT
            return Reply(text=self.text(told if done else words.DECIDED))
        said = desk.tap(connection, data, admin, self.time(), self.language)
        if said is None and (place := query.get("message")):
            said = self._desk(connection, admin).tap(data, place["message_id"])
        if said is None:
            log.warning("a tap on no button of ours", admin=admin, data=data)
        return said

    def _written(self, connection: Connection, message: dict[str, Any]) -> Reply | None:
        """What an admin writes in private; a stranger who presses Start gets one line, once an hour."""
        text = message.get("text") or ""
        if message["chat"]["id"] in self.ids:
            if text.startswith("/"):
                return desk.command(connection, text, self.language)
            drafts = self._desk(connection, message["chat"]["id"])
            if "document" not in message and (shown := self._shown(connection, message)):
                return Reply(text=shown)
            return drafts.written(message)
        chat = message["chat"]
        if chat.get("type") != "private" or not text.startswith("/start"):
            return None
        news = is_news(connection, chat["id"], "start", self.time())
        return Reply(text=self.text(card_words.STRANGER)) if news else None

    def _edited(self, connection: Connection, message: dict[str, Any]) -> Reply | None:
        """What an admin has mended in place is read anew."""
        admin = message["chat"]["id"]
        return self._desk(connection, admin).edited(message) if admin in self.ids else None

    def _desk(self, connection: Connection, admin: int) -> draft_desk.Desk:
        return draft_desk.Desk(connection, admin, self.time(), self.language)

    def _shown(self, connection: Connection, message: dict[str, Any]) -> str | None:
        """An admin shows in the private chat where a message stands: by its link, or by forwarding it."""
        open_ = pointing.doubtful(connection)
        place = pointing.forwarded(message) or pointing.linked(message.get("text") or message.get("caption") or "")
        if not open_ or (place is None and "forward_origin" not in message):
            return None
        if place is not None:
            here, where = [one for one in open_ if one.at(place)], {"message_id": place.number}
        else:  # chats without links share their counter with this one: there it stands before what was forwarded
            here, where = [one for one in open_ if one.chat_type in SHARED], {"before": message["message_id"]}
        for one in here:
            named = {"publication": one.publication, "position": one.position}
            questions.point(connection, **named, **where, name=one.name)
        return self.text(words.LOOKS_THERE if here else words.NOT_ASKED if place else words.NEEDS_LINK)

    def _decide(self, connection: Connection, verb: str, publication: str, position: str, *named: str) -> Text:
        """Do what a button says; returns the words that tell it."""
        numbers = {"publication": int(publication), "position": int(position)}
        if verb == "there":
            done = questions.point(connection, **numbers, message_id=int(named[1]), name=named[0])
        else:
            answer: questions.Answer = "again" if verb == "again" else "skip"
            done = questions.decided(connection, **numbers, answer=answer, now=self.time(), name=named[0])
        return DONE[verb] if done else words.DECIDED

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
