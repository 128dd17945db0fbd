"""
A long message as several, cut at Telegram's limits.

Places are looked up in tables made once, and entities are walked along once: the work grows with the text, not with its
square, for no vote is taken meanwhile.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from bot.thread.rich import Entity, Rich, clipped

TEXT_LIMIT, CAPTION_LIMIT, ENTITY_LIMIT = 4096, 1024, 100
FAR = 1 << 62  # units
ENDINGS = ("\n\n", "\n", " ")  # the best first
GLUE = re.compile(r"[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # never begins a part


def split(rich: Rich, limit: int = TEXT_LIMIT, *, first: int | None = None) -> list[Rich]:
    """
    Parts of at most `limit` UTF-16 units and 100 entities, cut between paragraphs where that is possible.

    `first` is the limit of the first part, if it is another: a caption that goes on as messages.
    A part loses blank ends; a code block or quote that goes on over a cut is one in both parts.
    """
    places, walk = Places(rich), Walk(rich.entities)
    start, parts = 0, []
    while start < len(rich.text):
        room = first if first and not start else limit
        unit = places.units[start]
        end = places.cut(start, places.reach(start, min(unit + room, walk.full(unit))))
        entities = walk.take(places.units[end])
        parts.append(clipped(rich.text[start:end], entities, unit))
        start = end
    return [part for part in parts if part.text]


class Places:
    """Where a text may be cut. A place is the index of the character that would begin the next part."""

    def __init__(self, rich: Rich) -> None:
        text = rich.text
        self.units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
        everywhere = range(len(text) + 1)
        free = _outside(self.units, rich.entities)
        ends = [[text.endswith(ending, 0, at) for at in everywhere] for ending in ENDINGS]
        self._free = [_latest(map(bool.__and__, each, free)) for each in ends]
        self._any = [_latest(each) for each in ends]
        self._whole = _latest(at > 0 and not GLUE.match(text, at) and text[at - 1] != "\u200d" for at in everywhere)

    def reach(self, start: int, far: int) -> int:
        """The last place within `far` units; one character is always taken."""
        return max(start + 1, bisect_right(self.units, far) - 1)

    def cut(self, start: int, end: int) -> int:
        """The latest of the best kind of place in a part from `start` that may go to `end`."""
        if end == len(self.units) - 1:
            return end
        half = start + (end - start) // 2
        for latest, least in ((self._free, half), (self._free, start), (self._any, start)):
            for ending, places in zip(ENDINGS, latest, strict=True):
                if places[end] > least and places[end] - len(ending) >= start:
                    return places[end]
        return self._whole[end] if self._whole[end] > start else end


class Walk:
    """Entities in the order in which they begin, as a part after the other takes them."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._coming = sorted(enumerate(entities), key=lambda numbered: numbered[1].offset)
        self._next = 0
        self._open: list[tuple[int, Entity]] = []  # have begun in earlier parts, and go on

    def full(self, unit: int) -> int:
        """The unit where a part from `unit` would get its 101st entity; a part has two units at least."""
        near = [*self._open, *self._coming[self._next : self._next + ENTITY_LIMIT + 1]]
        return max(near[ENTITY_LIMIT][1].offset, unit + 2) if len(near) > ENTITY_LIMIT else FAR

    def take(self, end: int) -> list[Entity]:
        """The entities of the part that ends at this unit, as they stood in the message."""
        first = self._next
        while self._next < len(self._coming) and self._coming[self._next][1].offset < end:
            self._next += 1
        taken = [*self._open, *self._coming[first : self._next]]
        self._open = [numbered for numbered in taken if numbered[1].offset + numbered[1].length > end]
        return [entity for _, entity in sorted(taken, key=lambda numbered: numbered[0])]


def _outside(units: Sequence[int], entities: Sequence[Entity]) -> list[bool]:
    """For each place, whether a cut there goes through no entity."""
    change = [0] * (1 + max([units[-1], *(one.offset + one.length for one in entities)]))
    for one in entities:
        if one.length > 1:
            change[one.offset + 1] += 1
            change[one.offset + one.length] -= 1
    depth = list(accumulate(change))
    return [depth[unit] == 0 for unit in units]


def _latest(holds: Iterable[bool]) -> list[int]:
    """For each place, the last one up to it where that holds, or -1."""
    return list(accumulate((at if true else -1 for at, true in enumerate(holds)), max))
