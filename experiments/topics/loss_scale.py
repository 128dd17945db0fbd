"""
The loss is multiplied by 1000: what changes with Adam?

An MLP (64-64-64-10, ReLU) on digits, trained with torch.optim.Adam on the loss times 1, `scale` and 1 / `scale`, from
the same weights and over the same batches. Adam divides the gradient's mean by the root of its square's mean, so the
factor cancels as long as gradients are large beside eps = 1e-8.

Rule of the verdict, in every seed: `same` when the first step is as long to a relative 1e-3 and the test accuracy after
training differs by at most two points; `faster` when the first step is longer by more than that, and training does not
fail; `fails` when accuracy ends below 20 %. SGD on the same losses is shown beside it: there the factor is the rate's.

By hand: pollbot experiment loss_scale --seeds 4 --votes 27,41,32 --out scale.png
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, PINK, Bar, Bars, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor


class LossScaleParams(Params):
    """`scale` multiplies the loss; `lr` is Adam's and has no unit; an epoch is 22 batches of 64."""

    scale: float = Field(default=1000, ge=2, le=1e6)
    lr: float = Field(default=0.001, gt=0, le=0.1)
    epochs: int = Field(default=10, ge=1, le=30)


OUTCOMES = ("same", "faster", "fails")
TOPIC = Topic(params=LossScaleParams, options=OUTCOMES)
SGD_LR = 0.1
STEP, POINTS, FAILED = 1e-3, 2.0, 20.0  # relative; points of accuracy; % of accuracy

FINDINGS = {
    "same": phrase("Adam does not see the factor"),
    "faster": phrase("Adam takes longer steps"),
    "fails": phrase("training falls apart"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("Accuracy, the loss multiplied by …")
NOTE = phrase("median and range over seeds, on the test set")


def measure(params: LossScaleParams, seeds: range, context: Context) -> list[Row]:
    """For each seed, optimiser and factor: the first step's length and the accuracy in % at the end."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def factors(params: LossScaleParams) -> dict[str, float]:
    """What the loss is multiplied by."""
    return {"down": 1 / params.scale, "one": 1.0, "up": params.scale}


def _seed(params: LossScaleParams, seed: int) -> Row:
    return {
        name: {factor: _train(params, seed, name, value) for factor, value in factors(params).items()}
        for name in ("adam", "sgd")
    }


def _train(params: LossScaleParams, seed: int, name: str, factor: float) -> list[float]:
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    weights = list(model.parameters())
    optimizer: torch.optim.Optimizer = (
        torch.optim.Adam(weights, lr=params.lr) if name == "adam" else torch.optim.SGD(weights, lr=SGD_LR)
    )
    shuffle = torch.Generator().manual_seed(seed)
    start, first = _vector(weights), 0.0
    for _ in range(params.epochs):
        for batch in plain.batches(len(data.train_y), shuffle):
            optimizer.zero_grad()
            (factor * F.cross_entropy(model(data.train_x[batch]), data.train_y[batch])).backward()
            optimizer.step()
            first = first or float((_vector(weights) - start).norm())
    return [float(f"{first:.6g}"), round(plain.accuracy(model, data.test_x, data.test_y), 2)]


def _vector(weights: list[nn.Parameter]) -> Tensor:
    return nn.utils.parameters_to_vector(weights).detach().clone()


def conclude(params: LossScaleParams, rows: list[Row]) -> Outcome:
    """What the factor changes for Adam."""
    seen = [_outcome(row["adam"]["one"], row["adam"]["up"]) for row in rows]
    ends = {
        name: {factor: [row[name][factor][1] for row in rows] for factor in factors(params)} for name in ("adam", "sgd")
    }
    longer = [row["adam"]["up"][0] / row["adam"]["one"][0] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in seen], longer) for name in OUTCOMES),
        data={
            name: {factor: [median(values), min(values), max(values)] for factor, values in found.items()}
            for name, found in ends.items()
        },
    )


def _outcome(one: list[float], up: list[float]) -> str:
    if up[1] < FAILED:
        return "fails"
    if up[0] > one[0] * (1 + STEP):
        return "faster"
    return "same" if abs(up[1] - one[1]) <= POINTS and up[0] > one[0] * (1 - STEP) else "other"


def _finding(name: str, hits: list[float], longer: list[float]) -> Finding:
    times = spoken(lambda language: numbers.number(median(longer), 2, language))
    condition = phrase("Adam; the first step is {times} times as long").of(times=times)
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(params: LossScaleParams, seeds: int, language: Language) -> str:
    adam, sgd = (numbers.plain(value, language) for value in (params.lr, SGD_LR))
    return f"Adam {adam} · SGD {sgd} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What was seen; below, accuracies of both optimisers at each factor."""
    data: dict[str, Any] = measurement.data
    named = factors(LossScaleParams.model_validate(measurement.params))
    bars = [
        _bar(f"{title}, × {numbers.plain(value, language)}", colour, data[name][factor], language)
        for name, title, colour in (("adam", "Adam", BLUE), ("sgd", "SGD", PINK))
        for factor, value in named.items()
    ]
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Bars(PANEL[language], (NOTE[language],), bars),
    )


def _bar(name: str, colour: str, ends: list[float], language: Language) -> Bar:
    middle, low, high = ends
    return Bar(name, middle, numbers.percent(middle, 0, language), colour, low, high)
