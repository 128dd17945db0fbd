"""LaTeX into a picture that can be read on a phone: dark on white, at most 1200 pixels wide."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

SIZE, WIDTH, MARGIN = 56, 1200, 48  # pixels; a long formula shrinks, a short one is not stretched
SLIMMEST = 4  # width to height at most, either way: a thin strip shows as nothing in a chat
READABLE = 2.5  # a formula this many times wider than the picture becomes too small for a phone
LONGEST = 3  # heights of a picture to its width, at most
BLANK = 2  # the height of a picture with nothing in it; a negative one comes of an empty row
INK, PAPER = "#1b1f24", "#ffffff"
MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix")
ENVIRONMENTS = ("aligned", "align*", "align", "array", "cases", "split", *MATRICES)
HEADER = re.compile(r'<svg ([^>]*?)width="(-?[\d.]+)" height="(-?[\d.]+)"')
NICER = {  # in MathML: no gap after a slanted ∂, and air between the rows of `aligned`
    "<mo>&#x02202;</mo>": "<mi>&#x1D715;</mi>",
    'rowspacing="3pt"': 'rowspacing="0.5em"',
}
MEANING = {
    "NoAvailableTokensError": "there is nothing to draw",
    "MissingSuperScriptOrSubscriptError": "nothing follows ^ or _",
    "ExtraLeftOrMissingRightError": r"\left and \right do not match",
    "DoubleSuperscriptsError": "two ^ in a row: put braces, as in {x^2}^3",
    "DoubleSubscriptsError": "two _ in a row: put braces, as in {x_1}_2",
    "MissingEndError": r"\begin{…} has no matching \end{…}",
    "AssertionError": "an argument is missing, or a matrix needs braces around it to have an exponent",
    "ParseError": r"& stands outside of an environment such as \begin{aligned}",
}


def draw(latex: str) -> bytes:
    """A PNG with the formula in the middle."""
    import resvg_py

    svg = _svg(latex)
    wide, high = _size(svg)
    scale = min(1.0, (WIDTH - 2 * MARGIN) / wide)
    wide, high = wide * scale, high * scale
    page_wide, page_high = _page(wide, high)
    at = f'x="{(page_wide - wide) / 2}" y="{(page_high - high) / 2}" width="{wide}" height="{high}"'
    inner = HEADER.sub(rf"<svg \1{at}", svg, count=1)
    page = f'<svg xmlns="http://www.w3.org/2000/svg" width="{page_wide}" height="{page_high}">{inner}</svg>'
    return bytes(resvg_py.svg_to_bytes(svg_string=page, background=PAPER))


def problems(latex: str) -> list[str]:
    """What keeps a formula from being drawn as it is meant; the drawing itself forgives too much."""
    found = list(_misspelt(latex))
    if found:
        return found
    try:
        wide, high = _size(_svg(latex))
    except Exception as error:  # noqa: BLE001  # the library raises bare errors of many kinds, all about the formula
        name = type(error).__name__
        return [f"the formula cannot be drawn: {MEANING.get(name, name)}"]
    if high <= BLANK:
        return ["the formula cannot be drawn: it is empty, or has an empty row (write \\quad into it)"]
    if wide > READABLE * WIDTH or high > LONGEST * WIDTH:
        return ["the formula is too long to be read on a phone: break it, or make several formulas of it"]
    return []


def _size(svg: str) -> tuple[float, float]:
    header = HEADER.search(svg)
    assert header, "ziamath states the size of every picture"
    return float(header[2]), float(header[3])


def _misspelt(latex: str) -> Iterator[str]:
    """Unknown commands and environments, and braces that do not pair: all would be drawn as if nothing were wrong."""
    from latex2mathml.converter import convert

    bare = re.sub(r"\\[{}\\]", "", latex)
    if bare.count("{") != bare.count("}"):
        yield f"{bare.count('{')} opening and {bare.count('}')} closing braces: each {{ needs its }}"
        return
    for name in re.findall(r"\\begin\s*\{([^}]*)\}", latex):
        if name not in ENVIRONMENTS:
            yield f"unknown environment {name!r}: allowed are {', '.join(ENVIRONMENTS)}"
    if "$" in latex.replace(r"\$", ""):
        yield "a $ inside of a formula: the formula itself stands between $$ and $$"
    try:
        markup = convert(latex)
    except Exception:  # noqa: BLE001  # drawing it raises the same, and `problems` tells it
        return
    for name in dict.fromkeys(re.findall(r"<m[io][^>]*>(\\[^<]+)<", markup)):
        yield f"unknown command {name}: it would be drawn as text"


def _svg(latex: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library finds its fonts in an old way
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

        plain = latex.replace("{align}", "{aligned}")  # which numbers its rows
        markup = tex2mml(plain).replace("<math ", f'<math mathcolor="{INK}" ', 1)
        for drawn, better in NICER.items():
            markup = markup.replace(drawn, better)
        return str(Math(markup, size=SIZE).svg())


def _page(wide: float, high: float) -> tuple[float, float]:
    wide, high = wide + 2 * MARGIN, high + 2 * MARGIN
    return max(wide, high / SLIMMEST), max(high, wide / SLIMMEST)
