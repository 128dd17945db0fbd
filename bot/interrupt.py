"""
Ctrl-C: a command is ended by it as the kernel does it, at once and without a word, also while it imports.

Who has something to end first says so: the demo by its own flag, the others by a block of `raised`.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


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
