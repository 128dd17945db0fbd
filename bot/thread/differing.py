"""Two versions of a post, as its author reads them: the lines that differ."""

from __future__ import annotations

import difflib

from bot.thread import writer
from bot.thread.model import Post, Thread


def lines(before: Post, after: Post) -> list[str]:
    """With two lines around each, as `diff -u` has them; none where only what a picture shows is another."""
    found = difflib.unified_diff(_lines(before), _lines(after), "before", "after", lineterm="", n=2)
    return list(found)[2:]


def _lines(post: Post) -> list[str]:
    return writer.written(Thread(title="", posts=(post,))).split("---\n", 2)[2].splitlines()
