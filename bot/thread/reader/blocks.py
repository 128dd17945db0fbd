"""The Markdown of one post as a row of blocks with their lines, and what Telegram would not show as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread.dialect.parser import parser, siblings
from bot.thread.reader import layout, place, unseen
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded

BOX = re.compile(r"\[[ xX]\](?:\s|$)")


@dataclass(frozen=True)
class Block:
    """
    `start` and `end` are lines within the section, counted from 0; `kind` is markdown-it's type without _open, or
    `reference`, which has no tokens.
    """

    kind: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def inline(self) -> list[Token]:
        """What a paragraph or heading holds."""
        return list(self.tokens[1].children or []) if len(self.tokens) > 1 else []

    @property
    def info(self) -> str:
        """The word after the ``` of a fence."""
        return self.tokens[0].info.strip()

    @property
    def tasks(self) -> bool:
        """Whether this is a list with a box in any of its own items."""
        return any(is_task(token) and token.level == 1 for token in self.tokens)


def is_task(token: Token) -> bool:
    """Whether a list item is an option."""
    return "task" in token.meta


def parse(section: Section, problems: Problems) -> list[Block]:
    links: dict[str, Any] = {}  # markdown-it writes what [labels] stand for into it
    tokens = parser().parse(section.text, links)
    for item, _, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type == "list_item_open" and text.type == "inline" and BOX.match(text.content):
            item.meta["task"] = True
    blocks = [_block(one) for one in siblings(tokens)]
    blocks = sorted([*blocks, *_references(blocks, links)], key=lambda block: block.start)
    for block in blocks:
        problems.extend(layout.problems(section, block.tokens))
        for line in place.lines(section, block.tokens):
            problems.extend(unseen.problems(line))
    problems.extend(_unused(section, tokens, links))
    return blocks


def _block(tokens: Sequence[Token]) -> Block:
    start, end = tokens[0].map or (0, 0)
    return Block(tokens[0].type.removesuffix("_open"), start, end, tuple(tokens))


def _references(blocks: Sequence[Block], links: dict[str, Any]) -> Iterator[Block]:
    """Lines that say what a label stands for; markdown-it makes no tokens of them."""
    for found in links.get("references", {}).values():
        start, end = found["map"]
        if not any(block.start <= start < block.end for block in blocks):
            yield Block("reference", start, end, ())


def _unused(section: Section, tokens: Sequence[Token], links: dict[str, Any]) -> Iterator[Problem]:
    """Lines of the form `[label]: address` that no link names: they would vanish."""
    used = {child.meta.get("label") for token in tokens for child in token.children or []}
    idle = [found for label, found in links.get("references", {}).items() if label not in used]
    for found in [*idle, *links.get("duplicate_refs", [])]:
        message = worded("this line names an address, and no link uses it: it would vanish; write \\[ if it is a text")
        yield Problem(*section.find("[", found["map"][0]), message)


@dataclass(frozen=True)
class Cut:
    """Lines of a section that do not belong to its text, and what stands there instead."""

    start: int
    end: int
    instead: str = ""


def prose(section: Section, start: int, end: int, cuts: Sequence[Cut]) -> str:
    """The source from line `start` up to `end`, without what lies in `cuts`."""
    pieces = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if start <= cut.start < end:
            pieces += ["\n".join(section.lines[start : cut.start]), cut.instead]
            start = cut.end
    pieces.append("\n".join(section.lines[start:end]))
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
