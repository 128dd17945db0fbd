"""
Kills and faults at random moments and at every named point, until everything is posted, closed and revealed.

    python -m tests.torture.round --kills 500 --seed 1
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from bot import store
from bot.tables import messages
from tests.torture.verdict import Verdict, judge
from tests.torture.world import World, voting, world

BOT, WORKER = ("bot", "run", "--no-worker"), ("experiments.worker",)
BOT_POINTS = ("intended", "sent", "recorded", "closing", "stopped", "closed", "received", "stored")
WORKER_POINTS = ("claimed", "computed")
METHODS = ("sendMessage", "sendPoll", "sendPhoto", "stopPoll", "getUpdates", "forwardMessage")
KINDS = ("flood", "error", "reset", "lost", "delay")
PER_ROUND, LIMIT_S = 50, 400


@dataclass
class Round:
    """`points` are the named points still to die at; the random kills come on top, `kills` in all."""

    world: World
    seed: int
    kills: int
    points: list[str] = field(default_factory=list)
    faults: bool = True
    killed: int = 0
    faulted: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.next_kill = self.next_fault = 0.0
        self.processes: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}

    def run(self) -> Verdict:
        """Play until nothing is left to do, then count."""
        self.world.publish()
        deadline = time.monotonic() + LIMIT_S
        try:
            with voting(self.world):
                while not self._done() and time.monotonic() < deadline:
                    self._keep_running()
                    self._hurt()
                    self._answer()
                    time.sleep(0.1)
            self.world.sim.delete("/faults").raise_for_status()
            self._settle()
        finally:
            for process in self.processes.values():
                process.terminate()
                process.wait(30)
        return judge(self.world)

    def _done(self) -> bool:
        enough = self.killed >= self.kills
        return enough and all(publication.state == "done" for publication in self.world.status())

    def _keep_running(self) -> None:
        """Whatever has died is started again at once, sometimes to die at a named point."""
        for command in (BOT, WORKER):
            process = self.processes.get(command)
            if process is None or process.poll() is not None:
                self.killed += process is not None
                self.processes[command] = self.world.start(*command, die_at=self._point(command))
                self.next_kill = time.monotonic() + self.random.uniform(0.8, 3)

    def _point(self, command: tuple[str, ...]) -> str:
        mine = BOT_POINTS if command == BOT else WORKER_POINTS
        for point in self.points:
            if point in mine:
                self.points.remove(point)
                return point
        if command == WORKER or self.killed >= self.kills or self.random.random() < 0.5:
            return ""
        return f"{self.random.choice(mine)}:{self.random.randint(1, 3)}"

    def _hurt(self) -> None:
        """Kill somebody; order a fault."""
        if self.killed >= self.kills or all(publication.state == "done" for publication in self.world.status()):
            self.kills = min(self.kills, self.killed)  # nothing is left to disturb
            return
        now = time.monotonic()
        if now > self.next_kill:
            victim = self.processes[WORKER if self.random.random() < 0.15 else BOT]
            victim.kill()
            victim.wait()
        if self.faults and now > self.next_fault:
            fault = {"method": self.random.choice(METHODS), "kind": self.random.choice(KINDS), "seconds": 0.5}
            self.world.post("/faults", fault | {"status": self.random.choice((500, 502))})
            self.faulted += 1
            self.next_fault = now + self.random.uniform(0.5, 2)

    def _answer(self) -> None:
        """The admin answers every question truthfully: what stands in the chat and is not recorded is the message."""
        if not any(publication.state == "stopped" for publication in self.world.status()):
            return
        for message in self.world.get(f"/chats/{self.world.admin}/messages")["messages"]:
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            wanted = [row[0]["callback_data"] for row in rows if self._true(row[0]["callback_data"])]
            if wanted:
                where = {"user": self.world.admin, "chat": self.world.admin, "message_id": message["message_id"]}
                self.world.post("/tap", where | {"data": wanted[0]})
                self.asked += 1
        time.sleep(1)

    def _true(self, data: str) -> bool:
        verb, publication, *rest = data.split("|")[1:]
        if verb != "there":
            return verb == "again"
        chat = self.world.chats[int(publication) - 1]
        there = {message["message_id"] for message in self.world.get(f"/chats/{chat.id}/messages")["messages"]}
        with store.reading(self.world.engine) as connection:
            known = {n for ids in connection.scalars(select(messages.c.message_ids)) for n in ids}
        return int(rest[-1]) in there - known

    def _settle(self) -> None:
        """The last votes are on their way: wait until the bot has nothing more to take."""
        self._keep_running()
        time.sleep(3)


def play(seed: int, kills: int, points: list[str] | None = None) -> tuple[Verdict, Round]:
    """One round in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), seed) as made:
        one = Round(made, seed, kills, list(points or ()))
        return one.run(), one


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    console, total, kills, seed = Console(), Verdict(), 0, given.seed
    faults = asked = 0
    began = time.monotonic()
    while kills < given.kills:
        points = [*BOT_POINTS, *WORKER_POINTS] if seed == given.seed else []
        found, one = play(seed, min(PER_ROUND, given.kills - kills), points)
        total, kills, faults, asked = total + found, kills + one.killed, faults + one.faulted, asked + one.asked
        console.print(f"seed {seed}: {one.killed} kills, {one.faulted} faults, {asdict(found)}", highlight=False)
        seed += 1
    table = Table(title=f"{kills} kills, {faults} faults, {asked} questions, {time.monotonic() - began:.0f} s")
    for name, count in asdict(total).items():
        table.add_row(name.replace("_", " "), str(count))
    console.print(table)
    return 0 if total == Verdict() else 1


if __name__ == "__main__":
    sys.exit(main())
