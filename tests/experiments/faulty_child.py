"""A child of the engine whose jobs misbehave, each in its own way."""

import ctypes
import os
import re
import sys
import time

from experiments.child import serve


def perform(job, report):
    what = job["task"]
    if what == "raise":
        raise ValueError("the moon is in the wrong phase")
    if what == "exit":
        os._exit(7)
    if what == "segv":
        ctypes.string_at(0)
    if what == "sleep":
        time.sleep(60)
    if what == "stuck":  # in C, with the interpreter locked: no thread of this process can do anything about it
        report(0.0, str(os.getpid()))
        re.match(r"(a+)+$", "a" * 64 + "b")
    if what == "eat":
        report(0.5, f"{len(b'x' * (400 << 20))} bytes")
        time.sleep(60)
    if what == "print":
        print('{"output": "bm9pc2U="}', flush=True)
        os.write(1, b"noise from C, without an end of line")
        sys.stderr.write("x" * 300_000)
    if what == "progress":
        for step in range(5):
            report(step / 5, f"step {step}")
    if what == "threads":
        return os.environ["OMP_NUM_THREADS"].encode()
    return str(os.getpid()).encode()


if __name__ == "__main__":
    serve(perform)
