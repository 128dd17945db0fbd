"""Below the votes on `zero_init`: gradients that explain the outcome, neighbours that decide it."""

from __future__ import annotations

from math import floor, log10
from typing import Any

from experiments import numbers
from experiments.measurement import Language, Verdict
from experiments.pictures.chart import BLUE, INK, PINK, Axis, Cell, Table, Trace, Traces
from experiments.topics.zero_init.words import ACCURACY, ACTIVATIONS, BIASES, matrices
from languages.text import phrase

LAYERS = (BLUE, PINK, INK)
TINTS: dict[str, Verdict] = {"learns": "yes", "dead": "no", "slow": "depends"}
LEAST = -4  # the lowest power of ten that is shown
LONG = 58  # letters of a line that needs no more of them

NORMS = phrase("Gradient norm: SGD, median")
UNTOUCHED = phrase("no zeros")
RANDOM = phrase("chance")
EXACTLY = phrase("exactly 0")
FIRST = phrase("at step 1 only {alive} is alive")
DECIDES = phrase("Activation and bias decide")
SAME = phrase("Activation and bias change nothing")
SEEDS = phrase("the same zeros · {seeds} · framed: our case")
CELL = {
    "learns": (phrase("learns"), phrase("learn")),
    "dead": (phrase("dead"), phrase("dead", "panels.CELL")),
    "slow": (phrase("slow"), phrase("slow")),
}


def gradients(data: dict[str, Any], zeroed: tuple[int, ...], language: Language) -> Traces:
    """The norms of the three matrices' gradients, in the control and with the zeros."""
    named = {"control": UNTOUCHED[language], "asked": f"{matrices(zeroed)} = 0"}
    curves = data["curves"]
    return Traces(
        NORMS[language],
        (),
        {matrices((layer,)): colour for layer, colour in enumerate(LAYERS, start=1)},
        [
            Trace(_told(name, data["range"][key], curves[key], language), curves[key]["steps"], curves[key]["norms"])
            for key, name in named.items()
        ],
        x=_steps(curves["asked"]["steps"][-1], language),
        y=_powers(curves, language),
        zero=EXACTLY[language],
    )


def _told(name: str, ends: list[float], curve: dict[str, Any], language: Language) -> str:
    """How well it trained, and whether one matrix alone has a gradient at first: the one that lets the others live."""
    told = f"{name}: {ACCURACY[language]} {numbers.percents(ends[0], ends[1], language)}"
    alive = [layer for layer, row in enumerate(curve["norms"], start=1) if row[0] > 0]
    first = f", {FIRST[language].format(alive=matrices((alive[0],)))}" if len(alive) == 1 else ""
    chance = f", {RANDOM[language]}" if ends[1] < 15 and len(told + first) < LONG else ""
    return f"{told}{chance}{first}"


def _steps(last: int, language: Language) -> Axis:
    ticks = [step for step in (1, 10, 100, 1000) if step == 1 or step <= last / 2]  # room for the unit
    told = [*map(str, ticks[:-1]), numbers.counted(ticks[-1], "step", language)]
    return Axis(1, last, list(zip(ticks, told, strict=True)), log=True)


def _powers(curves: dict[str, Any], language: Language) -> Axis:
    """From the power of ten below every gradient that is not zero."""
    positive = [value for curve in curves.values() for row in curve["norms"] for value in row if value > 0]
    bottom = max(floor(log10(min(positive, default=0.1))), LEAST)
    ticks = [10.0**power for power in range(0, bottom, -2 if bottom < -3 else -1)]
    return Axis(10.0**bottom, 10**0.6, [(tick, numbers.plain(tick, language)) for tick in ticks], log=True)


def neighbours(data: dict[str, Any], zeroed: tuple[int, ...], asked: tuple[str, str], language: Language) -> Table:
    """Activations down, biases across: what becomes of the same zeros."""
    outcomes = {cell: found["outcome"] for cell, found in data["grid"].items()}
    seeds = numbers.counted(data["neighbour_seeds"], "seed", language)
    rows = {
        name[language]: [
            Cell(CELL[outcome][len(zeroed) > 1][language], TINTS[outcome], framed=(activation, bias) == asked)
            for bias, outcome in ((bias, outcomes[f"{activation}/{bias}"]) for bias in BIASES)
        ]
        for activation, name in ACTIVATIONS.items()
    }
    return Table(
        (DECIDES if len(set(outcomes.values())) > 1 else SAME)[language],
        (SEEDS[language].format(seeds=seeds),),
        [bias[language] for bias in BIASES.values()],
        rows,
    )
