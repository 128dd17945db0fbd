"""A counterexample as a story, and a story from its choices: `SCENE: tick tick!0lost#1 take …`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing

from tests.explorer import verdict
from tests.explorer.machine import Choice, Machine, World, after_cut, simplified
from tests.explorer.scene import SCENES

CHOICE = re.compile(r"([a-z]+)((?:!\d+[a-z]+)*)(?:#(\d+))?(?:~(\d+))?")
STEPS = {
    "tick": "the bot does what is due",
    "take": "the bot takes updates in",
    "draft": "the bot goes on with a draft",
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
    world, back, cut = m.first, [], False
    for number, choice in enumerate(choices, 1):
        world, back, lines = _step(m, world, back, choice)
        cut |= choice.cut is not None
        yield f"{number:>3}. {STEPS[choice.step]}"
        yield from (f"     {line}" for line in lines)
        m.load(world)
        found = list(verdict.always(m))
        if m.over(world):
            found += [*verdict.at_last(m), *(() if cut else verdict.counted(m))]
        yield from (f"     WRONG: {one}" for one in found)


def _step(m: Machine, world: World, back: list[bytes], choice: Choice) -> tuple[World, list[bytes], list[str]]:
    """`back` is what a power cut may bring back."""
    played = m.play(world, Choice(choice.step, choice.faults))
    left = next(one for one in played.left if one.choice.death == choice.death)
    back = [*left.back] if left.synced else [*back, *left.back]
    if choice.death is None:
        return left.world, back, [line for line in played.story if not line.startswith("#")]
    mark = next(at for at, line in enumerate(played.story) if line.startswith(f"#{choice.death} "))
    where = played.story[mark].partition(" ")[2]
    lines = [line for line in played.story[:mark] if not line.startswith("#")]
    if choice.cut is None:
        return left.world, back, [*lines, f"DEATH {where}"]
    lines.append(f"POWER CUT {where}: the database is back where it was {choice.cut} commits after its last sync")
    return after_cut(left.world, left.there, back[choice.cut], left.world.seconds), [], lines
