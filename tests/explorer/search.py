"""
Every schedule, breadth first: equal worlds are one, for equal worlds have equal futures.

A world is played once, whatever it has cost to come there: what may still go wrong is no part of it, but of the state
in which the search stands before it. How many schedules the states stand for is counted at the end: the ways from the
first to an end.
"""

from __future__ import annotations

import multiprocessing
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.explorer import road, verdict
from tests.explorer.machine import Choice, Machine, World, simplified
from tests.explorer.scene import Scene

PATIENCE = 60  # steps that a world may take to its end, when nothing more goes wrong
BATCH = 8  # worlds that a process is given at a time


class State(NamedTuple):
    """A world, and how many deaths and faults have led to it."""

    world: bytes
    deaths: int
    faults: int


class Edge(NamedTuple):
    """What a choice makes of a world."""

    choice: Choice
    world: bytes

    @property
    def deaths(self) -> int:
        return int(self.choice.death is not None)

    @property
    def faults(self) -> int:
        return len(self.choice.faults)


class Order(NamedTuple):
    """A world to be played: with so many faults at most, of which those with `done` have been played before."""

    key: bytes
    packed: bytes
    done: int
    faults: int


class Played(NamedTuple):
    """`fresh` are worlds that its player has not met; the first edge is what comes when nothing goes wrong."""

    key: bytes
    depth: int
    final: bool
    wrong: list[str]
    known: list[str]
    edges: list[Edge]
    fresh: dict[bytes, bytes]
    plays: int


@dataclass
class Place:
    """What is known of a world; `depth` is with how many faults it has been played, and 0 when it has not."""

    packed: bytes
    depth: int = -1
    final: bool = False
    wrong: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


@dataclass
class Found:
    """
    `came` tells of each state by which edge it was met first; `wrong` are broken claims, each with its first state.

    Those of `known` are broken, too, and somebody mends them: the search goes on beyond.
    """

    scene: Scene
    first: State
    places: dict[bytes, Place]
    came: dict[State, tuple[State, Edge] | None]
    wrong: dict[str, State] = field(default_factory=dict)
    known: dict[str, State] = field(default_factory=dict)
    plays: int = 0

    def following(self, state: State) -> Iterator[State]:
        """The states that come of one; of what changes nothing there is no end."""
        place = self.places[state.world]
        for edge in () if place.wrong else place.edges:
            after = State(edge.world, state.deaths + edge.deaths, state.faults + edge.faults)
            if after.deaths <= self.scene.deaths and after.faults <= self.scene.faults and after != state:
                yield after

    def edges(self) -> int:
        return sum(1 for state in self.came for _ in self.following(state))

    def way(self, state: State) -> list[Choice]:
        """The choices that lead to a state, the fewest possible."""
        choices: list[Choice] = []
        while step := self.came[state]:
            state, edge = step
            choices.append(edge.choice)
        return choices[::-1]

    def schedules(self) -> int:
        """How many ways lead from the first state to an end."""
        ways: dict[State, int] = {}
        for state in self._back_to_front():
            ways[state] = sum(ways.get(one, 0) for one in self.following(state)) or 1
        return ways[self.first]

    def _back_to_front(self) -> Iterator[State]:
        """Each state after all that can come of it."""
        met = {self.first}
        stack = [(self.first, self.following(self.first))]
        while stack:
            state, rest = stack[-1]
            after = next((one for one in rest if one not in met), None)
            if after is None:
                stack.pop()
                yield state
            else:
                met.add(after)
                stack.append((after, self.following(after)))

    def stuck(self) -> list[State]:
        """States that do not come to an end soon, though nothing more goes wrong."""
        ahead: dict[bytes, float] = {}
        for key in self.places:
            way: list[bytes] = []
            while key not in ahead and key not in way:
                way.append(key)
                place = self.places[key]
                if place.final or place.wrong or not place.edges:
                    ahead[key] = 0
                else:
                    key = place.edges[0].world  # noqa: PLW2901 from each on to its end
            for one in reversed(way):
                if one not in ahead:
                    ahead[one] = ahead.get(self.places[one].edges[0].world, float("inf")) + 1
        return [state for state in self.came if ahead[state.world] > PATIENCE]


def explore(
    scene: Scene, *, processes: int = 1, limit: int = 10**9, said: Callable[[str], None] = lambda _: None
) -> Found:
    """All states of a scene, or so many plays; ends with the level at which a claim is first broken."""
    with _players(scene, processes) as play:
        with simplified(), closing(Machine(scene)) as machine:
            world = machine.first
        first = State(world.key, 0, 0)
        found = Found(scene, first, {world.key: Place(pack(world))}, {first: None})
        level = [first]
        while level and found.plays < limit and not found.wrong:
            _play(found, level, play)
            level = list(_enter(found, level))
            said(f"{len(found.places)} worlds, {len(found.came)} states, {found.plays} plays, {len(level)} ahead")
    return found


def _play(found: Found, level: list[State], play: Callable[[list[Order]], Iterator[Played]]) -> None:
    """Play the worlds of a level as far as these states may go on."""
    wanted: dict[bytes, int] = {}
    for state in level:
        wanted[state.world] = max(wanted.get(state.world, -1), found.scene.faults - state.faults)
    places = found.places
    orders = [
        Order(key, places[key].packed, places[key].depth, depth)
        for key, depth in wanted.items()
        if depth > places[key].depth and not (places[key].final or places[key].wrong)
    ]
    for played in play(orders):
        place = places[played.key]
        place.depth = wanted[played.key]
        if played.depth < 0:
            place.final, place.wrong, place.known = played.final, played.wrong, played.known
        place.edges += played.edges
        found.plays += played.plays
        for key, packed in played.fresh.items():
            places.setdefault(key, Place(packed))


def _enter(found: Found, level: list[State]) -> Iterator[State]:
    """The states that come of a level and have not been met before."""
    for state in level:
        place = found.places[state.world]
        for words in place.wrong:
            found.wrong.setdefault(words, state)
        for words in place.known:
            found.known.setdefault(words, state)
        if place.wrong:
            continue
        for edge in place.edges:
            after = State(edge.world, state.deaths + edge.deaths, state.faults + edge.faults)
            if after.deaths <= found.scene.deaths and after.faults <= found.scene.faults and after not in found.came:
                found.came[after] = (state, edge)
                yield after


# What a process does


def pack(world: World) -> bytes:
    return zlib.compress(pickle.dumps(world, -1), 1)


def unpack(packed: bytes) -> World:
    return pickle.loads(zlib.decompress(packed))


def kinds(call: road.Asked, turn: int, *, rotate: bool) -> Iterable[str]:
    """How a call may fail. Where `rotate`, kinds that differ neither for the bot nor for Telegram take turns."""
    if not road.changes(call) or call.method == "getUpdates":
        return road.HARMLESS
    if not rotate:
        return road.FAULTS
    return ("flood", "late", ("error", "reset")[turn], ("lost", "cut")[turn])


def play(m: Machine, order: Order, met: set[bytes]) -> Played:
    """Play a world: what its player has met before is named only."""
    world = unpack(order.packed)
    m.load(world)
    first = order.done < 0
    wrong, final = (list(verdict.always(m)), m.over(world)) if first else ([], False)
    if final:
        wrong += verdict.at_last(m)
    known = [words for words in wrong if words.startswith(verdict.KNOWN)]
    wrong = [words for words in wrong if words not in known]
    edges: list[Edge] = []
    fresh: dict[bytes, bytes] = {}
    plays = 0
    for step in () if final or wrong else m.steps(world):
        todo = [Choice(step)]
        for choice in todo:
            if len(choice.faults) == order.faults and order.done >= order.faults:
                continue
            played = m.play(world, choice)
            plays += 1
            if len(choice.faults) > order.done:
                for one, left in [(choice, played.end), *played.deaths]:
                    edges.append(Edge(one, left.key))
                    if left.key not in met:
                        met.add(left.key)
                        fresh[left.key] = pack(left)
            if len(choice.faults) < order.faults and step in ("tick", "take"):
                todo += _worse(m, world, choice, played.calls)
    return Played(order.key, order.done, final, wrong, known, edges, fresh, plays)


def _worse(m: Machine, world: World, choice: Choice, calls: list[road.Asked]) -> Iterator[Choice]:
    """The same step, with one more of its calls failing."""
    first = choice.faults[-1][0] + 1 if choice.faults else 0
    for number, call in enumerate(calls[first:], first):
        for kind in kinds(call, world.key[0] & 1, rotate=m.scene.rotate):
            yield Choice(choice.step, (*choice.faults, (number, kind)))


@contextmanager
def _players(scene: Scene, processes: int) -> Iterator[Callable[[list[Order]], Iterator[Played]]]:
    if processes == 1:
        with simplified(), closing(Machine(scene)) as machine:
            met: set[bytes] = set()
            yield lambda orders: (play(machine, order, met) for order in orders)
        return
    with multiprocessing.get_context("fork").Pool(processes, _prepare, (scene,)) as pool:
        yield lambda orders: pool.imap_unordered(_play_one, orders, BATCH)


_own: tuple[Machine, set[bytes], AbstractContextManager[None]]


def _prepare(scene: Scene) -> None:
    global _own  # noqa: PLW0603 a process has one
    lasting = simplified()
    lasting.__enter__()  # to the process's end
    _own = Machine(scene), set(), lasting


def _play_one(order: Order) -> Played:
    return play(_own[0], order, _own[1])
