"""
Text with entities, as Telegram takes it: `parse_mode` is never used. Offsets and lengths count UTF-16 units.

It is put together of runs: pieces of text, each with the styles it stands in. So entities nest as Telegram wants them,
by construction: a style around code is one entity before the code and one behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

BLANK = re.compile(r"\A(?:[^\S\n]*\n)*")


class Kind(StrEnum):
    """What an author can mark, by Telegram's names."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    CODE = "code"
    PRE = "pre"
    TEXT_LINK = "text_link"
    CUSTOM_EMOJI = "custom_emoji"


@dataclass(frozen=True)
class Entity:
    """Telegram's MessageEntity, so far as we send it. The library's own takes as long to load as all the rest."""

    type: Kind
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


@dataclass(frozen=True)
class Rich:
    """A message, or a part of one."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, eq=False)
class Style:
    """One mark of the author's, around one or more runs: two marks of a kind are two."""

    kind: Kind
    url: str | None = None
    language: str | None = None
    emoji: str | None = None


@dataclass(frozen=True)
class Run:
    """Text that stands in `styles`, the outermost first."""

    text: str
    styles: tuple[Style, ...] = ()


CODE = (Kind.CODE, Kind.PRE)
QUOTES = (Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE)
WHOLE = (*CODE, Kind.TEXT_LINK, Kind.CUSTOM_EMOJI)  # of these none stands within another


def within(styles: tuple[Style, ...], style: Style) -> tuple[Style, ...]:
    """`styles` with another one inside of them, where Telegram has that."""
    kinds = {outer.kind for outer in styles}
    if style.kind in kinds or (style.kind in WHOLE and kinds.intersection(WHOLE)):
        return styles
    if style.kind in CODE:
        if Kind.SPOILER in kinds:  # better hidden than shown as code
            return styles
        # nothing but a quote holds code
        return (*(outer for outer in styles if outer.kind in QUOTES), style)
    return (*styles, style)


def rich(runs: Sequence[Run]) -> Rich:
    """Runs as one message without blank lines at its ends."""
    text = "".join(run.text for run in runs)
    begun: dict[Style, int] = {}
    spans: list[tuple[int, int, Style]] = []
    unit = 0
    for run in runs:
        ended = [style for style in begun if style not in run.styles]
        spans += [(begun.pop(style), unit, style) for style in ended]
        for style in run.styles:
            begun.setdefault(style, unit)
        unit += length(run.text)
    spans += [(start, unit, style) for style, start in begun.items()]
    spans.sort(key=lambda span: (span[0], -span[1]))
    shown, first, last = _trimmed(text)
    inside = ((max(start, first), min(end, last), style) for start, end, style in spans)
    return Rich(shown, tuple(_entity(start - first, end - start, style) for start, end, style in inside if end > start))


def _entity(offset: int, units: int, style: Style) -> Entity:
    return Entity(style.kind, offset, units, url=style.url, language=style.language, custom_emoji_id=style.emoji)


def _trimmed(text: str) -> tuple[str, int, int]:
    """A text without blank lines at its ends, and the units where that began and ended."""
    shown = BLANK.sub("", text, count=1)
    first = length(text[: len(text) - len(shown)])
    shown = shown.rstrip()
    return shown, first, first + length(shown)


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def clipped(piece: str, entities: Iterable[Entity], unit: int) -> Rich:
    """What begins at `unit` of a message, without blank lines at its ends, and what of each entity lies in it."""
    text, first, last = _trimmed(piece)
    inside = (_clip(entity, unit + first, unit + last) for entity in entities)
    return Rich(text, tuple(entity for entity in inside if entity.length > 0))


def _clip(entity: Entity, first: int, last: int) -> Entity:
    """The part between two offsets, counted from the first; of length 0 or less if nothing lies there."""
    start, end = max(entity.offset, first), min(entity.offset + entity.length, last)
    return replace(entity, offset=start - first, length=end - start)
