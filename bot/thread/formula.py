"""LaTeX into a picture that can be read on a phone: dark on white, at most 1200 pixels wide."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from bot.thread import drawing
from bot.thread.tex.scan import Fault
from bot.thread.tex.tree import TexError, tree
from bot.thread.worded import worded

SIZE, WIDTH, MARGIN = 56, 1200, 48  # pixels; a long formula shrinks, a short one is not stretched
SLIMMEST = 4  # width to height at most, either way: a thin strip shows as nothing in a chat
READABLE = 2.5  # a formula this many times wider than the picture becomes too small for a phone
LONGEST = 3  # heights of a picture to its width, at most
BLANK = 2  # the height of a picture with nothing in it; a negative one comes of an empty row
INK, PAPER = "#1b1f24", "#ffffff"
HEADER = re.compile(r'<svg ([^>]*?)width="(-?[\d.]+)" height="(-?[\d.]+)"')
TOO_LONG = worded("the formula is too long to be read on a phone: break it, or make several formulas of it")
EMPTY = worded("the formula cannot be drawn: it is empty, or has an empty row (write \\quad into it)")


def draw(latex: str) -> bytes:
    """A PNG with the formula in the middle."""
    import resvg_py

    from bot.thread import typeface

    svg = _svg(latex)
    wide, high = _size(svg)
    scale = min(1.0, (WIDTH - 2 * MARGIN) / wide)
    wide, high = wide * scale, high * scale
    page_wide, page_high = _page(wide, high)
    at = f'x="{(page_wide - wide) / 2}" y="{(page_high - high) / 2}" width="{wide}" height="{high}"'
    inner = HEADER.sub(rf"<svg \1{at}", svg, count=1)
    page = f'<svg xmlns="http://www.w3.org/2000/svg" width="{page_wide}" height="{page_high}">{inner}</svg>'
    fonts = typeface.paths() if "<text" in svg else []
    return bytes(resvg_py.svg_to_bytes(svg_string=page, background=PAPER, font_files=fonts, skip_system_fonts=True))


def faults(latex: str) -> tuple[Fault, ...]:
    """What keeps a formula from being drawn as it is meant, each with its place; drawing forgives too much."""
    try:
        wide, high = _size(_svg(latex))
    except TexError as error:
        return error.faults
    if high <= BLANK or wide <= BLANK:
        return (Fault(0, EMPTY),)
    if wide > READABLE * WIDTH or high > LONGEST * WIDTH:
        return (Fault(0, TOO_LONG),)
    return ()


def _size(svg: str) -> tuple[float, float]:
    header = HEADER.search(svg)
    assert header, "ziamath states the size of every picture"
    return float(header[2]), float(header[3])


@lru_cache(maxsize=64)  # checked and then drawn
def _svg(latex: str) -> str:
    made = tree(latex, block=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library finds its fonts in an old way
        from bot.thread import typeface, typeset
    if any(element.get("columnlines") for element in made.iter()):
        raise TexError(
            Fault(latex.find("|"), worded("the lines of an array are not drawn: leave | out of its columns"))
        )
    try:
        drawn = typeset.svg(made, size=SIZE, ink=INK)
        drawing.check(drawn)
    except typeset.TooMuchError as error:
        raise TexError(Fault(0, TOO_LONG)) from error
    except typeface.NoGlyphError as error:
        code, where = f"U+{ord(error.sign):04X}", max(0, latex.find(error.sign))
        message = worded(
            "{sign} ({code}) is in no font of formulas: write it in the text around the formula",
            sign=error.sign,
            code=code,
        )
        raise TexError(Fault(where, message)) from error
    except Exception as error:  # the library raises bare errors of many kinds, all about the formula
        message = worded(
            "the formula cannot be drawn: a part of it is more than the drawing knows ({error}), write it otherwise",
            error=error,
        )
        raise TexError(Fault(0, message)) from error
    return drawn


def _page(wide: float, high: float) -> tuple[float, float]:
    wide, high = wide + 2 * MARGIN, high + 2 * MARGIN
    return max(wide, high / SLIMMEST), max(high, wide / SLIMMEST)
