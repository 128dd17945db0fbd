"""Where in a section the signs of its inline tokens stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from markdown_it.token import Token

from bot.thread.dialect.placed import at
from bot.thread.reader.source import Section

TAG = re.compile(r"<([a-zA-Z][\w-]*)")
SHADOW = {"softbreak": "\n", "hardbreak": "\n"}
OTHER = "\ufffc"  # stands for whatever is no plain text


@dataclass(frozen=True)
class Line:
    """The inline text of a paragraph, heading or cell: its tokens, and where each of its source's lines begins."""

    tokens: Sequence[Token]
    source: str
    begins: Sequence[tuple[int, int]]  # line of the file and column, both from 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a sign of `source`."""
        number = bisect_right(self._starts, offset) - 1
        line, column = self.begins[number]
        return line, column + offset - self._starts[number]

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.source))]

    @cached_property
    def opened(self) -> frozenset[str]:
        """The names of HTML's tags that begin in it."""
        tags = (TAG.match(token.content) for token in self.tokens if token.type == "html_inline")
        return frozenset(tag[1] for tag in tags if tag)

    def shadow(self) -> tuple[str, list[int]]:
        """The plain text alone, all else as one sign a piece, and where each sign stands in `source`."""
        text: list[str] = []
        offsets: list[int] = []
        for token in self.tokens:
            plain = token.type == "text" or token.content == token.markup != ""  # a \ before a letter escapes nothing
            piece = token.content if plain else SHADOW.get(token.type, OTHER)
            text.append(piece)
            offsets.extend(range(at(token), at(token) + len(piece)))
        return "".join(text), offsets


def lines(section: Section, tokens: Sequence[Token]) -> Iterator[Line]:
    """Every inline text of a block."""
    last = (0, 0)  # number of a line, and the column where the cell before ended
    for token in tokens:
        if token.type == "inline" and token.map and token.content:
            begins = []
            for number, text in enumerate(token.content.split("\n"), token.map[0]):
                source = section.lines[number] if number < len(section.lines) else ""
                start = last[1] if last[0] == number else 0
                found = source.find(text.strip(), start)
                column = found - (len(text) - len(text.lstrip())) if found >= 0 else start
                last = (number, max(column, 0) + len(text))
                begins.append((section.first + number, max(column, 0) + 1))
            yield Line(token.children or [], token.content, begins)


def target(token: Token) -> str:
    """The address of a link or picture as the author wrote it: markdown-it writes letters that are not ASCII in %."""
    return unquote(str(token.attrGet("src") or token.attrGet("href") or ""))
