"""
The processes that a demo starts: they end with it, however it ends.

Each has a pipe from here as its standard input and ends when that closes, which no death of ours can prevent. only
raises a flag, heard where the demo waits: nothing is torn apart in the middle of a step.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType, TracebackType
from typing import Self

from bot.errors import PollbotError
from experiments import launch

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLITE_S = 10.0  # for a process to end by itself, before it is killed
TICK_S = 0.2
LOCAL = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


class DemoError(PollbotError):
    """A part of the demo cannot start, has ended too early, or does not come to its end in time."""


class Processes:
    """What was started; everything ends with the block, last first, and no signal interrupts that."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.logs: dict[str, Path | None] = {}
        self.caught = 0

    def __enter__(self) -> Self:
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
                signal.signal(number, self._catch)
        return self

    def _catch(self, number: int, _: FrameType | None) -> None:
        self.caught = self.caught or number

    def start(
        self,
        module: str,
        *words: str,
        log: Path | None = None,
        cwd: Path | None = None,
        keep: Sequence[int] = (),
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Run `python -m MODULE WORDS… --with-parent`; what it says goes to `log`, it keeps these file descriptors."""
        with log.open("wb") if log else nullcontext() as out:
            self.running[module] = subprocess.Popen(  # noqa: S603 our own modules
                launch.command(module, *words, "--with-parent"),
                stdin=subprocess.PIPE,
                stdout=out or subprocess.DEVNULL,
                stderr=out,
                cwd=cwd or launch.ROOT,
                env=launch.environment(**LOCAL, **settings),
                pass_fds=keep,
                start_new_session=True,  # Ctrl-C is for the demo: what it started ends in order
            )
        self.logs[module] = log

    def wait(self, seconds: float = TICK_S) -> None:
        """Let time pass; raises SystemExit when a signal asked for the end, `DemoError` when a process has ended."""
        time.sleep(seconds)
        if self.caught:
            sys.exit(128 + self.caught)
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DemoError(f"the {name} ended, {_cause(process.returncode)}{self._see(name)}")

    def _see(self, name: str) -> str:
        log = self.logs[name]
        return f"; its log is {log}" if log else ""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
            try:
                process.wait(POLITE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _cause(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"


def take_port(port: int) -> socket.socket:
    """A listening socket on loopback; raises `DemoError` when the port cannot be had."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=256)
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        raise DemoError(f"port {port} cannot be had: {why}; give another one, --port 0 takes a free one") from None


@dataclass(frozen=True)
class Emulator:
    """Where it is, and the bot that it has: a token drawn for this time alone, so that no web page knows it."""

    url: str
    token: str


def start_emulator(processes: Processes, sock: socket.socket, log: Path | None = None) -> Emulator:
    """Have an emulator serve this socket. Calls wait in the socket until it is up."""
    os.environ |= LOCAL  # for what this process asks of it
    with sock:  # once it is the emulator's alone, a dead emulator refuses calls instead of keeping them waiting
        number, token = sock.fileno(), f"4242:{secrets.token_urlsafe(24)}"
        own = {"EMULATOR_TOKEN": token}
        processes.start("emulator", "--socket", str(number), log=log, keep=(number,), settings=own)
        return Emulator(f"http://127.0.0.1:{sock.getsockname()[1]}", token)
