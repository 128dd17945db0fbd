"""What a bot's process tells about itself: votes and when they were committed, CPU, memory."""

import asyncio
import json
import logging
import os
import time
from pathlib import Path

GRACE_S = 0.3  # so that the last batch is acknowledged, too


class Meter:
    """Counts committed votes; `enough` ends the run."""

    def __init__(self, votes: int) -> None:
        logging.basicConfig(level=logging.ERROR)
        self.votes = votes
        self.commits: list[tuple[float, int]] = []  # when, and how many votes stand since
        self.stored = 0
        self.enough = asyncio.Event()
        Path("/proc/self/clear_refs").write_text("5")  # the peak of memory counts from here
        self.memory = _memory("VmRSS")
        self.cpu = time.process_time()

    def committed(self, votes: int) -> None:
        if not votes:
            return
        self.stored += votes
        self.commits.append((time.monotonic(), self.stored))
        if self.stored >= self.votes:
            self.cpu_s = time.process_time() - self.cpu
            self.enough.set()

    async def run(self, bot: asyncio.Task[None], limit_s: float) -> None:
        """Until there are enough votes, the time is over or the bot fails."""
        enough = asyncio.create_task(self.enough.wait())
        await asyncio.wait({bot, enough}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            bot.result()
        if not self.enough.is_set():
            self.cpu_s = time.process_time() - self.cpu
        else:
            await asyncio.sleep(GRACE_S)
        enough.cancel()

    def tell(self) -> None:
        """The figures, as the last line of the output; then the process ends at once."""
        figures = {"commits": self.commits, "stored": self.stored, "cpu_s": self.cpu_s}
        figures |= {"memory_mib": _memory("VmHWM") - self.memory, "base_mib": self.memory}
        print(json.dumps(figures), flush=True)
        os._exit(0)


def _memory(line: str) -> float:
    """In MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0]) / 1024
