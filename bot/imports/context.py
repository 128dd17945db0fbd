"""The Markdown above a poll's options: what belongs to the question, and what stood there before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.imports import convert
from bot.imports.question import bounded
from bot.thread.model import Markdown
from bot.thread.reader import blocks
from bot.thread.reader.blocks import Block
from bot.thread.reader.source import Problems, Section

NUMBER = re.compile(r"(?:#+\s*)?(?:(?:question|вопрос|q|в)\s*)?(?:№\s*)?\d{1,3}\s*[.):]\s+", re.IGNORECASE)
QUOTE = re.compile(r"(?m)^ {0,3}> ?")
LARGEST = 65_536  # characters between two questions that are looked through; of more, the last


@dataclass(frozen=True)
class Context:
    """`line` is where the question begins; `before` is the source of what is none of its own."""

    line: int
    text: Markdown
    before: str
    hint: Markdown = ""


def whole(source: str, first: int) -> Context:
    """All of the source is the question."""
    return _read(source, first, everything=True)


def last(source: str, first: int) -> Context:
    """The question begins at the last heading; without one, the last paragraph, with code and what leads to it."""
    return _read(source, first, everything=False)


def _read(source: str, first: int, *, everything: bool) -> Context:
    dropped = source[:-LARGEST] if len(source) > LARGEST else ""
    lines = tuple(source[len(dropped) :].split("\n"))
    section = Section(first + dropped.count("\n"), lines)
    found = [block for block in blocks.parse(section, Problems()) if not _comment(block)]
    own = found if everything else found[_begins(found) :]
    hints = [block for block in own if block.kind == "blockquote"] if _headed(own) else []
    text = "\n\n".join(_source(lines, block) for block in own if block not in hints)
    hint = QUOTE.sub("", "\n\n".join(_source(lines, block) for block in hints))
    start = own[0].start if own else max(0, len(lines) - 1)
    before = dropped + "\n".join(lines[:start])
    return Context(section.first + start, convert.markdown(bounded(text)), before, convert.markdown(hint))


def _begins(found: list[Block]) -> int:
    for at in range(len(found) - 1, -1, -1):
        if found[at].kind == "heading":
            return at
    asked = next((at for at in range(len(found) - 1, -1, -1) if found[at].kind == "paragraph"), 0)
    if asked > 0 and found[asked - 1].kind in ("fence", "code_block"):
        return asked - 2 if asked > 1 and found[asked - 2].kind == "paragraph" else asked - 1
    return asked


def _headed(own: list[Block]) -> bool:
    """Under a heading, a quote is a hint: that is quizdown's way."""
    return bool(own) and own[0].kind == "heading"


def _comment(block: Block) -> bool:
    return block.kind == "html_block" and block.tokens[0].content.lstrip().startswith("<!--")


def _source(lines: tuple[str, ...], block: Block) -> str:
    """A block as written; a heading becomes a paragraph, without its number."""
    text = "\n".join(lines[block.start : block.end]).strip("\n")
    if block.kind == "heading":
        content = block.tokens[1].content
        return NUMBER.sub("", content, count=1) if NUMBER.match(content) else content
    if block.kind == "paragraph" and NUMBER.match(text):
        return NUMBER.sub("", text, count=1)
    return text
