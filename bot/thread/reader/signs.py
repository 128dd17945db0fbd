"""Signs of a poll for which the picture of its reveal has no glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bot.errors import Problem
from bot.thread.reader.source import Section
from bot.thread.worded import worded
from experiments.pictures import glyphs


def undrawn(section: Section, text: str, line: int) -> Iterator[Problem]:
    """A warning for each; `line` of the section (from 0) is where the text begins."""
    for sign in glyphs.undrawn(text):
        codes = ", ".join(f"U+{ord(part):04X} {unicodedata.name(part, '')}".strip() for part in sign)
        message = worded(
            "the picture of a reveal has no glyph for {sign!r} ({codes}) and leaves it out: write another sign",
            sign=sign,
            codes=codes,
        )
        yield Problem(*section.find(sign, line), message, "warning")
