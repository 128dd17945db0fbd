"""
What a worker of a dask cluster does with a job: it has a child process do it, as the local engine does.

Nothing heavy is imported here: the cluster's scheduler reads this file, and has no torch.
"""

from __future__ import annotations

import queue
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker
from distributed.core import Status

from experiments.engines.engine import Done, Job, Limits, Order, Progress, Word
from experiments.engines.process import Child
from experiments.engines.runner import Runner, attempt

TOPIC = "pollbot"  # under which progress is told
TELL_S = 0.25  # how often, at most

# A child dies with the thread that started it, and dask's threads come and go: one of our own lives on.
_nursery = ThreadPoolExecutor(1, "children")
_idle: queue.SimpleQueue[Runner] = queue.SimpleQueue()


class Warm(WorkerPlugin):
    """A warm child for each thread of a worker, from the moment that we or the worker come to the cluster."""

    name = "pollbot"
    idempotent = True

    def setup(self, worker: Worker) -> None:
        for _ in range(worker.state.nthreads):
            runner = _runner()
            runner.warm()
            _idle.put(runner)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 as dask calls it
        with suppress(queue.Empty):
            while True:
                _idle.get_nowait().close()


def _runner() -> Runner:
    return Runner(lambda: _nursery.submit(Child).result())


def perform(name: str, order: Order, limits: Limits, checkpoint: str | None) -> Word:
    """Do a job; returns the last word about it. Progress goes to whoever subscribed to the topic."""
    worker = get_worker()
    folder = Path(worker.local_directory) / "checkpoints"
    folder.mkdir(exist_ok=True)
    job = Job(name, order, limits, folder / checkpoint if checkpoint else None)
    try:
        runner = _idle.get_nowait()
    except queue.Empty:
        runner = _runner()
    try:
        word = attempt(runner, job, _Teller(worker), lambda: unwanted(worker, name))
    finally:
        _idle.put(runner)
    if isinstance(word, Done) and job.checkpoint:
        job.checkpoint.unlink(missing_ok=True)
    return word


def unwanted(worker: Worker, name: str) -> bool:
    """Was this job cancelled, or is its client gone, or the scheduler? dask itself lets a thread run on."""
    job = worker.state.tasks.get(name)
    return job is None or job.state in ("cancelled", "resumed") or worker.status not in RUNNING


RUNNING = (Status.running, Status.paused)


class _Teller:
    """Tells progress, now and then."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.told = float("-inf")

    def __call__(self, word: Word) -> None:
        if isinstance(word, Progress) and time.monotonic() - self.told > TELL_S:
            self.told = time.monotonic()
            self.worker.log_event(TOPIC, [word.name, word.fraction, word.note])
