import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import health
from bot.errors import StoreError
from bot.store import heartbeat, store
from bot.worker import worker
from tests.conftest import NOON
from tests.patience import eventually


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(seconds=60), None),
        (timedelta(seconds=61), "61 s ago"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(seconds=-30), None),
        (timedelta(hours=-1), "3600 s in the future"),
    ],
)
def test_what_is_silent_for_a_minute_seems_dead_whatever_the_clock_did(ago, told):
    said = health.silent("bot", NOON.isoformat(), NOON + ago)

    assert said == (told and f"the bot was last alive {told} (2026-12-01 12:00:00 UTC)")


def test_a_bot_without_a_worker_and_a_worker_without_a_bot_are_told_apart(database, url):
    heartbeat.beat(database, "bot", NOON)
    health.check(url, "bot", NOON)
    with pytest.raises(StoreError, match="no worker has ever run on this database"):
        health.check(url, "worker", NOON)


def test_a_worker_says_again_and_again_that_it_lives_and_is_dead_a_minute_after_it_was_killed(database, url):
    environment = os.environ | {"POLLBOT_DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-m", "bot.worker"], env=environment)
    first = _next_beat(database, process, "")
    assert _next_beat(database, process, first) > first
    process.send_signal(signal.SIGKILL)
    process.wait()

    health.check(url, "worker", datetime.now(UTC))
    with pytest.raises(StoreError, match="the worker was last alive"):
        health.check(url, "worker", datetime.now(UTC) + timedelta(minutes=1, seconds=1))


def _next_beat(database, process: subprocess.Popen[bytes], last: str) -> str:
    def later() -> str | None:
        assert process.poll() is None, "the worker ended"
        with store.reading(database) as connection:
            beat = store.fact(connection, "beat")
        return beat if beat != last else None

    return eventually(later)


def test_a_worker_outlives_a_database_that_takes_nothing(database, url):
    with store.opened(url) as locked_out:
        with store.reading(locked_out) as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
        with database.begin() as writing:
            worker.beat(locked_out)

            assert store.fact(writing, "beat") == ""


def test_who_looks_for_a_heartbeat_loads_no_sqlalchemy():
    program = "import sys, bot.commands.health; print('sqlalchemy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"
