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

By hand: pollbot experiment zero_init --set zeroed=1,2 --set activation=tanh --set bias=none --out zero.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from experiments import numbers, quantity, spread
from experiments.lazy import ensemble, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures.chart import MILD, Drawing, Measured
from experiments.quantity import Quantity
from experiments.topic import AGAIN, Context, Outcome, Params, Row, Topic
from experiments.topics.zero_init.panels import gradients, neighbours
from experiments.topics.zero_init.words import (
    ACCURACY,
    ACTIVATIONS,
    BIASES,
    CELLS,
    FINDINGS,
    GRADIENT,
    HEADING,
    Cell,
    condition,
    matrices,
)
from languages import cldr
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

    from experiments.ensemble.ensemble import Arm, History


class ZeroInitParams(Params):
    """Which of the three weight matrices (1, 2, 3) start at zero, and what surrounds them."""

    zeroed: tuple[Literal[1, 2, 3], ...] = Field(default=(2,), min_length=1, max_length=3)
    activation: Literal["relu", "tanh", "identity"] = "relu"
    bias: Literal["default", "zero", "none"] = "default"
    epochs: int = Field(default=30, ge=1, le=100)

    @field_validator("zeroed")
    @classmethod
    def _in_order(cls, zeroed: tuple[Literal[1, 2, 3], ...]) -> tuple[Literal[1, 2, 3], ...]:
        return tuple(sorted(set(zeroed)))  # 2,1 asks the same as 1,2 and has the same key


NUMBERS = {
    "accuracy": quantity.percent(phrase("accuracy, SGD and Adam")),
    "control.accuracy": quantity.percent(phrase("accuracy without zeros, SGD and Adam")),
    "gradient": Quantity(phrase("the largest gradient norm of what started at zero")),
} | {
    f"{activation}.{bias}": quantity.percent(
        phrase("accuracy with the same zeros: {activation}, {bias}").of(
            activation=ACTIVATIONS[activation], bias=BIASES[bias]
        )
    )
    for activation, bias in CELLS
}
TOPIC = Topic(params=ZeroInitParams, options=("learns", "dead"), numbers=NUMBERS)
Fate = Literal["dead", "learns", "slow"]
OPTIMISERS: tuple[Literal["sgd", "adam"], ...] = ("sgd", "adam")
CHANCE = 15.0  # %: ten classes, the most frequent is 10.3 % of the test digits; the rest is what 360 images allow
LEARNT = 90.0  # %
NEIGHBOUR_SEEDS = 4
CURVE_POINTS = 100
MOMENTUM = 0.9  # of SGD


def measure(params: ZeroInitParams, seeds: range, context: Context) -> list[Row]:
    """The asked setting and its control with all seeds, the neighbours with the first few."""
    asked = (params.activation, params.bias)
    few = [seed for seed in seeds if seed % AGAIN < NEIGHBOUR_SEEDS]
    share = 0.35 if few else 1.0
    arms = {"control": _arm((), asked), "asked": _arm(params.zeroed, asked)}
    rows = _train(arms, params, seeds, context.part(0, share))
    if few:
        others = {"/".join(cell): _arm(params.zeroed, cell) for cell in CELLS if cell != asked}
        neighbours = _train(others, params, range(few[0], few[-1] + 1), context.part(share, 1))
        for row, more in zip(rows, neighbours, strict=False):
            row.update(more)
    return rows


def _arm(zeroed: tuple[int, ...], cell: Cell) -> dict[str, Arm]:
    """A setting as an arm for each optimiser."""
    activation, bias = cell
    return {
        name: ensemble.Arm(activation=activation, bias=bias, zeroed=zeroed, lr=rate)
        for name, rate in _rates(activation).items()
    }


def _rates(activation: str) -> dict[str, float]:
    return {"sgd": 0.01 if activation == "identity" else 0.1, "adam": 0.001}


def _train(arms: dict[str, dict[str, Arm]], params: ZeroInitParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and arm: accuracy in %, the largest gradient of what started at zero, and SGD's gradients."""
    histories = []
    for index, name in enumerate(OPTIMISERS):
        part = context.part(index / len(OPTIMISERS), (index + 1) / len(OPTIMISERS))
        recipe, mine = ensemble.Recipe(name, params.epochs, MOMENTUM), [arm[name] for arm in arms.values()]
        histories.append(ensemble.on_digits(mine, seeds, recipe, part, watch_gradients=True))
    return [
        {name: _seed(histories, arm, seed, params.zeroed) for arm, name in enumerate(arms)}
        for seed in range(len(seeds))
    ]


def _seed(histories: list[History], arm: int, seed: int, zeroed: tuple[int, ...]) -> dict[str, Any]:
    mine = [
        history.gradients[arm, seed][:, [layer - 1 for layer in zeroed]] for history in histories
    ]  # (steps, zeroed)
    return {
        "accuracy": [round(100 * history.accuracy[arm, seed, -1].item(), 2) for history in histories],
        "largest": [gradients.max().item() for gradients in mine],
        "steps": _steps(len(mine[0])),
        "norms": _curve(histories[0].gradients[arm, seed]),
    }


def _curve(norms: Tensor) -> list[list[float]]:
    """Gradient norms (steps, 3) at log-spaced steps; three rows, one a matrix."""
    chosen = torch.tensor(_steps(len(norms))) - 1
    return [[float(f"{value:.3g}") for value in row] for row in norms[chosen].T.tolist()]


def _steps(count: int) -> list[int]:
    """Log-spaced steps, counted from 1."""
    return sorted({round(count ** (index / (CURVE_POINTS - 1))) for index in range(CURVE_POINTS)})


def conclude(params: ZeroInitParams, rows: list[Row]) -> Outcome:
    """The asked setting's outcome, and that of its neighbours."""
    asked = (params.activation, params.bias)
    few = rows[:NEIGHBOUR_SEEDS]
    found = {cell: _of(few, "/".join(cell)) if cell != asked else _of(rows, "asked") for cell in CELLS}
    outcomes = {cell: outcome(seeds) for cell, seeds in found.items()}
    told = condition(params.zeroed, dict(outcomes))
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=_findings(found[asked], outcomes[asked], told),
        data={
            "outcome": outcomes[asked],
            "neighbour_seeds": len(few),
            "grid": {
                "/".join(cell): {"outcome": outcomes[cell], "range": list(percent(found[cell]))} for cell in CELLS
            },
            "curves": {name: _median(_of(rows, name)) for name in ("control", "asked")},
            "range": {name: list(percent(_of(rows, name))) for name in ("control", "asked")},
        },
        numbers={
            "accuracy": _accuracies(found[asked]),
            "control.accuracy": _accuracies(_of(rows, "control")),
            "gradient": [max(seed["largest"]) for seed in found[asked]],
            **{f"{activation}.{bias}": _accuracies(found[activation, bias]) for activation, bias in CELLS},
        },
    )


def _accuracies(seeds: list[dict[str, Any]]) -> list[float]:
    return [value for seed in seeds for value in seed["accuracy"]]


def _of(rows: list[Row], name: str) -> list[dict[str, Any]]:
    arms: Any = [row[name] for row in rows]
    return list(arms)


def outcome(seeds: list[dict[str, Any]]) -> Fate:
    """Of one setting; both optimisers must agree on dead or learns."""
    fates = {_fate(seeds, index) for index in range(len(OPTIMISERS))}
    return fates.pop() if len(fates) == 1 else "slow"


def _fate(seeds: list[dict[str, Any]], optimiser: int) -> Fate:
    accuracy = [seed["accuracy"][optimiser] for seed in seeds]
    if not any(seed["largest"][optimiser] for seed in seeds) and max(accuracy) < CHANCE:
        return "dead"
    return "learns" if min(accuracy) > LEARNT else "slow"


def percent(seeds: list[dict[str, Any]]) -> tuple[float, float]:
    """Lowest and highest accuracy of any seed and optimiser."""
    values = [value for seed in seeds for value in seed["accuracy"]]
    return min(values), max(values)


def _median(seeds: list[dict[str, Any]]) -> dict[str, Any]:
    """SGD's gradient norms, median over seeds."""
    rows = [spread.band([seed["norms"][layer] for seed in seeds])["median"] for layer in range(3)]
    return {"steps": seeds[0]["steps"], "norms": rows}


def _findings(seeds: list[dict[str, Any]], found: Fate, told: Text) -> tuple[Finding, Finding]:
    """Accuracy stands behind `learns`; behind `dead`, the largest gradient that the zeroed matrices ever had."""
    accuracy = percent(seeds)
    largest = [float(f"{max(seed['largest']):.3g}") for seed in seeds]
    learns, dead = (_supported(found, option) for option in TOPIC.options)
    norm = phrase("largest gradient norm")
    unit = verbatim("%")
    return (
        Finding(option="learns", supported=learns, number=accuracy[0], spread=accuracy, unit=unit, condition=told),
        Finding(
            option="dead", supported=dead, number=max(largest), spread=(min(largest), max(largest)), unit=norm,
            condition=told,
        ),
    )  # fmt: skip


def _supported(found: Fate, option: str) -> Verdict:
    if found == "slow":
        return "depends"
    return "yes" if found == option else "no"


def _settings(params: ZeroInitParams, seeds: int, language: Language) -> str:
    zeros = f"{matrices(params.zeroed)} = 0"
    around = f"{ACTIVATIONS[params.activation][language]}, {BIASES[params.bias][language]}"
    rates = _rates(params.activation)
    sgd, adam = numbers.sgd(rates["sgd"], MOMENTUM, language), numbers.plain(rates["adam"], language)
    both = cldr.listed((sgd, f"Adam {adam}"), language)
    return f"{zeros}, {around} · {both} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Votes beside the outcome, gradients that explain it, neighbours that decide it."""
    data: dict[str, Any] = measurement.data
    params = ZeroInitParams.model_validate(measurement.params)
    return Drawing(
        finding=FINDINGS[data["outcome"], len(params.zeroed)][language],
        heading=HEADING[language],
        measured={found.option: _measured(found, params.zeroed, language) for found in measurement.findings},
        panel=gradients(data, params.zeroed, language),
        below=neighbours(data, params.zeroed, (params.activation, params.bias), language),
    )


def _measured(finding: Finding, zeroed: tuple[int, ...], language: Language) -> Measured:
    colour = MILD[finding.supported]
    if finding.option == "learns":
        return Measured(numbers.percent(finding.number, 0, language), colour, ACCURACY[language])
    number = numbers.plain(float(f"{finding.number:.2g}"), language)
    number = f"≤ {number}" if finding.number else number
    whose = "W₁–W₃" if len(zeroed) == 3 else matrices(zeroed, ", ")
    return Measured(number, colour, f"{GRADIENT[language]} {whose}")
