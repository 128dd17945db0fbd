"""An hour of a group, seen through its enemies: nobody gets in where they do not belong, and the thread runs."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

import httpx
import pytest

from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.acceptance import enemies
from tests.acceptance.enemies import Enemies
from tests.patience import eventually
from tests.torture.processes import environment, free_port

SPEED = 90.0  # the hour takes less than a minute
TOKEN, OTHER = "4242:AAHourOfTheEnemies", "4343:AASomebodyElsesBot"
LOOK_S = 0.005
LONGEST = 200  # looks, one second: more of them when the machine lets nobody look in time
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


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The hour, what the enemies got, and how many looks each vote took to be stored."""
    folder = tmp_path_factory.mktemp("hour")
    with hour(folder) as one, ExitStack() as stack:
        (folder / "hour.md").write_text(THREAD, "utf-8")
        schedule = ("bot", "schedule", str(folder / "hour.md"), "--chat", "@group", "--start", "now")
        assert one.start(*schedule, log="schedule.log").wait() == 0, (folder / "schedule.log").read_text()
        over = Event()
        hostile = Enemies(one.client, one.port)
        polls = [{"question": q, "options": ["none", "one", "both"], "is_anonymous": False} for q in QUESTIONS]
        deeds = [
            hostile.member(one.member, one.chat, WORDS),
            hostile.bot(OTHER, one.chat, WORDS, polls),
            hostile.stranger(one.stranger),
            hostile.page(OTHER),
            stack.enter_context(hostile.scanner()),
        ]
        pool = stack.enter_context(ThreadPoolExecutor())
        stack.callback(over.set)
        doing = [pool.submit(enemies.again, deed, over) for deed in deeds]
        bot = one.start("tests.acceptance.hour", str(SPEED), log="bot.log")
        stack.callback(bot.wait)
        stack.callback(bot.kill)
        looks = vote_until_done(one, bot)
        over.set()
        for deed in doing:
            deed.result()
        bot.terminate()
        assert bot.wait() == 0, (folder / "bot.log").read_text()[-3000:]
        yield one, hostile, looks


def vote_until_done(one: Hour, bot: subprocess.Popen) -> list[int]:
    """Vote after vote, while calls go wrong now and then; for each, how often one looked for it in vain."""
    assert eventually(one.file.exists)
    looks: list[int] = []
    deadline = time.monotonic() + 240
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
    for look in range(10 * LONGEST):
        if one.scalar("SELECT count(*) FROM history") > before:
            return look
        time.sleep(LOOK_S)
    return 10 * LONGEST


def test_the_thread_stands_once_and_is_the_bots_own(played):
    one, _, _ = played

    messages = one.get(f"chats/{one.chat}/messages?limit=100000")["messages"]
    mine = [m for m in messages if m.get("from", {}).get("id") == int(TOKEN.split(":", maxsplit=1)[0])]

    said = [m.get("text") or m["poll"]["question"] for m in mine if "reply_to_message" not in m]
    assert said == [WORDS[0], QUESTIONS[0], QUESTIONS[1], WORDS[1], QUESTIONS[2], WORDS[2]]
    assert len([m for m in mine if "reply_to_message" in m]) == len(QUESTIONS)


def test_every_vote_counts_as_telegram_counts_it(played):
    one, _, _ = played

    with closing(sqlite3.connect(one.file)) as connection:
        polls = dict(connection.execute("SELECT telegram_id, tally FROM polls"))
    seen = {poll["id"]: poll for poll in one.get("polls")["polls"]}
    tallies = {name: [option["voter_count"] for option in seen[name]["options"]] for name in polls}

    assert {name: str(tally) for name, tally in tallies.items()} == polls


def test_no_vote_is_stored_later_than_a_second_after_it_was_cast(played):
    _, _, looks = played

    assert len(looks) >= len(QUESTIONS)
    assert max(looks) < LONGEST


def test_no_message_has_reached_an_admin(played):
    """What the bot forwards there to be read is its own, and deleted at once."""
    one, _, _ = played

    written = [
        call
        for method in ("sendMessage", "sendPoll", "sendPhoto")
        for call in one.get(f"calls?method={method}")["calls"]
        if str(call["params"].get("chat_id")) in (str(one.admin), str(one.stranger))
    ]
    assert written == []
    assert [m for m in one.get(f"chats/{one.admin}/messages")["messages"] if m.get("text") != "/start"] == []


def test_no_page_and_no_port_scanner_is_let_in(played):
    _, hostile, _ = played

    assert hostile.let_in == []


def test_no_file_is_written_outside_of_the_databases_folder_and_none_is_for_others_to_read(played):
    one, _, _ = played

    outside = [path for name in ("home", "tmp", "here") for path in (one.folder / name).rglob("*") if path.is_file()]
    assert [path for path in outside if "matplotlib" not in path.parts] == []  # it keeps a list of fonts at home
    state = [path for path in one.file.parent.rglob("*") if os.path.lexists(path)]
    assert {path.name.partition("pollbot.db")[0] for path in state} == {""}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in state if path.stat().st_mode & 0o077} == {}


def test_the_log_has_neither_token_nor_traceback(played):
    one, _, _ = played

    log = (one.folder / "bot.log").read_text("utf-8")
    assert TOKEN not in log
    assert "Traceback" not in log
