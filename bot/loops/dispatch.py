"""
What comes and is no vote, taken apart: which action it is, who asks for it, and whether they may.

Who may is asked at every tap, command, file and reply, within the transaction that does it; where Telegram is to be
asked first, nothing is done yet (`NotYet`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

# What they register is what can be done.
from bot.loops import (
    actions,
    desk,
    draft_desk,
    inquiry_desk,
    plan_desk,
    result_desk,
    right_words,
    stopped_desk,
    tongue,
    voter,
)
from bot.loops.actions import Action, Kept, Turn
from bot.loops.reply import Reply
from bot.loops.rights import Rights
from bot.store import cards, correcting, drafts, inquiries, schedule
from bot.store.cards import Opened
from bot.store.told import is_news
from bot.telegram.answer import line
from bot.thread.model import Language
from experiments.measurement import Text
from languages.catalogue import SOURCE, nearest

__all__ = ["desk", "draft_desk", "inquiry_desk", "plan_desk", "result_desk", "stopped_desk", "tongue", "voter"]

log = structlog.get_logger()
Update = Mapping[str, Any]


class Dispatch:
    """The one way from an update to an action. Until it is told what is `kept` of votes, nobody's are spoken of."""

    def __init__(self, rights: Rights, language: Language) -> None:
        self.rights = rights
        self.language = language
        self.kept: Kept | None = None
        self.often = True

    def turn(self, connection: Connection, told: Update, person: int, now: datetime) -> Turn:
        code = (told.get("from") or {}).get("language_code")
        own = nearest(code, SOURCE) if code and person not in self.rights.ids else self.language
        chosen = tongue.chosen(connection, person, self.kept)
        language, own = chosen or self.language, chosen or own
        who = self.rights.of(connection, person)
        return Turn(connection, who, now, language, own, kept=self.kept, often=self.often)

    def tapped(self, connection: Connection, query: Update, now: datetime) -> Reply | None:
        """A button, whoever was shown it."""
        data, person = str(query.get("data", "")), query["from"]["id"]
        found = actions.by_button(data)
        if found is None:
            log.warning("a tap on no button of ours", person=person, data=line(data))
            return None
        turn = replace(self.turn(connection, query, person, now), message=query.get("message") or {})
        action, match = found
        if refused := _refused(turn, action, **{name: int(number) for name, number in match.groupdict().items()}):
            return Reply(text="", card=True, notice=refused)
        said = action.do(turn, *match.groups())
        _moving(turn, said)
        return said

    def written(self, connection: Connection, message: Update, now: datetime, *, edited: bool = False) -> Reply | None:
        """What somebody writes or sends."""
        chat = message["chat"]
        if chat.get("type") != "private":
            return None if edited else self._elsewhere(connection, message, now)
        turn = replace(self.turn(connection, message, chat["id"], now), message=message)
        action = None if edited else actions.by_command(turn.text)
        if action is None and turn.text.startswith("/"):
            return self._unknown(turn)
        action = action or next(
            (one for one in actions.by_message(edited=edited) if one.takes and one.takes(turn)), None
        )
        if action is None:
            return None
        if refused := _refused(turn, action):
            return self._strangers(turn, refused)
        return action.do(turn)

    def _unknown(self, turn: Turn) -> Reply | None:
        """A command that there is not."""
        if turn.person.something:
            return Reply(text=turn.say(right_words.NO_COMMAND, command=line(turn.text.split(maxsplit=1)[0])))
        return self._strangers(turn, _why(turn))

    def _strangers(self, turn: Turn, why: str) -> Reply | None:
        """One line, once an hour, to who asks for something that is not for them; words that are no order get none."""
        if turn.person.untold():
            return Reply(text=why)
        ordered = turn.text.startswith("/") or "document" in turn.message
        return Reply(text=why) if ordered and is_news(turn.connection, turn.person.id, "start", turn.now) else None

    def _elsewhere(self, connection: Connection, message: Update, now: datetime) -> Reply | None:
        """Where everybody reads along, and anonymous administrators could be anyone, no order is taken."""
        text, chat = str(message.get("text") or ""), message["chat"]
        called = text.split(maxsplit=1)[0].partition("@")[2] if text.startswith("/") else ""
        mine = not called or called.lower() == self.rights.telegram.bot.username.lower()
        anonymous = (message.get("sender_chat") or {}).get("id") == chat["id"]
        if not (mine and anonymous and actions.by_command(text)) or not is_news(connection, chat["id"], "private", now):
            return None
        return Reply(text=right_words.PRIVATE[self.language])


def _moving(turn: Turn, said: Reply | None) -> None:
    """The card that somebody sees now is the one that moves; what takes a card's place ends that."""
    place = turn.message.get("message_id")
    if said is None or place is None or not (said.text and said.card):
        return
    cards.left(turn.connection, turn.person.id, place)
    if said.about is not None:
        now = turn.now
        cards.opened(turn.connection, Opened(turn.person.id, place, said.about, now, now, said.digest))


def _refused(turn: Turn, action: Action, of: int = 0, runs: int | None = None) -> str | None:
    """Why somebody may not do this; None where they may."""
    person, chat = turn.person, None
    if runs is not None and (refused := _elsewheres(turn, schedule.chat_of(turn.connection, runs))):
        return refused
    match action.about:
        case "anybody":
            return None
        case "publication":
            chat = schedule.chat_of(turn.connection, of)
        case "correction":
            publication = correcting.publication(turn.connection, of)
            chat = None if publication is None else schedule.chat_of(turn.connection, publication)
        case "inquiry":
            chat = inquiries.chat(turn.connection, of)
        case "draft":
            draft = drafts.one(turn.connection, of)
            if draft and draft.admin != person.id:
                return turn.say(right_words.NOT_THEIRS) if person.something else _why(turn)
            if draft and draft.chat_id is not None:
                chat = draft.chat_id, str(draft.chat_title or draft.chat)
    return _elsewheres(turn, chat)


def _elsewheres(turn: Turn, chat: tuple[int, str] | None) -> str | None:
    """Why somebody may not do this in a chat, or anything; None where they may."""
    allowed = turn.person.may(chat[0]) if chat else turn.person.something
    return None if allowed else _why(turn, chat)


def _why(turn: Turn, chat: tuple[int, str] | None = None) -> str:
    """That Telegram does not tell, that it is another chat's, or that it is nothing of theirs."""
    told: Text = right_words.STRANGER
    if turn.person.untold(chat[0] if chat else None):
        told = right_words.UNTOLD
    elif chat and turn.person.something:
        told = right_words.NOT_YOURS
    return turn.answer(told, chat=chat[1] if chat else "")
