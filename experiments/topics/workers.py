"""
DataLoader(num_workers=2) on a small data set: is an epoch faster?

All digits that are trained on (1437 of 8×8 pixels, in memory) are loaded once through, in batches of 64, shuffled:
with no workers, with two, with two that live on from epoch to epoch, and by indexing the tensor. Nothing is trained.
Each worker is a process that is started for the epoch; every batch comes through a pipe.

Rule of the verdict, by the median of some epochs, in every seed: `faster` when two workers take less than 1 / 1.2 of
the time without, `slower` when they take more than 1.2 of it, `same` between. Wall clock on whatever machine measures:
for data that must be read from a disk, decoded and augmented the answer is another, and is not asked.

By hand: pollbot experiment workers --seeds 3 --votes 51,28,21 --out workers.png
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers
from experiments.lazy import digits, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREY, Bar, Bars, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class WorkersParams(Params):
    """How many processes load, and how many epochs each way is timed."""

    workers: int = Field(default=2, ge=1, le=8)
    epochs: int = Field(default=5, ge=1, le=20)


OUTCOMES = ("faster", "same", "slower")
TOPIC = Topic(params=WorkersParams, options=OUTCOMES, chunk=0, limit_s=900)
WAYS = ("indexing", "none", "workers", "persistent")
DIFFERENT = 1.2

FINDINGS = {
    "faster": phrase("workers make it faster"),
    "same": phrase("it makes no difference"),
    "slower": phrase("workers make it slower"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("times as long")
PANEL = phrase("One epoch, 1437 images of 8×8")
NOTE = phrase("median and range over seeds, by the wall clock")
NAMES = {
    "indexing": phrase("x[indices], no DataLoader"),
    "none": verbatim("num_workers=0"),
    "workers": verbatim("num_workers={workers}"),
    "persistent": phrase("and persistent_workers=True"),
}
MS = phrase("{time} ms")


def measure(params: WorkersParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and way the median of some epochs, in ms."""
    return context.each(seeds, lambda seed: {way: _timed(params, seed, way) for way in WAYS})


def _timed(params: WorkersParams, seed: int, way: str) -> float:
    epoch = _epochs(params.workers, seed, way)
    epoch()
    times = []
    for _ in range(params.epochs):
        start = perf_counter()
        epoch()
        times.append(1000 * (perf_counter() - start))
    return round(median(times), 2)


def _epochs(workers: int, seed: int, way: str) -> Callable[[], int]:
    """Something that goes through all data once, and says how many samples there were."""
    data = digits.load()
    shuffle = torch.Generator().manual_seed(seed)

    def indexing() -> int:
        order = torch.randperm(len(data.train_y), generator=shuffle)
        return _count((data.train_x[batch], data.train_y[batch]) for batch in order.split(64))

    if way == "indexing":
        return indexing
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(data.train_x, data.train_y),
        batch_size=64,
        shuffle=True,
        generator=shuffle,
        num_workers=0 if way == "none" else workers,
        persistent_workers=way == "persistent",
    )
    return lambda: _count(loader)


def _count(batches: Iterable[Any]) -> int:
    return sum(len(labels) for _, labels in batches)


def conclude(params: WorkersParams, rows: list[Row]) -> Outcome:
    """Which is faster, and by how much."""
    ratios = [row["workers"] / row["none"] if row["none"] else 1.0 for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, ratios) for name in OUTCOMES),
        data={way: [pick([row[way] for row in rows]) for pick in (median, min, max)] for way in WAYS},
    )


def _outcome(ratio: float) -> str:
    return "slower" if ratio > DIFFERENT else "faster" if ratio < 1 / DIFFERENT else "same"


def _finding(name: str, ratios: list[float]) -> Finding:
    """Its number is how many times as long an epoch takes with workers: the median over seeds."""
    seen = [_outcome(ratio) == name for ratio in ratios]
    verdict: Verdict = "yes" if all(seen) else "depends" if any(seen) else "no"
    return Finding(
        option=name,
        supported=verdict,
        number=float(f"{median(ratios):.3g}"),
        spread=(float(f"{min(ratios):.3g}"), float(f"{max(ratios):.3g}")),
        unit=phrase("times as long", "workers._finding"),
        condition=phrase("the data are small and in memory"),
    )


def _settings(params: WorkersParams, seeds: int, language: Language) -> str:
    epochs = numbers.counted(params.epochs, "epoch", language)
    return f"DataLoader · batch 64 · {epochs} · {numbers.counted(seeds, 'seed', language)} · CPU"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Who is faster; below, the time of an epoch by each way."""
    data: dict[str, Any] = measurement.data
    workers = measurement.params["workers"]
    bars = [
        Bar(
            NAMES[way][language].format(workers=workers),
            data[way][0],
            MS[language].format(time=numbers.plain(data[way][0], language)),
            GREY if way in ("indexing", "none") else BLUE,
            data[way][1],
            data[way][2],
        )
        for way in WAYS
    ]
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.once(measurement, f"{numbers.plain(measurement.findings[0].number, language)}×"),
        panel=Bars(PANEL[language], (NOTE[language],), bars),
    )
