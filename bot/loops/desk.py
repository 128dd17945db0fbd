"""
What admins do from their private chats: commands in words, and the buttons of a card.

Callback data: `t1|threads`, `t1|card|ID`, `t1|how|ID`, `t1|pause|ID`, `t1|resume|ID`, `t1|move|ID|SECONDS`; what cannot
be undone is asked once, by `t1|sure|ID|ACTION|POSITION`, before `t1|send|ID|POSITION`, `t1|skip|…`, `t1|close|…`,
`t1|cancel|ID`.
A button carries all that it means, and what it means is tried when it is tapped: a stale one says so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.loops import card, card_words, comparing_words, words
from bot.loops.reply import Reply
from bot.store import correcting, steering
from bot.store.steering import Deed, Order
from bot.thread.model import Language
from bot.thread.moment import written

N = r"(\d{1,9})"
BUTTONS = re.compile(
    rf"t1\|(?:(threads)|(card|how|pause|resume|cancel)\|{N}|(move)\|{N}\|{N}|(skip|send|close)\|{N}\|{N}"
    rf"|(sure)\|{N}\|(cancel|(?:skip|send|close)\|\d{{1,9}}))"
)
DEEDS = 20  # that /log shows


def command(connection: Connection, text: str, language: Language) -> Reply | None:
    """What is said to an admin who writes a command; None where it is none."""
    match text.split(maxsplit=1)[0].partition("@")[0] if text.startswith("/") else "":
        case "/start" | "/help":
            return Reply(text=words.say(card_words.HELP, language))
        case "/threads" | "/status" | "/plan":
            return card.listed(connection, language)
        case "/log":
            return Reply(text=_log(steering.deeds(connection, limit=DEEDS), language))
    return None


def tap(connection: Connection, data: str, admin: int, now: datetime, language: Language) -> Reply | None:
    """Do what a button of a card says; None where no button of ours has such data."""
    match = BUTTONS.fullmatch(data)
    match [part for part in match.groups() if part] if match else []:
        case ["threads"]:
            return card.listed(connection, language, card=True)
        case ["card", publication]:
            return _card(connection, int(publication), language)
        case ["how", publication]:
            return _how(connection, int(publication), language)
        case ["sure", publication, about]:
            return _sure(int(publication), *about.split("|"), language=language)
        case ["pause" | "resume" | "cancel" as action, publication]:
            order = Order(action, int(publication))
        case ["move", publication, seconds]:
            order = Order("move", int(publication), by=timedelta(seconds=int(seconds)))
        case ["skip" | "send" | "close" as action, publication, position]:
            order = Order(action, int(publication), int(position))
        case _:
            return None
    done = steering.steer(connection, order, now, admin)
    said = card_words.REFUSED[done.refusal] if done.refusal else card_words.DONE[order.action]
    return _card(connection, order.publication, language, words.say(said, language))


def _card(connection: Connection, publication: int, language: Language, notice: str = "") -> Reply:
    gone = words.say(card_words.REFUSED["unknown"], language)
    return card.card(connection, publication, language, notice) or Reply(text=gone, card=True)


def _how(connection: Connection, publication: int, language: Language) -> Reply:
    """How to correct what stands: by the file that it was made of."""
    if correcting.chat(connection, publication) is None:
        return _card(connection, publication, language)
    title, _ = correcting.about(connection, publication)
    back = words.say(card_words.BUTTON["card"], language), f"t1|card|{publication}"
    text = words.say(comparing_words.HOW, language, title=title)
    return Reply(text=text, buttons=(back,), card=True, verbatim=(title,))


def _sure(publication: int, action: str, *position: str, language: Language) -> Reply:
    """A question before what cannot be undone."""
    text = words.say(card_words.SURE[action], language, position="".join(position))
    yes, no = (words.say(card_words.BUTTON[name], language) for name in ("yes", "no"))
    order = "|".join(("t1", action, str(publication), *position))
    return Reply(text=text, buttons=((yes, order), (no, f"t1|card|{publication}")), card=True)


def _log(deeds: list[Deed], language: Language) -> str:
    return "\n".join(_line(deed, language) for deed in reversed(deeds)) or words.say(card_words.NO_DEEDS, language)


def _line(deed: Deed, language: Language) -> str:
    by = f"{'-' if deed.by and deed.by < timedelta(0) else '+'}{written(abs(deed.by or timedelta(0)))}"
    what = words.say(card_words.DID[deed.action], language, by=by)
    post = words.say(card_words.POST, language, position=deed.position) if deed.position is not None else ""
    who = deed.admin or card_words.SHELL
    return words.say(card_words.DEED, language, at=deed.at, who=who, what=what, publication=deed.publication, post=post)
