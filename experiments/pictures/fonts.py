"""
The fonts of pictures: DejaVu Sans, and what draws the signs that it has not. How wide and how high a line is in them.

A text that DejaVu cannot draw alone gets others too; matplotlib shapes it: whole emoji, scripts from right to left.

By hand, when a font has changed: python -m experiments.pictures.fonts > experiments/pictures/glyphs.txt
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontEntry, FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import FT2Font

from experiments.pictures import glyphs

LINE = 1.28 / 72  # inches of a line for each point of its size
AIR = 0.06 / 72  # at least, between what is drawn of two lines
DPI = 200
WITH_EMOJI = 2  # fonts
SCRIPTS = [
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada",
    "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai",
]  # fmt: skip


def sources() -> dict[str, tuple[Path, ...]]:
    """Each font's files by its name here: one for each weight, or one for both; whoever has a sign first draws it."""
    own, noto = Path(mpl.get_data_path()) / "fonts/ttf", Path(str(files("manimgx_fonts")))
    east = Path(str(files("noto_cjk_sans_jp_regular"))) / "NotoSansCJKjp-Regular.otf"
    return {
        "DejaVuSans": (own / "DejaVuSans.ttf", own / "DejaVuSans-Bold.ttf"),
        "NotoEmoji": (noto / "NotoEmoji[wght].ttf",),
        "NotoSans": (noto / "NotoSans[wght].ttf",),
        "NotoSansSymbols": (noto / "NotoSansSymbols[wght].ttf",),
        "STIX": (own / "STIXGeneral.ttf",),
        "NotoSansCJK": (east,),
        **{f"NotoSans{script}": (noto / f"NotoSans{script}[wght].ttf",) for script in SCRIPTS},
    }


@cache
def _registered() -> list[str]:
    """Their names in matplotlib, which no font of the machine has."""
    for name, paths in sources().items():
        for weight, path in ((400, paths[0]), (700, paths[-1])):
            fontManager.ttflist.append(FontEntry(fname=str(path), name=f"pollbot-{name}", weight=weight))
    return [f"pollbot-{name}" for name in sources()]


def families(text: str) -> list[str]:
    """The fonts of a text, as matplotlib calls them: few different sets, since each of them keeps its files open."""
    reach = glyphs.reach(text)
    return _registered()[: reach if reach <= WITH_EMOJI else None]


@cache
def _files(count: int, *, bold: bool) -> list[str]:
    weight = "bold" if bold else "normal"
    return [findfont(FontProperties(family=name, weight=weight)) for name in _registered()[:count]]


def _set(text: str, size: float, *, bold: bool, dpi: int) -> FT2Font:
    font = get_font(_files(len(families(text)), bold=bold))
    font.set_size(size, dpi)
    font.set_text(text, 0)
    return font


@cache
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is, in inches."""
    return float(_set(text, size, bold=bold, dpi=72).get_width_height()[0]) / 64 / 72


@cache
def line_height(text: str, size: float, *, bold: bool = False) -> float:
    """How far below it the next line stands, in inches: more than usual where marks are stacked."""
    if glyphs.reach(text) == 1 and not any(unicodedata.combining(sign) for sign in text):
        return size * LINE
    rise = depth = 0.0
    for part in ("lp", text):  # as matplotlib finds the top of a line
        font = _set(part, size, bold=bold, dpi=DPI)
        below = font.get_descent()
        rise, depth = max(rise, font.get_width_height()[1] - below), max(depth, below)
    return max(size * LINE, (rise + depth) / 64 / DPI + size * AIR)


def look(text: str) -> bytes:
    """What is seen of a text; empty for nothing. Two texts of one look cannot be told apart."""
    font = _set(text, 24, bold=False, dpi=72)
    font.draw_glyphs_to_bitmap()
    image = np.asarray(font.get_image())
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return b""
    seen = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return bytes(f"{seen.shape}", "ascii") + seen.tobytes()


def table() -> Iterator[str]:
    """The lines of `glyphs.txt`: of a font with two weights, what both have."""
    for name, paths in sources().items():
        codes = sorted(set.intersection(*(set(FT2Font(path).get_charmap()) for path in paths)))
        gaps = [-1, *(at for at, (one, two) in enumerate(pairwise(codes)) if two > one + 1), len(codes) - 1]
        spans = ((codes[before + 1], codes[last]) for before, last in pairwise(gaps))
        yield " ".join([name, *(f"{first:x}-{last:x}" if last > first else f"{first:x}" for first, last in spans)])


if __name__ == "__main__":
    print(*table(), sep="\n")
