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
from sqlalchemy import Engine

from bot import keys, markdown, polls, runs, store
from bot.thread import Poll, Thread
from experiments.measurement import Measurement

LOOK_S = 0.2


def check(paths: Sequence[Path], console: Console) -> int:
    """Measure what the threads claim; prints every contradiction and returns how many there are."""
    threads = [(path, markdown.read(path)) for path in paths]
    found = 0
    with tempfile.TemporaryDirectory() as folder, _worker(f"sqlite:///{folder}/check.db") as engine:
        asked = _queue(engine, [thread for _, thread in threads])
        _wait(engine, asked, console)
        for path, thread in threads:
            found += sum(_problems(engine, path, poll, console) for poll in _measured(thread))
    return found


def _measured(thread: Thread) -> list[Poll]:
    return [post.poll for post in thread.posts if post.poll and post.poll.experiment]


def _queue(engine: Engine, threads: list[Thread]) -> list[str]:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        asked = (poll for thread in threads for poll in _measured(thread))
        return [key for poll in asked if (key := polls.queue(connection, poll.experiment, runs.POLL, now, now))]


def _wait(engine: Engine, asked: list[str], console: Console) -> None:
    """Show how far all runs are until each has an outcome."""
    columns = (TextColumn("measuring"), BarColumn(), TextColumn("{task.percentage:.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(asked))
        while True:
            with store.reading(engine) as connection:
                rows = [runs.outcome(connection, key) for key in asked]
            progress.update(task, completed=sum(row.progress for row in rows))
            if all(row.state in ("done", "failed") for row in rows):
                return
            time.sleep(LOOK_S)


def _problems(engine: Engine, path: Path, poll: Poll, console: Console) -> int:
    """Print what the measurement says of a poll's key; returns how many problems that is."""
    assert poll.experiment is not None
    with store.reading(engine) as connection:
        run = runs.outcome(connection, polls.key_of(poll.experiment))

    def say(words: str, style: str | None = None) -> None:
        console.print(f"{path}: poll {poll.id}: {words}", style=style, soft_wrap=True, highlight=False)

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
def _worker(url: str) -> Iterator[Engine]:
    """A database of its own and a worker on it."""
    engine = store.connect(url)
    command = [sys.executable, "-m", "experiments.worker", "--with-parent"]
    environment = {**os.environ, "POLLBOT_DATABASE_URL": url}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603
    try:
        yield engine
    finally:
        process.terminate()
        process.wait()
        engine.dispose()
