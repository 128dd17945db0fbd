"""The one reader of Markdown. Tokens are markdown-it's; docs/dialect.md shows what becomes of each."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

from bot.thread.dialect import dollars, marks, placed


@cache
def parser() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"store_labels": True}).enable(["strikethrough", "table"])
    return found.use(placed.plugin).use(dollars.plugin).use(marks.plugin)
