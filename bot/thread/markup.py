"""
Markdown into what Telegram shows: text with entities; or plain text for polls.

Offsets and lengths count UTF-16 units, as Telegram's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import telegramify_markdown
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from telegram import MessageEntity
from telegramify_markdown.latex_escape.helper import LatexToUnicodeHelper

BLANK = re.compile(r"\A(?:[^\S\n]*\n)*")


@dataclass(frozen=True)
class Rich:
    """A message as Telegram takes it: `parse_mode` is never used."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def render(markdown: str) -> Rich:
    """Soft line breaks stay line breaks; headings become bold; `$…$` becomes Unicode in a code span."""
    text, spans = telegramify_markdown.convert(markdown, latex_escape=False, config=_style())
    # only headings are underlined: bold is enough
    entities = [MessageEntity(**span.to_dict()) for span in spans if span.type != "underline"]
    return clipped(text, entities, 0)


def plain(markdown: str) -> str:
    """One line of text without any markup: Telegram's polls have no entities in options."""
    (inline,) = _inline_parser().parseInline(markdown.strip())
    return " ".join("".join(_words(inline.children or [])).split())


def in_line(latex: str) -> str:
    """A formula within a sentence, in Unicode: `W_{t+1}` is W_(t+1). A command that has no sign stays as it is."""
    return str(_latex().convert(latex))  # type: ignore[no-untyped-call]


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def clipped(piece: str, entities: Iterable[MessageEntity], unit: int) -> Rich:
    """What begins at `unit` of a message, without blank lines at its ends, and what of each entity lies in it."""
    text = BLANK.sub("", piece, count=1)
    first = unit + length(piece[: len(piece) - len(text)])
    text = text.rstrip()
    last = first + length(text)
    inside = (_clip(entity, first, last) for entity in entities)
    return Rich(text, tuple(entity for entity in inside if entity.length > 0))


def _clip(entity: MessageEntity, first: int, last: int) -> MessageEntity:
    """The part between two offsets, counted from the first; of length 0 or less if nothing lies there."""
    start, end = max(entity.offset, first), min(entity.offset + entity.length, last)
    return MessageEntity(**{**entity.to_dict(), "offset": start - first, "length": end - start})


@cache
def _style() -> telegramify_markdown.RenderConfig:
    style = telegramify_markdown.RenderConfig.isolated()  # the default one is shared by the whole process
    for level in range(1, 7):
        setattr(style.markdown_symbol, f"heading_level_{level}", "")
    style.markdown_symbol.unordered_list_item = "•"
    return style


@cache
def _inline_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    return parser.use(dollarmath_plugin, allow_digits=False, allow_space=False)


@cache
def _latex() -> LatexToUnicodeHelper:
    return LatexToUnicodeHelper()


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield from _words(token.children or [])
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "math_inline":
            yield in_line(token.content)
        else:
            yield token.content if token.type != "html_inline" else ""
