"""
Softmax before CrossEntropyLoss: how low can the loss go?

CrossEntropyLoss does a LogSoftmax itself, so the probabilities p go through a second softmax: the loss is
-p_y + log(sum of exp(p_k)), and p is at most 1. Certain and right, it is log(1 + (K-1)/e): 1.461 with 10 classes.
The same MLP (64-64-64-10, ReLU) and digits train with Adam under this loss and under two that a wrong answer may mean:
CrossEntropyLoss on the logits (goes to 0) and Softmax + NLLLoss (goes to -1).

Rule of the verdict, for any optimiser and budget: an option is right when its value equals (to 0.001) the loss of a
network that is certain and right on every digit, in float64. If any seed came below it, while training or on 10,000
random logits, then that loss is no floor and nothing is right without a condition. Training only shows the way there.

By hand: pollbot experiment softmax_twice --seeds 16 --votes 12,46,27,15 --out softmax.png
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, ensemble, torch
from experiments.measurement import Finding, Language, Measurement, Text
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREEN, GREY, VERMILION, Axis, Curves, Drawing, Measured
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Loss = Callable[[Tensor, Tensor], Tensor]


class SoftmaxTwiceParams(Params):
    """`lr` is Adam's; one epoch is one pass over 1437 digits in batches of 64."""

    epochs: int = Field(default=30, ge=1, le=100)
    lr: float = Field(default=0.01, gt=0, le=0.1)


LOSSES: dict[str, Loss] = {
    "softmax+ce": lambda z, y: F.cross_entropy(F.softmax(z, dim=-1), y, reduction="none"),
    "ce": lambda z, y: F.cross_entropy(z, y, reduction="none"),
    "softmax+nll": lambda z, y: F.nll_loss(F.softmax(z, dim=-1), y, reduction="none"),
}
# An option, and the loss that does go to this value; "chance" is where a network that knows nothing stands.
OPTIONS = {"minus_one": "softmax+nll", "zero": "ce", "floor": "softmax+ce", "chance": None}
TOLERANCE = 1e-3
CERTAIN = 100.0  # the logit of the right class, the others being 0
RANDOM = 10_000
MANY = 1000
NUMBERS = {
    "floor": Quantity(phrase("the lowest loss with 10 classes")),
    "floor@1000": Quantity(phrase("the same with 1000 classes")),
    "chance": Quantity(phrase("the loss of a guess among 10 classes")),
    "chance@1000": Quantity(phrase("the same among 1000 classes")),
    "most": Quantity(phrase("what the second softmax gives the right class")),
    "reached": Quantity(phrase("the lowest loss in training")),
    "ce.reached": Quantity(phrase("the same without the Softmax too many")),
    "softmax+nll.reached": Quantity(phrase("the same for Softmax + NLLLoss")),
}
TOPIC = Topic(params=SoftmaxTwiceParams, options=tuple(OPTIONS), numbers=NUMBERS)

COLOURS = {"minus_one": VERMILION, "zero": BLUE, "floor": GREEN, "chance": GREY}
NAMES = {"softmax+ce": "Softmax, CE", "ce": "CE", "softmax+nll": "Softmax, NLL"}
NOTES = {
    "minus_one": verbatim("Softmax, NLL"),
    "zero": phrase("CE, no Softmax"),
    "floor": verbatim("Softmax, CE"),
    "chance": phrase("by chance"),
}
FINDING = phrase("the loss stops at {floor}")
BROKEN = phrase("the loss does go below {floor}")
HEADING = phrase("how low the loss came")
PANELS = {
    False: phrase("A second softmax is a floor under the loss"),
    True: phrase("How the loss goes"),
}
FLOORS = phrase("it is log(1 + (K−1)/e): {floor} for K = 10, {many} for {classes}")
BAND = phrase("training loss: median, range, ● best seed")


def measure(params: SoftmaxTwiceParams, seeds: range, context: Context) -> list[Row]:
    """Each seed's training loss after each epoch under the three losses, and the lowest of its random logits."""
    arms = [ensemble.Arm(loss=loss, lr=params.lr) for loss in LOSSES.values()]
    history = ensemble.on_digits(arms, seeds, ensemble.Recipe("adam", params.epochs), context)
    curves = ensemble.by_seed(history.objective, LOSSES, 5)
    return [{"random": lowest_of_random(seed), **mine} for seed, mine in zip(seeds, curves, strict=True)]


def lowest_of_random(seed: int) -> float:
    """The lowest Softmax + CrossEntropyLoss on random logits whose spread goes from 0.01 to 1000."""
    generator = torch.Generator().manual_seed(seed)
    spread = 10 ** (5 * torch.rand(RANDOM, 1, generator=generator, dtype=torch.float64) - 2)
    logits = spread * torch.randn(RANDOM, digits.CLASSES, generator=generator, dtype=torch.float64)
    labels = torch.randint(digits.CLASSES, (RANDOM,), generator=generator)
    return float(LOSSES["softmax+ce"](logits, labels).min())


def certain(loss: Loss, classes: int = 10, logit: float = CERTAIN) -> float:
    """The loss where the right class leads all others by `logit`; 0 is a network that knows nothing."""
    logits = torch.zeros(1, classes, dtype=torch.float64)
    logits[0, 0] = logit
    return float(loss(logits, torch.tensor([0]))) + 0.0  # never -0.0


def conclude(params: SoftmaxTwiceParams, rows: list[Row]) -> Outcome:
    """Hold each option's value against the floor, and the floor against everything that was measured."""
    values = {option: certain(LOSSES[name or "ce"], logit=CERTAIN if name else 0.0) for option, name in OPTIONS.items()}
    floor = certain(LOSSES["softmax+ce"])
    lows = [min(row["softmax+ce"]) for row in rows]
    broken = min(*lows, *(row["random"] for row in rows)) < floor - TOLERANCE
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(option, value, floor, lows, broken=broken) for option, value in values.items()),
        data={
            "curves": {name: spread.band([row[name] for row in rows]) for name in LOSSES},
            "values": values,
            "broken": broken,
            "reached": {
                option: min(min(row[name]) for row in rows) if name else values[option]
                for option, name in OPTIONS.items()
            },
            "many": certain(LOSSES["softmax+ce"], MANY),
        },
        numbers={
            "floor": [floor],
            "floor@1000": [certain(LOSSES["softmax+ce"], MANY)],
            "chance": [values["chance"]],
            "chance@1000": [certain(LOSSES["ce"], MANY, 0.0)],
            "most": [exp(-floor)],
            "reached": lows,
            **{f"{name}.reached": [min(row[name]) for row in rows] for name in ("ce", "softmax+nll")},
        },
    )


def _finding(option: str, value: float, floor: float, lows: list[float], *, broken: bool) -> Finding:
    """The verdict on one value; its number is the lowest training loss of any seed."""
    return Finding(
        option=option,
        supported="depends" if broken else "yes" if abs(value - floor) < TOLERANCE else "no",
        number=min(lows),
        spread=(min(lows), max(lows)),
        unit=phrase("loss"),
        condition=_condition(floor, broken=broken),
    )


def _condition(floor: float, *, broken: bool) -> Text:
    told = (
        phrase("less than {floor} was measured, too")
        if broken
        else phrase("10 classes: a certain and right answer costs {floor}, and nothing was ever lower")
    )
    return told.of(floor=spoken(lambda language: numbers.number(floor, 3, language)))


def _settings(params: SoftmaxTwiceParams, seeds: int, language: Language) -> str:
    counts = numbers.counts(seeds, params.epochs, language)
    return f"Adam {numbers.plain(params.lr, language)} · {counts} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Beside each option how low a loss came that goes there; below, the ways."""
    data: dict[str, Any] = measurement.data
    values = {option: numbers.number(value, 2, language) for option, value in data["values"].items()}
    many = numbers.number(data["many"], 2, language)
    epochs = len(data["curves"]["ce"]["median"])
    return Drawing(
        finding=(BROKEN if data["broken"] else FINDING)[language].format(floor=values["floor"]),
        heading=HEADING[language],
        measured={
            option: Measured(numbers.number(low, 2, language), COLOURS[option], NOTES[option][language])
            for option, low in data["reached"].items()
        },
        panel=Curves(
            PANELS[data["broken"]][language],
            (FLOORS[language].format(floor=values["floor"], many=many, classes=MANY), BAND[language]),
            [
                parts.banded(NAMES[name], COLOURS[option], range(1, epochs + 1), data["curves"][name])
                for option, name in OPTIONS.items()
                if name
            ],
            x=parts.epochs(epochs, language),
            y=Axis(-1.08, 2.4, [(data["values"][option], values[option]) for option in OPTIONS]),
        ),
    )
