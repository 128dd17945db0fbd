"""The one reader of Markdown. Tokens are markdown-it's; docs/dialect.md shows what becomes of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.thread.dialect import dollars, marks, placed


@cache
def parser() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"store_labels": True}).enable(["strikethrough", "table"])
    return found.use(placed.plugin).use(dollars.plugin).use(marks.plugin)


def siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Each token without a parent here, with all that it holds: blocks, items, or what stands within a line."""
    begin = depth = 0
    for at, token in enumerate(tokens):
        depth += token.nesting
        if not depth:
            yield tokens[begin : at + 1]
            begin = at + 1
