"""
What should stand at the head of a network for multiclass classification?

Four heads on the same MLP (64-64-64-10, ReLU) and the same digits: Softmax or LogSoftmax, then NLLLoss or
CrossEntropyLoss. SGD with momentum, batches of 64, every head from the same initial weights and batch orders.

Rule of the verdict, the same for every optimiser: a head is right when its loss AND its gradient with respect to the
logits equal those of cross-entropy (Goodfellow et al. 2016, section 6.2.2.3: softmax(z) - onehot(y)) to 1e-5, on random
logits and on confidently right and confidently wrong ones. Test accuracy is shown as the consequence: by a rule on
accuracy alone Softmax + CrossEntropyLoss passes or fails with the optimiser. A head that fails does train, but on
the wrong objective: with Softmax twice, a confident mistake has hardly a gradient.

By hand: pollbot experiment heads --seeds 16 --votes 18,23.6,51.7,6.7 --out heads.png
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import F, digits, ensemble, torch
from experiments.measurement import Finding, Language, Measurement, Text
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREEN, ORANGE, VERMILION, Drawing
from experiments.quantity import Quantity
from experiments.spread import Band
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

    from experiments.ensemble.ensemble import Recipe

    Loss = Callable[[Tensor, Tensor], Tensor]


class HeadsParams(Params):
    """`lr` and `momentum` are SGD's; one epoch is one pass over 1437 digits in batches of 64."""

    epochs: int = Field(default=30, ge=1, le=100)
    lr: float = Field(default=0.1, gt=0, le=1)
    momentum: float = Field(default=0.9, ge=0, lt=1)


HEADS: dict[str, Loss] = {
    "softmax+nll": lambda z, y: F.nll_loss(F.softmax(z, dim=1), y, reduction="none"),
    "logsoftmax+nll": lambda z, y: F.nll_loss(F.log_softmax(z, dim=1), y, reduction="none"),
    "softmax+ce": lambda z, y: F.cross_entropy(F.softmax(z, dim=1), y, reduction="none"),
    "logsoftmax+ce": lambda z, y: F.cross_entropy(F.log_softmax(z, dim=1), y, reduction="none"),
}
ADAM = 0.001  # the learning rate of the second optimiser
NAMES = {
    "softmax+nll": "Softmax, NLL",
    "softmax+ce": "Softmax, CE",
    "logsoftmax+nll": "LogSoftmax, NLL",
    "logsoftmax+ce": "LogSoftmax, CE",
}
NUMBERS = (
    {f"{key}.accuracy": quantity.percent(phrase("accuracy, SGD: {name}").of(name=name)) for key, name in NAMES.items()}
    | {
        f"{key}.adam": quantity.percent(phrase("accuracy, Adam {adam}: {name}").of(adam=ADAM, name=name))
        for key, name in NAMES.items()
    }
    | {
        f"{key}.gradient": Quantity(phrase("gradient at a confident mistake: {name}").of(name=name))
        for key, name in NAMES.items()
    }
    | {
        f"{key}.floor": Quantity(phrase("loss of a certain and right answer: {name}").of(name=name))
        for key, name in NAMES.items()
    }
)
TOPIC = Topic(params=HeadsParams, options=tuple(HEADS), numbers=NUMBERS)
TOLERANCE = 1e-5
MARGIN = 10.0  # by how much a logit leads that is "confident"

COLOURS = {"softmax+nll": VERMILION, "logsoftmax+nll": BLUE, "softmax+ce": ORANGE, "logsoftmax+ce": GREEN}
FINDING = phrase("CE does the LogSoftmax itself")
HEADING = phrase("accuracy, median seed")
PANELS = {
    True: phrase("Softmax before the loss trains the wrong goal"),
    False: phrase("With these settings none of them trains"),
}
LEARNT = 50.0  # %: what a network has that has learnt something of ten classes
OTHER = phrase("with Adam {lr}: {wrong} and {right}")
GAP = phrase("a confident mistake has a gradient of {wrong}, not {right}")


def measure(params: HeadsParams, seeds: range, context: Context) -> list[Row]:
    """Train the four heads side by side: each seed's test accuracy in percent, before training and after each epoch."""
    sgd, adam = ensemble.Recipe("sgd", params.epochs, params.momentum), ensemble.Recipe("adam", params.epochs)
    curves, others = (
        _trained(recipe, lr, seeds, context.part(start, start + 0.5))
        for recipe, lr, start in ((sgd, params.lr, 0.0), (adam, ADAM, 0.5))
    )
    return [
        {**curve, "adam": {name: found[-1] for name, found in other.items()}}
        for curve, other in zip(curves, others, strict=True)
    ]


def _trained(recipe: Recipe, lr: float, seeds: range, context: Context) -> list[dict[str, list[float]]]:
    arms = [ensemble.Arm(loss=loss, lr=lr) for loss in HEADS.values()]
    return ensemble.by_seed(100 * ensemble.on_digits(arms, seeds, recipe, context).accuracy, HEADS, 2)


def conclude(params: HeadsParams, rows: list[Row]) -> Outcome:
    """Compare each objective with cross-entropy; accuracy is the consequence."""
    curves = {name: spread.band([row[name] for row in rows]) for name in HEADS}
    mistake = {name: float(f"{confident_mistake(loss):.3g}") for name, loss in HEADS.items()}
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, curves[name], mistake[name]) for name in HEADS),
        data={
            "curves": curves,
            "mistake": dict(mistake),
            "adam": {name: median(row["adam"][name] for row in rows) for name in HEADS},
        },
        numbers={
            **{f"{name}.accuracy": [row[name][-1] for row in rows] for name in HEADS},
            **{f"{name}.adam": [row["adam"][name] for row in rows] for name in HEADS},
            **{f"{name}.gradient": [confident_mistake(loss)] for name, loss in HEADS.items()},
            **{f"{name}.floor": [certain(loss)] for name, loss in HEADS.items()},
        },
    )


def objective_gap(loss: Loss) -> float:
    """
    How far a loss, or its gradient by the logits, is from cross-entropy's: the largest difference on any of the probes.

    In float64, so that the formulas are compared and not their rounding.
    """
    logits, labels = probes()
    values, grads = _value_and_gradient(loss, logits, labels)
    right_values, right_grads = _value_and_gradient(ensemble.cross_entropy, logits, labels)
    return max((values - right_values).abs().max().item(), (grads - right_grads).abs().max().item())


def probes() -> tuple[Tensor, Tensor]:
    """Logits (300, 10) and labels (300,): 100 random, 100 confidently right, 100 confidently wrong."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(300, digits.CLASSES, generator=generator, dtype=torch.float64)
    labels = torch.randint(digits.CLASSES, (300,), generator=generator)
    leaders = torch.cat([labels[100:200], (labels[200:] + 1) % digits.CLASSES])  # (200,)
    logits[torch.arange(100, 300), leaders] += MARGIN
    return logits, labels


def confident_mistake(loss: Loss) -> float:
    """The norm of the gradient by the logits where a wrong class leads by 10; cross-entropy has sqrt(2)."""
    logits = torch.zeros(1, digits.CLASSES, dtype=torch.float64)
    logits[0, 1] = MARGIN
    return float(_value_and_gradient(loss, logits, torch.tensor([0]))[1].norm())


def certain(loss: Loss) -> float:
    """The loss where the right class leads all others by 100."""
    logits = torch.zeros(1, digits.CLASSES, dtype=torch.float64)
    logits[0, 0] = 100.0
    return float(loss(logits, torch.tensor([0]))) + 0.0  # never -0.0


def _value_and_gradient(loss: Loss, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    z = logits.clone().requires_grad_()
    values = loss(z, labels)  # (n,)
    return values.detach(), torch.autograd.grad(values.sum(), z)[0]  # (n, 10)


def _finding(name: str, curve: Band, mistake: float) -> Finding:
    """The verdict on one head; its number is the accuracy of the median seed, which more seeds do not move."""
    right = objective_gap(HEADS[name]) < TOLERANCE
    low, high = curve["low"][-1], curve["high"][-1]
    return Finding(
        option=name,
        supported="yes" if right else "no",
        number=curve["median"][-1],
        spread=(low, high),
        unit=verbatim("%"),
        condition=_same() if right else _other(mistake),
    )


def _same() -> Text:
    return phrase("loss and logit gradient equal cross-entropy's (to 0.00001)")


def _other(mistake: float) -> Text:
    return phrase(
        "trains, but on the wrong objective: a confident mistake has a gradient of {mistake} instead of {right}"
    ).of(mistake=numbers.setting(mistake), right=numbers.setting(1.41))


def _settings(params: HeadsParams, seeds: int, language: Language) -> str:
    sgd = numbers.sgd(params.lr, params.momentum, language)
    return f"{sgd} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """The median seed's accuracy beside the votes, below them the curves that lead there."""
    data: dict[str, Any] = measurement.data
    epochs = len(data["curves"]["softmax+ce"]["median"]) - 1
    curves = [
        parts.banded(
            name, COLOURS[key], range(epochs + 1), data["curves"][key], dashed=key == "logsoftmax+ce", option=key
        )
        for key, name in NAMES.items()
    ]
    learnt = any(data["curves"][key]["median"][-1] > LEARNT for key in HEADS)
    mistake = {name: numbers.plain(value, language) for name, value in data["mistake"].items()}
    gap = GAP[language].format(wrong=mistake["softmax+ce"], right=mistake["logsoftmax+ce"])
    if adam := data.get("adam"):  # an older version stored none
        wrong, right = (numbers.percent(adam[name], 0, language) for name in ("softmax+ce", "logsoftmax+ce"))
        gap = f"{gap}; {OTHER[language].format(lr=numbers.plain(ADAM, language), wrong=wrong, right=right)}"
    return Drawing(
        finding=FINDING[language],
        heading=HEADING[language],
        measured=parts.medians(measurement, language, COLOURS),
        panel=parts.accuracy(PANELS[learnt][language], gap, curves, parts.epochs(epochs, language), language),
    )
