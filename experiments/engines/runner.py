"""
One job at a time in a child process, so that nothing that an experiment does can hurt the worker.

The child is kept warm and does one job after another; it is killed and replaced when a job runs too long, takes too
much memory, or crashes.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

from experiments.engines.engine import Died, Done, Failed, Job, Limits, Lost, Order, Progress, Say, Word
from experiments.engines.process import DRAW, Child, Event

BOOT_S = 60.0  # a child that imports torch on a busy machine says its first word after this at the latest
STILL_S = 5.0  # an idle child that lived shorter than this is replaced only after this long, or for a job


class NoOutcome(Exception):  # noqa: N818 the base of what follows
    """A job gave no outcome. The first line says why, a traceback may follow."""


class JobFailed(NoOutcome):
    """It raised, or passed a limit."""


class ChildDied(NoOutcome):
    """Its process ended."""


class Stopped(NoOutcome):
    """It was told to."""


class Runner:
    """
    A warm child and the jobs that it is given, one after another. Of use to one thread.

    Memory is watched ten times a second (a limit of the address space would forbid CUDA's large reservations); nothing
    watches it where there is no /proc.
    """

    def __init__(self, start: Callable[[], Child] = Child) -> None:
        self._start = start
        self._child: Child | None = None
        self._born = float("-inf")

    def warm(self) -> None:
        """See to it that a child stands ready, so that the next job need not wait for its imports."""
        died = self._child and self._child.process.poll() is not None
        if not died or time.monotonic() - self._born > STILL_S:
            self._ready()

    def run(
        self,
        order: Order,
        on_progress: Callable[[float, str], None],
        limits: Limits,
        stopped: Callable[[], bool] = lambda: False,
    ) -> bytes:
        """A job's outcome, or the `NoOutcome` that tells why there is none; what the callbacks raise ends it, too."""
        child = self._ready()
        try:
            child.send(order)
            answer = self._answer(child, on_progress, limits, stopped)
        except BaseException:
            self._bury()  # it may still be at this job: nothing it says later may count for the next one
            raise
        if "error" in answer:
            raise JobFailed(answer["error"])
        return base64.b64decode(answer["output"])

    def close(self) -> None:
        """End the child."""
        self._bury()

    def _ready(self) -> Child:
        """The warm child, or a new one when the last one is gone."""
        if self._child and self._child.process.poll() is not None:
            self._bury()
        if not self._child:
            self._born = time.monotonic()
            self._child = self._start()
        return self._child

    def _bury(self) -> None:
        if self._child:
            self._child.end()
            self._child = None

    def _answer(
        self, child: Child, on_progress: Callable[[float, str], None], limits: Limits, stopped: Callable[[], bool]
    ) -> Event:
        deadline, began = time.monotonic() + BOOT_S + limits.seconds, False
        for event in child.events():
            if event and not began:
                deadline, began = time.monotonic() + limits.seconds, True
            if event and "progress" in event:
                on_progress(event["progress"], event["note"])
            elif event:
                return event
            if stopped():
                msg = "it was stopped"
                raise Stopped(msg)
            if time.monotonic() > deadline:
                msg = f"stopped after its limit of {limits.seconds:g} s"
                raise JobFailed(msg)
            if (used := child.memory() >> 20) > limits.memory_mib:
                msg = f"stopped at {used} MiB of memory, its limit is {limits.memory_mib} MiB"
                raise JobFailed(msg)
        raise ChildDied(child.obituary())


def drawing() -> Runner:
    """One whose child is ready to draw; it has no torch, and a third of the memory of one that measures."""
    return Runner(lambda: Child(DRAW))


def attempt(runner: Runner, job: Job, say: Say, stopped: Callable[[], bool]) -> Word:
    """Have a task done; returns the last word about it."""
    order = {**job.order, "checkpoint": str(job.checkpoint)} if job.checkpoint else job.order
    try:
        if stopped():
            return Lost(job.name)
        told = runner.run(order, lambda fraction, note: say(Progress(job.name, fraction, note)), job.limits, stopped)
        return Done(job.name, told)
    except JobFailed as error:
        return Failed(job.name, str(error))
    except ChildDied as error:
        return Died(job.name, str(error))
    except (NoOutcome, OSError):  # stopped; or no process can be started now
        return Lost(job.name)
    except Exception as error:  # noqa: BLE001 what a child says may be anything
        return Died(job.name, repr(error))
