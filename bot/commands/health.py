"""Is the bot alive, is the worker? Read without a trace: a check every few seconds must not touch what it looks at."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreError
from bot.store import location
from bot.store.heartbeat import FACT, Process

SILENCE = timedelta(minutes=1)  # longer than any of their pauses
BEGIN = {"bot": "pollbot run", "worker": "pollbot run, or pollbot worker beside a bot that runs with --no-worker"}


def silent(process: Process, said: str, now: datetime) -> str | None:
    """Why a process seems dead, by what it left last; None while it lives."""
    if not said:
        return f"no {process} has ever run on this database"
    ago = now - datetime.fromisoformat(said)
    # A moment to come was left before the clock was put back: who lives has written since.
    return (
        None if abs(ago) <= SILENCE else f"the {process} was last alive {_ago(ago)} ({said[:19].replace('T', ' ')} UTC)"
    )


def check(url: str, process: Process, now: datetime) -> None:
    """Raises `StoreError` unless the process has been alive within the last minute."""
    file = location.of(url)
    if not file.is_file():
        msg = f"no database at {file}, so no {process} runs on it"
        raise StoreError(msg)
    # Where there is no log, nobody has the file open: read as it lies, else SQLite would make a log to read it.
    how = "mode=ro" if Path(f"{file}-wal").exists() else "mode=ro&immutable=1"
    with location.explained(file), closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)) as connection:
        row = connection.execute("SELECT value FROM facts WHERE name = ?", (FACT[process],)).fetchone()
    if why := silent(process, row[0] if row else "", now):
        raise StoreError(why)


def _ago(ago: timedelta) -> str:
    seconds = round(ago.total_seconds())
    if seconds < 0:
        return f"{-seconds} s in the future"
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
