"""
A textbook loop without optimizer.zero_grad(): do the weights diverge?

Two loops as lecture notes have them. `xor`: Linear(2, 4), Tanh, Linear(4, 1), Sigmoid on the four points of XOR,
BCELoss, SGD with a rate of 0.1, 200 steps. `batches`: Linear(10, 16), ReLU, Linear(16, 1), Sigmoid on 32 random points
with random labels, batches of 8, a rate of 0.01, 5 epochs. Each is run with zero_grad and without, from the same
weights.

Rule of the verdict, by the loss on all points at the end, in every seed: `diverges` when it is not finite, or above
that before training; `worse` when it is above that of the loop with zero_grad; `better` when it is below. Gradients
that add up are momentum 1 to the letter: at small rates and for few steps that is faster, for long enough it is not.

By hand: pollbot experiment no_zero_grad --seeds 16 --votes 61,27,12 --out xor.png
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, spread
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, PINK, Axis, Curves, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor

Code = Literal["xor", "batches"]


class NoZeroGradParams(Params):
    """Which of the two loops."""

    code: Code = "xor"


OUTCOMES = ("diverges", "worse", "better")
TOPIC = Topic(params=NoZeroGradParams, options=OUTCOMES)
SIZES: dict[Code, tuple[int, int]] = {"xor": (2, 4), "batches": (10, 16)}
RATES: dict[Code, float] = {"xor": 0.1, "batches": 0.01}
EPOCHS: dict[Code, int] = {"xor": 200, "batches": 5}
COLOURS = {"kept": PINK, "zeroed": BLUE}

FINDINGS = {
    "diverges": phrase("without zero_grad it diverges"),
    "worse": phrase("without zero_grad it ends worse"),
    "better": phrase("without zero_grad it ends better"),
    "": phrase("it differs from seed to seed"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("The loss of the same loop")
NOTE = phrase("median and range over seeds")
NAMES = {"kept": phrase("no zero_grad"), "zeroed": phrase("zero_grad")}


def measure(params: NoZeroGradParams, seeds: range, context: Context) -> list[Row]:
    """For each seed the loss before training and after each epoch, with and without zero_grad."""
    return context.each(seeds, lambda seed: {name: _losses(params.code, seed, name == "kept") for name in COLOURS})


def _points(code: Code) -> tuple[Tensor, Tensor]:
    """Inputs (points, features) and labels (points, 1)."""
    if code == "xor":
        return torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([[0.0], [1], [1], [0]])
    return torch.randn(32, 10), torch.randint(0, 2, (32, 1)).float()


def _losses(code: Code, seed: int, kept: bool) -> list[float]:  # noqa: FBT001 one of the two loops
    inputs, hidden = SIZES[code]
    with plain.seeded(seed):
        x, y = _points(code)
        middle = nn.Tanh() if code == "xor" else nn.ReLU()
        model = nn.Sequential(nn.Linear(inputs, hidden), middle, nn.Linear(hidden, 1), nn.Sigmoid())
    optimizer, criterion = torch.optim.SGD(model.parameters(), lr=RATES[code]), nn.BCELoss()
    size = 8 if code == "batches" else len(x)
    losses = [float(criterion(model(x), y).detach())]
    for _ in range(EPOCHS[code]):
        for batch in torch.arange(len(x)).split(size):
            if not kept:
                optimizer.zero_grad()
            criterion(model(x[batch]), y[batch]).backward()
            optimizer.step()
        losses.append(float(criterion(model(x), y).detach()))
    return [float(f"{loss:.4g}") for loss in losses]


def conclude(params: NoZeroGradParams, rows: list[Row]) -> Outcome:
    """How it ends without zero_grad."""
    seen = [_outcome(row["kept"], row["zeroed"]) for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params.code, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in seen]) for name in OUTCOMES),
        data={"curves": {name: spread.band([row[name] for row in rows]) for name in COLOURS}},
    )


def _outcome(kept: list[float], zeroed: list[float]) -> str:
    if not isfinite(kept[-1]) or kept[-1] > kept[0]:
        return "diverges"
    return "better" if kept[-1] < zeroed[-1] else "worse"


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("this loop, so many steps")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(code: Code, seeds: int, language: Language) -> str:
    lr = numbers.plain(RATES[code], language)
    return f"{code} · SGD {lr} · {numbers.counts(seeds, EPOCHS[code], language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How it ended; below, both losses."""
    data: dict[str, Any] = measurement.data
    last = len(data["curves"]["kept"]["median"]) - 1
    curves = [
        parts.banded(NAMES[name][language], COLOURS[name], range(last + 1), data["curves"][name]) for name in COLOURS
    ]
    high = max(1.0, *(max(band["high"]) for band in data["curves"].values()))
    shown = min(high, 10.0)
    ticks = [(0.0, "0"), (shown, numbers.plain(shown, language))]
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Curves(
            PANEL[language], (NOTE[language],), curves, parts.epochs(last, language), Axis(-0.02 * shown, shown, ticks)
        ),
    )
