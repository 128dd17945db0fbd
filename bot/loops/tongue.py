"""
In which language somebody is spoken to: the one that they chose by `/language`, else what their Telegram or
POLLBOT_LANGUAGE says. A thread's readers are spoken to in the thread's.

Callback data: `l1|LANGUAGE`, or `l1|` for no choice.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.loops import actions, tongue_words
from bot.loops.actions import Kept, Turn
from bot.loops.reply import Reply
from bot.store import tongues
from languages import cldr
from languages.catalogue import Language, languages


def chosen(connection: Connection, person: int, kept: Kept | None) -> Language | None:
    """What they chose; None where they did not, or nobody can tell yet who that is."""
    return tongues.chosen(connection, person, kept.key) if kept else None


@actions.command("language", told=tongue_words.TOLD, about="anybody")
def which(turn: Turn) -> Reply:
    own = [(cldr.called(language), f"l1|{language}") for language in languages()]
    return Reply(text=turn.answer(tongue_words.WHICH), buttons=(*own, (turn.answer(tongue_words.AS_TELEGRAM), "l1|")))


@actions.button("language", r"l1\|([a-z]{2,3}(?:_[A-Za-z]{2,8})*|)", "anybody")
def choose(turn: Turn, language: str) -> Reply | None:
    if turn.kept is None or (language and language not in languages()):
        return None
    if not language:
        tongues.forget(turn.connection, turn.person.id, turn.kept.key)
        return Reply(text=turn.answer(tongue_words.WHICH), notice="👌", card=True)
    tongues.choose(turn.connection, turn.person.id, turn.kept.key, language)
    return Reply(text=tongue_words.CHOSEN[language], card=True)
