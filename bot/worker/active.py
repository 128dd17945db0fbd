"""
A run on its way through an engine: its jobs, what they have brought so far, and where that is kept.

A measurement is one job for each chunk of seeds, then one that concludes from all rows; a drawing is a single job. The
chunks are the same for every engine, and so is the outcome, to the byte. Rows that are there, and what training has
left, outlive the worker in a folder beside the database, until the run has ended.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.store.runs import Claimed, Urgency
from experiments.catalogue import ENTRIES
from experiments.engines.engine import Job, Limits
from experiments.topic import Row


@dataclass(eq=False)
class Part:
    """One job of a run. `alone` measures time: nothing else may be measured meanwhile."""

    name: str
    job: Job
    alone: bool = False
    fraction: float = 0.0
    started: bool = False


@dataclass(eq=False)
class Active:
    """A claimed run; `waiting` are the parts that no engine has yet."""

    run: Claimed
    urgency: Urgency
    folder: Path
    limits: Limits
    waiting: list[Part]
    parts: list[Part]
    rows: dict[int, list[Row]] = field(default_factory=dict)
    begun: bool = False
    note: str | None = None

    def take(self, part: Part, output: bytes) -> bytes | None:
        """Keep what a part has brought; returns the run's outcome when it was the last one."""
        part.fraction = 1.0
        if part.job["task"] != "rows":
            return output
        first = part.job["seeds"][0]
        self.rows[first] = json.loads(output)
        with suppress(OSError):  # a full disk: they are measured again if it comes to that
            keep(self.folder / f"{part.name}.json", output)
        self.settle()
        return None

    def again(self, part: Part) -> None:
        """A part whose process died is done once more, before the others."""
        part.fraction = 0.0
        self.waiting.insert(0, part)

    @property
    def progress(self) -> float:
        """The mean over chunks, from 0 to 1."""
        return sum(part.fraction for part in self.parts) / len(self.parts)

    def settle(self) -> None:
        """Conclude when the rows of all chunks are there."""
        if len(self.rows) == len(self.parts):
            rows = [row for first in sorted(self.rows) for row in self.rows[first]]
            job = {**self.run.input, "task": "conclude", "rows": rows}
            self.waiting.append(Part("conclude", job))


def begin(run: Claimed, job: Job, folder: Path) -> Active:
    """The parts of a claimed run; chunks that were measured before are done. Raises ValueError for a strange name."""
    if run.task == "draw":
        part = Part("draw", job)
        return Active(run, run.urgency, folder, Limits(run.limit_s), [part], [part])
    name = job["experiment"]
    if name not in ENTRIES:
        msg = f"no experiment {name!r}: was it there when this was queued?"
        raise ValueError(msg)
    experiment = ENTRIES[name].experiment
    parts = [
        Part(f"{chunk.start}-{chunk.stop}", {**job, "task": "rows", "seeds": [chunk.start, chunk.stop]})
        for chunk in ENTRIES[name].chunks(job["seeds"])
    ]
    for part in parts:
        part.alone = experiment.chunk == 0
    active = Active(run, run.urgency, folder, Limits(run.limit_s, experiment.memory_mib), list(parts), parts)
    folder.mkdir(parents=True, exist_ok=True)
    for part, rows in _kept(active):
        active.waiting.remove(part)
        part.fraction = 1.0
        active.rows[part.job["seeds"][0]] = rows
    active.settle()
    return active


def _kept(active: Active) -> Iterator[tuple[Part, list[Row]]]:
    """The chunks whose rows an earlier worker has left, whole."""
    for part in active.parts:
        first, last = part.job["seeds"]
        with suppress(OSError, ValueError):
            rows = json.loads((active.folder / f"{part.name}.json").read_bytes())
            if len(rows) == last - first:
                yield part, rows


def keep(path: Path, content: bytes) -> None:
    """A file that is whole or not there."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(path)


def forget(folder: Path) -> None:
    """A run has ended: what was kept of it is of no use."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path, unfinished: Iterable[str]) -> None:
    """Forget what was kept of all runs but these."""
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if path.name not in unfinished:
                forget(path)
