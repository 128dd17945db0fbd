"""From a thread file to a stored publication: read it, ask Telegram about the chat, keep every picture it needs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine

from bot import formula, schedule
from bot.errors import SettingsError
from bot.schedule import Chat
from bot.thread import Formula, Post, Thread

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def store_thread(engine: Engine, thread: Thread, folder: Path, chat: Chat, start: datetime, now: datetime) -> int:
    """Store a publication; formulas are drawn and images read now, so nothing can be missing later. Returns its id."""
    return schedule.schedule(engine, thread, chat, start, now, [files(post, folder) for post in thread.posts])


def files(post: Post, folder: Path) -> list[bytes]:
    """A post's pictures: formulas drawn, images read."""
    return [
        formula.draw(picture.latex) if isinstance(picture, Formula) else (folder / picture.path).read_bytes()
        for picture in post.pictures
    ]


def start_time(words: str | None, thread: Thread, now: datetime) -> datetime:
    """
    When a publication starts: `now`, `+90m`, an ISO time with offset, or a local time with its zone.

    Raises `SettingsError` for anything else, for a time that has passed and for one that no clock will show.
    """
    if words is None:
        if thread.start is None:
            msg = "no start: give --start (now, +2h or '2026-12-01 19:00 Europe/Moscow') or write start: in the thread"
            raise SettingsError(msg)
        start = thread.start
    elif words == "now":
        return now
    elif match := re.fullmatch(r"\+(\d+)([smhd])", words):
        return now + timedelta(seconds=int(match[1]) * UNITS[match[2]])
    else:
        start = _parse(words)
    if start < now:
        msg = f"start {start:%Y-%m-%d %H:%M} UTC has passed; it is {now:%Y-%m-%d %H:%M} UTC now"
        raise SettingsError(msg)
    return start


def _parse(words: str) -> datetime:
    date, _, zone = words.strip().rpartition(" ")
    try:
        if "/" in zone or zone == "UTC":
            local = datetime.fromisoformat(date).replace(tzinfo=ZoneInfo(zone))
            start = local.astimezone(UTC)
            if start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
                msg = f"start {words!r}: clocks in {zone} skip that hour"
                raise SettingsError(msg)
            return start
        parsed = datetime.fromisoformat(words)
    except (ValueError, ZoneInfoNotFoundError):
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        msg = f"start {words!r} is no time: write now, +2h, 2026-12-01T19:00+03:00 or '2026-12-01 19:00 Europe/Moscow'"
        raise SettingsError(msg)
    return parsed.astimezone(UTC)
