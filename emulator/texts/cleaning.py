"""A text as Telegram keeps it: without what cannot be seen, trimmed, with its entities (TDLib, fix_formatted_text)."""

from __future__ import annotations

import re

from emulator.texts import nesting
from emulator.texts.entity import Entity, TextError, ordered, units

FARTHEST = 1_000_000
DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
DIRECTIONS = re.compile("[\u200e\u200f]{2,}")
# letters that show nothing, beside the spaces of HTML
INVISIBLE = re.compile(
    "[ \t\r\n\x00\x0b\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


def cleaned(text: str) -> str:
    """Without control characters and the like; as long as it was but for what is dropped."""
    text = CONTROL.sub(" ", DROPPED.sub("", text))
    return DIRECTIONS.sub(lambda found: "\u200c" * (len(found[0]) - 1) + found[0][-1], text)


def fix(text: str, given: list[Entity]) -> tuple[str, list[Entity]]:
    """The text and its entities as they are kept, perhaps with nothing to see; raises TextError."""
    for one in given:
        if not 0 <= one.offset <= FARTHEST:
            raise TextError(f"Receive an entity with incorrect offset {one.offset}")
        if not 0 <= one.length <= FARTHEST:
            raise TextError(f"Receive an entity with incorrect length {one.length}")
    entities = _moved(text, nesting.fixed(one for one in given if one.length))
    text = cleaned(text)
    if not text.strip(" \n"):
        return "", []
    return _trimmed(text, nesting.fixed(one for one in entities if one.length > 0))


def is_visible(text: str) -> bool:
    """What shows nothing is no text of a message, nor of a question or an option; a caption it may be."""
    return not INVISIBLE.fullmatch(text)


def _moved(text: str, entities: list[Entity]) -> list[Entity]:
    """To where they stand when the text has been cleaned."""
    if not entities:
        return []
    places = _places(text)
    _check(text, entities, places)
    return [
        Entity(one.kind, places[one.offset], places[one.end] - places[one.offset], one.value, one.date)
        for one in entities
    ]


def _places(text: str) -> dict[int, int]:
    """Where each letter begins, and the text ends: in the text as given, and cleaned."""
    places, now, kept = {0: 0}, 0, 0
    for letter in text:
        width = 1 + (letter > "\uffff")
        now += width
        kept += 0 if DROPPED.match(letter) else width
        places[now] = kept
    return places


def _check(text: str, entities: list[Entity], places: dict[int, int]) -> None:
    """The first that is wrong is named, and of those that end together the inner one."""
    end = units(text)
    begins = [one for one in entities if one.offset not in places and one.offset < end]
    ends = [one for one in reversed(entities) if one.end not in places and one.end < end]
    inner = min(ends, key=lambda one: one.end, default=None)
    if inner and not (begins and begins[0].offset < inner.end):
        middle = f"ends in a middle of a UTF-16 symbol {_bytes(text, inner.end)}"
        raise TextError(f"Entity beginning at UTF-16 offset {inner.offset} {middle}")
    if begins:
        raise TextError(f"Entity begins in a middle of a UTF-16 symbol {_bytes(text, begins[0].offset)}")
    for one in entities:
        if one.offset > end:
            raise TextError(f"Entity begins after the end of the text at UTF-16 offset {one.offset}")
    for one in reversed(entities):
        if one.end > end:
            behind = f"ends after the end of the text at UTF-16 offset {one.end}"
            raise TextError(f"Entity beginning at UTF-16 offset {one.offset} {behind}")


def _bytes(text: str, offset: int) -> str:
    """Behind the letter in whose middle this is."""
    encoded = text.encode("utf-16-le")[: 2 * offset + 2]
    return f"at byte offset {len(encoded.decode('utf-16-le').encode())}"


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """At the end all blanks go, at the beginning those before the first entity."""
    text = text.rstrip(" \n")
    end = units(text)
    kept = [
        Entity(one.kind, one.offset, min(one.end, end) - one.offset, one.value, one.date)
        for one in entities
        if one.offset < end
    ]
    blank = len(text) - len(text.lstrip(" \n"))
    left = min([blank, *(one.offset for one in kept)])
    moved = [Entity(one.kind, one.offset - left, one.length, one.value, one.date) for one in kept]
    return text[left:], ordered(moved)
