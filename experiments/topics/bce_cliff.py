"""
sigmoid and BCELoss at a logit of 17, the target 0: what is the gradient?

In float32, 1 - sigmoid(x) has no digit left from about 17 on: sigmoid(17) is exactly 1. Its own derivative s * (1 - s)
is then 0, BCELoss holds log(0) at -100, and so the worst of all mistakes has a loss of 100 and no gradient.
BCEWithLogitsLoss computes both from the logit, where the gradient is sigmoid(x) - 0, close to 1.

Rule of the verdict, by the gradient of the logit in float32, in every seed: `zero` exactly 0, `one` within 1e-3 of 1,
`inf` or `nan`. Seeds draw a logit from [`logit`, 2 * `logit`], the first takes `logit` itself; targets are 0. Nothing
is trained. The same in float64, whose cliff stands at about 37, and with logits, is shown beside it.

By hand: pollbot experiment bce_cliff --seeds 16 --votes 19,52,17,12 --out bce.png
"""

from __future__ import annotations

from math import isinf, isnan
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, ORANGE, PINK, Axis, Curve, Curves, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, say, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class BceCliffParams(Params):
    """The smallest `logit` that is asked about, without a unit."""

    logit: float = Field(default=17.0, ge=0.1, le=50)


OUTCOMES = ("zero", "one", "inf", "nan")
TOPIC = Topic(params=BceCliffParams, options=OUTCOMES)
NEAR = 1e-3
END = 40  # of the picture's scale
GRID = [step / 2 for step in range(2 * END + 1)]
WAYS = {
    "sigmoid": verbatim("BCELoss, float32"),
    "double": verbatim("BCELoss, float64"),
    "logits": verbatim("BCEWithLogits"),
}
COLOURS = {"sigmoid": PINK, "double": ORANGE, "logits": BLUE}

FINDINGS = {
    "zero": phrase("the worst mistake has gradient 0"),
    "one": phrase("the gradient is about 1"),
    "inf": phrase("the gradient is infinite"),
    "nan": phrase("the gradient is NaN"),
    "": phrase("the gradient varies"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("The logit's gradient, target 0")
NOTE = phrase("the surer the mistake, the further right")


def gradient(way: str, logits: Tensor) -> Tensor:
    """The gradient of each loss by its own logit (n,), target 0."""
    x = logits.to(torch.float64 if way == "double" else torch.float32).requires_grad_()
    target = torch.zeros_like(x)
    if way == "logits":
        loss = F.binary_cross_entropy_with_logits(x, target, reduction="sum")
    else:
        loss = F.binary_cross_entropy(torch.sigmoid(x), target, reduction="sum")
    return torch.autograd.grad(loss, x)[0]


def measure(params: BceCliffParams, seeds: range, context: Context) -> list[Row]:
    """For each seed its logit, and the gradient by each way."""
    return context.each(seeds, lambda seed: _seed(params.logit, seed))


def _seed(lowest: float, seed: int) -> Row:
    generator = torch.Generator().manual_seed(seed)
    logit = lowest * (1 + (float(torch.rand((), generator=generator)) if seed else 0.0))
    return {"logit": logit, **{way: float(gradient(way, torch.tensor([logit]))) for way in WAYS}}


def conclude(params: BceCliffParams, rows: list[Row]) -> Outcome:
    """What the gradient is; the curves of the picture are the same functions on a grid."""
    seen = [_outcome(row["sigmoid"]) for row in rows]
    curves = {way: [round(value, 4) for value in gradient(way, torch.tensor(GRID)).tolist()] for way in WAYS}
    return Outcome(
        settings=spoken(lambda language: _settings(params.logit, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in seen]) for name in OUTCOMES),
        data={"curves": curves},
    )


def _outcome(value: float) -> str:
    if isnan(value) or isinf(value):
        return "nan" if isnan(value) else "inf"
    if value == 0:
        return "zero"
    return "one" if abs(value - 1) < NEAR else "other"


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("float32, target 0")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(logit: float, seeds: int, language: Language) -> str:
    low, high = (numbers.plain(value, language) for value in (logit, 2 * logit))
    drawn = say(phrase("logits {low} to {high}"), language, low=low, high=high)
    return f"sigmoid, BCELoss · float32 · {drawn} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What the gradient was; below, by each way over the logit."""
    data: dict[str, Any] = measurement.data
    asked = float(str(measurement.params["logit"]))
    curves = [Curve(name[language], COLOURS[way], GRID, data["curves"][way]) for way, name in WAYS.items()]
    shown = {0.0: "0", asked: numbers.plain(asked, language), float(END): f"x = {END}"}
    ticks = sorted((place, told) for place, told in shown.items() if place in (0, END) or 3 < place < END - 8)
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Curves(
            PANEL[language],
            (NOTE[language],),
            curves,
            Axis(0, END, ticks),
            Axis(-0.02, 1.05, [(0, "0"), (0.5, numbers.number(0.5, 1, language)), (1, "1")]),
        ),
    )
