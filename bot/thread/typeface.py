"""The letters of pictures of formulas: STIX Two, and Noto for what it has not. A sign without a glyph is an error."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element

from PIL import ImageFont
from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziamath.mathfont import MathFont
from ziamath.styles import MathVariant
from ziamath.zmath import fontname, loadedfonts

STIX = "STIX Two Math"
NAME = "pollbot"  # as ziamath knows the typeface
UNITS = 1000  # of a font, to an em
BORROWED = 0xF0000  # added to the code of a sign that Noto draws: then it is one of Unicode's private use
NOBODY = "\U0010ffff"  # which no font has: the glyph shown for it is that of a missing one


class NoGlyphError(LookupError):
    """No font here has this sign."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"no glyph for U+{ord(sign):04X}")
        self.sign = sign


class Borrowed(SimpleGlyph):
    """A glyph of another font: its size is known here, and resvg draws it, as text."""

    def __init__(self, sign: str, family: str, like: MathFont) -> None:
        font = _fonts()[family]
        left, top, right, bottom = font.getbbox(sign, anchor="ls")
        super().__init__(BORROWED + ord(sign), [], BBox(left, right, -bottom, -top), like)
        self.sign, self.family, self.width = sign, family, round(font.getlength(sign))

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:  # noqa: ARG002  # as the library calls it
        return self.width

    def place(self, x: float, y: float, point_size: float) -> Element:
        at = {"x": f"{x:.2f}", "y": f"{y:.2f}", "font-size": f"{point_size:.2f}", "font-family": self.family}
        text = Element("text", at)
        text.text = self.sign
        return text


class Typeface(MathFont):
    """STIX Two Math, which borrows."""

    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        if ord(char) >= BORROWED:
            sign = chr(ord(char) - BORROWED)
            return Borrowed(sign, _family(sign), self)
        glyph = super().findglyph(char, variant)
        if not glyph.index:
            raise NoGlyphError(char)
        return glyph

    def advance(self, glyph: int, glyph2: int | None) -> int:
        """How far to the next glyph; pairs of two fonts have no kerning."""
        return int(super().advance(glyph, None if (glyph2 or 0) >= BORROWED else glyph2))


def lent(text: str) -> str:
    """The text as this typeface draws it: if STIX lacks a letter of it, Noto draws all of it, in one hand."""
    if all(_draws(STIX, sign) for sign in text):
        return text
    return "".join(sign if sign.isspace() else _borrowed(sign) for sign in text)


def _borrowed(sign: str) -> str:
    if ord(sign) >= 0x10000 or not _family(sign):
        raise NoGlyphError(sign)
    return chr(BORROWED + ord(sign))


def register() -> str:
    """Make the typeface known to ziamath; by what name."""
    loadedfonts.setdefault(NAME, _typeface())
    return NAME


def paths() -> list[str]:
    """The files that resvg draws borrowed glyphs from."""
    return [str(path) for path in _paths().values()]


@cache
def _typeface() -> Typeface:
    return Typeface(fontname)


@cache
def _paths() -> dict[str, Path]:
    latin, east = Path(str(files("manimgx_fonts"))), Path(str(files("noto_cjk_sans_jp_regular")))
    return {
        STIX: Path(fontname),
        "Noto Sans": latin / "NotoSans[wght].ttf",
        "Noto Sans CJK JP": east / "NotoSansCJKjp-Regular.otf",
    }


@cache
def _fonts() -> dict[str, ImageFont.FreeTypeFont]:
    basic = ImageFont.Layout.BASIC  # one sign for itself
    return {family: ImageFont.truetype(str(path), UNITS, layout_engine=basic) for family, path in _paths().items()}


@cache
def _family(sign: str) -> str:
    """The first font that has a sign."""
    for family in _paths():
        if family != STIX and _draws(family, sign):
            return family
    raise NoGlyphError(sign)


@cache
def _draws(family: str, sign: str) -> bool:
    """Has a font this sign?"""
    return bytes(_fonts()[family].getmask(sign)) != _missing(family)


@cache
def _missing(family: str) -> bytes:
    return bytes(_fonts()[family].getmask(NOBODY))
