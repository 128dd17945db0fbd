"""
StepLR(optimizer, step_size, gamma), stepped after each epoch: what is the learning rate in a later one?

No training: SGD with one weight, a step of it and one of the scheduler for each epoch, and the rate that the optimiser
has while epoch `epoch` runs, counted from 1. Documentation: the rate is multiplied by gamma every step_size epochs.

Rule of the verdict: option `timesN` says that the rate is the first one times gamma to the power N, to a relative 1e-6.
There is nothing random: seeds only repeat it.

By hand: pollbot experiment step_lr --seeds 1 --set epoch=21 --out step.png
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import nn, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, Axis, Curve, Curves, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim


class StepLrParams(Params):
    """`lr`, `step_size` (epochs) and `gamma` are StepLR's; `epoch` is the one that is asked about, from 1."""

    lr: float = Field(default=0.01, gt=0, le=10)
    step_size: int = Field(default=10, ge=1, le=100)
    gamma: float = Field(default=0.1, gt=0, lt=1)
    epoch: int = Field(default=21, ge=1, le=300)


POWERS = 5
TOPIC = Topic(params=StepLrParams, options=tuple(f"times{power}" for power in range(POWERS)))
NEAR = 1e-6

FINDING = phrase("in epoch {epoch} the rate is {lr}")
HEADING = phrase("the rate")
PANEL = phrase("The rate in each epoch")
NOTE = phrase("scheduler.step() after each epoch")


def measure(params: StepLrParams, seeds: range, context: Context) -> list[Row]:
    """For each seed the rate while each epoch runs."""
    return context.each(seeds, lambda _: {"rates": _rates(params)})


def _rates(params: StepLrParams) -> list[float]:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=params.lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, params.step_size, params.gamma)
    rates = []
    for _ in range(params.epoch):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return rates


def conclude(params: StepLrParams, rows: list[Row]) -> Outcome:
    """Which power of gamma the rate has in the asked epoch."""
    lasts = [row["rates"][-1] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, language)),
        findings=tuple(_finding(params, power, lasts) for power in range(POWERS)),
        data={"rates": rows[0]["rates"]},
    )


def _finding(params: StepLrParams, power: int, lasts: list[float]) -> Finding:
    """Its number is the rate that was measured."""
    said = params.lr * params.gamma**power
    hits = [100.0 * (abs(last - said) <= NEAR * said) for last in lasts]
    return Finding(
        option=f"times{power}",
        supported=spread.always(hits),
        number=float(f"{lasts[0]:.6g}"),
        spread=(float(f"{min(lasts):.6g}"), float(f"{max(lasts):.6g}")),
        unit=verbatim("lr"),
        condition=phrase("epoch {epoch}, counted from 1").of(epoch=params.epoch),
    )


def _settings(params: StepLrParams, language: Language) -> str:
    lr, gamma = (numbers.plain(value, language) for value in (params.lr, params.gamma))
    return f"StepLR({params.step_size}, {gamma}) · lr {lr}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """The rate of the asked epoch; below, the staircase."""
    data: dict[str, Any] = measurement.data
    rates, params = data["rates"], StepLrParams.model_validate(measurement.params)
    stairs = [(epoch + side, rate) for epoch, rate in enumerate(rates, 1) for side in (-0.5, 0.5)]
    curve = Curve("lr", BLUE, [x for x, _ in stairs], [y for _, y in stairs])
    low, high = min(rates) / 2, max(rates) * 2
    ticks = [(rate, numbers.plain(rate, language)) for rate in sorted(set(rates))[:6]]
    x = Axis(0.5, params.epoch + 0.5, [(float(epoch), str(epoch)) for epoch in sorted({1, params.epoch})])
    told = numbers.plain(rates[-1], language)
    return Drawing(
        finding=FINDING[language].format(epoch=params.epoch, lr=told),
        heading=HEADING[language],
        measured=parts.once(measurement, told),
        panel=Curves(PANEL[language], (NOTE[language],), [curve], x, Axis(low, high, ticks, log=True)),
    )
