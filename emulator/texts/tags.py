"""Telegram's tags of HTML, and what each of them marks."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.texts import links
from emulator.texts.entity import Entity, TextError

KINDS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline"}
KINDS |= {"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler"}
KINDS |= {"tg-spoiler": "spoiler", "tg-emoji": "custom_emoji", "tg-time": "date_time", "a": "text_link"}
KINDS |= {"pre": "pre", "code": "code", "blockquote": "blockquote"}
ARGUMENTS = {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "format")}  # attributes that are kept as they are
CLASSES = {"code": "language-", "span": "tg-"}  # of a class what stands behind this is kept


@dataclass
class Tag:
    name: str
    at: int  # in UTF-16 units
    begin: int  # among the pieces of text
    argument: str = ""
    date: int = 0


def keep(tag: Tag, name: str, value: str) -> None:
    if (tag.name, name) in ARGUMENTS:
        tag.argument = value
    elif name == "class" and tag.name in CLASSES and value.startswith(CLASSES[tag.name]):
        tag.argument = value.removeprefix(CLASSES[tag.name])
    elif (tag.name, name) == ("blockquote", "expandable"):
        tag.argument = "1"
    elif (tag.name, name) == ("tg-time", "unix"):
        tag.date = links.whole(value, 32) or 0


def made(tag: Tag, length: int, covered: str) -> Entity | None:
    kind = KINDS[tag.name]
    match kind:
        case "text_link":
            return links.link_entity(tag.argument or covered, tag.at, length)
        case "custom_emoji":
            if not links.whole(tag.argument):
                raise TextError("Invalid custom emoji identifier specified")
            return Entity(kind, tag.at, length, str(links.whole(tag.argument)))
        case "date_time":
            if not links.is_date_format(tag.argument):
                raise TextError("Invalid date format used")
            return Entity(kind, tag.at, length, links.date_format(tag.argument), tag.date) if tag.date > 0 else None
        case "blockquote":
            return Entity("expandable_blockquote" if tag.argument else kind, tag.at, length)
        case "code":
            return Entity(kind, tag.at, length, tag.argument)
    return Entity(kind, tag.at, length)


def is_block(outer: Entity, inner: Entity) -> bool:
    """<pre><code class="language-…">, or the other way round: one block of code in a language."""
    code, pre = (inner, outer) if outer.kind == "pre" else (outer, inner)
    same = (outer.offset, outer.length) == (inner.offset, inner.length)
    return same and (code.kind, pre.kind, pre.value) == ("code", "pre", "") and bool(code.value)
