"""What a file of questions holds, whatever its format; texts are Markdown of ours by now."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.thread.model import Language, Markdown
from bot.thread.reader.options import MOST as MOST_OPTIONS

T = TypeVar("T")

LONGEST = 4_096  # characters of one text of a question, as many as Telegram shows in a message


class UnfitError(Exception):
    """A question cannot be taken; says why."""


@dataclass(frozen=True)
class Choice:
    text: Markdown
    correct: bool = False
    feedback: Markdown = ""


@dataclass(frozen=True)
class Question:
    """
    `text` is everything above the options: its last paragraph is what is asked.

    `line` is where it begins in its file, `name` what it is called there, `notes` what the author should know of it.
    """

    line: int
    text: Markdown
    choices: tuple[Choice, ...]
    explanation: Markdown = ""
    name: str = ""
    multiple: bool = False
    shares: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """Text between questions: a post of its own."""

    line: int
    text: Markdown


@dataclass(frozen=True)
class Refused:
    """A question that cannot be published; `about` is how it begins."""

    line: int
    about: str
    why: str


@dataclass(frozen=True)
class Told:
    """What is no question and becomes no post: a category, columns, lines between questions."""

    line: int
    what: str


Item = Question | Passage | Refused | Told

TRUE_FALSE: dict[Language, tuple[str, str]] = {"ru": ("Верно", "Неверно"), "en": ("True", "False")}


class Lines:
    """Which line of a text an offset lies in, counted from `first`."""

    def __init__(self, text: str, first: int = 1) -> None:
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._first = first

    def at(self, offset: int) -> int:
        return self._first + bisect_right(self._ends, offset - 1)


def bounded(text: str) -> str:
    """Raises `UnfitError` for a text that no message could hold, before anybody works on it."""
    if len(text) > LONGEST:
        raise UnfitError(f"a text of it has {len(text)} characters: at most {LONGEST} can be taken, shorten it")
    return text


def attempt(line: int, about: str, make: Callable[[], Question]) -> Question | Refused:
    """The question, or why it cannot be taken."""
    try:
        return make()
    except UnfitError as error:
        return Refused(line, beginning(about), str(error))


def few(options: Sequence[T]) -> Sequence[T]:
    """Raises `UnfitError` where no poll holds as many, before anybody works on them."""
    if len(options) > MOST_OPTIONS:
        raise UnfitError(f"it has {len(options)} options: Telegram allows 2 to {MOST_OPTIONS}, take some away")
    return options


def beginning(text: str) -> str:
    """How a question begins, for a line of the report."""
    words = " ".join(text[:200].split())
    return words if len(words) <= 60 else words[:59].rstrip() + "…"
