"""
Text for a terminal, or a log that somebody reads in one: what would command it is shown by its code.

An escape of its own paints, moves and overwrites; a mark of direction turns a line round. As JSON writes it, so that
JSON stays JSON. Lines and tabs stay; in `one_line` they are codes as well, where a line is to begin with our words.
"""

from __future__ import annotations

import json
import re

COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
BREAKING = re.compile(r"[\t\n]")


def plain(text: str) -> str:
    return COMMANDING.sub(_code, text)


def one_line(text: str) -> str:
    return BREAKING.sub(_code, plain(text))


def _code(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else r"\u007f"
