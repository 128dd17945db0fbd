"""A tree of MathML as ziamath draws it well, and in bounded time."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element

from ziamath import operators
from ziamath.nodes.mrow import Mrow
from ziamath.zmath import Math

from bot.thread import typeface
from bot.thread.tex import letters

MOST = 1_000  # signs that are set, those counted again that are measured before they are set
STRETCHY = frozenset(name for (name, _), how in operators.operators.items() if how.get("stretchy", "false") != "false")
ROWS = frozenset({"mrow", "mtd", "mpadded", "mphantom", "mtable", "mtr"})
MEASURED = frozenset({"mpadded", "mphantom"})  # rows whose signs are always measured
LEAVES = frozenset({"mi", "mo", "mn", "mtext"})
RIGID = frozenset("↑↓⟨⟩")  # stretched in MathML, not in TeX
SCRIPTED = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})
THIN = "0.167em"
WIDE = {"^": "\u0302", "~": "\u0303"}  # accents that grow with what they stand over


class TooMuchError(ValueError):
    """More than a picture can show."""


class Row(Mrow, tag="mrow"):  # this class is now the library's row
    """
    A row that measures its signs beforehand only if one of them grows with the others.

    Measured each time, what stands within n braces would be set 2ⁿ times.
    """

    def _get_height_nostretch(self, line: list[Element], **how: object) -> tuple[float, float]:
        if any(_grows(child) for child in line):
            return super()._get_height_nostretch(line, **how)
        return 0, 0


def svg(tree: Element, *, size: int, ink: str) -> str:
    """The formula as an SVG; or TooMuchError, NoGlyphError."""
    _dress(tree)
    if (work := _work(tree)) > MOST:
        raise TooMuchError(f"{work:,} signs")
    tree.attrib.pop("xmlns", None)  # without it, ziamath knows its tags
    tree.set("mathcolor", ink)
    return str(Math(tree, size=size, font=typeface.register()).svg())


def _work(element: Element, times: int = 1) -> int:
    """How many signs are set: those of a row that measures count twice at each depth."""
    if element.tag in ROWS and (element.tag in MEASURED or any(_grows(child) for child in element)):
        times *= 2
    own = len(element.text or "") * times if element.tag in LEAVES else 0
    return own + sum(_work(child, times) for child in element)


def _grows(element: Element) -> bool:
    """Does it grow with the row that it stands in? What stands in a row of its own grows with that."""
    if element.tag in LEAVES:
        stretchy = element.get("stretchy", "true" if element.text in STRETCHY else "false")
        return element.tag in ("mo", "mi") and stretchy != "false"
    return element.tag not in ROWS and any(_grows(child) for child in element)


def _dress(element: Element) -> None:
    """What latex2mathml writes and ziamath draws otherwise than TeX."""
    for child in element:
        _dress(child)
    if element.tag in LEAVES and element.text:
        _dress_leaf(element, element.text)
    if element.get("rowspacing") == "3pt":
        element.set("rowspacing", "0.5em")  # air between the rows of `aligned`
    if (spacing := element.get("columnspacing", "")).startswith("0em 2em"):
        element.set("columnspacing", spacing.replace("2em", "0.3em"))
    for left, right in pairwise(list(element) if element.tag in ROWS else []):
        if (_word(left) and right.tag != "mo") or (_word(right) and left.tag != "mo"):
            element.insert(list(element).index(right), Element("mspace", width=THIN))


def _dress_leaf(leaf: Element, text: str) -> None:
    if text in RIGID:
        leaf.set("stretchy", "false")
    if leaf.tag == "mo" and text == "∂":
        leaf.tag, text = "mi", "𝜕"  # no gap after it
    if leaf.tag == "mo" and "stretchy" not in leaf.attrib:
        text = WIDE.get(text, text)
    if leaf.get("mathvariant", "") in letters.STYLES:  # ziamath knows few, and slants bold letters
        text = letters.styled(text, leaf.attrib.pop("mathvariant"))
        leaf.set("mathvariant", "normal")
    leaf.text = typeface.lent(text)


def _word(element: Element) -> bool:
    """Is it an operator of letters, as argmax, with its limits or without?"""
    while element.tag in SCRIPTED and len(element):
        element = element[0]
    return element.tag == "mo" and len(element.text or "") > 1 and (element.text or "").replace(" ", "").isalpha()
