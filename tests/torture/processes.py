"""The emulator, and the victims: processes that are killed and started again. None outlives its `with` block."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Event
from typing import IO

ROOT = Path(__file__).parents[2]
TOKEN = "4242:demo"
STEP_S = 0.02
UP_S, END_S = 240.0, 240.0  # a busy machine takes this long to import everything, and to end after SIGTERM
LEFT_S = 60.0  # what ends with its parent is gone long before


def environment(**given: str) -> dict[str, str]:
    """This process's environment without any setting of the bot but those given."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
    return own | {"PYTHONPATH": str(ROOT)} | given


class Victim:
    """A process of ours: `python -m MODULE …`. What it writes goes to one file, over all its lives."""

    def __init__(self, name: str, words: tuple[str, ...], given: dict[str, str], log: IO[str]) -> None:
        self.name = name
        self.command = [sys.executable, "-m", *words]
        self.given = given
        self.log = log
        self.process: subprocess.Popen[str] | None = None

    def start(self, **more: str) -> None:
        env, folder = environment(**self.given, **more), Path(self.log.name).parent
        self.process = subprocess.Popen(self.command, env=env, cwd=folder, stdout=self.log, stderr=self.log, text=True)

    def died(self, seconds: float, done: Event) -> bool:
        """Wait until it has ended, at most so many seconds and only until `done`."""
        assert self.process
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until and not done.wait(STEP_S):
            pass
        return self.process.poll() is not None

    def come_up(self, done: Event) -> None:
        """Wait until it has a handler for SIGTERM: while it imports, that would end it at once."""
        until = time.monotonic() + UP_S
        while not self._hears() and time.monotonic() < until and not self.died(STEP_S, done) and not done.is_set():
            pass

    def _hears(self) -> bool:
        assert self.process
        with suppress(OSError):
            status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
            caught = re.search(r"SigCgt:\s*(\w+)", status)
            return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)
        return False

    def kill(self) -> int:
        """SIGKILL; returns how the process ended, whoever ended it."""
        assert self.process
        self.process.kill()
        return self.process.wait()

    def end(self) -> int:
        """Ask it to end, as soon as it can hear that; returns its exit code."""
        assert self.process
        self.come_up(Event())
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            return self.kill()


@contextmanager
def victim(name: str, words: tuple[str, ...], given: dict[str, str], folder: Path) -> Iterator[Victim]:
    """Not started yet; killed at the end of the block."""
    with (folder / f"{name}.log").open("a") as log:
        one = Victim(name, words, given, log)
        try:
            yield one
        finally:
            if one.process:
                one.kill()


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    """The Bot API on a free port; yields its address."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--token", TOKEN]
    with (folder / "emulator.log").open("w") as log:
        process = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.kill()
            process.communicate()


def orphans(folder: Path) -> list[str]:
    """Kill what still runs in a round's folder, when all of its processes have been ended; returns what it was."""
    until = time.monotonic() + LEFT_S
    while (left := dict(_running_in(folder))) and time.monotonic() < until:
        time.sleep(STEP_S)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return list(left.values())


def _running_in(folder: Path) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink() == folder.resolve():
                yield int(entry.name), (entry / "cmdline").read_text("utf-8").replace("\0", " ")


def free_port() -> int:
    """One that no outgoing connection takes while the bot is dead: below those that the kernel gives out."""
    while True:
        port = Random().randint(20_000, 30_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
