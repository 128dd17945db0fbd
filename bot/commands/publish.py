"""From a thread file to a stored publication: read it, ask Telegram about the chat, keep every picture it needs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SettingsError
from bot.store import schedule
from bot.store.address import Chat
from bot.store.store import Database
from bot.thread import formula
from bot.thread.model import Formula, Post, Thread
from bot.thread.moment import duration, moment


def store_thread(database: Database, thread: Thread, folder: Path, chat: Chat, start: datetime, now: datetime) -> int:
    """Store a publication; formulas are drawn and images read now, so nothing can be missing later. Returns its id."""
    return schedule.schedule(
        database, thread, chat, start=start, now=now, files=[files(post, folder) for post in thread.posts]
    )


def files(post: Post, folder: Path) -> list[bytes]:
    """A post's pictures: formulas drawn, images read."""
    return [
        formula.draw(picture.latex) if isinstance(picture, Formula) else (folder / picture.path).read_bytes()
        for picture in post.pictures
    ]


def start_time(words: str | None, thread: Thread, now: datetime) -> datetime:
    """
    When a publication starts: `now`, `+90m`, or a time with its zone; without words, the thread's own start.

    Raises `SettingsError` for anything else, for a time that has passed and for one that no clock will show.
    """
    if words == "now":
        return now
    start = thread.start if words is None else _parse(words, now)
    if start is None:
        msg = "no start: give --start (now, +2h or '2026-12-01 19:00 Europe/Moscow') or write start: in the thread"
        raise SettingsError(msg)
    if start < now:
        msg = f"start {start.astimezone(UTC):%Y-%m-%d %H:%M} UTC has passed; it is {now:%Y-%m-%d %H:%M} UTC now"
        raise SettingsError(msg)
    return start


def _parse(words: str, now: datetime) -> datetime:
    try:
        return now + duration(words[1:]) if words.startswith("+") else moment(words)
    except ValueError as error:
        msg = f"--start {error}; now and +2h will do as well"
        raise SettingsError(msg) from None
