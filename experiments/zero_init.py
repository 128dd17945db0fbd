"""
Can weight matrices of an MLP start at zero?

Three Linear layers (64-64-64-10) on the digits; the matrices named in `zeroed` start at zero, the others as nn.Linear
starts them. Trained with SGD and with Adam, beside a control without zeros and beside the *neighbours*: the same
zeros with every other activation and bias, because these decide the answer.

Rule of the verdict, three outcomes:
* dead: the gradients of the zeroed matrices are exactly 0 at every step in every seed, and accuracy stays at chance;
* learns: test accuracy above 90 % in every seed;
* slow: anything else, and then neither answer is right without a condition.
Both optimisers must agree on dead or learns, else it is slow. Without activation SGD runs at 0.01: at 0.1 it diverges
even where nothing is zero.

By hand: python -m experiments zero_init --set zeroed=1,2 --set activation=tanh --set bias=none --out zero.png
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import JsonValue
from torch import Tensor

from experiments import words
from experiments.catalogue import ENTRIES, ZeroInitParams
from experiments.digits import load
from experiments.ensemble import Arm, Ensemble, Recipe, Report, train, versions
from experiments.measurement import Finding, Measurement, Text
from experiments.zero_init_figure import draw
from experiments.zero_init_words import CELLS, Cell, condition, settings

__all__ = ["draw", "measure"]

Outcome = Literal["dead", "learns", "slow"]
OPTIMISERS: tuple[Literal["sgd", "adam"], ...] = ("sgd", "adam")
CHANCE = 0.15  # ten classes, the most frequent is 10.3 % of the test digits; the rest is what 360 images allow
LEARNT = 0.9
NEIGHBOUR_SEEDS = 4
CURVE_POINTS = 100


@dataclass(frozen=True)
class Trained:
    """
    One setting, trained with each optimiser.

    `accuracy` (optimisers, seeds) at the end; `gradients` (optimisers, seeds, steps, 3): one norm for each matrix.
    """

    accuracy: Tensor
    gradients: Tensor

    def outcome(self, zeroed: tuple[int, ...]) -> Outcome:
        verdicts = {_outcome(*pair) for pair in zip(self.accuracy, self.of(zeroed), strict=True)}
        return verdicts.pop() if len(verdicts) == 1 else "slow"

    def of(self, zeroed: tuple[int, ...]) -> Tensor:
        """The gradients of the zeroed matrices alone, (optimisers, seeds, steps, zeroed)."""
        return self.gradients[..., [layer - 1 for layer in zeroed]]

    @property
    def percent(self) -> tuple[float, float]:
        """Lowest and highest accuracy of any seed and optimiser."""
        return round(100 * self.accuracy.min().item(), 2), round(100 * self.accuracy.max().item(), 2)


def measure(params: ZeroInitParams, seeds: int, report: Report) -> Measurement:
    """Train the asked setting and its control with all seeds, the neighbours with a few."""
    asked = (params.activation, params.bias)
    control, main = _train([_arm((), asked), _arm(params.zeroed, asked)], params.epochs, seeds, _part(report, 0, 0.35))
    others = [cell for cell in CELLS if cell != asked]
    arms = [_arm(params.zeroed, cell) for cell in others]
    neighbours = _train(arms, params.epochs, min(seeds, NEIGHBOUR_SEEDS), _part(report, 0.35, 1))
    grid = {asked: main, **dict(zip(others, neighbours, strict=True))}
    outcomes = {cell: grid[cell].outcome(params.zeroed) for cell in CELLS}
    return Measurement(
        experiment="zero_init",
        params=params.model_dump(mode="json"),
        seeds=seeds,
        versions=versions(ENTRIES["zero_init"]),
        settings={language: settings(params, seeds, language) for language in ("ru", "en")},
        findings=_findings(main, params.zeroed, condition(params.zeroed, dict(outcomes))),
        data={
            "outcome": outcomes[asked],
            "neighbour_seeds": min(seeds, NEIGHBOUR_SEEDS),
            "grid": {"/".join(cell): {"outcome": outcomes[cell], "range": list(grid[cell].percent)} for cell in CELLS},
            "curves": {"control": _curves(control), "asked": _curves(main)},
            "range": {"control": list(control.percent), "asked": list(main.percent)},
        },
    )


def _arm(zeroed: tuple[int, ...], cell: Cell) -> dict[str, Arm]:
    """A setting as an arm for each optimiser."""
    activation, bias = cell
    rates = {"sgd": 0.01 if activation == "identity" else 0.1, "adam": 0.001}
    return {name: Arm(activation=activation, bias=bias, zeroed=zeroed, lr=rates[name]) for name in OPTIMISERS}


def _train(arms: list[dict[str, Arm]], epochs: int, seeds: int, report: Report) -> list[Trained]:
    histories = []
    for index, name in enumerate(OPTIMISERS):
        ensemble = Ensemble([arm[name] for arm in arms], seeds)
        part = _part(report, index / len(OPTIMISERS), (index + 1) / len(OPTIMISERS))
        histories.append(train(ensemble, load(), Recipe(name, epochs), part, watch_gradients=True))
    accuracy = torch.stack([history.accuracy[..., -1] for history in histories], 1)  # (arms, optimisers, seeds)
    gradients = torch.stack([history.gradients for history in histories], 1)  # (arms, optimisers, seeds, steps, 3)
    return [Trained(*pair) for pair in zip(accuracy, gradients, strict=True)]


def _outcome(accuracy: Tensor, gradients: Tensor) -> Outcome:
    """Of one optimiser: final accuracy (seeds,), gradients of the zeroed matrices (seeds, steps, zeroed)."""
    if bool((gradients == 0).all()) and accuracy.max() < CHANCE:
        return "dead"
    return "learns" if accuracy.min() > LEARNT else "slow"


def _findings(main: Trained, zeroed: tuple[int, ...], told: Text) -> tuple[Finding, Finding]:
    """Accuracy stands behind `learns`; behind `dead`, the largest gradient that the zeroed matrices ever had."""
    outcome = main.outcome(zeroed)
    gradients = main.of(zeroed).amax((0, 2, 3))  # (seeds,)
    low, high = (float(f"{value:.3g}") for value in (gradients.min(), gradients.max()))
    learns, dead = (_verdict(outcome, option) for option in ("learns", "dead"))
    norm = words.both("наибольшая норма градиента", "largest gradient norm")
    percent = words.both("%", "%")
    return (
        Finding(
            option="learns", supported=learns, number=main.percent[0], spread=main.percent, unit=percent, condition=told
        ),
        Finding(option="dead", supported=dead, number=high, spread=(low, high), unit=norm, condition=told),
    )


def _verdict(outcome: Outcome, option: str) -> Literal["yes", "no", "depends"]:
    if outcome == "slow":
        return "depends"
    return "yes" if outcome == option else "no"


def _curves(trained: Trained) -> dict[str, JsonValue]:
    """SGD's gradient norms, median over seeds, at log-spaced steps counted from 1; three rows, one a matrix."""
    norms = trained.gradients[0].quantile(0.5, dim=0)  # (steps, 3)
    steps = torch.logspace(0, float(torch.tensor(len(norms)).log10()), CURVE_POINTS).round().long().unique()
    rows = norms[steps - 1].T.tolist()
    return {"steps": steps.tolist(), "norms": [[float(f"{value:.3g}") for value in row] for row in rows]}


def _part(report: Report, start: float, end: float) -> Report:
    """A report that counts from `start` to `end` of the whole."""
    return lambda fraction, note: report(start + fraction * (end - start), note)
