"""
A layer's gradient is 0 from now on: does the optimiser leave its weights alone?

An MLP (64-64-64-10, ReLU) is trained for an epoch of digits. For another epoch the gradient of its first layer is
zeroed before each step, as a mask, a hook or requires_grad_(False) beside zero_grad(set_to_none=False) would do.
Momentum and Adam remember earlier gradients and go on; only where .grad is None does the optimiser pass a weight by.

Rule of the verdict, for the optimiser that is asked: `stands` when the layer is the same to the last bit in every
seed, `moves` when it is not in any. The other optimisers, and .grad = None, are shown beside it.

By hand: pollbot experiment frozen_layer --seeds 4 --votes 71,29 --out frozen.png
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

Optimiser = Literal["sgd", "momentum", "adam", "adamw"]


class FrozenLayerParams(Params):
    """The optimiser that is asked about, and how many `epochs` the layer is frozen for, after one of training."""

    optimiser: Optimiser = "adam"
    epochs: int = Field(default=1, ge=1, le=10)


OUTCOMES = ("stands", "moves")
TOPIC = Topic(params=FrozenLayerParams, options=OUTCOMES)
OPTIMISERS: dict[Optimiser, str] = {"sgd": "SGD", "momentum": "SGD 0.9", "adam": "Adam", "adamw": "AdamW"}
HOWS = ("zero", "none")

FINDINGS = {
    "stands": phrase("the layer stands still"),
    "moves": phrase("it moves without a gradient"),
    "": phrase("it does not always stand still"),
}
HEADING = phrase("the layer moved by")
PANEL = phrase("How far the layer has moved")
NOTE = phrase("in % of its weights' norm, median over seeds")
ROWS = {"zero": ".grad = 0", "none": ".grad = None"}


def measure(params: FrozenLayerParams, seeds: range, context: Context) -> list[Row]:
    """For each seed, way and optimiser: how far the layer has moved, in % of its norm when it was frozen."""
    return context.each(
        seeds, lambda seed: {how: {name: _moved(params, seed, name, how) for name in OPTIMISERS} for how in HOWS}
    )


def _made(name: Optimiser) -> Callable[[Iterable[Tensor]], Optimizer]:
    if name in ("sgd", "momentum"):
        return lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9 if name == "momentum" else 0)
    return torch.optim.Adam if name == "adam" else torch.optim.AdamW


def _moved(params: FrozenLayerParams, seed: int, name: Optimiser, how: str) -> float:
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    layer = list(model[0].parameters())
    optimizer = _made(name)(model.parameters())
    shuffle = torch.Generator().manual_seed(seed)
    frozen = None
    for epoch in range(1 + params.epochs):
        if epoch == 1:
            frozen = nn.utils.parameters_to_vector(layer).detach().clone()
        for batch in plain.batches(len(data.train_y), shuffle):
            optimizer.zero_grad()
            F.cross_entropy(model(data.train_x[batch]), data.train_y[batch]).backward()
            for weight in layer if epoch else ():
                weight.grad = torch.zeros_like(weight) if how == "zero" else None
            optimizer.step()
    assert frozen is not None
    moved = (nn.utils.parameters_to_vector(layer).detach() - frozen).norm() / frozen.norm()
    return float(f"{100 * float(moved):.4g}")


def conclude(params: FrozenLayerParams, rows: list[Row]) -> Outcome:
    """Whether the layer stood still."""
    asked = [row["zero"][params.optimiser] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, asked) for name in OUTCOMES),
        data={how: {name: median(row[how][name] for row in rows) for name in OPTIMISERS} for how in HOWS},
    )


def _finding(name: str, moved: list[float]) -> Finding:
    """Its number is how far the layer moved: the median of the seeds, in % of its norm."""
    hits = [100.0 * ((distance == 0) == (name == "stands")) for distance in moved]
    return Finding(
        option=name,
        supported=spread.always(hits),
        number=median(moved),
        spread=(min(moved), max(moved)),
        unit=phrase("% of the layer's norm"),
        condition=phrase("the gradient is 0, .grad is not None"),
    )


def _settings(params: FrozenLayerParams, seeds: int, language: Language) -> str:
    frozen = phrase("layer 1 frozen")[language]
    epochs = numbers.counted(params.epochs, "epoch", language)
    return (
        f"{OPTIMISERS[params.optimiser]} · {frozen}: {epochs} · {numbers.counted(seeds, 'seed', language)} · digits 8×8"
    )


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How far it went; below, each optimiser with a gradient of 0 and with none."""
    data: dict[str, Any] = measurement.data
    asked = measurement.params["optimiser"]
    rows = {
        ROWS[how]: [
            Cell(told(data[how][name], language), "no" if data[how][name] else "yes", how == "zero" and name == asked)
            for name in OPTIMISERS
        ]
        for how in HOWS
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.once(measurement, told(measurement.findings[0].number, language)),
        panel=Table(PANEL[language], (NOTE[language],), list(OPTIMISERS.values()), rows),
    )


def told(moved: float, language: Language) -> str:
    """A distance in %: 0 only where it is exactly that."""
    return numbers.percent(moved, 1 if moved else 0, language)
