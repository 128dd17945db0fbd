"""
Every schedule of deaths and faults over small publications; exit 1 where a claim is broken.

By hand: python -m tests.explorer --scene votes --deaths 2; one schedule again: --replay 'votes: tick event take#1 tick'
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.explorer import tale
from tests.explorer.mutants import MUTANTS, Mutant, planted
from tests.explorer.scene import SCENES, Scene
from tests.explorer.search import Found, explore


def main() -> int:
    given = _arguments()
    if given.replay:
        print(*tale.told(given.replay), sep="\n")
        return 0
    if given.mutants:
        return sum([_mutant(mutant, given.jobs) for mutant in MUTANTS if given.mutants in ("1", mutant.name)])
    scenes = [SCENES[given.scene]] if given.scene else list(SCENES.values())
    broken = [_scene(scene.within(**_limits(given)), given.jobs) for scene in scenes]  # each, whatever came before
    return int(any(broken))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.explorer", description=__doc__)
    parser.add_argument("--scene", choices=SCENES)
    parser.add_argument("--deaths", type=int)
    parser.add_argument("--faults", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mutants", help="1, or the name of one")
    parser.add_argument("--replay", help="a schedule, as a counterexample names it")
    return parser.parse_args()


def _limits(given: argparse.Namespace) -> dict[str, int]:
    return {name: value for name in ("deaths", "faults") if (value := getattr(given, name)) is not None}


def _scene(scene: Scene, jobs: int) -> bool:
    """Explore one; is a claim broken?"""
    began = time.monotonic()
    found = explore(scene, processes=jobs)
    spent = f"{time.monotonic() - began:.0f} s, {found.plays} plays"
    limits = f"{scene.deaths} deaths, {scene.faults} faults"
    counts = f"{found.worlds():,} worlds, {len(found.nodes):,} states, {found.edges():,} edges"
    print(f"{scene.name:<10} {limits}: {counts}, {found.schedules():.3g} schedules ({spent})", flush=True)
    return _tell(found)


def _tell(found: Found) -> bool:
    for words, node in found.wrong.items():
        print(f"  WRONG: {words}\n    REPLAY='{tale.written(found.scene.name, found.way(node))}'", flush=True)
    for node in found.stuck()[:3]:
        print(f"  WRONG: it never ends\n    REPLAY='{tale.written(found.scene.name, found.way(node))}'")
    return bool(found.wrong or found.stuck())


def _mutant(mutant: Mutant, jobs: int) -> bool:
    """Plant one; is it missed?"""
    began = time.monotonic()
    with planted(mutant):
        found = explore(mutant.explored, processes=jobs)
    words, state = next(iter(found.wrong.items()), ("", None))
    if not words and found.stuck():
        words, state = "it never ends", found.stuck()[0]
    way = tale.written(mutant.scene, found.way(state)) if state else ""
    print(
        f"{mutant.name:<50} {' '.join(words.split())[:60] or 'MISSED':<60} {time.monotonic() - began:5.1f} s  {way}",
        flush=True,
    )
    return not words


if __name__ == "__main__":
    sys.exit(main())
