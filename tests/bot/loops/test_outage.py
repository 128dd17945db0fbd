"""A database that cannot be written for a while: the clock says so, and goes on by itself."""

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, closing

import pytest
from sqlalchemy import event

from tests.factory import text
from tests.patience import PATIENCE_S, until
from tests.refusing import refusing


@asynccontextmanager
async def running(stage):
    """The clock in its own loop, as the bot runs it."""
    stage.monotonic = time.monotonic
    stage.restart()
    stop = asyncio.Event()
    task = asyncio.create_task(stage.clock.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_S)


@pytest.fixture
def impatient(database):
    """A busy database is given up after 50 ms instead of 5 s."""
    event.listen(database, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=50"))
    database.dispose()


def texts(stage):
    return [message.get("text") for message in stage.messages()]


async def test_a_database_locked_by_another_program_delays_a_post_and_does_not_double_it(stage, impatient, capsys):
    await stage.publish(text("one"))
    with closing(sqlite3.connect(stage.database.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with running(stage):
            await until(lambda: "database is locked" in capsys.readouterr().out)
            locked = texts(stage)
            other.rollback()
            await until(lambda: stage.status().state == "done")

    assert (locked, texts(stage)) == ([], ["one"])


async def test_a_database_that_became_read_only_stops_sending_until_it_is_writable(stage, capsys):
    await stage.publish(text("one"))
    async with running(stage):
        with refusing(stage.database):
            await until(lambda: "attempt to write a readonly database" in capsys.readouterr().out)
            held = texts(stage)
        await until(lambda: stage.status().state == "done")

    assert (held, texts(stage)) == ([], ["one"])


async def test_a_stopping_bot_finishes_the_message_it_is_sending(stage):
    await stage.publish(text("one"), text("two"))
    stage.fault("sendMessage", "delay", seconds=0.5)
    async with running(stage):
        await until(lambda: stage.unanswered("sendMessage"))

    assert [post.state for post in stage.status().posts] == ["sent", "planned"]
