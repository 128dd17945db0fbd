"""The bot's parts against the emulator: real HTTP, a real database, a clock that the test moves."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.commands import status
from bot.loops.admin import Admins
from bot.loops.backlog import Backlog
from bot.loops.clock import Clock
from bot.loops.inbox import Inbox
from bot.loops.intake import ALWAYS, Intake
from bot.loops.pace import Pace
from bot.store import runs, schedule, votes
from bot.store.states import Task
from bot.store.store import Database
from bot.store.tables import runs as run_rows
from bot.telegram.api import Telegram
from bot.telegram.limits import Limits
from bot.telegram.wire import Wire
from bot.thread.model import Language, Late, Post
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.bot.forks import Forks, forks
from tests.conftest import NOON
from tests.factory import thread

KEY = b"key"
TOKEN = "4242:demo"


@dataclass
class Stage:
    """A bot with its database, a channel and a group at the emulator, and the time of day."""

    database: Database
    telegram: Telegram
    wire: Wire
    sim: httpx.Client
    now: datetime = NOON
    admins: tuple[int, ...] = ()
    per_chat: float = 1000
    language: Language = "en"
    set_back: float = 0.0
    clock: Clock = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process: nothing but the database is remembered."""
        admins = Admins(self.database, self.telegram, self.admins, self.language, lambda: self.now, self.monotonic)
        pace = Pace(Limits(self.per_chat, 30), self.monotonic)
        self.intake = Intake(self.database, KEY, lambda: self.now)
        backlog = Backlog(self.wire, self.intake)
        self.clock = Clock(self.database, KEY, self.telegram, admins, pace, backlog, lambda: self.now)

    def monotonic(self) -> float:
        """The clock that nobody can set: it goes with `now`, but for what a test sets that back by."""
        return (self.now - NOON).total_seconds() + self.set_back

    async def publish(
        self, *posts: Post, chat: str = "@group", files: list[list[bytes]] | None = None, rule: Late = "post"
    ) -> int:
        place = await self.telegram.chat(chat)
        none: list[list[bytes]] = [[] for _ in posts]
        written = thread(*posts).model_copy(update={"late": rule})
        return schedule.schedule(self.database, written, place, start=self.now, now=self.now, files=files or none)

    async def tick(self, **later: float) -> None:
        """Some time later, do what is due: each kind of work comes to rest before the next begins."""
        self.now += timedelta(**later)
        self.set_back = max(self.set_back, self.set_back - timedelta(**later).total_seconds())
        clock = self.clock
        steps = (
            clock.close_due,
            clock.reveal_due,
            clock.correct_due,
            clock.remind_due,
            clock.judge_due,
            clock.post_due,
            clock.answer_due,
        )
        for step in steps:
            step(self.now)
            await self.clock.quiet()
        clock.warn_due(self.now)
        self.clock.ask_due()
        self.clock.beat(self.now)
        await self.clock.quiet()

    async def end(self) -> None:
        """What becomes of threads that have ended: their results are queued, and shown once they are drawn."""
        for step in (self.clock.end_due, self.clock.result_due):
            step(self.now)
            await self.clock.quiet()

    async def look(self, **later: float) -> None:
        """Some time later, cards show what has changed."""
        self.now += timedelta(**later)
        self.clock.moving.step(self.now)
        await self.clock.quiet()

    async def hear_news(self, **later: float) -> None:
        """Some time later, what is to be told is told: by default once nothing more comes along."""
        self.now += timedelta(**(later or {"seconds": 3}))
        for _ in range(2):  # to whom, then what
            self.clock.news.step(self.now)
            await self.clock.quiet()

    async def take_votes(self) -> None:
        """What intake does: store what waits, and say so to Telegram."""
        asked = [*ALWAYS, "poll"]
        while waiting := await self.wire.updates(offset := votes.offset(self.database), 0, asked):
            await self.intake.polled(waiting, offset)

    async def catch_up(self) -> None:
        """A while after Telegram refused to close a poll: the votes that waited are stored, and count."""
        await self.take_votes()
        await self.tick(seconds=5)

    async def hear(self, *updates: dict[str, Any]) -> None:
        """What becomes of updates that are no votes: stored, carried out, replied to."""
        votes.record_pushed(self.database, updates, KEY, self.now)
        await Inbox(self.database, self.clock.admins, lambda: self.now).quiet()

    def messages(self, chat: str = "@group") -> list[dict[str, Any]]:
        return self.get(f"/chats/{chat}/messages")["messages"]

    def vote(self, user: int, *options: int, chat: str = "@group", message: int = 1) -> None:
        self.post("/vote", {"user": user, "chat": chat, "message_id": message, "options": list(options)})

    def users(self, count: int) -> list[int]:
        return [user["id"] for user in self.post("/users", {"count": count})["users"]]

    def fault(self, method: str, kind: str, **fields: Any) -> None:
        self.post("/faults", {"method": method, "kind": kind, **fields})

    def calls(self, method: str) -> list[dict[str, Any]]:
        return self.get(f"/calls?method={method}")["calls"]

    def unanswered(self, method: str) -> list[dict[str, Any]]:
        """What was asked, and waits for its answer."""
        return self.get(f"/calls?method={method}")["unanswered"]

    def get(self, path: str) -> Any:
        return self.sim.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.sim.post(path, json=body).raise_for_status().json()

    def status(self) -> status.PublicationStatus:
        return status.read(self.database).publications[0]

    def compute(self, task: Task, output: bytes | None, error: str = "") -> dict[str, Any]:
        """Be the worker for one run of this task; returns what it was asked."""
        run = runs.claim(self.database, "test", (task,), self.now)
        assert run is not None, f"no {task} run is queued"
        if output is None:
            runs.fail(self.database, run.key, owner="test", error=error, now=self.now)
        else:
            runs.finish(self.database, run.key, owner="test", output=output, now=self.now)
        return run.input

    def queued(self) -> list[str]:
        with self.database.connect() as connection:
            return list(connection.scalars(select(run_rows.c.task).where(run_rows.c.state == "queued")))


@pytest.fixture(scope="session")
def forked() -> Iterator[Forks]:
    """What runs commands, in a process each."""
    with forks() as forked:
        yield forked


@pytest.fixture
def api() -> Iterator[str]:
    with serve_in_thread(create_app((TOKEN,))) as url:
        yield url


@pytest.fixture
def sim(api: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{api}/sim", verify=False) as sim:  # no authorities are read: 25 ms a test
        for kind, name in (("channel", "channel"), ("supergroup", "group")):
            sim.post("/chats", json={"type": kind, "title": name, "username": name}).raise_for_status()
        yield sim


@pytest.fixture
async def stage(database: Database, api: str, sim: httpx.Client) -> AsyncIterator[Stage]:
    async with Telegram(TOKEN, api) as telegram, Wire(TOKEN, api) as wire:
        yield Stage(database, telegram, wire, sim)


@pytest.fixture
def admin(stage):
    """A person whom the bot may write to, and to whom it may forward what it wants to read."""
    (user,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": user})
    stage.admins = (user,)
    stage.restart()
    return user
