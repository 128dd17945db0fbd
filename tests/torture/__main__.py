"""
Kill bot and worker at random moments and at every named point, with faults, and count what is lost or doubled.

    python -m tests.torture --kills 500 --seed 1

Rounds until so many kills were done, half of them at named points. Exit 1 unless every loss is 0. One random generator
decides everything but which process gets the processor when.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.torture import plan
from tests.torture.report import Report
from tests.torture.round import play

ROUND_KILLS = 40


def torture(kills: int, seed: int, folder: Path) -> Report:
    """Every point once in every round, and as many again at random."""
    rng, total = Random(seed), Report()
    while total.kills.total() < kills:
        points = [*plan.POINTS, *rng.choices(plan.POINTS, k=ROUND_KILLS // 2 - len(plan.POINTS))]
        number = total.totals["rounds"] + 1
        here = folder / f"{number}"
        here.mkdir()
        one = play(plan.make(rng, ROUND_KILLS - len(points), points), here)
        total.include(one)
        told = "; ".join(one.details) or "nothing lost"
        print(f"round {number}: {one.kills.total()} kills, {one.faults.total()} faults: {told}", flush=True)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no victim is left behind
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="torture-"))
    print(f"seed {given.seed}; logs and databases: {folder}", flush=True)
    report = torture(given.kills, given.seed, folder)
    print(report.table(given.seed, time.monotonic() - began))
    return 1 if report.losses.total() else 0


if __name__ == "__main__":
    sys.exit(main())
