"""
Markdown into what Telegram shows: text with entities, split at Telegram's limits; or plain text for polls.

Offsets and lengths count UTF-16 units, as Telegram's do. Nothing is ever cut away: what is too long becomes more parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

import telegramify_markdown
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from telegram import MessageEntity
from telegramify_markdown.latex_escape.helper import LatexToUnicodeHelper

TEXT_LIMIT, CAPTION_LIMIT, ENTITY_LIMIT = 4096, 1024, 100
BLANK = re.compile(r"(?:[^\S\n]*\n)*")
GLUE = re.compile(r"[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # never begins a part


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
    return _slice(text, entities, 0, len(text))


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


def split(rich: Rich, limit: int = TEXT_LIMIT, *, first: int | None = None) -> list[Rich]:
    """
    Parts of at most `limit` UTF-16 units and 100 entities, cut between paragraphs where that is possible.

    `first` is the limit of the first part, if it is another: a caption that goes on as messages.
    A part loses blank ends; a code block or quote that goes on over a cut is one in both parts.
    """
    units = [0, *accumulate(1 + (character > "\uffff") for character in rich.text)]
    bounds = [0]
    while bounds[-1] < len(rich.text):
        room = first if first and len(bounds) == 1 else limit
        bounds.append(_cut(rich.text, units, rich.entities, bounds[-1], room))
    parts = (_slice(rich.text, rich.entities, start, end) for start, end in pairwise(bounds))
    return [part for part in parts if part.text]


def _cut(text: str, units: Sequence[int], entities: Sequence[MessageEntity], start: int, limit: int) -> int:
    """The index where the part that begins at `start` ends: the latest of the best kind of place."""
    end = _reach(units, entities, start, limit)
    if end == len(text):
        return end
    inside = {unit for one in entities for unit in range(one.offset + 1, one.offset + one.length)}
    free = [at for at in range(start + 1, end + 1) if units[at] not in inside]
    half = start + (end - start) // 2
    for places in ([at for at in free if at > half], free, range(start + 1, end + 1)):
        for ending in ("\n\n", "\n", " "):
            found = [at for at in places if text.endswith(ending, start, at)]
            if found:
                return found[-1]
    whole = [at for at in range(start + 1, end + 1) if not GLUE.match(text, at) and text[at - 1] != "\u200d"]
    return whole[-1] if whole else end


def _reach(units: Sequence[int], entities: Sequence[MessageEntity], start: int, limit: int) -> int:
    """How far a part may go from `start`: to the limit of units, and not into the 101st entity."""
    far = units[start] + limit
    begun = sorted(one.offset for one in entities if one.offset + one.length > units[start])
    if len(begun) > ENTITY_LIMIT:
        far = min(far, max(begun[ENTITY_LIMIT], units[start] + 2))
    end = start + 1
    while end < len(units) - 1 and units[end + 1] <= far:
        end += 1
    return end


def _slice(text: str, entities: Iterable[MessageEntity], start: int, end: int) -> Rich:
    """`text[start:end]` without blank lines at its ends, and what of each entity lies in it."""
    start += len(BLANK.match(text[start:end])[0])  # type: ignore[index]  # it matches nothing, too
    piece = text[start:end].rstrip()
    first = length(text[:start])
    last = first + length(piece)
    clipped = (_clip(entity, first, last) for entity in entities)
    return Rich(piece, tuple(entity for entity in clipped if entity.length > 0))


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
