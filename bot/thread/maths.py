"""A formula within a sentence, in Unicode."""

from __future__ import annotations

import re

from telegramify_markdown.latex_escape.helper import LatexToUnicodeHelper


def in_line(latex: str) -> str:
    """A command that has no sign stays as it is."""
    return str(LatexToUnicodeHelper().convert(latex))  # type: ignore[no-untyped-call]


def unshown(latex: str) -> list[tuple[int, str]]:
    """What has no form within a sentence: its place in `latex`, and what it is."""
    return [(0, found[0]) for found in re.finditer(r"\\[a-zA-Z]+", in_line(latex))]
