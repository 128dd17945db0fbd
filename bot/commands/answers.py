"""Do the answer keys hold? Every experiment of a thread is run, and each option's mark is held against its finding."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.errors import ExperimentError
from bot.loops import keys
from bot.store import polls, runs, store
from bot.store.store import Database
from bot.thread import markdown
from bot.thread.model import Poll, Thread
from experiments.catalogue import run_key
from experiments.measurement import Measurement

LOOK_S = 0.2


def check(paths: Sequence[Path], console: Console) -> int:
    """Measure what the threads claim; prints every contradiction and returns how many there are."""
    threads = [(path, markdown.read(path)) for path in paths]
    with measured([thread for _, thread in threads], console) as database:
        return sum(compare(database, path, poll, console) for path, thread in threads for poll in asked(thread))


@contextmanager
def measured(threads: Sequence[Thread], console: Console) -> Iterator[Database]:
    """A database in which every experiment of these threads has its outcome."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/check.db"
        database = store.create(url)
        keys_ = _queue(database, threads)
        with _worker(url) as worker:
            _wait(database, keys_, worker, console)
        yield database
        database.dispose()


def asked(thread: Thread) -> list[Poll]:
    """The polls of a thread that have an experiment."""
    return [post.poll for post in thread.posts if post.poll and post.poll.experiment]


def _queue(database: Database, threads: Sequence[Thread]) -> list[str]:
    now = datetime.now(UTC)
    with database.begin() as connection:
        polls_ = (poll for thread in threads for poll in asked(thread))
        return [
            key for poll in polls_ if (key := polls.queue(connection, poll.experiment, runs.POLL, due=now, now=now))
        ]


def _wait(database: Database, queued: Sequence[str], worker: subprocess.Popen[bytes], console: Console) -> None:
    """Show how far all runs are until each has an outcome; raises `ExperimentError` when the worker ends before."""
    columns = (TextColumn("measuring"), BarColumn(), TextColumn("{task.percentage:.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(queued))
        while True:
            with store.reading(database) as connection:
                rows = [run for key in queued if (run := runs.outcome(connection, key))]
            progress.update(task, completed=sum(row.progress for row in rows))
            if all(row.state in ("done", "failed") for row in rows):
                return
            if worker.poll() is not None:
                msg = f"the worker ended with code {worker.returncode} before all was measured"
                raise ExperimentError(msg)
            time.sleep(LOOK_S)


def compare(database: Database, path: Path, poll: Poll, console: Console) -> int:
    """Print what the measurement says of a poll's key; returns how many problems that is."""
    assert poll.experiment is not None
    # It was queued before the worker could say what it has: for the CPU.
    key = run_key(poll.experiment.run, poll.experiment.set, poll.experiment.seeds)
    with store.reading(database) as connection:
        run = runs.outcome(connection, key)

    def say(words: str, style: str | None = None) -> None:
        console.print(f"{path}: poll {poll.id}: {words}", style=style, soft_wrap=True, highlight=False)

    assert run is not None, "it was queued before"
    if run.output is None:
        say(f"error: experiment {poll.experiment.run} failed: {run.error}")
        return 1
    measurement = Measurement.model_validate_json(run.output)
    wrong = keys.contradictions(poll, measurement)
    for option, found in wrong:
        say(f"{'despite' if poll.experiment.despite else 'error'}: {keys.told(option, found, 'en')}")
    for option, found in keys.pairs(poll, measurement):
        if found.supported == "depends":
            say(f"note: {keys.told(option, found, 'en')}", "yellow")
    if wrong and poll.experiment.despite:
        say(f"published nevertheless: {poll.experiment.despite}", "yellow")
    elif not wrong:
        say("the measurement agrees with the key", "green")
    return 0 if poll.experiment.despite else len(wrong)


@contextmanager
def _worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot.worker", "--with-parent"]
    environment = {**os.environ, "POLLBOT_DATABASE_URL": url}
    with subprocess.Popen(  # noqa: S603 our own command
        command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
