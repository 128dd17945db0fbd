"""Demos and previews as a person starts them, and what is left of their processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.descendants import living, marked
from tests.patience import PATIENCE_S, eventually

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


class Place:
    """A folder with a thread in it, where pollbot is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []
        (folder / "t.md").write_text(THREAD)

    def start(self, *words: str, before: tuple[str, ...] = (), **options) -> subprocess.Popen[str]:
        """Run `pollbot WORDS…` beside the test."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
        env |= marked(self.folder) | options.pop("env", {})
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
        """Every process that was started from here, wherever it stands."""
        return living(self.folder)

    def is_left(self) -> bool:
        """Nobody is here any more, or will be: those that end may take a moment."""
        return eventually(lambda: not self.alive())


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    for process in place.started:
        process.kill()
        process.communicate()
