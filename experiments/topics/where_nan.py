"""
Does torch.where protect from the gradient of the branch that it did not take?

y = torch.where(x > 0, f(x), 0) with f = sqrt or log, on random inputs (1000,) of which about a tenth are exactly 0.
Forward, y is finite everywhere. Backward, torch.where sends a 0 into the branch not taken, and there 0 is multiplied
by f'(0) = inf: NaN. The cure is a safe input inside: f(torch.where(x > 0, x, 1)).

Rule of the verdict: an outcome is right when it is seen at every zero, in every seed, in float32 and in float64, and
wrong when it is seen nowhere. No training: no optimiser, no budget. The consequence is shown: embeddings (8, 4) after
one step of SGD on the mean of f of their squared distances, whose diagonal is exactly 0.

By hand: pollbot experiment where_nan --seeds 16 --votes 41,12,38,9 --out where.png
"""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, quantity, spread
from experiments.lazy import torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import GREEN, VERMILION, Drawing, Plot, Plots
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class WhereNanParams(Params):
    """The function behind torch.where; both have an infinite slope at 0."""

    function: Literal["sqrt", "log"] = "sqrt"


OUTCOMES = ("zero", "inf", "nan", "error")
NUMBERS = {
    name: quantity.percent(phrase("gradients at 0 that are {told}").of(told=told))
    for name, told in (
        ("zero", phrase("0")),
        ("inf", phrase("infinite")),
        ("nan", phrase("NaN")),
        ("error", phrase("missing: backward raised")),
    )
} | {
    "step.plain": quantity.percent(phrase("weights that are NaN after a step of SGD")),
    "step.safe": quantity.percent(phrase("the same with a safe input")),
}
TOPIC = Topic(params=WhereNanParams, options=OUTCOMES, numbers=NUMBERS)
HOWS = ("plain", "safe")
COLOURS = {"plain": VERMILION, "safe": GREEN}
LIMITS = {"sqrt": (-0.5, 4.0), "log": (-4.0, 8.0)}  # of the picture's scale; no unit
HALF = 40  # grid points on either side of 0

FINDINGS = {
    "zero": phrase("the gradient at 0 is 0"),
    "inf": phrase("the gradient at 0 is infinite"),
    "nan": phrase("where hides the NaN, it stays"),
    "error": phrase("backward raises an error"),
    "": phrase("the gradient at 0 varies"),
}
HEADING = phrase("share of gradients at 0")
PANEL = phrase("Keep the zero out of f")
READ = phrase("grey: the value, coloured: its gradient by x")
BELOW = phrase("below: a step of SGD on distances of embeddings")
NAMES = {
    "plain": verbatim("where(x > 0, {f}(x), 0)"),
    "safe": phrase("a where inside {f}, too"),
}
STEP = phrase("1 step: {share} of weights NaN")


def apply(function: str, how: str, x: Tensor) -> Tensor:
    """f(x) where x > 0, else 0; "safe" gives f a 1 in the place of what it must not see."""
    inside = torch.where(x > 0, x, 1.0) if how == "safe" else x
    return torch.where(x > 0, getattr(torch, function)(inside), 0.0)


def measure(params: WhereNanParams, seeds: range, context: Context) -> list[Row]:
    """For each seed: shares in % of each outcome at the zeros, of finite values, and of NaN after a step."""
    return context.each(seeds, lambda seed: {how: _seed(params.function, how, seed) for how in HOWS})


def _seed(function: str, how: str, seed: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1000, generator=generator, dtype=torch.float64)
    x[torch.rand(1000, generator=generator) < 0.1] = 0
    table = torch.randn(8, 4, generator=generator)
    try:
        pairs = [_value_and_gradient(function, how, x.to(dtype)) for dtype in (torch.float32, torch.float64)]
    except RuntimeError:
        return {"error": 100.0, "zero": 0.0, "inf": 0.0, "nan": 0.0, "finite": 0.0, "step": 0.0}
    gradients = torch.cat([gradient[x == 0].double() for _, gradient in pairs])
    finite = torch.cat([value.double() for value, _ in pairs]).isfinite()
    shares = {"zero": gradients == 0, "inf": gradients.isinf(), "nan": gradients.isnan(), "finite": finite}
    return {
        "error": 0.0,
        "step": _share(_stepped(function, how, table).isnan()),
        **{name: _share(found) for name, found in shares.items()},
    }


def _share(found: Tensor) -> float:
    return 100 * found.double().mean().item()


def _value_and_gradient(function: str, how: str, x: Tensor) -> tuple[Tensor, Tensor]:
    x = x.clone().requires_grad_()
    y = apply(function, how, x)
    return y.detach(), torch.autograd.grad(y.sum(), x)[0]


def _stepped(function: str, how: str, table: Tensor) -> Tensor:
    """
    Embeddings (n, features) after a step of SGD that pulls them together.

    By hand: the first optimiser of torch.optim in a process imports torch's compiler, for longer than all else takes.
    """
    table = table.clone().requires_grad_()
    squares = (table[:, None] - table[None]).pow(2).sum(-1)  # (n, n), the diagonal is exactly 0
    (gradient,) = torch.autograd.grad(apply(function, how, squares).mean(), table)
    return table.detach().add(gradient, alpha=-0.1)


def conclude(params: WhereNanParams, rows: list[Row]) -> Outcome:
    """What stands in x.grad at the zeros; the curves of the picture are the same functions on a grid."""
    return Outcome(
        settings=spoken(lambda language: _settings(params.function, len(rows), language)),
        findings=tuple(_finding(name, [row["plain"][name] for row in rows], rows) for name in OUTCOMES),
        data={
            "step": {how: mean(row[how]["step"] for row in rows) for how in HOWS},
            "curves": {how: _curves(params.function, how) for how in HOWS},
        },
        numbers={
            **{name: [row["plain"][name] for row in rows] for name in OUTCOMES},
            **{f"step.{how}": [row[how]["step"] for row in rows] for how in HOWS},
        },
    )


def _curves(function: str, how: str) -> dict[str, list[float | None]]:
    """Value and gradient on a grid from -1 to 1 that holds an exact 0; None where it is not finite."""
    x = torch.arange(-HALF, HALF + 1, dtype=torch.float64) / HALF
    pair = _value_and_gradient(function, how, x)
    return {
        name: [round(v, 4) if abs(v) < float("inf") else None for v in found.tolist()]
        for name, found in zip(("value", "gradient"), pair, strict=True)
    }


def _finding(name: str, shares: list[float], rows: list[Row]) -> Finding:
    """One outcome; its number is the share of the zeros at which it was seen."""
    finite = min(row["plain"]["finite"] for row in rows) == 100
    condition = (
        phrase("x = 0, float32 and float64; values are finite")
        if finite
        else phrase("x = 0, float32 and float64; not all values finite")
    )
    return spread.share(name, shares, spread.always(shares), phrase("% of zeros"), condition)


def _settings(function: str, seeds: int, language: Language) -> str:
    inputs = phrase("random x, a tenth of them zeros")[language]
    return f"{function} · {inputs} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What stood in x.grad at the zeros; below, the function with torch.where outside and inside."""
    data: dict[str, Any] = measurement.data
    function = str(measurement.params["function"])
    found = next((finding.option for finding in measurement.findings if finding.supported == "yes"), "")
    outside, inside = (_plot(how, function, data, language) for how in HOWS)
    return Drawing(
        finding=FINDINGS[found][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Plots(
            PANEL[language],
            (READ[language], BELOW[language]),
            [step / HALF for step in range(-HALF, HALF + 1)],
            (outside, inside),
            *LIMITS[function],
        ),
    )


def _plot(how: str, function: str, data: dict[str, Any], language: Language) -> Plot:
    share = numbers.percent(data["step"][how], 0, language)
    curves, told = data["curves"][how], STEP[language].format(share=share)
    return Plot(NAMES[how][language].format(f=function), COLOURS[how], curves["value"], curves["gradient"], told)
