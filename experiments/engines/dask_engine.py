"""
Many machines: the same jobs on a dask.distributed cluster. Its workers need no database.

The cluster may vanish at any time: what it was at is `Lost` then, and queued again by the lane; here the address is
tried until somebody answers. A dask worker that dies costs nothing: dask gives its job to another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import Any

import dask
import structlog
from distributed import Client, Future, KilledWorker

from experiments.engines import dask_node
from experiments.engines.engine import Died, Job, Lost, Progress, Say, Word

log = structlog.get_logger()
TRY_S, TRY_MOST_S = 0.5, 10.0  # between attempts to reach the scheduler: doubled each time, up to this
LOOK_S = 0.25  # how often the cluster is looked at
ANSWER_S = 5.0


class DaskEngine:
    """A client of the cluster at `address`; there may be several, each with a database of its own."""

    def __init__(self, say: Say, address: str) -> None:
        self.slots = 0
        self.address = address
        self._say = say
        self._client: Client | None = None
        self._jobs: dict[str, Future[Any] | None] = {}
        self._lock = Lock()
        self._closing = Event()
        # Else a question to a scheduler that is dead waits for half a minute.
        dask.config.set({"distributed.comm.timeouts.connect": ANSWER_S})
        for name in ("distributed", "distributed.client"):  # they complain at length; we say it in one line
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def start(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.name] = None
        try:
            future = self._submit(job)
        except Exception as error:  # noqa: BLE001 dask raises anything when the cluster goes away
            log.warning("job not submitted", reason=repr(error))
            self._end(Lost(job.name))
            return
        with self._lock:
            if job.name in self._jobs:
                self._jobs[job.name] = future
        future.add_done_callback(partial(self._ended, job.name))

    def _submit(self, job: Job) -> Future[Any]:
        client, checkpoint = self._client, job.checkpoint and "-".join(job.checkpoint.parts[-2:])
        if client is None or client.status != "running":  # dask would keep the job for a scheduler that may come
            raise OSError(self.address)
        words = (job.name, job.order, job.limits, checkpoint)
        return client.submit(dask_node.perform, *words, key=job.name, pure=False, retries=0)

    def stop(self, job: Job) -> None:
        with self._lock:
            future = self._jobs.get(job.name)
        self._end(Lost(job.name))
        if future:
            with suppress(Exception):  # the cluster is gone, and the job with it
                future.cancel()

    def close(self) -> None:
        self._closing.set()
        self._keeper.join()

    def _ended(self, name: str, future: Future[Any]) -> None:
        """Called in a thread of dask's when a job has ended, whichever way."""
        try:
            word: Word = future.result()
        except KilledWorker as error:  # by dask's count, it took several workers with it
            word = Died(name, str(error))
        except BaseException:  # noqa: BLE001 cancelled, or dask lost it
            word = Lost(name)
        self._end(word)

    def _end(self, word: Word) -> None:
        """Say the last word about a job, once."""
        with self._lock:
            known = word.name in self._jobs
            self._jobs.pop(word.name, None)
        if known:
            self._say(word)

    def _told(self, event: tuple[float, Any]) -> None:
        name, fraction, note = event[1]
        if name in self._jobs:
            self._say(Progress(name, fraction, note))

    def _keep(self) -> None:
        """Connect, watch, and connect again, until closed."""
        pause = TRY_S
        while not self._closing.is_set():
            try:
                self._client = client = Client(self.address, timeout=ANSWER_S, set_as_default=False, name="pollbot")
            except (OSError, ValueError) as error:
                log.warning("no dask scheduler", address=self.address, reason=str(error), again_in_s=pause)
                self._closing.wait(pause)
                pause = min(2 * pause, TRY_MOST_S)
                continue
            log.info("dask cluster", address=self.address)
            pause = TRY_S
            with suppress(Exception):  # whatever dask raises when the cluster goes away
                self._watch(client)
            self.slots = 0
            self._lose(list(self._jobs))
            with suppress(Exception):
                client.close(timeout=1)

    def _watch(self, client: Client) -> None:
        client.register_plugin(dask_node.Warm())
        client.subscribe_topic(dask_node.TOPIC, self._told)
        while client.status == "running" and not self._closing.wait(LOOK_S):
            self.slots = sum(client.nthreads().values())

    def _lose(self, names: Iterable[str]) -> None:
        if not self._closing.is_set():
            log.warning("the dask cluster is gone", address=self.address)
        for name in names:
            self._end(Lost(name))
