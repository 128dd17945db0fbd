"""
StepLR is stepped after every batch instead of every epoch: what is the learning rate at the end?

torch.optim.SGD and Adam with StepLR(step_size, gamma) go through all epochs of 22 batches, scheduler.step() once an
epoch or once a batch. An option is a learning rate: `per_epoch` lr * gamma^(epochs / step_size), as was meant;
`per_batch` the same with batches for epochs; `unchanged` lr itself; `error` an exception.

Rule of the verdict, the same for both optimisers: an option is right when it equals the learning rate that stands in
param_groups after the last epoch, to a relative 1e-6. Where two options name the same rate (so few epochs that no
step is due) both depend. What it does to accuracy is shown: an MLP (64-64-64-10, ReLU), SGD with momentum 0.9, the
same schedules.

By hand: pollbot experiment schedule --seeds 16 --votes 48,29,14,9 --out schedule.png
"""

from __future__ import annotations

from math import floor, log10
from typing import Any

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import ensemble, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREY, VERMILION, Axis, Curve, Curves, Drawing, Measured
from experiments.quantity import Quantity
from experiments.spread import Band
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim


class ScheduleParams(Params):
    """`lr` is SGD's, `step_size` and `gamma` are StepLR's; one epoch is 22 batches."""

    epochs: int = Field(default=30, ge=1, le=100)
    lr: float = Field(default=0.1, gt=0, le=1)
    step_size: int = Field(default=10, ge=1, le=100)
    gamma: float = Field(default=0.5, gt=0, lt=1)


RATES = ("per_epoch", "per_batch", "unchanged")
SOON = (1, 5)  # epochs after which the rate is told, too
NUMBERS = (
    {
        f"{name}.accuracy": quantity.percent(phrase("accuracy, {told}", "schedule.NUMBERS").of(told=told))
        for name, told in (
            ("per_epoch", phrase("step() once an epoch")),
            ("per_batch", phrase("step() once a batch")),
            ("unchanged", phrase("constant lr")),
        )
    }
    | {
        f"{name}.lr": Quantity(phrase("lr at the end, {told}").of(told=told), missing="where it raised")
        for name, told in (
            ("per_epoch", phrase("step() once an epoch")),
            ("per_batch", phrase("step() once a batch")),
        )
    }
    | {
        f"per_batch.lr@{epoch}": Quantity(
            phrase("lr after epoch {epoch}, step() once a batch").of(epoch=epoch),
            missing="where it raised, or in fewer epochs",
        )
        for epoch in SOON
    }
    | {
        "calls": Quantity(phrase("calls of step()")),
        "falls": Quantity(phrase("how many times the lr fell")),
    }
)
TOPIC = Topic(params=ScheduleParams, options=(*RATES, "error"), numbers=NUMBERS)
BATCHES = 22
MOMENTUM = 0.9
TOLERANCE = 1e-6
LEAST = 1e-300  # of what has a place on a scale
SUBNORMAL = 2.3e-308  # what is smaller is rounded as it comes, at last to 0: such rates are told apart by nothing

COLOURS = {"per_epoch": BLUE, "per_batch": VERMILION, "unchanged": GREY, "error": GREY}
NAMES = {
    "per_epoch": phrase("every epoch"),
    "per_batch": phrase("every batch"),
    "unchanged": phrase("constant lr"),
}
FINDING = phrase("lr falls to {rate}")
STAYS = phrase("lr ends at {rate}")
RAISED = phrase("the scheduler raises an error")
HEADING = phrase("accuracy with such an lr, worst seed")
NEVER = phrase("none raised")
PANELS = {
    True: phrase("step() in the loop of batches eats the lr"),
    False: phrase("How the lr goes"),
}
FROZEN = phrase("accuracy does not change after epoch {epoch}")
AXIS = phrase("learning rate after each epoch")


def measure(params: ScheduleParams, seeds: range, context: Context) -> list[Row]:
    """For each seed test accuracy in % before training and after each epoch; all have the same learning rates."""

    def factor(steps: int) -> float:
        return params.gamma ** (steps // params.step_size)

    arms = [
        ensemble.Arm(lr=params.lr, schedule=factor),
        ensemble.Arm(lr=params.lr, schedule=factor, schedule_per="batch"),
        ensemble.Arm(lr=params.lr),
    ]
    history = ensemble.on_digits(arms, seeds, ensemble.Recipe("sgd", params.epochs, MOMENTUM), context)
    rates = {every: step_lr(params, every) for every in ("epoch", "batch")}
    return [{"lr": rates, **curves} for curves in ensemble.by_seed(100 * history.accuracy, RATES, 2)]


def step_lr(params: ScheduleParams, every: str) -> list[float] | None:
    """The learning rate at the start and after each epoch, from torch itself; None where it raised or Adam differs."""
    try:
        sgd, adam = (_rates(params, every, optimiser) for optimiser in (torch.optim.SGD, torch.optim.Adam))
    except RuntimeError:
        return None
    return sgd if sgd == adam else None


def _rates(params: ScheduleParams, every: str, optimiser: Any) -> list[float]:  # noqa: ANN401 a class of torch.optim
    weight = torch.zeros(1, requires_grad=True)
    optimizer = optimiser([weight], lr=params.lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, params.step_size, params.gamma)
    rates = [params.lr]
    for _ in range(params.epochs):
        for _ in range(BATCHES):
            optimizer.step()
            if every == "batch":
                scheduler.step()
        if every == "epoch":
            scheduler.step()
        rates.append(float(optimizer.param_groups[0]["lr"]))
    return rates


def conclude(params: ScheduleParams, rows: list[Row]) -> Outcome:
    """Hold each option's rate against the one that stands at the end."""
    lr: dict[str, list[float] | None] = rows[0]["lr"]
    curves = {name: spread.band([row[name] for row in rows]) for name in RATES}
    named = {
        "per_epoch": _named(params, params.epochs),
        "per_batch": _named(params, params.epochs * BATCHES),
        "unchanged": params.lr,
    }
    end = lr["batch"][-1] if lr["batch"] else None
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(option, named, end, curves) for option in TOPIC.options),
        data={"lr": lr, "curves": curves, "frozen": frozen([row["per_batch"] for row in rows])},
        numbers={
            **{f"{name}.accuracy": [row[name][-1] for row in rows] for name in RATES},
            **{f"per_{every}.lr": (rates or [])[-1:] for every, rates in lr.items()},
            **{f"per_batch.lr@{epoch}": (lr["batch"] or [])[epoch : epoch + 1] for epoch in SOON},
            "calls": [params.epochs * BATCHES],
            "falls": [params.epochs * BATCHES // params.step_size],
        },
    )


def _named(params: ScheduleParams, steps: int) -> float:
    return params.lr * params.gamma ** (steps // params.step_size)


def frozen(seeds: list[list[float]]) -> int:
    """The epoch after which no seed's accuracy changes."""
    last = len(seeds[0]) - 1
    return next(epoch for epoch in range(last + 1) if all(set(curve[epoch:]) == {curve[last]} for curve in seeds))


def _finding(option: str, named: dict[str, float], end: float | None, curves: dict[str, Band]) -> Finding:
    """The verdict on one rate; its number is the accuracy of the worst seed that trains with it."""
    band = curves[option if option in curves else "per_batch"]
    low, high = band["low"][-1], band["high"][-1]
    if option == "error" or end is None:
        verdict: Verdict = "yes" if (end is None) == (option == "error") else "no"
    else:
        right = [name for name, rate in named.items() if _equal(rate, end)]
        verdict = "no" if option not in right else "yes" if len(right) == 1 else "depends"
    return Finding(
        option=option, supported=verdict, number=low, spread=(low, high), unit=verbatim("%"),
        condition=_condition(end),
    )  # fmt: skip


def _equal(one: float, two: float) -> bool:
    return abs(one - two) <= max(TOLERANCE * two, SUBNORMAL)


def _condition(end: float | None) -> Text:
    if end is None:
        return RAISED
    return spoken(lambda language: STAYS[language].format(rate=_told(end, language)))


def _told(rate: float, language: Language) -> str:
    return numbers.power(rate, language) if 0 < rate < 1e-4 else numbers.plain(rate, language)


def _settings(params: ScheduleParams, seeds: int, language: Language) -> str:
    sgd = numbers.sgd(params.lr, MOMENTUM, language)
    step = f"StepLR({params.step_size}, {numbers.plain(params.gamma, 'en')})"
    return f"{sgd} · {step} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What each learning rate is worth; below, how the rates go."""
    data: dict[str, Any] = measurement.data
    params = ScheduleParams.model_validate(measurement.params)
    epochs = range(params.epochs + 1)
    rates = {
        "per_epoch": data["lr"]["epoch"],
        "per_batch": data["lr"]["batch"],
        "unchanged": [params.lr for _ in epochs],
    }
    end = (data["lr"]["batch"] or [None])[-1]
    frozen_from = FROZEN[language].format(epoch=data["frozen"])
    return Drawing(
        finding=_title(params.lr, end, language),
        heading=HEADING[language],
        measured={found.option: _measured(found, language) for found in measurement.findings},
        panel=Curves(
            PANELS[end is not None and end < params.lr][language],
            (AXIS[language], frozen_from),
            [Curve(NAMES[name][language], COLOURS[name], epochs, rate) for name, rate in rates.items() if rate],
            x=parts.epochs(params.epochs, language),
            y=_powers([value for rate in rates.values() for value in rate or []]),
        ),
    )


def _powers(rates: list[float]) -> Axis:
    """Down to the lowest rate; one that is 0, or nearly, leaves the scale below."""
    lowest = floor(log10(min((rate for rate in rates if rate > LEAST), default=LEAST)))
    shown = range(0, lowest - 1, min(lowest // 3, -1))
    return Axis(10.0 ** (lowest - 1), 3, [(10.0**n, numbers.ten(n) if n else "1") for n in shown], log=True)


def _title(lr: float, end: float | None, language: Language) -> str:
    if end is None:
        return RAISED[language]
    return (FINDING if end < lr else STAYS)[language].format(rate=_told(end, language))


def _measured(found: Finding, language: Language) -> Measured:
    if found.option == "error":
        raised = found.supported == "yes"
        return Measured("✓" if raised else "✗", GREY, "" if raised else NEVER[language])
    return Measured(numbers.percent(found.number, 0, language), COLOURS[found.option])
