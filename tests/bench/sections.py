"""What is measured: a function for each section. The two ways take turns, so that both see the same disk."""

import asyncio
import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.loops.admin import Admins
from bot.loops.backlog import Backlog
from bot.loops.clock import Clock
from bot.loops.intake import Intake
from bot.loops.pace import Pace
from bot.store import schedule, store, votes
from bot.telegram.api import Telegram as Sender
from bot.telegram.limits import Limits
from bot.telegram.wire import Wire
from tests.bench import canned, crowd, runs
from tests.bench.reveals import Reveal, closing
from tests.bench.reveals import parts as drawing
from tests.bench.runs import WAYS, Outcome
from tests.conftest import NOON
from tests.factory import GROUP, text, thread

NORMAL, FULL = "NORMAL", "FULL"
Runs = dict[tuple, list[Outcome]]


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    rounds: int
    burst: dict[float, int]  # RTT in s -> votes
    usual: int  # votes of the usual way, which takes a hundred times as long
    live_s: float
    calls: int  # by webhook
    backlog: int
    million: int
    posts: int
    polls: int  # that close in one life of the bot
    chats: int  # with a text due at the same second
    old: int  # messages that were sent before
    apart_s: float = 2.3


WHOLE = Size(
    3, {0.0: 60_000, 0.02: 12_000, 0.05: 5_000}, 1_200, 5.0, 25_000, 100_000, 1_000_000, 10_000, 15, 1_000, 350_000
)
QUICK = Size(1, {0.0: 20_000, 0.02: 5_000, 0.05: 2_000}, 500, 2.0, 8_000, 20_000, 100_000, 1_000, 6, 60, 10_000)


def rounds(count: int, cases: list[tuple], run: Callable[..., Outcome]) -> tuple[Runs, dict[tuple, list[float]]]:
    """Every case in every round, the order turned round each time; with what fdatasync took just before."""
    found: Runs = defaultdict(list)
    disk: dict[tuple, list[float]] = defaultdict(list)
    for number in range(count):
        for case in cases if number % 2 else reversed(cases):
            disk[case].append(runs.fdatasync_ms())
            found[case].append(run(*case))
            print(f"  round {number + 1}: {case}: {found[case][-1].rate:,.0f} votes/s", flush=True)
    return found, disk


def burst(size: Size):
    """All votes wait already: votes a second until committed."""

    def run(rtt: float, synchronous: str, way: str) -> Outcome:
        count = size.burst[rtt] if way == "pollbot" else size.usual
        return runs.polling(way, votes=count, limit_s=30, rtt=rtt, synchronous=synchronous)

    return rounds(size.rounds, [(rtt, s, way) for rtt in size.burst for s in (NORMAL, FULL) for way in WAYS], run)


def live(size: Size):
    """Votes come one by one, 20 ms away: how long from arrival at Telegram to commit."""

    def run(rate: int, synchronous: str, way: str) -> Outcome:
        count = int(rate * size.live_s)
        return runs.polling(way, votes=count, limit_s=30, rtt=0.02, rate=rate, synchronous=synchronous)

    cases = [(100, NORMAL, "pollbot"), (100, NORMAL, "usual"), (1000, NORMAL, "pollbot"), (1000, FULL, "pollbot")]
    return rounds(min(size.rounds, 3), cases, run)


def hooked(size: Size):
    """By webhook, over many polls."""

    def run(connections: int, synchronous: str, way: str) -> Outcome:
        count = size.calls if way == "pollbot" else size.usual
        return runs.calling(way, connections, polls=100, votes=count, synchronous=synchronous)

    return rounds(min(size.rounds, 3), [(n, s, way) for n in (40, 100) for s in (NORMAL, FULL) for way in WAYS], run)


def backlog(size: Size) -> dict[str, Outcome]:
    """Memory while so many updates wait; the usual way takes them all in, and is stopped when it has."""
    limits = {"pollbot": 60.0, "usual": 20.0}
    return {way: runs.polling(way, votes=size.backlog, limit_s=limits[way]) for way in WAYS}


def million(size: Size) -> dict[str, float]:
    """A big table: bytes a vote, reading a tally, and how fast the next votes are stored."""
    with TemporaryDirectory() as folder:
        url = runs.fresh("pollbot", Path(folder))
        database = store.create(url)
        took = [_record(database, start) for start in range(0, size.million, 100)]
        reads = [_read(database) for _ in range(500)]
        database.dispose()
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            pages = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"
            table, log = (connection.execute(pages, (name,)).fetchone()[0] for name in ("votes", "history"))
    last = took[-len(took) // 20 :]
    return {
        "votes": size.million,
        "bytes a vote in votes": table / size.million,
        "bytes an update in history": log / size.million,
        "tally read, median, ms": median(reads),
        "tally read, slowest of 500, ms": max(reads),
        "us a vote, at the end": median(last) * 10,
    }


def _record(database, start: int) -> float:
    """Stores 100 votes; in ms."""
    updates = json.loads(b"[%s]" % b",".join(canned.vote(i) for i in range(start, start + 100)))
    began = time.perf_counter()
    votes.record(database, updates, b"key", NOON)
    return (time.perf_counter() - began) * 1000


def _read(database) -> float:
    began = time.perf_counter()
    with store.reading(database) as connection:
        votes.counts(connection, 1, 3)
    return (time.perf_counter() - began) * 1000


def crowded(size: Size) -> list[crowd.Crowd]:
    """A text due in so many chats at the same second, while people vote: without a past, and with one."""
    return [crowd.crowd(size.chats, old) for _ in range(size.rounds) for old in (0, size.old)]


def ticking(size: Size) -> float:
    """A tick of the clock with so many posts planned, as many messages sent before, and none due; median in ms."""
    with TemporaryDirectory() as folder:
        database = store.create(f"sqlite:///{folder}/clock.db")
        for _ in range(size.posts // 100):
            posts = [text(f"post {i}") for i in range(100)]
            schedule.schedule(
                database, thread(*posts), GROUP, start=NOON + timedelta(days=1), now=NOON, files=[[] for _ in posts]
            )
        crowd.remember(database, size.million)
        sender = Sender("4242:bench", "http://127.0.0.1:9")
        admins = Admins(database, sender, (), "en", lambda: NOON, time.monotonic)
        pace = Pace(Limits(20, 30), time.monotonic)
        backlog = Backlog(Wire("4242:bench", "http://127.0.0.1:9"), Intake(database, b"", lambda: NOON))
        clock = Clock(database, b"key", sender, admins, pace, backlog, lambda: NOON)
        took = asyncio.run(_ticks(clock))
        database.dispose()
    return median(took)


async def _ticks(clock: Clock) -> list[float]:
    took = []
    for _ in range(50):
        began = time.perf_counter()
        clock.tick(NOON)
        await clock.quiet()
        took.append((time.perf_counter() - began) * 1000)
    return took


def reveals(size: Size) -> tuple[list[list[Reveal]], dict[str, float]]:
    """From a poll's end to its reveal, in lives of the whole bot; with the parts of drawing one picture."""
    found = []
    for number in range(size.rounds):
        life, job = closing(size.polls, size.apart_s)
        found.append(life)
        print(f"  round {number + 1}: {max(one.whole for one in life):,.0f} ms at most", flush=True)
    return found, drawing(job)
