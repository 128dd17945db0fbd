"""
The house style of pictures: a portrait page for a phone, 8 inches wide, laid out from the top in inches.

Titles state the finding, labels stand at what they name, nothing is under 14 points. The page grows with its content:
`Page.finish` sets the height, and everything placed before follows. No pyplot: a worker has no window.
"""

from __future__ import annotations

import io
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text as Words
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

from experiments.pictures.chart import INK
from experiments.pictures.fonts import DPI, families, line_height, text_width
from experiments.pictures.glyphs import clusters

STYLE = Path(__file__).with_name("style.mplstyle")

WIDTH, MARGIN = 8.0, 0.5
RIGHT = WIDTH - MARGIN
TITLE, TEXT, SMALL = 22.0, 17.0, 15.0
COLOURS = 128
WHITE = 0xFFFFFFFF  # all four bytes of a pixel

Align = Literal["left", "center", "right"]


class Page:
    """A figure that is written from the top; `y` is how far down the next thing stands, in inches."""

    def __init__(self, dpi: int = DPI) -> None:
        self.figure = Figure(figsize=(WIDTH, 9), dpi=dpi)
        self.canvas = FigureCanvasAgg(self.figure)
        self.y = 0.36
        self._place = Affine2D()  # inches from the top left -> inches from the bottom left, known when the page ends
        self._panels: list[tuple[Axes, tuple[float, float, float, float]]] = []

    def write(  # noqa: PLR0913 a line of text has this many properties
        self,
        text: str,
        x: float,
        y: float,
        size: float = TEXT,
        *,
        colour: str = INK,
        bold: bool = False,
        align: Align = "left",
        middle: bool = False,
    ) -> Words:
        """One line; `y` is its top, or its middle. A dollar sign is a dollar sign, not maths."""
        return self.figure.text(
            x, y, text, transform=self._place + self.figure.dpi_scale_trans, fontsize=size, color=colour, ha=align,
            va="center_baseline" if middle else "top", family=families(text), fontweight="bold" if bold else "normal",
            parse_math=False,
        )  # fmt: skip

    def line(self, text: str, size: float = TEXT, *, colour: str = INK, bold: bool = False) -> None:
        """One line at the left margin; moves `y` below it."""
        self.write(text, MARGIN, self.y, size, colour=colour, bold=bold)
        self.y += line_height(text, size, bold=bold)

    def paragraph(
        self,
        text: str,
        size: float = TEXT,
        *,
        width: float = RIGHT - MARGIN,
        colour: str = INK,
        bold: bool = False,
        lines: int = 99,
    ) -> None:
        """Wrapped text at the left margin; moves `y` below it."""
        for line in wrap(text, size, width, bold=bold, lines=lines):
            self.line(line.removesuffix(" ·"), size, colour=colour, bold=bold)

    def box(  # noqa: PLR0913 four of them are the box
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        edge: str = "none",
        radius: float = 0.06,
        alpha: float = 1.0,
        line: float = 0,
        below: bool = False,
    ) -> None:
        """A filled box with round corners, `y` being its top; `below` puts it behind all that stands there."""
        shape = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
        patch = FancyBboxPatch(
            (x, y), width, height, boxstyle=shape, facecolor=colour, edgecolor=edge, linewidth=line, alpha=alpha,
            transform=self._place + self.figure.dpi_scale_trans, zorder=0 if below else 1,
        )  # fmt: skip
        self.figure.add_artist(patch)

    def panel(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes whose top left corner stands at (x, y)."""
        axes = self.figure.add_axes((0, 0, 1, 1), label=str(len(self._panels)))
        self._panels.append((axes, (x, y, width, height)))
        return axes

    def finish(self, height: float) -> Figure:
        """The figure, now that its height is known."""
        self.figure.set_size_inches(WIDTH, height)
        self._place.clear().scale(1, -1).translate(0, height)
        for axes, (x, y, w, h) in self._panels:
            axes.set_position((x / WIDTH, 1 - (y + h) / height, w / WIDTH, h / height))
        return self.figure


@contextmanager
def house_style() -> Iterator[None]:
    """Every picture is laid out and drawn inside of this, whatever the user's own matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        style.use(STYLE)
        yield


def png(figure: Figure) -> bytes:
    """The picture as a PNG of 128 colours: a third of the size, and lossless to the eye."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with house_style():
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    _few_colours(pixels.view(np.uint32)[..., 0]).save(out, "PNG")
    return out.getvalue()


def _few_colours(pixels: NDArray[np.uint32]) -> Image.Image:
    """White is entry 0 of the palette; the others are found without it, for it is four fifths of a page."""
    inked = pixels != WHITE
    strip = Image.fromarray(pixels[inked].view(np.uint8).reshape(1, -1, 4)).convert("RGB")
    strip = strip.quantize(COLOURS - 1, dither=Image.Dither.NONE)
    entries = np.zeros(pixels.shape, np.uint8)
    entries[inked] = np.asarray(strip)[0] + 1
    image = Image.fromarray(entries)
    image.putpalette([255, 255, 255, *(strip.getpalette() or [])][: 3 * COLOURS])
    return image


def wrap(text: str, size: float, width: float, *, bold: bool = False, lines: int = 99) -> list[str]:
    """Lines no wider than `width` inches; a word wider than that is cut into pieces, lines past `lines` end in …"""
    out = [""]
    for word in text.split(" "):
        for piece in _pieces(word, size, width, bold=bold):
            longer = f"{out[-1]} {piece}".strip(" ")
            if text_width(longer, size, bold=bold) <= width:
                out[-1] = longer
            else:
                out.append(piece)
    out = [line for line in out if line]
    return out if len(out) <= lines else [*out[: lines - 1], _ended(out[lines - 1], size, width, bold=bold)]


def _pieces(word: str, size: float, width: float, *, bold: bool) -> Iterator[str]:
    signs = list(clusters(word))
    while text_width("".join(signs), size, bold=bold) > width and len(signs) > 1:
        counts = range(2, len(signs))
        fits = 1 + bisect(counts, width, key=lambda n: text_width("".join(signs[:n]), size, bold=bold))
        yield "".join(signs[:fits])
        signs = signs[fits:]
    yield "".join(signs)


def _ended(line: str, size: float, width: float, *, bold: bool) -> str:
    signs = list(clusters(line))
    while signs and text_width(f"{''.join(signs)}…", size, bold=bold) > width:
        signs.pop()
    return f"{''.join(signs).rstrip()}…"
