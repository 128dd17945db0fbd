"""
Paints the panels below the votes: bars, a table, small images, and those of `pictures.curves`.

Labels stand at what they name, in its colour.
"""

from __future__ import annotations

from typing import assert_never

import numpy as np

from experiments.pictures import curves
from experiments.pictures.chart import GREY, INK, Bars, Curves, Image, Images, Panel, Plots, Table, Traces
from experiments.pictures.figure import MARGIN, RIGHT, SMALL, TEXT, Page, wrap
from experiments.pictures.fonts import LINE, text_width

BAR = 0.3
GAP, ACROSS = 0.25, 4  # inches between images, and how many stand in a row
SIDE = (RIGHT - MARGIN - GAP * (ACROSS - 1)) / ACROSS
# of a cell: its tint, and letters dark enough on it
TINTS = {"yes": ("#dff3ec", "#00734f"), "no": ("#fbe3d6", "#b34700"), "depends": ("#fdf1d6", "#8a5a00")}


def paint(page: Page, panel: Panel) -> None:
    """Whatever panel it is, with its heading; moves `y` below."""
    if isinstance(panel, Traces):
        curves.names(page, panel)
    page.paragraph(panel.title, TEXT, bold=True)
    for note in panel.notes:
        page.paragraph(note, SMALL, colour=GREY)
    page.y += 0.12
    match panel:
        case Curves():
            curves.curves(page, panel)
        case Plots():
            curves.plots(page, panel)
        case Traces():
            curves.traces(page, panel)
        case Bars():
            bars(page, panel)
        case Table():
            table(page, panel)
        case Images():
            images(page, panel)
        case _:
            assert_never(panel)


def bars(page: Page, panel: Bars) -> None:
    """On one scale; the value in words needs room at the end of the longest."""
    told = max(text_width(bar.told, TEXT, bold=True) for bar in panel.bars) + 0.25
    longest = max(max(bar.value, bar.high or 0) for bar in panel.bars)
    scale = (RIGHT - MARGIN - told) / longest if longest else 0
    for bar in panel.bars:
        page.paragraph(bar.name, SMALL)
        middle = page.y + 0.04 + BAR / 2
        page.box(MARGIN, page.y + 0.04, max(scale * bar.value, 0.03), BAR, bar.colour)
        end = bar.value
        if bar.low is not None and bar.high is not None:
            end = max(end, bar.high)
            page.box(MARGIN + scale * bar.low, middle - 0.02, max(scale * (bar.high - bar.low), 0.02), 0.04, INK)
        page.write(bar.told, MARGIN + scale * end + 0.12, middle, TEXT, colour=bar.colour, bold=True, middle=True)
        page.y += BAR + 0.18


def table(page: Page, panel: Table) -> None:
    """The names on the left, columns of equal width beside them."""
    left = MARGIN + max(text_width(name, SMALL) for name in panel.rows) + 0.2
    width, height = (RIGHT - left) / len(panel.columns), 0.4
    for index, column in enumerate(panel.columns):
        page.write(column, left + width * (index + 0.5), page.y, SMALL, colour=GREY, align="center")
    page.y += SMALL * LINE + 0.06
    for name, row in panel.rows.items():
        page.write(name, MARGIN, page.y + height / 2, SMALL, middle=True)
        for index, cell in enumerate(row):
            tint, dark = TINTS[cell.verdict]
            x, edge = left + width * index, INK if cell.framed else "none"
            page.box(x + 0.04, page.y, width - 0.08, height, tint, edge=edge, line=2.4 if cell.framed else 0)
            middle = (x + width / 2, page.y + height / 2)
            page.write(cell.told, *middle, SMALL, colour=dark, bold=True, align="center", middle=True)
        page.y += height + 0.08
    page.y += 0.1


def images(page: Page, panel: Images) -> None:
    """Row by row; a row is as high as its longest caption wants."""
    for start in range(0, len(panel.images), ACROSS):
        row = panel.images[start : start + ACROSS]
        lines = [_image(page, image, MARGIN + column * (SIDE + GAP)) for column, image in enumerate(row)]
        page.y += SIDE + 0.2 + max(lines) * SMALL * LINE


def _image(page: Page, image: Image, x: float) -> int:
    """One image in its frame; returns how many lines its caption has."""
    axes = page.panel(x, page.y, SIDE, SIDE)
    axes.imshow(np.asarray(image.pixels), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color=image.colour, linewidth=2.4)
    caption = wrap(image.caption, SMALL, SIDE, lines=3)
    for number, line in enumerate(caption):
        y = page.y + SIDE + 0.1 + number * SMALL * LINE
        page.write(line, x + SIDE / 2, y, SMALL, colour=image.colour, align="center")
    return len(caption)
