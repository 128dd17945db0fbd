"""Blocks that Telegram would not show as they are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from rich.cells import cell_len

from bot.errors import Problem
from bot.thread import markup, table
from bot.thread.reader.source import Section
from bot.thread.reader.unseen import no_html
from bot.thread.worded import worded

DEEPEST = 18  # from level 20 on, markdown-it drops what it reads; a list and its item are two
WIDEST = 40  # columns of a table that a phone shows in one line, about
ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s*(?:\[|\()|\s*(?:[-*+•]|\d+[.)])\s", re.MULTILINE)
CELLS = re.compile(r"(?<!\\)\|")


def problems(section: Section, tokens: Sequence[Token]) -> Iterator[Problem]:
    """Of one block, whatever stands inside of it."""
    quotes = 0
    for place, token in enumerate(tokens):
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        start, end = token.map or (0, 0)
        for needle, message in _wrong(token, tokens[place + 1 : place + 2], quotes):
            yield Problem(*section.find(needle, start), message)
        if token.type == "table_open":
            yield from _table(section, tokens[place:], start, end)


def _wrong(token: Token, after: Sequence[Token], quotes: int) -> Iterator[tuple[str, str]]:
    """What to look for in a block's lines, and a message."""
    if token.type == "html_block" and (shown := markup.uncommented(token.content).strip()):
        yield shown, no_html(shown)
    if token.type == "math_block" and token.level:
        yield "$$", worded("no formula in a list or quote: put $$ at the start of a line")
    if token.type == "blockquote_open" and quotes == 2:
        yield ">", worded("a quote in a quote: Telegram has none, take one > away")
    if token.level == DEEPEST and token.nesting > 0:
        yield "", worded("lists and quotes in more than nine others: the text in them would be left out")
    if token.type == "code_block" and ITEM.match(token.content):
        mend = worded("take the spaces in front of it away; code stands in a ``` fence")
        yield token.content, worded("four spaces make code of this list: {mend}", mend=mend)
    if token.type in ("fence", "code_block") and not token.content.strip():
        yield token.markup, worded("this code block is empty")
    if token.type == "heading_open" and not after[0].content:
        yield token.markup, worded("this heading is empty")


def _table(section: Section, tokens: Sequence[Token], start: int, end: int) -> Iterator[Problem]:
    """Cells beyond the heading's would vanish, and what is wider than a phone breaks its lines."""
    close = next(place for place, token in enumerate(tokens) if token.type == "table_close")
    count = sum(token.type == "th_open" for token in tokens[:close])
    for number in range(start + 2, end):
        line = section.lines[number]
        bars = [found.start() for found in CELLS.finditer(line.rstrip().removesuffix("|"))]
        inner = bars[1:] if bars and not line[: bars[0]].strip(" >") else bars
        if len(inner) >= count:
            column = inner[count - 1] + 1
            message = worded(
                "more cells than the heading has ({count}): they would vanish; write \\| for a bar in a text",
                count=count,
            )
            yield Problem(section.first + number, column, message)
    widest = max(cell_len(line) for run in table.runs(tokens[:close], ()) for line in run.text.split("\n"))
    if widest > WIDEST:
        message = worded(
            "the table is {widest} signs wide: phones break lines of more than about {most}", widest=widest, most=WIDEST
        )
        yield Problem(*section.find("", start), message, "warning")
