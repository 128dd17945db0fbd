"""
All that anybody can have the bot do, each thing once: by a button, by a command, by what is sent. `dispatch` takes what
comes apart by this list and asks who may; nothing else leads to an action.

`about` says whose affair one is: a `publication`, `correction`, `inquiry` or `draft` is named by the group `of` in a
button's data, and is for who may steer what goes to its chat, or whose draft it is, and a publication that the group
`runs` names besides; `admins` is for whoever may steer anything, and `anybody` for whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy import Connection

from bot.loops import words
from bot.loops.reply import Reply
from bot.loops.rights import Person
from bot.thread.model import Language
from experiments.measurement import Text

About = Literal["anybody", "admins", "publication", "correction", "inquiry", "draft"]
N = r"(\d{1,9})"  # a position, or seconds
OF = r"(?P<of>\d{1,9})"  # the id of whose affair it is


class Kept(NamedTuple):
    """What is kept of votes: the `key` that makes pseudonyms, and for how many days; None: for ever."""

    key: bytes
    days: int | None


@dataclass(frozen=True)
class Turn:
    """
    Somebody does something, at one moment, within one transaction. `message` is what they sent, or the one whose button
    was tapped. Admins are spoken to in `language`, others in that of their Telegram, as far as is known their `own`.
    """

    connection: Connection
    person: Person
    now: datetime
    language: Language
    own: Language
    message: Mapping[str, Any] = field(default_factory=dict)
    kept: Kept | None = None
    often: bool = True  # who has not said otherwise hears of each post

    @property
    def text(self) -> str:
        return str(self.message.get("text") or "")

    def say(self, text: Text, /, **fields: object) -> str:
        return words.say(text, self.language, **fields)

    def answer(self, text: Text, /, **fields: object) -> str:
        """The same to whoever it is."""
        return words.say(text, self.own, **fields)


Do = Callable[..., Reply | None]  # of a turn, and of what stands in a button's data


class Action(NamedTuple):
    """One thing that can be done: by a `button`'s data, a `command`'s word, or a message that it `takes`."""

    name: str
    about: About
    do: Do
    button: re.Pattern[str] | None = None
    command: str | None = None
    told: Text | None = None  # what a command does, in its menu and in /help
    takes: Callable[[Turn], bool] | None = None
    edited: bool = False  # a message that was written before, and is mended
    last: bool = False  # it takes what no other does
    first: bool = False  # whatever else might take it


ACTIONS: list[Action] = []
D = TypeVar("D", bound=Do)


def _added(action: Action) -> None:
    if any(action.name == one.name for one in ACTIONS):
        raise ValueError(f"{action.name!r} is the name of another action")
    ACTIONS.append(action)


def button(name: str, data: str, about: About) -> Callable[[D], D]:
    """Do this when a button with such `data` is tapped; its groups are what the function is given."""

    def added(do: D) -> D:
        _added(Action(name, about, do, button=re.compile(data)))
        return do

    return added


def command(*names: str, told: Text, about: About = "admins") -> Callable[[D], D]:
    """Do this when somebody writes one of these commands in private; the first is the one that is `told` of."""

    def added(do: D) -> D:
        for name in names:
            _added(Action(f"/{name}", about, do, command=name, told=told if name == names[0] else None))
        return do

    return added


def message(
    name: str, takes: Callable[[Turn], bool], *, edited: bool = False, last: bool = False, first: bool = False
) -> Callable[[D], D]:
    """
    Do this when a message that is no command comes in private.

    What is `last` takes what no other does, what is `first` whatever others might take.
    """

    def added(do: D) -> D:
        _added(Action(name, "admins", do, takes=takes, edited=edited, last=last, first=first))
        return do

    return added


def by_button(data: str) -> tuple[Action, re.Match[str]] | None:
    """What a button with such data does, and what stands in it."""
    for action in ACTIONS:
        if action.button and (found := action.button.fullmatch(data)):
            return action, found
    return None


def by_command(text: str) -> Action | None:
    """What a message does that begins with a command; the bot's name may follow that."""
    name = text.split(maxsplit=1)[0][1:].partition("@")[0] if text.startswith("/") else None
    return next((one for one in ACTIONS if name and one.command == name), None)


def by_message(*, edited: bool) -> Iterator[Action]:
    """What other messages may do, in the order in which they are looked at."""
    found = (one for one in ACTIONS if one.takes and one.edited == edited)
    return iter(sorted(found, key=lambda one: (one.last, not one.first)))


def menu(*, admin: bool) -> list[tuple[str, Text]]:
    """The commands that somebody may give, with what each does: those for admins first, /help last."""
    found = [one for one in ACTIONS if one.told and (admin or one.about == "anybody")]
    found.sort(key=lambda one: (one.command == "help", one.about == "anybody"))
    return [(one.command, one.told) for one in found if one.command and one.told]
