"""
w = torch.randn(n, requires_grad=True) * 0.1, then backward: what is in w.grad?

The product is a new tensor, with a grad_fn and without being a leaf: backward hands its gradient on to the tensor that
was multiplied, and keeps it only for leaves. Six ways to make such a w are tried, each with a loss of random inputs.

Rule of the verdict, for the way that is asked, in every seed: `gradient` when w.grad is the loss's gradient by w, as
torch.autograd.grad tells it; `none` when it is None; `error` when backward raises. Whether torch.optim.SGD takes w as a
parameter is shown beside it. Nothing is trained.

By hand: pollbot experiment leaf --seeds 8 --votes 57,24,19 --out leaf.png
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, spread
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

Way = Literal["times", "double", "retained", "after", "parameter"]


class LeafParams(Params):
    """How w is made; `double` is .double() behind a tensor of float32, as .to(device) is behind one of the CPU."""

    way: Way = "times"


OUTCOMES = ("gradient", "none", "error")
TOPIC = Topic(params=LeafParams, options=OUTCOMES)
WAYS: dict[Way, str] = {
    "times": "randn(…, True) * 0.1",
    "double": "randn(…, True).double()",
    "retained": "… * 0.1, retain_grad()",
    "after": "(randn(…) * 0.1).requires_grad_()",
    "parameter": "nn.Parameter(randn(…) * 0.1)",
}

FINDINGS = {
    "gradient": phrase("w.grad is the gradient"),
    "none": phrase("w.grad is None: w is no leaf"),
    "error": phrase("backward raises an error"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("Is w a leaf, and what follows")
NOTE = phrase("True is requires_grad=True")
COLUMNS = ("is_leaf", "w.grad", "SGD([w])")
TOLD = {
    "gradient": phrase("there"),
    "none": verbatim("None"),
    "error": phrase("error"),
    "wrong": phrase("another"),
    "yes": phrase("yes"),
    "no": phrase("no"),
    "taken": phrase("taken"),
    "refused": phrase("error"),
    "varies": phrase("varies"),
}
GOOD = {"gradient", "yes", "taken"}


def made(way: Way) -> Tensor:
    """A w (16,) that wants a gradient."""
    if way in ("after", "parameter"):
        w = torch.randn(16) * 0.1
        return nn.Parameter(w) if way == "parameter" else w.requires_grad_()
    start = torch.randn(16, requires_grad=True)
    w = start.double() if way == "double" else start * 0.1
    if way == "retained":
        w.retain_grad()
    return w


def measure(params: LeafParams, seeds: range, context: Context) -> list[Row]:  # noqa: ARG001 every way is in the picture
    """For each seed and way: whether w is a leaf, what w.grad is, whether an optimiser takes it."""
    return context.each(seeds, lambda seed: {way: _way(way, seed) for way in WAYS})


def _way(way: Way, seed: int) -> list[str]:
    with plain.seeded(seed):
        w = made(way)
        x = torch.randn(16, dtype=w.dtype)
    alone = w.detach().requires_grad_()
    (right,) = torch.autograd.grad(((alone * x).sum() - 1) ** 2, alone)
    found = _grad(w, lambda: ((w * x).sum() - 1) ** 2, right)
    try:
        torch.optim.SGD([w], lr=0.1)
    except ValueError:
        return ["yes" if w.is_leaf else "no", found, "refused"]
    return ["yes" if w.is_leaf else "no", found, "taken"]


def _grad(w: Tensor, loss: Callable[[], Tensor], right: Tensor) -> str:
    try:
        loss().backward()
    except RuntimeError:
        return "error"
    with warnings.catch_warnings(action="ignore"):  # torch warns here of the very thing that is asked
        grad = w.grad
    if grad is None:
        return "none"
    return "gradient" if torch.allclose(grad, right) else "wrong"


def conclude(params: LeafParams, rows: list[Row]) -> Outcome:
    """What w.grad is, for the asked way; all ways for the picture."""
    asked = [row[params.way][1] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params.way, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in asked]) for name in OUTCOMES),
        data={way: [_agreed([row[way][part] for row in rows]) for part in range(len(COLUMNS))] for way in WAYS},
    )


def _agreed(found: list[str]) -> str:
    return found[0] if len(set(found)) == 1 else "varies"


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("after loss.backward()")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(way: Way, seeds: int, language: Language) -> str:
    return f"w = {WAYS[way]} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What w.grad was; below, five ways to make w."""
    data: dict[str, Any] = measurement.data
    rows = {
        name: [
            Cell(TOLD[told][language], _verdict(told), way == measurement.params["way"] and column == 1)
            for column, told in enumerate(data[way])
        ]
        for way, name in WAYS.items()
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (NOTE[language],), COLUMNS, rows),
    )


def _verdict(told: str) -> Verdict:
    return "yes" if told in GOOD else "depends" if told == "varies" else "no"
