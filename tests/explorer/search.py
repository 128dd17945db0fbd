"""
Every schedule, the cheapest first: equal worlds are one, for equal worlds have equal futures.

Worlds are met in the order of the faults, and then of the deaths, that it takes to come there: so each is played once,
with as many faults as may still happen.
"""

from __future__ import annotations

import gc
import multiprocessing
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from tests.explorer.graph import Arc, Arcs, Edge, Found, Node, Old, Place
from tests.explorer.machine import Machine, after_cut, simplified
from tests.explorer.player import Order, Played, Player, pack, unpack
from tests.explorer.scene import Scene

BATCH = 4  # worlds that a process is given at a time
Play = Callable[[list[Order]], Iterator[Played]]


def explore(
    scene: Scene, *, processes: int = 1, limit: int = 10**9, said: Callable[[str], None] = lambda _: None
) -> Found:
    """All nodes of a scene, or so many plays; ends with the level at which a claim is first broken."""
    with _players(scene, processes) as play:
        with simplified(), closing(Machine(scene)) as machine:
            world = machine.first
        first = Node(world.key)
        search = Search(Found(scene, first, {world.key: Place(pack(world))}, {}, {first: None}), play)
        for faults in range(scene.faults + 1):
            for deaths in range(scene.deaths + 1):
                search.within(deaths, faults, limit, said)
    return search.found


class Search:
    """`ahead` are nodes that are to be entered, by the deaths and faults that lead there."""

    def __init__(self, found: Found, play: Play) -> None:
        self.found = found
        self.scene = found.scene
        self.play = play
        self.ahead: dict[tuple[int, int], list[Node]] = {(0, 0): [found.first]}
        self.cuts: dict[tuple[bytes, bytes], bytes] = {}
        self.spent: dict[Node, list[tuple[int, int]]] = {}

    def within(self, deaths: int, faults: int, limit: int, said: Callable[[str], None]) -> None:
        found = self.found
        while (level := self.ahead.pop((deaths, faults), [])) and found.plays < limit and not found.wrong:
            fresh = [node for node in dict.fromkeys(level) if self._cheaper(node, deaths, faults)]
            self._play({node.world: None for node in fresh}, self.scene.faults - faults)
            for node in fresh:
                self._enter(node, deaths, faults)
            said(f"{deaths} {faults}: {found.worlds()} worlds, {len(found.came)} nodes, {found.plays} plays")

    def _cheaper(self, node: Node, deaths: int, faults: int) -> bool:
        spent = self.spent.setdefault(node, [])
        if any(d <= deaths and f <= faults for d, f in spent):
            return False
        spent.append((deaths, faults))
        return True

    def _play(self, worlds: dict[bytes, None], faults: int) -> None:
        places = self.found.places
        orders = [Order(key, places[key].packed, faults) for key in worlds if not places[key].played]
        for played in self.play(orders):
            place = places[played.key]
            place.played, place.final, place.edges = True, played.final, played.edges
            place.wrong, place.uncut = played.wrong, played.uncut
            self.found.plays += played.plays
            self.found.contents.update(played.contents)
            for key, packed in played.fresh.items():
                places.setdefault(key, Place(packed))

    def _enter(self, node: Node, deaths: int, faults: int) -> None:
        """What comes of a node stands ahead."""
        found = self.found
        claims = found.claims(node)
        for words in claims:
            found.wrong.setdefault(words, node)
        deadly = deaths < self.scene.deaths
        if node not in found.nodes or (deadly and not found.nodes[node].deadly):
            found.nodes[node] = Arcs([] if claims else list(self._arcs(node, deadly=deadly)), deadly)
        for arc in found.nodes[node].arcs:
            d, f = deaths + arc.edge.deaths, faults + arc.edge.faults
            if d + (arc.after.old is not None) <= self.scene.deaths and f <= self.scene.faults:
                found.came.setdefault(arc.after, (node, arc))
                self.ahead.setdefault((d, f), []).append(arc.after)

    def _arcs(self, node: Node, *, deadly: bool) -> Iterator[Arc]:
        for edge in self.found.places[node.world].edges:
            if edge.deaths and not deadly:
                continue
            old = node.old and self.found.later(self.found.olds[node.old], edge.lasts)
            if old is None:
                yield Arc(edge, Node(edge.world, node.cut))
            if not deadly or not self.scene.cuts:
                continue
            returns = edge.back if node.old is None else () if edge.synced else (old,)
            for one in returns:
                self.found.olds.setdefault(one.look, one)
                yield Arc(edge, Node(edge.world, node.cut, one.look))
                if edge.deaths:
                    yield Arc(edge, Node(self._cut(edge, one), cut=True), one.look)

    def _cut(self, edge: Edge, old: Old) -> bytes:
        """The world after a power cut in a death's place."""
        name = edge.world, old.look
        if name not in self.cuts:
            dead = unpack(self.found.places[edge.world].packed)
            content = zlib.decompress(self.found.contents[old.content])
            world = after_cut(dead, edge.there, content, old.seconds)
            self.cuts[name] = world.key
            if world.key not in self.found.places:
                self.found.places[world.key] = Place(pack(world))
        return self.cuts[name]


@contextmanager
def _players(scene: Scene, processes: int) -> Iterator[Play]:
    if processes == 1:
        with simplified(), closing(Machine(scene)) as machine:
            player = Player(machine)
            yield lambda orders: map(player.play, orders)
        return
    with multiprocessing.get_context("fork").Pool(processes, _prepare, (scene,)) as pool:
        yield lambda orders: pool.imap_unordered(_play_one, orders, BATCH)


_own: tuple[Player, AbstractContextManager[None]]


def _prepare(scene: Scene) -> None:
    global _own  # noqa: PLW0603 a process has one
    lasting = simplified()
    lasting.__enter__()  # to the process's end
    gc.freeze()
    gc.set_threshold(100_000)
    _own = Player(Machine(scene)), lasting


def _play_one(order: Order) -> Played:
    return _own[0].play(order)
