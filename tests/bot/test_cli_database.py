"""Which commands make or upgrade a database: `run` and `schedule`, and no other."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from bot import cli
from bot.errors import StoreError
from bot.store import schema, store
from tests.bot.store import stored

OPENS = {
    "status": [],
    "mend": ["1", "1", "--done"],
    "export": ["1"],
    "results": ["1"],
    "backup": ["copy.db"],
    "doctor": [],
    "health": [],
    "rekey": [],
    "pause": ["1"],
    "resume": ["1"],
    "move": ["1", "--by", "1h"],
    "skip": ["1", "1"],
    "send": ["1", "1"],
    "close": ["1", "1"],
    "cancel": ["1", "--yes"],
    "replace": ["1", "thread.md", "--yes"],
    "correct": ["1", "1", "thread.md", "--yes"],
    "log": [],
    "questions": ["1"],
    "plan": [],
    "slots": ["@group"],
    "zone": ["@group", "Berlin"],
    "again": ["1", "1"],
}
MAKES = {"run", "schedule"}
ELSEWHERE = {
    "worker",
    "experiment",
    "demo",
    "preview",
    "check",
    "import",
}  # another process, a database of their own, or none


@pytest.fixture
def file(tmp_path, monkeypatch, url):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLLBOT_DATABASE_URL", url)
    return tmp_path / "pollbot.db"


def told(command):
    """What a command that only opens raises."""
    error = CliRunner().invoke(cli.app, [command, *OPENS[command]]).exception
    assert isinstance(error, StoreError), error
    return str(error)


def test_every_command_has_its_place_here():
    assert {*typer.main.get_command(cli.app).commands} == {*OPENS, *MAKES, *ELSEWHERE}


@pytest.mark.parametrize("command", OPENS)
def test_where_there_is_no_database_a_command_makes_none(file, tmp_path, command):
    assert f"no database at {file}" in told(command)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [name for name in OPENS if name != "health"])
def test_a_command_does_not_upgrade_a_database(file, command):
    stored.load(file)
    before = stored.contents(file)

    assert "made by another version of pollbot (0001; " in told(command)
    assert stored.contents(file) == before


@pytest.mark.parametrize("older", [False, True])
def test_a_worker_makes_and_upgrades_nothing(file, tmp_path, older):
    if older:
        stored.load(file)
    command = [sys.executable, "-m", "bot", "worker"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert ("made by another version" if older else f"no database at {file}") in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == (["pollbot.db"] if older else [])


def test_schedule_upgrades_a_database_in_use_and_keeps_what_was_there(file, tmp_path, api, sim, monkeypatch):
    before = stored.contents(stored.load(file))
    (tmp_path / "thread.md").write_text("---\ntitle: T\nlanguage: en\npause: 1m\n---\nHello.\n")
    monkeypatch.setenv("POLLBOT_TOKEN", "4242:demo")
    monkeypatch.setenv("POLLBOT_API_URL", api)
    done = CliRunner().invoke(cli.app, ["schedule", "thread.md", "--chat", "@channel", "--start", "+1h"])

    assert done.exit_code == 0, done.output
    assert "publication 8;" in done.output
    kept, meant = (
        stored.contents(tmp_path / f"pollbot.db.before-{schema.revisions()[-1]}"),
        {"strays.content", "strays.reason"},
    )
    assert {"name": "'voter_key'", "value": "''"} not in kept.pop("facts") != before.pop("facts")  # that is beside now
    assert stored.shared(kept, before, meant) == stored.shared(before, kept, meant)
    with store.opened(f"sqlite:///{file}"):
        pass
