"""
The demo: emulator, bot, worker and simulated subscribers on this machine; a thread's hours become seconds.

Everything is the real thing but Telegram: the bot is started as its own process with nothing but settings, and talks
HTTP to the emulator. What is shown is read from the bot's database.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Group
from rich.live import Live
from rich.text import Text
from sqlalchemy.exc import DatabaseError

from bot.commands import board, publish, status
from bot.commands.status import Status
from bot.console import Console
from bot.demo import summary
from bot.demo.admin import VIEWER, Admin
from bot.demo.folder import take
from bot.demo.processes import DemoError, Emulator, Processes, start_emulator, take_port
from bot.demo.subscribers import Subscribers
from bot.errors import Problem, ThreadError
from bot.store import store
from bot.store.address import Chat
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.thread import markdown
from bot.thread.model import Language, Thread

FOLDER = Path("demo")
CHANNEL, GROUP = {"ru": "ML-канал", "en": "ML channel"}, {"ru": "ML-чат", "en": "ML chat"}
TALK = {"ru": "ML-канал: обсуждение", "en": "ML channel: discussion"}
ASKED: dict[Language, tuple[str, str]] = {
    "ru": ("Не понял этот вариант: чем он отличается от соседних?", "А если я не понимаю, о чём речь, что читать?"),
    "en": ("I do not get this option: how does it differ from the others?", "What should I read to understand this?"),
}
PAUSE = timedelta(seconds=1)
READY = timedelta(seconds=3)  # until then the bot has started, so that the first posts keep their distance
HEARD_S = 1.0  # until the bot has heard what was asked
LATE_S = 300.0  # the demo may end this long after its plan: measuring takes its time


def show(file: Path, *, port: int, voters: int, open_s: float, leave: bool) -> int:
    """Run the demo; returns the exit code."""
    began = time.monotonic()
    thread = squeeze(read(file), timedelta(seconds=open_s))
    with take_port(port) as sock, take(FOLDER), Processes() as processes, _told(processes):
        emulator = start_emulator(processes, sock, FOLDER / "emulator.log")
        url = emulator.url
        subscribers = Subscribers(url, voters)
        with _database(FOLDER / "pollbot.db") as database:
            channel, group = subscribers.channel(CHANNEL[thread.language]), subscribers.group(GROUP[thread.language])
            talk = subscribers.discussion(TALK[thread.language], channel)
            admin = Admin(url, thread.language, processes.wait)
            start_bot(processes, emulator, thread.language)
            console = Console()
            console.print(f"The chats are at [link={url}]{url}[/link]  (channel and group; open it in a browser)\n")
            by_hand = [group] if admin.schedule(thread, file, channel) else [channel, group]
            lasts = asyncio.run(_publish(database, emulator, thread, file, by_hand))
            with (
                _beside(subscribers.vote, thread, open_s) as votes,
                _beside(_talk, subscribers, admin, (group, talk)) as talks,
            ):
                _watch(database, processes, (votes, talks), lasts + LATE_S, console, url)
                found = summary.write(database, subscribers, FOLDER, began, processes.wait)
            console.print(summary.verdict(found, FOLDER), soft_wrap=True)
            if not leave:
                console.print(f"\nThe page stays at {url} until Ctrl-C.")
                while True:
                    processes.wait()
    return 0 if found["votes_cast"] == found["votes_stored"] else 1


def read(file: Path) -> Thread:
    """A thread that a demo can show; raises `ThreadError` for one without polls, too."""
    thread = markdown.read(file)
    if not any(post.poll for post in thread.posts):
        message = f"there is no poll to watch; `pollbot preview {file}` shows the posts"
        raise ThreadError(str(file), [Problem(1, 1, message)])
    return thread


def squeeze(thread: Thread, open_: timedelta) -> Thread:
    """The same thread with seconds for hours, and for everybody: one of its two chats is no channel."""
    given = {"open": open_, "members_only": False, "countries": ()}
    posts = [
        post.model_copy(update={"days": 0, "pause": PAUSE, "poll": post.poll and post.poll.model_copy(update=given)})
        for post in thread.posts
    ]
    return thread.model_copy(update={"posts": tuple(posts)})


async def _publish(database: Database, emulator: Emulator, thread: Thread, file: Path, chats: list[str]) -> float:
    """Store a publication for each chat; returns in how many seconds the last poll should close."""
    now = datetime.now(UTC)
    async with Telegram(emulator.token, emulator.url) as telegram:
        resolved: list[Chat] = [await telegram.chat(chat) for chat in chats]
    for chat in resolved:
        publish.store_thread(database, thread, file, chat, now + READY, now)
    plan = zip(thread.due(now + READY), thread.posts, strict=True)
    return (max(due + post.poll.open for due, post in plan if post.poll) - now).total_seconds()


def start_bot(processes: Processes, emulator: Emulator, language: Language) -> None:
    """The bot as a process of its own, with its worker; with its token it reads no `.env`."""
    given = {"TOKEN": emulator.token, "API_URL": emulator.url, "LANGUAGE": language, "LOG_FORMAT": "json"}
    given["ADMINS"] = str(VIEWER)
    given["DATABASE_URL"] = "sqlite:///pollbot.db"
    settings = {f"POLLBOT_{name}": value for name, value in given.items()}
    processes.start("bot", "run", log=FOLDER / "bot.log", cwd=FOLDER, settings=settings)


def _talk(subscribers: Subscribers, admin: Admin, chats: tuple[str, str], stop: threading.Event) -> None:
    """Two readers ask about the first poll, in the group and in a comment below the channel's; the admin answers."""

    def wait(seconds: float) -> None:
        if stop.wait(seconds):
            raise _StoppedError

    admin.wait = wait
    with suppress(_StoppedError):
        admin.open_card()
        asked = zip(chats, ASKED[admin.language], strict=True)
        numbers = [subscribers.ask(chat, words, reader, stop) for reader, (chat, words) in enumerate(asked)]
        wait(HEARD_S)
        admin.answer(len(chats))
        while not all(subscribers.answered(chat, number or 0) for chat, number in zip(chats, numbers, strict=True)):
            wait(HEARD_S)


class _StoppedError(Exception):
    """The demo ends."""


@contextmanager
def _beside(people: Callable[..., None], *given: object) -> Iterator[Future[None]]:
    """People act beside the block, and have stopped when it ends."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(people, *given, stop)
        finally:
            stop.set()


@contextmanager
def _database(path: Path) -> Iterator[Database]:
    database = store.create(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _told(processes: Processes) -> Iterator[None]:
    """What fails because a disk is full or the emulator is gone becomes a sentence."""
    try:
        yield
    except httpx.HTTPError as error:
        processes.wait()  # says so if it has ended
        raise DemoError(f"the emulator does not answer: {error}; its log is {FOLDER / 'emulator.log'}") from None
    except DatabaseError as error:
        raise DemoError(f"{FOLDER / 'pollbot.db'}: {error.orig}") from None
    except OSError as error:
        if not error.filename:
            raise
        raise DemoError(f"{error.filename}: {os.strerror(error.errno or 0).lower()}") from None


def _watch(
    database: Database,
    processes: Processes,
    people: Sequence[Future[None]],
    seconds: float,
    console: Console,
    url: str,
) -> None:
    """
    Show how everything stands until every publication is done, and what was asked is answered.

    Raises `DemoError` when that is not in time.
    """
    deadline = time.monotonic() + seconds
    with Live(console=console, refresh_per_second=4, transient=False) as live:
        while True:
            state = status.read(database)
            live.update(Group(board.tables(state, datetime.now(UTC)), Text(url, "dim")))
            if all(publication.state == "done" for publication in state.publications) and people[-1].done():
                people[-1].result()
                return
            late = f"not done {LATE_S:.0f} s after the last poll should have closed"
            if trouble := next(_stopped(state), late if time.monotonic() > deadline else ""):
                raise DemoError(f"{trouble}; the bot's log is {FOLDER / 'bot.log'}")
            processes.wait()
            for acting in people:
                if acting.done():
                    acting.result()


def _stopped(state: Status) -> Iterator[str]:
    """What an admin would be asked about."""
    for publication in state.publications:
        if publication.state == "stopped":
            for post in publication.posts:
                if why := post.error or (post.poll and post.poll.error):
                    yield f"post {post.position} was stopped: {why}"
            yield "a post was stopped"
