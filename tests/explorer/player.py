"""What a process does: it plays a world, every choice there, and tells what came of it."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

from tests.explorer import road, verdict
from tests.explorer.graph import Edge, Old
from tests.explorer.machine import Choice, Left, Machine, World, look_of
from tests.explorer.machine import Played as Step


class Order(NamedTuple):
    """A world to be played, with so many faults at most."""

    key: bytes
    packed: bytes
    faults: int


class Played(NamedTuple):
    """`fresh` are worlds that its player has not met, `contents` databases; the first edge is the straight way on."""

    key: bytes
    final: bool
    wrong: list[str]
    uncut: list[str]
    edges: list[Edge]
    fresh: dict[bytes, bytes]
    contents: dict[bytes, bytes]
    plays: int


def pack(world: World) -> bytes:
    return zlib.compress(pickle.dumps(world, -1), 1)


def unpack(packed: bytes) -> World:
    return pickle.loads(zlib.decompress(packed))


class Player:
    """What it has met before it names only."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.met: set[bytes] = set()
        self.plays = 0

    def play(self, order: Order) -> Played:
        m, world = self.machine, unpack(order.packed)
        m.load(world)
        wrong, uncut, final = list(verdict.always(m)), [], m.over(world)
        if final:
            wrong += verdict.at_last(m)
            uncut += verdict.counted(m)
        self.fresh: dict[bytes, bytes] = {}
        self.contents: dict[bytes, bytes] = {}
        self.plays = 0
        edges: dict[object, Edge] = {}
        for step in () if final or wrong else m.steps(world):
            for choices, left in self._step(world, (Choice(step),), order.faults):
                edge = self._edge(world, choices, left)
                same = edge._replace(choices=()), edge.deaths, edge.faults
                known = edges.get(same)
                edges[same] = known._replace(choices=known.choices + choices) if known else edge
        return Played(order.key, final, wrong, uncut, [*edges.values()], self.fresh, self.contents, self.plays)

    def _step(
        self, world: World, choices: tuple[Choice, ...], faults: int, step: Step | None = None
    ) -> Iterator[tuple[tuple[Choice, ...], Left]]:
        """
        Everything that may come of a step.

        Choices that leave the same everywhere, after the same calls, are gone on with as one.
        """
        if step is None:
            step = self._once(world, choices[0])
            yield from _left(choices, step)
        if len(choices[0].faults) == faults or choices[0].step not in ("tick", "take"):
            return
        first = choices[0].faults[-1][0] + 1 if choices[0].faults else 0
        for run in runs(step.calls, first):
            alike: dict[object, tuple[tuple[Choice, ...], Step]] = {}
            for same in kinds(step.calls[run[0]]):
                for numbers in self._between(world, choices[0], run, same[0]):
                    more = tuple(
                        replace(one, faults=(*one.faults, (at, kind)))
                        for at in numbers
                        for kind in same
                        for one in choices
                    )
                    failed = self._once(world, more[0])
                    yield from _left(more, failed)
                    before, _ = alike.get(looks(failed), ((), failed))
                    alike[looks(failed)] = (before + more, failed)
            for more, failed in alike.values():
                yield from self._step(world, more, faults, failed)

    def _between(self, world: World, choice: Choice, run: range, kind: str) -> list[range]:
        """Of a row of questions those between two are like these, where these are alike."""
        if len(run) <= 2:
            return [range(at, at + 1) for at in run]
        first, last = (
            self._once(world, replace(choice, faults=(*choice.faults, (at, kind)))) for at in (run[0], run[-1])
        )
        return [run] if looks(first) == looks(last) else [range(at, at + 1) for at in run]

    def _once(self, world: World, choice: Choice) -> Step:
        self.plays += 1
        return self.machine.play(world, choice)

    def _edge(self, world: World, choices: tuple[Choice, ...], left: Left) -> Edge:
        if left.world.key not in self.met:
            self.met.add(left.world.key)
            self.fresh[left.world.key] = pack(left.world)
        back = tuple(self._old(content, left.world.seconds) for content in left.back)
        lasts = left.world.seconds - world.seconds
        return Edge(choices, left.world.key, left.there, left.synced, back, lasts)

    def _old(self, content: bytes, seconds: float) -> Old:
        name = blake2b(content, digest_size=12).digest()
        if name not in self.met:
            self.met.add(name)
            self.contents[name] = zlib.compress(content, 1)
        return Old(look_of(content, seconds), name, seconds)


def _left(choices: tuple[Choice, ...], step: Step) -> Iterator[tuple[tuple[Choice, ...], Left]]:
    for left in step.left:
        yield tuple(replace(one, death=left.choice.death) for one in choices), left


def looks(step: Step) -> tuple[object, ...]:
    """What a step has left, and the calls that changed something."""
    calls = tuple(call for call in step.calls if road.changes(call))
    return tuple((one.world.key, one.synced, backs(one)) for one in step.left), calls


def backs(left: Left) -> tuple[bytes, ...]:
    return tuple(look_of(content, left.world.seconds) for content in left.back)


def runs(calls: list[road.Asked], first: int) -> Iterator[range]:
    """Calls in a row that only ask, and every other by itself."""
    at = first
    while at < len(calls):
        end = at + 1
        while end < len(calls) and not (road.changes(calls[at]) or road.changes(calls[end])):
            end += 1
        yield range(at, end)
        at = end


def kinds(call: road.Asked) -> Iterable[tuple[str, ...]]:
    """How a call may fail."""
    return road.HARMLESS if not road.changes(call) or call.method == "getUpdates" else road.FAULTS
