"""
What becomes of an `if` that looks at the data when a model is traced, scripted or exported?

The model returns x if x.sum() > 0, else -x: |x| for a single number. Each tool sees an example (8 numbers with a sum of
random sign), then 64 inputs whose sum has the other sign. torch.jit.trace records the operations that the example ran,
and warns; torch.jit.script compiles the source, `if` and all; torch.export.export, with its defaults, refuses to guess:
GuardOnDataDependentSymNode.

Rule of the verdict, for the parameter `tool`: kept, when every output equals the eager model's to the bit; frozen, when
every output equals the example's branch; refused, when there is no model at all: in every seed, else it depends.
trace and script are deprecated in torch 2.13 (they warn, and work); torch.cond is what export takes instead of `if`.

By hand: pollbot experiment trace_branch --seeds 8 --votes 35,40,25 --out trace.png
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, quantity, spread
from experiments.lazy import nn, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREEN, GREY, VERMILION, Axis, Curve, Curves, Drawing
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, say, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    Model = Callable[[Tensor], Tensor]

Tool = Literal["trace", "script", "export"]


class TraceBranchParams(Params):
    """Which tool the poll asks about."""

    tool: Tool = "trace"


OUTCOMES = ("kept", "frozen", "refused")
TOOLS: tuple[Tool, ...] = ("trace", "script", "export")
NUMBERS = {
    f"{tool}.{outcome}": quantity.percent(phrase("{tool}: {told}").of(tool=tool, told=told))
    for tool in TOOLS
    for outcome, told in (
        ("kept", phrase("inputs answered as by the model itself")),
        ("frozen", phrase("inputs answered by the branch of the example")),
        ("refused", phrase("seeds in which it refused")),
    )
} | {
    f"{tool}@2": Quantity(
        phrase("{tool}: the answer to x = 2, the example being −1").of(tool=tool),
        missing="where it refused",
    )
    for tool in TOOLS
}
TOPIC = Topic(params=TraceBranchParams, options=OUTCOMES, numbers=NUMBERS)
FEATURES, INPUTS = 8, 64
GRID = [step / 10 for step in range(-20, 21)]
COLOURS = {"trace": VERMILION, "script": GREEN, "export": BLUE}

FINDINGS = {
    ("trace", "frozen"): phrase("trace knows a single branch"),
    ("script", "kept"): phrase("script keeps both branches"),
    ("export", "refused"): phrase("export refuses such an if"),
}
OTHER = phrase("{tool} did otherwise")
HEADING = phrase("inputs of the other sign")
PANEL = phrase("What the model answers; the example: x = −1")
EXPORT = {
    True: phrase("export: refused, it wants torch.cond for the if"),
    False: phrase("export: there is a model"),
}
WARNED = {
    True: phrase("trace does warn: TracerWarning"),
    False: phrase("trace does not warn"),
}
CONDITIONS = {
    "trace": phrase("jit.trace: deprecated, works, warns"),
    "script": phrase("jit.script: deprecated, works"),
    "export": phrase("torch.export with its defaults"),
}


def branching() -> nn.Module:
    """|x| for a single number, by an `if` that needs the data."""

    class Branching(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            if x.sum() > 0:
                return x
            return -x

    return Branching()


def convert(tool: Tool, example: Tensor) -> tuple[Model | None, list[str]]:
    """What a tool makes of the model, if anything, and the names of the warnings or of the error."""
    with quiet() as told:
        try:
            if tool == "export":
                return torch.export.export(branching(), (example,)).module(), _names(told)
            model: Model = torch.jit.script(branching()) if tool == "script" else torch.jit.trace(branching(), example)
        except RuntimeError as error:
            return None, [type(error).__name__]
    return model, _names(told)


@contextlib.contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings, deprecations for the most part; torch.export also prints and logs as it refuses."""
    logger = logging.getLogger("torch.fx.experimental.symbolic_shapes")
    before, logger.disabled = logger.disabled, True
    try:
        with (
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(record=True, action="always") as told,
        ):
            yield told
    finally:
        logger.disabled = before


def _names(told: list[warnings.WarningMessage]) -> list[str]:
    return sorted({warning.category.__name__ for warning in told})


def measure(params: TraceBranchParams, seeds: range, context: Context) -> list[Row]:  # noqa: ARG001 every tool is in the picture
    """For each seed and tool: shares in % of the inputs that were kept, frozen or refused, warnings, and the curve."""
    return context.each(seeds, lambda seed: {tool: {**_seed(tool, seed), "curve": _curve(tool)} for tool in TOOLS})


def _seed(tool: Tool, seed: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1 + INPUTS, FEATURES, generator=generator)
    sign = 1 if torch.rand((), generator=generator) < 0.5 else -1
    x *= sign * x.sum(-1, keepdim=True).sign()
    example, others = x[0], -x[1:]  # the example's sum has this sign, all others' the opposite one
    model, told = convert(tool, example)
    if model is None:
        return {"kept": 0.0, "frozen": 0.0, "refused": 100.0, "told": told}
    with quiet():
        outputs = torch.stack([model(other) for other in others])  # (inputs, features)
    return {
        "kept": _share(outputs == -sign * others),
        "frozen": _share(outputs == sign * others),
        "refused": 0.0,
        "told": told,
    }


def _share(equal: Tensor) -> float:
    return 100 * equal.all(-1).double().mean().item()


def _curve(tool: Tool) -> list[float]:
    """What the model answers to single numbers, converted with the example x = -1; empty if refused."""
    model, _ = convert(tool, -torch.ones(1))
    with quiet():
        return [round(model(torch.tensor([x])).item(), 4) for x in GRID] if model else []


def conclude(params: TraceBranchParams, rows: list[Row]) -> Outcome:
    """What the asked tool made of the `if`; the curves of all three."""
    return Outcome(
        settings=spoken(lambda language: _settings(params.tool, len(rows), language)),
        findings=tuple(_finding(params.tool, name, [row[params.tool][name] for row in rows]) for name in OUTCOMES),
        data={
            "curves": {tool: rows[0][tool]["curve"] for tool in TOOLS},
            "refused": all(row["export"]["refused"] for row in rows),
            "warned": all("TracerWarning" in row["trace"]["told"] for row in rows),
        },
        numbers={
            **{f"{tool}.{outcome}": [row[tool][outcome] for row in rows] for tool in TOOLS for outcome in OUTCOMES},
            **{f"{tool}@2": [row[tool]["curve"][-1] for row in rows if row[tool]["curve"]] for tool in TOOLS},
        },
    )


def _finding(tool: Tool, name: str, shares: list[float]) -> Finding:
    """One outcome; its number is the share of the inputs at which it was seen."""
    unit = phrase("% of inputs")
    return spread.share(name, shares, spread.always(shares), unit, CONDITIONS[tool])


def _settings(tool: Tool, seeds: int, language: Language) -> str:
    name = "torch.export" if tool == "export" else f"torch.jit.{tool}"
    inputs = say(phrase("{inputs} inputs of the other sign"), language, inputs=INPUTS)
    return f"{name} · {inputs} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What the tool did with inputs of the other sign; below, all models over one number x."""
    data: dict[str, Any] = measurement.data
    tool = str(measurement.params["tool"])
    found = next((finding.option for finding in measurement.findings if finding.supported == "yes"), "")
    shown = [Curve("eager", GREY, GRID, [abs(x) for x in GRID])]
    shown += [Curve(name, COLOURS[name], GRID, y, dashed=name == "script") for name, y in data["curves"].items() if y]
    ticks = [(n, numbers.number(n, 0, language)) for n in (-2, -1, 0, 1, 2)]
    notes = (EXPORT[data["refused"]][language], WARNED[data["warned"]][language])
    return Drawing(
        finding=FINDINGS.get((tool, found), OTHER)[language].format(tool=tool),
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Curves(PANEL[language], notes, shown, Axis(-2, 2, ticks), Axis(-2.1, 2.1, ticks)),
    )
