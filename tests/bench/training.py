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
    """Four heads x seeds, trained in two processes: from the first one's beginning to the last one's end."""

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
    """The usual loop, once and whole; the ensemble half of its rounds before it and half after; the products alone."""

    usual: Trained
    ensemble: list[Trained]
    peak: list[float]  # GFLOP/s of both processes together

    @property
    def ratios(self) -> list[float]:
        return [self.usual.wall_s / one.wall_s for one in self.ensemble]

    @property
    def cpu_ratios(self) -> list[float]:
        return [self.usual.cpu_s / one.cpu_s for one in self.ensemble]

    @property
    def shares(self) -> list[float]:
        """Of the peak, in %."""
        return [100 * one.gflops / peak for one, peak in zip(self.ensemble, self.peak, strict=True)]


def training(*, quick: bool) -> Training:
    """Four heads x 32 seeds x 30 epochs with evaluation, in two processes."""
    epochs, rounds = (2, 2) if quick else (EPOCHS, ROUNDS)
    found, peaks, usual = [], [], None
    for number in range(rounds):
        if number == rounds // 2:
            usual = trained("usual", epochs)
            print(f"  usual: {usual.wall_s:.1f} s", flush=True)
        peaks.append(sum(one["found"] for one in both("peak", epochs)))
        found.append(trained("ensemble", epochs))
        print(f"  ensemble: {found[-1].wall_s:.2f} s of wall, {found[-1].cpu_s:.2f} s of CPU", flush=True)
    return Training(usual, found, peaks)


def trained(way: str, epochs: int) -> Trained:
    told = both(way, epochs)
    wall = max(one["ended"] for one in told) - min(one["began"] for one in told)
    last = {name: [curve[-1] for one in told for curve in one["found"][name]] for name in told[0]["found"]}
    return Trained(4 * SEEDS, epochs, wall, sum(one["cpu_s"] for one in told), last)


def both(way: str, epochs: int) -> list[dict]:
    """Half of the seeds in each of two processes, which begin together."""
    half = SEEDS // 2
    running = [runs.process("trainer", way, start, start + half, epochs) for start in (0, half)]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    return [runs.last_line(one) for one in running]


def rows(found: Training) -> list[list[str]]:
    """A line for each way, and one for each head."""
    ours, each = found.ensemble, 1000 / found.usual.models / found.usual.epochs
    lines = [
        ["wall, s", spread([one.wall_s for one in ours]), f"{found.usual.wall_s:.1f}"],
        ["CPU, s", spread([one.cpu_s for one in ours]), f"{found.usual.cpu_s:.1f}"],
        [
            "wall for a model and epoch, ms",
            spread([one.wall_s * each for one in ours]),
            f"{found.usual.wall_s * each:.2f}",
        ],
        ["GFLOP/s", spread([one.gflops for one in ours], ".1f"), f"{found.usual.gflops:.1f}"],
        [
            "% of the products' peak",
            spread(found.shares, ".0f"),
            f"{100 * found.usual.gflops / median(found.peak):.1f}",
        ],
    ]
    ends = zip(ours[0].last.items(), found.usual.last.values(), strict=True)
    return lines + [[f"accuracy, {name}, %", span(mine), span(theirs)] for (name, mine), theirs in ends]


def spread(values: list[float], form: str = ".2f") -> str:
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def span(values: list[float]) -> str:
    return f"{mean(values):.1f} ({min(values):.1f}-{max(values):.1f})"
