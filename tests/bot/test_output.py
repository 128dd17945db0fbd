"""What commands print, on every terminal: each in a process of its own, forked from one that has its encoding."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

import pytest
import typer

from bot.cli import app
from bot.commands import status
from bot.store import questions
from bot.store.messages import Intent, intend
from bot.thread.model import Option, Poll
from tests.conftest import NOON
from tests.factory import CHANNEL, HOUR, asked, publish, send, text

THREAD = "---\ntitle: Тред 🔬 ½\nlanguage: ru\nstart: 2099-01-01 13:00Z\npause: 1m\n---\nПривет.\n"
SCHEDULE = ["schedule", "тред.md", "--far", "--again", "--chat", "channel"]
PRINTING = [
    ["status"],
    ["status", "--json"],
    ["export", "1"],
    ["export", "1", "--results"],
    ["results", "1"],
    ["check", "тред.md"],
    ["--version"],
    ["--help"],
    SCHEDULE,
]
WORDS = [
    *PRINTING,
    *([command, "--help"] for command in ("demo", "preview", "run")),  # they run for ever
    ["check", "кривой.md"],
    ["check", "кривой.md", "--format", "json"],
    ["import", "вопрос.gift"],
    ["status", "1", "--json"],
    ["export", "1", "--format", "json"],
    ["doctor"],
    ["health"],
    ["mend", "1", "2", "--done"],
    ["backup", "копия.db"],
    ["pause", "1"],
    ["move", "1", "--by", "1h"],
    ["resume", "1"],
    ["send", "1", "9"],
    ["skip", "1", "9"],
    ["close", "1", "9"],
    ["replace", "1", "тред.md", "--yes"],
    ["correct", "1", "9", "тред.md", "--yes"],
    ["cancel", "1", "--yes"],
    ["log"],
    ["questions", "1"],
    ["plan"],
    ["slots", "@channel", "mon 18:00 UTC"],
    ["zone", "@channel", "Berlin"],
    ["again", "1", "9"],
    ["rekey"],
]
FULL = "pollbot: standard output cannot be written: No space left on device\n"


STEERING = (
    "pause",
    "move",
    "resume",
    "send",
    "skip",
    "close",
    "replace",
    "correct",
    "cancel",
    "again",
)  # nothing is left to go out
TAKING_ITS_PLACE = [["worker", "--help"], ["experiment", "--help"]]  # another Python in the same process


def fails(words: list[str]) -> bool:
    """No bot runs; a thread with a mistake; what cannot be done."""
    return words[0] in ("doctor", "health", *STEERING) or "кривой.md" in words


@contextmanager
def full() -> Iterator[int]:
    fd = os.open("/dev/full", os.O_WRONLY)
    yield fd
    os.close(fd)


@contextmanager
def pipe() -> Iterator[int]:
    """One that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


INTO = {"file": nullcontext, "full": full, "pipe": pipe}


class Said(NamedTuple):
    words: list[str]
    code: int
    out: str
    err: str


@pytest.fixture
def terminal(tmp_path, database, api, sim, forked):
    """Run commands one after the other, in a folder with a thread and a database that hold letters of all kinds."""
    (tmp_path / "тред.md").write_text(THREAD)
    (tmp_path / "вопрос.gift").write_text("Что “наше” 🔬? {=наш é ½ ~их}", "utf-8")
    (tmp_path / "кривой.md").write_text(THREAD.replace("language", "язык 🔬"))
    options = (Option(text="наш é ½ 🔬", correct=True), Option(text="“их”"))
    publish(database, NOON, asked(Poll(id="p", question="Что?", options=options, open=HOUR)), text(), chat=CHANNEL)
    send(database, NOON, 10, chat=CHANNEL)
    intent = Intent(2, "post", 0)
    intend(database, intent, chat_id=CHANNEL.id, digest="digest", now=NOON)
    questions.stop(database, intent, "failed", "нет 🔬")

    def run(words: list[list[str]], encoding: str = "utf-8", into: str = "file") -> list[Said]:
        given = {"encoding": encoding, "POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api}
        with INTO[into]() as fd:
            done = [forked.run(tuple(one), tmp_path, fd, **given) for one in words]
        return [Said(one, each.returncode, each.stdout, each.stderr) for one, each in zip(words, done, strict=True)]

    return run


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-r", "cp1251"])
def test_every_command_prints_on_every_encoding(terminal, database, encoding):
    stored = status.read(database, 1).model_dump(mode="json")
    done = {tuple(said.words): said for said in terminal(WORDS, encoding)}

    assert {words[0] for words in [*WORDS, *TAKING_ITS_PLACE]} >= {*typer.main.get_command(app).commands}
    assert [said for said in done.values() if said.code != fails(said.words) or "Traceback" in said.err] == []
    assert json.loads(done["status", "1", "--json"].out) == stored


def test_what_takes_the_place_of_pollbot_inherits_its_terminal(terminal):
    assert [(said.code, said.err) for said in terminal(TAKING_ITS_PLACE, "ascii")] == [(0, ""), (0, "")]


@pytest.mark.parametrize(("into", "sentence"), [("full", FULL), ("pipe", "")])
def test_output_that_nobody_takes_is_one_sentence_and_schedules_nothing(terminal, database, into, sentence):
    done = terminal(PRINTING, into=into)

    assert [(said.words, said.code, said.err) for said in done] == [(words, 1, sentence) for words in PRINTING]
    assert [publication.thread for publication in status.read(database).publications] == ["Тред"]


def test_what_is_done_already_is_told_where_it_can_be(terminal):
    (mended, copied) = terminal([["mend", "1", "2", "--done"], ["backup", "копия.db"]], into="full")

    assert (mended.code, mended.err) == (0, f"post 2 of publication 1: taken as done\n{FULL.removeprefix('pollbot: ')}")
    assert (copied.code, "bytes, checked" in copied.err) == (0, True)


def test_a_closed_standard_output_is_told_before_anything_is_done(tmp_path):
    command = f"exec {sys.executable} -m bot backup x.db >&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "pollbot: standard output is closed; send it to /dev/null where nobody reads it\n"
