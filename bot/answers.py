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

from bot import markdown, polls, runs, store
from bot.thread import Poll, Thread
from experiments.measurement import Finding, Measurement

LOOK_S = 0.2


def check(paths: Sequence[Path], console: Console) -> int:
    """Measure what the threads claim; prints every contradiction and returns how many there are."""
    threads = [(path, markdown.read(path)) for path in paths]
    found = 0
    with tempfile.TemporaryDirectory() as folder, _worker(f"sqlite:///{folder}/check.db") as engine:
        keys = _queue(engine, [thread for _, thread in threads])
        _wait(engine, keys, console)
        for path, thread in threads:
            for poll in _measured(thread):
                problems = list(_contradictions(engine, poll))
                for problem in problems:
                    console.print(f"{path}: poll {poll.id}: {problem}", soft_wrap=True, highlight=False)
                if not problems:
                    console.print(f"{path}: poll {poll.id}: the measurement agrees with the key", style="green")
                found += len(problems)
    return found


def _measured(thread: Thread) -> list[Poll]:
    return [post.poll for post in thread.posts if post.poll and post.poll.experiment]


def _queue(engine: Engine, threads: list[Thread]) -> list[str]:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        asked = (poll for thread in threads for poll in _measured(thread))
        return [key for poll in asked if (key := polls.queue(connection, poll.experiment, runs.POLL, now, now))]


def _wait(engine: Engine, keys: list[str], console: Console) -> None:
    """Show how far all runs are until each has an outcome."""
    columns = (TextColumn("measuring"), BarColumn(), TextColumn("{task.percentage:.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(keys))
        while True:
            with store.reading(engine) as connection:
                rows = [runs.outcome(connection, key) for key in keys]
            progress.update(task, completed=sum(row.progress for row in rows))
            if all(row.state in ("done", "failed") for row in rows):
                return
            time.sleep(LOOK_S)


def _contradictions(engine: Engine, poll: Poll) -> Iterator[str]:
    assert poll.experiment is not None
    with store.reading(engine) as connection:
        run = runs.outcome(connection, polls.key_of(poll.experiment))
    if run.output is None:
        yield f"error: experiment {poll.experiment.run} failed: {run.error}"
        return
    findings = {finding.option: finding for finding in Measurement.model_validate_json(run.output).findings}
    for option, key in zip(poll.options, poll.experiment.options, strict=True):
        if findings[key].supported != ("yes" if option.correct else "no"):
            yield f"error: {option.text!r} is marked [{'x' if option.correct else ' '}], but {_told(findings[key])}"


def _told(finding: Finding) -> str:
    verdict = {"yes": "it is supported", "no": "it is not supported", "depends": "it depends"}[finding.supported]
    low, high = finding.spread
    number = f"{finding.number:g} {finding.unit['en']} ({low:g} to {high:g} over seeds)"
    return f"{verdict}: {finding.option} measured {number}; {finding.condition['en']}"


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
