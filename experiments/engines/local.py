"""The local engine: some children of this process, each kept warm by a thread of its own."""

from __future__ import annotations

import queue
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from experiments.engines.engine import Job, Say
from experiments.engines.runner import Runner, attempt

LOOK_S = 0.5  # how often an idle child is looked after


class LocalEngine:
    """`slots` children. Their threads live as long as the engine: a child dies with the thread that started it."""

    def __init__(self, say: Say, slots: int, runner: Callable[[], Runner] = Runner) -> None:
        self.slots = slots
        self._say = say
        self._runner = runner
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = Event()
        self._threads = [Thread(target=self._serve, daemon=True) for _ in range(slots)]
        for thread in self._threads:
            thread.start()

    def start(self, job: Job) -> None:
        self._jobs.put(job)

    def stop(self, job: Job) -> None:
        job.stopped.set()

    def close(self) -> None:
        self._closing.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        runner = self._runner()
        while not self._closing.is_set():
            try:
                runner.warm()
                job = self._jobs.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            except OSError:  # no process can be started now
                self._closing.wait(LOOK_S)
                continue
            if job:
                self._say(attempt(runner, job, self._say, partial(self._unwanted, job)))
        runner.close()

    def _unwanted(self, job: Job) -> bool:
        return job.stopped.is_set() or self._closing.is_set()
