"""Demos and previews as a person starts them, and what is left of their processes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

THREAD = """\
---
title: Toy thread
language: en
---
Hello.

---
How was it?

- [ ] fine
- [ ] so-so

```poll
kind: opinion
```
"""
PATIENCE_S = 300  # for what takes a second; only a failure waits so long


class Place:
    """A folder with a thread in it, where pollbot is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []
        (folder / "t.md").write_text(THREAD)

    def start(self, *words: str, before: tuple[str, ...] = (), **options) -> subprocess.Popen[str]:
        """Run `pollbot WORDS…` beside the test."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
        env |= options.pop("env", {})
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        command = [*before, sys.executable, "-m", "bot", *words]
        process = subprocess.Popen(command, cwd=self.folder, env=env, text=True, **pipes)
        self.started.append(process)
        return process

    def run(self, *words: str, **options) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=PATIENCE_S)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def refused(self, *words: str, **options) -> str:
        """What a command that fails says: one sentence, no traceback."""
        done = self.run(*words, **options)
        assert done.returncode == 1, done
        assert done.stderr.startswith("pollbot: ")
        assert done.stderr.count("\n") == 1
        return done.stderr

    def alive(self) -> list[int]:
        """Every process in this folder or below it."""
        return [int(p.name) for p in Path("/proc").glob("[0-9]*") if cwd(p).is_relative_to(self.folder)]

    def is_left(self) -> bool:
        """Nobody is here any more, or will be: those that end may take a moment."""
        return soon(lambda: not self.alive())


def cwd(process: Path) -> Path:
    try:
        return (process / "cwd").readlink()
    except OSError:  # gone meanwhile, or somebody else's
        return Path("/")


def soon(holds) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    for process in place.started:
        process.kill()
        process.communicate()
