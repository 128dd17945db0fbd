"""
What anybody may ask the bot in private about their own votes: `/privacy`, and `/forget`, which asks once.

Callback data: `p1|forget`. Whose votes are erased is who taps, whoever was shown the button.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.loops import voter_words, words
from bot.loops.admin import Admins
from bot.loops.reply import Reply
from bot.store import keeping
from bot.thread.model import Language

FORGET = "p1|forget"


@dataclass
class Voters:
    """Hears what comes before the admins do; `key` makes pseudonyms, `keep_days` is how long votes are kept."""

    admins: Admins
    key: bytes
    keep_days: int | None

    def carry_out(self, connection: Connection, update: dict[str, Any]) -> str | None:
        """What a subscriber asks is carried out, whatever else comes is for the admins; returns what is to be said."""
        query, message = update.get("callback_query"), update.get("message")
        own: Reply | None = None
        if query and query.get("data") == FORGET:
            own = self._forgotten(keeping.forget(connection, query["from"]["id"], self.key), self._spoken(query))
        elif message and message["chat"].get("type") == "private":
            own = self._asked(message.get("text") or "", self._spoken(message))
        return own.stored() if own else self.admins.carry_out(connection, update)

    async def reply(self, update: dict[str, Any], words: str) -> None:
        """Say it; what was erased is then no more in the file."""
        if update.get("callback_query", {}).get("data") == FORGET:
            await asyncio.to_thread(keeping.sweep, self.admins.database)
        await self.admins.reply(update, words)

    def _asked(self, text: str, language: Language) -> Reply | None:
        match text.split(maxsplit=1)[0].partition("@")[0] if text.startswith("/") else "":
            case "/privacy":
                kept = voter_words.FOR_EVER if self.keep_days is None else voter_words.FOR_DAYS
                term = words.say(kept, language, days=self.keep_days)
                return Reply(text=words.say(voter_words.PRIVACY, language, term=term))
            case "/forget":
                button = words.say(voter_words.ERASE, language), FORGET
                return Reply(text=words.say(voter_words.SURE, language), buttons=(button,))
        return None

    def _forgotten(self, polls: int, language: Language) -> Reply:
        said = voter_words.ERASED if polls else voter_words.NOTHING
        return Reply(text=words.say(said, language, polls=polls), card=True)

    def _spoken(self, told: dict[str, Any]) -> Language:
        """An admin is spoken to as POLLBOT_LANGUAGE says, anybody else in their own language where it is known."""
        person = told.get("from") or {}
        code = str(person.get("language_code") or self.admins.language)
        if person.get("id") in self.admins.ids:
            return self.admins.language
        return "ru" if code.startswith("ru") else "en"
