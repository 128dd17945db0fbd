"""
What has been explored: worlds and the edges between them, and by arithmetic all that is not played.

What may still go wrong is no part of a world, nor is what a power cut would bring back. That is foretold instead: at
each commit that is not on the disk the ways part, as if somebody knew to which database the next power cut goes back;
ways whose cut does not come before the next sync are none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.explorer.machine import Choice, look_of
from tests.explorer.scene import Scene

PATIENCE = 60  # steps that a world may take to its end, when nothing more goes wrong


class Old(NamedTuple):
    """A database that a power cut may bring back: how it looks, under which name it is kept, and its own time."""

    look: bytes
    content: bytes
    seconds: float


class Node(NamedTuple):
    """A world; `old` is what the next power cut brings back, if one is foretold; `cut` says that there was one."""

    world: bytes
    cut: bool = False
    old: bytes | None = None


class Edge(NamedTuple):
    """What `choices`, so alike that they leave the same, make of a world, and how long they take."""

    choices: tuple[Choice, ...]
    world: bytes
    there: bytes
    synced: bool
    back: tuple[Old, ...]
    lasts: float

    @property
    def deaths(self) -> int:
        return int(self.choices[0].death is not None)

    @property
    def faults(self) -> int:
        return len(self.choices[0].faults)


class Arc(NamedTuple):
    """An edge from node to node."""

    edge: Edge
    after: Node
    cut: bytes | None = None  # what the power failing brings back


class Arcs(NamedTuple):
    """What comes of a node; the deaths are among it where `deadly`."""

    arcs: list[Arc]
    deadly: bool


@dataclass
class Place:
    """What is known of a world; `uncut` are claims that are broken only where no power cut has been."""

    packed: bytes = b""
    played: bool = False
    final: bool = False
    wrong: list[str] = field(default_factory=list)
    uncut: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


@dataclass
class Found:
    """
    `came` tells by which arc each node was met first; `wrong` are broken claims, each with its first node.

    `nodes` are all that have been met within the limits, with what comes of each.
    """

    scene: Scene
    first: Node
    places: dict[bytes, Place]
    nodes: dict[Node, Arcs] = field(default_factory=dict)
    came: dict[Node, tuple[Node, Arc] | None] = field(default_factory=dict)
    wrong: dict[str, Node] = field(default_factory=dict)
    contents: dict[bytes, bytes] = field(default_factory=dict)
    olds: dict[bytes, Old] = field(default_factory=dict)
    plays: int = 0

    def stuck(self) -> list[Node]:
        """Nodes that do not come to an end soon, though nothing more goes wrong."""
        ahead: dict[bytes, float] = {}
        for key in [key for key, place in self.places.items() if place.played]:
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
        return [node for node in self.came if ahead.get(node.world, 0) > PATIENCE]

    def edges(self) -> int:
        return sum(len(edge.choices) for place in self.places.values() for edge in place.edges)

    def worlds(self) -> int:
        return sum(place.played for place in self.places.values())

    def claims(self, node: Node) -> list[str]:
        place = self.places[node.world]
        return place.wrong if node.cut else [*place.wrong, *place.uncut]

    def way(self, node: Node) -> list[Choice]:
        """The choices that lead to a node, the fewest possible."""
        steps: list[tuple[Node, Arc]] = []
        while step := self.came[node]:
            steps.append(step)
            node = step[0]
        choices: list[Choice] = []
        back: list[Old] = []
        for _, (edge, _, cut) in reversed(steps):
            back = [*edge.back] if edge.synced else [*(self.later(old, edge.lasts) for old in back), *edge.back]
            choice = edge.choices[0]
            if cut is not None:
                choice, back = replace(choice, cut=[old.look for old in back].index(cut)), []
            choices.append(choice)
        return choices

    def later(self, old: Old, seconds: float) -> Old:
        if not seconds:
            return old
        now = old.seconds + seconds
        return Old(look_of(zlib.decompress(self.contents[old.content]), now), old.content, now)

    def schedules(self) -> int:
        """How many ways lead from the first node to an end, within the limits."""
        order = list(self._back_to_front())
        deaths, faults = self.scene.deaths, self.scene.faults
        ways: dict[tuple[int, int], dict[Node, int]] = {}
        for d, f in sorted(((d, f) for d in range(deaths + 1) for f in range(faults + 1)), key=sum):
            here = ways[d, f] = {}
            for node in order:
                if self.places[node.world].final:
                    here[node] = int(node.old is None)
                    continue
                count = 0
                for edge, after, _ in self.nodes[node].arcs if node in self.nodes else ():
                    left = ways.get((d - edge.deaths, f - edge.faults))
                    if left is not None and (left is not here or after != node):
                        count += len(edge.choices) * left.get(after, 0)
                here[node] = count
        return ways[deaths, faults][self.first]

    def _back_to_front(self) -> Iterator[Node]:
        """Each node after all that comes of it when nothing more goes wrong."""
        met: set[Node] = set()
        for root in self.nodes:
            stack = [] if root in met else [(root, iter(self._free(root)))]
            met.add(root)
            while stack:
                node, rest = stack[-1]
                after = next((one for one in rest if one not in met), None)
                if after is None:
                    stack.pop()
                    yield node
                else:
                    met.add(after)
                    stack.append((after, iter(self._free(after))))

    def _free(self, node: Node) -> list[Node]:
        return [
            after
            for edge, after, _ in self.nodes[node].arcs
            if after in self.nodes and not edge.deaths and not edge.faults
        ]
