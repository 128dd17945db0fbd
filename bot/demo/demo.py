"""
The demo: emulator, bot, worker and simulated subscribers on this machine; a thread's hours become seconds.

Everything is the real thing but Telegram: the bot is started as its own process with nothing but settings, and talks
HTTP to the emulator. What is shown is read from the bot's database.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from bot.commands import publish, status
from bot.demo import summary
from bot.demo.subscribers import Subscribers
from bot.errors import PollbotError
from bot.store import store
from bot.store.address import Chat
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.thread import markdown
from bot.thread.model import Thread

FOLDER = Path("demo")
TOKEN = "4242:demo"  # noqa: S105 the emulator's, known to everybody
CHANNEL, GROUP = {"ru": "ML-канал", "en": "ML channel"}, {"ru": "ML-чат", "en": "ML chat"}
PAUSE = timedelta(seconds=1.5)
READY = timedelta(seconds=3)  # until then the bot has started, so that the first posts keep their distance
LIMIT_S = 300.0


class DemoError(PollbotError):
    """A part of the demo did not start, or did not come to its end in time."""


def show(file: Path, *, port: int, voters: int, open_s: float, leave: bool) -> int:
    """Run the demo; returns the exit code."""
    began = time.monotonic()
    thread = squeeze(markdown.read(file), timedelta(seconds=open_s))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    console = Console()
    with emulator(port, FOLDER) as url, store_at(FOLDER / "pollbot.db") as database:
        subscribers = Subscribers(url, voters)
        chats = [subscribers.channel(CHANNEL[thread.language]), subscribers.group(GROUP[thread.language])]
        asyncio.run(_publish(database, url, thread, file.parent, chats))
        with bot(url):
            voting = threading.Thread(target=subscribers.vote, args=(thread, open_s), daemon=True)
            voting.start()
            console.print(f"The chats are at [link={url}]{url}[/link]  (channel and group; open it in a browser)\n")
            _watch(database, console, url)
            found = summary.write(database, subscribers, FOLDER, began)
            console.print(summary.verdict(found, FOLDER), soft_wrap=True)
            if not leave:
                console.print(f"\nThe page stays at {url} until Ctrl-C.")
                _until_interrupted()
    return 0 if found["votes_cast"] == found["votes_stored"] else 1


def preview(file: Path, port: int) -> None:
    """Send a thread's posts to the emulator at once, and keep its page open; no vote is taken, nothing is stored."""
    thread = markdown.read(file)
    with tempfile.TemporaryDirectory() as folder, emulator(port, Path(folder)) as url:
        subscribers = Subscribers(url, 1)
        asyncio.run(_send_all(url, thread, file.parent, subscribers.channel(CHANNEL[thread.language])))
        print(f"{file} as subscribers will see it: {url}  (Ctrl-C ends)")
        _until_interrupted()


async def _send_all(url: str, thread: Thread, folder: Path, chat: str) -> None:
    async with Telegram(TOKEN, url) as telegram:
        where = await telegram.chat(chat)
        for post in thread.posts:
            for message in outgoing.of_post(post, publish.files(post, folder)):
                await telegram.send(where, message)


def squeeze(thread: Thread, open_: timedelta) -> Thread:
    """The same thread with seconds for hours."""
    posts = [
        post.model_copy(update={"pause": PAUSE, "poll": post.poll and post.poll.model_copy(update={"open": open_})})
        for post in thread.posts
    ]
    return thread.model_copy(update={"posts": tuple(posts)})


async def _publish(database: Database, url: str, thread: Thread, folder: Path, chats: list[str]) -> None:
    now = datetime.now(UTC)
    async with Telegram(TOKEN, url) as telegram:
        resolved: list[Chat] = [await telegram.chat(chat) for chat in chats]
    for chat in resolved:
        publish.store_thread(database, thread, folder, chat, now + READY, now)


def _watch(database: Database, console: Console, url: str) -> None:
    """Show how everything stands until every publication is done; raises `DemoError` when that takes too long."""
    deadline = time.monotonic() + LIMIT_S
    with Live(console=console, refresh_per_second=4, transient=False) as live:
        while True:
            state = status.read(database)
            live.update(Group(status.tables(state, datetime.now(UTC)), Text(url, "dim")))
            if all(publication.state == "done" for publication in state.publications):
                return
            stopped = [p for p in state.publications if p.state == "stopped"]
            if stopped or time.monotonic() > deadline:
                what = "a post was stopped" if stopped else f"not done after {LIMIT_S:.0f} s"
                msg = f"demo: {what}; the bot's log is {FOLDER / 'bot.log'}"
                raise DemoError(msg)
            time.sleep(0.25)


def _until_interrupted() -> None:
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


@contextmanager
def emulator(port: int, folder: Path) -> Iterator[str]:
    """The Bot API on this machine; yields its address."""
    command = [sys.executable, "-m", "emulator", "--port", str(port)]
    with (folder / "emulator.log").open("w") as log, _process(command, {}, subprocess.PIPE, log) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                yield line[line.index("http://") :].strip().rstrip("/")
                return
        msg = f"the emulator did not start; is port {port} taken? try --port 0"
        raise DemoError(msg)


@contextmanager
def bot(url: str) -> Iterator[None]:
    """The bot as a process of its own, with its worker; what it logs goes to a file."""
    given = {"POLLBOT_TOKEN": TOKEN, "POLLBOT_API_URL": url, "POLLBOT_LOG_FORMAT": "json"}
    given["POLLBOT_DATABASE_URL"] = f"sqlite:///{FOLDER / 'pollbot.db'}"
    command = [sys.executable, "-m", "bot", "run"]
    with (FOLDER / "bot.log").open("w") as log, _process(command, given, log, log):
        yield


@contextmanager
def _process(
    command: list[str], given: dict[str, str], out: int | IO[str], err: IO[str]
) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, **given}
    process = subprocess.Popen(command, env=environment, stdout=out, stderr=err, text=True)  # noqa: S603 our own
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def store_at(path: Path) -> Iterator[Database]:
    """The demo's own database."""
    database = store.create(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.dispose()
