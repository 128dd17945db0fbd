"""
The border before resvg, which reads files that an SVG names: only shapes and letters pass.

Whatever a formula's library writes, and whatever an author makes it write.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset({"svg", "symbol", "use", "g", "path", "rect", "circle", "ellipse", "text"})
SIZES = {"x", "y", "width", "height", "viewBox", "d", "id", "cx", "cy", "r", "rx", "ry", "transform"}
LOOKS = {"fill", "stroke", "stroke-width", "font-size", "font-family", "text-anchor"}
WITHIN = re.compile(r"#[\w.-]+")  # of the drawing itself
NAMES = re.compile(r"url|:|//", re.IGNORECASE)  # whatever could name something outside


class ForeignError(ValueError):
    """A drawing holds what no formula needs."""


def check(svg: str) -> None:
    """Raises `ForeignError`."""
    try:
        root = ET.fromstring(svg)  # noqa: S314 what is drawn has no DOCTYPE, nor can an author write one
    except ET.ParseError as error:
        raise ForeignError(f"the drawing is no XML: {error}") from error
    for element in root.iter():
        if element.tag.removeprefix(SVG) not in SHAPES:
            raise ForeignError(f"the drawing holds an element {element.tag}")
        for name, value in element.attrib.items():
            _check(name, value)


def _check(name: str, value: str) -> None:
    if not (WITHIN.fullmatch(value) if name == "href" else name in SIZES | LOOKS and not NAMES.search(value)):
        raise ForeignError(f"the drawing holds an attribute {name}={value!r}")
