"""
The worker: takes queued runs from the database, has them computed in child processes, stores each outcome once.

Two lanes, so that a picture never waits behind a training. Exactly one worker serves a database: a lock file says so,
and whatever an earlier worker left half done is queued again at start.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, select

from bot import log as logs
from bot import points, runs, settings, store
from bot.errors import PollbotError, StoreError
from bot.tables import runs as rows
from experiments.engine import LocalEngine, RunFailed

log = structlog.get_logger()
LANES: tuple[tuple[runs.Task, ...], ...] = (("measure",), ("draw",))
POLL_S = 0.05  # how often an idle lane looks for work
PROGRESS_S = 0.25  # how often a running one says how far it is


class Lane(threading.Thread):
    """One run at a time, of some tasks. The thread lives as long as the worker: its children die with it."""

    def __init__(self, engine: Engine, tasks: tuple[runs.Task, ...], stop: threading.Event) -> None:
        super().__init__(name="-".join(tasks))
        self.engine = engine
        self.tasks = tasks
        self.stop = stop
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{self.name}"[:40]
        self.local = LocalEngine()

    def run(self) -> None:
        """Claim and perform until told to stop."""
        self.local.start()  # warm before the first run; in this thread, because a child dies with its parent thread
        try:
            while not self.stop.is_set():
                run = runs.claim(self.engine, self.owner, self.tasks, datetime.now(UTC))
                if run:
                    self._perform(run)
                else:
                    self.stop.wait(POLL_S)
        finally:
            self.local.close()

    def _perform(self, run: runs.Run) -> None:
        points.reach("claimed")
        started = time.monotonic()
        try:
            output = self.local.run(self._job(run), self._reporter(run), limit_s=run.limit_s)
        except RunFailed as error:
            if self.stop.is_set():
                runs.release(self.engine, run.key, self.owner)
            else:
                log.error("run failed", key=run.key, task=run.task, reason=str(error))  # noqa: TRY400
                runs.fail(self.engine, run.key, self.owner, str(error), datetime.now(UTC))
            return
        points.reach("computed")
        runs.finish(self.engine, run.key, self.owner, output, datetime.now(UTC))
        log.info("run done", key=run.key, task=run.task, seconds=round(time.monotonic() - started, 2))

    def _job(self, run: runs.Run) -> dict[str, Any]:
        """A drawing names its measurement by key; the child is handed the measurement itself."""
        key = run.input.get("measurement")
        if not key:
            return run.input
        with store.reading(self.engine) as connection:
            measured = connection.execute(select(rows.c.output).where(rows.c.key == key)).scalar_one()
        return {**run.input, "measurement": measured.decode()}

    def _reporter(self, run: runs.Run) -> Any:  # noqa: ANN401 a callback
        last = 0.0

        def report(fraction: float, note: str) -> None:
            nonlocal last
            if time.monotonic() - last >= PROGRESS_S:
                last = time.monotonic()
                runs.progress(self.engine, run.key, self.owner, fraction, note)

        return report


@contextmanager
def only_worker(engine: Engine) -> Iterator[None]:
    """Hold the lock beside a SQLite file; raises `StoreError` when another worker holds it."""
    path = Path(f"{engine.url.database}.worker.lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another worker serves {engine.url.database!r}; one is enough, stop the other first"
            raise StoreError(msg) from None
        yield


def work(engine: Engine, stop: threading.Event) -> None:
    """Serve the queue until `stop` is set."""
    with only_worker(engine):
        runs.recover(engine, datetime.now(UTC))
        lanes = [Lane(engine, tasks, stop) for tasks in LANES]
        for lane in lanes:
            lane.start()
        stop.wait()
        for lane in lanes:
            lane.local.close()
        for lane in lanes:
            lane.join()


def watch_parent(stop: threading.Event) -> None:
    """Stop when the bot that started this worker is gone: its end of our standard input closes."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


def main() -> int:
    parser = argparse.ArgumentParser(prog="pollbot worker", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_parent:
        threading.Thread(target=watch_parent, args=(stop,), daemon=True).start()
    try:
        given = settings.load()
        logs.configure(given.log_format)
        work(store.connect(given.database_url), stop)
    except PollbotError as error:
        print(f"pollbot: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
