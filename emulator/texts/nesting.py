"""
Entities as Telegram lets them stand: in order, each inside another or beside it (TDLib, fix_entities).

What looks alone, bold and its like, is joined with its neighbour and then cut wherever something else begins or ends.
Of the others the first one wins: no quote in a quote, no link in a link, nothing in code.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from emulator.texts.entity import CLOSED, QUOTES, SPLITTABLE, Entity, ordered


def fixed(entities: Iterable[Entity]) -> list[Entity]:
    looks, quotes, others = _sorted_out(entities)
    quotes = _apart(quotes)
    others = [one for one in _apart(others) if _fits(one, quotes)]
    return _with_looks(looks, ordered(quotes + others))


def joined(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    """Entities that are in order, with those found in the text where nothing given stands against it."""
    if not found:
        return entities
    looks, quotes, others = _sorted_out(entities)
    free = _free(found, others)
    return _with_looks(looks, ordered(quotes + others + [one for one in free if _fits(one, quotes)]))


def _sorted_out(entities: Iterable[Entity]) -> tuple[list[Entity], list[Entity], list[Entity]]:
    """What looks alone, quotes, and the rest."""
    entities = ordered(entities)
    looks = [one for one in entities if one.kind in SPLITTABLE]
    quotes = [one for one in entities if one.kind in QUOTES]
    return looks, quotes, [one for one in entities if one.kind not in (*SPLITTABLE, *QUOTES)]


def _apart(entities: list[Entity]) -> list[Entity]:
    """Of those that overlap the first."""
    kept: list[Entity] = []
    for one in entities:
        if not kept or one.offset >= kept[-1].end:
            kept.append(one)
    return kept


def _free(found: list[Entity], taken: list[Entity]) -> list[Entity]:
    """Those that overlap none; both are apart and in order."""
    begins = [one.offset for one in taken]
    near = ((one, bisect_right(begins, one.end - 1)) for one in found)
    return [one for one, place in near if not place or taken[place - 1].end <= one.offset]


def _fits(one: Entity, quotes: list[Entity]) -> bool:
    """Nothing but looks reaches over the edge of a quote."""
    return all(quote.holds(one) for quote in quotes if quote.overlaps(one))


def _with_looks(looks: list[Entity], others: list[Entity]) -> list[Entity]:
    runs = [run for kind in SPLITTABLE for run in _runs(kind, looks)]
    cuts = {run.offset for run in runs} | {place for one in others for place in (one.offset, one.end)}
    closed = [one for one in others if one.kind in CLOSED]
    places = sorted(cuts)
    pieces = [piece for run in runs for piece in _pieces(run, places)]
    return ordered(others + _outside(ordered(pieces), closed))


def _runs(kind: str, looks: list[Entity]) -> list[Entity]:
    """Those of a kind, joined where they touch."""
    runs: list[Entity] = []
    for one in looks:
        if one.kind != kind:
            continue
        if runs and one.offset <= runs[-1].end:
            last = runs.pop()
            one = Entity(kind, last.offset, max(last.end, one.end) - last.offset)  # noqa: PLW2901 it has grown
        runs.append(one)
    return runs


def _pieces(run: Entity, places: list[int]) -> list[Entity]:
    inner = places[bisect_right(places, run.offset) : bisect_right(places, run.end - 1)]
    ends = [run.offset, *inner, run.end]
    return [Entity(run.kind, begin, end - begin) for begin, end in pairwise(ends)]


def _outside(pieces: list[Entity], closed: list[Entity]) -> list[Entity]:
    begins = [one.offset for one in closed]
    last = ((piece, bisect_right(begins, piece.offset)) for piece in pieces)
    return [piece for piece, place in last if not place or closed[place - 1].end <= piece.offset]
