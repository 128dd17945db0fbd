"""
What admins order of publications: commands in words, and the buttons of a card.

Callback data: `t1|threads`, `t1|card|ID`, `t1|how|ID`, `t1|pause|ID`, `t1|resume|ID`, `t1|move|ID|SECONDS`; what cannot
be undone is asked once, by `t1|sure|ID|ACTION|POSITION`, before `t1|send|ID|POSITION`, `t1|skip|…`, `t1|close|…`,
`t1|cancel|ID`.
A button carries all that it means, and what it means is tried when it is tapped: a stale one says so.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.loops import actions, card, card_words, comparing_words, right_words, words
from bot.loops.actions import OF, N, Turn, button, command
from bot.loops.reply import Reply
from bot.store import correcting, menus, steering
from bot.store.states import Action
from bot.store.steering import Deed, Order
from bot.store.told import is_news
from bot.thread.model import Language
from bot.thread.moment import written

DAY_S = 86_400
DEEDS = 20  # that /log shows


@command("help", "start", told=card_words.TOLD_HELP, about="anybody")
def help_(turn: Turn) -> Reply | None:
    """What the asker may do; a stranger who presses Start again and again is answered once an hour."""
    if turn.person.something:
        menus.want(turn.connection, turn.person.id)
        return Reply(text=turn.say(card_words.HELP) + _menu(turn.language, admin=True))
    if turn.person.untold():
        return Reply(text=turn.answer(right_words.UNTOLD))
    news = is_news(turn.connection, turn.person.id, "start", turn.now)
    return Reply(text=f"{turn.answer(right_words.STRANGER)}\n{_menu(turn.own, admin=False)}") if news else None


def _menu(language: Language, *, admin: bool) -> str:
    return "\n".join(f"/{name} — {told[language]}" for name, told in actions.menu(admin=admin))


@command("threads", "status", told=card_words.TOLD_THREADS)
def threads(turn: Turn) -> Reply:
    return card.listed(turn.connection, turn.language, turn.person.among)


@button("threads", r"t1\|threads", "admins")
def threads_again(turn: Turn) -> Reply:
    return threads(turn).model_copy(update={"card": True})


@command("log", told=card_words.TOLD_LOG)
def log(turn: Turn) -> Reply:
    found = steering.deeds(turn.connection, limit=DEEDS, among=turn.person.among)
    return Reply(text=_log(found, turn.language))


@button("card", rf"t1\|card\|{OF}", "publication")
def card_(turn: Turn, publication: str) -> Reply:
    return _card(turn, int(publication))


@button("how", rf"t1\|how\|{OF}", "publication")
def how(turn: Turn, publication: str) -> Reply:
    """How to correct what stands: by the file that it was made of."""
    if correcting.chat(turn.connection, int(publication)) is None:
        return _card(turn, int(publication))
    title, _ = correcting.about(turn.connection, int(publication))
    back = turn.say(card_words.BUTTON["card"]), f"t1|card|{publication}"
    return Reply(text=turn.say(comparing_words.HOW, title=title), buttons=(back,), card=True, verbatim=(title,))


@button("sure", rf"t1\|sure\|{OF}\|(cancel|(?:skip|send|close)\|\d{{1,9}})", "publication")
def sure(turn: Turn, publication: str, about: str) -> Reply:
    return _sure(turn, int(publication), *about.split("|"))


def steer(turn: Turn, publication: str, number: str = "0", *, action: Action) -> Reply:
    """Do it, and show the card as it is then, or why it was not done."""
    position = int(number) if action in ("skip", "send", "close") else None
    days, rest = divmod(int(number), DAY_S) if action == "move" else (0, 0)
    order = Order(action, int(publication), position, timedelta(seconds=rest), days)
    done = steering.steer(turn.connection, order, turn.now, turn.person.id)
    said = card_words.REFUSED[done.refusal] if done.refusal else card_words.DONE[action]
    return _card(turn, order.publication, turn.say(said))


for verb in steering.DEEDS:
    whole = verb in ("pause", "resume", "cancel")
    button(verb, rf"t1\|{verb}\|{OF}" + ("" if whole else rf"\|{N}"), "publication")(partial(steer, action=verb))


def _card(turn: Turn, publication: int, notice: str = "") -> Reply:
    gone = turn.say(card_words.REFUSED["unknown"])
    return card.card(turn.connection, publication, turn.language, notice) or Reply(text=gone, card=True)


def _sure(turn: Turn, publication: int, action: str, *position: str) -> Reply:
    """A question before what cannot be undone."""
    text = turn.say(card_words.SURE[action], position="".join(position))
    yes, no = (turn.say(card_words.BUTTON[name]) for name in ("yes", "no"))
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
