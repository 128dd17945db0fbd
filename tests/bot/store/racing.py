"""
Several processes make or upgrade one database in the same moment, many times over.

Prints one JSON list: for each round how the processes ended, and what then lay in the folder.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from alembic import command

from bot.store import schema
from tests.bot.store import stored

assert command  # loaded once, before the forks
RACERS, ROUNDS = 4, 5


def race(file: Path, scripts: Path) -> list[int]:
    """The exit codes of processes that are let go together."""
    gate, signal = os.pipe()
    children = []
    for _ in range(RACERS):
        child = os.fork()
        if child == 0:
            os.close(signal)
            os.read(gate, 1)  # until the other end is closed
            schema.upgrade(file, scripts)
            os._exit(0)
        children.append(child)
    os.close(signal)
    os.close(gate)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def main(folder: Path, way: str) -> list[object]:
    first, scripts, told = stored.load(folder / "first.db"), stored.next_scripts(folder), []
    for number in range(ROUNDS):
        here = folder / str(number)
        here.mkdir()
        if way == "upgrade":
            shutil.copy(first, here / "pollbot.db")
        codes = race(here / "pollbot.db", scripts)
        schema.check(here / "pollbot.db", scripts)
        told.append([codes, sorted(path.name for path in here.iterdir())])
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
