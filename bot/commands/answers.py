"""Do the answer keys hold? Every experiment of a thread is run, and each option's mark is held against its finding."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot import interrupt
from bot.commands import borne
from bot.errors import ExperimentError
from bot.loops import answer_key, reveal
from bot.plain import one_line
from bot.store import measurements, runs, store
from bot.store.polls import ClosedPoll, Tally
from bot.store.runs import Outcome
from bot.store.store import Database
from bot.thread import markdown
from bot.thread.model import Experiment, Language, Poll, Thread
from experiments import launch
from experiments.catalogue import run_key
from experiments.engines.engine import Limits, Order
from experiments.engines.runner import NoOutcome, drawing
from experiments.measurement import Measurement

LOOK_S = 0.2
Draw = Callable[[Order], object]


def check(paths: Sequence[Path], console: Console, seeds: int | None = None) -> int:
    """
    Measure what the threads claim; prints what is said of each poll and returns how many problems there are.

    `seeds` takes another number of them than the threads ask for.
    """
    threads = [(path, _seeded(markdown.read(path), seeds)) for path in paths]
    problems = 0
    with measured([thread for _, thread in threads], console) as database, _drawing() as draw:
        for path, thread in threads:
            for poll in asked(thread):
                problems += compare(database, path, poll, thread.language, console)
                problems += drawn(database, path, poll, thread.language, console, draw)
    return problems


def _seeded(thread: Thread, seeds: int | None) -> Thread:
    if seeds is None:
        return thread
    posts = []
    for post in thread.posts:
        if post.poll and post.poll.experiment:
            experiment = post.poll.experiment.model_copy(update={"seeds": seeds})
            post = post.model_copy(update={"poll": post.poll.model_copy(update={"experiment": experiment})})  # noqa: PLW2901 the same post
        posts.append(post)
    return thread.model_copy(update={"posts": tuple(posts)})


@contextmanager
def measured(threads: Sequence[Thread], console: Console) -> Iterator[Database]:
    """A database in which every experiment of these threads has its outcome; raises `ExperimentError`."""
    with interrupt.raised(), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{folder}/check.db"
        database = store.create(url)
        try:
            queued = _queue(database, threads)
            if queued:
                _measure(database, queued, Path(folder), console)
            yield database
        finally:
            database.dispose()


def asked(thread: Thread) -> list[Poll]:
    """The polls of a thread that have an experiment."""
    return [post.poll for post in thread.posts if post.poll and post.poll.experiment]


def _queue(database: Database, threads: Sequence[Thread]) -> list[str]:
    now = datetime.now(UTC)
    with database.begin() as connection:
        measured = [poll.experiment for thread in threads for poll in asked(thread)]
        keys = (measurements.queue(connection, experiment, runs.POLL, due=now, now=now) for experiment in measured)
        return [key for key in keys if key]


def _measure(database: Database, queued: Sequence[str], folder: Path, console: Console) -> None:
    """Show how far all runs are until each has an outcome; raises `ExperimentError` when the worker ends before."""
    columns = (TextColumn("measuring"), BarColumn(), TextColumn("{task.percentage:.0f}%"), TimeElapsedColumn())
    _need_torch()
    with _worker(database, folder) as worker, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(queued))
        while True:
            ended = worker.process.poll() is not None
            with store.reading(database) as connection:
                rows = [run for key in queued if (run := runs.outcome(connection, key))]
            progress.update(task, completed=sum(row.progress for row in rows))
            if all(row.state in ("done", "failed") for row in rows):
                return
            if ended:
                msg = f"the worker ended before all was measured: {worker.obituary()}"
                raise ExperimentError(msg)
            time.sleep(LOOK_S)


def compare(database: Database, path: Path, poll: Poll, language: Language, console: Console) -> int:
    """Print what the measurement says of a poll's key and texts; returns how many problems that is."""
    assert poll.experiment is not None
    run, say = _outcome(database, poll.experiment), partial(_say, console, path, poll)
    if run.output is None:
        say(f"error: experiment {poll.experiment.run} failed: {run.error}")
        return 1
    measurement = Measurement.model_validate_json(run.output)
    for option, found in answer_key.pairs(poll, measurement):
        say(f"{answer_key.row(option, found, language)}")
    for name, told in borne.shown(poll, measurement, language):
        say(f"{name}: {told}")
    for problem in borne.problems(poll, measurement, language):
        say(f"warning: {problem}", "yellow")
    wrong = answer_key.contradictions(poll, measurement)
    for option, found in wrong:
        say(f"{'despite' if poll.experiment.despite else 'error'}: {answer_key.statement(option, found, 'en')}")
    if wrong and poll.experiment.despite:
        say(f"published nevertheless: {poll.experiment.despite}", "yellow")
    elif not wrong:
        _agreed(poll, measurement, say)
    return 0 if poll.experiment.despite else len(wrong)


def _agreed(poll: Poll, measurement: Measurement, say: Callable[[str, str], None]) -> None:
    """Say whether it speaks for the key at all: what depends speaks for a key and for its opposite."""
    depends = [(option, found) for option, found in answer_key.pairs(poll, measurement) if found.supported == "depends"]
    for option, found in depends:
        say(f"note: {answer_key.statement(option, found, 'en')}", "yellow")
    if not depends:
        say("the measurement agrees with the key", "green")
    elif len(depends) == len(poll.options):
        say("it depends: the measurement neither supports nor contradicts the key", "yellow")
    else:
        some = f"{len(depends)} of {len(poll.options)} options"
        say(f"the measurement agrees with the key, but of {some} it says neither yes nor no: it depends", "yellow")


def drawn(database: Database, path: Path, poll: Poll, language: Language, console: Console, draw: Draw | None) -> int:
    """Draw the reveal's picture before anybody has voted; returns 1 and tells where that fails."""
    assert poll.experiment is not None
    run = _outcome(database, poll.experiment)
    if run.output is None or draw is None:
        return 0
    nobody = Tally(tuple(0 for _ in poll.options), 0)
    order = reveal.drawing(ClosedPoll(0, language, poll, nobody, None, None), measured=True).input
    try:
        draw({**order, "measurement": run.output.decode()})
    except (NoOutcome, OSError) as error:
        _say(console, path, poll, f"error: its picture cannot be drawn: {str(error).strip().splitlines()[-1]}")
        return 1
    return 0


@contextmanager
def _drawing() -> Iterator[Draw | None]:
    """What draws, in a process of its own; None where nothing can."""
    if find_spec("matplotlib") is None:
        yield None
        return
    runner = drawing()
    try:
        yield lambda order: runner.run(order, lambda *_: None, Limits(reveal.DRAW_LIMIT_S), lambda: False)
    finally:
        runner.close()


def _outcome(database: Database, experiment: Experiment) -> Outcome:
    # It was queued before the worker could say what it has: for the CPU.
    key = run_key(experiment.run, experiment.set, experiment.seeds)
    with store.reading(database) as connection:
        run = runs.outcome(connection, key)
    assert run is not None, "it was queued before"
    return run


def _say(console: Console, path: Path, poll: Poll, words: str, style: str | None = None) -> None:
    line = f"{one_line(str(path))}: poll {poll.id}: {words}"
    console.print(line, style=style, soft_wrap=True, highlight=False, markup=False)


def _need_torch() -> None:
    """Asked in a process of its own, because importing it takes 200 MB that are not given back."""
    tried = subprocess.run(  # noqa: S603 our own command
        launch.command("experiments.installed"),
        capture_output=True,
        text=True,
        errors="replace",
        env=launch.environment(),
        cwd=launch.ROOT,
        check=False,
    )
    if tried.returncode:
        raise ExperimentError(_last_line(tried.stderr))


@dataclass(frozen=True)
class Worker:
    """The process that measures, and the file that it writes its log to."""

    process: subprocess.Popen[bytes]
    log: Path

    def obituary(self) -> str:
        """How it ended, with its last words."""
        code = self.process.returncode
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"{how}, {_last_line(self.log.read_text('utf-8', errors='replace'))}"


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].removeprefix("pollbot: ") if lines else "it said nothing"


@contextmanager
def _worker(database: Database, folder: Path) -> Iterator[Worker]:
    """A worker for this database, gone with all its processes when this ends, and with this process in any case."""
    log = folder / "worker.log"
    command = launch.command("bot.worker", "--with-parent", "--no-pictures")
    environment = launch.environment(POLLBOT_DATABASE_URL=str(database.url))
    with (
        log.open("wb") as said,
        subprocess.Popen(  # noqa: S603 our own command; in a group of its own, because Ctrl-C is for this process
            command, stdin=subprocess.PIPE, stderr=said, env=environment, cwd=launch.ROOT, process_group=0
        ) as process,
    ):
        try:
            yield Worker(process, log)
        finally:
            process.terminate()
            process.wait()  # after a Ctrl-C, leaving the block would wait for a quarter of a second only
