"""
Processes of ours that start warm: each is forked from one that has imported what they need (`tests.warming`).

They are as real as others, and die as such; what is saved is Python's start and seconds of imports, of their children,
too. The long tortures start theirs cold, and kill them while they import as well.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from experiments.engines.process import ONE_THREAD
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[1]


class Process(Protocol):
    """What `subprocess.Popen` and `Life` have in common."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...


Start = Callable[[Sequence[str], Mapping[str, str], Path, IO[str]], Process]


def cold(words: Sequence[str], env: Mapping[str, str], folder: Path, log: IO[str]) -> Process:
    """`python -m WORDS…` as everybody starts it."""
    return subprocess.Popen([sys.executable, "-m", *words], env=env, cwd=folder, stdout=log, stderr=log)


class Life:
    """A process whose parent is another: that one keeps its number from being given anew until we are done with it."""

    def __init__(self, told: socket.socket) -> None:
        self.told = told
        told.settimeout(PATIENCE_S)
        self.pid = int(told.recv(16))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a warm process", timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self.told.settimeout(timeout)
            try:
                self.returncode = int(self.told.recv(16))
            except (BlockingIOError, TimeoutError):
                return None
            self.told.close()
        return self.returncode


@contextmanager
def warm() -> Iterator[Start]:
    """Imports everything once; what was started ends with the block."""
    asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.warming", str(asked.fileno())]
    env = {**os.environ, **ONE_THREAD}

    def start(words: Sequence[str], env: Mapping[str, str], folder: Path, log: IO[str]) -> Process:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asked_for = {"words": words, "env": dict(env), "folder": str(folder)}
        with theirs:
            socket.send_fds(asking, [json.dumps(asked_for).encode()], [theirs.fileno(), log.fileno()])
        return Life(ours)

    with asking, subprocess.Popen(command, cwd=ROOT, env=env, pass_fds=[asked.fileno()], process_group=0) as process:
        asked.close()
        try:
            yield start
        finally:
            os.killpg(process.pid, signal.SIGKILL)
