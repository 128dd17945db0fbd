"""
The process that measures or draws: jobs in on standard input, events out on standard output, JSON line by line.

    {"task": "rows", "experiment": NAME, "params": {...}, "seeds": [FROM, TO], "checkpoint": PATH}  -> rows, JSON
    {"task": "conclude", "experiment": NAME, "params": {...}, "rows": [...]}                  -> Measurement as JSON
    {"task": "draw", "measurement": JSON or null, "ballot": {...}, "language": "ru"}          -> a PNG

    {"progress": 0.4, "note": "epoch 12/30"}    any number of times, first 0.0 when the job begins, then one of
    {"output": base64}  or  {"error": text}

Whatever an experiment prints goes to standard error, so that it cannot be taken for an event. The process ends with its
parent, however that one ends: the kernel sends SIGKILL, and a closed standard input says the same where it cannot.
"""

from __future__ import annotations

import base64
import ctypes
import faulthandler
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

from experiments.topic import Report

Order = dict[str, Any]
Perform = Callable[[Order, Report], bytes]
Work = Literal["measure", "draw"]  # what it prepares for: torch takes three quarters of a process that only draws

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NICENESS = 5  # of a process that has begun to train: it must not make the bot wait, nor a picture


def serve(perform: Perform, prepare: Callable[[], None] = lambda: None) -> None:
    """Do jobs until the parent is gone; it is listened to from the start, also while `prepare` takes its time."""
    die_with_parent()
    die_first()
    faulthandler.enable()
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    jobs: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()
    prepare()

    def say(**event: object) -> None:
        events.write(json.dumps(event).encode() + b"\n")

    while True:
        order = jobs.get()
        say(progress=0.0, note="begun")
        if order["task"] in ("rows", "measure"):
            os.nice(max(0, NICENESS - os.nice(0)))
        try:
            output = perform(order, lambda fraction, note: say(progress=fraction, note=note))
        except Exception as error:  # noqa: BLE001 an experiment may raise anything; it is told to the parent
            say(error=f"{type(error).__name__}: {error}\n\n{traceback.format_exc()}")
        else:
            say(output=base64.b64encode(output).decode())


def _read(jobs: queue.SimpleQueue[Order]) -> None:
    # a file of its own: a process that an experiment forks closes sys.stdin, and would wait for whoever reads from it
    for line in os.fdopen(os.dup(0), "rb"):
        jobs.put(json.loads(line))
    os._exit(0)  # the parent closed its end: there is nobody left to answer


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends; Linux only, elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def die_first() -> None:
    """When memory runs out, the kernel shall take this process and not the worker, let alone the bot."""
    with suppress(OSError):  # where there is no such file
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _perform(order: Order, report: Report) -> bytes:
    from experiments.perform import perform

    return perform(order, report)


def _prepare(work: Work) -> None:
    """Import what such jobs need before the first one comes; one of the other kind may come, and only begins later."""
    from experiments import lazy

    with lazy.kept():  # a collection over all that was imported takes as long as half a picture
        from experiments import perform  # noqa: F401 imported for later

        if work == "draw":
            from experiments.pictures import picture

            picture.warm()
        else:
            lazy.warm()


if __name__ == "__main__":
    serve(_perform, partial(_prepare, "draw" if sys.argv[1:] == ["draw"] else "measure"))
