"""Paints what has axes: curves over a shared one, functions side by side, traces with a place for an exact 0."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from experiments.pictures.chart import GREY, PALE, TRACK, Axis, Curve, Curves, Plot, Plots, Trace, Traces
from experiments.pictures.figure import MARGIN, RIGHT, SMALL, TEXT, Page
from experiments.pictures.fonts import LINE, text_width

HEIGHT = 3.0  # inches of a panel of curves
LABEL = 14.0  # points
LEFT = 0.85  # room for what is written along the upright axis
PLOT_WIDTH, PLOT_HEIGHT, PLOT_LEFTS = 3.1, 2.3, (0.85, 4.4)
TRACE_HEIGHT, TRACE_LEFT = 1.2, 1.05
STRIP = 1.25  # powers of ten that the strip of exact zeros is high


def curves(page: Page, panel: Curves) -> None:
    """Names at the ends of the lines, moved apart where they would touch."""
    room = max((text_width(curve.name, LABEL, bold=True) for curve in panel.curves), default=0) + 0.2
    axes = page.panel(MARGIN + LEFT, page.y, RIGHT - MARGIN - LEFT - room, HEIGHT)
    page.y += HEIGHT + 0.55
    for curve in panel.curves:
        _curve(axes, curve)
    _scales(axes, panel.x, panel.y)
    _name(axes, panel.curves, panel.y)


def _curve(axes: Axes, curve: Curve) -> None:
    if curve.low:
        axes.fill_between(curve.x, curve.low, curve.high, color=curve.colour, alpha=0.13, linewidth=0)
        axes.plot(curve.x[-1], curve.low[-1], "o", color=curve.colour, markersize=8, clip_on=False, zorder=5)
    axes.plot(curve.x, curve.y, color=curve.colour, linestyle=(0, (2.2, 2.2)) if curve.dashed else "-")


def _scales(axes: Axes, x: Axis, y: Axis) -> None:
    axes.set(xlim=(x.low, x.high), ylim=(y.low, y.high))  # first: no scale is sought then that would fit all values
    axes.set(xscale="log" if x.log else "linear", yscale="log" if y.log else "linear")
    axes.set_xticks(*_split(x), parse_math=False)  # a dollar sign is a dollar sign
    axes.set_yticks(*_split(y), parse_math=False)  # a dollar sign is a dollar sign
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())


def _split(axis: Axis) -> tuple[list[float], list[str]]:
    return [place for place, _ in axis.ticks], [told for _, told in axis.ticks]


def _name(axes: Axes, shown: Sequence[Curve], y: Axis) -> None:
    """The name of each curve at its end, in axes fractions so that a logarithmic scale is nothing special."""
    step = LABEL * LINE / HEIGHT
    heights = {index: _fraction(curve.y[-1], y) for index, curve in enumerate(shown)}
    order = sorted(heights, key=lambda index: -heights[index])
    for index, height in zip(order, apart([heights[i] for i in order], step), strict=True):
        curve = shown[index]
        axes.text(
            1.03, height, curve.name, transform=axes.transAxes, color=curve.colour, fontsize=LABEL, fontweight="bold",
            va="center", parse_math=False,
        )  # fmt: skip


def _fraction(value: float, axis: Axis) -> float:
    if axis.log:
        value, low, high = (log10(max(v, axis.low)) for v in (value, axis.low, axis.high))
    else:
        low, high = axis.low, axis.high
    return min(max((value - low) / (high - low), 0.0), 1.0)


def apart(heights: Sequence[float], step: float) -> list[float]:
    """Heights from top to bottom, moved so that neighbours are at least `step` apart and none is outside of [0, 1]."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - step) if placed else min(height, 1 - step / 2))
    floor = step / 2
    for index in reversed(range(len(placed))):
        placed[index] = max(placed[index], floor)
        floor = placed[index] + step
    return placed


def plots(page: Page, panel: Plots) -> None:
    """Two functions, each between its name and what came of it."""
    top = page.y
    for left, plot in zip(PLOT_LEFTS, panel.plots, strict=True):
        page.write(plot.name, left, top, SMALL, colour=plot.colour, bold=True)
        axes = page.panel(left, top + 0.35, PLOT_WIDTH, PLOT_HEIGHT)
        _plot(axes, plot, panel.grid)
        axes.set(xlim=(-1, 1), ylim=(panel.low, panel.high), xticks=(-1, 0, 1), yticks=())
        page.write(plot.told, left, top + PLOT_HEIGHT + 0.75, SMALL, colour=GREY)
    page.y = top + PLOT_HEIGHT + 1.2


def _plot(axes: Axes, plot: Plot, x: Sequence[float]) -> None:
    value, gradient = (np.array(line, dtype=float) for line in (plot.value, plot.gradient))  # NaN for None
    half = len(x) // 2
    for side in (slice(half + 1), slice(half + 1, None)):  # x <= 0 and x > 0: no line leads across the jump
        axes.plot(x[side], value[side], color=PALE)
        axes.plot(x[side], gradient[side], color=plot.colour)
    lost = [place for place, value in zip(x, plot.gradient, strict=True) if value is None]
    if lost:
        around = min(b - a for a, b in pairwise(x)) / 2
        axes.axvspan(lost[0] - around, lost[-1] + around, color=plot.colour, alpha=0.16, linewidth=0)
        place, align, told = (-0.06, "right", "NaN →") if len(lost) == 1 else (-0.5, "center", "NaN")
        axes.text(
            place, 0.62, told, transform=axes.get_xaxis_transform(), ha=align, fontsize=27, color=plot.colour,
            fontweight="bold",
        )  # fmt: skip


def names(page: Page, panel: Traces) -> None:
    """The names of the lines, at the right of the heading's own line."""
    for place, (name, colour) in enumerate(reversed(list(panel.names.items()))):
        page.write(name, RIGHT - 0.62 * place, page.y, TEXT, bold=True, colour=colour, align="right")


def traces(page: Page, panel: Traces) -> None:
    """The same scales for all; only the last one says what x is."""
    for trace in panel.traces:
        page.write(trace.told, MARGIN, page.y, SMALL, colour=GREY)
        page.y += SMALL * LINE + 0.08
        axes = page.panel(MARGIN + TRACE_LEFT, page.y, RIGHT - MARGIN - TRACE_LEFT, TRACE_HEIGHT)
        _trace(axes, trace, panel)
        axes.tick_params(axis="x", labelbottom=trace is panel.traces[-1])
        page.y += TRACE_HEIGHT + 0.16
    page.y += 0.34


def _trace(axes: Axes, trace: Trace, panel: Traces) -> None:
    """The logarithms are ours, so that an exact 0 has a place: a strip below the scale."""
    bottom = log10(panel.y.low)
    for index, (row, colour) in enumerate(zip(trace.rows, panel.names.values(), strict=True)):
        zero = bottom - 0.3 - 0.32 * index
        heights = [max(log10(value), bottom) if value > 0 else zero for value in row]
        axes.plot(trace.x, heights, color=colour, linewidth=2.8, clip_on=False)
    axes.set(xscale="log", xlim=(panel.x.low, panel.x.high), ylim=(bottom - STRIP, log10(panel.y.high)))
    axes.axhspan(bottom - STRIP, bottom, color=TRACK, zorder=0)
    places, told = _split(panel.y)
    axes.set_yticks(
        [*map(log10, places), bottom - STRIP / 2], [*told, panel.zero], parse_math=False
    )  # a dollar sign is a dollar sign
    axes.yaxis.get_major_ticks()[-1].gridline.set_visible(False)  # the strip of zeros is no scale
    axes.set_xticks(*_split(panel.x), parse_math=False)  # a dollar sign is a dollar sign
    axes.xaxis.set_minor_locator(NullLocator())
