"""The commands as a person types them: each in a process of its own."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.store import votes
from tests.conftest import NOON
from tests.factory import answer, asked, poll, publish, send

THREAD = "---\ntitle: T\nlanguage: en\nstart: 2099-01-01 13:00 Europe/Moscow\npause: 1m\n---\nHello.\n"


@pytest.fixture
def pollbot(tmp_path):
    """Run `pollbot WORDS…` in an empty folder; settings are given by name."""
    (tmp_path / "thread.md").write_text(THREAD)

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("POLLBOT_")}
        env |= {f"POLLBOT_{k}": v for k, v in settings.items()}
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)

    return run


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said: one sentence, no traceback."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_without_a_token_one_sentence_says_where_to_get_one(pollbot):
    assert "POLLBOT_TOKEN is not set: ask @BotFather" in said(pollbot("run"))
    assert "POLLBOT_TOKEN is not set" in said(pollbot("schedule", "thread.md", "--chat", "@group"))


@pytest.mark.parametrize("token", ["nonsense", "4242:wrong"])
def test_a_wrong_token_is_one_sentence(pollbot, api, token):
    assert "does not accept POLLBOT_TOKEN" in said(pollbot("run", TOKEN=token, API_URL=api))


def test_a_chat_that_does_not_exist_is_one_sentence(pollbot, api):
    done = pollbot("schedule", "thread.md", "--chat", "@nowhere", TOKEN="4242:demo", API_URL=api)

    assert "chat '@nowhere': chat not found; add @" in said(done)


def test_a_chat_where_the_bot_may_not_post_is_one_sentence(pollbot, api, sim):
    chat = {"type": "channel", "title": "c", "username": "mute", "rights": {"can_post_messages": False}}
    sim.post("/chats", json=chat).raise_for_status()
    done = pollbot("schedule", "thread.md", "--chat", "@mute", TOKEN="4242:demo", API_URL=api)

    assert "may not post there; give it the right to post messages" in said(done)


def test_a_telegram_that_cannot_be_reached_is_one_sentence(pollbot):
    done = pollbot("schedule", "thread.md", "--chat", "@group", TOKEN="4242:demo", API_URL="http://127.0.0.1:9")

    assert "Telegram cannot be reached at http://127.0.0.1:9" in said(done)


def test_a_broken_thread_is_not_scheduled(pollbot, api, tmp_path):
    (tmp_path / "bad.md").write_text("---\ntitle: T\nlanguge: en\n---\nHello\n")
    done = pollbot("schedule", "bad.md", "--chat", "@group", TOKEN="4242:demo", API_URL=api)

    assert done.returncode == 1
    assert "bad.md:3:1: error: unknown key 'languge'" in done.stderr
    assert not (tmp_path / "pollbot.db").exists()


def test_a_plan_is_printed_with_its_id(pollbot, api, sim):
    sim.post("/chats", json={"type": "channel", "title": "c", "username": "c"}).raise_for_status()
    done = pollbot("schedule", "thread.md", "--chat", "@c", TOKEN="4242:demo", API_URL=api)

    assert done.returncode == 0
    assert "publication 1; `pollbot run` posts it" in done.stdout
    assert "2099-01-01 10:00" in done.stdout


def test_an_unknown_publication_is_one_sentence(pollbot):
    assert "there is no publication 7" in said(pollbot("status", "7"))
    assert "post 1 of publication 7 is not stopped" in said(pollbot("mend", "7", "1", "--send"))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_votes_and_tallies_go_to_standard_output(pollbot, database, form):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    votes.record(database, [answer(1, "P", 7, 1), answer(2, "P", 8, 1), answer(3, "P", 8)], b"key", NOON)
    read = json.loads if form == "json" else lambda text: list(csv.DictReader(text.splitlines()))
    tallies, ballots = (read(pollbot("export", "1", *more, "--format", form).stdout) for more in ((), ("--votes",)))

    assert [(row["option"], int(row["votes"])) for row in tallies] == [
        ("option 0", 0),
        ("option 1", 1),
        ("option 2", 0),
    ]
    assert [(row["poll"], row["options"], row["at"]) for row in ballots] == [("heads", "2", NOON.isoformat())]


def test_an_empty_database_says_what_to_do(pollbot, database):
    assert "nothing is scheduled yet: `pollbot schedule FILE --chat CHAT`" in pollbot("status").stdout


def test_health_of_a_bot_that_never_ran_is_bad(pollbot):
    assert "last tick was never" in said(pollbot("health"))


def test_help_loads_neither_torch_nor_matplotlib():
    command = [sys.executable, "-X", "importtime", "-m", "bot", "--help"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr

    assert "bot.cli" in loaded
    assert not [name for name in ("torch", "matplotlib", "numpy", "telegram.ext") if f" {name}\n" in loaded]


def test_sigterm_ends_a_running_bot_and_its_worker_cleanly(tmp_path, api):
    env = os.environ | {"POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api, "POLLBOT_LOG_FORMAT": "json"}
    log = tmp_path / "log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "bot", "run"]
        bot = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=out, stdout=out)
        healthy = [sys.executable, "-m", "bot", "health"]
        deadline = time.monotonic() + 30
        while subprocess.run(healthy, cwd=tmp_path, env=env, capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, log.read_text()
        bot.send_signal(signal.SIGTERM)

        assert bot.wait(20) == 0
    assert '"event": "stopped"' in log.read_text()
    assert "Traceback" not in log.read_text()
    assert not [p for p in Path("/proc").glob("[0-9]*/cwd") if os.path.lexists(p) and _target(p) == str(tmp_path)]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # gone meanwhile, or somebody else's
        return ""
