"""One bot and one worker for a database: each holds a lock beside it until its process ends, however that comes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from bot.errors import StoreError
from bot.store import location


@contextmanager
def held(url: str, who: Literal["bot", "worker"]) -> Iterator[None]:
    """Hold the lock of the database at `url`; raises `StoreError` where another process does, or none can be made."""
    file = location.of(url)
    location.look(file)
    with location.explained(file):
        lock = Path(f"{file}.{who}.lock").open("a")  # noqa: SIM115 closed below
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another {who} serves {file}; one is enough, stop the other first") from None
        yield
