"""The commands as a person types them: each in a process of its own."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.store import modes, votes
from tests.bot.descendants import living, marked
from tests.conftest import NOON
from tests.factory import answer, asked, poll, publish, send
from tests.patience import PATIENCE_S, eventually

THREAD = "---\ntitle: Тред 🔬\nlanguage: ru\nstart: 2099-01-01 13:00 Europe/Moscow\npause: 1m\n---\nПривет.\n"


@pytest.fixture
def pollbot(tmp_path, forked):
    """Run `pollbot WORDS…` in an empty folder; settings are given by name."""
    (tmp_path / "thread.md").write_text(THREAD)

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return forked.run(words, tmp_path, **{f"POLLBOT_{name}": value for name, value in settings.items()})

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
    done = pollbot("schedule", "thread.md", "--far", "--chat", "@nowhere", TOKEN="4242:demo", API_URL=api)

    assert "chat '@nowhere': chat not found; add @" in said(done)


def test_a_chat_where_the_bot_may_not_post_is_one_sentence(pollbot, api, sim):
    chat = {"type": "channel", "title": "c", "username": "mute", "rights": {"can_post_messages": False}}
    sim.post("/chats", json=chat).raise_for_status()
    done = pollbot("schedule", "thread.md", "--far", "--chat", "@mute", TOKEN="4242:demo", API_URL=api)

    assert "may not post there; give it the right to post messages" in said(done)


def test_a_telegram_that_cannot_be_reached_is_one_sentence(pollbot):
    done = pollbot(
        "schedule", "thread.md", "--far", "--chat", "@group", TOKEN="4242:demo", API_URL="http://127.0.0.1:9"
    )

    assert "Telegram cannot be reached at http://127.0.0.1:9" in said(done)


def test_a_broken_thread_is_not_scheduled(pollbot, api, tmp_path):
    (tmp_path / "bad.md").write_text("---\ntitle: T\nlanguge: en\n---\nHello\n")
    done = pollbot("schedule", "bad.md", "--chat", "@group", TOKEN="4242:demo", API_URL=api)

    assert done.returncode == 1
    assert "bad.md:3:1: error: unknown key 'languge'" in done.stderr
    assert not (tmp_path / "pollbot.db").exists()


@pytest.fixture
def schedule(pollbot, api, sim):
    """Schedule the thread into a channel at the emulator."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return pollbot("schedule", "thread.md", "--chat", "channel", *words, TOKEN="4242:demo", API_URL=api)

    return run


def test_a_plan_is_printed_with_its_id(schedule):
    done = schedule("--far")

    assert done.returncode == 0
    assert "publication 1; `pollbot run` posts it" in done.stdout
    assert "2099-01-01 10:00" in done.stdout


def test_a_start_in_years_and_the_same_thread_again_have_to_be_meant(schedule):
    assert "--far says that it is meant" in said(schedule())
    assert schedule("--far").returncode == 0
    assert "@channel has this thread already: publication 1" in said(schedule("--far"))
    assert "publication 2;" in schedule("--far", "--again").stdout


def test_what_is_unknown_is_one_sentence(schedule, pollbot):
    schedule("--far")

    for words in (["status", "7"], ["export", "7"], ["export", "7", "--votes"], ["mend", "7", "1", "--send"]):
        assert "there is no publication 7" in said(pollbot(*words))
    assert "publication 1 has no post 9: it has 1" in said(pollbot("mend", "1", "9", "--done"))
    assert "post 1 of publication 1 is not stopped" in said(pollbot("mend", "1", "1", "--send"))
    assert "--send sends it again, --done goes on without" in said(pollbot("mend", "1", "1"))


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


def test_the_version_is_told(pollbot):
    assert pollbot("--version").stdout == f"pollbot {version('pollbot')}\n"


def test_health_tells_the_bot_from_its_worker(schedule, pollbot):
    schedule("--far")

    assert "no bot has ever run" in said(pollbot("health"))
    assert "no worker has ever run" in said(pollbot("health", "--worker"))


def test_health_leaves_nothing_behind(schedule, pollbot, tmp_path):
    schedule("--far")
    before = sorted(tmp_path.iterdir())
    pollbot("health")

    assert sorted(tmp_path.iterdir()) == before
    assert "no database at" in said(pollbot("health", DATABASE_URL="sqlite:///nowhere.db"))
    assert sorted(tmp_path.iterdir()) == before


def test_help_loads_neither_torch_nor_matplotlib():
    command = [sys.executable, "-X", "importtime", "-m", "bot", "--help"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr

    assert "bot.cli" in loaded
    assert not [name for name in ("torch", "matplotlib", "numpy", "telegram.ext") if f" {name}\n" in loaded]


def test_sigterm_ends_a_running_bot_and_its_worker_cleanly(tmp_path, api):
    env = os.environ | {"POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api, "POLLBOT_LOG_FORMAT": "json"}
    env |= marked(tmp_path)
    log = tmp_path / "log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "bot", "run"]
        bot = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=out, stdout=out)

        def healthy(*words: str) -> bool:
            command = [sys.executable, "-m", "bot", "health", *words]
            return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=False).returncode == 0

        assert eventually(healthy), log.read_text()
        assert eventually(lambda: healthy("--worker")), log.read_text()
        bot.send_signal(signal.SIGTERM)

        assert bot.wait(PATIENCE_S) == 0
    assert '"event": "stopped"' in log.read_text()
    assert "Traceback" not in log.read_text()
    assert living(tmp_path) == []


FULL_DISK = """
import resource, sys
from bot.__main__ import main

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.argv = ["pollbot", "run"]
main()
"""


def test_a_disk_that_takes_nothing_is_one_sentence_without_the_secret_that_was_to_be_stored(database, api):
    env = os.environ | {"POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api}
    command = [sys.executable, "-c", FULL_DISK]
    folder = Path(database.url.database).parent
    modes.mend(Path(database.url.database))  # else it is told that others could read it
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert said(done).endswith("pollbot.db.voter-key: File too large\n")
    assert not re.search("[0-9a-f]{64}", done.stderr)
