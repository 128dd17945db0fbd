"""
What a file of `experiments.topics` declares. Importable without torch.

    TOPIC = Topic(params=..., options=(...))
    def measure(params, seeds: range, context: Context) -> list[Row]  one row of plain data for each seed
    def conclude(params, rows: list[Row]) -> Outcome                  pure and quick: what all seeds together say
    def draw(measurement, language) -> Drawing                        pure, quick, without torch: what the picture shows

A seed's row must not depend on which other seeds stand beside it: seeds are measured in chunks of `Topic.chunk`,
by whichever processes or machines are free, and gathered in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from experiments.measurement import Finding, Text
from experiments.quantity import Quantity

LIMITED = 16
AGAIN = 1000  # how far apart the seeds of two repetitions begin: 0, 1, 2 … and 1000, 1001, 1002 …
Row = dict[str, Any]  # what JSON can hold
Report = Callable[[float, str], None]


class Params(BaseModel):
    """What may be set, with ranges, defaults and units: the base of every experiment's `Params`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Topic:
    """
    `options` are the keys that a poll's options name, `numbers` those that its texts name, with what they mean.

    `limit_s` ends a chunk that hangs, `memory_mib` one whose process grows beyond it. `chunk` seeds are measured in one
    process: all of them where timing is measured (0), because two processes would disturb each other; the limit is then
    one for each `LIMITED` seeds.
    """

    params: type[Params]
    options: tuple[str, ...]
    limit_s: float = 600.0  # the longest takes 15 s alone, and forty times as long on a machine that is busy
    memory_mib: int = 2048
    chunk: int = 8
    numbers: Mapping[str, Quantity] = field(default_factory=dict)


def silent(fraction: float, note: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Context:
    """
    Where a chunk is measured: `report(fraction, note)` tells how far it is, training goes on from `checkpoint`.

    `profile`, when set, is where a trace of the profiler is written.
    """

    report: Report = silent
    checkpoint: Path | None = None
    device: str = "cpu"
    profile: Path | None = None

    def each(self, seeds: range, measure: Callable[[int], Row]) -> list[Row]:
        """Measure one seed after another, telling how far it is."""
        rows = []
        for number, seed in enumerate(seeds, start=1):
            rows.append(measure(seed))
            self.report(number / len(seeds), f"seed {number}/{len(seeds)}")
        return rows

    def part(self, start: float, end: float) -> Context:
        """A run that counts from `start` to `end` of the whole."""

        def report(fraction: float, note: str) -> None:
            self.report(start + fraction * (end - start), note)

        checkpoint = self.checkpoint and self.checkpoint.with_name(f"{self.checkpoint.name}-{start:.2f}")
        return Context(report, checkpoint, self.device, self.profile)


@dataclass(frozen=True)
class Outcome:
    """
    What all seeds together say; `settings` is the line that a picture prints, `data` is for `draw`.

    `numbers` has each seed's value by the keys of `Topic.numbers`; none where this run has no such number.
    """

    settings: Text
    findings: tuple[Finding, ...]
    data: dict[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[float]] = field(default_factory=dict)
