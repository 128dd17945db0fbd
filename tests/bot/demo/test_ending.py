"""However a demo or a preview ends, at whatever moment: no process stays behind, and no traceback is printed."""

import os
import random
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE_S, eventually

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
COMMANDS = {"preview": ("preview", "t.md", "--port", "0"), "demo": ("demo", "t.md", "--port", "0", "--open", "3")}
IMPORTS = {"PYTHONPROFILEIMPORTTIME": "1"}


def begun(process):
    """Wait until our own code runs: an interrupt before that is Python's, and has its traceback."""
    for line in process.stderr:
        if "typer" in line:
            return


def said(process) -> str:
    _, words = process.communicate(timeout=PATIENCE_S)
    return "\n".join(line for line in words.splitlines() if not line.startswith("import time:"))


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_at_any_moment_leaves_no_process(place, seed):
    chance = random.Random(seed)
    command, number = "demo" if seed % 4 == 3 else "preview", chance.choice(SIGNALS)
    process = place.start(*COMMANDS[command], env=IMPORTS)
    begun(process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(chance.uniform(0, 1.5 if command == "preview" else 7))
    process.send_signal(number)

    assert "Traceback" not in said(process)
    assert process.returncode in (-number, 128 + number)
    assert place.is_left()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_part_is_killed_the_rest_ends_too(place, seed):
    process = place.start(*COMMANDS["demo"])
    address(process)
    assert eventually(lambda: len(place.alive()) > 3)  # demo, emulator, bot, worker
    victim = random.Random(seed).choice([pid for pid in place.alive() if pid != process.pid])
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: victim not in place.alive())
    process.terminate()

    assert "Traceback" not in said(process)
    assert process.returncode in (1, 143)
    assert place.is_left()


def test_a_preview_without_its_emulator_says_so_and_ends(place):
    process = place.start(*COMMANDS["preview"])
    address(process)
    os.kill(child(process, "emulator"), signal.SIGKILL)

    assert said(process) == "pollbot: the emulator ended, killed by SIGKILL"
    assert process.returncode == 1


def test_a_demo_without_its_bot_says_so_and_ends(place):
    process = place.start("demo", "t.md", "--port", "0", "--open", "60")
    address(process)
    os.kill(child(process, "bot run"), signal.SIGKILL)

    assert said(process) == "pollbot: the bot ended, killed by SIGKILL; its log is demo/bot.log"
    assert place.is_left()


def test_ctrl_c_while_people_vote_is_no_traceback(place):
    process = place.start("demo", "t.md", "--port", "0", "--open", "60")
    sim = f"{address(process)}/sim/polls"
    assert eventually(lambda: httpx.get(sim).json()["votes_cast"])
    process.send_signal(signal.SIGINT)

    assert said(process) == ""
    assert process.returncode == 130


@pytest.mark.parametrize("command", ["preview", "demo"])
@pytest.mark.parametrize("ending", ["ctrl-c", "closed"])
def test_a_terminal_ends_everything_that_was_started_in_it(place, command, ending):
    ours, theirs = os.openpty()
    process = place.start(*COMMANDS[command], before=("setsid", "--ctty"), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"http://" not in shown:
        shown += os.read(ours, 4096)
    if ending == "ctrl-c":
        os.write(ours, b"\x03")
    else:
        os.close(ours)

    assert process.wait(PATIENCE_S) in (128 + signal.SIGINT, 128 + signal.SIGHUP, 1)
    assert place.is_left()


def child(process, words: str) -> int:
    """The process that it has started with these words."""
    found = subprocess.run(["pgrep", "-P", str(process.pid), "-f", words], capture_output=True, text=True, check=True)
    return int(found.stdout)


def address(process) -> str:
    return next(found[0] for line in process.stdout if (found := re.search(r"http://[0-9.:]+", line)))


@pytest.mark.parametrize("command", ["preview", "demo"])
def test_no_web_page_knows_the_token_of_what_is_shown(place, command):
    process = place.start(*COMMANDS[command])
    page = address(process)

    assert httpx.get(f"{page}/bot4242:demo/getMe").status_code == 401
    assert "4242:" not in Path(f"/proc/{child(process, 'emulator')}/cmdline").read_text()
