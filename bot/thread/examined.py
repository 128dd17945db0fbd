"""What was found in a file that an admin has sent, as the process that reads it tells the bot."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.thread.model import Thread
from languages.text import Text

# Why nothing was read: nothing is in it; an archive that is damaged, locked, too large, whose names lead elsewhere or
# stand twice, or that holds no thread or several.
Unread = Literal["empty", "damaged", "locked", "large", "names", "threads"]


class Finding(BaseModel):
    """A problem with its place, in each language, and what is shown of that line."""

    line: int
    column: int
    message: Text
    warning: bool
    source: str


class Examined(BaseModel):
    """The thread, unless something keeps it from being used, and its posts' pictures; all that is to be said of it."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    unread: Unread | None = None
    thread: Thread | None = None
    files: list[list[bytes]] = []
    findings: list[Finding] = []
