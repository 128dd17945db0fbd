"""No command leaves a database open: whatever it says, however it ends."""

from contextlib import suppress

import pytest
import typer

from bot.cli import app
from bot.errors import PollbotError
from tests import made, watched
from tests.conftest import CONNECTIONS, NOON
from tests.factory import publish, text
from tests.patience import PATIENCE_S
from tests.torture.processes import victim

THREAD = "---\ntitle: T\nlanguage: en\nstart: 2099-01-01 13:00 Europe/Moscow\npause: 1m\n---\nHello.\n"
COMMANDS = {
    "again": ["1", "1"],
    "backup": ["copy.db"],
    "doctor": [],
    "cancel": ["1", "--yes"],
    "close": ["1", "1"],
    "export": ["1"],
    "results": ["1"],
    "health": [],
    "log": [],
    "mend": ["1", "1", "--send"],
    "move": ["1", "--by", "1h"],
    "pause": ["1"],
    "questions": ["1"],
    "plan": [],
    "rekey": [],
    "replace": ["1", "thread.md", "--yes"],
    "correct": ["1", "1", "thread.md", "--yes"],
    "resume": ["1"],
    "schedule": ["thread.md", "--chat", "@group", "--start", "now"],
    "send": ["1", "1"],
    "skip": ["1", "1"],
    "slots": ["@group"],
    "status": ["1"],
    "zone": ["@group", "Berlin"],
}
PROGRAMS = {"check", "demo", "experiment", "import", "preview", "run", "worker"}  # start others, become one, have none


@pytest.fixture
def settings(api, sim, url):
    return {"POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api, "POLLBOT_DATABASE_URL": url}


@pytest.fixture
def home(tmp_path, monkeypatch, settings, url):
    """A folder with a thread, and with a database in which one is published."""
    (tmp_path / "thread.md").write_text(THREAD)
    with made.opened(url) as database:
        publish(database, NOON, text("hello"))
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_every_command_is_tried_here():
    assert {*typer.main.get_command(app).commands} == PROGRAMS | {*COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_closes_what_it_opened(home, command):
    del CONNECTIONS[:]
    with suppress(PollbotError):
        app([command, *COMMANDS[command]], standalone_mode=False)

    assert CONNECTIONS
    assert watched.left_open(CONNECTIONS) == []


@pytest.mark.parametrize("words", [("bot", "run", "--no-worker"), ("bot.worker",)], ids=" ".join)
def test_a_program_that_is_ended_closes_what_it_opened(home, settings, words):
    with victim("program", ("tests.watched", *words), settings, home) as program:
        program.start()

        assert program.end() == 0
    assert "left open" not in (home / "program.log").read_text()


def test_a_program_that_leaves_one_open_is_told_of(home, settings):
    (home / "leaves.py").write_text(
        "from bot.store import store; store.connect('sqlite:///pollbot.db').connect().close()"
    )
    with victim("program", ("tests.watched", "leaves"), settings, home) as program:
        program.start()
        program.process.wait(PATIENCE_S)

    assert "left open" in (home / "program.log").read_text()
