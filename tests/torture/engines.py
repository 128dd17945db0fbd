"""
Kill -9 the worker, the processes that compute, the scheduler and the workers of a dask cluster, and count what is lost.

    python -m tests.torture.engines --kills 50 --seed 1
    python -m tests.torture.engines --latency 50

Two fifths of the kills with the local engine, the others with a cluster. Every run must end with one outcome, stored
once, to the byte what is measured without any disturbance; whatever a killed process had started must be gone. A run
whose process died three times is given up, so a child is spared while it could be such a run's third. The random
generator decides who is killed after how long, the machine where that finds them. `--latency` kills nobody: how long a
run waits for a warm worker.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import select, text

from bot.store import runs, store
from bot.store.tables import runs as rows
from tests.torture.cluster import Shop, children, expected, gone, shop
from tests.torture.processes import orphans

LOCAL = 0.4  # of the kills
IN_WORK = 4  # runs that are queued or running at any time
SEEDS, EPOCHS = 12, 3  # two chunks
BETWEEN_S = (0.3, 3.5)  # two kills
END_S = 600.0  # after the last kill, for what is still in work
KINDS = {"local": ("worker", "child"), "dask": ("worker", "child", "scheduler", "dask worker")}


@dataclass
class Outcome:
    """What the kills of one shop have done; `details` must be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    deaths: int = 0
    details: list[str] = field(default_factory=list)

    def include(self, other: Outcome) -> None:
        self.kills += other.kills
        self.runs += other.runs
        self.deaths += other.deaths
        self.details += other.details


class Chaos:
    """One shop, and what is done to it."""

    def __init__(self, place: Shop, engine: str, rng: Random) -> None:
        self.place = place
        self.engine = engine
        self.rng = rng
        self.asked: dict[str, float] = {}
        self.outcome = Outcome()

    def play(self, kills: int) -> Outcome:
        with self.place.database.begin() as connection:
            connection.execute(text("CREATE TABLE stored (key TEXT)"))
            stores = (
                "CREATE TRIGGER count AFTER UPDATE OF output ON runs BEGIN INSERT INTO stored VALUES (new.key); END"
            )
            connection.execute(text(stores))
        self.place.start()
        while self.outcome.kills.total() < kills:
            self._live(self.rng.uniform(*BETWEEN_S), top_up=True)
            self._kill(self.rng.choice(KINDS[self.engine]))
        until = time.monotonic() + END_S
        while runs.unfinished(self.place.database) and time.monotonic() < until:
            self._live(0.2)
        self._judge()
        return self.outcome

    def _live(self, seconds: float, *, top_up: bool = False) -> None:
        """Let it work for a while: whoever is dead is started again, as a supervisor does."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for one in self.place.victims:
                if one.process and one.process.poll() is not None:
                    one.start()
            while top_up and len(runs.unfinished(self.place.database)) < IN_WORK:
                lr = round(0.1 + 0.001 * len(self.asked), 3)
                priority = self.rng.choice((runs.POLL, runs.PREFLIGHT))
                self.asked[self.place.enqueue(EPOCHS, SEEDS, lr, priority)] = lr
            time.sleep(0.05)

    def _kill(self, kind: str) -> None:
        if kind == "child":
            homes = [one.process.pid for one in self.place.victims if one.process]
            found = sorted(pid for home in homes for pid in children(home))
            if not found or self._third():
                return  # somebody is chosen anew
            with suppress(ProcessLookupError):
                os.kill(self.rng.choice(found), signal.SIGKILL)
        else:
            whose = {
                "worker": [self.place.worker],
                "scheduler": [self.place.scheduler],
                "dask worker": self.place.nodes,
            }
            victim = self.rng.choice(whose[kind])
            assert victim
            assert victim.process
            left = children(victim.process.pid)
            victim.kill()
            if alive := gone(left):
                self.outcome.details.append(f"{len(alive)} orphans of a killed {kind}")
        self.outcome.kills[f"{kind}, {self.engine}"] += 1

    def _third(self) -> bool:
        """Is there a run that one more death would end?"""
        last = (rows.c.state.in_(("queued", "running"))) & (rows.c.deaths >= runs.DEATHS - 1)
        with store.reading(self.place.database) as connection:
            return connection.execute(select(rows.c.key).where(last)).first() is not None

    def _judge(self) -> None:
        with store.reading(self.place.database) as connection:
            found = connection.execute(select(rows)).all()
            stored = Counter(connection.scalars(text("SELECT key FROM stored")))
        lose = self.outcome.details.append
        for row in found:
            self.outcome.deaths += row.deaths
            if row.state != "done":
                lose(f"run {row.key} is {row.state}: {row.error}, {row.attempts} attempts, {row.deaths} deaths")
            elif row.output != expected(EPOCHS, SEEDS, self.asked[row.key]):
                lose(f"run {row.key} has another outcome than it should")
            if stored[row.key] > 1:
                lose(f"run {row.key} was stored {stored[row.key]} times")
        self.outcome.runs = len(found)
        for one in self.place.victims:
            one.kill()
        self.outcome.details += [f"orphan: {command}" for command in orphans(self.place.folder)]
        kept = [path.name for path in (self.place.folder / "pollbot.db.checkpoints").iterdir()]
        if kept:
            lose(f"kept of ended runs: {kept}")


def torture(kills: int, seed: int, folder: Path) -> Outcome:
    """So many kills, of both engines."""
    rng, total = Random(seed), Outcome()
    local = round(LOCAL * kills)
    for engine, count, nodes in (("local", local, 0), ("dask", kills - local, 2)):
        here = folder / engine
        here.mkdir()
        with shop(here, nodes) as place:
            total.include(Chaos(place, engine, rng).play(count))
    return total


def latency(count: int, folder: Path) -> list[float]:
    """Seconds from a run's enqueueing to its child's first word, each of a warm and idle worker."""
    with shop(folder) as place:
        place.start()
        place.wait(place.enqueue(1, 1), "done")
        time.sleep(5)  # the other child has imported all, too
        for number in range(count):
            place.wait(place.enqueue(1, 1, lr=round(0.2 + 0.001 * number, 3)), "done")
        lines = (place.folder / "worker.log").read_text("utf-8").splitlines()
    begun = [told["waited"] for line in lines if (told := json.loads(line))["event"] == "run begun"]
    return sorted(begun[1:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=int, metavar="RUNS", help="measure this instead")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no victim is left behind
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="engines-"))
    if given.latency:
        waited = latency(given.latency, folder)
        print(f"{len(waited)} runs began after {statistics.median(waited):.3f} s, at most {waited[-1]:.3f} s")
        return 0
    print(f"seed {given.seed}; logs and databases: {folder}", flush=True)
    total = torture(given.kills, given.seed, folder)
    seconds = {"seconds": round(time.monotonic() - began)}
    table = {**total.kills, "kills": total.kills.total(), "runs": total.runs, "deaths": total.deaths, **seconds}
    for name, value in (table | {"losses": len(total.details)}).items():
        print(f"{name:<20}{value:>6}")
    print("\n".join(total.details))
    return 1 if total.details else 0


if __name__ == "__main__":
    sys.exit(main())
