"""A bot as its admin set it up, with a group where people vote: for an hour that takes less than a minute."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.patience import PATIENCE_S, eventually
from tests.torture.processes import environment, free_port

SPEED = 90.0  # the hour takes less than a minute
TOKEN, OTHER = "4242:AAHourOfTheEnemies", "4343:AASomebodyElsesBot"
LOOK_S = 0.005
SECOND = 200  # looks
LONGEST = 4_000  # looks: who looks so often would look for ever
WORDS = ["The first words.", "Between the polls.", "The last words."]
QUESTIONS = ["Which one?", "And now?", "Sure?"]
POLL = """\
{question}

- [ ] none
- [x] one
- [ ] both

```poll
open: 20m
```
"""
THREAD = "\n---\n".join(
    [
        "---\ntitle: Hour\nlanguage: en\npause: 5m\n---\n" + WORDS[0],
        POLL.format(question=QUESTIONS[0]),
        POLL.format(question=QUESTIONS[1]),
        WORDS[1],
        POLL.format(question=QUESTIONS[2]),
        WORDS[2] + "\n\n```post\nafter: polls\n```\n",
    ]
)


class Hour:
    """A bot as its admin set it up, in folders of its own, against the emulator."""

    def __init__(self, url: str, client: httpx.Client, folder: Path) -> None:
        self.client = client
        self.file = folder / "state" / "pollbot.db"
        self.port = free_port()
        self.admin, self.member, self.stranger, *self.voters = self.users(20)
        everybody = {"members": [self.member, *self.voters], "admins": [self.admin]}
        group = {"type": "supergroup", "title": "Group", "username": "group", **everybody, "bot": "administrator"}
        self.chat = self.sim("chats", **group)["chat"]["id"]
        self.sim(f"chats/{self.chat}/bot", status="member", token=OTHER)
        self.sim("chats", type="private", user=self.admin)
        self.given = {
            "POLLBOT_TOKEN": TOKEN,
            "POLLBOT_API_URL": url,
            "POLLBOT_ADMINS": str(self.admin),
            "POLLBOT_QUIET": "true",
            "POLLBOT_DATABASE_URL": f"sqlite:///{self.file}",
            "POLLBOT_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/",
            "POLLBOT_WEBHOOK_PORT": str(self.port),
            "POLLBOT_CHAT_RATE": "1000",
            "POLLBOT_LANGUAGE": "en",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
        }
        self.folder = folder
        for name in ("state", "home", "tmp", "here"):
            (folder / name).mkdir()

    def users(self, count: int) -> list[int]:
        return [user["id"] for user in self.sim("users", count=count)["users"]]

    def sim(self, path: str, **body):
        return self.client.post(f"/sim/{path}", json=body).raise_for_status().json()

    def get(self, path: str):
        return self.client.get(f"/sim/{path}").raise_for_status().json()

    def start(self, *words: str, log: str) -> subprocess.Popen:
        with (self.folder / log).open("w") as out:
            command = [sys.executable, "-P", "-m", *words]
            return subprocess.Popen(
                command, env=environment(**self.given), cwd=self.folder / "here", stdout=out, stderr=out
            )

    def scalar(self, query: str) -> int:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=60)) as connection:
            return connection.execute(query).fetchone()[0]

    def ours(self) -> list[dict]:
        """The polls that the bot knows and that are open for everybody, as the emulator shows them."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=60)) as connection:
            known = {name for (name,) in connection.execute("SELECT telegram_id FROM polls WHERE state = 'open'")}
        return [poll for poll in self.get("polls")["polls"] if poll["id"] in known and not poll["is_closed"]]

    def trouble(self) -> None:
        """Let the next call of each kind lose its answer, or not arrive."""
        waiting = {fault["method"] for fault in self.get("faults")["faults"]}
        for method, kind in (("sendMessage", "reset"), ("sendPoll", "reset"), ("stopPoll", "lost")):
            if method not in waiting:
                self.sim("faults", method=method, kind=kind)

    def done(self) -> bool:
        return not self.scalar("SELECT count(*) FROM posts WHERE state != 'sent'") and not self.scalar(
            "SELECT count(*) FROM polls WHERE state != 'revealed'"
        )


@contextmanager
def hour(folder: Path) -> Iterator[Hour]:
    with (
        serve_in_thread(create_app((TOKEN, OTHER))) as url,
        httpx.Client(base_url=url, timeout=60, verify=False) as client,
    ):
        yield Hour(url, client, folder)


def vote_until_done(one: Hour, bot: subprocess.Popen) -> list[int]:
    """Vote after vote, while calls go wrong now and then; for each, how often one looked for it in vain."""
    assert eventually(one.file.exists)
    looks: list[int] = []
    deadline = time.monotonic() + PATIENCE_S
    for turn in range(10**6):
        if one.done() or bot.poll() is not None or time.monotonic() > deadline:
            break
        if turn % 20 == 0:
            one.trouble()
        if open_ := one.ours():
            looks.append(vote(one, one.voters[turn % len(one.voters)], open_[turn % len(open_)]["id"], turn % 3))
        time.sleep(10 * LOOK_S)
    return looks


def vote(one: Hour, user: int, poll: str, option: int) -> int:
    """Cast a vote and look until it is stored."""
    before = one.scalar("SELECT count(*) FROM history")
    if not one.sim("votes", votes=[{"user": user, "poll": poll, "options": [option]}])["changed"]:
        return 0  # the same as before, or the poll has closed in between
    for look in range(LONGEST):
        if one.scalar("SELECT count(*) FROM history") > before:
            return look
        time.sleep(LOOK_S)
    return LONGEST
