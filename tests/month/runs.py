"""A month from its beginning to what came of it: a database, an emulator, the bot's loops, and a clock."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.telegram.api import Telegram
from bot.telegram.wire import Wire
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests import made
from tests.bot.conftest import TOKEN, Stage
from tests.month import verdict
from tests.month.calendar import Month, month
from tests.month.play import Played, Player, revealed

START = datetime(2026, 10, 12, 5, 0, tzinfo=UTC)  # a Monday: clocks change on the 25th, and on the 1st of November


async def run(days: int, threads: int, seed: int, start: datetime = START) -> tuple[Month, Played, list[str]]:
    """Returns what was to happen, what was told, and all in which plan, posts and audit differ."""
    planned = month(start, days, threads, seed)
    with tempfile.TemporaryDirectory() as folder, serve_in_thread(create_app((TOKEN,))) as url:
        database = made.fresh(f"sqlite:///{Path(folder) / 'month.db'}")
        try:
            with closing(httpx.Client(base_url=f"{url}/sim", verify=False)) as sim:
                for kind, name in (("channel", "channel"), ("supergroup", "group")):
                    sim.post("/chats", json={"type": kind, "title": name, "username": name}).raise_for_status()
                async with Telegram(TOKEN, url) as telegram, Wire(TOKEN, url) as wire:
                    stage = Stage(database, telegram, wire, sim, now=start)
                    played = await _played(stage, planned, seed)
                    found = list(verdict.complaints(played, planned.threads))
                    if not revealed(stage):
                        found.append("not every poll is revealed")
        finally:
            database.dispose()
    return planned, played, found


async def _played(stage: Stage, planned: Month, seed: int) -> Played:
    stage.post("/clock", {"fixed": stage.now.timestamp()})
    admins = stage.users(2)
    for admin in admins:
        stage.post("/chats", {"type": "private", "user": admin})
    stage.admins = tuple(admins)
    stage.restart()
    return await Player(stage, planned, seed).play()
