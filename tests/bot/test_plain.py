"""Whatever a title, an option, a file is called, no command lets it command the terminal or forge a line."""

import json
import os
import re

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import app
from bot.plain import one_line, plain
from bot.store import inquiries, questions, schedule
from bot.store.address import Chat
from bot.store.messages import Intent, intend
from bot.thread.model import Option, Poll, Thread
from tests.conftest import NOON
from tests.factory import CHANNEL, HOUR, asked, send, text

COMMANDING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
PARTS = ["\x1b[31m", "\x1b]0;x\x07", "\x9b2J", "\x08", "\r", "\u202e", "\u2066", "[/math]", "[red]", "[link=https://x]"]
PARTS += [
    "\\",
    "[/]",
    "\t",
    "=1+1",
    "{0}",
    "%s",
    "<b>",
    "'",
    '"',
    "🔬",
    "\u200b",
    "\x7f",
    "[bold",
    "]",
    ":smile:",
    "--",
]
HOSTILE = "".join(PARTS)
FORGED = "\nall is well\n::add-mask::x"
NAMES = ["\x1b[31m.md", "a\nall is well\n::stop.md", "[/math].md", "-x.md", "a\udcff.md", "\u202egpj.md", "x" * 200]
NONE = "none\x1b\nall is well"


@given(st.text())
def test_plain_text_commands_nothing_and_is_json_s_own(text):
    shown = plain(text)

    assert not COMMANDING.search(shown)
    assert "\n" not in one_line(text)
    assert json.loads(f'"{plain(json.dumps(text, ensure_ascii=False)[1:-1])}"') == text


@pytest.fixture
def place(tmp_path, database):
    """A database whose every text is hostile, as an older version, or somebody else, may have stored it."""
    options = (Option(text=HOSTILE, correct=True), Option(text=f"b{FORGED}"))
    posts = (asked(Poll(id="p", question=HOSTILE, options=options, open=HOUR)), text(HOSTILE))
    chat = Chat(id=CHANNEL.id, type=CHANNEL.type, ref=f"@{HOSTILE}{FORGED}")
    made = Thread(title=HOSTILE + FORGED, posts=posts)
    schedule.schedule(database, made, chat, start=NOON, now=NOON, files=[[] for _ in posts])
    send(database, NOON, 10, chat=chat)
    intent = Intent(2, "post", 0)
    intend(database, intent, chat_id=CHANNEL.id, digest="digest", now=NOON)
    questions.stop(database, intent, "failed", HOSTILE + FORGED)
    place = {"chat": {"id": chat.id, "username": "x"}, "post": {"chat": chat.id, "message_id": 10}, "thread": None}
    said = {"message_id": 11, "from": {"id": 1}, "text": HOSTILE + FORGED, "option": 0, "edited": False}
    with database.begin() as connection:
        inquiries.hear(connection, place | said, b"key", NOON)
    for number, name in enumerate(NAMES):
        head = "---\ntitle: T\nlanguage: en\nwrong\x1b: x\n---\n" if number % 2 else "---\ntitle: T\n---\n"
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{head}[/math] \x1b[31m\n")
    (tmp_path / "q.gift").write_text("::" + HOSTILE.replace("\r", "") + "::Which [/math] \x1b[31m? {=a ~b\x1b[8m}\n")
    return tmp_path


LOOKS = [["status"], ["status", "1"], ["status", "--json"], ["doctor"], ["mend", "1", "2", "--done"], ["health"]]
LOOKS += [["check", "--", *NAMES], ["check", "--format", "json", "--", *NAMES], ["check", "--", NONE]]
LOOKS += [
    ["import", "q.gift"],
    ["import", "--", *NAMES],
    ["import", "--out", f"{NONE}/x.md", "q.gift"],
    ["import", NONE],
]
LOOKS += [["experiment", HOSTILE], ["experiment", "heads", "--set", "\x1b[31m[/math]=1"]]
LOOKS += [["experiment", "heads", "--out", f"{NONE}[/x]/a.png"], ["experiment", "heads", "--votes", "\x1b[/x]"]]
LOOKS += [
    ["schedule", "--chat", NONE, "--start", "now", "--", NAMES[0]],
    ["schedule", "--chat", "@abcd", "--", NAMES[1]],
]
LOOKS += [["schedule", "--chat", "@abcd", "--start", NONE, "--", "fine.md"]]
LOOKS += [["preview", "--png", f"{NONE}/a.png", "--", "fine.md"], ["preview", "--", NONE], ["demo", "--", NAMES[1]]]
LOOKS += [["backup", f"{NONE}[/x]/a.db"], ["export", "1", "--format", "gift", "--out", f"{NONE}[/x]/x.gift"]]
LOOKS += [["results", "1"]]
LOOKS += [
    ["replace", "1", NAMES[0], "--yes"],
    ["replace", "1", NONE],
    ["correct", "1", "1", NAMES[0], "--yes"],
    ["correct", "1", "1", NONE],
    ["move", "1", "--by", NONE],
    ["move", "1", "--to", NONE],
]
LOOKS += [["questions", "1", "--all"], ["pause", "1"], ["log"], ["resume", "1"], ["skip", "1", "2"]]
LOOKS += [["send", "1", "2"], ["close", "1", "1"]]
LOOKS += [["plan"], ["plan", "--zone", NONE], ["slots", NONE], ["slots", "@abcd", NONE], ["zone", "@abcd", NONE]]
LOOKS += [
    ["again", "1", "1"],
    ["again", "1", "1", "--start", NONE],
    ["schedule", "--chat", "@abcd", "--start", "slot", "--", "fine.md"],
]
LOOKS += [["status"], ["cancel", "1", "--yes"], ["log", "1"], ["rekey"], ["status", "--all"]]
LOOKS += [["backup", "\x1b[31m.db"], ["export", "2"], ["mend", "1", "1", "--at", NONE]]


def test_no_command_s_words_command_a_terminal_or_forge_a_line(place, forked, api):
    (place / "fine.md").write_text("---\ntitle: T\nlanguage: en\n---\nHello.\n")
    given = {"POLLBOT_TOKEN": "4242:demo", "POLLBOT_API_URL": api}
    for words in LOOKS:
        done = forked.run(tuple(words), place, **given)
        said = done.stdout + done.stderr

        assert "Traceback" not in said, words
        assert done.returncode in (0, 1, 2), words
        assert not COMMANDING.search(said), (words, said)
        assert not re.search(r"^(all is well|::)", said, re.MULTILINE), (words, said)
    assert {words[0] for words in LOOKS} | {"run", "worker"} == set(typer.main.get_command(app).commands)


@pytest.mark.parametrize("form", ["csv", "json", "markdown", "gift"])
def test_what_a_program_reads_goes_out_to_the_letter(place, forked, form):
    done = forked.run(("export", "1", "--format", form), place)

    assert done.returncode == 0
    assert "🔬" in done.stdout
    assert form == "json" or "\x1b[31m" in done.stdout


def test_our_own_colours_reach_a_terminal_and_nobody_else_s(place, forked):
    ours, theirs = os.openpty()
    forked.run(("check", "--", "\x1b]0;gone\x07.md"), place, theirs, TERM="xterm-256color")
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)

    assert "\x1b[1" in shown
    assert "\\u001b]0;gone" in shown
    assert "\x1b]" not in shown
