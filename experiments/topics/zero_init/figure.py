"""Below the votes on `zero_init`: gradients that explain the outcome, neighbours that decide it."""

from __future__ import annotations

from math import floor, log10
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from experiments import numbers
from experiments.measurement import Language, Measurement
from experiments.pictures.chart import BLUE, GREY, INK, PINK, TRACK
from experiments.pictures.figure import LINE, MARGIN, RIGHT, SMALL, TEXT, Page
from experiments.topics.zero_init.words import ACCURACY, ACTIVATIONS, BIASES, matrices

LAYERS = (BLUE, PINK, INK)
OUTCOME = {"learns": "#00734f", "dead": "#b34700", "slow": "#8a5a00"}  # dark enough on their tints
PANEL = 1.2  # inches
TINT = {"learns": "#dff3ec", "dead": "#fbe3d6", "slow": "#fdf1d6"}

NORMS = numbers.both("Норма градиента: SGD, медиана", "Gradient norm: SGD, median")
UNTOUCHED = numbers.both("без нулей", "no zeros")
RANDOM = numbers.both("наугад", "chance")
EXACTLY = numbers.both("ровно 0", "exactly 0")
FIRST = numbers.both("на 1-м шаге жива только {alive}", "at step 1 only {alive} is alive")
DECIDES = numbers.both("Решают активация и bias", "Activation and bias decide")
SAME = numbers.both("Активация и bias ничего не меняют", "Activation and bias change nothing")
SEEDS = numbers.both("те же нули · {seeds} · рамка — наш случай", "the same zeros · {seeds} · framed: our case")
CELL = {
    "learns": (numbers.both("учится", "learns"), numbers.both("учатся", "learn")),
    "dead": (numbers.both("мертва", "dead"), numbers.both("мертвы", "dead")),
    "slow": (numbers.both("медленно", "slow"), numbers.both("медленно", "slow")),
}


def paint(page: Page, measurement: Measurement, language: Language) -> None:
    """Two panels of gradient norms, and a table of outcomes."""
    data: dict[str, Any] = measurement.data
    params: dict[str, Any] = measurement.params
    zeroed = tuple(params["zeroed"])
    _gradients(page, data, f"{matrices(zeroed)} = 0", language)
    cells = {outcome: told[len(zeroed) > 1][language] for outcome, told in CELL.items()}
    _heading(page, data["grid"], data["neighbour_seeds"], language)
    _neighbours(page, data["grid"], (params["activation"], params["bias"]), cells, language)
    page.y += 0.2


def _gradients(page: Page, data: dict[str, Any], zeros: str, language: Language) -> None:
    """Two panels with the same scales, control above; the names of the matrices stand in the heading."""
    page.write(NORMS[language], MARGIN, page.y, TEXT, bold=True)
    for layer, colour in enumerate(LAYERS, start=1):
        page.write(
            matrices((layer,)), RIGHT - 0.62 * (3 - layer), page.y, TEXT, bold=True, colour=colour, align="right"
        )
    page.y += TEXT * LINE + 0.06
    bottom = _bottom(data["curves"])
    for name, label in (("control", UNTOUCHED[language]), ("asked", zeros)):
        told = f"{label}: {_accuracy(data['range'][name], language)}{_first(data['curves'][name], language)}"
        page.write(told, MARGIN, page.y, SMALL, colour=GREY)
        page.y += SMALL * LINE + 0.08
        axes = page.panel(MARGIN + 1.05, page.y, RIGHT - MARGIN - 1.05, PANEL)
        _norms(axes, data["curves"][name], bottom, language)
        page.y += PANEL + 0.16
    axes.tick_params(axis="x", labelbottom=True)
    page.y += 0.34


def _accuracy(ends: list[float], language: Language) -> str:
    told = f"{ACCURACY[language]} {numbers.percents(ends[0], ends[1], language)}"
    return f"{told}, {RANDOM[language]}" if ends[1] < 15 else told


def _first(curve: dict[str, Any], language: Language) -> str:
    """Whether one matrix alone has a gradient at the first step: the one that lets the others live."""
    alive = [layer for layer, row in enumerate(curve["norms"], start=1) if row[0] > 0]
    return f", {FIRST[language].format(alive=matrices((alive[0],)))}" if len(alive) == 1 else ""


def _bottom(curves: dict[str, Any]) -> int:
    """The power of ten below every gradient that is not zero, but not under 10⁻⁴."""
    positive = [value for curve in curves.values() for row in curve["norms"] for value in row if value > 0]
    return max(floor(log10(min(positive, default=0.1))), -4)


def _norms(axes: Axes, curve: dict[str, Any], bottom: int, language: Language) -> None:
    """Three curves; the logarithms are ours, so that an exact 0 has a place: a strip below the scale."""
    top = 0.6
    for layer, (row, colour) in enumerate(zip(curve["norms"], LAYERS, strict=True)):
        zero = bottom - 0.3 - 0.32 * layer
        heights = [max(log10(value), bottom) if value > 0 else zero for value in row]
        axes.plot(curve["steps"], heights, color=colour, linewidth=2.8, clip_on=False)
    axes.set(xscale="log", xlim=(1, curve["steps"][-1]), ylim=(bottom - 1.25, top))
    axes.axhspan(bottom - 1.25, bottom, color=TRACK, zorder=0)
    powers = range(0, bottom, -2 if bottom < -3 else -1)
    names = [numbers.plain(10.0**power, language) for power in powers]
    axes.set_yticks([*powers, bottom - 0.62], [*names, EXACTLY[language]])
    axes.yaxis.get_major_ticks()[-1].gridline.set_visible(False)  # the strip of zeros is no scale
    ticks = [step for step in (1, 10, 100, 1000) if step <= curve["steps"][-1]]
    axes.set_xticks(ticks, [*map(str, ticks[:-1]), numbers.counted(ticks[-1], "step", language)])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="x", labelbottom=False)


def _heading(page: Page, grid: dict[str, Any], seeds: int, language: Language) -> None:
    varied = len({cell["outcome"] for cell in grid.values()}) > 1
    page.write((DECIDES if varied else SAME)[language], MARGIN, page.y, TEXT, bold=True)
    page.y += TEXT * LINE
    told = SEEDS[language].format(seeds=numbers.counted(seeds, "seed", language))
    page.write(told, MARGIN, page.y, SMALL, colour=GREY)
    page.y += SMALL * LINE + 0.14


def _neighbours(
    page: Page, grid: dict[str, Any], asked: tuple[str, str], cells: dict[str, str], language: Language
) -> None:
    """A table: activations down, biases across, the outcome of the same zeros in each cell."""
    left, width, height = MARGIN + 1.95, (RIGHT - MARGIN - 1.95) / 3, 0.37
    for column, heading in enumerate(BIASES.values()):
        page.write(heading[language], left + width * (column + 0.5), page.y, SMALL, colour=GREY, align="center")
    page.y += SMALL * LINE + 0.06
    for activation, name in ACTIVATIONS.items():
        page.write(name[language], MARGIN, page.y + height / 2, SMALL, middle=True)
        for column, bias in enumerate(BIASES):
            outcome = grid[f"{activation}/{bias}"]["outcome"]
            place = (left + width * column, page.y, width, height)
            _cell(page, place, outcome, cells[outcome], asked=(activation, bias) == asked)
        page.y += height + 0.08


def _cell(page: Page, place: tuple[float, float, float, float], outcome: str, told: str, *, asked: bool) -> None:
    x, y, width, height = place
    page.box(x + 0.04, y, width - 0.08, height, TINT[outcome], edge=INK if asked else "none", line=2.4 if asked else 0)
    middle = (x + width / 2, y + height / 2)
    page.write(told, *middle, SMALL, colour=OUTCOME[outcome], bold=True, align="center", middle=True)
