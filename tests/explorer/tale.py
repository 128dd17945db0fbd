"""A counterexample as a story, and a story from its choices: `SCENE: tick tick!0lost#1 take …`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing

from tests.explorer import verdict
from tests.explorer.machine import Choice, Machine, World, simplified
from tests.explorer.scene import SCENES

CHOICE = re.compile(r"([a-z]+)((?:!\d+[a-z]+)*)(?:#(\d+))?(?:~(\d+))?")
STEPS = {
    "tick": "the bot does what is due",
    "take": "the bot takes updates in",
    "work": "the worker computes",
    "tap": "the admin taps the first button of a question",
    "event": "",
}


def written(scene: str, choices: Sequence[Choice]) -> str:
    return f"{scene}: {' '.join(map(str, choices))}"


def read(words: str) -> tuple[str, list[Choice]]:
    scene, _, choices = words.partition(":")
    return scene.strip(), [_choice(one) for one in choices.split()]


def _choice(words: str) -> Choice:
    found = CHOICE.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r} is no choice; one looks like tick, tick!0lost, tick#2 or tick#2~0")
    faults = tuple((int(number), kind) for number, kind in re.findall(r"!(\d+)([a-z]+)", found[2]))
    return Choice(found[1], faults, *(int(one) if one else None for one in found.group(3, 4)))


def told(words: str) -> Iterator[str]:
    """The story, a line for everything that happens; what is wrong stands where it is first seen."""
    scene, choices = read(words)
    with simplified(), closing(Machine(SCENES[scene])) as m:
        yield from _told(m, choices)


def _told(m: Machine, choices: Sequence[Choice]) -> Iterator[str]:
    world = m.first
    for number, choice in enumerate(choices, 1):
        world, lines = _step(m, world, choice)
        yield f"{number:>3}. {STEPS[choice.step]}"
        yield from (f"     {line}" for line in lines)
        m.load(world)
        found = [*verdict.always(m), *(verdict.at_last(m) if m.over(world) else ())]
        yield from (f"     WRONG: {one}" for one in found)


def _step(m: Machine, world: World, choice: Choice) -> tuple[World, list[str]]:
    played = m.play(world, Choice(choice.step, choice.faults))
    if choice.death is None:
        return played.end, [line for line in played.story if not line.startswith("#")]
    mark = next(at for at, line in enumerate(played.story) if line.startswith(f"#{choice.death} "))
    where = played.story[mark].partition(" ")[2]
    cut = f"POWER CUT {where}: the database is back where it was {choice.cut} commits after its last sync"
    death = f"DEATH {where}" if choice.cut is None else cut
    lines = [line for line in played.story[:mark] if not line.startswith("#")]
    return {str(one): left for one, left in played.deaths}[str(choice)], [*lines, death]
