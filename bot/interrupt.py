"""
Ctrl-C: a command is ended by it as the kernel does it, at once and without a word, also while it imports.

Who has something to end first says so: the demo by its own flag, the others here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CODE = 128 + signal.SIGINT


@contextmanager
def raised() -> Iterator[None]:
    """Inside, Ctrl-C is a KeyboardInterrupt; where it is ignored, as behind `nohup`, it stays ignored."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def last(act: Callable[[], object]) -> None:
    """
    From here on Ctrl-C ends the process after this act.

    Not by an exception: numpy, imported by torch, takes one for something else, and goes on as half of itself.
    """

    def leave(*_: object) -> None:
        act()
        os._exit(CODE)

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, leave)
