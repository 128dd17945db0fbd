"""
A lane takes queued runs of some tasks from the database, has an engine do them, and stores each outcome once.

It alone decides what goes first: it hands the engine no more jobs than there are slots, always those of the most urgent
run. What is measured before its post goes out (PREFLIGHT) gives way when a poll's run has no slot.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_hex

import structlog
from sqlalchemy import Engine as Database
from sqlalchemy import select

from bot import points
from bot.store import runs, store
from bot.store.tables import runs as rows
from bot.worker import active
from bot.worker.active import Active, Part
from experiments.engines.engine import Died, Done, Engine, Failed, Job, Lost, Progress, Say, Task, Word

log = structlog.get_logger()
POLL_S = 0.05  # how often the queue is looked at
LOOK_S = 0.25  # how often progress is written, and looked whether a run has been cancelled
REST_S = 1.0  # after a job was lost: the engine may be in trouble


class Lane(threading.Thread):
    """When `run` ends, by `stop` or by an error that is then in `failure`, no process is left."""

    def __init__(
        self,
        database: Database,
        tasks: tuple[runs.Task, ...],
        engine: Callable[[Say], Engine],
        folder: Path,
        stop: threading.Event,
    ) -> None:
        super().__init__(name="-".join(tasks))
        self.database = database
        self.tasks = tasks
        self.folder = folder
        self.stop = stop
        self.owner = f"{socket.gethostname()[:20]}:{os.getpid()}:{self.name}"
        self.failure: Exception | None = None
        self._words: queue.SimpleQueue[Word] = queue.SimpleQueue()
        self._engine = engine(self._words.put)
        self._active: dict[str, Active] = {}
        self._doing: dict[str, tuple[Task, Active, Part]] = {}
        self._names = (f"{token_hex(4)}-{number}" for number in count())
        self._resting = 0.0
        self._looked = 0.0

    def run(self) -> None:
        """Serve the queue until told to stop."""
        try:
            while not self.stop.is_set():
                self.step()
        except Exception as error:
            log.exception("the lane broke", lane=self.name)
            self.failure = error
            self.stop.set()
        finally:
            self._engine.close()
        if not self.failure:
            for key in self._active:
                runs.release(self.database, key, self.owner)

    def step(self) -> None:
        """Hear what the engine says, for a moment, and give it what it can do."""
        try:
            self._hear(self._words.get(timeout=POLL_S))
            while True:
                self._hear(self._words.get_nowait())
        except queue.Empty:
            pass
        if time.monotonic() - self._looked > LOOK_S:
            self._looked = time.monotonic()
            self._look()
        if time.monotonic() > self._resting:
            while self._fill():
                pass

    def _hear(self, word: Word) -> None:
        if word.name not in self._doing:
            return  # progress that was late
        task, run, part = self._doing[word.name]
        if isinstance(word, Progress):
            self._progress(run, part, word)
            return
        del self._doing[word.name]
        if task.stopped.is_set():
            return  # its run was dropped
        match word:
            case Done(output=output):
                outcome = run.take(part, output)
                if outcome is not None:
                    self._finish(run, outcome)
            case Failed(reason=reason):
                self._fail(run, reason)
            case Died(reason=reason):
                self._died(run, part, reason)
            case Lost():
                self._give_back(run)
                self._resting = time.monotonic() + REST_S

    def _progress(self, run: Active, part: Part, word: Progress) -> None:
        part.fraction, run.note = word.fraction, word.note
        if not run.begun:
            run.begun = True
            waited = (datetime.now(UTC) - run.run.created).total_seconds()
            log.info("run begun", key=run.run.key, task=run.run.task, waited=round(waited, 3))

    def _finish(self, run: Active, outcome: bytes) -> None:
        points.reach("computed")
        if runs.finish(self.database, run.run.key, self.owner, outcome, datetime.now(UTC)):
            log.info("run done", key=run.run.key, task=run.run.task)
        self._end(run)

    def _fail(self, run: Active, reason: str) -> None:
        log.error("run failed", key=run.run.key, task=run.run.task, reason=reason)
        runs.fail(self.database, run.run.key, self.owner, reason, datetime.now(UTC))
        self._end(run)

    def _died(self, run: Active, part: Part, reason: str) -> None:
        log.warning("a run's process died", key=run.run.key, task=run.run.task, reason=reason)
        if runs.died(self.database, run.run.key, self.owner, reason, datetime.now(UTC)):
            run.again(part)
        else:
            self._end(run)

    def _give_back(self, run: Active) -> None:
        runs.release(self.database, run.run.key, self.owner)
        self._drop(run)

    def _end(self, run: Active) -> None:
        self._drop(run)
        active.forget(run.folder)

    def _drop(self, run: Active) -> None:
        """Have nothing more to do with a run. Its jobs keep their slots until the engine says that they have ended."""
        self._active.pop(run.run.key, None)
        for task, whose, _ in self._doing.values():
            if whose is run and not task.stopped.is_set():
                task.stopped.set()
                self._engine.stop(task)

    def _look(self) -> None:
        """Write how far everything is; drop what was cancelled; see what has become more urgent."""
        for key, run in self._active.items():
            if run.note is not None:
                runs.progress(self.database, key, self.owner, run.progress, run.note)
                run.note = None
        if self._active:
            mine = runs.held(self.database, self.owner)
            for key, run in list(self._active.items()):
                if key not in mine:
                    log.info("run cancelled", key=key)
                    self._end(run)
                else:
                    run.urgency = mine[key]

    def _fill(self) -> bool:
        """Give the engine one more job, or claim one more run; False when there is nothing to do, or no slot."""
        slots = self._engine.slots
        free = slots > len(self._doing) and not any(part.alone for _, _, part in self._doing.values())
        early = any(run.urgency[0] >= runs.PREFLIGHT for run in self._active.values())
        if not free and not (early and slots):
            return False
        ready = min((run for run in self._active.values() if run.waiting), key=lambda run: run.urgency, default=None)
        head = runs.foremost(self.database, self.tasks)
        if head and (ready is None or head < ready.urgency):
            if free:
                return self._claim()
            if head[0] < runs.PREFLIGHT:
                self._make_way()
            return False
        if not free or ready is None or (ready.waiting[0].alone and self._doing):
            return False
        self._start(ready)
        return True

    def _make_way(self) -> None:
        """Give back the least urgent run that is made before its post goes out; once, until its jobs have ended."""
        if any(task.stopped.is_set() for task, _, _ in self._doing.values()):
            return
        started = [run for _, run, _ in self._doing.values() if run.urgency[0] >= runs.PREFLIGHT]
        if started:
            run = max(started, key=lambda run: run.urgency)
            log.info("run gives way", key=run.run.key)
            self._give_back(run)

    def _claim(self) -> bool:
        run = runs.claim(self.database, self.owner, self.tasks, datetime.now(UTC))
        if run is None:
            return False
        points.reach("claimed")
        if run.key in self._active:
            self._drop(self._active[run.key])  # cancelled and asked for again before that was noticed
        try:
            self._active[run.key] = active.begin(run, self._job(run), self.folder / run.key)
        except (ValueError, OSError) as error:
            runs.fail(self.database, run.key, self.owner, str(error), datetime.now(UTC))
        return True

    def _job(self, run: runs.Run) -> Job:
        """A drawing names its measurement by key; the child is handed the measurement itself."""
        key = run.input.get("measurement")
        if not key:
            return run.input
        with store.reading(self.database) as connection:
            measured = connection.execute(select(rows.c.output).where(rows.c.key == key)).scalar_one()
        return {**run.input, "measurement": measured.decode()}

    def _start(self, run: Active) -> None:
        part = run.waiting.pop(0)
        checkpoint = run.folder / part.name if part.job["task"] == "rows" else None
        task = Task(next(self._names), part.job, run.limits, checkpoint)
        self._doing[task.name] = (task, run, part)
        self._engine.start(task)
