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
from sqlalchemy import select

from bot import points
from bot.store import runs, store
from bot.store.states import Task
from bot.store.store import Database
from bot.store.tables import runs as rows
from bot.worker.claim import Chunk, Claim, begin, forget
from experiments.engines.engine import Died, Done, Engine, Failed, Job, Lost, Order, Progress, Say, Word

log = structlog.get_logger()
POLL_S = 0.05  # how often the queue is looked at
LOOK_S = 0.25  # how often progress is written, and looked whether a run has been cancelled
REST_S = 1.0  # after a job was lost: the engine may be in trouble


class Lane(threading.Thread):
    """When `run` ends, by `stop` or by an error that is then in `failure`, no process is left."""

    def __init__(
        self,
        database: Database,
        tasks: tuple[Task, ...],
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
        self._claims: dict[str, Claim] = {}
        self._doing: dict[str, tuple[Job, Claim, Chunk]] = {}
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
            for key in self._claims:
                runs.release(self.database, key, owner=self.owner)

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
        job, claim, chunk = self._doing[word.name]
        if isinstance(word, Progress):
            self._progress(claim, chunk, word)
            return
        del self._doing[word.name]
        if job.stopped.is_set():
            return  # its run was dropped
        match word:
            case Done(output=output):
                outcome = claim.take(chunk, output)
                if outcome is not None:
                    self._finish(claim, outcome)
            case Failed(reason=reason):
                self._fail(claim, reason)
            case Died(reason=reason):
                self._died(claim, chunk, reason)
            case Lost():
                self._give_back(claim)
                self._resting = time.monotonic() + REST_S

    def _progress(self, claim: Claim, chunk: Chunk, word: Progress) -> None:
        chunk.fraction, claim.note = word.fraction, word.note
        if not claim.begun:
            claim.begun = True
            waited = (datetime.now(UTC) - claim.run.created).total_seconds()
            log.info("run begun", key=claim.run.key, task=claim.run.task, waited=round(waited, 3))

    def _finish(self, claim: Claim, outcome: bytes) -> None:
        points.reach("computed")
        if runs.finish(self.database, claim.run.key, owner=self.owner, output=outcome, now=datetime.now(UTC)):
            log.info("run done", key=claim.run.key, task=claim.run.task)
        self._end(claim)

    def _fail(self, claim: Claim, reason: str) -> None:
        log.error("run failed", key=claim.run.key, task=claim.run.task, reason=reason)
        runs.fail(self.database, claim.run.key, owner=self.owner, error=reason, now=datetime.now(UTC))
        self._end(claim)

    def _died(self, claim: Claim, chunk: Chunk, reason: str) -> None:
        log.warning("a run's process died", key=claim.run.key, task=claim.run.task, reason=reason)
        if runs.died(self.database, claim.run.key, owner=self.owner, error=reason, now=datetime.now(UTC)):
            claim.retry(chunk)
        else:
            self._end(claim)

    def _give_back(self, claim: Claim) -> None:
        runs.release(self.database, claim.run.key, owner=self.owner)
        self._drop(claim)

    def _end(self, claim: Claim) -> None:
        self._drop(claim)
        forget(claim.folder)

    def _drop(self, claim: Claim) -> None:
        """Have nothing more to do with a run. Its jobs keep their slots until the engine says that they have ended."""
        self._claims.pop(claim.run.key, None)
        for job, job_claim, _ in self._doing.values():
            if job_claim is claim and not job.stopped.is_set():
                job.stopped.set()
                self._engine.stop(job)

    def _look(self) -> None:
        """Write how far everything is; drop what was cancelled; see what has become more urgent."""
        for key, claim in self._claims.items():
            if claim.note is not None:
                runs.progress(self.database, key, owner=self.owner, fraction=claim.progress, note=claim.note)
                claim.note = None
        if self._claims:
            held = runs.held(self.database, self.owner)
            for key, claim in list(self._claims.items()):
                if key not in held:
                    log.info("run cancelled", key=key)
                    self._end(claim)
                else:
                    claim.urgency = held[key]

    def _fill(self) -> bool:
        """Give the engine one more job, or claim one more run; False when there is nothing to do, or no slot."""
        slots = self._engine.slots
        free = slots > len(self._doing) and not any(chunk.alone for _, _, chunk in self._doing.values())
        early = any(claim.urgency[0] >= runs.PREFLIGHT for claim in self._claims.values())
        if not free and not (early and slots):
            return False
        ready = min(
            (claim for claim in self._claims.values() if claim.waiting), key=lambda claim: claim.urgency, default=None
        )
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
        if any(job.stopped.is_set() for job, _, _ in self._doing.values()):
            return
        started = [claim for _, claim, _ in self._doing.values() if claim.urgency[0] >= runs.PREFLIGHT]
        if started:
            claim = max(started, key=lambda claim: claim.urgency)
            log.info("run gives way", key=claim.run.key)
            self._give_back(claim)

    def _claim(self) -> bool:
        run = runs.claim(self.database, self.owner, self.tasks, datetime.now(UTC))
        if run is None:
            return False
        points.reach("claimed")
        if run.key in self._claims:
            self._drop(self._claims[run.key])  # cancelled and asked for again before that was noticed
        try:
            self._claims[run.key] = begin(run, self._order(run), self.folder / run.key)
        except (ValueError, OSError) as error:
            runs.fail(self.database, run.key, owner=self.owner, error=str(error), now=datetime.now(UTC))
        return True

    def _order(self, run: runs.Run) -> Order:
        """A drawing names its measurement by key; the child is handed the measurement itself."""
        key = run.input.get("measurement")
        if not key:
            return run.input
        with store.reading(self.database) as connection:
            measured = connection.execute(select(rows.c.output).where(rows.c.key == key)).scalar_one()
        return {**run.input, "measurement": measured.decode()}

    def _start(self, claim: Claim) -> None:
        chunk = claim.waiting.pop(0)
        checkpoint = claim.folder / chunk.name if chunk.order["task"] == "rows" else None
        job = Job(next(self._names), chunk.order, claim.limits, checkpoint)
        self._doing[job.name] = (job, claim, chunk)
        self._engine.start(job)
