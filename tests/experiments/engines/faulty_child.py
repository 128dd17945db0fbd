"""A child of the engine whose jobs misbehave, each in its own way."""

import ctypes
import os
import re
import sys
import time
from pathlib import Path

from experiments.engines.child import serve


def ok(report):
    return str(os.getpid()).encode()


def fail(report):
    raise ValueError("the moon is in the wrong phase")


def leave(report):
    os._exit(7)


def segv(report):
    ctypes.string_at(0)


def sleep(report):
    time.sleep(60)


def meet(report, folder):
    """Ends when another of its kind is at work, too."""
    Path(folder, str(os.getpid())).touch()
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.01)
    return b"met"


def stuck(report):
    """In C, with the interpreter locked: no thread of this process can do anything about it."""
    report(0.0, str(os.getpid()))
    re.match(r"(a+)+$", "a" * 64 + "b")


def eat(report):
    eaten = b"x" * (400 << 20)
    time.sleep(60)
    return eaten


def chatter(report):
    print('{"output": "bm9pc2U="}', flush=True)
    os.write(1, b"noise from C, without an end of line")
    sys.stderr.write("x" * 300_000)
    return ok(report)


def progress(report):
    for step in range(5):
        report(step / 5, f"step {step}")
    return ok(report)


def threads(report):
    return os.environ["OMP_NUM_THREADS"].encode()


TASKS = {task.__name__: task for task in (ok, fail, leave, segv, sleep, meet, stuck, eat, chatter, progress, threads)}

if __name__ == "__main__":
    serve(lambda order, report: TASKS[order.pop("task")](report, **order))
