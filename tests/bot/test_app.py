"""The bot as a whole, in this process: what its settings reach."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event

from bot import app
from bot.settings import Settings
from tests import made
from tests.bot.conftest import TOKEN
from tests.bot.loops.test_intake import until


@pytest.fixture
def levels():
    """How each commit from here on waits for the disk: 1 is NORMAL, 2 is FULL."""
    seen = []

    def look(connection):
        seen.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())

    event.listen(Engine, "commit", look)
    yield seen
    event.remove(Engine, "commit", look)


@pytest.mark.parametrize(("wanted", "level"), [("NORMAL", 1), ("FULL", 2)])
async def test_every_commit_of_a_running_bot_waits_for_the_disk_at_least_as_it_was_told(
    api, sim, url, levels, wanted, level
):
    """What no power cut may take back waits for the disk in any case: an intent, or what comes and is no vote."""
    made.fresh(url).dispose()  # or else the migrations' own commits would be seen as well
    levels.clear()
    settings = Settings(token=TOKEN, api_url=api, database_url=url, synchronous=wanted)
    running = asyncio.create_task(app.run(settings, lambda: datetime.now(UTC), worker=False))
    await until(lambda: running.done() or sim.get("/calls?method=getUpdates").json()["calls"])
    assert not running.done()  # else nobody would catch the signal
    os.kill(os.getpid(), signal.SIGTERM)
    await running

    assert levels.count(level) > 3
    assert min(levels) == level
