"""
What a picture shows, as plain data: the colours, the numbers beside the options, and the panel below them.

A file of `experiments.topics` describes its picture with these; `pictures.picture` and `pictures.panels` draw it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from experiments.pictures.figure import Page

# Okabe & Ito, Color Universal Design (2008): distinct to colour-blind readers too
BLUE, GREEN, VERMILION, ORANGE, PINK = "#0072B2", "#009E73", "#D55E00", "#E69F00", "#CC79A7"
INK, GREY, PALE, TRACK = "#1c1f24", "#5f6670", "#9aa0a8", "#f0f2f4"
VERDICT = {"yes": GREEN, "no": VERMILION, "depends": ORANGE}


@dataclass(frozen=True)
class Measured:
    """What stands to the right of an option: the number, what it is, and the colour that the panel shares."""

    number: str
    colour: str
    note: str = ""


@dataclass(frozen=True)
class Drawing:
    """
    A picture: the finding as title (at most 33 letters), numbers beside the options by key, and what is below.

    `heading` stands above the numbers. `paint` draws the panel, usually by one of `experiments.pictures.panels`.
    """

    finding: str
    heading: str
    measured: Mapping[str, Measured]
    paint: Callable[[Page], None]


@dataclass(frozen=True)
class Curve:
    """
    One line, named at its end. `low` and `high` are the range over seeds.

    `dashed` is for a line that coincides with one drawn before it, so that both are seen.
    """

    name: str
    colour: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dashed: bool = False


Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Axis:
    """Where a scale begins and ends, and what is written along it; the last tick names the unit: «30 epochs»."""

    low: float
    high: float
    ticks: Ticks
    log: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar: its name above it, its value in words at its end; `low` and `high` are the range over seeds."""

    name: str
    value: float
    told: str
    colour: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """One line of a table: what was tried, what came of it."""

    name: str
    told: str
    colour: str = INK


@dataclass(frozen=True)
class Image:
    """
    A small picture with its caption; `pixels` are rows from the top.

    Grey ones are numbers, 0 white and 1 ink; coloured ones are red, green and blue in [0, 1], 1 being light.
    """

    caption: str
    pixels: Sequence[Sequence[float | Sequence[float]]]
    colour: str = INK


@dataclass(frozen=True)
class Cell:
    """What came of one row in one column; `verdict` tints it, `framed` marks what the poll asks about."""

    told: str
    verdict: Literal["yes", "no", "depends"]
    framed: bool = False
