"""
Take the key out of a database from before 0008, in a process that is killed at each moment; tell what went wrong after.

A moment is a statement of SQLite's, a file opened, renamed or removed. Prints one JSON object: how many there are, and
every problem that the next start has found.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.store import key_file, store, voter_key
from tests.bot.store import stored

KEY = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
NAME = b'"id": "ten"'  # of a user, in an update that could not be read


def take_out(file: Path, dies_at: int | None, counted: Path) -> int:
    """In a process of its own, killed at this moment; returns how many there were when nobody killed it."""
    child = os.fork()
    if child == 0:
        passed, connect = 0, sqlite3.connect

        def moment(*_: object) -> None:
            nonlocal passed
            if passed == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

        def traced(*given: object, **named: object) -> sqlite3.Connection:
            connection = connect(*given, **named)
            connection.set_trace_callback(moment)
            return connection

        def hear(event: str, given: tuple[object, ...]) -> None:
            if event in {"open", "os.rename", "os.remove"} and str(file) in str(given[0]):
                moment()

        sqlite3.connect = traced
        sys.addaudithook(hear)
        key_file.take_out(file)
        counted.write_text(str(passed))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == (0 if dies_at is None else -signal.SIGKILL), f"moment {dies_at}: {code}"
    return int(counted.read_text()) if dies_at is None else dies_at


def problems(file: Path) -> Iterator[str]:
    """The next start takes up the same key; it lies in its file alone then, and no name anywhere."""
    with store.created(f"sqlite:///{file}") as database:
        if voter_key.of(database, "") != KEY:
            yield "the key is another one"
    for path in file.parent.glob("pollbot.db*"):
        content = path.read_bytes()
        if KEY in content and path.name != "pollbot.db.voter-key":
            yield f"the key is in {path.name}"
        if NAME in content:
            yield f"a name is in {path.name}"


def main(folder: Path) -> dict[str, object]:
    first = stored.load(folder / "first.db")
    told: list[str] = []
    moments = kill(first, folder / "whole", None, told)
    for at in range(moments):
        kill(first, folder / str(at), at, told)
    return {"moments": moments, "problems": told}


def kill(first: Path, here: Path, at: int | None, told: list[str]) -> int:
    """Beside the database lies a copy that an earlier upgrade has made."""
    here.mkdir()
    file = Path(shutil.copy(first, here / "pollbot.db"))
    shutil.copy(first, here / "pollbot.db.before-0002")
    (here / "pollbot.db.before-0001").write_text("mine")
    moments = take_out(file, at, here / "moments")
    told += [f"moment {at}: {problem}" for problem in problems(file)]
    return moments


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
