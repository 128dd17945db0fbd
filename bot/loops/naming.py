"""By what people know things: a post by its first words."""

from __future__ import annotations

import re

from bot.errors import UnreadableError
from bot.store import content

SHOWN = 40  # characters of a post's first words
MARKS = re.compile(r"[*_`#>|]+|!\[[^\]]*\]|\$\$")


def first_words(stored: str | None) -> str:
    """What a post begins with, in one line and quotes; of one that cannot be read a question mark."""
    if stored is None:
        return "?"
    try:
        said = content.understood(stored)
    except UnreadableError:
        return "?"
    first = said.poll.question if said.poll else said.text
    return f"«{short(' '.join(MARKS.sub(' ', first).split()))}»"


def short(line: str, most: int = SHOWN) -> str:
    """As much of a line as there is room for."""
    return line if len(line) <= most else line[: most - 1] + "…"
