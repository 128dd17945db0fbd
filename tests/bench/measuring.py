"""The experiments of all polls of the threads, by a real worker: how long each takes, and all together."""

import io
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from bot.commands import answers
from bot.store.tables import runs
from bot.thread import markdown

THREADS = Path(__file__).parents[2] / "threads"


@dataclass(frozen=True)
class Measuring:
    """From the worker's start on; runs share the cores, so each takes longer than it would alone."""

    wall_s: float
    each: list[tuple[str, float]]  # what was measured, in s; the slowest first


def measuring(*, quick: bool) -> Measuring:
    """Every experiment of the threads, at the size that its polls ask for."""
    threads = [markdown.read(THREADS / "pytorch.md")]
    threads += [] if quick else [markdown.read(THREADS / "pytorch-topics.md")]
    began = time.monotonic()
    with answers.measured(threads, Console(file=io.StringIO())) as engine, engine.connect() as connection:
        wall = time.monotonic() - began
        found = connection.execute(select(runs.c.input, runs.c.started, runs.c.finished, runs.c.error)).all()
    assert not any(row.error for row in found)
    each = [(told(row.input), (row.finished - row.started).total_seconds()) for row in found]
    return Measuring(wall, sorted(each, key=lambda one: -one[1]))


def told(order: dict) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in order["params"].items())
    return f"{order['experiment']} ({', '.join(filter(None, [settings, str(order['seeds']) + ' seeds']))})"


def rows(found: Measuring) -> list[list[str]]:
    return [[name, f"{seconds:.1f}"] for name, seconds in found.each]
