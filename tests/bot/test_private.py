"""A running installation, by its files alone: nobody else may read them, and nobody is named in them."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress

import httpx
import pytest
from sqlalchemy import text

from tests import made
from tests.patience import PATIENCE_S, eventually

TOKEN = "4242424242:AAdemoAAdemoAAdemoAAdemoAAdemoAAdemo"
THREAD = "---\ntitle: T\nlanguage: en\n---\nWhich?\n\n- [ ] this\n- [x] that\n"
STUCK = """
    INSERT INTO inbox (update_id, chat_id, state, came, stuck, content)
    VALUES (1, 1, 'stuck', '2020-01-01 00:00:00', '2020-01-01 00:00:00', :mark)"""
VOTERS = [777_000_111_000 + number for number in range(5)]
MARK = "mArKeD"
PEOPLE = [{"id": number, "first_name": f"{MARK}{number % 10}", "username": f"{MARK}{number % 10}"} for number in VOTERS]
TAPPER = {"id": 777_000_222_000, "first_name": MARK}


@pytest.fixture
def home(tmp_path, url):
    """A folder as an older version left it: everybody may read the database, and a copy of it."""
    with made.opened(url) as database, database.begin() as connection:
        connection.execute(text(STUCK), {"mark": f'{{"message": "{MARK}"}}'})
    (tmp_path / "thread.md").write_text(THREAD)
    (tmp_path / "pollbot.db.before-0002").write_bytes(b"")
    for path in tmp_path.glob("pollbot.db*"):
        path.chmod(0o644)
    return tmp_path


@pytest.fixture
def sim(token_api):
    with httpx.Client(base_url=f"{token_api}/sim", verify=False) as client:
        client.post("/users", json={"users": [*PEOPLE, TAPPER]}).raise_for_status()
        group = {"type": "supergroup", "title": "group", "username": "group", "members": [*VOTERS, TAPPER["id"]]}
        client.post("/chats", json=group).raise_for_status()
        yield client


@pytest.fixture
def token_api():
    from emulator.app import create_app
    from emulator.server import serve_in_thread

    with serve_in_thread(create_app(tokens=(TOKEN,))) as url:
        yield url


@contextmanager
def running(home, env, log):
    """The bot and its worker, with a umask that hides nothing."""
    with log.open("ab") as out:
        bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=home, env=env, stdout=out, stderr=out, umask=0)
        try:
            yield
        finally:
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(PATIENCE_S) == 0


def command(home, env, *words):
    subprocess.run([sys.executable, "-m", "bot", *words], cwd=home, env=env, check=True, umask=0, capture_output=True)


def count(home, table):
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(home / "pollbot.db")) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return 0


def people_vote(sim, home, token_api):
    """In our poll, and in one that the bot does not know; somebody taps a button."""
    eventually(lambda: sim.get("/chats/@group/messages").json()["messages"] and count(home, "polls"))
    ours = sim.get("/chats/@group/messages").json()["messages"][-1]["message_id"]
    asked = {"chat_id": "@group", "question": "?", "options": [{"text": "a"}, {"text": "b"}], "is_anonymous": False}
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    with httpx.Client(base_url=f"{token_api}/bot{TOKEN}", verify=False) as telegram:
        sent = telegram.post("/sendPoll", json=asked).json()["result"]["message_id"]
        buttons = {"chat_id": "@group", "text": "?", "reply_markup": keyboard}
        tapped = telegram.post("/sendMessage", json=buttons).json()["result"]["message_id"]
    votes = [
        {"user": user, "chat": "@group", "message_id": number, "options": [0]}
        for user in VOTERS
        for number in (ours, sent)
    ]
    assert sim.post("/votes", json={"votes": votes}).json() == {"changed": 10, "refused": []}
    tap = {"user": TAPPER["id"], "chat": "@group", "message_id": tapped, "data": "x"}
    before = count(home, "taken")
    sim.post("/tap", json=tap).raise_for_status()
    assert eventually(lambda: (count(home, "votes"), count(home, "strays")) == (5, 5))
    assert eventually(lambda: count(home, "taken") > before and not count(home, "inbox"))


def written(number):
    """An id as text, and as SQLite and others write it."""
    return [str(number).encode(), *(number.to_bytes(size, order) for size in (6, 8) for order in ("big", "little"))]


def test_nobody_else_may_read_what_lies_here_and_nobody_is_named_in_it(home, sim, token_api, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "log"
    env = os.environ | {"POLLBOT_TOKEN": TOKEN, "POLLBOT_API_URL": token_api, "POLLBOT_LOG_FORMAT": "json"}
    with running(home, env, log):
        assert eventually(lambda: b'"running"' in log.read_bytes()), log.read_text()
        command(home, env, "schedule", "thread.md", "--chat", "@group", "--start", "now")
        people_vote(sim, home, token_api)
        command(home, env, "backup", "copy.db")
        assert eventually((home / "pollbot.db.worker.lock").exists)
        lies = {path.name: path for path in home.rglob("pollbot.db*")} | {"copy.db": home / "copy.db"}
        modes = {name: path.stat().st_mode & 0o077 for name, path in lies.items()}
        key = lies["pollbot.db.voter-key"].read_bytes().strip()
        content = {name: path.read_bytes() for name, path in lies.items() if name != "pollbot.db.voter-key"}
    content |= {"log": log.read_bytes(), "after": (home / "pollbot.db").read_bytes()}

    assert {"pollbot.db", "pollbot.db-wal", "pollbot.db-shm", "pollbot.db.bot.lock", "pollbot.db.voter-key"} < set(lies)
    assert set(modes.values()) == {0}, modes
    assert content["log"].count(b"other users could read these") == 1
    ids = [form for number in VOTERS for form in written(number)]
    secrets = [key, TOKEN.encode(), TOKEN.partition(":")[2].encode(), MARK.encode(), *ids]
    assert [(name, secret) for name, held in content.items() for secret in secrets if secret in held] == []
    assert b"777000222000" not in content["after"]  # who taps has an id while that waits
