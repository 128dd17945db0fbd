"""
What a picture shows, as plain data that can be stored as JSON and compared.

A file of `experiments.topics` describes its picture with these; `pictures.picture` and `pictures.panels` paint it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from experiments.measurement import Verdict

# Okabe & Ito, Color Universal Design (2008): distinct to colour-blind readers too
BLUE, GREEN, VERMILION, ORANGE, PINK = "#0072B2", "#009E73", "#D55E00", "#E69F00", "#CC79A7"
INK, GREY, PALE, TRACK = "#1c1f24", "#5f6670", "#9aa0a8", "#f0f2f4"
VERDICT: dict[Verdict, str] = {"yes": GREEN, "no": VERMILION, "depends": ORANGE}
MILD: dict[Verdict, str] = VERDICT | {"no": GREY}  # where what is not so is no mistake

Item = TypeVar("Item")
Many = Annotated[Sequence[Item], AfterValidator(tuple)]  # whatever it was, a tuple is kept: two drawings compare
# JSON has no word for infinity; built when first used, because every process of the bot loads this and few draw
PLAIN = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, config=PLAIN)
class Measured:
    """What stands to the right of an option: the number, what it is, and the colour that the panel shares."""

    number: str
    colour: str
    note: str = ""


@dataclass(frozen=True, config=PLAIN)
class Axis:
    """Where a scale begins and ends, and what is written along it; the last tick names the unit: «30 epochs»."""

    low: float
    high: float
    ticks: Many[tuple[float, str]] = ()
    log: bool = False


@dataclass(frozen=True, config=PLAIN)
class Headed:
    """A panel has a bold heading, and grey notes that say how to read it."""

    title: str
    notes: Many[str]


@dataclass(frozen=True, config=PLAIN)
class Curve:
    """
    One line, named at its end. `low` and `high` are the range over seeds.

    `dashed` is for a line that coincides with one drawn before it, so that both are seen. A line that belongs to an
    `option` is left out where the poll does not ask about it.
    """

    name: str
    colour: str
    x: Many[float]
    y: Many[float]
    low: Many[float] = ()
    high: Many[float] = ()
    dashed: bool = False
    option: str | None = None


@dataclass(frozen=True, config=PLAIN)
class Curves(Headed):
    """Lines over a shared axis, with the range over seeds as bands and the lowest seed's end as a dot."""

    curves: Many[Curve]
    x: Axis
    y: Axis
    kind: Literal["curves"] = "curves"


@dataclass(frozen=True, config=PLAIN)
class Bar:
    """One bar: its name above it, its value in words at its end; `low` and `high` are the range over seeds."""

    name: str
    value: float
    told: str
    colour: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, config=PLAIN)
class Bars(Headed):
    """Horizontal bars from 0, each under its name; a whisker is the range over seeds."""

    bars: Many[Bar]
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, config=PLAIN)
class Cell:
    """What came of one row in one column; `verdict` tints it, `framed` marks what the poll asks about."""

    told: str
    verdict: Verdict
    framed: bool = False


@dataclass(frozen=True, config=PLAIN)
class Table(Headed):
    """Two things that vary: one downwards by name, the other across; what came of each pair stands in a tinted cell."""

    columns: Many[str]
    rows: Mapping[str, Many[Cell]]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, config=PLAIN)
class Image:
    """
    A small picture with its caption; `pixels` are rows from the top.

    Grey ones are numbers, 0 white and 1 ink; coloured ones are red, green and blue in [0, 1], 1 being light.
    """

    caption: str
    pixels: Many[Many[float | Many[float]]]
    colour: str = INK


@dataclass(frozen=True, config=PLAIN)
class Images(Headed):
    """Small pictures, four in a row, grey or coloured, their captions below them."""

    images: Many[Image]
    kind: Literal["images"] = "images"


@dataclass(frozen=True, config=PLAIN)
class Plot:
    """A function (`value`, pale) and its `gradient`, None where it is not finite; `told` stands below."""

    name: str
    colour: str
    value: Many[float | None]
    gradient: Many[float | None]
    told: str


@dataclass(frozen=True, config=PLAIN)
class Plots(Headed):
    """Two functions side by side over the same `grid`, cut at 0; a strip marks where a gradient is no number."""

    grid: Many[float]
    plots: tuple[Plot, Plot]
    low: float
    high: float
    kind: Literal["plots"] = "plots"


@dataclass(frozen=True, config=PLAIN)
class Trace:
    """Several lines, in the order of the panel's names, over the same `x`; `told` stands above them."""

    told: str
    x: Many[float]
    rows: Many[Many[float]]


@dataclass(frozen=True, config=PLAIN)
class Traces(Headed):
    """Plots one below the other on the same logarithmic scales; what is exactly 0 runs in a strip named `zero`."""

    names: Mapping[str, str]  # of the lines, with their colours
    traces: Many[Trace]
    x: Axis
    y: Axis
    zero: str
    kind: Literal["traces"] = "traces"


Panel = Annotated[Curves | Bars | Table | Images | Plots | Traces, Field(discriminator="kind")]


@dataclass(frozen=True, config=PLAIN)
class Drawing:
    """
    A picture: the finding as title (at most 33 letters), numbers beside the options by key, and what is below.

    `heading` stands above the numbers.
    """

    finding: str
    heading: str
    measured: Mapping[str, Measured]
    panel: Panel
    below: Panel | None = None

    def about(self, options: Collection[str]) -> Drawing:
        """The same without the curves of options that a poll does not ask about; with all where it asks about none."""
        if not isinstance(self.panel, Curves):
            return self
        kept = [curve for curve in self.panel.curves if curve.option is None or curve.option in options]
        return replace(self, panel=replace(self.panel, curves=kept)) if kept else self
