"""
model.eval() and torch.no_grad(): what goes on as in training?

Four things are tried on random inputs: nn.Dropout after model.eval(); F.dropout(x, 0.5), whose own `training` is True
by default, in a model after eval(); BatchNorm after eval(); and BatchNorm without eval(), under torch.no_grad() alone,
which switches gradients off and nothing else.

Rule of the verdict, in every seed: a dropout goes on when it sets at least one number to 0, a BatchNorm when its
running mean is another after the call, to the bit. Nothing is trained: nothing hangs on an optimiser.

By hand: pollbot experiment eval_mode --seeds 16 --votes 9,41,14,36 --out eval.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor


class EvalModeParams(Params):
    """The share of numbers that dropout sets to 0."""

    p: float = Field(default=0.5, ge=0.01, le=0.99)


OPTIONS = ("dropout", "f_dropout", "norm_eval", "norm_no_grad")
TOPIC = Topic(params=EvalModeParams, options=OPTIONS)
SHAPE = (256, 64)  # (batch, features)

FINDINGS = {
    ("f_dropout", "norm_no_grad"): phrase("eval() and no_grad() differ"),
    (): phrase("nothing goes on"),
}
OTHER = phrase("something else goes on")
HEADING = phrase("share of seeds")
PANEL = phrase("As in training?")
NOTE = phrase("dropout: share of zeros; BatchNorm: shift of its mean")
COLUMNS = ("train()", "eval()", "no_grad()")
ROWS = {"module": "nn.Dropout", "functional": "F.dropout(x)", "norm": "BatchNorm"}
ASKED = {
    "dropout": ("module", 1),
    "f_dropout": ("functional", 1),
    "norm_eval": ("norm", 1),
    "norm_no_grad": ("norm", 2),
}


def measure(params: EvalModeParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and thing how much it does in train(), in eval(), and in train() under no_grad()."""
    return context.each(seeds, lambda seed: _seed(params.p, seed))


def _seed(p: float, seed: int) -> Row:
    with plain.seeded(seed):
        x = torch.randn(SHAPE) + 1
        return {
            "module": [_zeros(nn.Dropout(p), x, column) for column in COLUMNS],
            "functional": [_zeros(Functional(p), x, column) for column in COLUMNS],
            "norm": [_shift(nn.BatchNorm1d(SHAPE[1]), x, column) for column in COLUMNS],
        }


def _zeros(module: nn.Module, x: Tensor, column: str) -> float:
    """The share of zeros in what it makes of x, in %."""
    return round(100 * float((_called(module, x, column) == 0).double().mean()), 2)


def _shift(norm: nn.BatchNorm1d, x: Tensor, column: str) -> float:
    """How far the running mean has moved: the largest of its features."""
    _called(norm, x, column)
    assert norm.running_mean is not None
    return float(f"{float(norm.running_mean.abs().max()):.3g}")


def _called(module: nn.Module, x: Tensor, column: str) -> Tensor:
    module.train(column != "eval()")
    with torch.set_grad_enabled(column != "no_grad()"):
        found: Tensor = module(x)
        return found.detach()


def Functional(p: float) -> nn.Module:  # noqa: N802 it makes a module
    """A module that calls F.dropout and does not tell it that it is in eval()."""

    class Model(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.dropout(x, p)

    return Model()


def conclude(params: EvalModeParams, rows: list[Row]) -> Outcome:
    """What goes on, and how much all of it does in the three states."""
    hits = {option: [100.0 * (row[name][column] > 0) for row in rows] for option, (name, column) in ASKED.items()}
    acts = [option for option, seen in hits.items() if spread.always(seen) == "yes"]
    return Outcome(
        settings=spoken(lambda language: _settings(params.p, len(rows), language)),
        findings=tuple(_finding(option, seen) for option, seen in hits.items()),
        data={
            "acts": acts,
            "does": {name: [max(row[name][column] for row in rows) for column in range(len(COLUMNS))] for name in ROWS},
        },
    )


def _finding(option: str, hits: list[float]) -> Finding:
    condition = phrase("random input, one call")
    return spread.share(option, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(p: float, seeds: int, language: Language) -> str:
    return f"dropout {numbers.plain(p, language)} · BatchNorm1d(64) · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What goes on; below, how much each does in the three states."""
    data: dict[str, Any] = measurement.data
    framed = set(ASKED.values())
    rows = {
        ROWS[name]: [
            Cell(_told(name, value, language), "no" if value else "yes", (name, column) in framed)
            for column, value in enumerate(data["does"][name])
        ]
        for name in ROWS
    }
    return Drawing(
        finding=FINDINGS.get(tuple(data["acts"]), OTHER)[language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (NOTE[language],), COLUMNS, rows),
    )


def _told(name: str, value: float, language: Language) -> str:
    if name == "norm":
        return numbers.plain(value, language)
    return numbers.percent(value, 0, language)
