"""
The parent's side of `experiments.engines.child`: the process, the pipes to it, and how it ended.

Plain `subprocess` and pipes; a fork server leaks children when the worker is killed.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from experiments import launch
from experiments.engines.engine import Order

Event = dict[str, Any]

MEASURE, DRAW = (launch.command("experiments.engines.child", work) for work in ("measure", "draw"))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
TICK_S = 0.1  # how often time and memory are looked at, and whether the job is still wanted
LAST_WORDS = 4000  # bytes of standard error that are kept


class Child:
    """One process and the pipes to it. It dies with the thread that starts it: let that one live on."""

    def __init__(self, command: Sequence[str] = MEASURE) -> None:
        self.process = subprocess.Popen(  # noqa: S603 our own command
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=launch.environment(**ONE_THREAD),
            cwd=launch.ROOT,
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

    def send(self, order: Order) -> None:
        """Hand over a job; a child that is gone does not take it, and has no events."""
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
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
