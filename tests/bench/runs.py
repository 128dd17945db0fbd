"""One run: a fresh database, Telegram and the bot in processes of their own, and what they say at the end."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bot.loops import webhook
from bot.store import store
from tests.bench import canned
from tests.bench.pollbot import TOKEN
from tests.conftest import NOON
from tests.factory import asked, poll, publish, send

WAYS = ("pollbot", "usual")


@dataclass(frozen=True)
class Outcome:
    """`kept` says that all votes acknowledged to Telegram stand in the database; latencies in ms."""

    rate: float
    cpu_us: float
    latencies: list[float]
    memory_mib: float
    base_mib: float
    acked: int
    rows: int

    def percentile(self, percent: int) -> float:
        return quantiles(self.latencies, n=100)[percent - 1]


def polling(
    way: str, *, votes: int, limit_s: float, rtt: float = 0.0, rate: float = 0.0, synchronous: str = "NORMAL"
) -> Outcome:
    """Votes by getUpdates: all at once, or `rate` a second."""
    with TemporaryDirectory() as folder, Telegram(votes, rtt, rate) as telegram:
        database = fresh(way, Path(folder))
        bot = start(way, "poll", telegram.url, database, synchronous, votes, limit_s)
        told = last_line(bot)
        seen = telegram.end()
        rows = count(database)
    if way == "pollbot" and not seen["acked"] == rows == told["stored"]:
        raise AssertionError(f"acknowledged {seen['acked']}, stored {rows}, counted {told['stored']}")
    return outcome(told, seen["began"], rows, seen["acked"], rate)


def calling(way: str, connections: int, *, polls: int, votes: int, synchronous: str = "NORMAL") -> Outcome:
    """Votes by webhook, each answered before the next one of its connection."""
    with TemporaryDirectory() as folder, Telegram(0, 0, 0) as telegram:
        database = fresh(way, Path(folder), polls)
        port = free_port()
        bot = start(way, "webhook", f"{port}@{telegram.url}", database, synchronous, votes, 30)
        secret = webhook.secret_of(TOKEN) if way == "pollbot" else ""
        called = last_line(process("caller", port, connections, polls, votes, secret))
        told = last_line(bot)
        telegram.end()
        rows = count(database)
    if way == "pollbot" and not called["answered"] == rows == told["stored"]:
        raise AssertionError(f"answered {called['answered']}, stored {rows}, counted {told['stored']}")
    return outcome(told, called["began"], rows, called["answered"], 0)


class Telegram:
    def __init__(self, votes: int, rtt: float, rate: float) -> None:
        self.process = process("telegram", votes, rtt, rate)

    def __enter__(self):
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def end(self) -> dict:
        self.process.stdin.close()
        return json.loads(self.process.stdout.readline())


def process(module: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def start(way: str, *arguments: object) -> subprocess.Popen[str]:
    return process(way, *arguments)


def last_line(running: subprocess.Popen[str]) -> dict:
    out, _ = running.communicate()
    return json.loads(out.splitlines()[-1])


def outcome(told: dict, began: float, rows: int, acked: int, rate: float) -> Outcome:
    commits = told["commits"]
    seconds = commits[-1][0] - began
    cpu_us = told["cpu_s"] / told["stored"] * 1e6
    latencies = list(waits(commits, began, rate)) if rate else []
    return Outcome(told["stored"] / seconds, cpu_us, latencies, told["memory_mib"], told["base_mib"], acked, rows)


def waits(commits: list[tuple[float, int]], began: float, rate: float):
    """For every vote the time from its arrival at Telegram to its commit, in ms."""
    before = 0
    for when, stored in commits:
        for index in range(before, stored):
            yield (when - began - (index + 1) / rate) * 1000
        before = stored


def fresh(way: str, folder: Path, polls: int = canned.POLLS) -> str:
    """An empty database; the bot's own knows the polls."""
    file = folder / "votes.db"
    if way == "pollbot":
        shutil.copy(template(polls), file)
    return f"sqlite:///{file}"


@cache
def template(polls: int) -> Path:
    file = Path(_templates.name) / f"{polls}.db"
    database = store.create(f"sqlite:///{file}")
    for number in range(polls):
        publish(database, NOON, asked(poll()))
        send(database, NOON, 10 + number, telegram_id=canned.poll_id(number))
    database.dispose()
    return file


_templates = TemporaryDirectory()


def count(database: str) -> int:
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        return connection.execute("SELECT count(*) FROM votes").fetchone()[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def fdatasync_ms(folder: str | None = None, times: int = 50) -> float:
    """The disk, beside every figure that depends on it: 4 KB written and synced, median."""
    with TemporaryDirectory(dir=folder) as place:
        handle = os.open(Path(place) / "probe", os.O_CREAT | os.O_WRONLY)
        took = []
        for _ in range(times):
            os.pwrite(handle, b"x" * 4096, 0)
            began = time.perf_counter()
            os.fdatasync(handle)
            took.append((time.perf_counter() - began) * 1000)
        os.close(handle)
    return sorted(took)[times // 2]
