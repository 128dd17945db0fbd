"""
A run on its way through an engine: its chunks, what they have brought so far, and where that is kept.

A measurement is a chunk for each portion of seeds, then one that concludes from all rows; a drawing is one chunk. The
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

from bot.store.runs import ClaimedRun, Urgency
from experiments.catalogue import ENTRIES
from experiments.engines.engine import Limits, Order
from experiments.topic import Row


@dataclass(eq=False)
class Chunk:
    """A portion of a run: what one job does. `alone` measures time: nothing else may be measured meanwhile."""

    name: str
    order: Order
    alone: bool = False
    fraction: float = 0.0
    started: bool = False


@dataclass(eq=False)
class Claim:
    """A claimed run; `waiting` are the chunks that no engine has yet."""

    run: ClaimedRun
    urgency: Urgency
    folder: Path
    limits: Limits
    waiting: list[Chunk]
    chunks: list[Chunk]
    rows: dict[int, list[Row]] = field(default_factory=dict)
    begun: bool = False
    note: str | None = None

    def take(self, chunk: Chunk, output: bytes) -> bytes | None:
        """Keep what a chunk has brought; returns the run's outcome when it was the last one."""
        chunk.fraction = 1.0
        if chunk.order["task"] != "rows":
            return output
        first = chunk.order["seeds"][0]
        self.rows[first] = json.loads(output)
        with suppress(OSError):  # a full disk: they are measured again if it comes to that
            keep(self.folder / f"{chunk.name}.json", output)
        self.conclude()
        return None

    def retry(self, chunk: Chunk) -> None:
        """A chunk whose process died is done once more, before the others."""
        chunk.fraction = 0.0
        self.waiting.insert(0, chunk)

    @property
    def progress(self) -> float:
        """The mean over chunks, from 0 to 1."""
        return sum(chunk.fraction for chunk in self.chunks) / len(self.chunks)

    def conclude(self) -> None:
        """Have it concluded, once the rows of all chunks are there."""
        if len(self.rows) == len(self.chunks):
            rows = [row for first in sorted(self.rows) for row in self.rows[first]]
            order = {**self.run.input, "task": "conclude", "rows": rows}
            self.waiting.append(Chunk("conclude", order))


def begin(run: ClaimedRun, order: Order, folder: Path) -> Claim:
    """A claimed run in chunks; those that were measured before are done. Raises ValueError for a strange name."""
    if run.task == "draw":
        chunk = Chunk("draw", order)
        return Claim(run, run.urgency, folder, Limits(run.limit_s), [chunk], [chunk])
    name = order["experiment"]
    if name not in ENTRIES:
        msg = f"no experiment {name!r}: was it there when this was queued?"
        raise ValueError(msg)
    topic = ENTRIES[name].topic
    chunks = [
        Chunk(f"{chunk.start}-{chunk.stop}", {**order, "task": "rows", "seeds": [chunk.start, chunk.stop]})
        for chunk in ENTRIES[name].chunks(order["seeds"])
    ]
    for chunk in chunks:
        chunk.alone = topic.chunk == 0
    claim = Claim(run, run.urgency, folder, Limits(run.limit_s, topic.memory_mib), list(chunks), chunks)
    folder.mkdir(parents=True, exist_ok=True)
    for chunk, rows in _kept(claim):
        claim.waiting.remove(chunk)
        chunk.fraction = 1.0
        claim.rows[chunk.order["seeds"][0]] = rows
    claim.conclude()
    return claim


def _kept(claim: Claim) -> Iterator[tuple[Chunk, list[Row]]]:
    """The chunks whose rows an earlier worker has left, whole."""
    for chunk in claim.chunks:
        first, last = chunk.order["seeds"]
        with suppress(OSError, ValueError):
            rows = json.loads((claim.folder / f"{chunk.name}.json").read_bytes())
            if len(rows) == last - first:
                yield chunk, rows


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
