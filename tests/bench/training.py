"""Training: arms x seeds as one batched program, beside the usual loop over nn.Module and DataLoader."""

from dataclasses import dataclass
from statistics import mean, median

from tests.bench import runs

SEEDS, EPOCHS, ROUNDS = 32, 30, 4
# A model's forward and backward pass for one epoch, without the gradient by the pixels, and its evaluation: FLOP.
WEIGHTS = 64 * 64 * 2 + 64 * 10
MODEL_EPOCH = 1408 * (3 * 2 * WEIGHTS - 2 * 64 * 64) + 360 * 2 * WEIGHTS


@dataclass(frozen=True)
class Trained:
    """Four heads x seeds: from the first process's beginning to the last one's end."""

    models: int
    epochs: int
    wall_s: float
    cpu_s: float
    last: dict[str, list[float]]  # by head: each seed's test accuracy at the end, in %

    @property
    def gflops(self) -> float:
        return self.models * self.epochs * MODEL_EPOCH / self.wall_s / 1e9


@dataclass(frozen=True)
class Training:
    """
    The usual loop, once and whole, as a script on both cores and in two processes of one thread.

    The ensemble, half of its rounds before them and half after; the products alone.
    """

    script: Trained
    usual: Trained
    ensemble: list[Trained]
    peak: list[float]  # GFLOP/s of both processes together

    @property
    def ratios(self) -> list[float]:
        return [self.script.wall_s / one.wall_s for one in self.ensemble]

    @property
    def halved_ratios(self) -> list[float]:
        return [self.usual.wall_s / one.wall_s for one in self.ensemble]

    @property
    def shares(self) -> list[float]:
        """Of the peak, in %."""
        return [100 * one.gflops / peak for one, peak in zip(self.ensemble, self.peak, strict=True)]


def training(*, quick: bool) -> Training:
    """Four heads x 32 seeds x 30 epochs with evaluation, on both cores."""
    epochs, rounds = (2, 2) if quick else (EPOCHS, ROUNDS)
    found, peaks, usual = [], [], []
    for number in range(rounds):
        if number == rounds // 2:
            usual = [trained("script", epochs, processes=1), trained("usual", epochs)]
            print(f"  usual: {usual[0].wall_s:.1f} s, in two processes {usual[1].wall_s:.1f} s", flush=True)
        peaks.append(sum(one["found"] for one in started("peak", epochs, 2)))
        found.append(trained("ensemble", epochs))
        print(f"  ensemble: {found[-1].wall_s:.2f} s of wall, {found[-1].cpu_s:.2f} s of CPU", flush=True)
    return Training(*usual, found, peaks)


def trained(way: str, epochs: int, processes: int = 2) -> Trained:
    told = started(way, epochs, processes)
    wall = max(one["ended"] for one in told) - min(one["began"] for one in told)
    last = {name: [curve[-1] for one in told for curve in one["found"][name]] for name in told[0]["found"]}
    return Trained(4 * SEEDS, epochs, wall, sum(one["cpu_s"] for one in told), last)


def started(way: str, epochs: int, processes: int) -> list[dict]:
    """As many seeds in each of the processes, which begin together."""
    part = SEEDS // processes
    running = [runs.process("trainer", way, start, start + part, epochs) for start in range(0, SEEDS, part)]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    return [runs.last_line(one) for one in running]


def rows(found: Training) -> list[list[str]]:
    """A line for each way, and one for each head."""
    ours, both = found.ensemble, (found.script, found.usual)
    each, peak = 1000 / found.usual.models / found.usual.epochs, median(found.peak) / 100
    lines = [
        ["wall, s", spread([one.wall_s for one in ours]), *(f"{one.wall_s:.1f}" for one in both)],
        ["CPU, s", spread([one.cpu_s for one in ours]), *(f"{one.cpu_s:.1f}" for one in both)],
        [
            "wall for a model and epoch, ms",
            spread([one.wall_s * each for one in ours]),
            *(f"{one.wall_s * each:.2f}" for one in both),
        ],
        ["GFLOP/s", spread([one.gflops for one in ours], ".1f"), *(f"{one.gflops:.1f}" for one in both)],
        ["% of the products' peak", spread(found.shares, ".0f"), *(f"{one.gflops / peak:.1f}" for one in both)],
    ]
    ways = zip(ours[0].last, *(one.last.values() for one in (ours[0], *both)), strict=True)
    return lines + [[f"accuracy, {name}, %", *map(span, ends)] for name, *ends in ways]


def spread(values: list[float], form: str = ".2f") -> str:
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def span(values: list[float]) -> str:
    return f"{mean(values):.1f} ({min(values):.1f}-{max(values):.1f})"
