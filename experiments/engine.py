"""
The local engine: jobs in child processes, so that nothing that an experiment does can hurt the worker.

One child is kept warm and does one job after another; it is killed and replaced when a job runs too long, takes too
much memory, or crashes. Plain `subprocess` and pipes; a fork server leaks children when the worker is killed.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

Job = dict[str, Any]
Event = dict[str, Any]

COMMAND = (sys.executable, "-m", "experiments.child")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
TICK_S = 0.1  # how often time and memory are looked at
CLOSED = "the engine is closed"
LAST_WORDS = 4000  # bytes of standard error that are kept


class RunFailed(Exception):  # noqa: N818 it is told to people by this name
    """A job gave no outcome. The first line says why, a traceback may follow."""


class Child:
    """One process and the pipes to it. It dies with the thread that starts it: let that one live on."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603 our own command
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            process_group=0,  # Ctrl-C is for the worker to handle
        )
        assert self.process.stdout
        assert self.process.stderr
        self.out, self.err = self.process.stdout.fileno(), self.process.stderr.fileno()
        self.ready = selectors.DefaultSelector()
        for stream in (self.out, self.err):
            self.ready.register(stream, selectors.EVENT_READ)
        self.partial = b""
        self.last_words = b""

    def send(self, job: Job) -> None:
        """Hand over a job; a child that is gone does not take it, and has no events."""
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()

    def events(self) -> Iterator[Event | None]:
        """What the child says, None at each tick without a word; ends when the child does."""
        while True:
            said = b""
            for key, _ in self.ready.select(TICK_S):
                chunk = os.read(key.fd, 1 << 16)
                if key.fd == self.err:
                    self.last_words = (self.last_words + chunk)[-LAST_WORDS:]
                    if not chunk:
                        self.ready.unregister(key.fd)
                elif not chunk:
                    return
                else:
                    said = chunk
            *lines, self.partial = (self.partial + said).split(b"\n")
            yield from (json.loads(line) for line in lines)
            yield None

    def memory(self) -> int:
        """Resident bytes; 0 where there is no /proc to ask (or nobody to ask about)."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> None:
        """Kill the process if it lives, and give back its pipes."""
        self.process.kill()
        with suppress(BrokenPipeError):  # what it was never told
            self.process.communicate()
        self.ready.close()

    def obituary(self) -> str:
        """How a child that closed its pipes ended, with its last words."""
        try:
            code = self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        os.set_blocking(self.err, False)
        rest = b"".join(iter(self._rest, b""))
        words = (self.last_words + rest)[-LAST_WORDS:].decode(errors="replace").strip()
        return f"the experiment's process died: {how}\n\n{words}".strip()

    def _rest(self) -> bytes:
        try:
            return os.read(self.err, 1 << 16)
        except BlockingIOError:
            return b""


class LocalEngine:
    """
    Runs one job at a time. `run` may be called from any thread, `close` also while another thread is in `run`.

    `memory_mib` is a cap on the child's resident memory, watched ten times a second (a limit of the address space
    would forbid CUDA's large reservations); nothing watches it where there is no /proc.
    """

    def __init__(self, command: Sequence[str] = COMMAND, memory_mib: int = 2048) -> None:
        self.command = command
        self.memory = memory_mib << 20
        self._child: Child | None = None
        self._busy = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Start the child now, so that the first job need not wait for its imports."""
        with self._busy:
            self._ready()

    def run(self, job: Job, on_progress: Callable[[float, str], None], limit_s: float = 120.0) -> bytes:
        """A job's outcome; raises `RunFailed` when it raises, dies, is too long or too large, or `close` is called."""
        with self._busy:
            child = self._ready()
            try:
                child.send(job)
                answer = self._answer(child, on_progress, limit_s)
            except BaseException:
                self._bury(child)  # it may still be at this job: nothing it says later may count for the next one
                raise
        if "error" in answer:
            raise RunFailed(answer["error"])
        return base64.b64decode(answer["output"])

    def close(self) -> None:
        """End the child; a job that is running fails."""
        self._closed = True
        if child := self._child:
            child.process.kill()
        with self._busy:
            if self._child:
                self._bury(self._child)

    def _ready(self) -> Child:
        """The warm child, or a new one when the last one is gone."""
        if self._closed:
            raise RunFailed(CLOSED)
        if self._child and self._child.process.poll() is not None:
            self._bury(self._child)
        if not self._child:
            self._child = Child(self.command)
        return self._child

    def _bury(self, child: Child) -> None:
        child.end()
        self._child = None

    def _answer(self, child: Child, on_progress: Callable[[float, str], None], limit_s: float) -> Event:
        deadline = time.monotonic() + limit_s
        for event in child.events():
            if event and "progress" in event:
                on_progress(event["progress"], event["note"])
            elif event:
                return event
            if self._closed:
                break
            if time.monotonic() > deadline:
                msg = f"stopped after its limit of {limit_s:g} s"
                raise RunFailed(msg)
            if (used := child.memory()) > self.memory:
                msg = f"stopped at {used >> 20} MiB of memory, its limit is {self.memory >> 20} MiB"
                raise RunFailed(msg)
        raise RunFailed(CLOSED if self._closed else child.obituary())
