"""
Everything this project raises on purpose:

* PollbotError
  x SettingsError        a setting is missing or wrong
  x ThreadError          a thread file has problems; holds all of them with their places
  x PictureError         a picture of a thread is not there, or Telegram would not show it
  x ImportFileError      a file of questions cannot be read, or its draft not written
  x ChatError            the chat does not exist, or the bot may not post there
  x TokenError           Telegram does not accept the token
  x StoreError           the database cannot be used as it is
    x UnreadableError    a stored post was written by another version, and this one cannot read it
  x OutputError          standard output is closed, or what it leads to takes nothing
  x ExperimentError      an experiment is unknown, crashed, or ran out of time or memory
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.plain import one_line


class PollbotError(Exception):
    """Base of every error raised on purpose; anything else is a bug."""


class SettingsError(PollbotError):
    """A setting is missing or wrong. The message names it, its value and what is allowed."""


class PictureError(PollbotError):
    """A picture of a thread is not there, or Telegram would not show it; a `ThreadError` then says in which line."""


class ImportFileError(PollbotError):
    """A file of questions cannot be read, nobody knows its format, or the draft cannot be written."""


class ChatError(PollbotError):
    """The chat does not exist, or the bot may not post there."""


class TokenError(PollbotError):
    """Telegram does not accept the token."""


class StoreError(PollbotError):
    """The database cannot be used as it is: wrong version, read-only, busy or full."""


class UnreadableError(StoreError):
    """A stored post was written by another version, and this one cannot read it: it is held, and others go on."""


class OutputError(PollbotError):
    """Standard output is closed or takes nothing. What a command did before stands."""


class ExperimentError(PollbotError):
    """An experiment gave no result; its poll is then revealed without a measurement."""


@dataclass(frozen=True, order=True)
class Problem:
    """
    One thing that the author has to mend, or (a warning) should have a look at; `line` and `column` count from 1.

    With a warning, a thread can be used nevertheless.
    """

    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"


class ThreadError(PollbotError):
    """A thread file cannot be used; `problems` holds everything that is wrong with it, and its warnings, in order."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems))
        place = one_line(name)
        super().__init__("\n".join(f"{place}:{p.line}:{p.column}: {p.severity}: {p.message}" for p in self.problems))
