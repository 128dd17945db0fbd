"""
The panels below the votes: curves, bars, a table, cells, small images. Each has a bold heading and grey notes.

Labels stand at what they name, in its colour; names at the ends of curves are moved apart where they would touch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from experiments.pictures.chart import GREY, INK, TRACK, Axis, Bar, Cell, Curve, Image, Line
from experiments.pictures.figure import LINE, MARGIN, RIGHT, SMALL, TEXT, Page, text_width, wrap

HEIGHT = 3.0  # inches of a panel of curves
LABEL = 14.0  # points
LEFT = 0.85  # room for what is written along the upright axis
BAR = 0.3
# of a cell: its tint, and letters dark enough on it
TINTS = {"yes": ("#dff3ec", "#00734f"), "no": ("#fbe3d6", "#b34700"), "depends": ("#fdf1d6", "#8a5a00")}


def heading(page: Page, title: str, notes: Sequence[str]) -> None:
    """What the panel says, and how to read it; moves `y` below."""
    page.paragraph(title, TEXT, bold=True)
    for note in notes:
        page.paragraph(note, SMALL, colour=GREY)
    page.y += 0.12


def curves(page: Page, title: str, notes: Sequence[str], shown: Sequence[Curve], x: Axis, y: Axis) -> None:
    """Lines over a shared axis, with the range over seeds as bands and the lowest seed's end as a dot."""
    heading(page, title, notes)
    room = max((text_width(curve.name, LABEL, bold=True) for curve in shown), default=0) + 0.2
    axes = page.panel(MARGIN + LEFT, page.y, RIGHT - MARGIN - LEFT - room, HEIGHT)
    page.y += HEIGHT + 0.55
    for curve in shown:
        _curve(axes, curve)
    _scales(axes, x, y)
    _names(axes, shown, y)


def _curve(axes: Axes, curve: Curve) -> None:
    if curve.low:
        axes.fill_between(curve.x, curve.low, curve.high, color=curve.colour, alpha=0.13, linewidth=0)
        axes.plot(curve.x[-1], curve.low[-1], "o", color=curve.colour, markersize=8, clip_on=False, zorder=5)
    axes.plot(curve.x, curve.y, color=curve.colour, linestyle=(0, (2.2, 2.2)) if curve.dashed else "-")


def _scales(axes: Axes, x: Axis, y: Axis) -> None:
    axes.set(xscale="log" if x.log else "linear", yscale="log" if y.log else "linear")
    axes.set(xlim=(x.low, x.high), ylim=(y.low, y.high))
    axes.set_xticks(*_split(x))
    axes.set_yticks(*_split(y))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())


def _split(axis: Axis) -> tuple[list[float], list[str]]:
    return [place for place, _ in axis.ticks], [told for _, told in axis.ticks]


def _names(axes: Axes, shown: Sequence[Curve], y: Axis) -> None:
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


def bars(page: Page, title: str, notes: Sequence[str], shown: Sequence[Bar]) -> None:
    """Horizontal bars from 0, each under its name; a whisker is the range over seeds."""
    heading(page, title, notes)
    told = max(text_width(bar.told, TEXT, bold=True) for bar in shown) + 0.25
    longest = max(max(bar.value, bar.high or 0) for bar in shown)
    scale = (RIGHT - MARGIN - told) / longest if longest else 0
    for bar in shown:
        page.paragraph(bar.name, SMALL)
        middle = page.y + 0.04 + BAR / 2
        page.box(MARGIN, page.y + 0.04, max(scale * bar.value, 0.03), BAR, bar.colour)
        end = bar.value
        if bar.low is not None and bar.high is not None:
            end = max(end, bar.high)
            page.box(MARGIN + scale * bar.low, middle - 0.02, max(scale * (bar.high - bar.low), 0.02), 0.04, INK)
        page.write(bar.told, MARGIN + scale * end + 0.12, middle, TEXT, colour=bar.colour, bold=True, middle=True)
        page.y += BAR + 0.18


def table(page: Page, title: str, notes: Sequence[str], lines: Sequence[Line]) -> None:
    """What was tried on the left, what came of it on the right, in bands."""
    heading(page, title, notes)
    right = max(text_width(line.told, SMALL, bold=True) for line in lines)
    for number, line in enumerate(lines):
        names = wrap(line.name, SMALL, RIGHT - MARGIN - right - 0.5)
        height = len(names) * SMALL * LINE + 0.16
        if number % 2 == 0:
            page.box(MARGIN - 0.12, page.y, RIGHT - MARGIN + 0.24, height, TRACK)
        page.write(
            line.told, RIGHT, page.y + height / 2, SMALL, colour=line.colour, bold=True, align="right", middle=True
        )
        for index, name in enumerate(names):
            page.write(name, MARGIN, page.y + 0.08 + index * SMALL * LINE, SMALL)
        page.y += height
    page.y += 0.1


def cells(
    page: Page, title: str, notes: Sequence[str], columns: Sequence[str], lines: Mapping[str, Sequence[Cell]]
) -> None:
    """Two things that vary: one downwards by name, the other across; what came of each pair stands in a tinted cell."""
    heading(page, title, notes)
    left = MARGIN + max(text_width(name, SMALL) for name in lines) + 0.2
    width, height = (RIGHT - left) / len(columns), 0.4
    for index, column in enumerate(columns):
        page.write(column, left + width * (index + 0.5), page.y, SMALL, colour=GREY, align="center")
    page.y += SMALL * LINE + 0.06
    for name, row in lines.items():
        page.write(name, MARGIN, page.y + height / 2, SMALL, middle=True)
        for index, cell in enumerate(row):
            tint, dark = TINTS[cell.verdict]
            x, edge = left + width * index, INK if cell.framed else "none"
            page.box(x + 0.04, page.y, width - 0.08, height, tint, edge=edge, line=2.4 if cell.framed else 0)
            middle = (x + width / 2, page.y + height / 2)
            page.write(cell.told, *middle, SMALL, colour=dark, bold=True, align="center", middle=True)
        page.y += height + 0.08
    page.y += 0.1


def images(page: Page, title: str, notes: Sequence[str], shown: Sequence[Image], across: int = 4) -> None:
    """Small pictures in rows, grey or coloured, their captions below them."""
    heading(page, title, notes)
    gap = 0.25
    side = (RIGHT - MARGIN - gap * (across - 1)) / across
    for start in range(0, len(shown), across):
        row = shown[start : start + across]
        captions = [wrap(image.caption, SMALL, side, lines=3) for image in row]
        for column, (image, caption) in enumerate(zip(row, captions, strict=True)):
            x = MARGIN + column * (side + gap)
            axes = page.panel(x, page.y, side, side)
            axes.imshow(np.asarray(image.pixels), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            for spine in axes.spines.values():
                spine.set(visible=True, color=image.colour, linewidth=2.4)
            for number, line in enumerate(caption):
                page.write(
                    line, x + side / 2, page.y + side + 0.1 + number * SMALL * LINE, SMALL, colour=image.colour,
                    align="center",
                )  # fmt: skip
        page.y += side + 0.2 + max(map(len, captions)) * SMALL * LINE
