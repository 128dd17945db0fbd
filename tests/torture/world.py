"""One round: the emulator, the bot and a worker as real processes, on a fresh database, with people who vote."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from bot import publish, status, store
from bot.place import Chat
from bot.thread import Experiment, Formula, Option, Poll, Post, Thread

TOKEN = "4242:demo"
PEOPLE = 40
PAUSE, OPEN = timedelta(seconds=0.7), timedelta(seconds=6)
KEYS = ("softmax+nll", "logsoftmax+nll", "softmax+ce", "logsoftmax+ce")
MEASURED = Experiment(run="heads", options=KEYS, seeds=1, set={"epochs": 1})


def thread() -> Thread:
    """Texts, one of them split in two, a picture, polls with and without an experiment, and a last word."""
    posts = []
    for number in range(3):
        long = "\n\n".join(f"long {number} {line} " + "x" * 300 for line in range(20))
        posts += [_post(text=f"hello {number}"), _post(text=long), _post(poll=_poll(number))]
    board = _post(text="board", pictures=(Formula(latex="y = Wx"),))
    return Thread(title="Torture", posts=(*posts, board, _post(text="the end", after="polls")))


def _post(**fields: Any) -> Post:
    return Post(line=1, pause=PAUSE, **fields)


def _poll(number: int) -> Poll:
    options = tuple(Option(text=f"option {i}", correct=i == 0) for i in range(4))
    fields = {"question": f"Question {number}?", "options": options, "open": OPEN, "explanation": "Because."}
    return Poll(id=f"poll-{number}", experiment=None if number % 2 else MEASURED, **fields)


class World:
    """Everything of a round; `sim` is the emulator's control API, its own record of what happened."""

    def __init__(self, folder: Path, url: str, seed: int, log: Any) -> None:
        self.folder = folder
        self.log = log
        self.random = random.Random(seed)
        self.sim = httpx.Client(base_url=f"{url}/sim", timeout=30)
        self.people = [user["id"] for user in self.post("/users", {"count": PEOPLE})["users"]]
        self.admin = self.people[0]
        self.post("/chats", {"type": "private", "user": self.admin})
        self.database = f"sqlite:///{folder / 'pollbot.db'}"
        self.engine: Engine = store.connect(self.database)
        self.chats = [self._chat(kind, name) for kind, name in (("channel", "channel"), ("supergroup", "group"))]
        self.environment = os.environ | {
            "POLLBOT_TOKEN": TOKEN,
            "POLLBOT_API_URL": url,
            "POLLBOT_DATABASE_URL": self.database,
            "POLLBOT_ADMINS": str(self.admin),
            "POLLBOT_LANGUAGE": "en",
            "POLLBOT_CHAT_RATE": "100000",
            "POLLBOT_TOTAL_RATE": "1000",
            "POLLBOT_LOG_FORMAT": "json",
        }

    def _chat(self, kind: str, name: str) -> Chat:
        made = self.post("/chats", {"type": kind, "title": name, "username": name, "members": self.people})
        return Chat(f"@{name}", made["chat"]["id"], kind)

    def publish(self) -> None:
        now = datetime.now(UTC)
        for chat in self.chats:
            publish.store_thread(self.engine, thread(), self.folder, chat, now, now)

    def start(self, *command: str, die_at: str = "") -> subprocess.Popen[bytes]:
        """One of the bot's processes; it dies at a named point, if told so."""
        environment = self.environment | {"POLLBOT_DIE_AT": die_at}
        return subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=self.log, stderr=self.log)

    def status(self) -> list[status.PublicationStatus]:
        return status.read(self.engine).publications

    def vote(self) -> None:
        """A few people vote in every open poll, change their minds, take votes back."""
        choices = ([0], [1], [2], [3], [])
        votes = [
            {"poll": poll["id"], "user": self.random.choice(self.people), "options": self.random.choice(choices)}
            for poll in self.get("/polls")["polls"]
            if not poll["is_closed"]
            for _ in range(5)
        ]
        if votes:
            self.post("/votes", {"votes": votes})

    def get(self, path: str) -> Any:
        return self.sim.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.sim.post(path, json=body).raise_for_status().json()


@contextmanager
def world(folder: Path, seed: int) -> Iterator[World]:
    """A world that leaves no process behind."""
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("w"))
        command = [sys.executable, "-m", "emulator", "--port", "0"]
        emulator = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        stack.callback(emulator.wait)
        stack.callback(emulator.terminate)
        assert emulator.stdout is not None
        stack.enter_context(emulator.stdout)
        made = World(folder, emulator.stdout.readline().strip(), seed, log)
        stack.callback(made.engine.dispose)
        stack.callback(made.sim.close)
        yield made


@contextmanager
def voting(world: World, every_s: float = 0.1) -> Iterator[None]:
    """People vote all the time, whatever happens to the bot."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(every_s):
            world.vote()

    voters = threading.Thread(target=run)
    voters.start()
    try:
        yield
    finally:
        stop.set()
        voters.join()
