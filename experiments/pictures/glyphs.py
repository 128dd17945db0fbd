"""
What pictures have glyphs for, told without the fonts: a thread is checked where nothing is drawn.

`glyphs.txt` has a line for each font: its name, then its characters. `python -m experiments.pictures.fonts` writes it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("glyphs.txt")
MARKS = 4  # that a letter keeps one upon the other: no language needs more, and a heap of them pushes lines apart
JOINER = "\u200d"
TONES = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one sign: a letter with its marks, a whole emoji, the two letters of a flag."""
    cluster = ""
    for sign in text:
        if cluster and not _goes_on(cluster, sign):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


def _goes_on(cluster: str, sign: str) -> bool:
    if ord(sign) in FLAGS:
        return len(cluster) == 1 and ord(cluster) in FLAGS
    joined = cluster[-1] == JOINER and unicodedata.category(sign) in ("So", "Sm")
    return joined or _unseen(sign) or ord(sign) in TONES or unicodedata.category(sign).startswith("M")


def _unseen(sign: str) -> bool:
    """Joiners, variation selectors, tags, directions: they shape what is around them, and have no glyph."""
    return unicodedata.category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F


@cache
def _fonts() -> dict[str, frozenset[int]]:
    lines = (line.split() for line in TABLE.read_text().splitlines())
    return {name: frozenset(_codes(ranges)) for name, *ranges in lines}


def _codes(ranges: Iterable[str]) -> Iterator[int]:
    for first, _, last in (part.partition("-") for part in ranges):
        yield from range(int(first, 16), int(last or first, 16) + 1)


@cache
def _first(cluster: str) -> int | None:
    """Which font, counted from 1, is the first that draws all of it."""
    codes = {ord(sign) for sign in cluster if not _unseen(sign)}
    return next((number for number, has in enumerate(_fonts().values(), 1) if codes <= has), None)


def reach(text: str) -> int:
    """How many fonts a text needs, from the house's own on, so that each of its signs is drawn."""
    return max((_first(sign) or len(_fonts()) for sign in clusters(text)), default=1)


def undrawn(text: str) -> list[str]:
    """What of it no font can draw, each sign once."""
    return list(dict.fromkeys(sign for sign in clusters(" ".join(text.split())) if not _first(sign)))


def printable(text: str) -> str:
    """The text in one line without what is not drawn. It may be empty."""
    kept = (_lean(sign) if _first(sign) else " " for sign in clusters(" ".join(text.split())))
    return " ".join("".join(kept).split())


def _lean(cluster: str) -> str:
    marks = 0
    kept = ""
    for sign in cluster:
        marks += unicodedata.category(sign) in ("Mn", "Me")
        kept += sign if marks <= MARKS or unicodedata.category(sign) not in ("Mn", "Me") else ""
    return kept
