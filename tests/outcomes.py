"""
What the published threads ask: measured once for all tests and all processes of pytest, by a real worker.

Where no test of this run asks for all of it, an experiment is measured when a test needs it, in that test's process.
"""

import fcntl
import io
from functools import cache
from pathlib import Path

from rich.console import Console

from bot.commands import answers, doctor
from bot.store import runs, store
from bot.thread import markdown
from bot.thread.model import Thread
from experiments.measurement import Measurement

ROOT = Path(__file__).parents[1]
shared: Path | None = None  # a folder of all processes of pytest, where some test asks for all outcomes


@cache
def threads() -> dict[Path, Thread]:
    """The published threads by file, read when somebody asks: that takes longer than many a test."""
    return {path: markdown.read(path) for path in sorted((ROOT / "threads").rglob("*.md"))}


def address() -> str:
    """Of the database with all outcomes: whoever comes first measures, the others wait."""
    file = shared / "outcomes.db"
    with (shared / "outcomes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with answers.measured(list(threads().values()), Console(file=io.StringIO())) as database:
                doctor.backup(database, file)
    return f"sqlite:///{file}"


@cache
def stored(key: str) -> Measurement | None:
    """What was measured under this key, if the threads ask for it and it is measured in this run of tests."""
    if shared is None:
        return None
    with store.opened(address()) as database, store.reading(database) as connection:
        found = runs.outcome(connection, key)
    return Measurement.model_validate_json(found.output) if found and found.output else None
