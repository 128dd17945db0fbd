"""
Many chats at once: a text is due in each of them while people vote, after so many messages were sent before.

By hand: python -m tests.bench.crowd [CHATS] [OLD]
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, update
from sqlalchemy import text as sql

from bot.store import store
from bot.store.address import Chat
from bot.store.store import Database
from bot.store.tables import posts
from tests.bench import canned
from tests.bench.reveals import start
from tests.bench.runs import Telegram
from tests.factory import HOUR, asked, poll, publish, send, text

RATE = 75  # votes a second meanwhile
READY_S = 6.0  # for the bot to come up before anything is due
LIMIT_S = 240.0
OLD = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
    INSERT INTO messages (post_id, purpose, part, chat_id, digest, state, message_ids, tried, sent)
    SELECT :post, 'post', 1000 + n, -5000000 - n % 1000, 'digest', 'sent', '[' || n || ']', :now, :now FROM number"""


@dataclass(frozen=True)
class Crowd:
    """`cpu_s` is of the bot, from when all is due; `latencies` from a vote's arrival to its acknowledgement, in ms."""

    chats: int
    old: int
    took_s: float
    cpu_s: float
    latencies: list[float]

    def percentile(self, percent: int) -> float:
        return quantiles(self.latencies, n=100)[percent - 1]

    def told(self) -> str:
        votes = f"votes p50 {median(self.latencies):.0f} ms, p99 {self.percentile(99):.0f} ms"
        what = f"{self.chats} chats, {self.old:,} old messages"
        return f"{what}: sent in {self.took_s:.1f} s, CPU {self.cpu_s:.1f} s, {votes}"


def crowd(chats: int, old: int) -> Crowd:
    """One life of the bot in which a text is due in each chat at the same second."""
    with TemporaryDirectory() as folder, Telegram(int(RATE * LIMIT_S), 0.0, RATE) as telegram:
        url, log = f"sqlite:///{folder}/crowd.db", Path(folder) / "bot.log"
        database = store.create(url)
        _prepare(database, chats, old)
        with log.open("w") as out:
            bot = start(url, telegram.url, out, "--no-worker")
        try:
            due = _plan(database)
            time.sleep(max(0.0, due.timestamp() - time.time() - 0.1))
            before = _cpu_s(bot.pid)
            _wait(database, bot, log)
            cpu = _cpu_s(bot.pid) - before
        finally:
            bot.terminate()
            bot.wait()
            database.dispose()
        seen = telegram.end()
    sent = [at for at in seen["sent"] if at >= due.timestamp() - 1]
    latencies = list(_latencies(seen["acks"], seen["began"], max(sent) - due.timestamp() + READY_S))
    return Crowd(chats, old, max(sent) - due.timestamp(), cpu, latencies)


def _prepare(database: Database, chats: int, old: int) -> None:
    """Polls that are voted in, `old` messages of the past, and a text for every chat."""
    now = datetime.now(UTC)
    for number in range(canned.POLLS):
        publish(database, now, asked(poll().model_copy(update={"open": 9 * HOUR})))
        send(database, now, 10 + number, telegram_id=canned.poll_id(number))
    remember(database, old)
    for number in range(chats):
        chat = Chat(f"@c{number}", -10_000_000 - number, "channel")
        publish(database, now + 90 * HOUR, text("**A text** with `code`."), chat=chat)


def _plan(database: Database) -> datetime:
    """Everything is due at once, when the bot has come up."""
    due = datetime.now(UTC) + timedelta(seconds=READY_S)
    with database.begin() as connection:
        connection.execute(update(posts).where(posts.c.due < due + 800 * HOUR).values(due=due))
    return due


def remember(database: Database, old: int) -> None:
    """So many messages that were sent in the past."""
    if old:
        publication = publish(database, datetime.now(UTC) + 900 * HOUR, text("old"))
        with database.begin() as connection:
            post = connection.execute(
                sql("SELECT id FROM posts WHERE publication_id = :p"), {"p": publication}
            ).scalar()
            connection.execute(sql(OLD), {"count": old, "post": post, "now": "2026-01-01 00:00:00.000000"})


def _wait(database: Database, bot: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + LIMIT_S
    left = select(func.count()).select_from(posts).where(posts.c.state != "sent")
    while True:
        time.sleep(0.5)
        with store.reading(database) as connection:
            if connection.execute(left).scalar() <= 1:  # what the old messages hang on
                return
        if bot.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the bot has not come to its end; its log:\n{log.read_text()[-2000:]}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _latencies(acks: list[tuple[float, int]], began: float, seconds: float):
    """Of each vote that arrived in the first so many seconds."""
    before = 0
    for when, acked in acks:
        for index in range(before, acked):
            arrived = (index + 1) / RATE
            if arrived <= seconds:
                yield (when - began - arrived) * 1000
        before = acked


if __name__ == "__main__":
    print(crowd(*map(int, sys.argv[1:3] or ("1000", "0"))).told())
