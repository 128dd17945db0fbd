"""`pollbot check --experiments` as a person runs it, and stops it."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.bot.shell import environment, said, shell, without_torch
from tests.patience import eventually

THREAD = """---
title: Т
---
Сколько?

- [x] ноль
- [ ] бесконечность

```experiment
run: where_nan
options: [nan, inf]
seeds: 256
```
"""
DYING = """
import os, sys
if "bot.worker" in sys.orig_argv:
    os.write(2, b"pollbot: the disk is full\\n")
    os._exit(3)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "thread.md").write_text(THREAD, "utf-8")
    return tmp_path


def processes(session: int) -> dict[int, str]:
    """What runs in a session: the command line by process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def waited_for(session: int, words: str) -> int:
    """The process in this session whose command line has these words, once it is there."""
    return eventually(lambda: next((number for number, line in processes(session).items() if words in line), None))


@pytest.fixture
def checking(folder):
    """The command in a session of its own, as in a terminal of its own."""
    command = [folder / "bin" / "pollbot", "check", "--experiments", "thread.md"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(folder), start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process
        for number in processes(process.pid):
            os.kill(number, signal.SIGKILL)


@pytest.mark.parametrize("when", ["experiments.installed", "bot.worker", "experiments.engines.child"])
def test_ctrl_c_leaves_no_process_and_no_traceback(checking, when):
    waited_for(checking.pid, when)
    os.killpg(checking.pid, signal.SIGINT)
    _, told = checking.communicate()

    assert (checking.returncode, "Traceback" in told) == (130, False)
    assert processes(checking.pid) == {}


def test_a_worker_that_is_killed_is_told(checking):
    os.kill(waited_for(checking.pid, "bot.worker"), signal.SIGKILL)
    _, told = checking.communicate()

    assert checking.returncode == 1
    assert told.startswith("pollbot: the worker ended before all was measured: killed by SIGKILL")


def test_a_worker_that_dies_says_why(folder):
    (folder / "sitecustomize.py").write_text(DYING)
    done = shell(folder, "pollbot check --experiments thread.md", PYTHONPATH=str(folder))

    assert said(done) == "the worker ended before all was measured: exit code 3, the disk is full\n"


def test_a_missing_torch_is_one_sentence_with_the_remedy(folder):
    missing = without_torch(folder, "ModuleNotFoundError(\"No module named 'torch'\", name='torch')")
    done = shell(folder, "pollbot check --experiments thread.md", **missing)

    assert said(done).startswith("torch is missing, and experiments are measured with it: pip install '.[worker]'")


def test_a_contradiction_is_told_on_a_terminal_without_its_letters(folder):
    wrong = THREAD.replace("256", "1").replace("[ ]", "[.]").replace("[x]", "[ ]").replace("[.]", "[x]")
    (folder / "thread.md").write_text(wrong, "utf-8")
    done = shell(folder, "pollbot check --experiments thread.md", PYTHONIOENCODING="ascii")

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert json.dumps("ноль")[1:-1] in done.stdout
